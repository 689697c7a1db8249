/**
 * Records tests/vectors/mips-disassembly.json: what mipsel-linux-gnu-objdump prints for sampled words of every row.
 *
 *   node tests/oracle/mips-disassembler.mjs
 *
 * Left out: catch-all rows of coprocessors, which objdump takes apart further.
 */
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mips-disassembler-'));
await build({
  entryPoints: [join(here, 'mips-words.ts')],
  bundle: true,
  format: 'esm',
  outfile: join(scratch, 'words.mjs'),
  logLevel: 'warning',
});
const { sampleWords } = await import(join(scratch, 'words.mjs'));
const words = [...new Set(sampleWords())];
const file = join(scratch, 'words.bin');
writeFileSync(file, Buffer.from(Uint32Array.from(words).buffer));
const BASE = 0x400000;
const text = execFileSync(
  'mipsel-linux-gnu-objdump',
  ['-D', '-z', '-b', 'binary', '-m', 'mips:isa32r2', '-EL', `--adjust-vma=${BASE}`, file],
  { maxBuffer: 1 << 28 },
).toString();
const lines = text.split('\n').flatMap((line) => {
  const match = /^\s*([0-9a-f]+):\t([0-9a-f]{8}) \t(.*)$/.exec(line);
  return match ? [`${match[2]} ${match[3].replace('\t', ' ').trim()}`] : [];
});
if (lines.length !== words.length) throw new Error(`${lines.length} lines for ${words.length} words`);
const version = execFileSync('mipsel-linux-gnu-objdump', ['--version']).toString().split('\n')[0];
writeFileSync(join(here, '../vectors/mips-disassembly.json'), `${JSON.stringify({ recorded: version, base: BASE, lines }, null, 0)}\n`);
rmSync(scratch, { recursive: true });
console.log(`${lines.length} lines`);
