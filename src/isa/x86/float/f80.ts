/**
 * The extended double of the x87: 64-bit significand with an explicit integer bit, 15-bit exponent, sign (SDM vol. 1, 4.2.2
 * and 8.2), as three words; what it can hold, and how it is converted to and from other formats.
 *
 * Invariant: an F80 is a value like any bit pattern of 80 bits; unsupported encodings (unnormals, pseudo-infinities) are
 * kept and raise the invalid-operation exception when used, as processors since the 387 do.
 */
import { BINARY32, BINARY64, EXTENDED80, type Finite, type Format, normalize, type Rounded } from '../../../bits/float/core.ts';

export interface F80 {
  /** Sign (bit 15) and biased exponent. */
  readonly se: number;
  readonly hi: number;
  readonly lo: number;
}

export type Kind = 'zero' | 'finite' | 'infinity' | 'quiet' | 'signaling' | 'unsupported';

const BIAS = 16383;
const MAX = 0x7fff;

export const f80 = (se: number, hi: number, lo: number): F80 => ({ se: se & 0xffff, hi: hi >>> 0, lo: lo >>> 0 });
export const zero = (sign: 0 | 1): F80 => f80(sign << 15, 0, 0);
export const infinity = (sign: 0 | 1): F80 => f80((sign << 15) | MAX, 0x80000000, 0);
/** "QNaN floating-point indefinite" (SDM vol. 1, 4.8.3.7). */
export const INDEFINITE = f80(0xffff, 0xc0000000, 0);
export const ONE = f80(BIAS, 0x80000000, 0);

export const signOf = (x: F80): 0 | 1 => (x.se >> 15) as 0 | 1;
export const exponentOf = (x: F80): number => x.se & MAX;

export function kindOf(x: F80): Kind {
  const exponent = exponentOf(x);
  const integer = x.hi >>> 31 === 1;
  if (exponent === 0) return (x.hi | x.lo) === 0 ? 'zero' : 'finite';
  if (!integer) return 'unsupported';
  if (exponent < MAX) return 'finite';
  if (((x.hi << 1) | x.lo) === 0) return 'infinity';
  return x.hi & 0x40000000 ? 'quiet' : 'signaling';
}

export const isNaN80 = (x: F80): boolean => kindOf(x) === 'quiet' || kindOf(x) === 'signaling';
/** Denormal and pseudo-denormal operands raise the denormal exception. */
export const isDenormal = (x: F80): boolean => exponentOf(x) === 0 && (x.hi | x.lo) !== 0;
export const quieted = (x: F80): F80 => f80(x.se, x.hi | 0x40000000, x.lo);
export const withSign = (x: F80, sign: 0 | 1): F80 => f80((x.se & MAX) | (sign << 15), x.hi, x.lo);

/** The number of a 'finite' F80. */
export function unpack(x: F80): Finite {
  return normalize(signOf(x), Math.max(exponentOf(x), 1) - BIAS, x.hi, x.lo, 0)!;
}

/** From a number rounded to the extended format or to one of its shorter precisions. */
export function pack(value: Rounded, precision: number): F80 {
  if (value.overflow) return value.infinite ? infinity(value.sign) : f80((value.sign << 15) | (MAX - 1), ...largest(precision));
  const [hi, lo] = shiftLeft(value.hi, value.lo, 64 - precision);
  const normal = hi >>> 31 === 1;
  return f80((value.sign << 15) | (normal ? value.exponent + BIAS : 0), hi, lo);
}

const largest = (precision: number): readonly [number, number] =>
  precision === 64 ? [0xffffffff, 0xffffffff] : precision === 53 ? [0xffffffff, 0xfffff800] : [0xffffff00, 0];

function shiftLeft(hi: number, lo: number, by: number): readonly [number, number] {
  if (by === 0) return [hi, lo];
  return by < 32 ? [((hi << by) | (lo >>> (32 - by))) >>> 0, (lo << by) >>> 0] : [(lo << (by - 32)) >>> 0, 0];
}

/** Any number's bits in a smaller format: fields of sign, biased exponent and fraction. */
export function packBinary64(value: Rounded): readonly [lo: number, hi: number] {
  const sign = value.sign === 1 ? 0x80000000 : 0;
  if (value.overflow) return value.infinite ? [0, (sign | 0x7ff00000) >>> 0] : [0xffffffff, (sign | 0x7fefffff) >>> 0];
  const normal = value.hi >>> 20 !== 0;
  return [value.lo, (sign | (normal ? (value.exponent + 1023) << 20 : 0) | (value.hi & 0xfffff)) >>> 0];
}

export function packBinary32(value: Rounded): number {
  const sign = value.sign === 1 ? 0x80000000 : 0;
  if (value.overflow) return (sign | (value.infinite ? 0x7f800000 : 0x7f7fffff)) >>> 0;
  const normal = value.lo >>> 23 !== 0;
  return (sign | (normal ? (value.exponent + 127) << 23 : 0) | (value.lo & 0x7fffff)) >>> 0;
}

export function fromBinary64(lo: number, hi: number): F80 {
  const sign = (hi >>> 31) as 0 | 1,
    exponent = (hi >>> 20) & 0x7ff,
    fraction = hi & 0xfffff;
  const high = ((fraction << 11) | (lo >>> 21)) >>> 0,
    low = (lo << 11) >>> 0;
  if (exponent === 0x7ff) return f80((sign << 15) | MAX, high | 0x80000000, low);
  if (exponent !== 0) return f80((sign << 15) | (exponent - 1023 + BIAS), high | 0x80000000, low);
  return fromDenormal(sign, -1022, high, low);
}

export function fromBinary32(bits: number): F80 {
  const sign = (bits >>> 31) as 0 | 1,
    exponent = (bits >>> 23) & 0xff,
    high = (bits << 8) >>> 0;
  if (exponent === 0xff) return f80((sign << 15) | MAX, high | 0x80000000, 0);
  if (exponent !== 0) return f80((sign << 15) | (exponent - 127 + BIAS), high | 0x80000000, 0);
  return fromDenormal(sign, -126, high & 0x7fffffff, 0);
}

function fromDenormal(sign: 0 | 1, emin: number, hi: number, lo: number): F80 {
  const value = normalize(sign, emin, hi, lo, 0);
  return value === null ? zero(sign) : f80((sign << 15) | (value.exponent + BIAS), value.hi, value.lo);
}

export const FORMATS: Readonly<Record<32 | 64 | 80, Format>> = { 32: BINARY32, 64: BINARY64, 80: EXTENDED80 };
