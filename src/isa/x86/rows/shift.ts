/**
 * Shifts, rotates, rotates through carry, double shifts. Counts are taken modulo 32 (SDM vol. 2B, SAL/SAR/SHL/SHR);
 * a count of 0 leaves the flags alone.
 *
 * Where the manual leaves OF or CF undefined, the value is what the formula for one step gives, as processors do.
 */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { CF, OF } from '../state.ts';

type Means = (m: X86) => void;
const CARRY = 2;

const count = (m: X86, operand: number): Value => m.and(m.get(operand), m.const(31));
/** Flags of a shift: none when the count is 0. */
function shiftFlags(m: X86, rule: 'shl' | 'shr' | 'sar', a: Value, by: Value, result: Value): void {
  if (by.k === 'const') { if (by.n !== 0) m.flags(rule, a, by, result); }
  else m.flags(rule, a, by, result, { when: by });
}
const shift = (rule: 'shl' | 'shr' | 'sar'): Means => (m) => {
  const a = m.get(0), by = count(m, 1), width = m.width;
  const source = rule === 'shl' ? a : rule === 'shr' ? m.zext(a, width) : m.sext(a, width);
  const result = m.binary(rule, source, by);
  m.put(0, result);
  shiftFlags(m, rule, source, by, result);
};

/** CF and OF of a rotate, from the bits 0 or 1 that they are. */
function rotateFlags(m: X86, carry: Value, overflow: Value, by: Value): void {
  m.setBits(CF | OF, m.or(carry, m.shl(overflow, m.const(11))), by);
}
const rotate = (left: boolean): Means => (m) => {
  const width = m.width, by = count(m, 1), a = m.zext(m.get(0), width);
  const result = width === 32 ? m.binary(left ? 'rotl' : 'rotr', a, by) : rotateNarrow(m, a, by, width, left);
  m.put(0, result);
  const top = m.bit(result, width - 1);
  if (left) { const carry = m.and(result, m.const(1)); rotateFlags(m, carry, m.xor(top, carry), by); }
  else rotateFlags(m, top, m.xor(top, m.bit(result, width - 2)), by);
};
function rotateNarrow(m: X86, a: Value, by: Value, width: 8 | 16, left: boolean): Value {
  const within = m.and(by, m.const(width - 1)), rest = m.sub(m.const(width), within);
  return m.or(m.shl(a, left ? within : rest), m.shr(a, left ? rest : within));
}

/** The operand and CF together are one number of width + 1 bits that turns. */
const rotateThroughCarry = (left: boolean): Means => (m) => {
  const width = m.width, by = count(m, 1), a = m.zext(m.get(0), width), carry = m.condition(CARRY);
  const { result, out } = width === 32 ? throughCarryWide(m, a, carry, by, left) : throughCarryNarrow(m, a, carry, by, width, left);
  m.put(0, result);
  const top = m.bit(result, width - 1);
  rotateFlags(m, out, left ? m.xor(top, out) : m.xor(top, m.bit(result, width - 2)), by);
};
interface Turned { readonly result: Value; readonly out: Value }
function throughCarryNarrow(m: X86, a: Value, carry: Value, by: Value, width: 8 | 16, left: boolean): Turned {
  const bits = m.const(width + 1), whole = m.or(a, m.shl(carry, m.const(width)));
  const turn = m.divide('remu', m.const(0), by, bits), rest = m.sub(bits, turn);
  const turned = m.or(m.shl(whole, left ? turn : rest), m.shr(whole, left ? rest : turn));
  return { result: turned, out: m.bit(turned, width) };
}
/** 33 bits do not fit a value: the part that wraps is shifted in two steps, and a count of 0 is set apart. */
function throughCarryWide(m: X86, a: Value, carry: Value, by: Value, left: boolean): Turned {
  const one = m.const(1), less = m.sub(by, one), rest = m.sub(m.const(32), by);
  const turned = left
    ? m.or(m.or(m.shl(a, by), m.shl(carry, less)), m.shr(m.shr(a, one), rest))
    : m.or(m.or(m.shr(a, by), m.shl(carry, rest)), m.shl(m.shl(a, one), rest));
  const out = m.and(m.shr(a, left ? rest : less), one);
  return { result: m.select(by, turned, a), out };
}

