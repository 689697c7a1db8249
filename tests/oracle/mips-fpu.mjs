/**
 * The FPU rows of MIPS against qemu-mipsel-static.
 *
 *   node tests/oracle/mips-fpu.mjs record            writes tests/vectors/mips-fpu.json.gz: a sample of every row, for npm test
 *   node tests/oracle/mips-fpu.mjs long [PER_ROW]    compares PER_ROW (2000) other cases of every row, and keeps nothing
 *
 * Needs mipsel-linux-gnu-gcc with its C library, and qemu-mipsel-static. Seeds are fixed: the test makes the same cases again.
 */
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url)),
  scratch = mkdtempSync(join(tmpdir(), 'mips-fpu-'));
const harness = join(scratch, 'harness');
execFileSync(
  'mipsel-linux-gnu-gcc',
  [
    '-static',
    '-O1',
    '-march=mips32r2',
    '-mfp32',
    '-mno-abicalls',
    '-fno-pic',
    '-mno-shared',
    join(here, 'mips-fpu/harness.c'),
    '-o',
    harness,
  ],
  { stdio: ['ignore', 'inherit', 'ignore'] },
);
await build({
  stdin: {
    contents: `export * from './mips-fpu/cases.ts'; export * from './mips-fpu/long.ts'; export * from './mips-fpu/record.ts';`,
    resolveDir: here,
    loader: 'ts',
  },
  bundle: true,
  platform: 'node',
  format: 'esm',
  outfile: join(scratch, 'fpu.mjs'),
  logLevel: 'warning',
});
const { ROWS, hitsRow, long, makeCase, nameOf, packCases, PER_ROW, shorten, unpackAnswers } = await import(join(scratch, 'fpu.mjs'));

const [mode = 'record', count = '2000'] = process.argv.slice(2);
if (mode === 'long') {
  const { cases, wrong } = long(harness, Number(count), 1000);
  process.stdout.write(`${cases} cases of ${ROWS.length} rows, ${wrong.length} mismatches\n${wrong.slice(0, 40).join('\n')}\n`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} else {
  const rows = {};
  for (const row of ROWS) {
    const tests = Array.from({ length: PER_ROW }, (_, i) => makeCase(row, i)).filter((test) => hitsRow(row, test));
    const { stdout } = spawnSync('qemu-mipsel-static', [harness], { input: packCases(tests), maxBuffer: 1 << 28 });
    rows[nameOf(row)] = unpackAnswers(stdout, tests).map((answer, i) => shorten(tests[i], answer));
  }
  const file = join(here, '../vectors/mips-fpu.json.gz');
  const recorded = execFileSync('qemu-mipsel-static', ['--version']).toString().split('\n')[0];
  const data = gzipSync(JSON.stringify({ recorded, rows }), { level: 9 });
  writeFileSync(file, data);
  process.stdout.write(`${Object.values(rows).flat().length} cases, ${data.length} bytes\n`);
}
rmSync(scratch, { recursive: true });
