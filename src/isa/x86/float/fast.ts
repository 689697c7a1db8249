/**
 * The common case of x87 arithmetic without allocation: normal operands, a result that neither overflows nor underflows. Each
 * function answers false, having changed nothing, when the case is another one; x87arith then does it.
 *
 * Invariant: the words written and the flags raised are those of x87arith; a test compares them over random operands. Limbs
 * are 32-bit integers; sums and partial products of limbs are doubles below 2^53, and so exact.
 */
import { FPU_CONTROL, FPU_STATUS } from '../state.ts';
import { C1, summarize } from './stack.ts';

const TWO32 = 4294967296,
  PER_TWO32 = 1 / TWO32;
const PRECISION = 0x20;

/** Normal: not zero, denormal, infinite, NaN or unsupported. */
export const isNormal = (se: number, hi: number): boolean => hi < 0 && ((se + 1) & 0x7fff) > 1;

/** High half of a 32 by 32 bit product. The double product errs by less than 2^11, and what is left is a multiple of 2^32. */
const high = (a: number, b: number): number => (((a >>> 0) * (b >>> 0) - (Math.imul(a, b) >>> 0)) * PER_TWO32 + 0.5) | 0;

/**
 * Rounds h:l:x (bit 31 of h set, the last bit of x sticky) by the control word and writes it; `exponent` is biased.
 */
function deliver(w: Int32Array, at: number, sign: number, exponent: number, h: number, l: number, x: number): boolean {
  if (exponent < 1 || exponent > 0x7ffd) return false;
  const control = w[FPU_CONTROL]!,
    precision = control & 0x300;
  let half = x < 0,
    rest = x << 1 !== 0,
    odd = (l & 1) !== 0;
  if (precision === 0x200) {
    rest = rest || half || (l & 0x3ff) !== 0;
    half = (l & 0x400) !== 0;
    odd = (l & 0x800) !== 0;
    l &= ~0x7ff;
  } else if (precision === 0) {
    rest = rest || half || l !== 0 || (h & 0x7f) !== 0;
    half = (h & 0x80) !== 0;
    odd = (h & 0x100) !== 0;
    h &= ~0xff;
    l = 0;
  }
  let status = w[FPU_STATUS]! & ~C1;
  let se = sign | exponent;
  if (half || rest) {
    status |= PRECISION;
    const rounding = control & 0xc00;
    if (rounding === 0 ? half && (rest || odd) : rounding === 0x800 ? sign === 0 : rounding === 0x400 && sign !== 0) {
      status |= C1;
      const unit = precision === 0x200 ? 0x800 : 1;
      if (precision === 0) h = (h + 0x100) | 0;
      else {
        l = (l + unit) | 0;
        if (l === 0) h = (h + 1) | 0;
      }
      if (h === 0) {
        h = 0x80000000 | 0;
        se++;
      }
    }
  }
  w[FPU_STATUS] = status;
  if ((status & PRECISION & ~control) !== 0) summarize(w);
  w[at] = l;
  w[at + 1] = h;
  w[at + 2] = se;
  return true;
}

export function multiply(w: Int32Array, at: number, al: number, ah: number, ae: number, bl: number, bh: number, be: number): boolean {
  if (!isNormal(ae, ah) || !isNormal(be, bh)) return false;
  const low = Math.imul(al, bl),
    cross = Math.imul(al, bh),
    other = Math.imul(ah, bl);
  const second = (high(al, bl) >>> 0) + (cross >>> 0) + (other >>> 0);
  const third = (Math.imul(ah, bh) >>> 0) + (high(al, bh) >>> 0) + (high(ah, bl) >>> 0) + Math.floor(second * PER_TWO32);
  let h = (high(ah, bh) + Math.floor(third * PER_TWO32)) | 0,
    l = third | 0,
    x = second | (low !== 0 ? 1 : 0);
  let exponent = (ae & 0x7fff) + (be & 0x7fff) - 16382;
  if (h >= 0) {
    h = (h << 1) | (l >>> 31);
    l = (l << 1) | (x >>> 31);
    x = (x << 1) | (x & 1);
    exponent--;
  }
  return deliver(w, at, (ae ^ be) & 0x8000, exponent, h, l, x);
}

/** `flip`: 0x8000 to subtract b. */
export function add(
  w: Int32Array,
  at: number,
  al: number,
  ah: number,
  ae: number,
  bl: number,
  bh: number,
  be: number,
  flip: number,
): boolean {
  if (!isNormal(ae, ah) || !isNormal(be, bh)) return false;
  const sign = be ^ flip,
    distance = (ae & 0x7fff) - (be & 0x7fff);
  const swap = distance < 0 || (distance === 0 && (ah >>> 0 < bh >>> 0 || (ah === bh && al >>> 0 < bl >>> 0)));
  return swap
    ? aligned(w, at, bl, bh, (be & 0x7fff) | (sign & 0x8000), al, ah, ae, -distance)
    : aligned(w, at, al, ah, ae, bl, bh, (be & 0x7fff) | (sign & 0x8000), distance);
}

