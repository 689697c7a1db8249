/**
 * Moves between the FPU's registers, general registers and memory, and the FPU's control word: what C library start-up,
 * setjmp and printf of hard-float executables do without computing anything. Arithmetic comes with the FPU's own rows.
 *
 * Registers are as with Status.FR = 0, the mode of o32: 32 registers of 32 bits; a double lies in an even register (low word)
 * and the odd one behind it, and the lowest bit of a double's register number is ignored.
 */
import type { Value } from '../../microop/op.ts';
import type { FieldLetter } from '../fields.ts';
import { mips } from '../row.ts';
import type { MipsTerms } from '../terms.ts';
import { FCSR, FPE, FPR } from '../state.ts';

type Half = 'own' | 'low' | 'high';
/** Number of the state word. `low` and `high` are the halves of a double. */
function word(m: MipsTerms, field: FieldLetter, half: Half): Value {
  const n = m.field(field);
  const register = half === 'own' ? n : half === 'low' ? m.and(n, m.const(0x1e)) : m.or(n, m.const(1));
  return m.add(register, m.const(FPR));
}
const get = (m: MipsTerms, field: FieldLetter, half: Half): Value => m.getAt(word(m, field, half));
const put = (m: MipsTerms, field: FieldLetter, half: Half, value: Value): void => m.putAt(word(m, field, half), value);
const behind = (m: MipsTerms): Value => m.add(m.address(), m.const(4));

/** Writable bits of FCSR; cause bits (12..16) with their enable (7..11) raise the exception, unimplemented operation (17) always. */
const WRITABLE = 0xff83_ffff;
function writeControl(m: MipsTerms): void {
  const value = m.and(m.rt, m.const(WRITABLE));
  const caused = m.and(m.and(m.shr(value, m.const(5)), value), m.const(0xf80));
  m.trapIf(m.bool(m.or(caused, m.and(value, m.const(0x2_0000)))), FPE);
  m.setWord(FCSR, value);
}
const loadDouble = (m: MipsTerms): void => {
  const low = m.load(m.address(), 32, false), high = m.load(behind(m), 32, false);
  put(m, 'f', 'low', low);
  put(m, 'f', 'high', high);
};
const storeDouble = (m: MipsTerms): void => {
  m.store(m.address(), 32, get(m, 'f', 'low'));
  m.store(behind(m), 32, get(m, 'f', 'high'));
};
const moveDouble = (m: MipsTerms): void => {
  for (const half of ['low', 'high'] as const) put(m, 'v', half, get(m, 'g', half));
};

export const FPU_MOVE = [
  mips('mfc1', 'rt, fs', '010001 00000 t g 00000000000', 'Copies an FPU register to rt.', (m) => m.setRt(get(m, 'g', 'own'))),
  mips('mtc1', 'rt, fs', '010001 00100 t g 00000000000', 'Copies rt to an FPU register.', (m) => put(m, 'g', 'own', m.rt)),
  mips('mfhc1', 'rt, fs', '010001 00011 t g 00000000000', 'Copies the high half of a double to rt.', (m) => m.setRt(get(m, 'g', 'high'))),
  mips('mthc1', 'rt, fs', '010001 00111 t g 00000000000', 'Copies rt to the high half of a double.', (m) => put(m, 'g', 'high', m.rt)),
  mips('cfc1', 'rt, $31', '010001 00010 t 11111 00000000000', 'Reads the control and status word of the FPU.', (m) => m.setRt(m.word(FCSR))),
  mips('ctc1', 'rt, $31', '010001 00110 t 11111 00000000000', 'Writes the control and status word of the FPU.', writeControl),
  mips('lwc1', 'ft, simm(rs)', '110001 s f i', 'Loads a word into an FPU register.', (m) => put(m, 'f', 'own', m.load(m.address(), 32, false))),
  mips('swc1', 'ft, simm(rs)', '111001 s f i', 'Stores a word from an FPU register.', (m) => m.store(m.address(), 32, get(m, 'f', 'own'))),
  mips('ldc1', 'ft, simm(rs)', '110101 s f i', 'Loads a double into a pair of FPU registers.', loadDouble),
  mips('sdc1', 'ft, simm(rs)', '111101 s f i', 'Stores a double from a pair of FPU registers.', storeDouble),
  mips('mov.s', 'fd, fs', '010001 10000 00000 g v 000110', 'Copies a single.', (m) => put(m, 'v', 'own', get(m, 'g', 'own'))),
  mips('mov.d', 'fd, fs', '010001 10001 00000 g v 000110', 'Copies a double.', moveDouble),
];
