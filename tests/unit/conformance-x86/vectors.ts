/** The recorded vectors: the committed sample, and a long recording where one was made on this machine. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { parseVector } from '../../oracle/x86-cpu/inputs.ts';
import type { Case, Result, Start } from '../../oracle/x86-cpu/inputs.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import { decodeCase } from './processor.ts';

export interface Vector {
  readonly text: string;
  readonly test: Case;
  readonly begin: Start;
  readonly result: Result;
  readonly instruction: X86Instruction;
}

export const SAMPLE = fileURLToPath(new URL('../../vectors/x86-cpu.json.gz', import.meta.url));
export const LONG = fileURLToPath(new URL('../../../node_modules/.cache/strata-x86-cpu.json.gz', import.meta.url));
export const longExists = (): boolean => existsSync(LONG);

export const texts = (file: string): readonly string[] =>
  (JSON.parse(gunzipSync(readFileSync(file)).toString()) as { vectors: string[] }).vectors;

export function vector(text: string): Vector {
  const parsed = parseVector(text),
    instruction = decodeCase(parsed.test);
  if (!instruction) throw new Error(`cannot be decoded: ${text}`);
  return { text, ...parsed, instruction };
}

export const rowName = ({ row }: X86Instruction): string => `${row.name} ${row.operands} (${row.encoding})`;

/** Vectors by a name that `of` gives. */
export function grouped(file: string, of: (instruction: X86Instruction) => string): Map<string, Vector[]> {
  const groups = new Map<string, Vector[]>();
  for (const text of texts(file)) {
    const v = vector(text),
      name = of(v.instruction),
      group = groups.get(name);
    if (group) group.push(v);
    else groups.set(name, [v]);
  }
  return groups;
}
