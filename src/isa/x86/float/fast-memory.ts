/**
 * The common case of x87 loads and stores without allocation: zeros and normal numbers that stay normal, a free register to
 * push to. Each function answers false, having changed nothing, when the case is another one; convert.ts then does it.
 */
import { FPU_CONTROL, FPU_REGISTERS, FPU_STATUS, FPU_TAGS } from '../state.ts';
import { isNormal } from './fast.ts';
import { C1 } from './stack.ts';

const TOP = 0x3800,
  BIAS = 16383,
  INEXACT = 0x20;

/** Pushes three words, unless the stack is full. */
export function pushFast(w: Int32Array, lo: number, hi: number, se: number): boolean {
  const status = w[FPU_STATUS]!,
    n = ((status >> 11) - 1) & 7,
    tag = 1 << n;
  if ((w[FPU_TAGS]! & tag) !== 0) return false;
  const at = FPU_REGISTERS + 3 * n;
  w[at] = lo;
  w[at + 1] = hi;
  w[at + 2] = se;
  w[FPU_TAGS]! |= tag;
  w[FPU_STATUS] = (status & ~(TOP | C1)) | (n << 11);
  return true;
}

/** Sign and exponent of a double that is zero or normal, as the x87 has them; -1 for another one. */
export const wideExponent64 = (lo: number, hi: number): number => {
  const exponent = (hi >>> 20) & 0x7ff;
  if (exponent === 0) return (lo | (hi << 1)) === 0 ? (hi >>> 16) & 0x8000 : -1;
  return exponent === 0x7ff ? -1 : ((hi >>> 16) & 0x8000) | (exponent + 15360);
};
export const wideHigh64 = (lo: number, hi: number): number => ((hi & 0x7ff00000) === 0 ? 0 : 0x80000000 | (hi << 11) | (lo >>> 21));

export const wideExponent32 = (bits: number): number => {
  const exponent = (bits >>> 23) & 0xff;
  if (exponent === 0) return bits << 1 === 0 ? (bits >>> 16) & 0x8000 : -1;
  return exponent === 0xff ? -1 : ((bits >>> 16) & 0x8000) | (exponent + 16256);
};
export const wideHigh32 = (bits: number): number => ((bits & 0x7f800000) === 0 ? 0 : 0x80000000 | (bits << 8));

export function loadFast64(w: Int32Array, lo: number, hi: number): boolean {
  const se = wideExponent64(lo, hi);
  return se >= 0 && pushFast(w, lo << 11, wideHigh64(lo, hi), se);
}
export function loadFast32(w: Int32Array, bits: number): boolean {
  const se = wideExponent32(bits);
  return se >= 0 && pushFast(w, 0, wideHigh32(bits), se);
}
/** Exponent of an integer of 32 bits, with its sign; and its significand's high word. */
export const integerExponent = (n: number): number => (n === 0 ? 0 : ((n >>> 16) & 0x8000) | (BIAS + 31 - Math.clz32(n < 0 ? -n : n)));
export const integerHigh = (n: number): number => {
  const magnitude = n < 0 ? -n | 0 : n;
  return magnitude << Math.clz32(magnitude);
};

/** What was prepared for memory: low word, high word, 16 bits above; flags to raise; C1. */
export const prepared = new Int32Array(5);

/** Whether the magnitude is rounded up: `half`, the first bit lost, and whether anything follows. */
function roundsUp(control: number, negative: boolean, odd: boolean, half: boolean, rest: boolean): boolean {
  switch (control & 0xc00) {
    case 0:
      return half && (rest || odd);
    case 0x400:
      return negative && (half || rest);
    case 0x800:
      return !negative && (half || rest);
    default:
      return false;
  }
}
function prepare(lo: number, hi: number, lost: boolean, up: boolean): boolean {
  prepared[0] = lo;
  prepared[1] = hi;
  prepared[2] = 0;
  prepared[3] = lost ? INEXACT : 0;
  prepared[4] = up ? 1 : 0;
  return true;
}
const isZero = (w: Int32Array, at: number): boolean => (w[at]! | w[at + 1]! | (w[at + 2]! & 0x7fff)) === 0;

/** The register whose first word is `at` as a double. */
export function storeFast64(w: Int32Array, at: number): boolean {
  const lo = w[at]!,
    hi = w[at + 1]!,
    se = w[at + 2]!,
    sign = (se & 0x8000) << 16;
  if (isZero(w, at)) return prepare(0, sign, false, false);
  const exponent = (se & 0x7fff) - 15360;
  if (!isNormal(se, hi) || exponent < 1 || exponent > 2045) return false;
  const low = (hi << 21) | (lo >>> 11),
    high = sign | (exponent << 20) | ((hi & 0x7fffffff) >>> 11);
  const half = (lo & 0x400) !== 0,
    rest = (lo & 0x3ff) !== 0;
  const up = (half || rest) && roundsUp(w[FPU_CONTROL]!, sign !== 0, (low & 1) !== 0, half, rest);
  // A carry out of the fraction goes into the exponent, where it belongs.
  return up ? prepare((low + 1) | 0, low === -1 ? high + 1 : high, true, true) : prepare(low, high, half || rest, false);
}

export function storeFast32(w: Int32Array, at: number): boolean {
  const lo = w[at]!,
    hi = w[at + 1]!,
    se = w[at + 2]!,
    sign = (se & 0x8000) << 16;
  if (isZero(w, at)) return prepare(sign, 0, false, false);
  const exponent = (se & 0x7fff) - 16256;
  if (!isNormal(se, hi) || exponent < 1 || exponent > 253) return false;
  const bits = sign | (exponent << 23) | ((hi & 0x7fffffff) >>> 8);
  const half = (hi & 0x80) !== 0,
    rest = (hi & 0x7f) !== 0 || lo !== 0;
  const up = (half || rest) && roundsUp(w[FPU_CONTROL]!, sign !== 0, (bits & 1) !== 0, half, rest);
  return up ? prepare(bits + 1, 0, true, true) : prepare(bits, 0, half || rest, false);
}

/** As an integer of `width` bits; for magnitudes far enough below 2^31 or 2^15. */
export function storeFastInteger(w: Int32Array, at: number, width: number): boolean {
  const lo = w[at]!,
    hi = w[at + 1]!,
    se = w[at + 2]!,
    exponent = (se & 0x7fff) - BIAS;
  if (isZero(w, at)) return prepare(0, 0, false, false);
  if (!isNormal(se, hi) || exponent < 0 || exponent > (width === 16 ? 13 : 29)) return false;
  const whole = hi >>> (31 - exponent),
    part = hi << (exponent + 1),
    negative = (se & 0x8000) !== 0;
  const half = part < 0,
    rest = part << 1 !== 0 || lo !== 0;
  const up = (half || rest) && roundsUp(w[FPU_CONTROL]!, negative, (whole & 1) !== 0, half, rest);
  const magnitude = up ? whole + 1 : whole,
    n = negative ? -magnitude : magnitude;
  return prepare(n, n >> 31, half || rest, up);
}
