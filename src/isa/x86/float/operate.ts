/**
 * The x87's arithmetic on its stack: operands from registers or memory, results and exceptions committed, the functions of one and two
 * operands (SDM vol. 1, 8.3).
 *
 * Invariant: an unmasked exception of the arithmetic itself leaves the registers as they were. Left out: the numbers (x87arith.ts,
 * functions.ts, partial.ts).
 */
import { DENORMAL, INVALID, ZERO_DIVIDE } from '../../../bits/float/core.ts';
import { FPU_REGISTERS, FPU_STATUS, FPU_TAGS } from '../state.ts';
import { load32, load64, loadInteger } from './convert.ts';
import { type F80, INDEFINITE, f80, kindOf } from './f80.ts';
import { integerExponent, integerHigh, wideExponent32, wideExponent64, wideHigh32, wideHigh64 } from './fast-memory.ts';
import { operateFast, squareRoot } from './fast.ts';
import { type CircularKind, circularFunction } from './functions.ts';
import { extract, remainder } from './partial.ts';
import {
  C1,
  C2,
  STACK_FAULT,
  commit,
  commitUnderflow,
  control,
  get,
  isEmpty,
  maskedIn,
  placeOf,
  pop,
  push,
  raise,
  set,
  setConditions,
  topOf,
  underflows,
} from './stack.ts';
import { type Operation, type Outcome, arithmetic, sqrt } from './x87arith.ts';

const OPERATIONS: readonly Operation[] = ['add', 'mul', 'add', 'add', 'sub', 'sub', 'div', 'div'];
/** The opcode's three bits: 0 add, 1 mul, 4 sub, 5 subr, 6 div, 7 divr. The reversed ones have bit 0 set, above 3. */
const operate = (operation: number, a: F80, b: F80, word: number): Outcome =>
  operation > 3 && (operation & 1) === 1 ? arithmetic(OPERATIONS[operation]!, b, a, word) : arithmetic(OPERATIONS[operation]!, a, b, word);

/** ST(destination) = ST(destination) op ST(source). */
export function arithmeticRegisters(w: Int32Array, operation: number, destination: number, source: number, pops: number): number {
  const top = topOf(w),
    d = (top + destination) & 7,
    s = (top + source) & 7,
    a = FPU_REGISTERS + 3 * d,
    b = FPU_REGISTERS + 3 * s;
  const both = (1 << d) | (1 << s),
    fast = (w[FPU_TAGS]! & both) === both && operateFast(w, operation, a, w[a]!, w[a + 1]!, w[a + 2]!, w[b]!, w[b + 1]!, w[b + 2]!);
  const done = fast
    ? true
    : isEmpty(w, destination) || isEmpty(w, source)
      ? commitUnderflow(w, destination)
      : commit(w, destination, operate(operation, get(w, destination), get(w, source), control(w)));
  if (done && pops !== 0) pop(w);
  return 0;
}
/** ST = ST op a number from memory, which a signaling NaN or a denormal in its own format may have made special. */
function arithmeticLoaded(w: Int32Array, operation: number, loaded: Outcome): number {
  if (isEmpty(w, 0)) commitUnderflow(w, 0);
  else
    commit(
      w,
      0,
      withLoaded(w, loaded, (value) => operate(operation, get(w, 0), value, control(w))),
    );
  return 0;
}
/** The same for a normal number or zero that stands in three words already; false when it is not for the fast path. */
function operateOnTop(w: Int32Array, operation: number, lo: number, hi: number, se: number): boolean {
  const at = placeOf(w, 0);
  return !isEmpty(w, 0) && operateFast(w, operation, at, w[at]!, w[at + 1]!, w[at + 2]!, lo, hi, se);
}
export function arithmetic64(w: Int32Array, operation: number, lo: number, hi: number): number {
  const se = wideExponent64(lo, hi);
  if (se >= 0 && operateOnTop(w, operation, lo << 11, wideHigh64(lo, hi), se)) return 0;
  return arithmeticLoaded(w, operation, load64(lo, hi, ALL_MASKED));
}
export function arithmetic32(w: Int32Array, operation: number, bits: number): number {
  const se = wideExponent32(bits);
  if (se >= 0 && operateOnTop(w, operation, 0, wideHigh32(bits), se)) return 0;
  return arithmeticLoaded(w, operation, load32(bits, ALL_MASKED));
}
export function arithmeticInteger(w: Int32Array, operation: number, n: number): number {
  if (operateOnTop(w, operation, 0, integerHigh(n), integerExponent(n))) return 0;
  return arithmeticLoaded(w, operation, { value: loadInteger(n, n >> 31), flags: 0, up: false });
}
export function squareRootOf(w: Int32Array): number {
  const at = placeOf(w, 0);
  if (!isEmpty(w, 0) && squareRoot(w, at, w[at]!, w[at + 1]!, w[at + 2]!)) return 0;
  return unary(w, sqrt);
}

