/** Seeded cases for every FPU row of MIPS. harness.c runs them on qemu; the unit test runs them here. */
import { Random } from '../../../src/bits/random.ts';
import { insertField } from '../../../src/isa/mips/fields.ts';
import type { FieldLetter } from '../../../src/isa/mips/fields.ts';
import { findRow } from '../../../src/isa/mips/find.ts';
import { FPU_ARITHMETIC } from '../../../src/isa/mips/rows/fpu.ts';
import { FPU_COMPARE } from '../../../src/isa/mips/rows/fpu-compare.ts';
import { FPU_MOVE } from '../../../src/isa/mips/rows/fpu-move.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';
import { Values } from '../sse/cases.ts';

export interface Case {
  readonly word: number;
  readonly fcsr: number;
  /** $8 and $9. */
  readonly general: readonly [number, number];
  readonly fpr: Int32Array;
  readonly memory: Int32Array;
}
export interface Answer {
  readonly signal: number;
  readonly fcsr: number;
  readonly general: readonly [number, number];
  /** Whether a branch was taken. */
  readonly taken: number;
  readonly fpr: Int32Array;
  readonly memory: Int32Array;
}

export const ROWS: readonly MipsRow[] = [...FPU_MOVE, ...FPU_ARITHMETIC, ...FPU_COMPARE];
export const nameOf = (row: MipsRow): string => `${row.name} ${row.operands}`;
/** Addresses are 5a5a and a distance; 32 bytes of memory lie there. */
export const WINDOW = 0x5a5a0000;
const WRITABLE = 0xff83ffff;

export function makeCase(row: MipsRow, index: number): Case {
  let seed = index * 0x9e3779b1;
  for (const c of `${row.name} ${row.encoding}`) seed = Math.imul(seed ^ c.charCodeAt(0), 0x01000193);
  const random = new Random(seed),
    v = new Values(random);
  const fpr = new Int32Array(32),
    memory = new Int32Array(8);
  const kind = row.name.endsWith('.w') ? 'integer' : /\.d$|d.?c1/.test(row.name) ? 'double' : 'single';
  v.fill(fpr, kind);
  v.fill(memory, kind);
  const enables = v.below(4) ? 0 : random.below(32) << 7;
  const fcsr =
    ((random.below(4) * v.below(2)) |
      enables |
      (random.below(32) << 2) |
      (v.below(6) ? 0 : 1 << 24) |
      (v.below(2) ? 0 : (random.below(256) << 24) & 0xfe800000) |
      (enables ? 0 : random.below(32) << 12)) &
    WRITABLE;
  const fp = (): number => (v.below(8) ? 2 * random.below(16) : random.below(32));
  const at = v.below(8) ? 8 * random.below(4) : 4 * random.below(7),
    indexed = /xc1|prefx/.test(row.name),
    load = /^[ls][wd]c1/.test(row.name);
  const fields: Partial<Record<FieldLetter, number>> = {
    f: fp(),
    g: fp(),
    v: fp(),
    u: fp(),
    t: 8,
    d: 8,
    s: indexed || load ? 9 : row.name.startsWith('mov') ? 9 : 8,
    o: 3,
    i: load ? at : 0,
    k: random.below(8) * v.below(2),
    a: random.below(8) * v.below(2),
  };
  if (row.name === 'prefx') fields.g = random.below(32);
  const word = row.fields.reduce((w, f) => insertField(w, f, fields[f.letter] ?? 0), row.match);
  const zero = /^mov[zn]/.test(row.name) && v.below(2) === 0;
  const general: [number, number] = [indexed ? at : zero ? 0 : v.integer(), indexed || load ? WINDOW : v.integer()];
  if (row.name === 'ctc1' && v.below(2)) general[0] &= row.operands.endsWith('fenr') ? 0x7 : 0xff800003;
  if (general[1] >>> 16 === 0x5a5a && !indexed && !load) general[1] = 7;
  return { word, fcsr, general, fpr, memory };
}
export const hitsRow = (row: MipsRow, test: Case): boolean => findRow(test.word) === row;

const CASE_WORDS = 4 + 32 + 8,
  ANSWER_WORDS = 5 + 32 + 8;
export function packCases(cases: readonly Case[]): Uint8Array {
  const out = new Int32Array(cases.length * CASE_WORDS);
  cases.forEach((test, i) => out.set([test.word, test.fcsr, ...test.general, ...test.fpr, ...test.memory], i * CASE_WORDS));
  return new Uint8Array(out.buffer);
}
export function unpackAnswers(data: Uint8Array, cases: readonly Case[]): Answer[] {
  const words = new Int32Array(data.slice().buffer);
  return cases.map((test, i) => {
    const at = (n: number): number => words[i * ANSWER_WORDS + n]!;
    const address = test.general[1] >>> 16 === 0x5a5a ? WINDOW : at(3),
      signal = at(0);
    return {
      signal,
      fcsr: at(1),
      general: [at(2), address],
      taken: at(4),
      // After an exception the registers are not to be had; they have not changed.
      fpr: signal === 0 ? words.slice(i * ANSWER_WORDS + 5, i * ANSWER_WORDS + 37) : test.fpr,
      memory: words.slice(i * ANSWER_WORDS + 37, i * ANSWER_WORDS + 45),
    };
  });
}
