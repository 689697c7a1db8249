/** The disassembler against objdump, and its text through the assembler back to the same word. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../src/isa/mips/assemble.ts';
import { disassemble } from '../../../src/isa/mips/disassemble.ts';
import { findRow } from '../../../src/isa/mips/find.ts';
import { MIPS_ROWS } from '../../../src/isa/mips/rows/index.ts';

const recording = JSON.parse(readFileSync(new URL('../../vectors/mips-disassembly.json', import.meta.url), 'utf8')) as {
  readonly base: number;
  readonly lines: readonly string[];
};
const entries = recording.lines.map((line, i) => ({
  word: parseInt(line.slice(0, 8), 16),
  text: line.slice(9),
  address: recording.base + 4 * i,
}));

/** With all numbers decimal. */
const plain = (text: string): string => text.replace(/0x[0-9a-f]+/g, (n) => String(Number(n)));

describe('disassembler', () => {
  it(`prints what objdump prints for ${entries.length} words`, () => {
    const differences = entries
      .map(({ word, text, address }) => [word.toString(16), text, disassemble(word, address)])
      .filter(([, a, b]) => a !== b);
    expect(differences.slice(0, 20)).toEqual([]);
  });

  it('was recorded for every row but the catch-alls of coprocessors', () => {
    const rows = new Set(entries.map((e) => findRow(e.word)));
    expect(MIPS_ROWS.filter((row) => !rows.has(row)).map((row) => row.name)).toEqual(['cop0', 'cop1', 'cop1x', 'cop2']);
  });

  for (const aliases of [true, false]) {
    it(`writes source that assembles to ${aliases ? 'words of the same text' : 'the same words'}, ${aliases ? 'with' : 'without'} aliases`, () => {
      const source = entries.map((e) => disassemble(e.word, e.address, { source: true, aliases }));
      const result = assemble(`.set noreorder\n.set noat\n.text\n${source.join('\n')}\n`, { textBase: recording.base });
      expect(
        result.diagnostics
          .filter((d) => d.severity === 'error')
          .slice(0, 10)
          .map((d) => [source[d.line - 4], d.message]),
      ).toEqual([]);
      const bytes = result.image.sections[0]!.bytes;
      const words = entries.map(
        (_, i) => (bytes[4 * i]! | (bytes[4 * i + 1]! << 8) | (bytes[4 * i + 2]! << 16) | (bytes[4 * i + 3]! << 24)) >>> 0,
      );
      expect(
        entries
          .map((e, i) => [source[i], e.word.toString(16), words[i]!.toString(16)])
          // move and li have two encodings each.
          .filter(([text, a, b]) => a !== b && !(aliases && plain(disassemble(parseInt(b!, 16), 0, { source: true })) === plain(text!)))
          .slice(0, 10),
      ).toEqual([]);
    });
  }

  it('names targets when it is given symbols', () => {
    expect(disassemble(0x0c100004, 0x400000, { symbol: (at) => (at === 0x400010 ? 'main' : undefined) })).toBe('jal 400010 <main>');
    expect(disassemble(0x10000003, 0x400000, { symbol: () => 'main+0x4' })).toBe('b 400010 <main+0x4>');
  });
});
