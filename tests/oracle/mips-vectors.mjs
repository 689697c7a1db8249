/**
 * Records tests/vectors/mips-rows.json.gz: runs the cases of mips-cases.ts under qemu-mipsel-static.
 *
 *   node tests/oracle/mips-vectors.mjs     (needs mipsel-linux-gnu-gcc, qemu-mipsel-static, esbuild)
 *
 * A vector is one line: name | code words | state before | end | address - AT | state after, where states are `word=value` in
 * hexadecimal (registers 0..1f, HI 20, LO 21, `m` and a number for memory words) and list only what differs from the defaults
 * before, and from the state before after.
 */
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mips-vectors-'));
const runner = join(scratch, 'runner');
execFileSync('mipsel-linux-gnu-gcc', [
  '-O1',
  '-march=mips32r2',
  '-static',
  '-nostdlib',
  '-G0',
  '-mno-abicalls',
  '-fno-pic',
  '-fno-stack-protector',
  '-o',
  runner,
  join(here, 'mips-vectors.c'),
]);
await build({
  entryPoints: [join(here, 'mips-cases.ts')],
  bundle: true,
  format: 'esm',
  outfile: join(scratch, 'cases.mjs'),
  logLevel: 'warning',
});
const { AT, WINDOW, WINDOW_WORDS, allCases } = await import(join(scratch, 'cases.mjs'));

const IN = 75,
  OUT = 69,
  USER_LOCAL = 0x12345678;
const SIGNALS = { '5/1': 'break', '5/128': 'trap', '8/2': 'overflow', '4/128': 'reserved', '10/1': 'address' };
/** Deterministic defaults: registers, HI, LO, memory. */
const mix = (n) => {
  let h = Math.imul(n + 1, 0x9e3779b1);
  h ^= h >>> 15;
  h = Math.imul(h, 0x85ebca77);
  return (h ^ (h >>> 13)) >>> 0;
};
const registers = Array.from({ length: 34 }, (_, n) => (n === 0 ? 0 : mix(n)));
const memory = Array.from({ length: WINDOW_WORDS }, (_, n) => mix(1000 + n));

const cases = allCases().map((c) => ({ ...c, state: new Map([...c.state].filter(([n]) => n !== 0).map(([n, v]) => [n, v >>> 0])) }));
const input = new Uint32Array(1 + IN * cases.length);
input[0] = cases.length;
cases.forEach((c, i) => {
  const at = 1 + IN * i;
  input[at] = c.words.length;
  input.set(c.words, at + 1);
  input.set(
    registers.map((v, n) => c.state.get(n) ?? v),
    at + 9,
  );
  input.set(memory, at + 43);
});
const bytes = execFileSync('qemu-mipsel-static', [runner], { input: Buffer.from(input.buffer), maxBuffer: 1 << 28 });
const output = new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
if (output.length !== OUT * cases.length + 1) throw new Error(`the runner gave ${output.length} words for ${cases.length} cases`);

const hex = (n) => (n >>> 0).toString(16);
const lines = [],
  refused = [];
cases.forEach((c, i) => {
  const out = output.subarray(OUT * i, OUT * (i + 1));
  const reachedExit = out[0] === 5 && out[1] === 1 && (out[2] < AT || out[2] >= AT + 4 * c.words.length);
  const end = reachedExit ? '-' : SIGNALS[`${out[0]}/${out[1]}`];
  if (!end) throw new Error(`${c.name} ${c.words.map(hex)} ended with signal ${out[0]}/${out[1]}`);
  // qemu accepts some words whose must-be-zero bits are set; Strata, as objdump, does not.
  if (c.name === 'reserved' && end !== 'reserved') {
    refused.push(hex(c.words[0]));
    return;
  }
  const before = registers.map((v, n) => c.state.get(n) ?? v);
  const after = [...out.subarray(3, 37)].flatMap((v, n) => (v !== before[n] ? [`${hex(n)}=${hex(v)}`] : []));
  const stored = [...out.subarray(37)].flatMap((v, n) => (v !== memory[n] ? [`m${hex(n)}=${hex(v)}`] : []));
  const given = [...c.state].map(([n, v]) => `${hex(n)}=${hex(v)}`);
  lines.push([c.name, c.words.map(hex).join(' '), given.join(' '), end, out[2] - AT, [...after, ...stored].join(' ')].join('|'));
});
const version = execFileSync('qemu-mipsel-static', ['--version']).toString().split('\n')[0];
const data = { recorded: version, at: AT, window: WINDOW, userLocal: USER_LOCAL, registers, memory, vectors: lines };
const packed = gzipSync(JSON.stringify(data, null, 0), { level: 9 });
writeFileSync(join(here, '../vectors/mips-rows.json.gz'), packed);
rmSync(scratch, { recursive: true });
console.log(
  `${lines.length} vectors, ${packed.length} bytes; qemu accepts ${refused.length} words that are undefined here: ${refused.slice(0, 40).join(' ')}`,
);
