/** toElf: what readers of ELF find in it; and where qemu-mipsel-static is installed, that it runs there. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { assemble } from '../../../src/isa/mips/assemble.ts';
import { toElf } from '../../../src/isa/mips/image.ts';

const SOURCE = `
        .globl  __start
        .rdata
text:   .asciiz "sum of squares: "
        .data
limit:  .word   10
        .bss
digits: .space  16
        .text
__start:
        la      $a1, text
        li      $a2, 16
        jal     write
        lw      $s0, limit
        move    $s1, $zero
loop:   mul     $t0, $s0, $s0
        addu    $s1, $s1, $t0
        addiu   $s0, $s0, -1
        bgtz    $s0, loop
        la      $t1, digits + 15
        li      $t2, '\\n'
        sb      $t2, ($t1)
        move    $t3, $s1
next:   remu    $t2, $t3, 10
        divu    $t3, $t3, 10
        addiu   $t2, $t2, '0'
        addiu   $t1, $t1, -1
        sb      $t2, ($t1)
        bnez    $t3, next
        move    $a1, $t1
        la      $a2, digits + 16
        subu    $a2, $a2, $t1
        jal     write
        li      $a0, 7
        li      $v0, 4001
        syscall
write:  li      $a0, 1
        li      $v0, 4004
        syscall
        jr      $ra
`;
const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const result = assemble(SOURCE);
const file = toElf(result.image);
const view = new DataView(file.buffer, file.byteOffset, file.byteLength);

describe('toElf', () => {
  it('writes a static little-endian MIPS executable', () => {
    expect(result.diagnostics).toEqual([]);
    expect([...file.subarray(0, 7)]).toEqual([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
    expect([view.getUint16(16, true), view.getUint16(18, true), view.getUint32(24, true)]).toEqual([2, 8, 0x400000]);
    const segments = Array.from({ length: view.getUint16(44, true) }, (_, i) => 52 + 32 * i).map((at) =>
      [0, 4, 8, 16, 20, 24].map((o) => view.getUint32(at + o, true)),
    );
    // Loadable, the place in the file agrees with the address modulo a page, flags R X, R, R W; .bss shares .data's segment.
    expect(segments.map((s) => [s[0], s[1]! % 0x1000 === s[2]! % 0x1000, s[5]])).toEqual([
      [1, true, 5],
      [1, true, 4],
      [1, true, 6],
    ]);
    expect(segments.map((s) => [s[2], s[3]])).toEqual(result.image.sections.slice(0, 3).map((s) => [s.address, s.bytes.length]));
    const bss = result.image.sections[3]!;
    expect(segments[2]![2]! + segments[2]![4]!).toBe(bss.address + bss.size);
  });

  const run = it.runIf(has('qemu-mipsel-static'));
  run('runs on qemu', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mips-elf-')),
      path = join(folder, 'program');
    writeFileSync(path, file);
    chmodSync(path, 0o755);
    const { stdout, status } = spawnSync('qemu-mipsel-static', [path]);
    rmSync(folder, { recursive: true });
    expect([stdout.toString(), status]).toEqual(['sum of squares: 385\n', 7]);
  });

  it.runIf(has('mipsel-linux-gnu-readelf'))('is read by binutils without complaint, symbols included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'mips-elf-')),
      path = join(folder, 'program');
    writeFileSync(path, file);
    const nm = execFileSync('mipsel-linux-gnu-nm', [path]).toString();
    const readelf = spawnSync('mipsel-linux-gnu-readelf', ['-a', '-W', path]);
    rmSync(folder, { recursive: true });
    expect(readelf.stderr.toString()).toBe('');
    expect(
      nm
        .split('\n')
        .filter((l) => l !== '')
        .map((l) => l.split(' ')[2])
        .sort(),
    ).toEqual(['__start', 'digits', 'limit', 'loop', 'next', 'text', 'write']);
    expect(nm).toMatch(/^00400000 T __start$/m);
  });
});
