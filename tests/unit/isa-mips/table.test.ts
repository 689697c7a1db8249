/** The table by itself: every row decodes to itself, columns agree with meanings, both builders speak. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decode } from '../../../src/isa/mips/decode.ts';
import { findRow } from '../../../src/isa/mips/find.ts';
import { handlerOps } from '../../../src/isa/mips/handler.ts';
import { insertField } from '../../../src/isa/mips/fields.ts';
import { MIPS_ROWS, RESERVED } from '../../../src/isa/mips/rows/index.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';

const randomWord = (row: MipsRow, random: Random): number => row.fields.reduce((word, f) => insertField(word, f, random.next()), row.match);

describe('the MIPS table', () => {
  it('has a name for each encoding', () => {
    const seen = new Set(MIPS_ROWS.map((row) => `${row.name} ${row.encoding}`));
    expect(seen.size).toBe(MIPS_ROWS.length);
    expect(MIPS_ROWS.length).toBe(239);
  });

  it('finds every row for words made from it, unless a more special row covers the word', () => {
    const random = new Random(1);
    for (const row of MIPS_ROWS) {
      let own = 0;
      for (let i = 0; i < 50; i++) {
        const found = findRow(randomWord(row, random));
        if (found === row) own++;
        else expect(found.mask & row.mask, `${found.name} before ${row.name}`).toBe(row.mask | 0);
      }
      expect(own, row.name).toBeGreaterThan(0);
    }
  });

  it('decodes every word, and what it finds by table is what a search of all rows finds', () => {
    const random = new Random(2);
    for (let i = 0; i < 20000; i++) {
      // Every second word with few bits set, so that special encodings turn up.
      const word = i % 2 === 0 ? random.next() : (random.next() & random.next() & random.next()) >>> 0;
      const instruction = decode(word, 0x400000);
      const matching = MIPS_ROWS.filter((row) => (word & row.mask) >>> 0 === row.match);
      expect(matching.length === 0 ? instruction.row === RESERVED : matching.includes(instruction.row), word.toString(16)).toBe(true);
      expect(instruction.ops.length).toBeGreaterThanOrEqual(0);
      expect(instruction.text.length).toBeGreaterThan(0);
      expect(instruction.bits.reduce((sum, b) => sum + b.width, 0)).toBe(32);
    }
  });

  it('has flow columns that agree with what the rows mean', () => {
    const random = new Random(3);
    for (const row of MIPS_ROWS) {
      for (let i = 0; i < 20; i++) {
        const word = randomWord(row, random);
        if (findRow(word) !== row) continue;
        const { ops, flow } = decode(word, 0x400000);
        const last = ops[ops.length - 1];
        const flows = last?.k === 'jump' || last?.k === 'branch';
        expect(flows, row.name).toBe(row.slot);
        if (row.flow === 'trap')
          expect(
            ops.some((op) => op.k === 'trapIf' && op.when.k === 'const' && op.when.n === 1),
            row.name,
          ).toBe(true);
        if (row.flow === 'next') expect(flows, row.name).toBe(false);
        if (row.name === 'jr') expect(flow).toBe(((word >>> 21) & 31) === 31 ? 'return' : 'jump');
      }
      expect(row.likely && !row.slot).toBe(false);
      const handler = handlerOps(row);
      expect(handler.branch !== null, row.name).toBe(
        row.flow === 'branch' || row.name.startsWith('bgezal') || row.name.startsWith('bltzal'),
      );
      expect(handler.ops.length, row.name).toBeGreaterThanOrEqual(0);
    }
  });
});
