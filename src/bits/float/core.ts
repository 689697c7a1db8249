/**
 * Binary floating point in integer arithmetic: exact finite operations, and one rounding to any format.
 *
 * A finite non-zero number is sign, exponent and a 96-bit significand in three 32-bit limbs (`hi`, `lo`, `ext`) with its
 * top bit set: its value is significand / 2^95 * 2^exponent, and the last bit of `ext` is sticky (something non-zero
 * was lost below). 32 guard bits beyond the widest format (64 bits) make every rounding correct after one operation.
 *
 * Invariant: no host floating-point arithmetic decides a result. Left out: NaNs, infinities, zeros and the state of a
 * particular FPU, which differ between architectures (see x87, SSE and MIPS).
 */

export interface Finite {
  readonly sign: 0 | 1;
  /** Unbiased: 1.0 has exponent 0. */
  readonly exponent: number;
  readonly hi: number;
  readonly lo: number;
  readonly ext: number;
}

/** How IA-32 numbers them (SDM vol. 1, 4.8.4): to nearest even, down, up, toward zero. */
export const NEAREST = 0,
  DOWN = 1,
  UP = 2,
  TRUNCATE = 3;
export type Rounding = 0 | 1 | 2 | 3;

export interface Format {
  /** Significant bits, the leading one included: 24, 53, 64. */
  readonly precision: number;
  /** Exponents of the smallest and the largest normal number. */
  readonly emin: number;
  readonly emax: number;
}

export const BINARY32: Format = { precision: 24, emin: -126, emax: 127 };
export const BINARY64: Format = { precision: 53, emin: -1022, emax: 1023 };
export const EXTENDED80: Format = { precision: 64, emin: -16382, emax: 16383 };
/** x87 precision control: fewer bits, the exponents of the extended format (SDM vol. 1, 8.1.5.2). */
export const EXTENDED53: Format = { precision: 53, emin: -16382, emax: 16383 };
export const EXTENDED24: Format = { precision: 24, emin: -16382, emax: 16383 };

/** Exception flags in the bit positions of the x87 status word and MXCSR. */
export const INVALID = 1,
  DENORMAL = 2,
  ZERO_DIVIDE = 4,
  OVERFLOW = 8,
  UNDERFLOW = 16,
  INEXACT = 32;

/** A finite number (or zero, when hi = lo = 0) of a format: `significand` has `precision` bits, its top bit set unless denormal. */
export interface Rounded {
  readonly sign: 0 | 1;
  /** Exponent of the leading bit's place; emin for denormals and zero. Meaningless when `overflow`. */
  readonly exponent: number;
  /** The significand as an integer of at most `precision` bits, in two limbs. */
  readonly hi: number;
  readonly lo: number;
  readonly overflow: boolean;
  /** On overflow: whether rounding gives infinity (else the largest finite number). */
  readonly infinite: boolean;
  readonly inexact: boolean;
  /** Tiny (by the chosen rule) whether or not inexact. */
  readonly tiny: boolean;
  /** The magnitude was rounded up (C1 of the x87 status word). */
  readonly up: boolean;
}

const u = (x: number): number => x >>> 0;

/** Shifts 96 bits right, keeping a sticky last bit. */
function shiftRight(hi: number, lo: number, ext: number, by: number): readonly [number, number, number] {
  if (by === 0) return [hi, lo, ext];
  if (by >= 96) return [0, 0, (hi | lo | ext) !== 0 ? 1 : 0];
  let [a, b, c, lost] = [hi, lo, ext, 0];
  for (; by >= 32; by -= 32) {
    lost |= c;
    c = b;
    b = a;
    a = 0;
  }
  if (by > 0) {
    lost |= c << (32 - by);
    c = (c >>> by) | (b << (32 - by));
    b = (b >>> by) | (a << (32 - by));
    a >>>= by;
  }
  return [u(a), u(b), u(c | (lost !== 0 ? 1 : 0))];
}

/** Brings the top bit to its place; null for zero. */
export function normalize(sign: 0 | 1, exponent: number, hi: number, lo: number, ext: number): Finite | null {
  let [a, b, c, e] = [hi, lo, ext, exponent];
  if ((a | b | c) === 0) return null;
  while (a === 0) {
    a = b;
    b = c;
    c = 0;
    e -= 32;
  }
  const by = Math.clz32(a);
  if (by > 0) {
    a = (a << by) | (b >>> (32 - by));
    b = (b << by) | (c >>> (32 - by));
    c <<= by;
  }
  return { sign, exponent: e - by, hi: u(a), lo: u(b), ext: u(c) };
}

