/**
 * The formats binary32 and binary64 (IEEE 754) as bit patterns: what a pattern stands for, and how a number is packed.
 *
 * Invariant: patterns are unsigned 32-bit words; a single is `{ hi: 0, lo }`. Nothing here knows flags, masks or the NaN
 * rules of an architecture, except where a NaN's quiet bit stands (set = quiet, as IA-32 has it; legacy MIPS turns it round).
 */
import { BINARY32, BINARY64, type Finite, type Format, normalize, type Rounded } from './core.ts';

export interface Pattern {
  readonly hi: number;
  readonly lo: number;
}
export type Precision = 32 | 64;

export const formatOf = (width: Precision): Format => (width === 64 ? BINARY64 : BINARY32);
export const pattern = (hi: number, lo: number): Pattern => ({ hi: hi >>> 0, lo: lo >>> 0 });

const top = (width: Precision, x: Pattern): number => (width === 64 ? x.hi : x.lo);
const SIGN = 0x8000_0000;

export const signOf = (width: Precision, x: Pattern): 0 | 1 => (top(width, x) >>> 31) as 0 | 1;
/** Biased exponent. */
export const exponentOf = (width: Precision, x: Pattern): number => (width === 64 ? (x.hi >>> 20) & 0x7ff : (x.lo >>> 23) & 0xff);
const fractionIsZero = (width: Precision, x: Pattern): boolean =>
  width === 64 ? (x.hi & 0xfffff) === 0 && x.lo === 0 : (x.lo & 0x7fffff) === 0;
const largestExponent = (width: Precision): number => (width === 64 ? 0x7ff : 0xff);

export const isZero = (width: Precision, x: Pattern): boolean => exponentOf(width, x) === 0 && fractionIsZero(width, x);
export const isDenormal = (width: Precision, x: Pattern): boolean => exponentOf(width, x) === 0 && !fractionIsZero(width, x);
export const isInfinite = (width: Precision, x: Pattern): boolean =>
  exponentOf(width, x) === largestExponent(width) && fractionIsZero(width, x);
export const isNaNPattern = (width: Precision, x: Pattern): boolean =>
  exponentOf(width, x) === largestExponent(width) && !fractionIsZero(width, x);
/** The first bit of a NaN's fraction. */
export const quietBit = (width: Precision, x: Pattern): boolean => (width === 64 ? (x.hi & 0x80000) !== 0 : (x.lo & 0x400000) !== 0);

export const signed = (width: Precision, x: Pattern, sign: 0 | 1): Pattern =>
  width === 64 ? pattern((x.hi & ~SIGN) | (sign << 31), x.lo) : pattern(0, (x.lo & ~SIGN) | (sign << 31));
export const withQuietBit = (width: Precision, x: Pattern): Pattern =>
  width === 64 ? pattern(x.hi | 0x80000, x.lo) : pattern(0, x.lo | 0x400000);

export const zeroOf = (width: Precision, sign: 0 | 1): Pattern => (width === 64 ? pattern(sign << 31, 0) : pattern(0, sign << 31));
export const infinityOf = (width: Precision, sign: 0 | 1): Pattern =>
  width === 64 ? pattern((sign << 31) | 0x7ff0_0000, 0) : pattern(0, (sign << 31) | 0x7f80_0000);
export const largestOf = (width: Precision, sign: 0 | 1): Pattern =>
  width === 64 ? pattern((sign << 31) | 0x7fef_ffff, 0xffff_ffff) : pattern(0, (sign << 31) | 0x7f7f_ffff);

/** The number of a finite, non-zero pattern. */
export function unpack(width: Precision, x: Pattern): Finite {
  const exponent = exponentOf(width, x),
    sign = signOf(width, x),
    leading = exponent === 0 ? 0 : SIGN;
  if (width === 32) return normalize(sign, Math.max(exponent, 1) - 127, (((x.lo << 8) & ~SIGN) | leading) >>> 0, 0, 0)!;
  const hi = (((x.hi << 11) | (x.lo >>> 21)) & ~SIGN) | leading;
  return normalize(sign, Math.max(exponent, 1) - 1023, hi >>> 0, (x.lo << 11) >>> 0, 0)!;
}

/** From a number rounded to the format. */
export function pack(width: Precision, value: Rounded): Pattern {
  const { sign } = value;
  if (value.overflow) return value.infinite ? infinityOf(width, sign) : largestOf(width, sign);
  if (width === 32) {
    const exponent = value.lo >>> 23 !== 0 ? value.exponent + 127 : 0;
    return pattern(0, (sign << 31) | (exponent << 23) | (value.lo & 0x7fffff));
  }
  const exponent = value.hi >>> 20 !== 0 ? value.exponent + 1023 : 0;
  return pattern((sign << 31) | (exponent << 20) | (value.hi & 0xfffff), value.lo);
}

export type Order = 'less' | 'equal' | 'greater';

/** Of two patterns that are not NaNs. */
export function orderOf(width: Precision, a: Pattern, b: Pattern): Order {
  if (isZero(width, a) && isZero(width, b)) return 'equal';
  const sa = signOf(width, a),
    sb = signOf(width, b);
  if (sa !== sb) return sa === 1 ? 'less' : 'greater';
  const magnitude =
    (a.hi & 0x7fff_ffff) - (b.hi & 0x7fff_ffff) || (width === 64 ? a.lo - b.lo : (a.lo & 0x7fff_ffff) - (b.lo & 0x7fff_ffff));
  const larger = sa === 1 ? -magnitude : magnitude;
  return larger === 0 ? 'equal' : larger < 0 ? 'less' : 'greater';
}
