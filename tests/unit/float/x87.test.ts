/** Every x87 row against a real processor: the committed sample of tests/oracle/x87-cpu.mjs, which compares long runs directly. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeX87Case, X87_ROWS } from '../../oracle/x87-cpu/cases.ts';
import { describeX87, differenceX87, lengthen, X87Processor } from '../../oracle/x87-cpu/run.ts';

const file = fileURLToPath(new URL('../../vectors/x87-cpu.json.gz', import.meta.url));
const { results } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { results: Record<string, string[]> };
const nameOf = (i: number): string => `${X87_ROWS[i]!.name} ${X87_ROWS[i]!.operands} (${X87_ROWS[i]!.encoding})`;
const processor = new X87Processor();

describe('x87 rows agree with a real processor', () => {
  it('every row was recorded', () => expect(Object.keys(results)).toEqual(X87_ROWS.map((_, i) => nameOf(i))));
  it.each(X87_ROWS.map((_, i) => [nameOf(i), i] as const))('%s', (name, row) => {
    const found = results[name]!.flatMap((text, i) => {
      const test = makeX87Case(row, i),
        difference = differenceX87(test, processor.run(test), lengthen(test, text));
      return difference === null ? [] : [`${describeX87(test)}: ${difference}`];
    });
    expect(results[name]!.length).toBeGreaterThan(100);
    expect(found).toEqual([]);
  });
});
