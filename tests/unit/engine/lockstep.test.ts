/**
 * The flat engine against the reference engine: random instructions of every row, random configurations of rings, paging
 * and segments, stops at random counts; all state equal at every stop. The first divergence is reported by its instruction.
 */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { ROWS } from '../../../src/isa/x86/rows/index.ts';
import { sample } from '../../../src/isa/x86/sample.ts';
import { CR0, CR3, CR4, DS, EFLAGS, EIP, FS, LAZY_RULE } from '../../../src/isa/x86/state.ts';
import { createMachine, type HostMachine } from '../../../src/machine/machine.ts';
import { FLAT_DATA, setFlat, setSegment } from '../../../src/machine/segments.ts';
import type { EngineName, Machine, Stop, Supervisor, Trap } from '../../../src/machine/types.ts';

const MEMORY = 1 << 20;
const CODE = 0x40000,
  CODE_PAGES = 4,
  DATA = 0x80000,
  DATA_PAGES = 8,
  DIRECTORY = 0x10000,
  TABLE = 0x11000,
  OTHER = 0x12000;
const SLOT = 32;

interface Shape {
  readonly ring: number;
  readonly paging: boolean;
  readonly limited: boolean;
  readonly alignment: boolean;
}

/** Every trap is taken: registers become plausible pointers again and execution goes on somewhere else. */
class Reseeder implements Supervisor {
  traps = 0;
  private readonly shape: Shape;
  constructor(shape: Shape) {
    this.shape = shape;
  }
  takes(): boolean {
    return true;
  }
  trap(machine: Machine, trap: Trap): void {
    this.traps++;
    const random = new Random(machine.time * 31 + trap.vector);
    machine.ledger.charge('kernel', 'service', trap.vector);
    if (this.shape.paging && random.below(6) === 0) this.changeTables(machine, random);
    if (random.below(8) === 0) this.changeMap(machine, random);
    reseed(machine, random, this.shape);
  }
  /** What a kernel does: another directory, another right, one page forgotten. */
  private changeTables(machine: Machine, random: Random): void {
    const page = (random.below(4) === 0 ? CODE >> 12 : DATA >> 12) + random.below(4);
    machine.memory.write32(TABLE + page * 4, (page << 12) | [5, 7, 7, 0x27][random.below(4)]!);
    machine.invalidatePage(page << 12);
    if (random.below(2) === 0) {
      machine.words[CR3] = machine.words[CR3] === DIRECTORY ? OTHER : DIRECTORY;
      machine.flushTlb();
    }
  }
  private changeMap(machine: Machine, random: Random): void {
    const start = CODE + random.below(CODE_PAGES * 0x1000);
    machine.codeMap.setRange(start, start + random.below(600) + 1, (['guest', 'dispatch', 'decode'] as const)[random.below(3)]!);
    machine.codeMap.setMark(CODE + random.below(CODE_PAGES * 0x1000), 1 + random.below(3));
  }
  gate(machine: Machine, number: number): boolean {
    machine.ledger.charge('hook', 'service', number & 7);
    return (number & 1) === 0;
  }
  halted(machine: Machine): void {
    machine.wake();
  }
  deadline(machine: Machine): void {
    machine.ledger.charge('kernel', 'service', 11);
    machine.ledger.setOwner((machine.ledger.owner + 1) % 3);
    machine.deadline = machine.time + 200 + (machine.retired % 97);
  }
}

