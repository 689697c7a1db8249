/**
 * Elementary functions in integer arithmetic: fixed-point series on big integers, 192 bits below the leading one, so that
 * one rounding at the end is correct but for arguments within 2^-100 of a tie.
 *
 * A `Real` is n * 2^e, n a positive big integer. Functions that vanish at zero are computed as argument times a series in
 * its square, which keeps the relative precision of the smallest arguments. Left out: signs, special values, rounding.
 */
import { type Finite, normalize } from '../../../bits/float/core.ts';

export interface Real {
  readonly n: bigint;
  readonly e: number;
}

/** Fraction bits of the series. */
const F = 192,
  BITS = BigInt(F),
  ONE = 1n << BITS;

const bitLength = (n: bigint): number => n.toString(16).length * 4 - Math.clz32(parseInt(n.toString(16)[0]!, 16)) + 28;
const shift = (n: bigint, by: number): bigint => (by >= 0 ? n << BigInt(by) : n >> BigInt(-by));

export const real = (x: Finite): Real => ({ n: (BigInt(x.hi) << 32n) | BigInt(x.lo), e: x.exponent - 63 });
const times = (a: Real, b: Real): Real => trim({ n: a.n * b.n, e: a.e + b.e });
export const product = times;
export const reciprocal = (a: Real): Real => over({ n: 1n, e: 0 }, a);
const over = (a: Real, b: Real): Real => {
  const more = F + 8 + Math.max(0, bitLength(b.n) - bitLength(a.n));
  return { n: ((a.n << BigInt(more)) / b.n) | 1n, e: a.e - b.e - more };
};
/** Keeps 256 leading bits and a sticky one. */
function trim(a: Real): Real {
  const extra = bitLength(a.n) - 256;
  if (extra <= 0) return a;
  const n = a.n >> BigInt(extra);
  return { n: n << BigInt(extra) === a.n ? n : n | 1n, e: a.e + extra };
}
/** As a fixed-point number, cut off. */
const fixed = (a: Real, bits = F): bigint => shift(a.n, a.e + bits);

/** For one rounding: 96 bits, the last one sticky. */
export function toFinite(a: Real, sign: 0 | 1): Finite {
  const length = bitLength(a.n),
    top = length - 96;
  let n = shift(a.n, -top);
  if (top > 0 && n << BigInt(top) !== a.n) n |= 1n;
  return normalize(sign, a.e + length - 1, Number(n >> 64n), Number((n >> 32n) & 0xffffffffn), Number(n & 0xffffffffn))!;
}

/** atan(1/n) or atanh(1/n) with `bits` fraction bits. */
function inverseTangent(n: bigint, bits: bigint, hyperbolic: boolean): bigint {
  const square = n * n;
  let power = (1n << bits) / n,
    sum = power,
    negative = false;
  for (let k = 3n; power !== 0n; k += 2n) {
    power /= square;
    negative = !negative && !hyperbolic;
    sum += negative ? -(power / k) : power / k;
  }
  return sum;
}

/** Fraction bits of pi and ln 2: enough to reduce arguments below 2^63 that lie close to a multiple of pi/2. */
const CONSTANT_BITS = 448n;
const constants = new Map<string, bigint>();
function constant(name: 'pi' | 'ln2'): bigint {
  let known = constants.get(name);
  if (known === undefined) constants.set(name, (known = name === 'pi' ? computePi() : computeLn2()));
  return known;
}
/** Machin 1706, with 32 guard bits. */
function computePi(): bigint {
  const bits = CONSTANT_BITS + 32n;
  return (16n * inverseTangent(5n, bits, false) - 4n * inverseTangent(239n, bits, false)) >> 32n;
}
function computeLn2(): bigint {
  const bits = CONSTANT_BITS + 32n;
  return (18n * inverseTangent(26n, bits, true) - 2n * inverseTangent(4801n, bits, true) + 8n * inverseTangent(8749n, bits, true)) >> 32n;
}
export const pi = (): Real => ({ n: constant('pi'), e: -Number(CONSTANT_BITS) });
export const ln2 = (): Real => ({ n: constant('ln2'), e: -Number(CONSTANT_BITS) });
/** pi times a fraction with a power of two below. */
export const piOver = (times: bigint, power: number): Real => ({ n: constant('pi') * times, e: -Number(CONSTANT_BITS) - power });

