/**
 * Moves between the FPU's registers, general registers and memory, and the FPU's control word: what C library start-up,
 * setjmp and printf of hard-float executables do without computing anything.
 *
 * Loads and stores of doubles ignore the lowest bit of the register number.
 */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import type { MipsTerms } from '../terms.ts';
import { ADEL, ADES, FCSR } from '../state.ts';
import { even, get, put } from './fpu-terms.ts';

const indexed = (m: MipsTerms): Value => m.add(m.rs, m.rt);

const writeControl = (n: number) => (m: MipsTerms): void => { m.service('cop1.control', [m.const(n), m.rt]); };
/** Doubles lie at multiples of 8. */
const aligned = (m: MipsTerms, at: Value, code: number): Value => {
  m.trapIf(m.and(at, m.const(7)), code);
  return at;
};
const load = (at: (m: MipsTerms) => Value, field: 'f' | 'v') => (m: MipsTerms): void => {
  if (field === 'v') even(m, 'v');
  const from = aligned(m, at(m), ADEL), low = m.load(from, 32, false), high = m.load(m.add(from, m.const(4)), 32, false);
  put(m, field, 'low', low);
  put(m, field, 'high', high);
};
const store = (at: (m: MipsTerms) => Value, field: 'f' | 'g') => (m: MipsTerms): void => {
  if (field === 'g') even(m, 'g');
  const to = aligned(m, at(m), ADES);
  m.store(to, 32, get(m, field, 'low'));
  m.store(m.add(to, m.const(4)), 32, get(m, field, 'high'));
};
const direct = (m: MipsTerms): Value => m.address();
const moveDouble = (m: MipsTerms): void => {
  even(m, 'g', 'v');
  for (const half of ['low', 'high'] as const) put(m, 'v', half, get(m, 'g', half));
};

/** FIR: a processor like the 24Kf, with singles, doubles, words, longs and a 64-bit register file. FCCR, FEXR and FENR are parts of FCSR. */
const FIR = 0x0073_9300;
const conditions = (m: MipsTerms): Value => m.or(m.and(m.shr(m.word(FCSR), m.const(24)), m.const(0xfe)), m.and(m.shr(m.word(FCSR), m.const(23)), m.const(1)));
const EXCEPTIONS = 0x3f07c;
/** Rounding, enables and, as bit 2, flush to zero. */
const enables = (m: MipsTerms): Value => m.or(m.and(m.word(FCSR), m.const(0xf83)), m.and(m.shr(m.word(FCSR), m.const(22)), m.const(4)));
const control = (name: string, register: string, encoding: string, says: string, means: (m: MipsTerms) => void) =>
  mips(name, `rt, ${register}`, encoding, says, means, { entry: name.toUpperCase() });

export const FPU_MOVE = [
  mips('mfc1', 'rt, fs', '010001 00000 t g 00000000000', 'Copies an FPU register to rt.', (m) => m.setRt(get(m, 'g', 'own'))),
  mips('mtc1', 'rt, fs', '010001 00100 t g 00000000000', 'Copies rt to an FPU register.', (m) => put(m, 'g', 'own', m.rt)),
  mips('mfhc1', 'rt, fs', '010001 00011 t g 00000000000', 'Copies the high half of a double to rt.', (m) => m.setRt(get(m, 'g', 'high'))),
  mips('mthc1', 'rt, fs', '010001 00111 t g 00000000000', 'Copies rt to the high half of a double.', (m) => put(m, 'g', 'high', m.rt)),
  mips('cfc1', 'rt, $31', '010001 00010 t 11111 00000000000', 'Reads the control and status word of the FPU.', (m) => m.setRt(m.word(FCSR))),
  mips('ctc1', 'rt, $31', '010001 00110 t 11111 00000000000', 'Writes the control and status word of the FPU.', writeControl(31)),
  control('cfc1', 'c1_fir', '010001 00010 t 00000 00000000000', 'Reads the identification of the FPU.', (m) => m.setRt(m.const(FIR))),
  control('cfc1', 'c1_fccr', '010001 00010 t 11001 00000000000', 'Reads the eight conditions of the FPU.', (m) => m.setRt(conditions(m))),
  control('ctc1', 'c1_fccr', '010001 00110 t 11001 00000000000', 'Writes the eight conditions of the FPU.', writeControl(25)),
  control('cfc1', 'c1_fexr', '010001 00010 t 11010 00000000000', 'Reads the causes and flags of exceptions.', (m) => m.setRt(m.and(m.word(FCSR), m.const(EXCEPTIONS)))),
  control('ctc1', 'c1_fexr', '010001 00110 t 11010 00000000000', 'Writes the causes and flags of exceptions.', writeControl(26)),
  control('cfc1', 'c1_fenr', '010001 00010 t 11100 00000000000', 'Reads the enables of exceptions and the rounding.', (m) => m.setRt(enables(m))),
  control('ctc1', 'c1_fenr', '010001 00110 t 11100 00000000000', 'Writes the enables of exceptions and the rounding.', writeControl(28)),
  mips('lwc1', 'ft, simm(rs)', '110001 s f i', 'Loads a word into an FPU register.', (m) => put(m, 'f', 'own', m.load(m.address(), 32, false))),
  mips('swc1', 'ft, simm(rs)', '111001 s f i', 'Stores a word from an FPU register.', (m) => m.store(m.address(), 32, get(m, 'f', 'own'))),
  mips('ldc1', 'ft, simm(rs)', '110101 s f i', 'Loads a double into a pair of FPU registers.', load(direct, 'f')),
  mips('sdc1', 'ft, simm(rs)', '111101 s f i', 'Stores a double from a pair of FPU registers.', store(direct, 'f')),
  mips('lwxc1', 'fd, rt(rs)', '010011 s t 00000 v 000000', 'Loads a word into an FPU register; the address is a sum.', (m) => put(m, 'v', 'own', m.load(indexed(m), 32, false))),
  mips('swxc1', 'fs, rt(rs)', '010011 s t g 00000 001000', 'Stores a word from an FPU register; the address is a sum.', (m) => m.store(indexed(m), 32, get(m, 'g', 'own'))),
  mips('ldxc1', 'fd, rt(rs)', '010011 s t 00000 v 000001', 'Loads a double into a pair of FPU registers; the address is a sum.', load(indexed, 'v')),
  mips('sdxc1', 'fs, rt(rs)', '010011 s t g 00000 001001', 'Stores a double from a pair of FPU registers; the address is a sum.', store(indexed, 'g')),
  mips('prefx', 'phint, rt(rs)', '010011 s t g 00000 001111', 'Announces an access: nothing to do without caches.', () => {}),
  mips('mov.s', 'fd, fs', '010001 10000 00000 g v 000110', 'Copies a single.', (m) => put(m, 'v', 'own', get(m, 'g', 'own'))),
  mips('mov.d', 'fd, fs', '010001 10001 00000 g v 000110', 'Copies a double.', moveDouble),
];
