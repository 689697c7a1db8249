/**
 * Loads and stores of the x87: from and to single, double and extended numbers, integers and packed decimals, with the
 * exceptions that each raises (SDM vol. 2A, FLD, FST, FIST, FBSTP). Pure.
 *
 * Invariant: what a store gives is complete before anything is written; `blocked` says that an unmasked exception forbids
 * the write and the pop.
 */
import {
  BINARY32,
  BINARY64,
  DENORMAL,
  fromInteger,
  INEXACT,
  INVALID,
  OVERFLOW,
  round,
  type Rounded,
  type Rounding,
  toInteger,
  TRUNCATE,
  UNDERFLOW,
} from '../../../bits/float/core.ts';
import {
  type F80,
  f80,
  fromBinary32,
  fromBinary64,
  INDEFINITE,
  kindOf,
  packBinary32,
  packBinary64,
  quieted,
  signOf,
  unpack,
  zero,
} from './f80.ts';
import { type Outcome, roundingOf } from './x87arith.ts';

/** Up to 80 bits for memory. */
export interface Stored {
  readonly lo: number;
  readonly hi: number;
  readonly top: number;
  readonly flags: number;
  readonly up: boolean;
  readonly blocked: boolean;
}

const stored = (lo: number, hi: number, flags = 0, up = false, top = 0): Stored => ({ lo, hi, top, flags, up, blocked: false });
const forbidden = (flags: number): Stored => ({ lo: 0, hi: 0, top: 0, flags, up: false, blocked: true });

/** A value from memory: signaling NaNs become quiet with #IA, denormals of the shorter formats raise #D, and are loaded even if it is unmasked. */
function loaded(value: F80, denormal: boolean, control: number): Outcome {
  if (kindOf(value) === 'signaling') return { value: (control & INVALID) !== 0 ? quieted(value) : null, flags: INVALID, up: false };
  return { value, flags: denormal ? DENORMAL : 0, up: false };
}
export const load32 = (bits: number, control: number): Outcome =>
  loaded(fromBinary32(bits), (bits & 0x7f800000) === 0 && (bits & 0x7fffff) !== 0, control);
export const load64 = (lo: number, hi: number, control: number): Outcome =>
  loaded(fromBinary64(lo, hi), (hi & 0x7ff00000) === 0 && ((hi & 0xfffff) | lo) !== 0, control);

/** From a two's complement integer of 64 bits. */
export function loadInteger(lo: number, hi: number): F80 {
  if ((lo | hi) === 0) return zero(0);
  const value = fromInteger((BigInt(hi) << 32n) | BigInt(lo >>> 0));
  return f80((value.sign << 15) | (value.exponent + 16383), value.hi, value.lo);
}

export function store32(x: F80, control: number): Stored {
  const kind = kindOf(x);
  if (kind === 'finite') return finite(x, control, 32);
  const sign = signOf(x) << 31;
  if (kind === 'zero') return stored(sign, 0);
  if (kind === 'infinity') return stored(sign | 0x7f800000, 0);
  const bits = sign | 0x7fc00000 | ((x.hi >>> 8) & 0x3fffff);
  if (kind === 'quiet') return stored(bits, 0);
  if ((control & INVALID) === 0) return forbidden(INVALID);
  return stored(kind === 'signaling' ? bits : 0xffc00000 | 0, 0, INVALID);
}

export function store64(x: F80, control: number): Stored {
  const kind = kindOf(x);
  if (kind === 'finite') return finite(x, control, 64);
  const sign = signOf(x) << 31;
  if (kind === 'zero') return stored(0, sign);
  if (kind === 'infinity') return stored(0, sign | 0x7ff00000);
  const lo = (x.lo >>> 11) | (x.hi << 21),
    hi = sign | 0x7ff80000 | ((x.hi >>> 11) & 0x7ffff);
  if (kind === 'quiet') return stored(lo, hi);
  if ((control & INVALID) === 0) return forbidden(INVALID);
  return kind === 'signaling' ? stored(lo, hi, INVALID) : stored(0, 0xfff80000 | 0, INVALID);
}

