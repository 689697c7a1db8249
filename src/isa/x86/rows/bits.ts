/** Single bits: bt, bts, btr, btc (with bit strings in memory), and bit scans. */
import type { Address, Value, Width } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { CF, ZF } from '../state.ts';

type Means = (m: X86) => void;
type Change = ((m: X86, a: Value, mask: Value) => Value) | null;

/** A register offset into memory reaches beyond the operand: it counts elements, with sign (SDM vol. 2A, BT). */
function elementAt(m: X86, width: Width): Address {
  const at = m.address(0), log = width === 32 ? 5 : 4;
  const bytes = m.shl(m.sar(m.getSigned(1), m.const(log)), m.const(log - 3));
  const offset = m.add(at.offset, bytes);
  return { segment: at.segment, offset: m.instruction.addressSize === 16 ? m.zext(offset, 16) : offset };
}
const bitTest = (change: Change): Means => (m) => {
  const width = m.width, memory = !m.isRegister(0), string = memory && m.isRegister(1);
  const at = string ? elementAt(m, width) : null;
  const a = at ? m.load(at, width) : m.get(0), bit = m.and(m.get(1), m.const(width - 1));
  if (change) {
    const result = change(m, a, m.shl(m.const(1), bit));
    if (at) m.store(at, width, result);
    else m.put(0, result);
  }
  m.setBits(CF, m.and(m.shr(a, bit), m.const(1)));
};
const OPERATIONS: readonly (readonly [digit: number, name: string, change: Change, says: string])[] = [
  [4, 'bt', null, 'Copies the selected bit to the carry flag.'],
  [5, 'bts', (m, a, mask) => m.or(a, mask), 'Copies the selected bit to the carry flag and sets it.'],
  [6, 'btr', (m, a, mask) => m.and(a, m.xor(mask, m.const(-1))), 'Copies the selected bit to the carry flag and clears it.'],
  [7, 'btc', (m, a, mask) => m.xor(a, mask), 'Copies the selected bit to the carry flag and flips it.'],
];
const bitForms = ([digit, name, change, says]: (typeof OPERATIONS)[number]): X86Row[] => {
  const options: RowOptions = { writes: 'C', undefines: 'OSAP', lock: change !== null, says };
  const opcode = (0x83 + digit * 8).toString(16).toUpperCase();
  return [
    ia32(name, 'r/m, r', `0F ${opcode} /r`, bitTest(change), options),
    ia32(name, 'r/m, imm8', `0F BA /${digit} ib`, bitTest(change), options),
  ];
};

/** With a zero source the destination is undefined; it keeps its value, as on real processors. */
const scan = (forward: boolean): Means => (m) => {
  const a = m.get(1), found = forward ? m.unary('ctz', a) : m.sub(m.const(31), m.unary('clz', a));
  m.put(0, m.select(a, found, m.get(0)));
  m.setBits(ZF, m.shl(m.not(a), m.const(6)));
};
const SCAN: RowOptions = { writes: 'Z', undefines: 'OSAPC' };

export const BITS: readonly X86Row[] = [
  ...OPERATIONS.flatMap(bitForms),
  ia32('bsf', 'r, r/m', '0F BC /r', scan(true), { ...SCAN, says: 'Finds the lowest bit that is set.' }),
  ia32('bsr', 'r, r/m', '0F BD /r', scan(false), { ...SCAN, says: 'Finds the highest bit that is set.' }),
];
