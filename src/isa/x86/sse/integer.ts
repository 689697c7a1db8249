/**
 * Packed integer arithmetic of SSE2 on 16 bytes: four words of the first operand (in place) with four of the second
 * (SDM vol. 1, 11.4.2). Pure data flow without flags or exceptions, so each operation is a function of two lanes, applied to
 * every lane of its width; a few look at neighbours and are written out.
 */

/** The first operand and the result; the second operand. Shared scratch: nothing lives in them between two operations. */
const aBytes = new Uint8Array(16),
  bBytes = new Uint8Array(16);
const A32 = new Int32Array(aBytes.buffer),
  B32 = new Int32Array(bBytes.buffer);
const A16 = new Int16Array(aBytes.buffer),
  B16 = new Int16Array(bBytes.buffer);
const A8 = new Int8Array(aBytes.buffer),
  B8 = new Int8Array(bBytes.buffer);
const out = new Int32Array(4),
  outBytes = new Uint8Array(out.buffer),
  outHalves = new Uint16Array(out.buffer);

const clamp = (n: number, least: number, most: number): number => (n < least ? least : n > most ? most : n);

type Lanes = Int8Array | Int16Array | Int32Array;
const each = (a: Lanes, b: Lanes, f: (x: number, y: number) => number) => (): void => {
  for (let i = 0; i < a.length; i++) a[i] = f(a[i]!, b[i]!);
};
const bytes = (f: (x: number, y: number) => number): (() => void) => each(A8, B8, f);
const halves = (f: (x: number, y: number) => number): (() => void) => each(A16, B16, f);
const words = (f: (x: number, y: number) => number): (() => void) => each(A32, B32, f);
/** The same on unsigned lanes. */
const bytesU = (f: (x: number, y: number) => number): (() => void) => bytes((x, y) => f(x & 0xff, y & 0xff));
const halvesU = (f: (x: number, y: number) => number): (() => void) => halves((x, y) => f(x & 0xffff, y & 0xffff));

const add = (x: number, y: number): number => x + y;
const sub = (x: number, y: number): number => x - y;
const same = (x: number, y: number): number => (x === y ? -1 : 0);
const above = (x: number, y: number): number => (x > y ? -1 : 0);
const average = (x: number, y: number): number => (x + y + 1) >> 1;

/** The shift count of a whole register: its low 64 bits, beyond the width of a lane when `most` is passed. */
const count = (most: number): number => (B32[1] !== 0 || B32[0]! >>> 0 > most ? most : B32[0]!);
const shift = (lanes: Lanes, width: number, f: (x: number, n: number) => number, signed: boolean) => (): void => {
  const n = count(width);
  for (let i = 0; i < lanes.length; i++) lanes[i] = n < width ? f(lanes[i]!, n) : signed ? f(lanes[i]!, width - 1) : 0;
};
const left = (x: number, n: number): number => x << n;
const arithmetic = (x: number, n: number): number => x >> n;

function shiftQuad(right: boolean): void {
  const n = count(64);
  for (const at of [0, 2]) {
    const lo = A32[at]!,
      hi = A32[at + 1]!;
    const [l, h] = n >= 64 ? [0, 0] : right ? shiftedRight(lo, hi, n) : shiftedLeft(lo, hi, n);
    A32[at] = l;
    A32[at + 1] = h;
  }
}
function shiftedRight(lo: number, hi: number, n: number): readonly [number, number] {
  if (n === 0) return [lo, hi];
  return n < 32 ? [(lo >>> n) | (hi << (32 - n)), hi >>> n] : [n === 32 ? hi : hi >>> (n - 32), 0];
}
function shiftedLeft(lo: number, hi: number, n: number): readonly [number, number] {
  if (n === 0) return [lo, hi];
  return n < 32 ? [lo << n, (hi << n) | (lo >>> (32 - n))] : [0, n === 32 ? lo : lo << (n - 32)];
}

function quadSum(sign: 1 | -1): void {
  for (const at of [0, 2]) {
    const a = A32[at]! >>> 0,
      b = B32[at]! >>> 0,
      low = a + sign * b;
    A32[at] = low;
    A32[at + 1] = A32[at + 1]! + sign * B32[at + 1]! + (low > 0xffff_ffff ? 1 : low < 0 ? -1 : 0);
  }
}

function multiplyUnsigned(at: number): void {
  const a = A32[at]! >>> 0,
    b = B32[at]! >>> 0,
    al = a & 0xffff,
    ah = a >>> 16,
    bl = b & 0xffff,
    bh = b >>> 16;
  const low = al * bl,
    middle = ah * bl + (low >>> 16),
    cross = al * bh + (middle & 0xffff);
  A32[at] = Math.imul(a, b);
  A32[at + 1] = ah * bh + Math.floor(middle / 0x10000) + Math.floor(cross / 0x10000);
}

function multiplyAdd(): void {
  for (let i = 0; i < 4; i++) out[i] = A16[2 * i]! * B16[2 * i]! + A16[2 * i + 1]! * B16[2 * i + 1]!;
  A32.set(out);
}
function sumOfDifferences(): void {
  for (const half of [0, 8]) {
    let sum = 0;
    for (let i = half; i < half + 8; i++) sum += Math.abs(aBytes[i]! - bBytes[i]!);
    A32[half >> 2] = sum;
    A32[(half >> 2) + 1] = 0;
  }
}

