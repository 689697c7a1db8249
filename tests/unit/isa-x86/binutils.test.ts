/**
 * Disassembler against objdump and assembler against as, for seeded encodings of every row (recorded; the script that
 * records again is tests/oracle/x86-asm.mjs). A stale recording fails: the samples are made anew here.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decode } from '../../../src/isa/x86/decode.ts';
import { encode } from '../../../src/isa/x86/encode.ts';
import { assemble } from '../../../src/isa/x86/parse.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import { ORIGIN, cases, hexOf, normal } from '../../oracle/x86-asm-cases.ts';
import { nameOf } from './names.ts';

type Vector = readonly [bytes: string, length: number, text: string, assembled: string | null];
const file = new URL('../../vectors/x86-asm.json.gz', import.meta.url);
const { vectors } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { vectors: Vector[] };
const MODE = { code32: true, stack32: true };
const addressOf = (i: number): number => ORIGIN + i * 32;
const all = cases();
const decoded = (i: number): X86Instruction => decode(all[i]!.bytes, 0, all[i]!.bytes.length, addressOf(i), MODE)!;

/**
 * What as cannot be asked by text, or does otherwise: 16-bit absolute addresses and 16-bit relative and far jumps have no spelling;
 * a selector is moved from a word register without the operand-size prefix, which means the same.
 */
const notComparable = (d: X86Instruction): boolean =>
  d.operands.some((o) => o.k === 'mem' && o.address === 16 && o.base === undefined) ||
  (d.operandSize === 16 && (d.operands.some((o) => o.k === 'target') || d.row.form.operands[0]?.size === 'p')) ||
  (d.operands[0]?.k === 'sreg' && d.operands[1]?.k === 'reg' && d.operands[1].width === 16);

describe('binutils', () => {
  it('the recording belongs to these samples', () => {
    expect(vectors.map((v) => v[0])).toEqual(all.map((c) => hexOf(c.bytes)));
    expect(all.length).toBeGreaterThan(3000);
  });
  it('a sample decodes to its row, in as many bytes as objdump takes', () => {
    all.forEach(({ row, bytes }, i) => {
      const d = decoded(i);
      expect(`${d.row.name} ${d.row.encoding}`, hexOf(bytes)).toBe(`${row.name} ${row.encoding}`);
      expect(d.length, hexOf(bytes)).toBe(vectors[i]![1]);
    });
  });
  it("the text is objdump's", () => {
    const differ = all.flatMap(({ bytes }, i) =>
      normal(decoded(i).text) === vectors[i]![2] ? [] : [`${hexOf(bytes)}: ${decoded(i).text} | ${vectors[i]![2]}`],
    );
    expect(differ).toEqual([]);
  });
  it("the bytes for its operands are as's", () => {
    let compared = 0;
    const differ = all.flatMap((_, i) => {
      const d = decoded(i),
        theirs = vectors[i]![3];
      if (theirs === null || notComparable(d)) return [];
      compared++;
      const ours = hexOf(encode(nameOf(d), d.operands, addressOf(i)));
      return ours === theirs ? [] : [`${d.text}: ${ours} | ${theirs}`];
    });
    expect(differ).toEqual([]);
    expect(compared).toBeGreaterThan(3400);
  });
  it("the bytes for its text are as's", () => {
    const differ = all.flatMap((_, i) => {
      const d = decoded(i),
        theirs = vectors[i]![3];
      if (theirs === null || notComparable(d)) return [];
      const result = assemble(d.text, addressOf(i)),
        ours = result.diagnostics[0]?.message ?? hexOf(result.bytes);
      return ours === theirs ? [] : [`${d.text}: ${ours} | ${theirs}`];
    });
    expect(differ).toEqual([]);
  });
});
