/** Ledger, code map, stops, checkpoints, hashes. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { EAX, ECX, EIP, ESP } from '../../../src/isa/x86/state.ts';
import { assemble } from '../../../src/isa/x86/parse.ts';
import { createCodeMap } from '../../../src/machine/codemap.ts';
import { createMachine, type HostMachine } from '../../../src/machine/machine.ts';
import type { Category, EngineName, Supervisor } from '../../../src/machine/types.ts';
import { CODE } from './world.ts';

const ENGINES: readonly EngineName[] = ['step', 'flat'];
const PROGRAM = `
        mov ecx, 200
outer:  mov eax, 0
        mov edi, 0x40000
inner:  add eax, ecx
        mov [edi], eax
        add edi, 0x1004
        cmp edi, 0x50000
        jb inner
        push eax
        call leaf
        pop edx
        dec ecx
        jnz outer
        hlt
leaf:   imul eax, eax, 3
        xor [0x60000], eax
        ret
`;
function load(
  engine: EngineName,
  supervisor: Supervisor | null = null,
  text = PROGRAM,
): { machine: HostMachine; at: (label: string) => number } {
  const { bytes, labels, diagnostics } = assemble(text, CODE);
  expect(diagnostics).toEqual([]);
  const machine = createMachine({ memory: 1 << 20, engine, supervisor });
  machine.memory.write(CODE, bytes);
  machine.words[EIP] = CODE;
  machine.words[ESP] = 0x8000;
  return { machine, at: (label) => labels.get(label)! };
}
const sum = (machine: HostMachine): number => machine.ledger.entries().reduce((total, e) => total + e.units, 0);

describe('code map', () => {
  it('answers as a plain array does, after random ranges, marks and clears', () => {
    const random = new Random(5),
      map = createCodeMap();
    const size = 600,
      names: Category[] = ['guest', 'decode', 'dispatch', 'translate', 'kernel'];
    const plain: Category[] = new Array<Category>(size).fill('guest'),
      marks = new Array<boolean>(size).fill(false);
    for (let i = 0; i < 400; i++) {
      const start = random.below(size),
        end = Math.min(size, start + random.below(80)),
        category = names[random.below(5)]!;
      const action = random.below(4);
      if (action === 0) {
        map.clear(start, end);
        plain.fill('guest', start, end);
        marks.fill(false, start, end);
      } else if (action === 1) {
        map.setMark(start);
        marks[start] = true;
      } else {
        map.setRange(start, end, category);
        plain.fill(category, start, end);
      }
      for (let n = 0; n < 20; n++) {
        const at = random.below(size);
        expect(map.categoryAt(at)).toBe(plain[at]!);
        expect(map.isMark(at)).toBe(marks[at]!);
      }
    }
    const copy = createCodeMap();
    copy.restore(map.save());
    for (let at = 0; at < size; at++) expect(`${copy.categoryAt(at)} ${copy.isMark(at)}`).toBe(`${plain[at]} ${marks[at]}`);
  });
});

for (const engine of ENGINES) {
  describe(`ledger and stops (${engine})`, () => {
    it('sums to time and divides by the address of the code', () => {
      const { machine, at } = load(engine);
      machine.codeMap.setRange(at('outer'), at('inner'), 'dispatch');
      machine.codeMap.setRange(at('leaf'), at('leaf') + 3, 'decode');
      machine.codeMap.setMark(at('outer'));
      machine.run({ retired: 5000 });
      const count = (category: Category): number =>
        machine.ledger.entries().find((e) => e.category === category && e.kind === 'counted')?.units ?? 0;
      // A round is 90 instructions: 2, then 16 times 5, then 8; the first begins after one. Rounds begun: 56; leaves: 55.
      expect(machine.guestRetired).toBe(56);
      expect(count('dispatch')).toBe(112);
      expect(count('decode')).toBe(55);
      expect(count('guest')).toBe(5000 - 112 - 55);
      machine.ledger.charge('kernel', 'service', 12.5);
      machine.ledger.setOwner(7);
      machine.skipTo(9000);
      machine.run({ retired: 6000 });
      expect(machine.time).toBe(10_000);
      expect(sum(machine)).toBe(10_000);
      machine.codeMap.setRange(at('outer'), at('outer') + 0x40, 'translate');
      machine.run({ retired: 7000 });
      expect(machine.ledger.entries().filter((e) => e.owner === 7 && e.category === 'translate')[0]!.units).toBeGreaterThan(900);
      expect(sum(machine)).toBe(machine.time);
    });

    it('stops at breakpoints, marks and watches, and where the count says', () => {
      const { machine, at } = load(engine);
      machine.breakpoints.add(at('leaf'));
      machine.stopsChanged();
      expect(machine.run({ retired: 1e6 })).toEqual({ why: 'breakpoint', address: at('leaf') });
      const first = machine.retired;
      expect(machine.run({ retired: 1e6 })).toEqual({ why: 'breakpoint', address: at('leaf') });
      expect(machine.retired).toBeGreaterThan(first + 50);
      expect(machine.run({ retired: 1e6, passFirst: false })).toEqual({ why: 'breakpoint', address: at('leaf') });
      machine.breakpoints.clear();
      machine.watches.push({ start: 0x60000, end: 0x60004 });
      machine.stopsChanged();
      expect(machine.run({ retired: 1e6 })).toEqual({ why: 'watch', address: 0x60000 });
      expect(machine.words[EIP]).toBe(at('leaf') + 9);
      machine.watches.length = 0;
      machine.stopsChanged();
      machine.codeMap.setMark(at('inner'));
      expect(machine.run({ retired: 1e6, atMark: true })).toEqual({ why: 'mark', address: at('inner') });
      expect(machine.run({ retired: 1e6, atMark: true })).toEqual({ why: 'mark', address: at('inner') });
      const target = machine.retired + 777;
      expect(machine.run({ retired: target }).why).toBe('count');
      expect(machine.retired).toBe(target);
    });

    it('calls the deadline at its exact time and asks when halted', () => {
      const times: number[] = [];
      const supervisor: Supervisor = {
        takes: () => false,
        trap: () => {},
        gate: () => false,
        halted: (m) => {
          times.push(-m.time);
          m.requestStop('halted');
        },
        deadline: (m) => {
          times.push(m.time);
          m.ledger.charge('kernel', 'service', 10);
          if (times.length < 4) m.deadline = m.time + 100;
        },
      };
      const { machine } = load(engine, supervisor);
      machine.deadline = 55;
      expect(machine.run({ retired: 1e6 })).toEqual({ why: 'requested', reason: 'halted' });
      expect(times.slice(0, 4)).toEqual([55, 165, 275, 385]);
      expect(times[4]).toBe(-machine.time);
    });

    it('comes back to a checkpoint, with the hash of then, forwards and backwards', () => {
      const { machine } = load(engine);
      const saved = new Map<number, { hash: string; point: ReturnType<HostMachine['checkpoint']> }>();
      for (let n = 0; n <= 4000; n += 500) {
        machine.run({ retired: n });
        saved.set(n, { hash: machine.hash(), point: machine.checkpoint() });
      }
      for (const from of [4000, 500, 2500, 0, 3500]) {
        machine.restore(saved.get(from)!.point);
        expect(machine.hash()).toBe(saved.get(from)!.hash);
        if (from >= 4000) continue;
        machine.run({ retired: from + 500 });
        expect(machine.hash()).toBe(saved.get(from + 500)!.hash);
      }
    });

    it('explains the next instruction without doing it', () => {
      const { machine, at } = load(engine);
      machine.run({ retired: 4 });
      const before = machine.hash();
      const { instruction, ops, after, fault } = machine.explain();
      expect(instruction!.address).toBe(at('inner') + 2);
      expect(ops.map(({ op }) => op.k)).toContain('store');
      expect(fault).toBeNull();
      expect(after[EAX]).toBe(200);
      expect(machine.hash()).toBe(before);
      machine.words[ECX] = 0;
      expect(machine.hash()).not.toBe(before);
    });
  });
}

describe('checkpoints', () => {
  it('share pages that did not change, and copy only those that did', () => {
    const { machine } = load('flat');
    const pages = (point: unknown): readonly object[] =>
      (point as { memory: { groups: readonly { pages: readonly object[] }[] } }).memory.groups.flatMap((group) => group.pages);
    const first = machine.checkpoint();
    machine.memory.write8(0x70000, 1);
    machine.memory.write8(0x70fff, 2);
    machine.memory.write32(0x72000, 3);
    const second = machine.checkpoint();
    const different = pages(first)
      .map((page, i) => (page === pages(second)[i] ? -1 : i))
      .filter((i) => i >= 0);
    expect(different).toEqual([0x70, 0x72]);
    machine.restore(first);
    expect(machine.memory.read32(0x72000)).toBe(0);
    machine.restore(second);
    expect([machine.memory.read8(0x70000), machine.memory.read8(0x70fff), machine.memory.read32(0x72000)]).toEqual([1, 2, 3]);
  });

  it('give back what whole copies of memory give, in any order of taking, restoring and releasing', () => {
    const { machine } = load('flat');
    const { memory } = machine;
    const random = new Random(7);
    const points: { readonly point: ReturnType<HostMachine['checkpoint']>; readonly bytes: Uint8Array; readonly hash: string }[] = [];
    for (let round = 0; round < 400; round++) {
      const kind = random.next() % 4;
      const chosen = random.next() % Math.max(1, points.length);
      if (kind <= 1) {
        for (let n = random.next() % 6; n > 0; n--) memory.write32((random.next() % memory.size) & ~3, random.next() | 0);
        if (kind === 1) points.push({ point: machine.checkpoint(), bytes: memory.bytes.slice(), hash: machine.hash() });
      } else if (points.length > 0 && kind === 2) {
        machine.restore(points[chosen]!.point);
        expect(Buffer.compare(memory.bytes, points[chosen]!.bytes)).toBe(0);
        expect(machine.hash()).toBe(points[chosen]!.hash);
      } else if (points.length > 6) machine.release(points.splice(chosen, 1)[0]!.point);
      machine.prepareCheckpoint();
    }
    expect(points.length).toBeGreaterThan(5);
  });

  it('keep a run the same whatever was released in between', () => {
    const { machine } = load('flat');
    let previous = machine.checkpoint();
    const start = previous;
    for (let n = 100; n < 3000; n += 100) {
      machine.run({ retired: n });
      const point = machine.checkpoint();
      if (previous !== start) machine.release(previous);
      previous = point;
    }
    machine.run({ retired: 3000 });
    const hash = machine.hash();
    machine.restore(start);
    machine.run({ retired: 3000 });
    expect(machine.hash()).toBe(hash);
  });
});
