/**
 * The quick way of scalar arithmetic: the host's own, where it is known to give the same bits and to raise nothing new.
 *
 * Invariant: taken only when MXCSR rounds to nearest, the inexact flag is set already and masked, both operands are zero or
 * normal, and the result is zero from a zero operand or a difference, or normal and not the smallest (which rounding may
 * have reached from below); then no other exception can occur. Operands and results pass through one scratch area.
 */
const scratch = new ArrayBuffer(32);
/** Doubles: operand a, operand b, result. */
const D = new Float64Array(scratch);
const W = new Int32Array(scratch);
const S = new Float32Array(scratch);

/** Inexact flag and mask set, rounding to nearest. */
export const quick = (mxcsr: number): boolean => (mxcsr & 0x7020) === 0x1020;

/** The result of the last operation that gave true. */
export const result = { lo: 0, hi: 0 };

/** Exponent bits of a double that is normal; those of the smallest ones are left to the exact way. */
const normal64 = (hi: number): boolean => { const e = hi & 0x7ff0_0000; return e > 0x0010_0000 && e < 0x7ff0_0000; };
const plain64 = (hi: number, lo: number): boolean => normal64(hi) || ((hi & 0x7fff_ffff) | lo) === 0;
const normal32 = (x: number): boolean => { const e = x & 0x7f80_0000; return e > 0x0080_0000 && e < 0x7f80_0000; };
const plain32 = (x: number): boolean => normal32(x) || (x & 0x7fff_ffff) === 0;

/** op: 0 add, 1 sub, 2 mul, 3 div, 4 sqrt (of a). */
export function fast64(op: number, aLo: number, aHi: number, bLo: number, bHi: number): boolean {
  if (!plain64(aHi, aLo) || !plain64(bHi, bLo)) return false;
  W[0] = aLo; W[1] = aHi; W[2] = bLo; W[3] = bHi;
  const a = D[0]!, b = D[1]!;
  const r = op === 0 ? a + b : op === 1 ? a - b : op === 2 ? a * b : op === 3 ? a / b : Math.sqrt(a);
  D[2] = r;
  const hi = W[5]!;
  if (!normal64(hi)) {
    if (r !== 0 || (op >= 2 && a !== 0) || (op === 3 && b === 0)) return false;
  }
  result.lo = W[4]!;
  result.hi = hi;
  return true;
}

export function fast32(op: number, x: number, y: number): boolean {
  if (!plain32(x) || !plain32(y)) return false;
  W[0] = x; W[1] = y;
  const a = S[0]!, b = S[1]!;
  // The double result rounded again is the single result: 53 >= 2 * 24 + 2 bits.
  const r = Math.fround(op === 0 ? a + b : op === 1 ? a - b : op === 2 ? a * b : op === 3 ? a / b : Math.sqrt(a));
  S[4] = r;
  const bits = W[4]!;
  if (!normal32(bits)) {
    if (r !== 0 || (op >= 2 && a !== 0) || (op === 3 && b === 0)) return false;
  }
  result.lo = bits;
  return true;
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
export function narrowFast(lo: number, hi: number): boolean {
  if (!plain64(hi, lo)) return false;
  W[0] = lo; W[1] = hi;
  S[4] = D[0]!;
  const bits = W[4]!;
  if (!normal32(bits) && D[0] !== 0) return false;
  result.lo = bits;
  return true;
}
/** An integer is a double exactly. */
export function doubleOf(n: number): void {
  D[2] = n;
  result.lo = W[4]!;
  result.hi = W[5]!;
}
/** A double cut to an integer: `result.lo`; false when it does not fit or the number is not plain. */
export function truncated(lo: number, hi: number): boolean {
  if (!plain64(hi, lo)) return false;
  W[0] = lo; W[1] = hi;
  const a = D[0]!;
  if (!(a < 2147483648 && a > -2147483649)) return false;
  result.lo = Math.trunc(a) | 0;
  return true;
}
/** -1, 0, 1 for less, equal, greater; 2 when an operand is not plain. */
export function compare64(aLo: number, aHi: number, bLo: number, bHi: number): number {
  if (!plain64(aHi, aLo) || !plain64(bHi, bLo)) return 2;
  W[0] = aLo; W[1] = aHi; W[2] = bLo; W[3] = bHi;
  const a = D[0]!, b = D[1]!;
  return a < b ? -1 : a > b ? 1 : 0;
}
export function compare32(x: number, y: number): number {
  if (!plain32(x) || !plain32(y)) return 2;
  W[0] = x; W[1] = y;
  const a = S[0]!, b = S[1]!;
  return a < b ? -1 : a > b ? 1 : 0;
}
