/**
 * Decoder lengths and texts against objdump over the code of real 32-bit programs, linked statically with the C library that
 * is installed. Skipped by name where gcc -m32 or objdump is missing.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { decode } from '../../../src/isa/x86/decode.ts';
import { normal } from '../../oracle/x86-asm-cases.ts';

const scratch = mkdtempSync(join(tmpdir(), 'x86-binaries-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const SOURCE = '#include <stdio.h>\nint main(int n, char **v) { printf("%d %s\\n", n * 7 / 3, v[0]); return n << 3; }\n';
const MODE = { code32: true, stack32: true };

function build(name: string, ...options: string[]): string | null {
  const source = join(scratch, 'a.c'),
    out = join(scratch, name);
  writeFileSync(source, SOURCE);
  try {
    execFileSync('gcc', ['-m32', '-I/usr/include/x86_64-linux-gnu', ...options, '-o', out, source], { stdio: 'ignore', timeout: 60_000 });
    execFileSync('objdump', ['--version'], { stdio: 'ignore' });
    return out;
  } catch {
    return null;
  }
}
interface Line {
  readonly at: number;
  readonly length: number;
  readonly text: string;
}
function objdump(file: string): Line[] {
  const text = execFileSync('objdump', ['-d', '-M', 'intel', '-w', '-j', '.text', file], { maxBuffer: 1 << 28 }).toString();
  return text.split('\n').flatMap((line) => {
    const match = /^\s*([0-9a-f]+):\t([0-9a-f ]+)\t(.*)$/.exec(line);
    return match ? [{ at: parseInt(match[1]!, 16), length: match[2]!.trim().split(' ').length, text: match[3]! }] : [];
  });
}
function section(file: string): Uint8Array {
  const out = join(scratch, 'text.bin');
  execFileSync('objcopy', ['-O', 'binary', '-j', '.text', file, out]);
  return readFileSync(out);
}

/** Mnemonics that belong to rows still to come (floating point, vectors, later extensions), and prefixes without a meaning here. */
const LATER =
  /^(data16 |cs |ds |gs |repz |bnd |notrack )?(f[a-z]|v[a-z]|[a-z]*mm|(mov|p|cvt|add|sub|mul|div|sqrt|and|or|xor|un|u?com|max|min|shuf|ld|st)[a-z0-9]*(ps|pd|ss|sd|mm|dq|q2dq|qdq|hl|lh)|p(?!ush|op|ause|refetch)[a-z]+|popcnt|k[a-z]+|mov(q|d|dqa|dqu|ap|up|nt)|x(get|save|rstor|begin|end|test|abort|acquire|release)|rd(ssp|rand|pkru|fs|gs)|wr(pkru)|inc(ssp)|tzcnt|lzcnt|popcnt|sarx|shlx|shrx|bzhi|sysenter|andn|blsmsk|blsr|cldemote|emms|clflush|saves|rst|setssbsy|bextr|blsi|mulx|pdep|pext|rorx|clac|stac|stmxcsr|ldmxcsr)/;
/** In objdump's texts: jump targets with 0x, segment prefixes on branches dropped. */
const theirs = (text: string): string =>
  normal(
    text.replace(/^(notrack|bnd|data16|cs|ds|repz(?= ret)) +/, '').replace(/^((?:j|call|loop)[a-z]*) +([0-9a-f]+)( <|$)/, '$1 0x$2$3'),
  );

describe.each([
  ['dynamic -O2', ['-O2']],
  ['static -O1', ['-O1', '-static']],
])('%s', (name, options) => {
  const file = build(name.replace(/ /g, ''), ...options);
  it.skipIf(file === null)("every integer instruction has objdump's length and text", () => {
    const lines = objdump(file!),
      bytes = section(file!),
      base = lines[0]!.at,
      differ: string[] = [];
    let compared = 0,
      later = 0;
    for (const { at, length, text } of lines) {
      if (LATER.test(text)) {
        later++;
        continue;
      }
      const d = decode(bytes, at - base, bytes.length, at, MODE);
      compared++;
      if (d?.length !== length || normal(d.text) !== theirs(text))
        differ.push(`${at.toString(16)}: ${d?.length} ${d?.text} | ${length} ${text}`);
    }
    expect(differ.slice(0, 40)).toEqual([]);
    expect(compared).toBeGreaterThan(later * 2);
  });
});
