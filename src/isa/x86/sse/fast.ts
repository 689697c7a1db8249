/**
 * The quick way of scalar arithmetic: the host's own, where it is known to give the same bits and to raise nothing but #P.
 *
 * Invariant: taken only when MXCSR rounds to nearest and masks #P, both operands are zero or normal, and the result is zero
 * from a zero operand or a difference, or normal and not the smallest (which rounding may have reached from below); then no
 * other exception can occur. Whether #P does is found by the exact error of the operation (Knuth's and Dekker's), in a range
 * where that cannot overflow or underflow; nothing of it is needed while the flag is set already. Operands and results pass
 * through one scratch area.
 */
const scratch = new ArrayBuffer(32);
/** Doubles: operand a, operand b, result. */
const D = new Float64Array(scratch);
const W = new Int32Array(scratch);
const S = new Float32Array(scratch);

/** Rounding to nearest, #P masked. */
export const quick = (mxcsr: number): boolean => (mxcsr & 0x7000) === 0x1000;
const INEXACT = 0x20;

/** The result of the last operation that did not give NO. */
export const result = { lo: 0, hi: 0 };

/** Exponent bits of a double that is normal; those of the smallest ones are left to the exact way. */
const normal64 = (hi: number): boolean => {
  const e = hi & 0x7ff0_0000;
  return e > 0x0010_0000 && e < 0x7ff0_0000;
};
const plain64 = (hi: number, lo: number): boolean => normal64(hi) || ((hi & 0x7fff_ffff) | lo) === 0;
const normal32 = (x: number): boolean => {
  const e = x & 0x7f80_0000;
  return e > 0x0080_0000 && e < 0x7f80_0000;
};
const plain32 = (x: number): boolean => normal32(x) || (x & 0x7fff_ffff) === 0;

/** What an operation answers: not to be done here; done, exactly or with the flag set before; done, and #P is raised. */
export const NO = 0,
  DONE = 1,
  ROUNDED = 2;

/** Exponents of doubles whose products and errors of products are normal. */
const middling = (hi: number): boolean => {
  const e = hi & 0x7ff0_0000;
  return e > 0x2000_0000 && e < 0x5fe0_0000;
};
const SPLIT = 134217729;

/** Whether a + b is s, where s is their rounded sum. */
function sumIsExact(a: number, b: number, s: number): boolean {
  const back = s - a;
  return a - (s - back) + (b - back) === 0;
}
/** Whether a * b is p, of middling numbers. */
function productIsExact(a: number, b: number, p: number): boolean {
  const ca = SPLIT * a,
    cb = SPLIT * b,
    ah = ca - (ca - a),
    bh = cb - (cb - b),
    al = a - ah,
    bl = b - bh;
  return ah * bh - p + ah * bl + al * bh + al * bl === 0;
}
/** Exactness of a result other than zero; null when it cannot be told here. */
function isExact(op: number, a: number, b: number, r: number, aHi: number, bHi: number, rHi: number): boolean | null {
  if (op === 0) return sumIsExact(a, b, r);
  if (op === 1) return sumIsExact(a, -b, r);
  if (!middling(aHi) || !middling(rHi)) return null;
  if (op === 4) return r * r === a && productIsExact(r, r, a);
  if (!middling(bHi)) return null;
  return op === 2 ? productIsExact(a, b, r) : r * b === a && productIsExact(r, b, a);
}

/** op: 0 add, 1 sub, 2 mul, 3 div, 4 sqrt (of a). */
export function fast64(mxcsr: number, op: number, aLo: number, aHi: number, bLo: number, bHi: number): number {
  if (!plain64(aHi, aLo) || !plain64(bHi, bLo)) return NO;
  W[0] = aLo;
  W[1] = aHi;
  W[2] = bLo;
  W[3] = bHi;
  const a = D[0]!,
    b = D[1]!;
  const r = op === 0 ? a + b : op === 1 ? a - b : op === 2 ? a * b : op === 3 ? a / b : Math.sqrt(a);
  D[2] = r;
  const hi = W[5]!;
  let exact: boolean | null = true;
  if (!normal64(hi)) {
    if (r !== 0 || (op >= 2 && a !== 0) || (op === 3 && b === 0)) return NO;
  } else if ((mxcsr & INEXACT) === 0) {
    exact = isExact(op, a, b, r, aHi, bHi, hi);
    if (exact === null) return NO;
  }
  result.lo = W[4]!;
  result.hi = hi;
  return exact ? DONE : ROUNDED;
}

export function fast32(mxcsr: number, op: number, x: number, y: number): number {
  if (!plain32(x) || !plain32(y)) return NO;
  W[0] = x;
  W[1] = y;
  const a = S[0]!,
    b = S[1]!;
  // The double result rounded again is the single result: 53 >= 2 * 24 + 2 bits.
  const wide = op === 0 ? a + b : op === 1 ? a - b : op === 2 ? a * b : op === 3 ? a / b : Math.sqrt(a);
  const r = Math.fround(wide);
  S[4] = r;
  const bits = W[4]!;
  let exact = true;
  if (!normal32(bits)) {
    if (r !== 0 || (op >= 2 && a !== 0) || (op === 3 && b === 0)) return NO;
  } else if ((mxcsr & INEXACT) === 0) {
    // Products of singles are exact in double.
    exact = op === 2 ? r === wide : op === 3 ? r * b === a : op === 4 ? r * r === a : r === wide && sumIsExact(a, op === 0 ? b : -b, wide);
  }
  result.lo = bits;
  return exact ? DONE : ROUNDED;
}

/** Single to double and back, of normal numbers. */
export function widenFast(x: number): boolean {
  if (!plain32(x)) return false;
  W[0] = x;
  D[2] = S[0]!;
  result.lo = W[4]!;
  result.hi = W[5]!;
  return true;
}
export function narrowFast(lo: number, hi: number): number {
  if (!plain64(hi, lo)) return NO;
  W[0] = lo;
  W[1] = hi;
  const a = D[0]!;
  S[4] = a;
  const bits = W[4]!;
  if (!normal32(bits) && a !== 0) return NO;
  result.lo = bits;
  return S[4]! === a ? DONE : ROUNDED;
}
/** An integer is a double exactly. */
export function doubleOf(n: number): void {
  D[2] = n;
  result.lo = W[4]!;
  result.hi = W[5]!;
}
/** A double cut to an integer: `result.lo`. */
export function truncated(lo: number, hi: number): number {
  if (!plain64(hi, lo)) return NO;
  W[0] = lo;
  W[1] = hi;
  const a = D[0]!;
  if (!(a < 2147483648 && a > -2147483649)) return NO;
  result.lo = Math.trunc(a) | 0;
  return Math.trunc(a) === a ? DONE : ROUNDED;
}
/** -1, 0, 1 for less, equal, greater; 2 when an operand is not plain. */
export function compare64(aLo: number, aHi: number, bLo: number, bHi: number): number {
  if (!plain64(aHi, aLo) || !plain64(bHi, bLo)) return 2;
  W[0] = aLo;
  W[1] = aHi;
  W[2] = bLo;
  W[3] = bHi;
  const a = D[0]!,
    b = D[1]!;
  return a < b ? -1 : a > b ? 1 : 0;
}
export function compare32(x: number, y: number): number {
  if (!plain32(x) || !plain32(y)) return 2;
  W[0] = x;
  W[1] = y;
  const a = S[0]!,
    b = S[1]!;
  return a < b ? -1 : a > b ? 1 : 0;
}
