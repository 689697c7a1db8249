/** Seeded operands for the x87: numbers of all kinds, and many that lie where rounding, ranges and formats have their edges. */
import { Random } from '../../../src/bits/random.ts';

export interface Bits80 {
  readonly se: number;
  readonly hi: number;
  readonly lo: number;
}

const BIAS = 16383;
/** Exponents at which formats end and integers stop fitting. */
const EDGES = [
  0, 1, 2, -1, -2, 14, 15, 16, 30, 31, 32, 52, 53, 59, 60, 62, 63, 64, 65, 127, 128, -126, -127, -149, -150, 1023, 1024, -1022, -1023,
  -1074, -1075, 16383, 16382, -16382, -16381, -63, -64, -65, -68,
];
/** Bits below the last one of a double, a single, an extended number. */
const TAILS = [0, 1, 0x3ff, 0x400, 0x401, 0x7ff, 0x800, 0xbff, 0xc00, 0xfffffc00, 0xffffffff, 0x80000000, 0x7fffffff];
const HIGH_TAILS = [0, 0x7f, 0x80, 0x81, 0xff, 0x100, 0x17f, 0x180, 0x7fffffff, 0xffffff00];

const pick = <T>(random: Random, list: readonly T[]): T => list[random.below(list.length)]!;

function significand(random: Random): readonly [hi: number, lo: number] {
  switch (random.below(6)) {
    case 0:
      return [0x80000000, 0];
    case 1:
      return [0xffffffff, 0xffffffff];
    case 2:
      return [(0x80000000 | random.next()) >>> 0, pick(random, TAILS)];
    case 3:
      return [(0x80000000 | (random.next() & 0xffffff00) | pick(random, HIGH_TAILS)) >>> 0, pick(random, [0, 0, 0, random.next()])];
    case 4:
      return [(0x80000000 | (random.next() << random.below(32))) >>> 0, 0];
    default:
      return [(0x80000000 | random.next()) >>> 0, random.next()];
  }
}

/** A normal number whose exponent lies near the edges, near zero, or anywhere. */
export function normal80(random: Random, near?: number): Bits80 {
  const kind = random.below(8);
  const exponent =
    near !== undefined && kind < 5
      ? near + random.below(140) - 70
      : kind < 4
        ? random.below(12) - 6
        : kind < 7
          ? pick(random, EDGES)
          : random.below(32766) - 16382;
  const [hi, lo] = significand(random);
  return { se: (random.below(2) << 15) | Math.min(Math.max(exponent + BIAS, 1), 0x7ffe), hi, lo };
}

export function special80(random: Random): Bits80 {
  const sign = random.below(2) << 15,
    any = random.next(),
    more = random.next();
  switch (random.below(10)) {
    case 0:
    case 1:
      return { se: sign, hi: 0, lo: 0 };
    case 2:
      return { se: sign | 0x7fff, hi: 0x80000000, lo: 0 };
    case 3:
      return { se: sign | 0x7fff, hi: (0xc0000000 | any) >>> 0, lo: more };
    case 4:
      return { se: sign | 0x7fff, hi: (0x80000000 | (any & 0x3fffffff)) >>> 0, lo: more | 1 };
    case 5:
      return { se: sign, hi: (any & 0x7fffffff) >>> random.below(32), lo: more | 1 };
    case 6:
      return { se: sign, hi: (any | 0x80000000) >>> 0, lo: more };
    case 7:
      return { se: sign | (1 + random.below(0x7ffe)), hi: any & 0x7fffffff, lo: more };
    case 8:
      return { se: sign | 0x7fff, hi: any & 0x7fffffff, lo: pick(random, [0, more]) };
    default:
      return { se: sign | 0x7fff, hi: 0xc0000000, lo: 0 };
  }
}

export const value80 = (random: Random, near?: number): Bits80 => (random.below(100) < 28 ? special80(random) : normal80(random, near));

/** A single or a double, as little-endian bytes. */
function short(random: Random, exponentBits: number, fractionBits: number): bigint {
  const top = (1n << BigInt(exponentBits)) - 1n,
    bias = (1 << (exponentBits - 1)) - 1;
  const fraction = BigInt.asUintN(fractionBits, (BigInt(random.next()) << 32n) | BigInt(random.next()));
  const sign = BigInt(random.below(2)) << BigInt(exponentBits + fractionBits);
  const exponent =
    random.below(4) === 0
      ? pick(random, [0n, 0n, 1n, top, top, top - 1n])
      : random.below(2)
        ? BigInt(bias + random.below(12) - 6)
        : BigInt(random.below(Number(top) + 1));
  const kinds = [
    0n,
    fraction,
    fraction,
    1n << BigInt(fractionBits - 1),
    (1n << BigInt(fractionBits)) - 1n,
    (fraction & ((1n << BigInt(fractionBits - 1)) - 1n)) | 1n,
  ];
  return sign | (exponent << BigInt(fractionBits)) | pick(random, kinds);
}

export type MemoryKind = 'float32' | 'float64' | 'float80' | 'integer16' | 'integer32' | 'integer64' | 'decimal';

export function memoryValue(random: Random, kind: MemoryKind): Uint8Array {
  const bytes = random.bytes(16),
    view = new DataView(bytes.buffer);
  switch (kind) {
    case 'float32':
      view.setUint32(0, Number(short(random, 8, 23)), true);
      break;
    case 'float64':
      view.setBigUint64(0, short(random, 11, 52), true);
      break;
    case 'float80':
      write80(view, 0, value80(random));
      break;
    case 'decimal':
      for (let i = 0; i < 9; i++) bytes[i] = random.below(3) ? (random.below(10) << 4) | random.below(10) : 0;
      bytes[9] = random.below(2) << 7;
      break;
    default:
      view.setBigInt64(0, integer(random, kind === 'integer16' ? 16 : kind === 'integer32' ? 32 : 64), true);
  }
  return bytes;
}
function integer(random: Random, width: number): bigint {
  const any = (BigInt(random.next()) << 32n) | BigInt(random.next());
  return BigInt.asIntN(
    64,
    pick(random, [0n, 1n, -1n, 1n << BigInt(width - 1), (1n << BigInt(width - 1)) - 1n, any, any, any >> BigInt(random.below(64))]),
  );
}

export function write80(view: DataView, at: number, { se, hi, lo }: Bits80): void {
  view.setUint32(at, lo, true);
  view.setUint32(at + 4, hi, true);
  view.setUint16(at + 8, se, true);
}
