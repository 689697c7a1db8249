/** Addition, subtraction, logic, comparison: the eight operations in their nine forms, and the one-operand group. */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { EAX } from '../state.ts';

const CARRY = 2;
type Means = (m: X86) => void;

const add: Means = (m) => { const a = m.get(0), b = m.get(1), sum = m.add(a, b); m.put(0, sum); m.flags('add', a, b, sum); };
const sub: Means = (m) => { const a = m.get(0), b = m.get(1), rest = m.sub(a, b); m.put(0, rest); m.flags('sub', a, b, rest); };
const cmp: Means = (m) => { const a = m.get(0), b = m.get(1); m.flags('sub', a, b, m.sub(a, b)); };
const adc: Means = (m) => {
  const a = m.get(0), b = m.get(1), carry = m.condition(CARRY), sum = m.add(m.add(a, b), carry);
  m.put(0, sum); m.flags('adc', a, b, sum, { carry });
};
const sbb: Means = (m) => {
  const a = m.get(0), b = m.get(1), carry = m.condition(CARRY), rest = m.sub(m.sub(a, b), carry);
  m.put(0, rest); m.flags('sbb', a, b, rest, { carry });
};
const logic = (of: (m: X86, a: Value, b: Value) => Value): Means => (m) => {
  const result = of(m, m.get(0), m.get(1));
  m.put(0, result); m.flags('logic', undefined, undefined, result);
};
const test: Means = (m) => m.flags('logic', undefined, undefined, m.and(m.get(0), m.get(1)));

const ARITHMETIC: RowOptions = { writes: 'OSZAPC' };
const LOGIC: RowOptions = { writes: 'OSZPC', undefines: 'A' };

const OPERATIONS: readonly (readonly [name: string, means: Means, options: RowOptions])[] = [
  ['add', add, { ...ARITHMETIC, says: 'Adds the source to the destination.' }],
  ['or', logic((m, a, b) => m.or(a, b)), { ...LOGIC, says: 'Sets in the destination every bit that is set in the source.' }],
  ['adc', adc, { ...ARITHMETIC, reads: 'C', says: 'Adds the source and the carry flag to the destination.' }],
  ['sbb', sbb, { ...ARITHMETIC, reads: 'C', says: 'Subtracts the source and the carry flag from the destination.' }],
  ['and', logic((m, a, b) => m.and(a, b)), { ...LOGIC, says: 'Keeps in the destination only the bits that are set in the source too.' }],
  ['sub', sub, { ...ARITHMETIC, says: 'Subtracts the source from the destination.' }],
  ['xor', logic((m, a, b) => m.xor(a, b)), { ...LOGIC, says: 'Flips in the destination every bit that is set in the source.' }],
  ['cmp', cmp, { ...ARITHMETIC, says: 'Compares: subtracts the source from the destination for the flags alone.' }],
];

const hex = (n: number): string => n.toString(16).toUpperCase().padStart(2, '0');

function nineForms([name, means, options]: (typeof OPERATIONS)[number], digit: number): X86Row[] {
  const code = (low: number): string => hex(digit * 8 + low);
  const memory = { ...options, lock: name !== 'cmp' };
  return [
    ia32(name, 'r/m8, r8', `${code(0)} /r`, means, memory),
    ia32(name, 'r/m, r', `${code(1)} /r`, means, memory),
    ia32(name, 'r8, r/m8', `${code(2)} /r`, means, options),
    ia32(name, 'r, r/m', `${code(3)} /r`, means, options),
    ia32(name, 'al, imm8', `${code(4)} ib`, means, options),
    ia32(name, 'r/m, simm8', `83 /${digit} ib`, means, memory),
    ia32(name, 'eAX, imm', `${code(5)} iv`, means, options),
    ia32(name, 'r/m8, imm8', `80 /${digit} ib`, means, memory),
    ia32(name, 'r/m, imm', `81 /${digit} iv`, means, memory),
    ia32(name, 'r/m8, imm8', `82 /${digit} ib`, means, { ...memory, alias: true }),
  ];
}