function reseed(machine: Machine, random: Random, shape: Shape): void {
  const { words } = machine;
  for (let n = 0; n < 8; n++) {
    const place = random.below(12);
    words[n] =
      place === 0
        ? random.next() | 0
        : place === 1
          ? CODE + random.below(CODE_PAGES * 0x1000)
          : place === 2
            ? DATA + random.below(DATA_PAGES) * 0x1000 + 0xff0 + random.below(32)
            : (DATA + 256 + random.below(DATA_PAGES * 0x1000)) & (place < 5 ? -1 : -4);
  }
  words[4] = DATA + 0x800 + random.below(64) * 4;
  words[LAZY_RULE] = 0;
  words[EFLAGS] = 2 | (random.next() & 0x8d5) | (shape.alignment ? 0x40000 : 0) | (random.below(40) === 0 ? 0x100 : 0);
  words[EIP] = CODE + random.below((CODE_PAGES * 0x1000) / SLOT) * SLOT;
}

function build(seed: number, engine: EngineName): { machine: HostMachine; supervisor: Reseeder } {
  const random = new Random(seed);
  const shape = {
    ring: random.below(2) * 3,
    paging: random.below(4) !== 0,
    limited: random.below(2) === 0,
    alignment: random.below(4) === 0,
  };
  const supervisor = new Reseeder(shape);
  const machine = createMachine({ memory: MEMORY, engine, supervisor });
  const rows = ROWS.filter(
    (row) => shape.ring === 3 || (row.privilege !== 'kernel' && !['retf', 'iret', 'popf', 'popfd'].includes(row.name)),
  );
  for (let at = CODE; at < CODE + CODE_PAGES * 0x1000; at += SLOT) {
    machine.memory.fill(at, SLOT, 0x90);
    for (let used = 0; ;) {
      const bytes =
        random.below(4) === 0
          ? idiom(random)
          : sample(rows[random.below(rows.length)]!, random, { addressing: random.below(3) === 0 ? 'any' : 'simple' });
      if (used + bytes.length > SLOT) break;
      machine.memory.write(at + used, bytes);
      used += bytes.length;
    }
  }
  machine.memory.write(DATA, random.bytes(DATA_PAGES * 0x1000));
  if (shape.paging) turnPagingOn(machine, random);
  setFlat(machine.words, 0x08, 0x10, shape.ring);
  if (shape.limited) setSegment(machine.words, DS, 0x23, 0, 0x7fff_ffff, FLAT_DATA | (shape.ring << 13));
  setSegment(machine.words, FS, 0x2b, DATA + 0x123, 0x2345, FLAT_DATA | (shape.ring << 13));
  if (shape.alignment) machine.words[CR0]! |= 0x40000;
  machine.deadline = 100;
  reseed(machine, random, shape);
  return { machine, supervisor };
}

const word = (n: number): number[] => [n & 0xff, (n >> 8) & 0xff, (n >> 16) & 0xff, (n >>> 24) & 0xff];

/** Sequences that compilers make and random rows hardly ever: what flat code fuses, and what it must leave alone. */
function idiom(random: Random): Uint8Array {
  const slot = CODE + random.below((CODE_PAGES * 0x1000) / SLOT) * SLOT,
    two = 0xc0 | random.below(64),
    short = random.below(8);
  const condition = 0x70 + random.below(16);
  switch (random.below(9)) {
    case 0:
      return Uint8Array.of([0x39, 0x38, 0x3b][random.below(3)]!, two, condition, short);
    case 1:
      return Uint8Array.of([0x85, 0x84, 0x29, 0x21, 0x01][random.below(5)]!, two, condition, short);
    case 2:
      return Uint8Array.of(0x39, 0xc0 | (random.below(8) * 9), condition, short);
    case 3:
      return Uint8Array.from([0x68, ...word(slot), 0xc2, random.below(4) * 4, 0]);
    case 4:
      return Uint8Array.from([0xb8, ...word(slot), 0xff, 0xd0]);
    case 5:
      return Uint8Array.from([0x64, [0xa1, 0xa3, 0xa0, 0xa2][random.below(4)]!, ...word(0x2340 + random.below(8))]);
    case 6:
      return Uint8Array.from([0xc6, 0x05, ...word(slot + random.below(SLOT)), [0x90, 0x40, 0x43, 0xf8][random.below(4)]!]);
    case 7:
      return Uint8Array.from([0xb9, ...word(random.below(2000)), 0xf3, [0xa4, 0xa5, 0xaa, 0xab][random.below(4)]!]);
    default:
      return Uint8Array.of([0x66, 0x40][random.below(2)]!, 0x39, two, 0x0f, 0x90 + random.below(16), two);
  }
}

