/**
 * One lane of SSE arithmetic in integer arithmetic: operand rules, NaNs, exceptions and rounding of one scalar operation
 * (SDM vol. 1, 4.8.3.4, 11.5 and table 4-7). Pure: takes MXCSR, gives the result and the exceptions detected.
 *
 * Invariant: `before` are the exceptions that come before the result (#I, #D, #Z), `after` those of the result (#O, #U, #P).
 * When one of `before` is unmasked the result means nothing. Left out: what MXCSR becomes, and #XM (see apply.ts).
 */
import {
  add,
  DENORMAL,
  divide,
  type Finite,
  INEXACT,
  INVALID,
  multiply,
  OVERFLOW,
  round,
  type Rounding,
  squareRoot,
  UNDERFLOW,
  ZERO_DIVIDE,
} from '../../../bits/float/core.ts';
import {
  formatOf,
  infinityOf,
  isDenormal,
  isInfinite,
  isNaNPattern,
  isZero,
  orderOf,
  pack,
  pattern,
  type Pattern,
  type Precision,
  quietBit,
  signed,
  signOf,
  unpack,
  withQuietBit,
  zeroOf,
} from '../../../bits/float/binary.ts';
import { DAZ, FTZ, MASK_SHIFT } from './state.ts';

export interface Lane {
  readonly value: Pattern;
  readonly before: number;
  readonly after: number;
}

export type Arithmetic = 'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'min' | 'max';

export const roundingOf = (mxcsr: number): Rounding => ((mxcsr >> 13) & 3) as Rounding;
const lane = (value: Pattern, before = 0, after = 0): Lane => ({ value, before, after });
/** "QNaN floating-point indefinite". */
export const defaultNaN = (width: Precision): Pattern => (width === 64 ? pattern(0xfff8_0000, 0) : pattern(0, 0xffc0_0000));
const invalid = (width: Precision): Lane => lane(defaultNaN(width), INVALID);

const signaling = (width: Precision, x: Pattern): boolean => isNaNPattern(width, x) && !quietBit(width, x);
/** Denormals are zeros while DAZ is set. */
export const flushed = (width: Precision, x: Pattern, mxcsr: number): Pattern =>
  (mxcsr & DAZ) !== 0 && isDenormal(width, x) ? zeroOf(width, signOf(width, x)) : x;

/** The first operand that is a NaN, made quiet. */
function propagate(width: Precision, a: Pattern, b: Pattern): Lane {
  const chosen = isNaNPattern(width, a) ? a : b;
  return lane(withQuietBit(width, chosen), signaling(width, a) || signaling(width, b) ? INVALID : 0);
}

/** Rounds a result under MXCSR. */
export function deliver(width: Precision, value: Finite, mxcsr: number, before = 0): Lane {
  const result = round(value, formatOf(width), roundingOf(mxcsr));
  const done = (after: number): Lane => lane(pack(width, result), before, after);
  const unmasked = ~(mxcsr >> MASK_SHIFT);
  // Where #O or #U is unmasked, #P tells whether the result would be inexact with an unbounded exponent.
  const inexact = (): number => (round({ ...value, exponent: 0 }, formatOf(width), roundingOf(mxcsr)).inexact ? INEXACT : 0);
  if (result.overflow) return done(OVERFLOW | ((unmasked & OVERFLOW) !== 0 ? inexact() : INEXACT));
  if (!result.tiny) return done(result.inexact ? INEXACT : 0);
  if ((unmasked & UNDERFLOW) !== 0) return done(UNDERFLOW | inexact());
  if ((mxcsr & FTZ) !== 0) return lane(zeroOf(width, result.sign), before, UNDERFLOW | INEXACT);
  return done(result.inexact ? UNDERFLOW | INEXACT : 0);
}

const zeroSum = (width: Precision, mxcsr: number): Pattern => zeroOf(width, roundingOf(mxcsr) === 1 ? 1 : 0);

function sum(width: Precision, a: Pattern, b: Pattern, mxcsr: number, before: number): Lane {
  const infiniteA = isInfinite(width, a),
    infiniteB = isInfinite(width, b);
  if (infiniteA && infiniteB && signOf(width, a) !== signOf(width, b)) return invalid(width);
  if (infiniteA || infiniteB) return lane(infiniteA ? a : b, before);
  const zeroA = isZero(width, a),
    zeroB = isZero(width, b);
  if (zeroA && zeroB) return lane(signOf(width, a) === signOf(width, b) ? a : zeroSum(width, mxcsr), before);
  if (zeroA || zeroB) return deliver(width, unpack(width, zeroA ? b : a), mxcsr, before);
  const exact = add(unpack(width, a), unpack(width, b));
  return exact === null ? lane(zeroSum(width, mxcsr), before) : deliver(width, exact, mxcsr, before);
}

