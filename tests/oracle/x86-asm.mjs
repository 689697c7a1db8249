/**
 * Records tests/vectors/x86-asm.json.gz: what binutils say about the samples of x86-asm-cases.ts.
 *
 *   node tests/oracle/x86-asm.mjs     (needs as, nm, objcopy, objdump of an x86 binutils, and esbuild)
 *
 * For every sample: our bytes, objdump's text, how many bytes objdump took, and the bytes that `as` makes of our own
 * disassembly (null where as refuses it). Seeds are fixed, so the test makes the same samples again.
 */
import { build } from 'esbuild';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'x86-asm-'));
await build({
  stdin: {
    contents: `export * from './x86-asm-cases.ts'; import '../../src/isa/late.ts'; export { decode } from '../../src/isa/x86/decode.ts';`,
    resolveDir: here,
    loader: 'ts',
  },
  bundle: true,
  format: 'esm',
  outfile: join(scratch, 'cases.mjs'),
  logLevel: 'warning',
});
const { ORIGIN, cases, decode, hexOf, normal } = await import(join(scratch, 'cases.mjs'));
const SLOT = 32,
  MODE = { code32: true, stack32: true };
const all = cases();

/** objdump sees each sample at the start of a slot that is filled with nops. */
function disassembled() {
  const image = new Uint8Array(all.length * SLOT).fill(0x90);
  all.forEach(({ bytes }, i) => image.set(bytes, i * SLOT));
  writeFileSync(join(scratch, 'image.bin'), image);
  const text = execFileSync(
    'objdump',
    ['-D', '-b', 'binary', '-m', 'i386', '-M', 'intel', '-w', `--adjust-vma=${ORIGIN}`, join(scratch, 'image.bin')],
    { maxBuffer: 1 << 28 },
  ).toString();
  const at = new Map();
  for (const line of text.split('\n')) {
    const match = /^\s*([0-9a-f]+):\t([0-9a-f ]+)\t?(.*)$/.exec(line);
    if (match) at.set(parseInt(match[1], 16), { length: match[2].trim().split(' ').length, text: normal(match[3]) });
  }
  return all.map((_, i) => at.get(ORIGIN + i * SLOT) ?? { length: 0, text: '' });
}

/** as assembles our texts; jump targets become distances, since sections have no addresses yet. */
function assembled() {
  const source = all.map(({ bytes }, i) => {
    const instruction = decode(bytes, 0, bytes.length, ORIGIN + i * SLOT, MODE);
    const target = instruction.operands.find((o) => o.k === 'target');
    return target ? instruction.text.replace(/0x[0-9a-f]+$/, `.+(${(target.n - (ORIGIN + i * SLOT)) | 0})`) : instruction.text;
  });
  const refused = new Set();
  for (;;) {
    const lines = source.map((text, i) => `s${i}: ${refused.has(i) ? '' : text}\ne${i}:`).join('\n');
    writeFileSync(join(scratch, 'all.s'), `.intel_syntax noprefix\n${lines}\n`);
    const run = spawnSync('as', ['--32', '-o', join(scratch, 'all.o'), join(scratch, 'all.s')], { maxBuffer: 1 << 28 });
    const before = refused.size;
    for (const match of run.stderr.toString().matchAll(/:(\d+): Error/g)) refused.add(Math.floor((Number(match[1]) - 2) / 2));
    if (run.status === 0) break;
    if (refused.size === before) throw new Error(run.stderr.toString().slice(0, 2000));
  }
  execFileSync('objcopy', ['-O', 'binary', '-j', '.text', join(scratch, 'all.o'), join(scratch, 'all.bin')]);
  const bytes = readFileSync(join(scratch, 'all.bin')),
    symbols = new Map();
  for (const line of execFileSync('nm', [join(scratch, 'all.o')], { maxBuffer: 1 << 28 })
    .toString()
    .split('\n')) {
    const match = /^([0-9a-f]+) t ([se]\d+)$/.exec(line);
    if (match) symbols.set(match[2], parseInt(match[1], 16));
  }
  return all.map((_, i) => (refused.has(i) ? null : hexOf(bytes.subarray(symbols.get(`s${i}`), symbols.get(`e${i}`)))));
}

const texts = disassembled(),
  made = assembled();
const vectors = all.map(({ bytes }, i) => [hexOf(bytes), texts[i].length, texts[i].text, made[i]]);
writeFileSync(
  join(here, '../vectors/x86-asm.json.gz'),
  gzipSync(
    JSON.stringify({
      tool: execFileSync('objdump', ['--version']).toString().split('\n')[0],
      vectors,
    }),
    { level: 9 },
  ),
);
rmSync(scratch, { recursive: true });
console.log(`${vectors.length} samples; as refused ${made.filter((m) => m === null).length}`);
