/**
 * Start-up cost and memory of one container and of a hundred, against a second formulation: sums written out, page tables
 * walked from their bytes, users of each frame counted by hand.
 */
import { describe, expect, test } from 'vitest';
import { KERNEL_COSTS } from '../../../src/kernel/costs.ts';
import { CONTAINMENT_COSTS } from '../../../src/kernel/ns/costs.ts';
import { footprintOf, fullestOf, OBJECT_BYTES } from '../../../src/levels/os/footprint.ts';
import { lab, type Lab } from './session.ts';

const PAGE = 4096;
const PHASES = ['process', 'controlgroup', 'namespaces', 'mounts', 'pivot_root', 'capabilities', 'exec'];

/** Every entry of every address space: which frame, whose; and the frames of directories and tables. */
function walk({ running }: Lab): { entries: { pid: number; frame: number }[]; tables: { pid: number; frame: number }[] } {
  const { kernel: k, machine } = running,
    entries: { pid: number; frame: number }[] = [],
    tables: { pid: number; frame: number }[] = [];
  for (const p of k.processes.values()) {
    if (p.cgroup === '/' || p.state === 'zombie') continue;
    const { directory } = k.spaceOf(p);
    tables.push({ pid: p.pid, frame: directory });
    for (let i = 0; i < 1023; i++) {
      const table = machine.memory.read32(directory + i * 4);
      if (table === 0) continue;
      tables.push({ pid: p.pid, frame: table & -PAGE });
      for (let j = 0; j < 1024; j++) {
        const entry = machine.memory.read32((table & -PAGE) + j * 4);
        if (entry !== 0) entries.push({ pid: p.pid, frame: entry & -PAGE });
      }
    }
  }
  return { entries, tables };
}

/** A frame with one user more than entries is the page cache's. */
function split(l: Lab): { own: Set<number>; cache: Set<number>; mapped: number; tables: number } {
  const { entries, tables } = walk(l),
    uses = new Map<number, number>();
  for (const { frame } of entries) uses.set(frame, (uses.get(frame) ?? 0) + 1);
  const cached = (frame: number): boolean => l.running.kernel.frames.references(frame) === uses.get(frame)! + 1;
  const all = [...uses.keys()];
  return {
    own: new Set(all.filter((f) => !cached(f))),
    cache: new Set(all.filter(cached)),
    mapped: entries.filter(({ frame }) => cached(frame)).length,
    tables: new Set(tables.map(({ frame }) => frame)).size,
  };
}

/** Runs in small steps until every container waits. */
function settle({ session, running }: Lab): void {
  const waiting = (): boolean => [...running.kernel.processes.values()].every((p) => p.state !== 'runnable');
  for (let n = 0; n < 100_000 && !waiting() && !session.ended; n++) session.advance(session.retired + 50);
}

const reading = (count: number): Lab => lab('read x', { stdin: null, knobs: { containers: count } });

