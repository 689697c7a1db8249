/**
 * The arithmetic of the x87: operands, NaNs, infinities and exceptions of one operation, and its result (SDM vol. 1, 8.5 and
 * tables 4-7, 8-10). Pure: takes the control word, gives the value and the exception flags it raises.
 *
 * Invariant: with an exception unmasked that comes before the result (#IA, #Z, #D, in this order) `value` is null and nothing is to be
 * written; with #O or #U unmasked the result is the one with the biased exponent. Left out: the register stack (fpu state).
 */
import {
  add,
  compareMagnitude,
  DENORMAL,
  divide,
  EXTENDED24,
  EXTENDED53,
  EXTENDED80,
  type Finite,
  type Format,
  INEXACT,
  INVALID,
  multiply,
  negate,
  OVERFLOW,
  round,
  type Rounding,
  squareRoot,
  UNDERFLOW,
  ZERO_DIVIDE,
} from '../../../bits/float/core.ts';
import { type F80, INDEFINITE, infinity, isDenormal, kindOf, pack, quieted, signOf, unpack, withSign, zero } from './f80.ts';

export interface Outcome {
  /** null: nothing is written, because an unmasked exception came before. */
  readonly value: F80 | null;
  readonly flags: number;
  /** C1: the last rounding went up. */
  readonly up: boolean;
}

export type Operation = 'add' | 'sub' | 'mul' | 'div';

export const roundingOf = (control: number): Rounding => ((control >> 10) & 3) as Rounding;
/** Precision control; the reserved value 1 acts as extended. */
export const formatOf = (control: number): Format => [EXTENDED24, EXTENDED80, EXTENDED53, EXTENDED80][(control >> 8) & 3]!;

const masked = (control: number, flag: number): boolean => (control & flag) !== 0;
const done = (value: F80 | null, flags: number, up = false): Outcome => ({ value, flags, up });
export const invalid = (control: number): Outcome => done(masked(control, INVALID) ? INDEFINITE : null, INVALID);

/** The NaN that an operation on a and b gives: quiet, the larger significand, positive on a tie (SDM vol. 1, table 4-7). */
export function propagate(a: F80, b: F80, control: number): Outcome {
  const ka = kindOf(a),
    kb = kindOf(b);
  const signaling = ka === 'signaling' || kb === 'signaling';
  if (signaling && !masked(control, INVALID)) return done(null, INVALID);
  const nanA = ka === 'quiet' || ka === 'signaling',
    nanB = kb === 'quiet' || kb === 'signaling';
  const chosen = !nanB ? a : !nanA ? b : mixed(a, b, ka, kb);
  return done(quieted(chosen), signaling ? INVALID : 0);
}

/** A signaling and a quiet NaN give the quiet one; two alike the larger significand. */
function mixed(a: F80, b: F80, ka: string, kb: string): F80 {
  if (ka !== kb) return ka === 'quiet' ? a : b;
  const order = a.hi - b.hi || a.lo - b.lo;
  if (order !== 0) return order > 0 ? a : b;
  return signOf(a) === 0 ? a : b;
}

/** Rounds a result under the control word, raising #O, #U and #P. */
export function deliver(value: Finite, control: number, earlier = 0, format = formatOf(control)): Outcome {
  const result = round(value, format, roundingOf(control));
  if (result.overflow && !masked(control, OVERFLOW)) return rebiased(value, control, -24576, OVERFLOW | earlier, format);
  if (result.tiny && !masked(control, UNDERFLOW)) return rebiased(value, control, 24576, UNDERFLOW | earlier, format);
  const flags =
    earlier | (result.overflow ? OVERFLOW : 0) | (result.tiny && result.inexact ? UNDERFLOW : 0) | (result.inexact ? INEXACT : 0);
  return done(pack(result, format.precision), flags, result.up);
}

function rebiased(value: Finite, control: number, by: number, flags: number, format: Format): Outcome {
  const result = round({ ...value, exponent: value.exponent + by }, format, roundingOf(control));
  // Only FSCALE gets so far that the biased exponent does not fit either: infinity or zero, whatever the rounding.
  if (result.overflow || result.tiny)
    return done(result.overflow ? infinity(value.sign) : zero(value.sign), flags | INEXACT, result.overflow);
  return done(pack(result, format.precision), flags | (result.inexact ? INEXACT : 0), result.up);
}

/** Denormal operands: #D, which when unmasked comes before everything. */
function denormals(control: number, ...operands: readonly F80[]): { readonly flags: number; readonly stop: boolean } {
  const flags = operands.some(isDenormal) ? DENORMAL : 0;
  return { flags, stop: flags !== 0 && !masked(control, DENORMAL) };
}

