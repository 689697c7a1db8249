/** The long run: `node long.mjs PER_ROW [FIRST]` compares that many cases of every row with the processor. */
import { spawnSync } from 'node:child_process';
import { makeCase, packCases, ROWS, unpackAnswers } from './cases.ts';
import { difference, Unit } from './run.ts';

export function long(harness: string, perRow: number, first: number): { cases: number; wrong: string[] } {
  const unit = new Unit(),
    wrong: string[] = [];
  let cases = 0;
  for (const row of ROWS) {
    const tests = Array.from({ length: perRow }, (_, i) => makeCase(row, first + i));
    const { stdout, status } = spawnSync(harness, { input: packCases(tests), maxBuffer: 1 << 30 });
    if (status !== 0) throw new Error(`the harness ended with ${status} in ${row.name}`);
    unpackAnswers(stdout).forEach((theirs, i) => {
      cases++;
      const what = difference(row.name, unit.run(tests[i]!), theirs);
      if (what !== null)
        wrong.push(
          `${row.name} ${row.operands} case ${first + i} [${[...tests[i]!.bytes].map((b) => b.toString(16).padStart(2, '0')).join(' ')}] mxcsr ${tests[i]!.mxcsr.toString(16)}: ${what}`,
        );
    });
  }
  return { cases, wrong };
}
