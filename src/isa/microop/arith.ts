/**
 * What the pure micro-ops compute, on 32-bit two's complement numbers kept as signed JavaScript integers.
 * The one definition that the evaluators, the constant folder and the tests share. Left out: memory, state, flags.
 */
import type { BinaryKind, DivideKind, UnaryKind } from './op.ts';

export function binary(kind: BinaryKind, a: number, b: number): number {
  switch (kind) {
    case 'add': return (a + b) | 0;
    case 'sub': return (a - b) | 0;
    case 'mul': return Math.imul(a, b);
    case 'mulhu': return highUnsigned(a, b);
    case 'mulhs': return (highUnsigned(a, b) - (a < 0 ? b : 0) - (b < 0 ? a : 0)) | 0;
    case 'and': return a & b;
    case 'or': return a | b;
    case 'xor': return a ^ b;
    case 'shl': return a << b;
    case 'shr': return (a >>> b) | 0;
    case 'sar': return a >> b;
    case 'rotl': return (a << b) | (a >>> (-b & 31)) | 0;
    case 'rotr': return (a >>> b) | (a << (-b & 31)) | 0;
    case 'eq': return a === b ? 1 : 0;
    case 'ltu': return a >>> 0 < b >>> 0 ? 1 : 0;
    case 'lts': return a < b ? 1 : 0;
  }
}

/** Bits 63..32 of the unsigned product, by 16-bit halves: exact in doubles. */
function highUnsigned(a: number, b: number): number {
  const al = a & 0xffff, ah = a >>> 16, bl = b & 0xffff, bh = b >>> 16;
  const middle = ah * bl + ((al * bl) / 0x10000 >>> 0);
  const carry = (middle % 0x10000) + al * bh;
  return (ah * bh + Math.floor(middle / 0x10000) + Math.floor(carry / 0x10000)) | 0;
}

export function unary(kind: UnaryKind, a: number): number {
  switch (kind) {
    case 'clz': return Math.clz32(a);
    case 'ctz': return a === 0 ? 32 : 31 - Math.clz32(a & -a);
    case 'popcnt': {
      let n = 0;
      for (let rest = a >>> 0; rest !== 0; rest &= rest - 1) n++;
      return n;
    }
  }
}

/** 64-by-32 division. Zero divisors and quotients that do not fit give 0: the row traps before. */
export function divide(kind: DivideKind, high: number, low: number, by: number): number {
  if (by === 0) return 0;
  const signed = kind === 'divs' || kind === 'rems';
  const fits32 = signed ? high === low >> 31 : high === 0;
  if (fits32) {
    const n = signed ? low : low >>> 0, d = signed ? by : by >>> 0;
    return kind === 'divu' || kind === 'divs' ? (n / d) | 0 : n % d | 0;
  }
  const bits = (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const n = signed ? BigInt.asIntN(64, bits) : bits, d = signed ? BigInt(by) : BigInt(by >>> 0);
  return Number(BigInt.asIntN(32, kind === 'divu' || kind === 'divs' ? n / d : n % d));
}

export const extend = (a: number, width: 8 | 16, signed: boolean): number =>
  width === 8 ? (signed ? (a << 24) >> 24 : a & 0xff) : signed ? (a << 16) >> 16 : a & 0xffff;
