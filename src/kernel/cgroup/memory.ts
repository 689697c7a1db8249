/**
 * Memory of groups: every frame is charged to the group of the task that touched it first, and to all groups above, until it is
 * given back. At memory.max the kernel takes back what it can (reclaim.ts), else it kills inside the group; above memory.high it slows the
 * group down.
 */
import type { Kernel } from '../kernel.ts';
import { PAGE } from '../frames.ts';
import type { Process } from '../task.ts';
import type { Cgroup, GroupTree, MemoryEvent } from './group.ts';

/** A process's own pages; contents of files in memory; pages of files on a disk that are mapped. */
export type MemoryKind = 'anonymous' | 'file' | 'mapped';

export function count(tree: GroupTree, g: Cgroup, event: MemoryEvent): void {
  g.memory.local = { ...g.memory.local, [event]: g.memory.local[event] + 1 };
  for (const up of tree.upwards(g.path))
    if (up.parent !== null) up.memory.events = { ...up.memory.events, [event]: up.memory.events[event] + 1 };
}

/** The first group on the way up that has no room for `bytes` more; null when all have. */
export function full(tree: GroupTree, path: string, bytes: number): Cgroup | null {
  return tree.upwards(path).find((g) => g.parent !== null && g.memory.current + bytes > g.memory.max) ?? null;
}

/** Adds to (or with negative `bytes` takes from) the group and all above. */
export function add(tree: GroupTree, path: string, bytes: number, kind: MemoryKind): void {
  for (const g of tree.upwards(path)) {
    const { memory } = g;
    memory.current = Math.max(0, memory.current + bytes);
    memory[kind] = Math.max(0, memory[kind] + bytes);
    memory.peak = Math.max(memory.peak, memory.current);
  }
}

/** Processes in and below the group that could be killed. */
export function victims(k: Kernel, tree: GroupTree, g: Cgroup): Process[] {
  const paths = new Set(tree.below(g).map((b) => b.path));
  return [...k.processes.values()].filter(
    (p) => paths.has(p.cgroup) && p.state !== 'zombie' && p.pid === p.tgid && p.oomScoreAdjust > -1000,
  );
}

/** oom_badness: pages in use, moved by oom_score_adj as thousandths of what may be used at all. */
export function badness(k: Kernel, g: Cgroup, p: Process): number {
  const total = Math.min(g.memory.max, k.frames.total * PAGE) / PAGE;
  return (k.spaces.get(p.space)?.resident ?? 0) + (p.oomScoreAdjust * total) / 1000;
}

/** Pages that Linux charges at once (MEMCG_CHARGE_BATCH). */
export const BATCH = 64;
/** Pages that reclaim takes back at once (SWAP_CLUSTER_MAX). */
export const CLUSTER = 32;

/** Seconds that a task above memory.high has to wait for such a batch (mm/memcontrol.c, calculate_high_delay); 0 when too few to matter. */
export function penalty(g: Cgroup): number {
  const { high, current } = g.memory;
  if (current <= high) return 0;
  // HZ is 250 there; 2^20 and 2^14 are its precision and scaling shifts; no wait is longer than two seconds.
  const overage = Math.floor(((current - high) / Math.max(PAGE, high)) * 2 ** 20);
  const jiffies = Math.floor((overage * overage * 250) / 2 ** 20 / 2 ** 14);
  const seconds = Math.min(2, jiffies / 250);
  return seconds <= 0.01 ? 0 : seconds;
}