/** Whether to round the magnitude up: `half` is the first lost bit, `rest` whether anything follows. */
function roundsUp(rounding: Rounding, sign: 0 | 1, odd: boolean, half: boolean, rest: boolean): boolean {
  switch (rounding) {
    case NEAREST:
      return half && (rest || odd);
    case DOWN:
      return sign === 1 && (half || rest);
    case UP:
      return sign === 0 && (half || rest);
    default:
      return false;
  }
}

/**
 * Rounds to a format. `tinyAfter`: tininess is judged after rounding to unbounded exponent (IA-32; MIPS as qemu has it),
 * else before.
 */
export function round(value: Finite, format: Format, rounding: Rounding, tinyAfter = true): Rounded {
  const { sign } = value;
  const below = Math.max(0, format.emin - value.exponent);
  const first = cut(value, format.precision, 0, rounding);
  const tiny = below > 0 && (!tinyAfter || first.exponent < format.emin);
  const { hi, lo, exponent, inexact, up } = below > 0 ? cut(value, format.precision, below, rounding) : first;
  const overflow = exponent > format.emax;
  const infinite = overflow && (rounding === NEAREST || (rounding === UP && sign === 0) || (rounding === DOWN && sign === 1));
  return {
    sign,
    exponent: Math.max(exponent, format.emin),
    hi,
    lo,
    overflow,
    infinite,
    inexact: inexact || overflow,
    tiny,
    up: overflow ? infinite : up,
  };
}

/** Cuts to `precision - below` leading bits as an integer of at most `precision` bits, rounded. */
function cut(
  value: Finite,
  precision: number,
  below: number,
  rounding: Rounding,
): { hi: number; lo: number; exponent: number; inexact: boolean; up: boolean } {
  const [hi, lo, ext] = shiftRight(value.hi, value.lo, value.ext, 64 - precision + below);
  const up = roundsUp(rounding, value.sign, (lo & 1) === 1, ext >>> 31 === 1, ext << 1 !== 0);
  const exponent = value.exponent + below;
  if (!up) return { hi, lo, exponent, inexact: ext !== 0, up };
  const low = u(lo + 1),
    high = low === 0 ? hi + 1 : hi;
  const carried = precision === 64 ? high > 0xffffffff : precision > 32 ? high >>> (precision - 32) !== 0 : low >>> precision !== 0;
  if (!carried) return { hi: u(high), lo: low, exponent, inexact: ext !== 0, up };
  // 111...1 became 1000...0: one more place, and the bits below are all zero.
  return {
    hi: precision > 32 ? u(1 << (precision - 33)) : 0,
    lo: precision > 32 ? 0 : u(1 << (precision - 1)),
    exponent: exponent + 1,
    inexact: true,
    up,
  };
}

/** Sum of two finite non-zero numbers; null when it is exactly zero. */
export function add(a: Finite, b: Finite): Finite | null {
  const [large, small] = compareMagnitude(a, b) >= 0 ? [a, b] : [b, a];
  const [hi, lo, ext] = shiftRight(small.hi, small.lo, small.ext, large.exponent - small.exponent);
  if (a.sign !== b.sign) return difference(large, hi, lo, ext);
  const e = large.ext + ext;
  const l = large.lo + lo + (e > 0xffffffff ? 1 : 0);
  const h = large.hi + hi + (l > 0xffffffff ? 1 : 0);
  if (h <= 0xffffffff) return { sign: large.sign, exponent: large.exponent, hi: h, lo: u(l), ext: u(e) };
  const [h1, l1, e1] = shiftRight(u(h), u(l), u(e), 1);
  return { sign: large.sign, exponent: large.exponent + 1, hi: u(h1 | 0x80000000), lo: l1, ext: e1 };
}

function difference(large: Finite, hi: number, lo: number, ext: number): Finite | null {
  const e = large.ext - ext;
  const l = large.lo - lo - (e < 0 ? 1 : 0);
  const h = large.hi - hi - (l < 0 ? 1 : 0);
  return normalize(large.sign, large.exponent, u(h), u(l), u(e));
}

export const negate = (a: Finite): Finite => ({ ...a, sign: a.sign === 0 ? 1 : 0 });

