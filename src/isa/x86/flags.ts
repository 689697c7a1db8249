/**
 * Status flags kept as the operation that made them (words LAZY_*), and read when someone asks.
 *
 * Invariant: LAZY_RULE is 0 when the status bits in EFLAGS are valid, else 1 + rule * 4 + log2(width / 8), where `rule` is
 * the index in LAZY_RULES. Operands are kept as they came: bits above the width are don't-care and are shifted out here.
 * `set` is not lazy: it goes to EFLAGS at once. Formulas: SDM vol. 1, 3.4.3.1; AF of logic and shifts is 0.
 */
import type { FlagRule, Width } from '../microop/op.ts';
import { AF, CF, EFLAGS, LAZY_A, LAZY_B, LAZY_CARRY, LAZY_RESULT, LAZY_RULE, OF, PF, SF, STATUS_FLAGS, ZF } from './state.ts';

type Words = Int32Array | number[];
export type LazyRule = Exclude<FlagRule, 'set'>;
export const LAZY_RULES: readonly LazyRule[] = ['add', 'sub', 'logic', 'adc', 'sbb', 'inc', 'dec', 'shl', 'shr', 'sar'];
const ADD = 0,
  SUB = 1,
  LOGIC = 2,
  ADC = 3,
  SBB = 4,
  INC = 5,
  DEC = 6,
  SHL = 7,
  SHR = 8;
const NUMBER: Record<string, number> = Object.fromEntries(LAZY_RULES.map((rule, i) => [rule, i]));

/** What word LAZY_RULE holds for this rule and width. */
export const lazyCode = (rule: LazyRule, width: Width): number => 1 + NUMBER[rule]! * 4 + (width >> 4);

/** Even parity of the low byte, as the bit PF. */
function parity(result: number): number {
  let byte = result & 0xff;
  byte ^= byte >> 4;
  return (0x9669 >> (byte & 15)) & 1 ? PF : 0;
}

/** `shift` is 32 - width: operands moved to the top of a word compare as 32-bit ones do. */
function carryOf(rule: number, shift: number, a: number, b: number, carry: number, result: number): boolean {
  switch (rule) {
    case ADD:
      return (result << shift) >>> 0 < (a << shift) >>> 0;
    case SUB:
      return (a << shift) >>> 0 < (b << shift) >>> 0;
    case ADC:
      return carry ? (result << shift) >>> 0 <= (a << shift) >>> 0 : (result << shift) >>> 0 < (a << shift) >>> 0;
    case SBB:
      return carry ? (a << shift) >>> 0 <= (b << shift) >>> 0 : (a << shift) >>> 0 < (b << shift) >>> 0;
    case LOGIC:
      return false;
    case INC:
    case DEC:
      return carry !== 0;
    case SHL:
      return b <= 32 - shift && ((a >>> (32 - shift - b)) & 1) !== 0;
    case SHR:
      return ((((a << shift) >>> shift) >>> (b - 1)) & 1) !== 0;
    default:
      return ((((a << shift) >> shift) >> (b - 1)) & 1) !== 0;
  }
}
function overflowOf(rule: number, shift: number, a: number, b: number, result: number): boolean {
  switch (rule) {
    case ADD:
    case ADC:
      return ((a ^ result) & (b ^ result)) << shift < 0;
    case SUB:
    case SBB:
      return ((a ^ b) & (a ^ result)) << shift < 0;
    case LOGIC:
      return false;
    case INC:
      return ((result << shift) | 0) === -0x80000000;
    case DEC:
      return ((result << shift) | 0) === (0x7fffffff >> shift) << shift;
    case SHL:
      return result << shift < 0 !== carryOf(SHL, shift, a, b, 0, result);
    case SHR:
      return (result ^ (result << 1)) << shift < 0;
    default:
      return false;
  }
}
function adjustOf(rule: number, a: number, b: number, result: number): number {
  switch (rule) {
    case ADD:
    case SUB:
    case ADC:
    case SBB:
      return (a ^ b ^ result) & AF;
    case INC:
      return (result & 15) === 0 ? AF : 0;
    case DEC:
      return (result & 15) === 15 ? AF : 0;
    default:
      return 0;
  }
}

function statusOf(rule: number, shift: number, a: number, b: number, carry: number, result: number): number {
  const top = result << shift;
  return (
    (carryOf(rule, shift, a, b, carry, result) ? CF : 0) |
    parity(result) |
    adjustOf(rule, a, b, result) |
    (top === 0 ? ZF : 0) |
    (top < 0 ? SF : 0) |
    (overflowOf(rule, shift, a, b, result) ? OF : 0)
  );
}

/**
 * The six status flags that a rule gives, as EFLAGS bits. `carry`: the carry in of adc and sbb, the CF that inc and dec keep.
 * `b` is the count of a shift, 1..31.
 */
