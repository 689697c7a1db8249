/**
 * Multiplication and division. Undefined flags are cleared by products, and kept by quotients, so that no engine has to
 * compute them. #DE comes before anything is written.
 */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { CF, DE, EAX, EDX, OF } from '../state.ts';

type Means = (m: X86) => void;
const BOTH = CF | OF;
/** CF and OF tell that the upper half says more than the lower one. */
const overflow = (m: X86, lost: Value): void => m.setStatus(m.select(lost, m.const(BOTH), m.const(0)));

const mul: Means = (m) => {
  const width = m.width, a = m.reg(EAX, width), b = m.get(0), product = m.mul(a, b);
  const high = width === 32 ? m.binary('mulhu', a, b) : m.shr(product, m.const(width));
  putProduct(m, product, high);
  overflow(m, m.bool(high));
};
const imulWide: Means = (m) => {
  const width = m.width, a = m.sext(m.reg(EAX, width), width), b = m.getSigned(0), product = m.mul(a, b);
  const high = width === 32 ? m.binary('mulhs', a, b) : m.shr(product, m.const(width));
  putProduct(m, product, high);
  overflow(m, signedLoss(m, product, high));
};
function putProduct(m: X86, product: Value, high: Value): void {
  const width = m.width;
  if (width === 8) { m.setReg(EAX, product, 16); return; }
  m.setReg(EAX, product, width);
  m.setReg(EDX, high, width);
}
/** The product is not its lower half, sign-extended. */
function signedLoss(m: X86, product: Value, high: Value): Value {
  const width = m.width;
  return width === 32 ? m.ne(high, m.sar(product, m.const(31))) : m.ne(product, m.sext(product, width));
}
const imulInto = (first: number, second: number): Means => (m) => {
  const a = m.getSigned(first), b = m.getSigned(second), product = m.mul(a, b);
  const high = m.width === 32 ? m.binary('mulhs', a, b) : product;
  m.put(0, product);
  overflow(m, signedLoss(m, product, high));
};

const div: Means = (m) => {
  const width = m.width, by = m.zext(m.get(0), width);
  m.trapIf(m.not(by), DE);
  const [high, low] = dividend(m);
  if (width === 32) m.trapIf(m.not(m.ltu(high, by)), DE);
  const quotient = m.divide('divu', high, low, by), rest = m.divide('remu', high, low, by);
  if (width !== 32) m.trapIf(m.bool(m.shr(quotient, m.const(width))), DE);
  putQuotient(m, quotient, rest);
};
const idiv: Means = (m) => {
  const width = m.width, by = m.getSigned(0);
  m.trapIf(m.not(by), DE);
  const [zeroExtended, low] = dividend(m);
  const high = width === 32 ? zeroExtended : m.sar(signedLow(m, low), m.const(31)), number = width === 32 ? low : signedLow(m, low);
  if (width === 32) m.trapIf(quotientOverflows(m, high, low, by), DE);
  const quotient = m.divide('divs', high, number, by), rest = m.divide('rems', high, number, by);
  if (width !== 32) m.trapIf(m.ne(quotient, m.sext(quotient, width)), DE);
  putQuotient(m, quotient, rest);
};
/** EDX:EAX as two values; DX:AX and AX as one, below a zero. */
function dividend(m: X86): readonly [high: Value, low: Value] {
  if (m.width === 32) return [m.reg(EDX), m.reg(EAX)];
  if (m.width === 8) return [m.const(0), m.reg(EAX, 16)];
  return [m.const(0), m.or(m.shl(m.reg(EDX, 16), m.const(16)), m.reg(EAX, 16))];
}
const signedLow = (m: X86, low: Value): Value => (m.width === 8 ? m.sext(low, 16) : low);

/**
 * Whether the 64-by-32 signed quotient leaves 32 bits, without dividing: |n| >= |d| * 2^31 when it is positive,
 * |n| >= |d| * 2^31 + |d| when it is negative.
 */
function quotientOverflows(m: X86, high: Value, low: Value, by: Value): Value {
  const sign = m.const(31), signN = m.sar(high, sign), signD = m.sar(by, sign);
  const divisor = m.sub(m.xor(by, signD), signD);
  const flipped = m.xor(low, signN), magnitudeLow = m.sub(flipped, signN);
  const magnitudeHigh = m.add(m.xor(high, signN), m.and(m.not(magnitudeLow), m.and(signN, m.const(1))));
  const extra = m.and(divisor, m.xor(signN, signD));
  const limitLow = m.add(m.shl(divisor, sign), extra);
  const limitHigh = m.add(m.shr(divisor, m.const(1)), m.ltu(limitLow, extra));
  const below = m.or(m.ltu(magnitudeHigh, limitHigh), m.and(m.eq(magnitudeHigh, limitHigh), m.ltu(magnitudeLow, limitLow)));
  return m.not(below);
}
function putQuotient(m: X86, quotient: Value, rest: Value): void {
  const width = m.width;
  m.setReg(EAX, quotient, width);
  if (width === 8) m.setReg(4, rest, 8);
  else m.setReg(EDX, rest, width);
}

const PRODUCT: RowOptions = { writes: 'OC', undefines: 'SZAP' };
/** The manual leaves all status flags undefined after a division; they are kept. */
const QUOTIENT: RowOptions = { undefines: 'OSZAPC' };
const MUL = { ...PRODUCT, says: 'Multiplies the accumulator, unsigned, into twice its width.' };
const IMUL = { ...PRODUCT, says: 'Multiplies with sign.' };
const DIV = { ...QUOTIENT, says: 'Divides the double-width accumulator, unsigned; the rest goes to its upper half.' };
const IDIV = { ...QUOTIENT, says: 'Divides the double-width accumulator with sign; the rest goes to its upper half.' };

export const MULTIPLY: readonly X86Row[] = [
  ia32('mul', 'r/m8', 'F6 /4', mul, MUL),
  ia32('mul', 'r/m', 'F7 /4', mul, MUL),
  ia32('imul', 'r/m8', 'F6 /5', imulWide, IMUL),
  ia32('imul', 'r/m', 'F7 /5', imulWide, IMUL),
  ia32('imul', 'r, r/m', '0F AF /r', imulInto(0, 1), IMUL),
  ia32('imul', 'r, r/m, simm8', '6B /r ib', imulInto(1, 2), IMUL),
  ia32('imul', 'r, r/m, imm', '69 /r iv', imulInto(1, 2), IMUL),
  ia32('div', 'r/m8', 'F6 /6', div, DIV),
  ia32('div', 'r/m', 'F7 /6', div, DIV),
  ia32('idiv', 'r/m8', 'F6 /7', idiv, IDIV),
  ia32('idiv', 'r/m', 'F7 /7', idiv, IDIV),
];
