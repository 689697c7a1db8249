/**
 * Seeded cases for every SSE row: an encoding, and registers, memory and MXCSR to start from, full of the numbers on which
 * floating point turns. harness.c runs them on a real processor; the unit test runs them here.
 */
import { Random } from '../../../src/bits/random.ts';
import { sample } from '../../../src/isa/x86/sample.ts';
import type { X86Row } from '../../../src/isa/x86/row.ts';
import { MMX } from '../../../src/isa/x86/rows/mmx.ts';
import { SSE } from '../../../src/isa/x86/rows/sse.ts';

/** Linear address and size of the memory that operands lie in; EBX points to its middle. */
export const DATA = 0x30000000,
  WINDOW = 192,
  MIDDLE = DATA + 64;
export const FLAGS = 0x8d5;

export interface Case {
  readonly bytes: Uint8Array;
  readonly mxcsr: number;
  readonly flags: number;
  readonly general: Int32Array;
  readonly xmm: Int32Array;
  readonly memory: Uint8Array;
  /** Two words a register of MMX; whether the stack of the x87 is turned. */
  readonly mm: Int32Array;
  readonly turned: boolean;
}
export interface Answer {
  /** Vector, or 0xff. */
  readonly trap: number;
  readonly mxcsr: number;
  readonly flags: number;
  readonly general: Int32Array;
  readonly xmm: Int32Array;
  readonly memory: Uint8Array;
  /** Three words a register of the x87; its status and, from bit 16 on, its tags. */
  readonly mm: Int32Array;
  readonly x87: number;
}

export const ROWS: readonly X86Row[] = [...SSE.filter((row) => !row.name.startsWith('fx')), ...MMX];

/** High words of doubles, and singles, worth meeting. */
const DOUBLES = [
  0, 0, 1, 0, 2, 0, 0x3ff00000, 0, 0x3ff00000, 1, 0x3fe00000, 0, 0x3fefffff, -1, 0x40000000, 0, 0x3ff80000, 0, 0x40040000, 0, 0x400921fb,
  0x54442d18, 0x00100000, 0, 0x000fffff, -1, 0x00080000, 0, 0x00200000, 0, 0x001fffff, -1, 0x7fefffff, -1, 0x7fe00000, 0, 0x7ff00000, 0,
  0x7ff80000, 0, 0x7ff80000, 0x1234, 0x7ff00000, 1, 0x7ff40000, 0x777, 0x7fffffff, -1, 0x41dfffff, 0xffc00000, 0x41e00000, 0, 0x41dfffff,
  0xffe00000, 0x41dfffff, 0xffffffff, 0x41e00000, 0x00100000, 0x41e00000, 0x00080000, 0x43300000, 1, 0x43400000, 0, 0x47efffff, 0xe0000000,
  0x47efffff, 0xf0000000, 0x47efffff, 0xefffffff, 0x36a00000, 0, 0x36900000, 0, 0x36900000, 1, 0x38100000, 0, 0x380fffff, 0xf0000000,
  0x380fffff, 0xe0000001, 0x20000000, 0, 0x1ff00000, 0, 0x5fe00000, 0, 0x5ff00000, 0, 0x3ca00000, 0, 0x3c900000, 0,
];
const SINGLES = [
  0, 1, 0x3f800000, 0x3f800001, 0x3f000000, 0x3f7fffff, 0x40000000, 0x3fc00000, 0x40200000, 0x40490fdb, 0x00800000, 0x007fffff, 0x00400000,
  0x01000000, 0x00ffffff, 0x7f7fffff, 0x7f000000, 0x7f800000, 0x7fc00000, 0x7fc01234, 0x7f800001, 0x7fa00777, 0x7fffffff, 0x4effffff,
  0x4f000000, 0x4f000001, 0x4b000000, 0x4b000001, 0x4b800000, 0x20000000, 0x1f800000, 0x5f000000, 0x5f800000, 0x33800000, 0x34000000,
  0x00000010, 0x0c000000, 0x73000000,
];
const INTEGERS = [
  0, 1, -1, 0x7fffffff, 0x80000000, 0x00800000, 0x01000001, 0x01ffffff, 0x7fff8000, 0x80017fff, 0xff00ff, 0x7f80, 0x40000041, 31, 16, 63,
  64, 8,
];

export class Values {
  private readonly random: Random;
  constructor(random: Random) {
    this.random = random;
  }
  below(n: number): number {
    return this.random.below(n);
  }
  word(): number {
    return (this.random.below(0x10000) << 16) | this.random.below(0x10000);
  }
  pick(list: readonly number[]): number {
    return list[this.below(list.length)]!;
  }
  private sign(): number {
    return this.below(2) << 31;
  }
  /** Near 1, so that sums round and cancel, or anywhere. */
  double(): readonly [lo: number, hi: number] {
    const kind = this.below(10);
    if (kind < 5) {
      const i = 2 * this.below(DOUBLES.length / 2);
      return [DOUBLES[i + 1]!, DOUBLES[i]! | this.sign()];
    }
    if (kind < 7) return [this.word(), (0x3ff00000 + ((this.below(70) - 35) << 20)) | this.below(0x100000) | this.sign()];
    if (kind === 7)
      return [this.pick([0, 0, this.word() << 20]), (0x40000000 + (this.below(32) << 20)) | this.below(0x100000) | this.sign()];
    if (kind === 8) return [this.word(), this.below(0x300000) | this.sign()];
    return [this.word(), this.word()];
  }
  single(): number {
    const kind = this.below(10);
    if (kind < 5) return this.pick(SINGLES) | this.sign();
    if (kind < 7) return (0x3f800000 + ((this.below(40) - 20) << 23)) | this.below(0x800000) | this.sign();
    if (kind === 7) return (0x40000000 + (this.below(32) << 23)) | (this.below(0x8000) << 8) | this.sign();
    if (kind === 8) return this.below(0x1800000) | this.sign();
    return this.word();
  }
  integer(): number {
    return this.below(2) ? this.pick(INTEGERS) : this.word();
  }
  fill(to: Int32Array, kind: 'double' | 'single' | 'integer'): void {
    for (let i = 0; i + 1 < to.length; i += 2) {
      const own = this.below(12) === 0 ? (['double', 'single', 'integer'] as const)[this.below(3)]! : kind;
      if (own === 'double') [to[i], to[i + 1]] = this.double();
      else for (const at of [i, i + 1]) to[at] = own === 'single' ? this.single() : this.integer();
    }
  }
}