/** The first is not the smaller one. */
function aligned(
  w: Int32Array,
  at: number,
  al: number,
  ah: number,
  ae: number,
  bl: number,
  bh: number,
  be: number,
  distance: number,
): boolean {
  let h = bh,
    l = bl,
    x = 0,
    by = distance;
  if (by >= 32) {
    if (by >= 96) {
      h = 0;
      l = 0;
      x = 1;
      by = 0;
    } else if (by >= 64) {
      x = h | (l !== 0 ? 1 : 0);
      l = 0;
      h = 0;
      by -= 64;
    } else {
      x = l;
      l = h;
      h = 0;
      by -= 32;
    }
  }
  if (by > 0) {
    const lost = x << (32 - by);
    x = (x >>> by) | (l << (32 - by)) | (lost !== 0 ? 1 : 0);
    l = (l >>> by) | (h << (32 - by));
    h >>>= by;
  }
  return ((ae ^ be) & 0x8000) === 0 ? sum(w, at, al, ah, ae, h, l, x) : difference(w, at, al, ah, ae, h, l, x);
}

function sum(w: Int32Array, at: number, al: number, ah: number, ae: number, h: number, l: number, x: number): boolean {
  const low = (al >>> 0) + (l >>> 0),
    top = (ah >>> 0) + (h >>> 0) + (low >= TWO32 ? 1 : 0);
  if (top < TWO32) return deliver(w, at, ae & 0x8000, ae & 0x7fff, top | 0, low | 0, x);
  return deliver(
    w,
    at,
    ae & 0x8000,
    (ae & 0x7fff) + 1,
    ((top | 0) >>> 1) | 0x80000000,
    ((low | 0) >>> 1) | (top << 31),
    (x >>> 1) | ((low | 0) << 31) | (x & 1),
  );
}

function difference(w: Int32Array, at: number, al: number, ah: number, ae: number, h: number, l: number, x: number): boolean {
  const low = (al >>> 0) - (l >>> 0) - (x !== 0 ? 1 : 0);
  let c = -x | 0,
    b = low | 0,
    a = ((ah >>> 0) - (h >>> 0) - (low < 0 ? 1 : 0)) | 0,
    exponent = ae & 0x7fff;
  if ((a | b | c) === 0) return false;
  while (a === 0) {
    a = b;
    b = c;
    c = 0;
    exponent -= 32;
  }
  const by = Math.clz32(a);
  if (by > 0) {
    a = (a << by) | (b >>> (32 - by));
    b = (b << by) | (c >>> (32 - by));
    c <<= by;
    exponent -= by;
  }
  return deliver(w, at, ae & 0x8000, exponent, a, b, c);
}

/** Four digits of 16 bits; each is guessed from doubles and put right by the exact remainder. */
export function divide(w: Int32Array, at: number, al: number, ah: number, ae: number, bl: number, bh: number, be: number): boolean {
  if (!isNormal(ae, ah) || !isNormal(be, bh)) return false;
  const dl = bl >>> 0,
    dh = bh >>> 0,
    scale = 65536 / (dh * TWO32 + dl);
  let rl = al >>> 0,
    rh = ah >>> 0;
  const one = rh > dh || (rh === dh && rl >= dl);
  if (one) {
    rl -= dl;
    rh -= dh;
    if (rl < 0) {
      rl += TWO32;
      rh--;
    }
  }
  let q = 0,
    h = 0;
  for (let i = 0; i < 4; i++) {
    let digit = Math.floor((rh * TWO32 + rl) * scale);
    const low = rl * 65536 - digit * dl,
      carry = Math.floor(low * PER_TWO32);
    rl = low - carry * TWO32;
    rh = rh * 65536 - digit * dh + carry;
    if (rh < 0) {
      digit--;
      rl += dl;
      rh += dh + (rl >= TWO32 ? 1 : 0);
      if (rl >= TWO32) rl -= TWO32;
    } else if (rh > dh || (rh === dh && rl >= dl)) {
      digit++;
      rl -= dl;
      rh -= dh + (rl < 0 ? 1 : 0);
      if (rl < 0) rl += TWO32;
    }
    if (i === 2) {
      h = q;
      q = 0;
    }
    q = ((q << 16) + digit) | 0;
  }
  const left = rl !== 0 || rh !== 0,
    exponent = (ae & 0x7fff) - (be & 0x7fff) + 16383;
  if (one) return deliver(w, at, (ae ^ be) & 0x8000, exponent, (h >>> 1) | 0x80000000, (q >>> 1) | (h << 31), (q << 31) | (left ? 1 : 0));
  // The next bit, and whether anything follows it, from twice the remainder.
  const low = rl * 2,
    carried = low >= TWO32,
    top = rh * 2 + (carried ? 1 : 0),
    rest = carried ? low - TWO32 : low;
  const exact = top === dh && rest === dl,
    half = exact || top > dh || (top === dh && rest > dl);
  return deliver(w, at, (ae ^ be) & 0x8000, exponent - 1, h, q, (half ? 0x80000000 | 0 : 0) | (left && !exact ? 1 : 0));
}

