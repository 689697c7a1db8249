/**
 * Arithmetic of the MIPS FPU on one operand or two, exact, in integer arithmetic: NaN rules, exceptions and rounding as the
 * processors before the 2008 edition of IEEE 754 have them, and as qemu's 24Kf computes them (MIPS32 vol. I, 5.7).
 *
 * A NaN is signaling when the first bit of its fraction is set: the opposite of IA-32. An operation on NaNs gives the default NaN. Left out: Unimplemented Operation, which this FPU never needs.
 */
import {
  add,
  divide,
  type Finite,
  fromInteger,
  multiply,
  NEAREST,
  round,
  type Rounding,
  squareRoot,
  toInteger,
} from '../../../bits/float/core.ts';
import {
  formatOf,
  infinityOf,
  isInfinite,
  isNaNPattern,
  isZero,
  orderOf,
  pack,
  pattern,
  type Pattern,
  type Precision,
  quietBit,
  signed,
  signOf,
  unpack,
  zeroOf,
} from '../../../bits/float/binary.ts';

/** Exceptions, as the bits of FCSR's fields from Inexact up. */
export const INEXACT = 1,
  UNDERFLOW = 2,
  OVERFLOW = 4,
  DIVIDE = 8,
  INVALID = 16;

export interface Result {
  readonly value: Pattern;
  readonly raised: number;
}
/** How results are rounded; `flush`: denormal results become zero. */
export interface Mode {
  readonly rounding: Rounding;
  readonly flush: boolean;
}

/** FCSR's numbers for rounding are nearest, zero, up, down. */
const ROUNDINGS: readonly Rounding[] = [0, 3, 2, 1];
export const modeOf = (fcsr: number): Mode => ({ rounding: ROUNDINGS[fcsr & 3]!, flush: (fcsr & 0x100_0000) !== 0 });

const result = (value: Pattern, raised = 0): Result => ({ value, raised });
export const defaultNaN = (width: Precision): Pattern => (width === 64 ? pattern(0x7ff7_ffff, 0xffff_ffff) : pattern(0, 0x7fbf_ffff));
const invalid = (width: Precision): Result => result(defaultNaN(width), INVALID);
export const signaling = (width: Precision, x: Pattern): boolean => isNaNPattern(width, x) && quietBit(width, x);

/** Whatever NaN came in, the default one goes out. */
const propagate = (width: Precision, a: Pattern, b: Pattern): Result =>
  result(defaultNaN(width), signaling(width, a) || signaling(width, b) ? INVALID : 0);

export function deliver(width: Precision, value: Finite, mode: Mode): Result {
  // What is flushed raises nothing in qemu's FPU.
  if (mode.flush && value.exponent < formatOf(width).emin) return result(zeroOf(width, value.sign));
  const rounded = round(value, formatOf(width), mode.rounding);
  if (rounded.overflow) return result(pack(width, rounded), OVERFLOW | INEXACT);
  return result(pack(width, rounded), rounded.inexact ? (rounded.tiny ? UNDERFLOW | INEXACT : INEXACT) : 0);
}

const zeroSum = (width: Precision, mode: Mode): Pattern => zeroOf(width, mode.rounding === 1 ? 1 : 0);

function sum(width: Precision, a: Pattern, b: Pattern, mode: Mode): Result {
  const infiniteA = isInfinite(width, a),
    infiniteB = isInfinite(width, b);
  if (infiniteA && infiniteB && signOf(width, a) !== signOf(width, b)) return invalid(width);
  if (infiniteA || infiniteB) return result(infiniteA ? a : b);
  const zeroA = isZero(width, a),
    zeroB = isZero(width, b);
  if (zeroA && zeroB) return result(signOf(width, a) === signOf(width, b) ? a : zeroSum(width, mode));
  if (zeroA || zeroB) return deliver(width, unpack(width, zeroA ? b : a), mode);
  const exact = add(unpack(width, a), unpack(width, b));
  return exact === null ? result(zeroSum(width, mode)) : deliver(width, exact, mode);
}

export function arithmetic(width: Precision, op: 'add' | 'sub' | 'mul' | 'div', a: Pattern, b: Pattern, mode: Mode): Result {
  if (isNaNPattern(width, a) || isNaNPattern(width, b)) return propagate(width, a, b);
  if (op === 'add') return sum(width, a, b, mode);
  if (op === 'sub') return sum(width, a, negated(width, b), mode);
  const sign = (signOf(width, a) ^ signOf(width, b)) as 0 | 1;
  const infiniteA = isInfinite(width, a),
    infiniteB = isInfinite(width, b),
    zeroA = isZero(width, a),
    zeroB = isZero(width, b);
  if (op === 'mul') {
    if ((infiniteA && zeroB) || (zeroA && infiniteB)) return invalid(width);
    if (infiniteA || infiniteB) return result(infinityOf(width, sign));
    return zeroA || zeroB ? result(zeroOf(width, sign)) : deliver(width, multiply(unpack(width, a), unpack(width, b)), mode);
  }
  if ((infiniteA && infiniteB) || (zeroA && zeroB)) return invalid(width);
  if (infiniteA) return result(infinityOf(width, sign));
  if (zeroB) return result(infinityOf(width, sign), DIVIDE);
  return infiniteB || zeroA ? result(zeroOf(width, sign)) : deliver(width, divide(unpack(width, a), unpack(width, b)), mode);
}