function product(width: Precision, a: Pattern, b: Pattern, mxcsr: number, before: number): Lane {
  const sign = (signOf(width, a) ^ signOf(width, b)) as 0 | 1;
  const infinite = isInfinite(width, a) || isInfinite(width, b),
    zero = isZero(width, a) || isZero(width, b);
  if (infinite && zero) return invalid(width);
  if (infinite) return lane(infinityOf(width, sign), before);
  if (zero) return lane(zeroOf(width, sign), before);
  return deliver(width, multiply(unpack(width, a), unpack(width, b)), mxcsr, before);
}

function quotient(width: Precision, a: Pattern, b: Pattern, mxcsr: number, before: number): Lane {
  const sign = (signOf(width, a) ^ signOf(width, b)) as 0 | 1;
  const infiniteA = isInfinite(width, a),
    infiniteB = isInfinite(width, b),
    zeroA = isZero(width, a),
    zeroB = isZero(width, b);
  if ((infiniteA && infiniteB) || (zeroA && zeroB)) return invalid(width);
  if (infiniteA) return lane(infinityOf(width, sign), before);
  if (zeroB) return lane(infinityOf(width, sign), ZERO_DIVIDE);
  if (infiniteB || zeroA) return lane(zeroOf(width, sign), before);
  return deliver(width, divide(unpack(width, a), unpack(width, b)), mxcsr, before);
}

function squareRootOf(width: Precision, a: Pattern, mxcsr: number, before: number): Lane {
  if (isZero(width, a)) return lane(a, before);
  if (signOf(width, a) === 1) return invalid(width);
  return isInfinite(width, a) ? lane(a, before) : deliver(width, squareRoot(unpack(width, a)), mxcsr, before);
}

/** MIN and MAX give the second operand when either is a NaN, or when both are zeros. */
function extreme(width: Precision, a: Pattern, b: Pattern, least: boolean, before: number): Lane {
  const order = orderOf(width, a, b);
  return lane(order === (least ? 'less' : 'greater') ? a : b, before);
}

/** a op b; of the square root `a` is the operand, and `b` is not looked at. */
export function arithmetic(width: Precision, op: Arithmetic, x: Pattern, y: Pattern, mxcsr: number): Lane {
  const a = flushed(width, x, mxcsr),
    b = op === 'sqrt' ? a : flushed(width, y, mxcsr);
  if (isNaNPattern(width, a) || isNaNPattern(width, b)) {
    return op === 'min' || op === 'max' ? lane(b, INVALID) : propagate(width, a, b);
  }
  const before = isDenormal(width, a) || isDenormal(width, b) ? DENORMAL : 0;
  switch (op) {
    case 'add':
      return sum(width, a, b, mxcsr, before);
    case 'sub':
      return sum(width, a, signed(width, b, signOf(width, b) === 1 ? 0 : 1), mxcsr, before);
    case 'mul':
      return product(width, a, b, mxcsr, before);
    case 'div':
      return quotient(width, a, b, mxcsr, before);
    case 'sqrt':
      return squareRootOf(width, a, mxcsr, before);
    case 'min':
    case 'max':
      return extreme(width, a, b, op === 'min', before);
  }
}

export type Relation = 'less' | 'equal' | 'greater' | 'unordered';
/** How two operands compare; `quiet`: a quiet NaN raises nothing. */
export function relation(
  width: Precision,
  x: Pattern,
  y: Pattern,
  quiet: boolean,
  mxcsr: number,
): { readonly order: Relation; readonly before: number } {
  const a = flushed(width, x, mxcsr),
    b = flushed(width, y, mxcsr);
  if (isNaNPattern(width, a) || isNaNPattern(width, b)) {
    return { order: 'unordered', before: !quiet || signaling(width, a) || signaling(width, b) ? INVALID : 0 };
  }
  return { order: orderOf(width, a, b), before: isDenormal(width, a) || isDenormal(width, b) ? DENORMAL : 0 };
}