export const statusFlags = (rule: LazyRule, width: Width, a: number, b: number, carry: number, result: number): number =>
  statusOf(NUMBER[rule]!, 32 - width, a, b, carry, result);

/** EFLAGS with the status bits filled in. Changes nothing. */
export function materialise(words: Words): number {
  const code = words[LAZY_RULE]!;
  if (code === 0) return words[EFLAGS]!;
  const rule = (code - 1) >> 2,
    shift = 32 - (8 << ((code - 1) & 3));
  return (words[EFLAGS]! & ~STATUS_FLAGS) | statusOf(rule, shift, words[LAZY_A]!, words[LAZY_B]!, words[LAZY_CARRY]!, words[LAZY_RESULT]!);
}

/** Makes EFLAGS itself valid. */
export function settle(words: Words): number {
  if (words[LAZY_RULE] !== 0) {
    words[EFLAGS] = materialise(words);
    words[LAZY_RULE] = 0;
  }
  return words[EFLAGS]!;
}

/** Writes the EFLAGS bits of `mask` (the rule `set`). */
export function setFlagBits(words: Words, mask: number, value: number): void {
  if ((mask & STATUS_FLAGS) === STATUS_FLAGS) words[LAZY_RULE] = 0;
  else if ((mask & STATUS_FLAGS) !== 0) settle(words);
  words[EFLAGS] = (words[EFLAGS]! & ~mask) | (value & mask);
}

/** Remembers an operation. For inc and dec, `carry` is ignored: the CF of before is read here and kept. */
export function setLazy(words: Words, rule: LazyRule, width: Width, a: number, b: number, carry: number, result: number): void {
  const number = NUMBER[rule]!;
  const kept = number === INC || number === DEC ? (condition(words, 2) ? 1 : 0) : carry;
  words[LAZY_RULE] = 1 + number * 4 + (width >> 4);
  words[LAZY_A] = a;
  words[LAZY_B] = b;
  words[LAZY_CARRY] = kept;
  words[LAZY_RESULT] = result;
}

/** Whether condition `code` (0..15, as in the encoding of Jcc) holds, looking only at the flags that it needs. */
export function condition(words: Words, code: number): boolean {
  const lazy = words[LAZY_RULE]!;
  const holds = lazy === 0 ? conditionOf(words[EFLAGS]!, code >> 1) : lazyCondition(words, lazy - 1, code >> 1);
  return holds !== ((code & 1) === 1);
}

/** Condition pairs 0..7 (O B E BE S P L LE) of plain EFLAGS bits. */
function conditionOf(flags: number, pair: number): boolean {
  switch (pair) {
    case 0:
      return (flags & OF) !== 0;
    case 1:
      return (flags & CF) !== 0;
    case 2:
      return (flags & ZF) !== 0;
    case 3:
      return (flags & (CF | ZF)) !== 0;
    case 4:
      return (flags & SF) !== 0;
    case 5:
      return (flags & PF) !== 0;
    case 6:
      return ((flags >> 7) & 1) !== ((flags >> 11) & 1);
    default:
      return (flags & ZF) !== 0 || ((flags >> 7) & 1) !== ((flags >> 11) & 1);
  }
}

function lazyCondition(words: Words, code: number, pair: number): boolean {
  const rule = code >> 2,
    shift = 32 - (8 << (code & 3));
  const a = words[LAZY_A]!,
    b = words[LAZY_B]!,
    result = words[LAZY_RESULT]!,
    top = result << shift;
  switch (pair) {
    case 0:
      return overflowOf(rule, shift, a, b, result);
    case 1:
      return carryOf(rule, shift, a, b, words[LAZY_CARRY]!, result);
    case 2:
      return top === 0;
    case 3:
      return top === 0 || carryOf(rule, shift, a, b, words[LAZY_CARRY]!, result);
    case 4:
      return top < 0;
    case 5:
      return parity(result) !== 0;
    case 6:
      return rule === SUB ? a << shift < b << shift : top < 0 !== overflowOf(rule, shift, a, b, result);
    default:
      return rule === SUB ? a << shift <= b << shift : top === 0 || top < 0 !== overflowOf(rule, shift, a, b, result);
  }
}

/** EFLAGS & mask; cheap where no status flag is asked for. */
export const flagBits = (words: Words, mask: number): number => ((mask & STATUS_FLAGS) === 0 ? words[EFLAGS]! : materialise(words)) & mask;

/** A `flags` micro-op of any rule: `set` writes the bits of `mask` at once, the others are remembered. */
export function setFlags(
  words: Words,
  rule: FlagRule,
  width: Width,
  a: number,
  b: number,
  carry: number,
  result: number,
  mask: number,
): void {
  if (rule === 'set') setFlagBits(words, mask, result);
  else setLazy(words, rule, width, a, b, carry, result);
}
