/**
 * The transcendental instructions against another formulation at 320 bits: plain Taylor series of e^x, sin and cos on an
 * argument halved many times, logarithms by Newton's iteration on e^x, angles by Newton's iteration on the tangent. The
 * result must lie within half a unit of the last place (and a trace) of the number: correctly rounded, to nearest.
 */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { type F80, kindOf } from '../../../src/isa/x86/float/f80.ts';
import {
  arctangentOf,
  circularFunction,
  exponential,
  logarithmOfOnePlusTimes,
  logarithmTimes,
} from '../../../src/isa/x86/float/functions.ts';
import { ln2, pi } from '../../../src/isa/x86/float/series.ts';

const BITS = 640n,
  ONE = 1n << BITS;
const CONTROL = 0x37f;
const mul = (a: bigint, b: bigint): bigint => (a * b) >> BITS;
const div = (a: bigint, b: bigint): bigint => (a << BITS) / b;
const abs = (a: bigint): bigint => (a < 0n ? -a : a);

/** e^x by halving the argument 32 times; |x| below 2^10. */
function exp(x: bigint): bigint {
  const guard = 64n,
    one = ONE << guard,
    r = (x << guard) >> 32n;
  let term = one,
    sum = one;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    term = ((term * r) >> (BITS + guard)) / k;
    sum += term;
  }
  for (let i = 0; i < 32; i++) sum = (sum * sum) >> (BITS + guard);
  return sum >> guard;
}
/** Newton on e^y = x, from a double. */
function log(x: bigint): bigint {
  let y = 0n;
  const length = x.toString(2).length,
    shift = BigInt(length) - 1n - BITS;
  const m = shift >= 0n ? x >> shift : x << -shift;
  for (let i = 0; i < 12; i++) {
    const e = exp(y);
    y += 2n * div(m - e, m + e);
  }
  return y + shift * LN2;
}
let LN2 = 0n;
{
  // ln 2 from e^y = 2, apart from the constant of the module under test.
  let y = (ONE * 6931n) / 10000n;
  for (let i = 0; i < 12; i++) {
    const e = exp(y);
    y += 2n * div(2n * ONE - e, 2n * ONE + e);
  }
  LN2 = y;
}
/** sin and cos by halving 32 times and doubling angles again. */
function sincos(x: bigint): { sin: bigint; cos: bigint } {
  const guard = 128n,
    one = ONE << guard,
    bits = BITS + guard,
    r = (x << guard) >> 32n,
    square = (r * r) >> bits;
  let sin = 0n,
    term = r;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    sin += term;
    term = -((term * square) >> bits) / (2n * k * (2n * k + 1n));
  }
  // versine doubles without loss: v(2a) = 4 v - 2 v^2 with v = 1 - cos.
  let v = 0n;
  term = square / 2n;
  for (let k = 1n; term !== 0n && term !== -1n; k++) {
    v += term;
    term = -((term * square) >> bits) / ((2n * k + 1n) * (2n * k + 2n));
  }
  for (let i = 0; i < 32; i++) {
    sin = (2n * sin * (one - v)) >> bits;
    v = 4n * v - ((2n * v * v) >> bits);
  }
  return { sin: sin >> guard, cos: (one - v) >> guard };
}
/** Newton's iteration on the tangent of what is left, from a double's angle. */
function atan2(y: bigint, x: bigint): bigint {
  const larger = abs(x) > abs(y) ? abs(x) : abs(y),
    part = (n: bigint): number => Number((n << 60n) / larger) / 2 ** 60;
  const guess = Math.atan2(part(abs(y)), part(x)) * (y < 0n ? -1 : 1);
  let angle = (BigInt(Math.round(guess * 2 ** 50)) << BITS) >> 50n;
  for (let i = 0; i < 6; i++) {
    const { sin, cos } = sincos(angle);
    angle += div(mul(y, cos) - mul(x, sin), mul(x, cos) + mul(y, sin));
  }
  return angle;
}

const real = (x: F80): bigint => {
  const exponent = Math.max(x.se & 0x7fff, 1) - 16383 - 63,
    n = (BigInt(x.hi) << 32n) | BigInt(x.lo),
    by = BigInt(exponent) + BITS;
  const value = by >= 0n ? n << by : n >> -by;
  return x.se & 0x8000 ? -value : value;
};
/** Error in units of the last place of the result, times 1000. */
function error(result: F80, wanted: bigint): number {
  const unit = BigInt(Math.max(result.se & 0x7fff, 1) - 16383 - 63) + BITS;
  return Number((1000n * abs(real(result) - wanted)) >> unit);
}
const number = (random: Random, low: number, high: number, sign = random.below(2)): F80 => ({
  se: (sign << 15) | (16383 + low + random.below(high - low + 1)),
  hi: (0x80000000 | random.next()) >>> 0,
  lo: random.below(3) === 0 ? 0 : random.next(),
});
const show = (x: F80): string => `${x.se.toString(16)} ${x.hi.toString(16)} ${x.lo.toString(16)}`;