/** Bits shifted in come from the second operand (SDM vol. 2B, SHLD). Word shifts by more than 16 are undefined there: here the source turns in again. */
const double = (left: boolean): Means => (m) => {
  const width = m.width, by = count(m, 2), a = m.zext(m.get(0), width), b = m.zext(m.get(1), width);
  const result = width === 32 ? doubleWide(m, a, b, by, left) : doubleWord(m, a, b, by, left);
  m.put(0, result);
  shiftFlags(m, left ? 'shl' : 'shr', a, by, result);
};
function doubleWide(m: X86, a: Value, b: Value, by: Value, left: boolean): Value {
  const rest = m.sub(m.const(32), by);
  const moved = left ? m.or(m.shl(a, by), m.shr(b, rest)) : m.or(m.shr(a, by), m.shl(b, rest));
  return m.select(by, moved, a);
}
function doubleWord(m: X86, a: Value, b: Value, by: Value, left: boolean): Value {
  const sixteen = m.const(16), pair = left ? m.or(m.shl(a, sixteen), b) : m.or(m.shl(b, sixteen), a);
  return left ? m.shr(m.binary('rotl', pair, by), sixteen) : m.binary('rotr', pair, by);
}

const SHIFT: RowOptions = { writes: 'SZPC', undefines: 'OA' };
const ROTATE: RowOptions = { writes: 'C', undefines: 'O' };
const OPERATIONS: readonly (readonly [digit: number, name: string, means: Means, options: RowOptions])[] = [
  [0, 'rol', rotate(true), { ...ROTATE, says: 'Turns the bits to the left.' }],
  [1, 'ror', rotate(false), { ...ROTATE, says: 'Turns the bits to the right.' }],
  [2, 'rcl', rotateThroughCarry(true), { ...ROTATE, reads: 'C', says: 'Turns the bits to the left, through the carry flag.' }],
  [3, 'rcr', rotateThroughCarry(false), { ...ROTATE, reads: 'C', says: 'Turns the bits to the right, through the carry flag.' }],
  [4, 'shl', shift('shl'), { ...SHIFT, says: 'Shifts to the left; zeros come in.' }],
  [5, 'shr', shift('shr'), { ...SHIFT, says: 'Shifts to the right; zeros come in.' }],
  [6, 'shl', shift('shl'), { ...SHIFT, alias: true, says: 'Shifts to the left; zeros come in.' }],
  [7, 'sar', shift('sar'), { ...SHIFT, says: 'Shifts to the right; the sign comes in.' }],
];

/** OF is defined for a shift or rotate by one. */
const byOne = (options: RowOptions): RowOptions => ({
  ...options, writes: `O${options.writes ?? ''}`, undefines: (options.undefines ?? '').replace('O', ''),
});
const sixForms = ([digit, name, means, options]: (typeof OPERATIONS)[number]): X86Row[] => {
  const entry = { ...options, entry: digit < 4 ? 'RCL/RCR/ROL/ROR' : 'SAL/SAR/SHL/SHR' };
  return [
    ia32(name, 'r/m8, 1', `D0 /${digit}`, means, byOne(entry)),
    ia32(name, 'r/m, 1', `D1 /${digit}`, means, byOne(entry)),
    ia32(name, 'r/m8, cl', `D2 /${digit}`, means, entry),
    ia32(name, 'r/m, cl', `D3 /${digit}`, means, entry),
    ia32(name, 'r/m8, imm8', `C0 /${digit} ib`, means, entry),
    ia32(name, 'r/m, imm8', `C1 /${digit} ib`, means, entry),
  ];
};
const DOUBLE: RowOptions = { ...SHIFT, says: 'Shifts; bits of the second operand come in.' };

export const SHIFTS: readonly X86Row[] = [
  ...OPERATIONS.flatMap(sixForms),
  ia32('shld', 'r/m, r, imm8', '0F A4 /r ib', double(true), DOUBLE),
  ia32('shld', 'r/m, r, cl', '0F A5 /r', double(true), DOUBLE),
  ia32('shrd', 'r/m, r, imm8', '0F AC /r ib', double(false), DOUBLE),
  ia32('shrd', 'r/m, r, cl', '0F AD /r', double(false), DOUBLE),
];