function finite(x: F80, control: number, width: 32 | 64): Stored {
  const result = round(unpack(x), width === 32 ? BINARY32 : BINARY64, roundingOf(control));
  const blocked = result.overflow ? (control & OVERFLOW) === 0 : result.tiny && (control & UNDERFLOW) === 0;
  if (blocked) return forbidden(result.overflow ? OVERFLOW : UNDERFLOW);
  const flags = (result.overflow ? OVERFLOW : 0) | (result.tiny && result.inexact ? UNDERFLOW : 0) | (result.inexact ? INEXACT : 0);
  const [lo, hi] = packed(result, width);
  return stored(lo, hi, flags, result.up);
}
const packed = (result: Rounded, width: 32 | 64): readonly [number, number] =>
  width === 32 ? [packBinary32(result), 0] : packBinary64(result);

/** FIST of 16, 32 or 64 bits; out of range gives the integer indefinite (SDM vol. 1, 8.2.1). */
export function storeInteger(x: F80, width: number, control: number, truncate: boolean): Stored {
  const rounded = integerOf(x, truncate ? TRUNCATE : roundingOf(control));
  const limit = 1n << BigInt(width - 1);
  if (rounded === null || rounded.n >= limit || rounded.n < -limit) {
    if ((control & INVALID) === 0) return forbidden(INVALID);
    return width === 64 ? stored(0, 0x80000000 | 0, INVALID) : stored(width === 32 ? 0x80000000 | 0 : 0x8000, 0, INVALID);
  }
  return stored(
    Number(BigInt.asIntN(32, rounded.n)),
    Number(BigInt.asIntN(32, rounded.n >> 32n)),
    rounded.inexact ? INEXACT : 0,
    rounded.up,
  );
}

/** null: NaN, infinity, unsupported, or beyond 64 bits. */
function integerOf(x: F80, rounding: Rounding): { readonly n: bigint; readonly inexact: boolean; readonly up: boolean } | null {
  const kind = kindOf(x);
  if (kind === 'zero') return { n: 0n, inexact: false, up: false };
  return kind === 'finite' ? toInteger(unpack(x), rounding) : null;
}

const DIGITS = 18;

/** FBSTP: 18 decimal digits and a sign byte. */
export function storeDecimal(x: F80, control: number): Stored {
  const rounded = integerOf(x, roundingOf(control));
  if (rounded === null || rounded.n >= 10n ** 18n || rounded.n <= -(10n ** 18n)) {
    return (control & INVALID) === 0 ? forbidden(INVALID) : stored(0, 0xc0000000 | 0, INVALID, false, 0xffff);
  }
  let rest = rounded.n < 0n ? -rounded.n : rounded.n,
    bits = 0n;
  for (let i = 0n; i < DIGITS; i++, rest /= 10n) bits |= (rest % 10n) << (4n * i);
  const top = Number(bits >> 64n) | (signOf(x) << 15);
  return stored(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)), rounded.inexact ? INEXACT : 0, rounded.up, top);
}

/** FBLD; digits above 9 count for what they are, which the manual leaves undefined. */
export function loadDecimal(lo: number, hi: number, top: number): F80 {
  const bits = (BigInt(top & 0xff) << 64n) | (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
  let n = 0n;
  for (let i = BigInt(DIGITS) - 1n; i >= 0n; i--) n = n * 10n + ((bits >> (4n * i)) & 15n);
  const sign = ((top >> 15) & 1) as 0 | 1;
  if (n === 0n) return zero(sign);
  const value = fromInteger(n);
  return f80((sign << 15) | (value.exponent + 16383), value.hi, value.lo);
}

/** What an empty register stores where #IS is masked. */
export const INDEFINITE_STORED = (width: number, kind: 'float' | 'integer' | 'decimal', control: number): Stored =>
  kind === 'decimal'
    ? storeDecimal(INDEFINITE, control)
    : kind === 'integer'
      ? storeInteger(INDEFINITE, width, control, false)
      : width === 80
        ? stored(INDEFINITE.lo, INDEFINITE.hi, 0, false, INDEFINITE.se)
        : width === 64
          ? store64(INDEFINITE, control)
          : store32(INDEFINITE, control);
export const store80 = (x: F80): Stored => stored(x.lo, x.hi, 0, false, x.se);