function turnPagingOn(machine: HostMachine, random: Random): void {
  machine.memory.write32(DIRECTORY, TABLE | 7);
  machine.memory.write32(OTHER, TABLE | 7);
  for (let page = 0; page < MEMORY / 0x1000; page++) {
    const data = page >= DATA >> 12 && page < (DATA >> 12) + DATA_PAGES;
    const rights = !data || random.below(3) > 0 ? 7 : [0, 1, 3, 5, 6][random.below(5)]!;
    machine.memory.write32(TABLE + page * 4, (page << 12) | rights);
  }
  machine.words[CR3] = DIRECTORY;
  machine.words[CR4] = 0x10;
  machine.words[CR0]! |= 0x80000000 | 0 | (random.below(2) << 16);
}

const where = (machine: HostMachine): string => {
  const { instruction } = machine.explain();
  return `eip ${(machine.words[EIP]! >>> 0).toString(16)} ${instruction?.text ?? '?'}`;
};
const describeStop = (stop: Stop): string =>
  stop.why === 'shutdown' || stop.why === 'requested' ? `${stop.why} ${stop.reason}` : stop.why;

function lockstep(seed: number, stops: number, stride: number): { traps: number; retired: number } {
  const random = new Random(seed ^ 0x5eed);
  const flat = build(seed, 'flat'),
    step = build(seed, 'step');
  let before = '';
  for (let i = 0; i < stops; i++) {
    const to = step.machine.retired + 1 + random.below(stride);
    const limits = { retired: to, atMark: random.below(3) === 0 };
    const a = flat.machine.run(limits),
      b = step.machine.run(limits);
    const found = `${describeStop(a)} ${flat.machine.retired} ${flat.machine.hash()}`,
      wanted = `${describeStop(b)} ${step.machine.retired} ${step.machine.hash()}`;
    if (found !== wanted)
      expect.fail(
        `seed ${seed}, stop ${i} at ${to}: flat ${found}, step ${wanted}; before: ${before}; words ${differing(flat.machine, step.machine)}`,
      );
    if (b.why !== 'count' && b.why !== 'mark') break;
    before = where(step.machine);
  }
  return { traps: step.supervisor.traps, retired: step.machine.retired };
}

function differing(a: HostMachine, b: HostMachine): string {
  const list: string[] = [];
  a.words.forEach((word, i) => {
    if (word !== b.words[i] && (i < 9 || i > 15)) list.push(`${i}: ${word} ${b.words[i]}`);
  });
  if (a.flags !== b.flags) list.push(`flags ${a.flags.toString(16)} ${b.flags.toString(16)}`);
  a.memory.bytes.forEach((byte, i) => {
    if (byte !== b.memory.bytes[i] && list.length < 12) list.push(`[${i.toString(16)}]: ${byte} ${b.memory.bytes[i]}`);
  });
  list.push(`time ${a.time} ${b.time} refills ${a.refills} ${b.refills}`);
  return list.join(', ');
}

describe('flat engine in lockstep with step', () => {
  it('agrees at every instruction', () => {
    let traps = 0,
      retired = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const result = lockstep(seed, 160, 1);
      traps += result.traps;
      retired += result.retired;
    }
    expect(traps).toBeGreaterThan(100);
    expect(retired).toBeGreaterThan(800);
  });
  it('agrees at random counts, far apart', () => {
    let retired = 0;
    for (let seed = 100; seed < 120; seed++) retired += lockstep(seed, 60, 120).retired;
    expect(retired).toBeGreaterThan(20_000);
  });
});
