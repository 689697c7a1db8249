/**
 * The samples that the recorded vectors of tests/vectors/x86-asm.json are made of: for every row, seeded encodings. Script
 * and test make them anew, so the recording keeps only what the other disassembler and assembler say.
 */
import { ROWS } from '../../src/isa/x86/rows/index.ts';
import type { X86Row } from '../../src/isa/x86/row.ts';
import { sample } from '../../src/isa/x86/sample.ts';

export const ORIGIN = 0x10000;
export const PER_ROW = 10;

export interface Case {
  readonly row: X86Row;
  readonly bytes: Uint8Array;
}

/** The reserved gate is ours alone; 0F 1A, 1B and 1C are MPX and CLDEMOTE for binutils and plain hints for a processor without them. */
export const cases = (): Case[] =>
  ROWS.filter((row) => row.name !== 'gate' && !/^0F 1[ABC]/.test(row.encoding)).flatMap((row, i) =>
    Array.from({ length: PER_ROW }, (_, n) => ({ row, bytes: sample(row, i * 1000 + n, { addressing: n < 3 ? 'simple' : 'any' }) })),
  );

export const hexOf = (bytes: ArrayLike<number>): string => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');

/** Both texts in one spelling: single spaces, no symbol names, no `eiz` (objdump's name for a SIB byte without an index). */
export const normal = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .replace(/ ?<[^>]*>/, '')
    .replace(/ #.*/, '')
    .replace(
      /([a-z]s:)?\[eiz\*\d([+-])(0x[0-9a-f]+)\]/,
      (_, segment: string | undefined, sign: string, n: string) =>
        `${segment ?? 'ds:'}${sign === '-' ? `0x${(-n >>> 0).toString(16)}` : n}`,
    )
    .replace(/\+eiz\*\d/, '')
    .trim();
