/**
 * The x87 operations that stand between arithmetic and functions: remainders, rounding to an integer, scaling, taking
 * apart (SDM vol. 2A, FPREM, FPREM1, FRNDINT, FSCALE, FXTRACT). Pure, like x87arith.
 */
import { DENORMAL, EXTENDED80, type Finite, INEXACT, normalize, toInteger, ZERO_DIVIDE } from '../../../bits/float/core.ts';
import { type F80, f80, infinity, isDenormal, isNaN80, kindOf, ONE, signOf, unpack, zero } from './f80.ts';
import { C0, C1, C2, C3 } from './stack.ts';
import { deliver, invalid, type Outcome, propagate, roundingOf } from './x87arith.ts';

export interface Remainder extends Outcome {
  /** C0, C1 and C3: the quotient's last three bits; C2: not yet complete. null: there was nothing to divide; C0 and C3 stay. */
  readonly conditions: number | null;
}

const big = (x: Finite): bigint => (BigInt(x.hi) << 32n) | BigInt(x.lo);
/** n / 2^63 * 2^exponent, n below 2^64. */
const fromBig = (sign: 0 | 1, exponent: number, n: bigint): Finite | null =>
  normalize(sign, exponent, Number(n >> 32n), Number(n & 0xffffffffn), 0);
const plain = (value: F80 | null, flags = 0): Outcome => ({ value, flags, up: false });
/** Denormal operands: null when #D is unmasked. */
const denormal = (control: number, ...operands: F80[]): { flags: number; stop: boolean } => {
  const flags = operands.some(isDenormal) ? DENORMAL : 0;
  return { flags, stop: flags !== 0 && (control & DENORMAL) === 0 };
};

/** The sign of a zero is the dividend's. */
export function remainder(a: F80, b: F80, nearest: boolean, control: number): Remainder {
  const ka = kindOf(a),
    kb = kindOf(b);
  const early =
    ka === 'unsupported' || kb === 'unsupported'
      ? invalid(control)
      : isNaN80(a) || isNaN80(b)
        ? propagate(a, b, control)
        : ka === 'infinity' || kb === 'zero'
          ? invalid(control)
          : null;
  if (early) return { ...early, conditions: null };
  const { flags, stop } = denormal(control, a, b);
  if (stop) return { ...plain(null, DENORMAL), conditions: null };
  if (ka === 'zero') return { ...plain(a, flags), conditions: 0 };
  if (kb === 'infinity') return { ...deliver(unpack(a), control, flags, EXTENDED80), conditions: 0 };
  return reduce(unpack(a), unpack(b), nearest, control, flags);
}

/** A reduction goes at most this many bits at a time: the manual lets N be 32 to 63. */
const LONGEST = 64;

function reduce(x: Finite, y: Finite, nearest: boolean, control: number, flags: number): Remainder {
  const distance = x.exponent - y.exponent;
  if (distance < -1) return { ...deliver(x, control, flags, EXTENDED80), conditions: 0 };
  if (distance >= LONGEST) {
    const rest = (big(x) << BigInt(partialBits(distance))) % big(y);
    const value = fromBig(x.sign, y.exponent + distance - partialBits(distance), rest);
    return { ...finish(value, x.sign, control, flags), conditions: C2 };
  }
  // Both in units of y's last place, or of half of it when x is the smaller.
  const small = distance < 0;
  const dividend = small ? big(x) : big(x) << BigInt(distance),
    divisor = small ? big(y) << 1n : big(y);
  let quotient = dividend / divisor,
    rest = dividend % divisor,
    sign = x.sign;
  if (nearest && (rest * 2n > divisor || (rest * 2n === divisor && (quotient & 1n) === 1n))) {
    quotient++;
    rest = divisor - rest;
    sign = sign === 1 ? 0 : 1;
  }
  const value = fromBig(sign, small ? x.exponent : y.exponent, rest);
  const q = Number(quotient & 7n);
  return { ...finish(value, x.sign, control, flags), conditions: (q & 4 ? C0 : 0) | (q & 2 ? C3 : 0) | (q & 1 ? C1 : 0) };
}

