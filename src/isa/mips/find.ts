/** Finds the row of a word, by two table look-ups. Every word has one: what no row matches is RESERVED. */
import { MIPS_ROWS, RESERVED } from './rows/index.ts';
import type { MipsRow } from './row.ts';

const ones = (n: number): number => n.toString(2).replaceAll('0', '').length;
const bySpecificity = (a: MipsRow, b: MipsRow): number => ones(b.mask) - ones(a.mask);

/** Second level: REGIMM is told apart by rt, everything else by the function field, where rows fix it. */
const secondKey = (word: number): number => (word >>> 26 === 1 ? (word >>> 16) & 31 : word & 63);
/** Rows by opcode * 64 + second key, those with most fixed bits first: seldom more than one. */
const TABLE: readonly (readonly MipsRow[])[] = Array.from({ length: 64 * 64 }, (_, index) => {
  const opcode = index >>> 6,
    key = index & 63;
  const wanted = opcode === 1 ? key << 16 : key,
    second = opcode === 1 ? 31 << 16 : 63;
  return MIPS_ROWS.filter((row) => row.match >>> 26 === opcode && (row.mask & second & (row.match ^ wanted)) === 0).sort(bySpecificity);
});

export function findRow(word: number): MipsRow {
  const candidates = TABLE[((word >>> 26) << 6) | secondKey(word)]!;
  for (const row of candidates) if ((word & row.mask) >>> 0 === row.match) return row;
  return RESERVED;
}
