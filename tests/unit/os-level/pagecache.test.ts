/**
 * The page cache of mapped files: a model of what every mapping must show under random reads, writes, forks and unmappings;
 * who shares which frame among containers of one image, and whose memory it is.
 */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { bootHost } from '../../../src/kernel/boot.ts';
import type { Kernel } from '../../../src/kernel/kernel.ts';
import { makeFileSystem } from '../../../src/kernel/ns/systems.ts';
import { ROOT } from '../../../src/kernel/rootnode.ts';
import { ROOT_CREDENTIALS } from '../../../src/kernel/credentials.ts';
import type { AddressSpace } from '../../../src/kernel/space.ts';
import { createMachine } from '../../../src/machine/machine.ts';
import { groupOf, host, type Host, room, type Room, run } from './run.ts';

const PAGE = 4096,
  PAGES = 4,
  AT = 0x4000_0000;

interface Mapping {
  readonly space: AddressSpace;
  readonly shared: boolean;
  /** Byte 0 of each page that it has for itself; null: what the file has. */
  readonly own: (number | null)[];
}

/** A file of a file system that stands for a disk: its mapped pages are somebody's memory. */
function onDisk(k: Kernel, bytes: Uint8Array): { readonly fs: number; readonly ino: number } {
  const fs = makeFileSystem(k, 'tmpfs', { capacity: 1 << 20, mode: 0o755, disk: true }),
    ino = fs.create(fs.root, 'f', { mode: 0o100644, uid: 0, gid: 0 });
  fs.write(ino, 0, bytes);
  return { fs: fs.id, ino };
}

function world(pages = PAGES, disk = false) {
  const k: Kernel = bootHost({
    machine: createMachine({ memory: 8 << 20 }),
    stdin: new Uint8Array(0),
    files: { '/f': Uint8Array.from({ length: pages * PAGE }, (_, i) => (i >> 12) + 1) },
  });
  const found = k.tree.walk({ cwd: ROOT, root: ROOT, credentials: ROOT_CREDENTIALS }, ROOT, '/f', true).node!;
  const node = disk ? onDisk(k, k.tree.fs(found.fs).read(found.ino, 0, pages * PAGE)) : found;
  const space = (): AddressSpace => k.spaceOf(k.createProcess({ name: 'p', args: [], env: [] })!);
  const map = (shared: boolean): Mapping => {
    const s = space();
    s.map({ start: AT, end: AT + pages * PAGE, prot: 3, flags: shared ? 1 : 0, name: '/f', file: { node, offset: 0, limit: Infinity } });
    return { space: s, shared, own: Array.from({ length: pages }, () => null) };
  };
  return { k, node, map };
}