export function arithmetic(operation: Operation, a: F80, b: F80, control: number): Outcome {
  const ka = kindOf(a),
    kb = kindOf(b);
  if (ka === 'unsupported' || kb === 'unsupported') return invalid(control);
  if (ka === 'quiet' || ka === 'signaling' || kb === 'quiet' || kb === 'signaling') return propagate(a, b, control);
  const special = specials(operation, a, b, control);
  if (special !== null && (special.flags & (INVALID | ZERO_DIVIDE)) !== 0) return special;
  const { flags, stop } = denormals(control, a, b);
  if (stop) return done(null, DENORMAL);
  if (special !== null) return { ...special, flags: special.flags | flags };
  const x = unpack(a),
    y = unpack(b);
  const exact =
    operation === 'add' ? add(x, y) : operation === 'sub' ? add(x, negate(y)) : operation === 'mul' ? multiply(x, y) : divide(x, y);
  return exact === null ? done(zero(roundingOf(control) === 1 ? 1 : 0), flags) : deliver(exact, control, flags);
}

/** Results with a zero or an infinity among the operands; null when both are finite and not zero. */
function specials(operation: Operation, a: F80, b: F80, control: number): Outcome | null {
  const ka = kindOf(a),
    kb = kindOf(b);
  const sign = (signOf(a) ^ signOf(b)) as 0 | 1;
  const infiniteA = ka === 'infinity',
    infiniteB = kb === 'infinity',
    zeroA = ka === 'zero',
    zeroB = kb === 'zero';
  if (!infiniteA && !infiniteB && !zeroA && !zeroB) return null;
  switch (operation) {
    case 'add':
    case 'sub':
      return sums(a, operation === 'sub' ? withSign(b, signOf(b) === 0 ? 1 : 0) : b, control);
    case 'mul':
      if ((infiniteA && zeroB) || (zeroA && infiniteB)) return invalid(control);
      return done(infiniteA || infiniteB ? infinity(sign) : zero(sign), 0);
    case 'div':
      if ((infiniteA && infiniteB) || (zeroA && zeroB)) return invalid(control);
      if (infiniteA) return done(infinity(sign), 0);
      if (infiniteB || zeroA) return done(zero(sign), 0);
      return masked(control, ZERO_DIVIDE) ? done(infinity(sign), ZERO_DIVIDE) : done(null, ZERO_DIVIDE);
  }
}

function sums(a: F80, b: F80, control: number): Outcome {
  const ka = kindOf(a),
    kb = kindOf(b);
  if (ka === 'infinity') return kb === 'infinity' && signOf(a) !== signOf(b) ? invalid(control) : done(a, 0);
  if (kb === 'infinity') return done(b, 0);
  if (ka === 'zero' && kb === 'zero') return done(signOf(a) === signOf(b) ? a : zero(roundingOf(control) === 1 ? 1 : 0), 0);
  // A finite operand beside a zero is still rounded to the precision in force.
  return deliver(unpack(ka === 'zero' ? b : a), control);
}

export function sqrt(a: F80, control: number): Outcome {
  const kind = kindOf(a);
  if (kind === 'unsupported') return invalid(control);
  if (kind === 'quiet' || kind === 'signaling') return propagate(a, a, control);
  if (kind === 'zero') return done(a, 0);
  if (signOf(a) === 1) return invalid(control);
  if (kind === 'infinity') return done(a, 0);
  const { flags, stop } = denormals(control, a);
  return stop ? done(null, DENORMAL) : deliver(squareRoot(unpack(a)), control, flags);
}

export type Order = 'greater' | 'less' | 'equal' | 'unordered';

/** FCOM (quiet = false) and FUCOM: order and flags; an unmasked #IA leaves the order to the caller's rule. */
export function compare(a: F80, b: F80, quiet: boolean, control: number): { readonly order: Order; readonly flags: number } {
  const ka = kindOf(a),
    kb = kindOf(b);
  const nan = [ka, kb].some((k) => k === 'quiet' || k === 'signaling');
  if (ka === 'unsupported' || kb === 'unsupported') return { order: 'unordered', flags: INVALID };
  if (nan) return { order: 'unordered', flags: quiet && ka !== 'signaling' && kb !== 'signaling' ? 0 : INVALID };
  const { flags } = denormals(control, a, b);
  return { order: orderOf(a, b), flags };
}

function orderOf(a: F80, b: F80): Order {
  const key = (x: F80): number => (kindOf(x) === 'zero' ? 0 : signOf(x) === 1 ? -1 : 1);
  const ka = key(a),
    kb = key(b);
  if (ka !== kb) return ka > kb ? 'greater' : 'less';
  if (ka === 0) return 'equal';
  const larger = magnitudeOrder(a, b) * ka;
  return larger === 0 ? 'equal' : larger > 0 ? 'greater' : 'less';
}

function magnitudeOrder(a: F80, b: F80): number {
  const infiniteA = kindOf(a) === 'infinity',
    infiniteB = kindOf(b) === 'infinity';
  if (infiniteA || infiniteB) return Number(infiniteA) - Number(infiniteB);
  return compareMagnitude(unpack(a), unpack(b));
}