export const negated = (width: Precision, x: Pattern): Pattern => signed(width, x, signOf(width, x) === 1 ? 0 : 1);

export function root(width: Precision, a: Pattern, mode: Mode): Result {
  if (isNaNPattern(width, a)) return propagate(width, a, a);
  if (isZero(width, a)) return result(a);
  if (signOf(width, a) === 1) return invalid(width);
  return isInfinite(width, a) ? result(a) : deliver(width, squareRoot(unpack(width, a)), mode);
}

const one = (width: Precision): Pattern => (width === 64 ? pattern(0x3ff0_0000, 0) : pattern(0, 0x3f80_0000));
export const reciprocal = (width: Precision, a: Pattern, mode: Mode): Result => arithmetic(width, 'div', one(width), a, mode);
export function reciprocalRoot(width: Precision, a: Pattern, mode: Mode): Result {
  const first = root(width, a, mode),
    second = reciprocal(width, first.value, mode);
  return result(second.value, first.raised | second.raised);
}

/** fs * ft +- fr, rounded twice; negated at the end for nmadd and nmsub, NaNs too. */
export function multiplyAdd(
  width: Precision,
  minus: boolean,
  negative: boolean,
  fs: Pattern,
  ft: Pattern,
  fr: Pattern,
  mode: Mode,
): Result {
  const product = arithmetic(width, 'mul', fs, ft, mode),
    total = arithmetic(width, minus ? 'sub' : 'add', product.value, fr, mode);
  return result(negative ? negated(width, total.value) : total.value, product.raised | total.raised);
}

/** What a number that has no 32-bit integer becomes. */
const NO_INTEGER = 0x7fff_ffff;
export function toWord(width: Precision, a: Pattern, rounding: Rounding): { readonly n: number; readonly raised: number } {
  if (isNaNPattern(width, a) || isInfinite(width, a)) return { n: NO_INTEGER, raised: INVALID };
  if (isZero(width, a)) return { n: 0, raised: 0 };
  const converted = toInteger(unpack(width, a), rounding);
  if (converted === null || converted.n > 0x7fff_ffffn || converted.n < -0x8000_0000n) return { n: NO_INTEGER, raised: INVALID };
  return { n: Number(converted.n), raised: converted.inexact ? INEXACT : 0 };
}
export const fromWord = (width: Precision, n: number, mode: Mode): Result =>
  n === 0 ? result(zeroOf(width, 0)) : deliver(width, fromInteger(BigInt(n)), mode);

export function narrow(a: Pattern, mode: Mode): Result {
  const sign = signOf(64, a);
  if (signaling(64, a)) return invalid(32);
  if (isNaNPattern(64, a)) return result(defaultNaN(32));
  if (isInfinite(64, a)) return result(infinityOf(32, sign));
  return isZero(64, a) ? result(zeroOf(32, sign)) : deliver(32, unpack(64, a), mode);
}
export function widen(a: Pattern): Result {
  const sign = signOf(32, a);
  if (signaling(32, a)) return invalid(64);
  if (isNaNPattern(32, a)) return result(defaultNaN(64));
  if (isInfinite(32, a)) return result(infinityOf(64, sign));
  if (isZero(32, a)) return result(zeroOf(64, sign));
  return result(pack(64, round(unpack(32, a), formatOf(64), NEAREST)));
}

/** Conditions of C.cond.fmt: bit 0 unordered, bit 1 equal, bit 2 less; bit 3: a quiet NaN is invalid too. */
export function compare(width: Precision, condition: number, a: Pattern, b: Pattern): { readonly holds: boolean; readonly raised: number } {
  if (isNaNPattern(width, a) || isNaNPattern(width, b)) {
    const loud = (condition & 8) !== 0 || signaling(width, a) || signaling(width, b);
    return { holds: (condition & 1) !== 0, raised: loud ? INVALID : 0 };
  }
  const order = orderOf(width, a, b);
  return { holds: (order === 'equal' && (condition & 2) !== 0) || (order === 'less' && (condition & 4) !== 0), raised: 0 };
}