/** 1 + c1 s + c2 s^2 + ... where each term is the last times s / divisor(k), with alternating signs or not. */
function series(square: bigint, divisor: (k: bigint) => bigint, alternating: boolean): bigint {
  let term = ONE,
    sum = ONE;
  for (let k = 1n; term !== 0n; k++) {
    term = ((term * square) >> BITS) / divisor(k);
    sum += alternating && (k & 1n) === 1n ? -term : term;
  }
  // The first term may have vanished altogether: leave a trace of it, so that the result is not taken for exact.
  return sum === ONE ? (alternating ? ONE - 1n : ONE + 1n) : sum;
}
/** sum of (+-s)^k / (2k + 1). */
function oddSeries(square: bigint, alternating: boolean): bigint {
  let power = ONE,
    sum = ONE;
  for (let k = 1n; power !== 0n; k++) {
    power = (power * square) >> BITS;
    sum += alternating && (k & 1n) === 1n ? -(power / (2n * k + 1n)) : power / (2n * k + 1n);
  }
  return sum === ONE ? (alternating ? ONE - 1n : ONE + 1n) : sum;
}
const timesSeries = (x: Real, sum: bigint): Real => times(x, { n: sum, e: -F });

/** sin and cos of r in [0, pi/4]. */
const sineOf = (r: Real, square: bigint): Real =>
  timesSeries(
    r,
    series(square, (k) => 2n * k * (2n * k + 1n), true),
  );
const cosineOf = (square: bigint): Real => ({ n: series(square, (k) => 2n * k * (2n * k - 1n), true), e: -F });

export interface Circular {
  readonly sine: Real;
  readonly cosine: Real;
  readonly sineNegative: boolean;
  readonly cosineNegative: boolean;
}

/** Sine and cosine of a positive number below 2^63. */
export function circular(x: Real): Circular {
  const { quadrant, rest, negative } = reduced(x);
  const square = fixed(times(rest, rest));
  const sine = sineOf(rest, square),
    cosine = cosineOf(square);
  const [s, c] = (quadrant & 1) === 0 ? [sine, cosine] : [cosine, sine];
  const sNegative = (quadrant & 1) === 0 ? negative : false,
    cNegative = (quadrant & 1) === 0 ? false : negative;
  // sin(r + k pi/2): s, c, -s, -c; cos(r + k pi/2): c, -s, -c, s.
  return {
    sine: s,
    cosine: c,
    sineNegative: sNegative !== (quadrant & 2) > 0,
    cosineNegative: cNegative !== (quadrant === 1 || quadrant === 2),
  };
}

/** x = quadrant * pi/2 +- rest, rest in [0, pi/4]. */
function reduced(x: Real): { quadrant: number; rest: Real; negative: boolean } {
  if (x.e + bitLength(x.n) < 0) return { quadrant: 0, rest: x, negative: false };
  const bits = Number(CONSTANT_BITS),
    half = constant('pi');
  const scaled = shift(x.n, x.e + bits + 1);
  const turns = (scaled + half / 2n) / half,
    difference = scaled - turns * half;
  return { quadrant: Number(turns & 3n), rest: { n: difference < 0n ? -difference : difference, e: -bits - 1 }, negative: difference < 0n };
}

export const tangent = (c: Circular): Real => over(c.sine, c.cosine);

const STEPS = 16;
const arctangents = new Map<number, bigint>();
/** atan(k/16), k to 16. */
function tableArctangent(k: number): bigint {
  let known = arctangents.get(k);
  if (known === undefined) {
    if (k === STEPS) known = fixed(piOver(1n, 2));
    // atan(k/16) - atan((k-1)/16) = atan(16 / (256 + k (k-1)))
    else known = (k === 1 ? 0n : tableArctangent(k - 1)) + inverseTangentOf(16n, BigInt(256 + k * (k - 1)));
    arctangents.set(k, known);
  }
  return known;
}
function inverseTangentOf(numerator: bigint, denominator: bigint): bigint {
  const x = (numerator << BITS) / denominator;
  return (x * oddSeries((x * x) >> BITS, true)) >> BITS;
}

