/**
 * Records tests/vectors/mips-assembly.json: what mipsel-linux-gnu-as and ld make of tests/oracle/mips-assembly/*.s.
 *
 *   node tests/oracle/mips-assembler.mjs
 *
 * -O0: delay slots are filled with nops, nothing is moved. Sections are linked at fixed addresses.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'mips-assembler-'));
const BASES = { '.text': 0x400000, '.rodata': 0x10000000, '.data': 0x10010000, '.bss': 0x10020000 };
const run = (tool, ...args) => execFileSync(`mipsel-linux-gnu-${tool}`, args, { stdio: ['ignore', 'pipe', 'pipe'] });
const result = {};
for (const name of readdirSync(join(here, 'mips-assembly'))
  .filter((n) => n.endsWith('.s'))
  .sort()) {
  const object = join(scratch, 'a.o'),
    program = join(scratch, 'a.out');
  run('as', '-march=mips32r2', '-O0', '-G0', '-call_nonpic', '-mno-fix-loongson3-llsc', '-o', object, join(here, 'mips-assembly', name));
  // The sizes of the sections in the object decide; its .bss is where the assembler of the project puts it.
  const dataSize = Number.parseInt(/ \.data +([0-9a-f]+)/.exec(run('objdump', '-h', object).toString())[1], 16);
  const bases = { ...BASES, '.bss': (BASES['.data'] + dataSize + 15) & ~15 };
  const script = join(scratch, 'script');
  writeFileSync(
    script,
    `SECTIONS { ${Object.entries(bases)
      .map(([s, at]) => `${s} ${at} : { *(${s} ${s}.*) ${s === '.bss' ? '*(COMMON)' : ''} }`)
      .join(' ')} /DISCARD/ : { *(.reginfo .MIPS.* .pdr .gnu.* .comment) } }`,
  );
  run('ld', '-T', script, '-e', '0', '-o', program, object);
  const sections = {};
  for (const section of ['.text', '.rodata', '.data']) {
    const file = join(scratch, 'bytes');
    writeFileSync(file, '');
    run('objcopy', '-O', 'binary', `--only-section=${section}`, program, file);
    sections[section] = readFileSync(file).toString('hex');
  }
  const symbols = {};
  for (const line of run('nm', program).toString().split('\n')) {
    const match = /^([0-9a-f]{8}) . (\S+)$/.exec(line);
    if (match) symbols[match[2]] = match[1];
  }
  result[name] = { bss: bases['.bss'], sections, symbols };
}
const version = run('as', '--version').toString().split('\n')[0];
writeFileSync(
  join(here, '../vectors/mips-assembly.json'),
  `${JSON.stringify({ recorded: version, bases: BASES, programs: result }, null, 1)}\n`,
);
rmSync(scratch, { recursive: true });
console.log(Object.keys(result).join(' '));
