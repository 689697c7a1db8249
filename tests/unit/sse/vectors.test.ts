/** Every SSE and SSE2 row against a real processor (recorded by tests/oracle/sse.mjs). */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { makeCase, ROWS } from '../../oracle/sse/cases.ts';
import { lengthen, PER_ROW, type Short } from '../../oracle/sse/record.ts';
import { difference, Unit } from '../../oracle/sse/run.ts';

const file = new URL('../../vectors/sse.json.gz', import.meta.url);
const { rows } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { rows: Record<string, Short[]> };
const unit = new Unit();

function wrong(): string[] {
  return ROWS.flatMap((row) => {
    const name = `${row.name} ${row.operands} ${row.encoding}`;
    return rows[name]!.flatMap((short, i) => {
      const test = makeCase(row, i),
        what = difference(row.name, unit.run(test), lengthen(test, short));
      return what === null ? [] : [`${name} case ${i}: ${what}`];
    });
  });
}

describe('SSE', () => {
  it('has a recording of every row', () => {
    expect(Object.keys(rows)).toEqual(ROWS.map((row) => `${row.name} ${row.operands} ${row.encoding}`));
    expect(Object.values(rows).every((list) => list.length === PER_ROW)).toBe(true);
  });
  it('does what the processor does', () => expect(wrong()).toEqual([]));
  it('is tested where exceptions are raised, masked and unmasked, and where operands are not aligned', () => {
    const all = Object.values(rows).flat();
    expect(all.filter(([trap]) => trap === 19).length).toBeGreaterThan(100);
    expect(all.filter(([trap]) => trap === 13).length).toBeGreaterThan(100);
    for (const flag of [1, 2, 4, 8, 16, 32])
      expect(all.filter(([trap, mxcsr]) => trap === 0xff && (mxcsr! & flag) !== 0).length).toBeGreaterThan(500);
  });
});