/** atan(y/x), both positive, in [0, pi/2]. */
export function arctangent(y: Real, x: Real): Real {
  const swap = compare(y, x) > 0;
  const angle = swap ? arctangentBelowOne(x, y) : arctangentBelowOne(y, x);
  return swap ? minus(piOver(1n, 1), angle) : angle;
}
function arctangentBelowOne(y: Real, x: Real): Real {
  const ratio = over(y, x);
  const k = bitLength(ratio.n) + ratio.e < -6 ? 0 : Number(((fixed(ratio) << 4n) + (ONE >> 1n)) >> BITS);
  if (k === 0) return timesSeries(ratio, oddSeries(fixed(times(ratio, ratio)), true));
  // (r - k/16) / (1 + r k/16)
  const r = fixed(ratio),
    step = BigInt(k);
  const rest = ((16n * r - step * ONE) << BITS) / (16n * ONE + step * r);
  return { n: tableArctangent(k) + ((rest * oddSeries((rest * rest) >> BITS, true)) >> BITS), e: -F };
}
function compare(a: Real, b: Real): number {
  const tops = bitLength(a.n) + a.e - bitLength(b.n) - b.e;
  if (tops !== 0) return tops;
  const low = Math.min(a.e, b.e),
    x = a.n << BigInt(a.e - low),
    y = b.n << BigInt(b.e - low);
  return x > y ? 1 : x < y ? -1 : 0;
}
/** a - b, a the larger; b may be far smaller. */
export function minus(a: Real, b: Real): Real {
  const low = Math.max(Math.min(a.e, b.e), a.e + bitLength(a.n) - 512);
  const b1 = shift(b.n, b.e - low);
  return trim({ n: shift(a.n, a.e - low) - (b1 === 0n ? 1n : b1), e: low });
}

/** 2^x - 1 for |x| <= 1, by its magnitude: the sign is x's. */
export function powerOfTwoMinusOne(x: Real, negative: boolean): Real {
  const t = times(x, ln2());
  // (e^t - 1) / t = sum of t^k / (k + 1)!
  return timesSeries(
    t,
    series(fixed(t), (k) => k + 1n, negative),
  );
}

export interface Signed {
  readonly value: Real | null;
  readonly negative: boolean;
  readonly exact: boolean;
}

/** log2 of a positive number; null is zero. */
export function logarithm(x: Real): Signed {
  const length = bitLength(x.n);
  let exponent = x.e + length - 1;
  if (x.n === 1n << BigInt(length - 1))
    return { value: exponent === 0 ? null : { n: BigInt(Math.abs(exponent)), e: 0 }, negative: exponent < 0, exact: true };
  // m in (1/sqrt 2, sqrt 2)
  let m: Real = { n: x.n, e: 1 - length };
  if ((m.n * m.n) >> BigInt(2 * length - 1) !== 0n) {
    exponent++;
    m = { n: m.n, e: m.e - 1 };
  }
  const one = 1n << BigInt(-m.e),
    below = m.n < one;
  const part = logarithmOf({ n: below ? one - m.n : m.n - one, e: m.e }, { n: m.n + one, e: m.e });
  if (exponent === 0) return { value: part, negative: below, exact: false };
  const whole = BigInt(exponent) << BITS,
    sum = whole + (below ? -fixed(part) : fixed(part));
  return { value: { n: sum < 0n ? -sum : sum, e: -F }, negative: sum < 0n, exact: false };
}
/** log2((1 + z) / (1 - z)) = 2 z (1 + z^2/3 + ...) / ln 2, z = a / b. */
function logarithmOf(a: Real, b: Real): Real {
  const z = over(a, b);
  const doubled = { n: z.n, e: z.e + 1 };
  return over(timesSeries(doubled, oddSeries(fixed(times(z, z)), false)), ln2());
}

/** log2(1 + x), |x| < 1, by magnitude: the sign is x's. */
export function logarithmOfOnePlus(x: Real, negative: boolean): Real {
  if (x.e + bitLength(x.n) > -2) {
    const low = Math.min(x.e, 0),
      one = 1n << BigInt(-low),
      n = shift(x.n, x.e - low);
    const result = logarithm({ n: negative ? one - n : one + n, e: low });
    return result.value!;
  }
  // z = x / (2 + x)
  const two: Real = { n: 2n << BigInt(F), e: -F };
  const tiny = fixed(x);
  return logarithmOf(x, { n: negative ? two.n - tiny : two.n + tiny, e: -F });
}
