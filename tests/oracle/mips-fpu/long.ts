/** The long run: that many cases of every row against qemu. */
import { spawnSync } from 'node:child_process';
import { hitsRow, makeCase, nameOf, packCases, ROWS, unpackAnswers } from './cases.ts';
import { difference, Fpu } from './run.ts';

export function long(harness: string, perRow: number, first: number): { cases: number; wrong: string[] } {
  const fpu = new Fpu(),
    wrong: string[] = [];
  const tests = ROWS.flatMap((row) =>
    Array.from({ length: perRow }, (_, i) => ({ row, i: first + i, test: makeCase(row, first + i) })),
  ).filter(({ row, test }) => hitsRow(row, test));
  const { stdout, status } = spawnSync('qemu-mipsel-static', [harness], {
    input: packCases(tests.map(({ test }) => test)),
    maxBuffer: 1 << 30,
  });
  if (status !== 0) throw new Error(`the harness ended with ${status}`);
  unpackAnswers(
    stdout,
    tests.map(({ test }) => test),
  ).forEach((theirs, n) => {
    const { row, i, test } = tests[n]!;
    const what = difference(fpu.run(test, (i & 1) === 1), theirs);
    if (what !== null) wrong.push(`${nameOf(row)} case ${i} [${test.word.toString(16)}] fcsr ${(test.fcsr >>> 0).toString(16)}: ${what}`);
  });
  return { cases: tests.length, wrong };
}
