/**
 * SSE conversions between integers, singles and doubles, and approximations of reciprocals (SDM vol. 1, 11.4.1.6; tables of
 * the CVT entries). Pure, like lane.ts.
 *
 * RCPPS and RSQRTPS promise a relative error of 1.5 * 2^-12 only, and processors differ: here the result is the correctly
 * rounded one, which every promise allows. They raise no exceptions, take denormals as zeros, and make zeros of denormal results.
 */
import {
  DENORMAL,
  divide,
  type Finite,
  fromInteger,
  INEXACT,
  INVALID,
  NEAREST,
  round,
  type Rounding,
  squareRoot,
  toInteger,
  TRUNCATE,
} from '../../../bits/float/core.ts';
import {
  exponentOf,
  formatOf,
  infinityOf,
  isDenormal,
  isInfinite,
  isNaNPattern,
  isZero,
  pack,
  pattern,
  type Pattern,
  type Precision,
  quietBit,
  signOf,
  unpack,
  withQuietBit,
  zeroOf,
} from '../../../bits/float/binary.ts';
import { defaultNaN, deliver, flushed, type Lane, roundingOf } from './lane.ts';

/** "Integer indefinite": what a number without a 32-bit integer becomes. */
const INDEFINITE = 0x8000_0000;

export interface IntegerLane {
  readonly n: number;
  readonly before: number;
  readonly after: number;
}

/** To a signed 32-bit integer. Denormals raise no #D here. */
export function toInt32(width: Precision, x: Pattern, truncate: boolean, mxcsr: number): IntegerLane {
  const a = flushed(width, x, mxcsr),
    none = { n: INDEFINITE | 0, before: INVALID, after: 0 };
  if (isNaNPattern(width, a) || isInfinite(width, a)) return none;
  if (isZero(width, a)) return { n: 0, before: 0, after: 0 };
  const rounding: Rounding = truncate ? TRUNCATE : roundingOf(mxcsr);
  const result = toInteger(unpack(width, a), rounding);
  if (result === null || result.n > 0x7fff_ffffn || result.n < -0x8000_0000n) return none;
  return { n: Number(result.n), before: 0, after: result.inexact ? INEXACT : 0 };
}

export function fromInt32(width: Precision, n: number, mxcsr: number): Lane {
  return n === 0 ? { value: zeroOf(width, 0), before: 0, after: 0 } : deliver(width, fromInteger(BigInt(n)), mxcsr);
}

/** Double to single. */
export function narrow(x: Pattern, mxcsr: number): Lane {
  const a = flushed(64, x, mxcsr),
    sign = signOf(64, a);
  if (isNaNPattern(64, a)) {
    const fraction = ((a.hi & 0x7ffff) << 3) | (a.lo >>> 29);
    return { value: pattern(0, (sign << 31) | 0x7fc0_0000 | fraction), before: quietBit(64, a) ? 0 : INVALID, after: 0 };
  }
  if (isInfinite(64, a)) return { value: infinityOf(32, sign), before: 0, after: 0 };
  if (isZero(64, a)) return { value: zeroOf(32, sign), before: 0, after: 0 };
  return deliver(32, unpack(64, a), mxcsr, isDenormal(64, a) ? DENORMAL : 0);
}

/** Single to double: always exact. */
export function widen(x: Pattern, mxcsr: number): Lane {
  const a = flushed(32, x, mxcsr),
    sign = signOf(32, a);
  if (isNaNPattern(32, a)) {
    const fraction = a.lo & 0x7fffff;
    const value = withQuietBit(64, pattern((sign << 31) | 0x7ff0_0000 | (fraction >>> 3), fraction << 29));
    return { value, before: quietBit(32, a) ? 0 : INVALID, after: 0 };
  }
  if (isInfinite(32, a)) return { value: infinityOf(64, sign), before: 0, after: 0 };
  if (isZero(32, a)) return { value: zeroOf(64, sign), before: 0, after: 0 };
  return { value: pack(64, round(unpack(32, a), formatOf(64), NEAREST)), before: isDenormal(32, a) ? DENORMAL : 0, after: 0 };
}

const ONE: Finite = { sign: 0, exponent: 0, hi: 0x8000_0000, lo: 0, ext: 0 };
const single = (value: Finite): Pattern => {
  const packed = pack(32, round(value, formatOf(32), NEAREST));
  return exponentOf(32, packed) === 0 ? zeroOf(32, value.sign) : packed;
};

export function reciprocal(x: Pattern): Pattern {
  const sign = signOf(32, x);
  if (isNaNPattern(32, x)) return withQuietBit(32, x);
  if (isInfinite(32, x)) return zeroOf(32, sign);
  return exponentOf(32, x) === 0 ? infinityOf(32, sign) : single(divide(ONE, unpack(32, x)));
}

export function reciprocalRoot(x: Pattern): Pattern {
  const sign = signOf(32, x);
  if (isNaNPattern(32, x)) return withQuietBit(32, x);
  if (exponentOf(32, x) === 0) return infinityOf(32, sign);
  if (sign === 1) return defaultNaN(32);
  return isInfinite(32, x) ? zeroOf(32, 0) : single(divide(ONE, rooted(x)));
}
/** The root cut to 64 bits, which is far beyond what a single shows. */
const rooted = (x: Pattern): Finite => ({ ...squareRoot(unpack(32, x)), ext: 0 });