function worst(
  count: number,
  one: (random: Random) => readonly [arguments_: string, result: F80, wanted: bigint],
): { error: number; at: string } {
  const random = new Random(count);
  let result = { error: 0, at: '' };
  for (let i = 0; i < count; i++) {
    const [at, value, wanted] = one(random);
    const found = error(value, wanted);
    if (found > result.error) result = { error: found, at: `${at} gave ${show(value)}` };
  }
  return result;
}
/** Rounded to nearest: half a unit. */
const LIMIT = 501;

describe('functions of the x87 are correctly rounded', () => {
  it('knows pi and ln 2', () => {
    expect(ln2().n >> 48n).toBe(LN2 >> (BITS - 400n));
    const quarter = atan2(ONE, ONE);
    expect(pi().n >> 48n).toBe((quarter * 4n) >> (BITS - 400n));
  });
  it('sine, cosine, tangent', () => {
    for (const [low, high] of [
      [-60, 1],
      [2, 62],
    ] as const) {
      const found = worst(1500, (random) => {
        const x = number(random, low, high),
          { sin, cos } = sincos(real(x) % (8n * atanOne()));
        const which = random.below(3),
          pair = circularFunction(x, which === 0 ? 'sine' : which === 1 ? 'cosine' : 'tangent', CONTROL);
        return [`${['sin', 'cos', 'tan'][which]} ${show(x)}`, pair.first.value!, which === 0 ? sin : which === 1 ? cos : div(sin, cos)];
      });
      expect(found.error, found.at).toBeLessThan(LIMIT);
    }
  });
  it('the sine closest to zero below 2^63', () => {
    // A multiple of pi that an extended number comes very close to (continued fraction of pi).
    const x: F80 = { se: 16383 + 1, hi: 0xc90fdaa2, lo: 0x2168c235 };
    expect(error(circularFunction(x, 'sine', CONTROL).first.value!, sincos(real(x)).sin)).toBeLessThan(LIMIT);
  });
  it('arctangent', () => {
    const found = worst(1500, (random) => {
      const y = number(random, -40, 40),
        x = number(random, -40, 40);
      return [`atan ${show(y)} / ${show(x)}`, arctangentOf(y, x, CONTROL).value!, atan2(real(y), real(x))];
    });
    expect(found.error, found.at).toBeLessThan(LIMIT);
  });
  it('2^x - 1', () => {
    const found = worst(1500, (random) => {
      const x = number(random, -70, -1);
      return [`2^x - 1 ${show(x)}`, exponential(x, CONTROL).value!, exp(mul(real(x), LN2)) - ONE];
    });
    expect(found.error, found.at).toBeLessThan(LIMIT);
  });
  it('y log2 x and y log2(1 + x)', () => {
    const found = worst(800, (random) => {
      const x = number(random, random.below(2) ? -1 : -200, random.below(2) ? 0 : 200, 0),
        y = number(random, -3, 3);
      return [`${show(y)} log2 ${show(x)}`, logarithmTimes(x, y, CONTROL).value!, mul(real(y), div(log(real(x)), LN2))];
    });
    expect(found.error, found.at).toBeLessThan(LIMIT);
    const plus = worst(800, (random) => {
      const x = number(random, -70, -3),
        y = number(random, -3, 3);
      return [`${show(y)} log2(1 + ${show(x)})`, logarithmOfOnePlusTimes(x, y, CONTROL).value!, mul(real(y), div(log(ONE + real(x)), LN2))];
    });
    expect(plus.error, plus.at).toBeLessThan(LIMIT);
  });
  it('tiny arguments keep their relative precision', () => {
    for (const se of [1, 0x1000, 0x3f00]) {
      const x: F80 = { se, hi: 0x80000000, lo: 1 };
      expect(circularFunction(x, 'sine', CONTROL).first.value).toEqual(x);
      expect(circularFunction(x, 'sine', 0xf7f).first.value).toEqual({ ...x, lo: 0 });
      expect(kindOf(exponential(x, CONTROL).value!)).toBe('finite');
    }
  });
});

let quarterPi = 0n;
/** pi / 4, from the reference's own arctangent. */
function atanOne(): bigint {
  return (quarterPi ||= atan2(ONE, ONE));
}
