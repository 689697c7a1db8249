/** Every FPU row of MIPS against qemu (recorded by tests/oracle/mips-fpu.mjs), decoded and as an interpreter's handler. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { hitsRow, makeCase, nameOf, ROWS } from '../../oracle/mips-fpu/cases.ts';
import { lengthen, PER_ROW, type Short } from '../../oracle/mips-fpu/record.ts';
import { difference, Fpu } from '../../oracle/mips-fpu/run.ts';

const file = new URL('../../vectors/mips-fpu.json.gz', import.meta.url);
const { rows } = JSON.parse(gunzipSync(readFileSync(file)).toString()) as { rows: Record<string, Short[]> };
const fpu = new Fpu();

const wrong = (asHandler: boolean): string[] =>
  ROWS.flatMap((row) => {
    const tests = Array.from({ length: PER_ROW }, (_, i) => makeCase(row, i)).filter((test) => hitsRow(row, test));
    return tests.flatMap((test, i) => {
      const what = difference(fpu.run(test, asHandler), lengthen(test, rows[nameOf(row)]![i]!));
      return what === null ? [] : [`${nameOf(row)} case ${i}: ${what}`];
    });
  });

describe('MIPS FPU', () => {
  it('has a recording of every row', () => expect(Object.keys(rows)).toEqual(ROWS.map(nameOf)));
  it('does what qemu does', () => expect(wrong(false)).toEqual([]));
  it('does it in the interpreter too', () => expect(wrong(true)).toEqual([]));
  it('is tested where exceptions are raised and registers are odd', () => {
    const all = Object.values(rows).flat();
    expect(all.filter(([signal]) => signal === 8).length).toBeGreaterThan(200);
    expect(all.filter(([signal]) => signal === 4).length).toBeGreaterThan(200);
    for (let cause = 12; cause < 17; cause++) expect(all.filter(([, fcsr]) => ((fcsr! >> cause) & 1) === 1).length).toBeGreaterThan(100);
  });
});
