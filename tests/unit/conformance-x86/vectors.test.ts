/**
 * Every IA-32 row against a real processor: decodes and evaluates each recorded case and compares everything that the
 * manual defines. tests/oracle/x86-cpu.mjs records them.
 */
import { describe, expect, it } from 'vitest';
import { TESTED_ROWS } from '../../oracle/x86-cpu/generate.ts';
import { difference } from './compare.ts';
import { Processor, run } from './processor.ts';
import { LONG, SAMPLE, longExists, grouped, rowName } from './vectors.ts';
import type { Vector } from './vectors.ts';

/** Families of rows by name, each with its cases. */
const families = (file: string): Map<string, Vector[]> => grouped(file, ({ row }) => row.name);

function failures(vectors: readonly Vector[]): string[] {
  const processor = new Processor(),
    found: string[] = [];
  for (const v of vectors) {
    const outcome = run(processor, v.instruction, v.begin);
    const wrong = difference(v.instruction, v.begin, outcome, v.result, processor);
    if (wrong) found.push(`${rowName(v.instruction)} '${v.instruction.text}': ${wrong} [${v.text}]`);
  }
  return found;
}

const sample = families(SAMPLE);

describe('IA-32 rows agree with a real processor', () => {
  it.each([...sample])('%s', (_name, vectors) => {
    const found = failures(vectors);
    expect(found.slice(0, 5), `${found.length} of ${vectors.length} cases`).toEqual([]);
  });

  it('every row that can be tested here is', () => {
    const seen = new Set([...sample.values()].flat().map((v) => v.instruction.row));
    expect(TESTED_ROWS.filter((row) => !seen.has(row)).map((row) => `${row.name} ${row.operands} (${row.encoding})`)).toEqual([]);
  });
});

const absent = longExists() ? '' : ' (skipped: tests/oracle/x86-cpu.mjs --long has not been run here)';
describe.runIf(longExists())(`the long recording${absent}`, () => {
  it('agrees', () => {
    const found = [...families(LONG).values()].flatMap(failures);
    expect(found.slice(0, 20), `${found.length} cases`).toEqual([]);
  }, 600_000);
});
