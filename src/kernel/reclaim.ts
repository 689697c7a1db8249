/**
 * Taking memory of a control group back when it is full: pages of files that nobody has written can be read again, so they leave the
 * page cache and all tables that show them; whoever touches one faults and reads it again. There is no swap, so a process's own pages
 * and files in memory stay. The oldest pages go first, of those that were not used since the last look.
 *
 * Invariant: the youngest pages stay, so that every instruction finds all that it needs at the same time.
 */
import { type Cgroup, type GroupTree, within } from './cgroup/group.ts';
import { count } from './cgroup/memory.ts';
import type { Kernel } from './kernel.ts';
import { type SharedPage, SHM_FS } from './shared.ts';
import type { AddressSpace } from './space.ts';

/** Pages of code and data that one instruction may need at once. */
const YOUNGEST = 8;
const ACCESSED = 0x20;

/** Pages that the group and those below pay for and could do without, the oldest first. */
function candidates(k: Kernel, tree: GroupTree, g: Cgroup, spared: (payer: Cgroup) => boolean): SharedPage[] {
  const pages = k.shared.list.filter(({ node, frame, written }) => {
    if (written || node.fs === SHM_FS || frame === k.frames.busy || k.frames.kindOf(frame) !== 'file') return false;
    const path = k.control.pathOf(k.frames.payerOf(frame));
    return within(path, g.path) && !spared(tree.get(path)!);
  });
  return pages.slice(0, Math.max(0, pages.length - YOUNGEST));
}

/** Gives back up to so many pages; answers how many there were. What memory.min guards stays, and what memory.low guards as long as there is other. */
export function reclaim(k: Kernel, g: Cgroup, pages: number): number {
  const { tree } = k.control;
  const guarded = (payer: Cgroup, by: 'min' | 'low'): boolean =>
    tree.upwards(payer.path).some((up) => up !== g && within(up.path, g.path) && up.memory.current <= up.memory[by]);
  let freed = 0;
  const take = (page: SharedPage): void => {
    const payer = tree.get(k.control.pathOf(k.frames.payerOf(page.frame)))!;
    if (!evict(k, page)) return;
    freed++;
    g.memory.stolen++;
    if (guarded(payer, 'low')) count(tree, payer, 'low');
  };
  for (const by of ['low', 'min'] as const) {
    const used: SharedPage[] = [];
    for (const page of candidates(k, tree, g, (payer) => guarded(payer, by))) {
      if (freed >= pages) return freed;
      g.memory.scanned++;
      // What was touched since the last look has a second chance.
      if (wasUsed(k, page)) used.push(page);
      else take(page);
    }
    for (const page of used) if (freed < pages) take(page);
  }
  return freed;
}

interface Entry {
  readonly space: AddressSpace;
  readonly linear: number;
  readonly at: number;
}

/** The entries of tables that show a page. */
function entriesOf(k: Kernel, page: SharedPage): Entry[] {
  const found: Entry[] = [],
    { memory } = k.machine;
  for (const space of k.spaces.values())
    for (const { start, end, file } of space.regions) {
      if (!file) continue;
      const node = k.tree.fs(file.node.fs).real?.(file.node.ino) ?? file.node,
        linear = start + page.offset - file.offset;
      if (node.fs !== page.node.fs || node.ino !== page.node.ino || linear < start || linear >= end) continue;
      const table = frameOf(memory.read32(space.directory + (linear >>> 22) * 4)),
        at = table + ((linear >>> 12) & 1023) * 4;
      if (table !== 0 && frameOf(memory.read32(at)) === page.frame) found.push({ space, linear, at });
    }
  return found;
}

/** Looks at the accessed bits, and takes them back (page_referenced). */
function wasUsed(k: Kernel, page: SharedPage): boolean {
  const { memory } = k.machine;
  let used = false;
  for (const { at } of entriesOf(k, page)) {
    const entry = memory.read32(at);
    k.charge('pagetable.entry');
    if ((entry & ACCESSED) === 0) continue;
    used = true;
    memory.write32(at, entry & ~ACCESSED);
  }
  return used;
}

/** Out of every table, and with the last entry out of the cache. */
function evict(k: Kernel, page: SharedPage): boolean {
  for (const { space, linear, at } of entriesOf(k, page)) {
    k.machine.memory.write32(at, 0);
    k.env.invalidate(space, linear);
    space.resident--;
    k.charge('pagetable.entry');
    k.frames.release(page.frame);
    k.charge('frame.free');
  }
  return k.shared.at(page.frame) === null;
}

const frameOf = (entry: number): number => (entry & ~0xfff) >>> 0;
