/**
 * System calls with any numbers and any arguments: an answer, an error number or a wait, never an exception of ours; and
 * afterwards the page tables still grant no more than the regions do. The seed is fixed.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { StructWriter } from '../../../src/bits/bytes.ts';
import { fromLatin1 } from '../../../src/bits/utf8.ts';
import { ROOT_CREDENTIALS } from '../../../src/kernel/credentials.ts';
import { writeRaw } from '../../../src/kernel/exec.ts';
import type { ArgumentKind } from '../../../src/kernel/syscall.ts';
import { parseElf } from '../../../src/formats/elf.ts';
import { bootHost, runProgram } from '../../../src/kernel/boot.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import type { Process } from '../../../src/kernel/task.ts';
import { PROT_WRITE, regionAt } from '../../../src/kernel/regions.ts';
import { syscallNumbers, syscallRow } from '../../../src/kernel/table.ts';
import { createMachine } from '../../../src/machine/machine.ts';

const DATA = 0x0804_9000,
  BIG = 0x1000_0000;

/** An executable of one code page that loops, and one page of data. */
function tiny(): Uint8Array {
  const w = new StructWriter().bytes([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]).pad(16);
  w.u16(2).u16(3).u32(1).u32(0x0804_8080).u32(52).u32(0).u32(0).u16(52).u16(32).u16(2).u16(40).u16(0).u16(0);
  w.u32(1).u32(0).u32(0x0804_8000).u32(0).u32(0x100).u32(0x100).u32(5).u32(4096);
  w.u32(1).u32(0).u32(DATA).u32(0).u32(0x100).u32(0x1000).u32(6).u32(4096);
  return w.pad(0x80).bytes([0xeb, 0xfe]).pad(0x100).done();
}

function boot(): { k: Kernel; p: Process } {
  const k = bootHost({
    machine: createMachine({ memory: 4 << 20 }),
    stdin: new Uint8Array(100),
    files: { '/data/f': new Uint8Array(5000).fill(65) },
    links: { '/data/l': 'f' },
  });
  return { k, p: runProgram(k, parseElf(tiny()), { name: '/tiny', args: ['tiny'], env: [] }) };
}

const TEXTS = [
  '/data/f',
  '/data',
  '/data/l',
  '/tmp/x',
  'relative',
  '/proc/self/maps',
  '/proc/self/fd/0',
  '/dev/zero',
  '..',
  '/none/x',
  '/',
  '/tmp/d',
];

function argument(random: Random): number {
  switch (random.below(9)) {
    case 0:
      return random.below(8);
    case 1:
      return [-1, -100, 0x7fff_ffff, -0x8000_0000, 4096, 0x1000_0000][random.below(6)]!;
    case 2:
      return random.next() | 0;
    case 3:
      return [0x0804_8ff8, DATA + 0xff0, DATA + 0xfff, 0xbfff_eff0 | 0, 0xc000_0000 | 0, 0xffc0_0000 | 0, 8][random.below(7)]!;
    case 4:
      return 1 << random.below(31);
    case 5:
      return random.below(5000);
    default:
      return DATA + 64 * random.below(TEXTS.length) + (random.below(5) === 0 ? random.below(64) : 0);
  }
}

/** Mostly what the call expects, so that it gets far; sometimes anything. */
function fitting(random: Random, kind: ArgumentKind | undefined): number {
  if (kind === undefined || random.below(4) === 0) return argument(random);
  switch (kind) {
    case 'fd':
      return random.below(8);
    case 'dirfd':
      return random.below(2) === 0 ? -100 : random.below(8);
    case 'path':
    case 'string':
      return DATA + 64 * random.below(TEXTS.length);
    case 'ptr':
    case 'in':
    case 'out':
    case 'strings':
      return [0, DATA + 0xc00 + 4 * random.below(64), DATA, BIG + 4096 * random.below(16)][random.below(4)]!;
    case 'size':
      return [8, 12, 256, 4096, 20_000][random.below(5)]!;
    case 'prot':
      return random.below(8);
    case 'map':
      return 0x22 | (random.below(2) << 4) | random.below(2);
    case 'octal':
      return random.below(0o1000);
    case 'open':
      return [0, 2, 0o102, 0o1101, 0o200000][random.below(5)]!;
    default:
      return random.below(5);
  }
}

/** Ends whatever the call left behind, so that the next can be made. */
function settle(k: Kernel, p: Process): void {
  p.state = 'runnable';
  p.blocked = null;
  p.exit = null;
  p.alarm = null;
  p.signals.queue = p.signals.shared = [];
  p.result = null;
  p.loaded = false;
  if (!k.fileTables.has(p.files)) k.fileTables.set(p.files, { id: p.files, refs: 1, descriptors: [] });
}

/** The page of texts and a big region as they were, and all rights. */
function prepare(k: Kernel, p: Process): void {
  const space = k.spaceOf(p);
  p.credentials = ROOT_CREDENTIALS;
  for (const [start, length] of [
    [DATA, 4096],
    [BIG, 0x10000],
  ] as const) {
    space.unmap(start, start + length);
    space.map({ start, end: start + length, prot: 3, flags: 0, name: '', file: null });
  }
  TEXTS.forEach((text, n) => writeRaw(k, space, DATA + n * 64, fromLatin1(`${text}\0`)));
}

function checkTables(k: Kernel, p: Process): void {
  const space = k.spaceOf(p),
    { memory } = k.machine;
  let present = 0;
  for (let d = 0; d < 1023; d++) {
    const table = memory.read32(space.directory + d * 4) & ~4095;
    if (table === 0) continue;
    for (let t = 0; t < 1024; t++) {
      const entry = memory.read32(table + t * 4),
        linear = d * 0x40_0000 + t * 4096;
      if (entry === 0) continue;
      present++;
      const region = regionAt(space.regions, linear);
      expect(region, `page ${linear.toString(16)}`).not.toBeNull();
      if (entry & 2) expect(region!.prot & PROT_WRITE).toBe(PROT_WRITE);
      if (entry & 1) expect(region!.prot).not.toBe(0);
    }
  }
  expect(space.resident).toBe(present);
}

describe('any system call with any arguments', () => {
  test.each(Array.from({ length: 40 }, (_, i) => i + 1))('seed %i', (seed) => {
    const random = new Random(seed),
      numbers = syscallNumbers();
    const { k, p } = boot();
    let events = 0;
    k.onEvent = () => events++;
    for (let n = 0; n < 600; n++) {
      if (n % 20 === 0) prepare(k, p);
      const number = random.below(20) === 0 ? random.below(600) : numbers[random.below(numbers.length)]!;
      const args = Array.from({ length: 6 }, (_, i) => fitting(random, syscallRow(number)?.args[i]));
      let result: unknown;
      try {
        result = k.syscall(p, number, args);
      } catch (error) {
        throw new Error(`${syscallRow(number)?.name ?? number}(${args.join(', ')})`, { cause: error });
      }
      expect(result === 'blocked' || Number.isInteger(result), `${syscallRow(number)?.name} gave ${String(result)}`).toBe(true);
      settle(k, p);
      if (n % 100 === 99) checkTables(k, p);
    }
    expect(events).toBeGreaterThan(600);
  });
});
