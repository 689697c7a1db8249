/** What the recording scripts of this folder share: the harness built, cases packed for it, TypeScript loaded. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** The generator is TypeScript, because it reads the rows. */
export async function load(scratch) {
  const outfile = join(scratch, 'generate.mjs');
  const contents = "export * from './generate.ts'; export * from './inputs.ts'; export * from './opcodes.ts';";
  buildSync({ stdin: { contents, resolveDir: here('.'), loader: 'ts' }, bundle: true, format: 'esm', platform: 'node', outfile });
  return import(pathToFileURL(outfile).href);
}

export function buildHarness(scratch) {
  const output = join(scratch, 'harness');
  execFileSync('gcc', [
    '-m32',
    '-O1',
    '-static',
    '-fno-stack-protector',
    '-I/usr/include/x86_64-linux-gnu',
    here('./harness.c'),
    '-o',
    output,
  ]);
  return output;
}

/** The struct case_in of harness.c. */
export function pack({ start, CODE, WINDOW }, test) {
  const bytes = Buffer.alloc(32 + 8 + 16 + 3 * WINDOW),
    begin = start(test.seed);
  for (let n = 0; n < 8; n++) bytes.writeInt32LE(test.overrides.get(n) ?? begin.registers[n], 4 * n);
  bytes.writeUInt32LE(begin.flags, 32);
  bytes.writeUInt32LE(CODE, 36);
  bytes[40] = test.bytes.length;
  bytes.set(test.bytes, 41);
  begin.windows.forEach((window, i) => bytes.set(window, 56 + i * WINDOW));
  return { bytes, begin };
}

/** Bytes of struct case_out, before its list of changes of 5 bytes each. */
export const RESULT = 56;
export const TRAP = 10,
  CHANGES = 13;

export const runHarness = (harness, packed) =>
  execFileSync(harness, [], { input: Buffer.concat(packed.map((p) => p.bytes)), maxBuffer: 1 << 28 });
