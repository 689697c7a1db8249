/**
 * SSE and SSE2 against the processor of this computer.
 *
 *   node tests/oracle/sse.mjs record            writes tests/vectors/sse.json.gz: a sample of every row, for npm test
 *   node tests/oracle/sse.mjs long [PER_ROW]    compares PER_ROW (1200) other cases of every row, and keeps nothing
 *
 * Needs gcc -m32 with a static C library, and a processor with SSE2. Seeds are fixed: the test makes the same cases again.
 */
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url)),
  scratch = mkdtempSync(join(tmpdir(), 'sse-'));
const harness = join(scratch, 'harness'),
  headers = '/usr/include/x86_64-linux-gnu';
execFileSync('gcc', [
  '-m32',
  '-static',
  '-O1',
  '-msse2',
  ...(existsSync(headers) ? [`-I${headers}`] : []),
  join(here, 'sse/harness.c'),
  '-o',
  harness,
]);
await build({
  stdin: {
    contents: `export * from './sse/cases.ts'; export * from './sse/long.ts'; export * from './sse/record.ts';`,
    resolveDir: here,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(scratch, 'sse.mjs'),
  logLevel: 'warning',
});
const { ROWS, long, makeCase, packCases, PER_ROW, shorten, unpackAnswers } = await import(join(scratch, 'sse.mjs'));

const [mode = 'record', count = '1200'] = process.argv.slice(2);
if (mode === 'long') {
  const { cases, wrong } = long(harness, Number(count), 1000);
  process.stdout.write(`${cases} cases of ${ROWS.length} rows, ${wrong.length} mismatches\n${wrong.slice(0, 40).join('\n')}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  const rows = {};
  for (const row of ROWS) {
    const tests = Array.from({ length: PER_ROW }, (_, i) => makeCase(row, i));
    const { stdout } = spawnSync(harness, { input: packCases(tests), maxBuffer: 1 << 28 });
    rows[`${row.name} ${row.operands} ${row.encoding}`] = unpackAnswers(stdout).map((answer, i) => shorten(tests[i], answer));
  }
  const file = join(here, '../vectors/sse.json.gz'),
    data = gzipSync(JSON.stringify({ rows }), { level: 9 });
  writeFileSync(file, data);
  process.stdout.write(`${ROWS.length * PER_ROW} cases, ${data.length} bytes\n`);
}
rmSync(scratch, { recursive: true });
