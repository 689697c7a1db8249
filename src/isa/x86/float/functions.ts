/**
 * The transcendental instructions of the x87: special values and exceptions here, digits in series.ts (SDM vol. 1, 8.3.10
 * and vol. 2A, F2XM1, FPATAN, FPTAN, FSIN, FYL2X). Pure.
 *
 * Invariant: a finite result is the correctly rounded extended number under the rounding control, which lies within the one
 * unit that processors promise; they may differ from it in the last place. Left out: precision control has no effect here.
 */
import { DENORMAL, EXTENDED80, ZERO_DIVIDE } from '../../../bits/float/core.ts';
import { type F80, infinity, isDenormal, isNaN80, kindOf, ONE, signOf, unpack, withSign, zero } from './f80.ts';
import {
  arctangent,
  circular,
  type Circular,
  logarithm,
  logarithmOfOnePlus,
  minus,
  pi,
  piOver,
  powerOfTwoMinusOne,
  product,
  type Real,
  real,
  tangent as quotient,
  toFinite,
} from './series.ts';
import { deliver, invalid, type Outcome, propagate } from './x87arith.ts';

const exact = (value: F80 | null, flags = 0): Outcome => ({ value, flags, up: false });
const round = (value: Real, sign: number, control: number, flags: number): Outcome =>
  deliver(toFinite(value, sign as 0 | 1), control, flags, EXTENDED80);
const opposite = (sign: number): 0 | 1 => (sign === 0 ? 1 : 0);

/** What unsupported numbers, NaNs and unmasked denormals give; else the flags to go on with. */
function begin(control: number, a: F80, b: F80 = a): Outcome | number {
  if (kindOf(a) === 'unsupported' || kindOf(b) === 'unsupported') return invalid(control);
  if (isNaN80(a) || isNaN80(b)) return propagate(a, b, control);
  return 0;
}
function denormals(control: number, a: F80, b: F80 = a): Outcome | number {
  if (!isDenormal(a) && !isDenormal(b)) return 0;
  return (control & DENORMAL) === 0 ? exact(null, DENORMAL) : DENORMAL;
}

/** Both results, or that the argument is out of range (C2). */
export interface Pair {
  readonly first: Outcome;
  readonly second: Outcome;
  readonly outOfRange: boolean;
}
const alike = (outcome: Outcome): Pair => ({ first: outcome, second: outcome, outOfRange: false });

export type CircularKind = 'sine' | 'cosine' | 'both' | 'tangent';

/** FSIN and FCOS give `first`; FSINCOS sine and cosine; FPTAN tangent and 1. */
export function circularFunction(a: F80, kind: CircularKind, control: number): Pair {
  const early = begin(control, a);
  if (typeof early !== 'number') return alike(early);
  if (kindOf(a) === 'infinity') return alike(invalid(control));
  if (kindOf(a) === 'zero') return { ...ofZero(a, kind), outOfRange: false };
  const flags = denormals(control, a);
  if (typeof flags !== 'number') return alike(flags);
  const x = unpack(a);
  if (x.exponent >= 63) return { ...alike(exact(null)), outOfRange: true };
  const c = circular(real(x));
  const first = firstOf(c, kind, x.sign, control, flags);
  const second = kind === 'tangent' ? exact(ONE, flags) : round(c.cosine, Number(c.cosineNegative), control, flags);
  return { first, second, outOfRange: false };
}
function firstOf(c: Circular, kind: CircularKind, sign: 0 | 1, control: number, flags: number): Outcome {
  if (kind === 'cosine') return round(c.cosine, Number(c.cosineNegative), control, flags);
  const sine = sign ^ Number(c.sineNegative);
  return kind === 'tangent' ? round(quotient(c), sine ^ Number(c.cosineNegative), control, flags) : round(c.sine, sine, control, flags);
}
const ofZero = (a: F80, kind: CircularKind): { first: Outcome; second: Outcome } => ({
  first: exact(kind === 'cosine' ? ONE : a),
  second: exact(ONE),
});