/** Lanes of both operands in turn, from the first or second half. */
function interleave(size: number, high: boolean): void {
  const from = high ? 8 : 0;
  for (let i = 0; i < 8 / size; i++) {
    for (let k = 0; k < size; k++) {
      outBytes[2 * i * size + k] = aBytes[from + i * size + k]!;
      outBytes[(2 * i + 1) * size + k] = bBytes[from + i * size + k]!;
    }
  }
  A32.set(out);
}
/** Halves its lanes with saturation: those of the first operand, then those of the second. */
function packHalves(least: number, most: number): void {
  for (let i = 0; i < 8; i++) {
    outBytes[i] = clamp(A16[i]!, least, most);
    outBytes[8 + i] = clamp(B16[i]!, least, most);
  }
  A32.set(out);
}
function packWords(): void {
  for (let i = 0; i < 4; i++) {
    outHalves[i] = clamp(A32[i]!, -0x8000, 0x7fff);
    outHalves[4 + i] = clamp(B32[i]!, -0x8000, 0x7fff);
  }
  A32.set(out);
}

/** By mnemonic. */
export const INTEGER_OPERATIONS = {
  paddb: bytes(add),
  paddw: halves(add),
  paddd: words(add),
  paddq: () => quadSum(1),
  psubb: bytes(sub),
  psubw: halves(sub),
  psubd: words(sub),
  psubq: () => quadSum(-1),
  paddsb: bytes((x, y) => clamp(x + y, -0x80, 0x7f)),
  paddsw: halves((x, y) => clamp(x + y, -0x8000, 0x7fff)),
  psubsb: bytes((x, y) => clamp(x - y, -0x80, 0x7f)),
  psubsw: halves((x, y) => clamp(x - y, -0x8000, 0x7fff)),
  paddusb: bytesU((x, y) => clamp(x + y, 0, 0xff)),
  paddusw: halvesU((x, y) => clamp(x + y, 0, 0xffff)),
  psubusb: bytesU((x, y) => clamp(x - y, 0, 0xff)),
  psubusw: halvesU((x, y) => clamp(x - y, 0, 0xffff)),
  pmullw: halves((x, y) => Math.imul(x, y)),
  pmulhw: halves((x, y) => Math.imul(x, y) >> 16),
  pmulhuw: halvesU((x, y) => Math.imul(x, y) >>> 16),
  pmuludq: () => {
    multiplyUnsigned(0);
    multiplyUnsigned(2);
  },
  pmaddwd: multiplyAdd,
  psadbw: sumOfDifferences,
  pavgb: bytesU(average),
  pavgw: halvesU(average),
  pminub: bytesU(Math.min),
  pmaxub: bytesU(Math.max),
  pminsw: halves(Math.min),
  pmaxsw: halves(Math.max),
  pcmpeqb: bytes(same),
  pcmpeqw: halves(same),
  pcmpeqd: words(same),
  pcmpgtb: bytes(above),
  pcmpgtw: halves(above),
  pcmpgtd: words(above),
  psllw: shift(A16, 16, left, false),
  pslld: shift(A32, 32, left, false),
  psllq: () => shiftQuad(false),
  psrlw: shift(A16, 16, (x, n) => (x & 0xffff) >>> n, false),
  psrld: shift(A32, 32, (x, n) => x >>> n, false),
  psrlq: () => shiftQuad(true),
  psraw: shift(A16, 16, arithmetic, true),
  psrad: shift(A32, 32, arithmetic, true),
  punpcklbw: () => interleave(1, false),
  punpcklwd: () => interleave(2, false),
  punpckhbw: () => interleave(1, true),
  punpckhwd: () => interleave(2, true),
  packsswb: () => packHalves(-0x80, 0x7f),
  packuswb: () => packHalves(0, 0xff),
  packssdw: packWords,
} as const satisfies Record<string, () => void>;

export type IntegerOperation = keyof typeof INTEGER_OPERATIONS;

/** Operates on the four state words from `to` on. */
export function applyInteger(op: IntegerOperation, state: Int32Array, to: number, b0: number, b1: number, b2: number, b3: number): void {
  A32[0] = state[to]!;
  A32[1] = state[to + 1]!;
  A32[2] = state[to + 2]!;
  A32[3] = state[to + 3]!;
  B32[0] = b0;
  B32[1] = b1;
  B32[2] = b2;
  B32[3] = b3;
  INTEGER_OPERATIONS[op]();
  state[to] = A32[0]!;
  state[to + 1] = A32[1]!;
  state[to + 2] = A32[2]!;
  state[to + 3] = A32[3]!;
}

/**
 * The same on eight bytes (MMX), as parts of what the operation does on sixteen: interleaving the low halves gives both halves of
 * interleaved doublewords, and narrowed lanes of the second operand follow those of eight bytes of the first.
 */
export function applyHalf(op: IntegerOperation, state: Int32Array, to: number, b0: number, b1: number): void {
  A32[0] = state[to]!;
  A32[1] = state[to + 1]!;
  B32[0] = b0;
  B32[1] = b1;
  A32[2] = A32[3] = B32[2] = B32[3] = 0;
  const high = op.startsWith('punpckh');
  INTEGER_OPERATIONS[high ? (op.replace('h', 'l') as IntegerOperation) : op]();
  state[to] = A32[high ? 2 : 0]!;
  state[to + 1] = A32[high ? 3 : op.startsWith('pack') ? 2 : 1]!;
}

/** The high bit of each byte (PMOVMSKB). */
export function byteSigns(b0: number, b1: number, b2: number, b3: number): number {
  B32[0] = b0;
  B32[1] = b1;
  B32[2] = b2;
  B32[3] = b3;
  let bits = 0;
  for (let i = 0; i < 16; i++) bits |= (bBytes[i]! >>> 7) << i;
  return bits;
}
