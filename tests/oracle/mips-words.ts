/** Words of every row with sampled operands, edge registers and constants among them; also of every alias. */
import { Random } from '../../src/bits/random.ts';
import { ALIASES } from '../../src/isa/mips/aliases.ts';
import { FIELDS, insertField } from '../../src/isa/mips/fields.ts';
import { findRow } from '../../src/isa/mips/find.ts';
import { MIPS_ROWS, RESERVED } from '../../src/isa/mips/rows/index.ts';
import type { Encoding } from '../../src/isa/mips/fields.ts';

function sample(e: Encoding, random: Random): number {
  let word = e.match;
  for (const f of e.fields) {
    const kind = random.below(5);
    word = insertField(word, f, kind === 0 ? 0 : kind === 1 ? -1 : kind === 2 ? 2 ** (f.width - 1) : random.next());
  }
  // clz and clo write their destination twice.
  return e.fields.includes(FIELDS.D) ? insertField((word & ~0x1f0000) >>> 0, FIELDS.D, (word >>> 11) & 31) : word;
}

const sensible = (word: number): boolean => {
  const row = findRow(word),
    msb = (word >>> 11) & 31,
    lsb = (word >>> 6) & 31;
  return (
    row !== RESERVED && !row.operands.includes('cofun') && (row.name !== 'ext' || msb + lsb < 32) && (row.name !== 'ins' || lsb <= msb)
  );
};

export function sampleWords(): number[] {
  const random = new Random(5);
  return [...MIPS_ROWS, ...ALIASES].flatMap((e) => Array.from({ length: 24 }, () => sample(e, random))).filter(sensible);
}