describe('a container in the report', () => {
  test('its start is the sum of its phases, in units and in microseconds', () => {
    const l = lab('hostname'),
      counters = l.running.counters();
    const phases = PHASES.map((phase) => counters[`container.start.${phase}`]!);
    expect(phases.reduce((a, b) => a + b, 0)).toBe(counters['container.start']);
    expect(phases[0]).toBe(KERNEL_COSTS['task.create'].units);
    // 100 MHz: a hundred units a microsecond.
    expect(counters['container.start.us']).toBe(Math.floor(counters['container.start']! / 100));
    // Beside it, time has passed for the machine's own process 1, for folders of the host, and for choosing who runs first.
    const rest = l.session.time - counters['container.start']!;
    expect(rest).toBeGreaterThanOrEqual(KERNEL_COSTS['task.create'].units + KERNEL_COSTS.schedule.units);
    expect(rest).toBeLessThan(10_000);
  });

  test('what is charged to its account is its start without the process, which nobody had yet', () => {
    const l = lab('hostname'),
      [c] = l.running.runtime.containers;
    const charged = l.running.machine.ledger
      .entries()
      .filter(({ owner, kind }) => owner === c!.owner && kind === 'service')
      .reduce((sum, { units }) => sum + units, 0);
    const counters = l.running.counters();
    expect(charged).toBe(counters['container.start']! - counters['container.start.process']!);
  });

  test('its memory is what its page tables hold', () => {
    const l = reading(1);
    settle(l);
    const { own, cache, tables } = split(l),
      f = footprintOf(l.running.kernel, '/strata/main');
    expect(f).toMatchObject({ own: own.size, cache: cache.size, cacheShared: 0, tables });
    expect(l.running.kernel.control.tree.get('/strata/main')!.memory.current).toBe((own.size + cache.size + tables) * PAGE);
    expect(f.objects).toMatchObject({ task: 1, namespace: 6, group: 1, socket: 0, file: 3 });
    const counters = l.running.counters();
    expect(counters['container.objects.bytes']).toBe(
      f.objects.region * OBJECT_BYTES.region + 12_288 + 3 * 256 + f.objects.mount * 320 + 6 * 512 + 4096,
    );
  });
});

describe('a hundred containers in the report', () => {
  test('starts add up; the first one also made the group and the folder that all are in', () => {
    const one = reading(1).running.counters(),
      l = reading(100),
      all = l.running.counters();
    expect(all['container.start']).toBe(one['container.start']);
    const rest = (all['containers.start']! - one['container.start']!) / 99;
    expect(Number.isInteger(rest)).toBe(true);
    const difference = one['container.start']! - rest;
    expect(difference).toBeGreaterThanOrEqual(CONTAINMENT_COSTS['cgroup.create'].units);
    expect(difference / one['container.start']!).toBeLessThan(0.1);
    expect(all['containers.start.us']).toBe(Math.floor(all['containers.start']! / 100));
  });

  test('own frames a hundred times, the page cache once', () => {
    const one = reading(1),
      l = reading(100),
      base = one.running.kernel.frames.used - fullestOf(one.running.kernel, '/strata').own;
    settle(one);
    settle(l);
    const alone = split(one),
      together = split(l),
      counters = l.running.counters();
    expect(together.own.size).toBe(100 * alone.own.size);
    expect(together.tables).toBe(100 * alone.tables);
    expect(together.cache.size).toBe(alone.cache.size);
    expect(together.mapped).toBe(100 * alone.mapped);
    expect(counters).toMatchObject({
      'container.count': 100,
      'containers.frames.own': together.own.size,
      'containers.frames.tables': together.tables,
      'containers.frames.cache': together.cache.size,
      'containers.frames.cacheMapped': together.mapped,
      'containers.frames': together.own.size + together.tables + together.cache.size,
      'container.frames.cacheShared': alone.cache.size,
    });
    const used = together.own.size + together.tables + together.cache.size;
    expect(l.running.kernel.frames.used - used).toBe(one.running.kernel.frames.used - alone.own.size - alone.tables - alone.cache.size);
    expect(base).toBeGreaterThan(0);
    expect(counters['memory.peak']! / PAGE).toBeGreaterThanOrEqual(used);
    // Each for itself would need so many more frames.
    expect(together.mapped - together.cache.size).toBe(99 * alone.cache.size);
  }, 120_000);

  test('the run ends with the last of them, with the status of the first', () => {
    const l = lab('sleep 0.01; hostname; exit 3', { knobs: { containers: 5 } });
    l.session.advance(50_000_000);
    expect(l.running.exit?.status).toBe(3);
    expect(l.running.runtime.containers.map((c) => [c.id, c.status, c.exit?.code])).toEqual(
      ['main', 'main-2', 'main-3', 'main-4', 'main-5'].map((id) => [id, 'stopped', 3]),
    );
    const counters = l.running.counters();
    expect(counters['containers.frames.own']).toBeGreaterThan(counters['container.frames.own']!);
  });
});