const partialBits = (distance: number): number => 32 + (distance & 31);

const finish = (value: Finite | null, sign: 0 | 1, control: number, flags: number): Outcome =>
  value === null ? plain(zero(sign), flags) : deliver(value, control, flags, EXTENDED80);

export function roundToInteger(a: F80, control: number): Outcome {
  const kind = kindOf(a);
  if (kind === 'unsupported') return invalid(control);
  if (isNaN80(a)) return propagate(a, a, control);
  if (kind === 'zero' || kind === 'infinity') return plain(a);
  const { flags, stop } = denormal(control, a);
  if (stop) return plain(null, DENORMAL);
  const x = unpack(a);
  if (x.exponent >= 63) return plain(a, flags);
  const { n, inexact, up } = toInteger(x, roundingOf(control))!;
  const magnitude = n < 0n ? -n : n;
  const value = magnitude === 0n ? zero(x.sign) : fromInteger80(x.sign, magnitude);
  return { value, flags: flags | (inexact ? INEXACT : 0), up };
}

function fromInteger80(sign: 0 | 1, magnitude: bigint): F80 {
  const value = fromBig(sign, 63, magnitude)!;
  return f80((sign << 15) | (value.exponent + 16383), value.hi, value.lo);
}

/** a times 2 to the integer part of b. */
export function scale(a: F80, b: F80, control: number): Outcome {
  const ka = kindOf(a),
    kb = kindOf(b);
  if (ka === 'unsupported' || kb === 'unsupported') return invalid(control);
  if (isNaN80(a) || isNaN80(b)) return propagate(a, b, control);
  if (kb === 'infinity' && (signOf(b) === 0 ? ka === 'zero' : ka === 'infinity')) return invalid(control);
  const { flags, stop } = denormal(control, a, b);
  if (stop) return plain(null, DENORMAL);
  if (ka === 'zero' || ka === 'infinity') return plain(a, flags);
  if (kb === 'infinity') return plain(signOf(b) === 0 ? infinity(signOf(a)) : zero(signOf(a)), flags);
  if (kb === 'zero') return deliver(unpack(a), control, flags, EXTENDED80);
  const x = unpack(a),
    by = unpack(b);
  const n = by.exponent > 17 ? 0x40000 : Number(toInteger({ ...by, sign: 0 }, 3)!.n);
  return deliver({ ...x, exponent: x.exponent + (by.sign === 1 ? -n : n) }, control, flags, EXTENDED80);
}

/** The exponent goes to ST, the significand is pushed above it. */
export function extract(a: F80, control: number): { readonly exponent: Outcome; readonly significand: Outcome } {
  const kind = kindOf(a);
  const both = (outcome: Outcome): { exponent: Outcome; significand: Outcome } => ({ exponent: outcome, significand: outcome });
  if (kind === 'unsupported') return both(invalid(control));
  if (isNaN80(a)) return both(propagate(a, a, control));
  if (kind === 'infinity') return { exponent: plain(infinity(0)), significand: plain(a) };
  if (kind === 'zero') {
    if ((control & ZERO_DIVIDE) === 0) return both(plain(null, ZERO_DIVIDE));
    return { exponent: plain(infinity(1), ZERO_DIVIDE), significand: plain(a, ZERO_DIVIDE) };
  }
  const { flags, stop } = denormal(control, a);
  if (stop) return both(plain(null, DENORMAL));
  const x = unpack(a),
    e = Math.abs(x.exponent);
  const exponent = e === 0 ? zero(0) : fromInteger80(x.exponent < 0 ? 1 : 0, BigInt(e));
  return { exponent: plain(exponent, flags), significand: plain(f80((x.sign << 15) | ONE.se, x.hi, x.lo), flags) };
}
