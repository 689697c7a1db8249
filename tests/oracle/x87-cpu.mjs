/**
 * Records what a real processor makes of x87 instructions, or compares with it at once:
 *
 *   node tests/oracle/x87-cpu.mjs            writes tests/vectors/x87-cpu.json.gz
 *   node tests/oracle/x87-cpu.mjs --long [n] runs n cases (200,000) on the processor and on the rows, and tells differences
 *
 * Needs an x86 processor, Linux, gcc -m32, esbuild. The cases are made by tests/oracle/x87-cpu/cases.ts.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { buildSync } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const EACH = 300;

async function load(scratch) {
  const outfile = join(scratch, 'cases.mjs');
  const contents = "export * from './cases.ts'; export * from './run.ts';";
  buildSync({ stdin: { contents, resolveDir: here('./x87-cpu'), loader: 'ts' }, bundle: true, format: 'esm', platform: 'node', outfile });
  return import(pathToFileURL(outfile).href);
}
function buildHarness(scratch) {
  const output = join(scratch, 'harness');
  execFileSync('gcc', [
    '-m32',
    '-O1',
    '-static',
    '-fno-stack-protector',
    '-I/usr/include/x86_64-linux-gnu',
    here('./x87-cpu/harness.c'),
    '-o',
    output,
  ]);
  return output;
}
const processor = () => /^model name\s*:\s*(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1] ?? 'unknown';

function* batches(tools, harness, first, each) {
  for (let row = 0; row < tools.X87_ROWS.length; row++) {
    const tests = Array.from({ length: each }, (_, i) => tools.makeX87Case(row, first + i));
    const output = execFileSync(harness, [], { input: Buffer.concat(tests.map(tools.packX87)), maxBuffer: 1 << 30 });
    yield { row, tests, results: tests.map((_, i) => new Uint8Array(output.subarray(i * tools.OUT_SIZE, (i + 1) * tools.OUT_SIZE))) };
  }
}

function compare(tools, harness, wanted) {
  const each = Math.ceil(wanted / tools.X87_ROWS.length),
    cpu = new tools.X87Processor();
  let cases = 0,
    wrong = 0;
  for (const { tests, results } of batches(tools, harness, 1000, each)) {
    const found = [];
    tests.forEach((test, i) => {
      cases++;
      const ours = cpu.run(test);
      let difference = tools.differenceX87(test, ours, results[i]);
      // A process that is interrupted in the middle may lose the pointers (see run.ts): such a case is asked once more.
      if (difference)
        difference = tools.differenceX87(test, ours, new Uint8Array(execFileSync(harness, [], { input: tools.packX87(test) })));
      if (difference) found.push(`${tools.describeX87(test)}: ${difference}`);
    });
    wrong += found.length;
    if (found.length > 0)
      console.log(
        `${tests[0].row.name} ${tests[0].row.operands}: ${found.length} of ${tests.length}\n  ${found.slice(0, Number(process.env.SHOW ?? 3)).join('\n  ')}`,
      );
  }
  console.log(`${cases} cases of ${tools.X87_ROWS.length} rows on ${processor()}: ${wrong} differ`);
  if (wrong > 0) process.exitCode = 1;
}

function record(tools, harness) {
  const results = {};
  for (const { row, tests, results: outputs } of batches(tools, harness, 0, EACH)) {
    const { name, operands, encoding } = tools.X87_ROWS[row];
    results[`${name} ${operands} (${encoding})`] = tests.map((test, i) => tools.shorten(test, outputs[i]));
  }
  const text = JSON.stringify({
    about: 'x87 instructions on a real processor; see tests/oracle/x87-cpu.mjs',
    processor: processor(),
    results,
  });
  const packed = gzipSync(text.replaceAll('","', '",\n"'), { level: 9 });
  writeFileSync(here('../vectors/x87-cpu.json.gz'), packed);
  console.log(`${EACH * tools.X87_ROWS.length} cases, ${packed.length} bytes`);
}

const scratch = mkdtempSync(join(tmpdir(), 'strata-x87-'));
try {
  const tools = await load(scratch),
    harness = buildHarness(scratch),
    long = process.argv.indexOf('--long');
  if (long > 0) compare(tools, harness, Number(process.argv[long + 1] ?? 200_000));
  else record(tools, harness);
} finally {
  rmSync(scratch, { recursive: true });
}