/**
 * Zimmermann's square root of four limbs: the root of the upper two, then a division for the lower two. Math.sqrt only
 * guesses; the exact remainder puts it right.
 */
export function squareRoot(w: Int32Array, at: number, al: number, ah: number, ae: number): boolean {
  if (!isNormal(ae, ah) || (ae & 0x8000) !== 0) return false;
  const odd = ((ae - 16383) & 1) !== 0;
  const n3 = odd ? ah >>> 0 : ah >>> 1,
    n2 = odd ? al >>> 0 : ((al >>> 1) | (ah << 31)) >>> 0,
    n1 = odd ? 0 : (al << 31) >>> 0;
  let s = Math.min(Math.floor(Math.sqrt(n3 * TWO32 + n2)), 0xffffffff);
  let rest = (n3 - (high(s | 0, s | 0) >>> 0)) * TWO32 + (n2 - (Math.imul(s, s) >>> 0));
  while (rest < 0) {
    s--;
    rest += 2 * s + 1;
  }
  while (rest > 2 * s) {
    rest -= 2 * s + 1;
    s++;
  }
  // (rest * 2^32 + n1) / 2s in two digits of 16 bits
  const d = 2 * s;
  let r = rest * 65536 + Math.floor(n1 / 65536),
    q = Math.floor(r / d);
  r = (r - q * d) * 65536 + (n1 & 0xffff);
  const second = Math.floor(r / d);
  q = q * 65536 + second;
  r -= second * d;
  // remainder = r * 2^32 - q^2, root = s * 2^32 + q; q may be 2^32.
  return finishRoot(w, at, ((ae - 16383 - (odd ? 1 : 0)) >> 1) + 16383, s, q, r);
}
function finishRoot(w: Int32Array, at: number, exponent: number, s: number, q: number, r: number): boolean {
  if (q >= TWO32) return false;
  const squareHigh = high(q | 0, q | 0) >>> 0,
    squareLow = Math.imul(q | 0, q | 0) >>> 0;
  let h = s,
    l = q,
    rl = -squareLow,
    rh = r - squareHigh;
  if (rl < 0) {
    rl += TWO32;
    rh--;
  }
  if (rh < 0) {
    // One too many: the remainder grows by 2 root - 1.
    l--;
    if (l < 0) {
      l += TWO32;
      h--;
    }
    rl += 2 * l + 1;
    const carry = Math.floor(rl * PER_TWO32);
    rl -= carry * TWO32;
    rh += 2 * h + carry;
  }
  const left = rl !== 0 || rh !== 0,
    up = rh > h || (rh === h && rl > l);
  return deliver(w, at, 0, exponent, h | 0, l | 0, (up ? 0x80000000 | 0 : 0) | (left ? 1 : 0));
}

/** The operation of an opcode's three bits (see fpu.arithmetic), into the register whose first word is `at`. */
export function operateFast(
  w: Int32Array,
  operation: number,
  at: number,
  al: number,
  ah: number,
  ae: number,
  bl: number,
  bh: number,
  be: number,
): boolean {
  switch (operation) {
    case 0:
      return add(w, at, al, ah, ae, bl, bh, be, 0);
    case 1:
      return multiply(w, at, al, ah, ae, bl, bh, be);
    case 4:
      return add(w, at, al, ah, ae, bl, bh, be, 0x8000);
    case 5:
      return add(w, at, bl, bh, be, al, ah, ae, 0x8000);
    case 6:
      return divide(w, at, al, ah, ae, bl, bh, be);
    default:
      return divide(w, at, bl, bh, be, al, ah, ae);
  }
}

/** -1, 0 or 1 for normal numbers and zeros; 2 for anything else. */
export function compareFast(al: number, ah: number, ae: number, bl: number, bh: number, be: number): number {
  const zeroA = (ah | al) === 0 && (ae & 0x7fff) === 0,
    zeroB = (bh | bl) === 0 && (be & 0x7fff) === 0;
  if ((!zeroA && !isNormal(ae, ah)) || (!zeroB && !isNormal(be, bh))) return 2;
  if (zeroA) return zeroB ? 0 : (be & 0x8000) !== 0 ? 1 : -1;
  const sign = (ae & 0x8000) !== 0 ? -1 : 1;
  if (zeroB || ((ae ^ be) & 0x8000) !== 0) return sign;
  const order = (ae & 0x7fff) - (be & 0x7fff) || (ah >>> 0) - (bh >>> 0) || (al >>> 0) - (bl >>> 0);
  return order === 0 ? 0 : order > 0 ? sign : -sign;
}