/** -1, 0, 1 by magnitude. */
export function compareMagnitude(a: Finite, b: Finite): number {
  return Math.sign(a.exponent - b.exponent || a.hi - b.hi || a.lo - b.lo || a.ext - b.ext);
}

/** 32 by 32 to 64 bits, as [high, low]. */
function wide(a: number, b: number): readonly [number, number] {
  const al = a & 0xffff,
    ah = a >>> 16,
    bl = b & 0xffff,
    bh = b >>> 16;
  const low = al * bl,
    middle = ah * bl + (low >>> 16),
    cross = al * bh + (middle & 0xffff);
  return [u(ah * bh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000)), u(Math.imul(a, b))];
}

/** Product of numbers of at most 64 significant bits (`ext` = 0): exact but for the sticky bit. */
export function multiply(a: Finite, b: Finite): Finite {
  const [hh1, hh0] = wide(a.hi, b.hi),
    [hl1, hl0] = wide(a.hi, b.lo),
    [lh1, lh0] = wide(a.lo, b.hi),
    [ll1, ll0] = wide(a.lo, b.lo);
  const second = ll1 + hl0 + lh0;
  const third = hh0 + hl1 + lh1 + Math.floor(second / 0x100000000);
  const fourth = hh1 + Math.floor(third / 0x100000000);
  const ext = u(u(second) | (ll0 !== 0 ? 1 : 0));
  // The product of two numbers in [1, 2) lies in [1, 4): bit 127 weighs 2.
  return normalize(a.sign === b.sign ? 0 : 1, a.exponent + b.exponent + 1, u(fourth), u(third), ext)!;
}

const big = (a: Finite): bigint => (BigInt(a.hi) << 32n) | BigInt(a.lo);

/** From a big integer of at most 96 bits whose lowest bit is sticky; bit 95 weighs 2^exponent. */
function fromBig(sign: 0 | 1, exponent: number, bits: bigint): Finite {
  return normalize(sign, exponent, Number((bits >> 64n) & 0xffffffffn), Number((bits >> 32n) & 0xffffffffn), Number(bits & 0xffffffffn))!;
}

/** Quotient of numbers of at most 64 significant bits. */
export function divide(a: Finite, b: Finite): Finite {
  const dividend = big(a) << 95n,
    divisor = big(b);
  const quotient = dividend / divisor,
    sticky = quotient * divisor === dividend ? 0n : 1n;
  // a/b lies in (1/2, 2): up to 96 bits, bit 95 weighs 1.
  return fromBig(a.sign === b.sign ? 0 : 1, a.exponent - b.exponent, quotient | sticky);
}

/** Square root of a positive number of at most 64 significant bits. */
export function squareRoot(a: Finite): Finite {
  const odd = (a.exponent & 1) !== 0;
  // Significand in [1, 4) with an even exponent: radicand = s * 2^190 has a root in [2^95, 2^96).
  const radicand = big(a) << (odd ? 128n : 127n);
  const root = integerRoot(radicand);
  return fromBig(0, (odd ? a.exponent - 1 : a.exponent) / 2, root | (root * root === radicand ? 0n : 1n));
}

/** Newton's iteration from above. */
function integerRoot(n: bigint): bigint {
  let x = 1n << 96n;
  for (;;) {
    const next = (x + n / x) >> 1n;
    if (next >= x) return x;
    x = next;
  }
}

/** From a non-zero integer of at most 64 bits. */
export function fromInteger(n: bigint): Finite {
  const magnitude = n < 0n ? -n : n;
  return normalize(n < 0n ? 1 : 0, 63, Number(magnitude >> 32n), Number(magnitude & 0xffffffffn), 0)!;
}

/** To an integer by a rounding mode; exact for numbers below 2^64 in magnitude (larger ones give null). */
export function toInteger(
  value: Finite,
  rounding: Rounding,
): { readonly n: bigint; readonly inexact: boolean; readonly up: boolean } | null {
  if (value.exponent > 63) return null;
  const [hi, lo, ext] = shiftRight(value.hi, value.lo, value.ext, 63 - value.exponent);
  const up = roundsUp(rounding, value.sign, (lo & 1) === 1, ext >>> 31 === 1, ext << 1 !== 0);
  const magnitude = ((BigInt(hi) << 32n) | BigInt(lo)) + (up ? 1n : 0n);
  return { n: value.sign === 1 ? -magnitude : magnitude, inexact: ext !== 0, up };
}