const inc: Means = (m) => { const a = m.get(0), sum = m.add(a, m.const(1)); m.put(0, sum); m.flags('inc', a, undefined, sum); };
const dec: Means = (m) => { const a = m.get(0), rest = m.sub(a, m.const(1)); m.put(0, rest); m.flags('dec', a, undefined, rest); };
const not: Means = (m) => m.put(0, m.xor(m.get(0), m.const(-1)));
const neg: Means = (m) => { const zero = m.const(0), b = m.get(0), rest = m.sub(zero, b); m.put(0, rest); m.flags('sub', zero, b, rest); };

/** Of two commits to one register the later stands: the destination. */
const xadd: Means = (m) => {
  const a = m.get(0), b = m.get(1), sum = m.add(a, b);
  m.put(1, a); m.put(0, sum);
  m.flags('add', a, b, sum);
};
/** The destination is written either way, so that a locked comparison faults alike (SDM vol. 2A, CMPXCHG). */
const cmpxchg: Means = (m) => {
  const width = m.width, accumulator = m.reg(EAX, width), a = m.get(0), same = m.eq(m.zext(accumulator, width), m.zext(a, width));
  m.setReg(EAX, m.select(same, accumulator, a), width);
  m.put(0, m.select(same, m.get(1), a));
  m.flags('sub', accumulator, a, m.sub(accumulator, a));
};

const INC: RowOptions = { writes: 'OSZAP', says: 'Adds one; the carry flag keeps its value.' };
const DEC: RowOptions = { writes: 'OSZAP', says: 'Subtracts one; the carry flag keeps its value.' };
const TEST: RowOptions = { ...LOGIC, says: 'Ands the operands for the flags alone.' };
const NEG: RowOptions = { ...ARITHMETIC, lock: true, says: 'Negates the operand.' };
const NOT: RowOptions = { lock: true, says: 'Flips every bit of the operand.' };
const XADD: RowOptions = { ...ARITHMETIC, lock: true, says: 'Adds, and gives the old destination to the source register.' };
const CMPXCHG: RowOptions = { ...ARITHMETIC, lock: true, says: 'Stores the source if the accumulator equals the destination; else loads the accumulator.' };

export const ALU: readonly X86Row[] = [
  ...OPERATIONS.flatMap(nineForms),
  ia32('test', 'al, imm8', 'A8 ib', test, TEST),
  ia32('test', 'eAX, imm', 'A9 iv', test, TEST),
  ia32('test', 'r/m8, r8', '84 /r', test, TEST),
  ia32('test', 'r/m, r', '85 /r', test, TEST),
  ia32('test', 'r/m8, imm8', 'F6 /0 ib', test, TEST),
  ia32('test', 'r/m, imm', 'F7 /0 iv', test, TEST),
  ia32('test', 'r/m8, imm8', 'F6 /1 ib', test, { ...TEST, alias: true }),
  ia32('test', 'r/m, imm', 'F7 /1 iv', test, { ...TEST, alias: true }),
  ia32('inc', 'r', '40+r', inc, INC),
  ia32('dec', 'r', '48+r', dec, DEC),
  ia32('inc', 'r/m8', 'FE /0', inc, { ...INC, lock: true }),
  ia32('dec', 'r/m8', 'FE /1', dec, { ...DEC, lock: true }),
  ia32('inc', 'r/m', 'FF /0', inc, { ...INC, lock: true }),
  ia32('dec', 'r/m', 'FF /1', dec, { ...DEC, lock: true }),
  ia32('not', 'r/m8', 'F6 /2', not, NOT),
  ia32('not', 'r/m', 'F7 /2', not, NOT),
  ia32('neg', 'r/m8', 'F6 /3', neg, NEG),
  ia32('neg', 'r/m', 'F7 /3', neg, NEG),
  ia32('xadd', 'r/m8, r8', '0F C0 /r', xadd, XADD),
  ia32('xadd', 'r/m, r', '0F C1 /r', xadd, XADD),
  ia32('cmpxchg', 'r/m8, r8', '0F B0 /r', cmpxchg, CMPXCHG),
  ia32('cmpxchg', 'r/m, r', '0F B1 /r', cmpxchg, CMPXCHG),
];