describe('mappings of a file', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('show what they must under random changes (seed %i)', (seed) => {
    const { k, node, map } = world(),
      random = new Random(seed),
      fs = k.tree.fs(node.fs),
      file = [1, 2, 3, 4];
    const free = k.frames.free;
    let live: Mapping[] = [map(false), map(false), map(true), map(true)];
    const byteAt = (m: Mapping, page: number): number => k.machine.memory.bytes[m.space.physical(AT + page * PAGE, false)]!;
    for (let n = 0; n < 400; n++) {
      const m = live[random.below(live.length)]!,
        page = random.below(PAGES),
        value = random.below(256);
      switch (random.below(6)) {
        case 0:
        case 1:
          expect(byteAt(m, page)).toBe(m.shared ? file[page] : (m.own[page] ?? file[page]));
          break;
        case 2:
          k.machine.memory.write8(m.space.physical(AT + page * PAGE, true), value);
          if (m.shared) file[page] = value;
          else m.own[page] = value;
          break;
        case 3:
          fs.write(node.ino, page * PAGE, Uint8Array.of(value));
          k.shared.wrote(node, page * PAGE, Uint8Array.of(value));
          file[page] = value;
          break;
        case 4: {
          k.shared.flush(node, 0, PAGES * PAGE);
          expect(file.map((_, i) => fs.read(node.ino, i * PAGE, 1)[0])).toEqual(file);
          if (live.length < 10) live.push({ ...m, space: m.space.fork(k.nextId++)!, own: [...m.own] });
          break;
        }
        case 5:
          if (live.length > 2) {
            live = live.filter((one) => one !== m);
            m.space.destroy();
          }
          break;
      }
    }
    for (const m of live)
      for (let page = 0; page < PAGES; page++) expect(byteAt(m, page)).toBe(m.shared ? file[page] : (m.own[page] ?? file[page]));
    for (const m of live) m.space.destroy();
    expect(k.shared.list).toEqual([]);
    expect(file.map((_, i) => fs.read(node.ino, i * PAGE, 1)[0])).toEqual(file);
    expect(k.frames.free).toBe(free);
  });

  test('a file that is cut takes its pages along; who maps them keeps what he sees', () => {
    const { k, node, map } = world(),
      m = map(false),
      other = map(false);
    const byte = (one: Mapping, page: number): number => k.machine.memory.bytes[one.space.physical(AT + page * PAGE, false)]!;
    expect([byte(m, 0), byte(m, 3)]).toEqual([1, 4]);
    k.tree.fs(node.fs).truncate(node.ino, PAGE);
    k.shared.truncated(node, PAGE);
    expect(k.shared.list.filter((p) => !('cut' in p)).map((p) => p.offset)).toEqual([0]);
    expect(byte(m, 3)).toBe(4);
    expect(other.space.fault(AT + 3 * PAGE, false)).toBe('bus');
    k.tree.fs(node.fs).write(node.ino, 3 * PAGE, Uint8Array.of(9));
    k.shared.wrote(node, 3 * PAGE, Uint8Array.of(9));
    expect([byte(other, 3), byte(m, 3)]).toEqual([9, 4]);
    for (const one of [m, other]) one.space.destroy();
    expect(k.shared.list).toEqual([]);
  });
});

describe('a group that is full', () => {
  test.each([1, 2, 3])('gives clean pages of files back and reads them again (seed %i)', (seed) => {
    const MANY = 60,
      LIMIT = 40;
    const { k, map } = world(MANY, true),
      random = new Random(seed),
      g = k.control.make(k.control.tree.root, 'g');
    k.control.tree.root.subtreeControl = ['memory'];
    g.memory.max = LIMIT * PAGE;
    const live = [map(false), map(false)];
    k.control.onBehalf(g.path, () => {
      for (let n = 0; n < 1500; n++) {
        const m = live[random.below(live.length)]!,
          page = random.below(MANY),
          own = m.own.filter((one) => one !== null).length;
        // What a process has written is its own, and stays.
        const write = own < 4 && random.below(20) === 0;
        const at = m.space.physical(AT + page * PAGE, write);
        expect(at).toBeGreaterThan(0);
        if (write) k.machine.memory.write8(at, (m.own[page] = 100 + random.below(100)));
        else expect(k.machine.memory.bytes[at]).toBe(m.own[page] ?? page + 1);
        expect(g.memory.current).toBeLessThanOrEqual(LIMIT * PAGE);
        if (n !== 700) continue;
        const child = m.space.fork(k.nextId++)!;
        k.spaces.set(child.id, child);
        live.push({ ...m, space: child, own: [...m.own] });
      }
    });
    expect(g.memory.stolen).toBeGreaterThan(100);
    expect(g.memory.events).toMatchObject({ oom: 0, oom_kill: 0 });
    expect(g.memory.current).toBe(g.memory.mapped + g.memory.anonymous);
    for (const m of live) m.space.destroy();
    expect([g.memory.current, k.shared.list.length]).toEqual([0, 0]);
  });
});