/** The short formats keep what made them special through their conversion: a signaling NaN is still one here. */
export const raw = (loaded: Outcome): F80 => (loaded.flags & INVALID ? signaling(loaded.value!) : loaded.value!);
const signaling = (value: F80): F80 => f80(value.se, value.hi & ~0x40000000, value.lo);
function withLoaded(w: Int32Array, loaded: Outcome, use: (value: F80) => Outcome): Outcome {
  const outcome = use(raw(loaded));
  const denormal =
    loaded.flags & DENORMAL && (outcome.flags & (INVALID | ZERO_DIVIDE)) === 0 && kindOf(get(w, 0)) !== 'quiet' ? DENORMAL : 0;
  if (denormal !== 0 && (control(w) & DENORMAL) === 0) return { value: null, flags: DENORMAL, up: false };
  return { ...outcome, flags: outcome.flags | denormal };
}
/** Every exception masked, so that nothing is lost on the way. */
export const ALL_MASKED = 0x3f;

export function unary(w: Int32Array, operation: (a: F80, word: number) => Outcome): number {
  if (isEmpty(w, 0)) commitUnderflow(w, 0);
  else commit(w, 0, operation(get(w, 0), control(w)));
  return 0;
}
/** Of ST and ST(1). */
export function binary(w: Int32Array, operation: (a: F80, b: F80, word: number) => Outcome, to: 0 | 1): number {
  const done = isEmpty(w, 0) || isEmpty(w, 1) ? commitUnderflow(w, to) : commit(w, to, operation(get(w, 0), get(w, 1), control(w)));
  if (done && to === 1) pop(w);
  return 0;
}

export function remainderOf(w: Int32Array, nearest: number): number {
  w[FPU_STATUS]! &= ~C2;
  if (isEmpty(w, 0) || isEmpty(w, 1)) {
    commitUnderflow(w, 0);
    return 0;
  }
  const outcome = remainder(get(w, 0), get(w, 1), nearest !== 0, control(w));
  commit(w, 0, outcome);
  if (outcome.conditions !== null) setConditions(w, outcome.conditions);
  return 0;
}

export function extractOf(w: Int32Array): number {
  if (isEmpty(w, 0)) {
    if (underflows(w)) {
      set(w, 0, INDEFINITE);
      push(w, INDEFINITE);
    }
    return 0;
  }
  if (!isEmpty(w, 7)) return overflowed(w);
  const { exponent, significand } = extract(get(w, 0), control(w));
  raise(w, exponent.flags, false);
  if (exponent.value === null) return 0;
  set(w, 0, exponent.value);
  push(w, significand.value!);
  return 0;
}
/** No room for a second result: both become indefinite. */
function overflowed(w: Int32Array): number {
  raise(w, INVALID | STACK_FAULT, true);
  if (maskedIn(w, INVALID)) {
    set(w, 0, INDEFINITE);
    push(w, INDEFINITE);
  }
  return 0;
}

const CIRCULAR: readonly CircularKind[] = ['sine', 'cosine', 'both', 'tangent'];
export function circularOf(w: Int32Array, which: number): number {
  const kind = CIRCULAR[which]!,
    two = which >= 2;
  w[FPU_STATUS]! &= ~C2;
  if (isEmpty(w, 0)) {
    if (underflows(w)) {
      set(w, 0, INDEFINITE);
      if (two) push(w, INDEFINITE);
    }
    return 0;
  }
  if (two && !isEmpty(w, 7)) return overflowed(w);
  const { first, second, outOfRange } = circularFunction(get(w, 0), kind, control(w));
  if (outOfRange) {
    w[FPU_STATUS] = (w[FPU_STATUS]! & ~C1) | C2;
    return 0;
  }
  raise(w, first.flags | (two ? second.flags : 0), two ? second.up : first.up);
  if (first.value === null || second.value === null) return 0;
  set(w, 0, first.value);
  if (two) push(w, second.value);
  return 0;
}