/** atan(y/x), in the quadrant of the point (SDM vol. 2A, table 3-30). */
export function arctangentOf(y: F80, x: F80, control: number): Outcome {
  const early = begin(control, y, x);
  if (typeof early !== 'number') return early;
  const flags = denormals(control, y, x);
  if (typeof flags !== 'number') return flags;
  const sign = signOf(y),
    back = signOf(x) === 1,
    ky = kindOf(y),
    kx = kindOf(x);
  if (ky === 'infinity') return round(piOver(kx !== 'infinity' ? 1n : back ? 3n : 1n, kx === 'infinity' ? 2 : 1), sign, control, flags);
  if (ky === 'zero' || kx === 'infinity') return back ? round(pi(), sign, control, flags) : exact(zero(sign), flags);
  if (kx === 'zero') return round(piOver(1n, 1), sign, control, flags);
  const fy = unpack(y),
    fx = unpack(x);
  const angle = arctangent(real(fy), real(fx));
  return round(back ? minus(pi(), angle) : angle, sign, control, flags);
}

/** 2^x - 1; beyond [-1, 1] the manual leaves it undefined, and x stays. */
export function exponential(a: F80, control: number): Outcome {
  const early = begin(control, a);
  if (typeof early !== 'number') return early;
  if (kindOf(a) === 'zero') return exact(a);
  if (kindOf(a) === 'infinity') return exact(signOf(a) === 0 ? a : withSign(ONE, 1));
  const flags = denormals(control, a);
  if (typeof flags !== 'number') return flags;
  const x = unpack(a);
  if (x.exponent >= 0) return exact(x.exponent > 0 || ((x.hi << 1) | x.lo) !== 0 ? a : x.sign === 0 ? ONE : HALF_NEGATIVE, flags);
  return round(powerOfTwoMinusOne(real(x), x.sign === 1), x.sign, control, flags);
}
const HALF_NEGATIVE: F80 = { se: 0xbffe, hi: 0x80000000, lo: 0 };

/** y * log2(x). */
export function logarithmTimes(x: F80, y: F80, control: number): Outcome {
  const early = begin(control, x, y);
  if (typeof early !== 'number') return early;
  const kx = kindOf(x),
    ky = kindOf(y);
  if (signOf(x) === 1 && kx !== 'zero') return invalid(control);
  if (kx === 'zero') return ofZeroArgument(y, ky, control);
  const one = x.se === ONE.se && x.hi === ONE.hi && x.lo === 0,
    above = kx === 'infinity' || (x.se >= ONE.se && !one);
  if ((kx === 'infinity' && ky === 'zero') || (one && ky === 'infinity')) return invalid(control);
  const flags = denormals(control, x, y);
  if (typeof flags !== 'number') return flags;
  const sign = signOf(y) ^ (above || one ? 0 : 1);
  if (kx === 'infinity' || ky === 'infinity') return exact(infinity(sign as 0 | 1), flags);
  if (one || ky === 'zero') return exact(zero(sign as 0 | 1), flags);
  return round(product(logarithm(real(unpack(x))).value!, real(unpack(y))), sign, control, flags);
}
function ofZeroArgument(y: F80, ky: string, control: number): Outcome {
  if (ky === 'zero') return invalid(control);
  if (ky === 'infinity') return exact(infinity(opposite(signOf(y))));
  return exact((control & ZERO_DIVIDE) === 0 ? null : infinity(opposite(signOf(y))), ZERO_DIVIDE);
}

/** y * log2(1 + x); meant for |x| < 1 - sqrt(2)/2, and beyond it still what it says as long as 1 + x is positive. */
export function logarithmOfOnePlusTimes(x: F80, y: F80, control: number): Outcome {
  const early = begin(control, x, y);
  if (typeof early !== 'number') return early;
  const kx = kindOf(x),
    ky = kindOf(y);
  if (kx === 'infinity' && signOf(x) === 1) return invalid(control);
  if ((kx === 'infinity' && ky === 'zero') || (kx === 'zero' && ky === 'infinity')) return invalid(control);
  const flags = denormals(control, x, y);
  if (typeof flags !== 'number') return flags;
  const sign = (signOf(x) ^ signOf(y)) as 0 | 1;
  if (kx === 'infinity' || ky === 'infinity') return exact(infinity(sign), flags);
  if (kx === 'zero' || ky === 'zero') return exact(zero(sign), flags);
  const fx = unpack(x);
  if (fx.sign === 1 && fx.exponent >= 0) return invalid(control);
  return round(product(logarithmOfOnePlus(real(fx), fx.sign === 1), real(unpack(y))), sign, control, flags);
}