/** Frames of the file pages that a room's first process maps, found by walking its page tables as the processor does. */
function filePages({ running }: Host, { c }: Room): Map<number, { frame: number; writable: boolean }> {
  const { kernel: k, machine } = running,
    space = k.spaceOf(k.processes.get(c.pid)!),
    result = new Map<number, { frame: number; writable: boolean }>();
  for (const r of space.regions.filter((one) => one.file))
    for (let at = r.start; at < r.end; at += PAGE) {
      const table = machine.memory.read32(space.directory + (at >>> 22) * 4) & ~4095,
        entry = table === 0 ? 0 : machine.memory.read32((table >>> 0) + ((at >>> 12) & 1023) * 4);
      if (entry & 1) result.set(at, { frame: (entry & ~4095) >>> 0, writable: (entry & 2) !== 0 });
    }
  return result;
}

/** A host on which somebody always computes, so that time goes in small steps. */
function busyHost(): Host {
  const h = host();
  room(h, 'clock', ['cpuhog', '10']);
  return h;
}

describe('containers of one image', () => {
  test('have one frame for each page of their program; the first pays', () => {
    const h = busyHost(),
      [a, b, c] = ['a', 'b', 'c'].map((id) => room(h, id, ['sleep', '5'])) as [Room, Room, Room];
    run(h, 0.1);
    const [pa, pb, pc] = [filePages(h, a), filePages(h, b), filePages(h, c)];
    const shared = [...pa].filter(([, one]) => !one.writable);
    expect(shared.length).toBeGreaterThan(0);
    for (const [at, { frame }] of shared) {
      expect(pb.get(at)?.frame).toBe(frame);
      expect(pc.get(at)?.frame).toBe(frame);
      expect(h.running.kernel.frames.references(frame)).toBe(4);
      expect(h.running.kernel.frames.payerOf(frame)).toBe(groupOf(h, a).id);
    }
    for (const [at, { frame, writable }] of pa) if (writable) expect(pb.get(at)?.frame).not.toBe(frame);
    expect(groupOf(h, a).memory.mapped).toBe(shared.length * PAGE);
    expect(groupOf(h, b).memory.mapped).toBe(0);
    expect(groupOf(h, a).memory.anonymous).toBe(groupOf(h, b).memory.anonymous);
  });

  test('the charge stays with the group that touched first while others map the page, and ends with the last mapping', () => {
    const h = busyHost(),
      a = room(h, 'a', ['sleep', '0.2']),
      b = room(h, 'b', ['sleep', '1']),
      { kernel } = h.running;
    run(h, 0.1);
    const charged = groupOf(h, a).memory.mapped,
      parent = kernel.control.tree.get('/strata')!,
      clock = kernel.control.tree.get('/strata/clock')!.memory;
    expect(charged).toBeGreaterThan(0);
    run(h, 0.3);
    expect(a.c.status).toBe('stopped');
    expect(groupOf(h, a).memory.current).toBe(charged);
    h.running.runtime.delete(a.c);
    expect(parent.memory.mapped).toBe(charged + clock.mapped);
    run(h, 1);
    expect(b.c.status).toBe('stopped');
    expect([parent.memory.mapped, parent.memory.current]).toEqual([clock.mapped, clock.current]);
    expect(kernel.shared.list.length * PAGE).toBe(clock.mapped);
  });

  test('what one changes in its layer the other does not see; a saved moment has the same frames', () => {
    const h = busyHost(),
      a = room(h, 'a', ['sh', '-c', 'cat /bin/echo > /tmp/e; echo changed > /bin/hostname; cat /bin/hostname; sleep 5']),
      b = room(h, 'b', ['sh', '-c', 'sleep 0.1; hostname; sleep 5']);
    run(h, 0.2);
    const saved = { machine: h.running.machine.checkpoint(), level: h.running.save() },
      before = filePages(h, b);
    run(h, 0.3);
    h.running.machine.restore(saved.machine);
    h.running.restore(saved.level);
    expect(filePages(h, b)).toEqual(before);
    expect(new TextDecoder().decode(h.running.consoleOf(a.tty).out.view())).toBe('changed\n');
    expect(new TextDecoder().decode(h.running.consoleOf(b.tty).out.view())).toBe('b\n');
  });
});