const kindOf = (name: string): 'double' | 'single' | 'integer' => {
  if (/^cvt(dq|si)/.test(name) || /^p|dqa|dqu|movd$|movq|nti|mask/.test(name)) return 'integer';
  return /^cvtt?(pd|sd)|^(?!cvt).*(pd|sd)$/.test(name) ? 'double' : 'single';
};

export function makeCase(row: X86Row, index: number): Case {
  let seed = index * 0x9e3779b1;
  for (const c of `${row.name} ${row.operands} ${row.encoding}`) seed = Math.imul(seed ^ c.charCodeAt(0), 0x01000193);
  const random = new Random(seed),
    v = new Values(random),
    kind = kindOf(row.name);
  const bytes = sample(row, random, { addressing: 'simple', bases: [3], registers: [0, 1, 2, 6, 7] });
  const xmm = new Int32Array(32),
    memory = new Uint8Array(WINDOW),
    general = new Int32Array(8);
  v.fill(xmm, kind);
  v.fill(new Int32Array(memory.buffer), kind);
  for (let n = 0; n < 8; n++) general[n] = v.integer();
  general[3] = MIDDLE;
  general[4] = general[5] = 0;
  if (row.name.startsWith('maskmov')) general[7] = MIDDLE + v.below(64) - 32;
  // Most 16-byte operands are aligned; simple addressing has displacements of whole words.
  if (/m128/.test(row.operands) && bytes.length > 2 && v.below(16) !== 0) alignDisplacement(row, bytes);
  if (row.name === 'ldmxcsr' && v.below(4) !== 0) for (let i = 2; i < WINDOW; i += 4) memory[i] = memory[i + 1] = 0;
  const flags = random.below(0x40),
    mxcsr = v.below(2)
      ? 0x1f80 | (v.below(2) << 5)
      : flags |
        (v.below(3) ? 0x1f80 : random.below(64) << 7) |
        (random.below(4) << 13) |
        (v.below(4) ? 0 : 0x40) |
        (v.below(4) ? 0 : 0x8000);
  const set = 0x202 | (v.below(2) ? FLAGS : 0),
    mm = new Int32Array(16);
  v.fill(mm, kind);
  return { bytes, mxcsr, flags: set, general, xmm, memory, mm, turned: v.below(2) === 0 };
}
function alignDisplacement(row: X86Row, bytes: Uint8Array): void {
  const at = (row.form.mandatory ? 1 : 0) + 2;
  if (bytes[at]! >= 0xc0) return;
  bytes[at + 1]! &= 0xf0;
}

const CASE_SIZE = 16 + 12 + 32 + 128 + WINDOW + 68,
  ANSWER_SIZE = 12 + 32 + 128 + WINDOW + 100;

export function packCases(cases: readonly Case[]): Uint8Array {
  const out = new Uint8Array(cases.length * CASE_SIZE),
    view = new DataView(out.buffer);
  cases.forEach((test, i) => {
    const at = i * CASE_SIZE;
    out.set(test.bytes, at);
    view.setUint32(at + 16, test.bytes.length, true);
    view.setUint32(at + 20, test.mxcsr, true);
    view.setUint32(at + 24, test.flags, true);
    test.general.forEach((n, k) => view.setInt32(at + 28 + 4 * k, n, true));
    test.xmm.forEach((n, k) => view.setInt32(at + 60 + 4 * k, n, true));
    out.set(test.memory, at + 188);
    test.mm.forEach((n, k) => view.setInt32(at + 380 + 4 * k, n, true));
    view.setUint32(at + 444, test.turned ? 1 : 0, true);
  });
  return out;
}
export function unpackAnswers(data: Uint8Array): Answer[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.length / ANSWER_SIZE }, (_, i) => {
    const at = i * ANSWER_SIZE,
      ints = (from: number, count: number): Int32Array =>
        Int32Array.from({ length: count }, (__, k) => view.getInt32(at + from + 4 * k, true));
    return {
      trap: view.getUint32(at, true),
      mxcsr: view.getUint32(at + 4, true),
      flags: view.getUint32(at + 8, true) & FLAGS,
      general: ints(12, 8),
      xmm: ints(44, 32),
      memory: data.slice(at + 172, at + 172 + WINDOW),
      mm: ints(172 + WINDOW, 24),
      x87: view.getUint32(at + 172 + WINDOW + 96, true),
    };
  });
}
