/**
 * Processor time for groups: shares by weight, hierarchically (a group competes with its siblings and with the tasks of the
 * group above), and quotas: a group that has used up its quota stands still to the end of its period
 * (Documentation/scheduler/sched-bwc.rst).
 */
import { mayRun, weightOf } from '../fair.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { type Cgroup, type GroupTree, within } from './group.ts';

const NICE_0 = 1024;
/** Seconds: who slept comes back no further behind the others than this (half of CFS's latency). */
const SLEEPER = 0.003,
  WAKEUP = 0.001;

/** cpu.weight 100 is the weight of nice 0; cpu.idle that of SCHED_IDLE. */
const groupWeight = (g: Cgroup): number => (g.cpu.idle ? 3 : Math.max(2, Math.round((g.cpu.weight * NICE_0) / 100)));
export const microseconds = (k: Kernel, time: number): number => Math.floor((time / k.machine.hz) * 1e6);
const units = (k: Kernel, us: number): number => Math.round((us / 1e6) * k.machine.hz);

/** The groups that have a say over the task: those with the cpu controller, innermost first, then the root. */
function chain(tree: GroupTree, path: string): Cgroup[] {
  return tree.upwards(path).filter((g) => g.parent === null || tree.has(g, 'cpu'));
}

// ---- use and quota

export interface Ended {
  readonly group: Cgroup;
  readonly what: 'throttled' | 'unthrottled';
}

/** The task has run: use of its groups, virtual time of those with weights, and what is left of quotas. */
export function charge(k: Kernel, tree: GroupTree, p: Process, time: number, user: number): readonly Ended[] {
  const ended: Ended[] = [],
    now = k.machine.time;
  for (const g of tree.upwards(p.cgroup)) {
    g.cpu.usage += time;
    g.cpu.user += user;
    if (g.parent === null || !tree.has(g, 'cpu')) continue;
    g.cpu.vruntime += (time * NICE_0) / groupWeight(g);
    if (g.cpu.quota === Infinity) continue;
    startPeriod(k, g, now - time);
    g.cpu.left -= time;
    g.cpu.usedThisPeriod = true;
    if (g.cpu.left <= 0 && g.cpu.throttledSince === null) {
      g.cpu.throttledSince = now;
      ended.push({ group: g, what: 'throttled' });
    }
  }
  return ended;
}

function startPeriod(k: Kernel, g: Cgroup, from: number): void {
  if (g.cpu.periodEnd !== Infinity) return;
  g.cpu.periodEnd = from + units(k, g.cpu.period);
  g.cpu.usedThisPeriod = false;
}

/** Periods that are over: quotas are filled again, throttled groups go on. A period without use stops the timer. */
export function endPeriods(k: Kernel, tree: GroupTree): readonly Ended[] {
  const ended: Ended[] = [];
  for (const g of tree.all()) {
    const { cpu } = g;
    while (cpu.periodEnd <= k.machine.time) {
      const at = cpu.periodEnd,
        throttled = cpu.throttledSince !== null;
      cpu.periods++;
      refill(k, g);
      if (throttled) cpu.throttledPeriods++;
      else if (!cpu.usedThisPeriod) {
        cpu.periodEnd = Infinity;
        break;
      }
      cpu.periodEnd = at + units(k, cpu.period);
      cpu.usedThisPeriod = false;
      if (throttled && cpu.left > 0) {
        cpu.throttledTime += at - cpu.throttledSince!;
        cpu.throttledSince = null;
        ended.push({ group: g, what: 'unthrottled' });
      }
    }
  }
  return ended;
}

/** __refill_cfs_bandwidth_runtime: what was left stays as far as cpu.max.burst lets it; what was used beyond a quota is a burst. */
function refill(k: Kernel, { cpu }: Cgroup): void {
  const quota = units(k, cpu.quota),
    burst = cpu.filled - (Math.max(cpu.left, 0) + quota);
  if (burst > 0) {
    cpu.bursts++;
    cpu.burstTime += burst;
  }
  cpu.left = cpu.filled = Math.min(cpu.left + quota, quota + units(k, cpu.burst));
}

/** A new quota holds from now on. */
export function setQuota(k: Kernel, g: Cgroup, quota: number, period: number, burst = g.cpu.burst): void {
  const { cpu } = g;
  cpu.quota = quota;
  cpu.period = period;
  if (cpu.throttledSince !== null) cpu.throttledTime += k.machine.time - cpu.throttledSince;
  cpu.throttledSince = null;
  cpu.periodEnd = Infinity;
  cpu.burst = burst;
  if (quota === Infinity) cpu.left = cpu.filled = 0;
  else refill(k, g);
}

export const isThrottled = (tree: GroupTree, path: string): boolean => tree.upwards(path).some((g) => g.cpu.throttledSince !== null);

/** The next moment at which a quota changes something: a period's end, or the running task reaching the end of a quota. */
export function nextQuota(k: Kernel, tree: GroupTree): number {
  let first = Infinity;
  for (const g of tree.all()) first = Math.min(first, g.cpu.periodEnd);
  // A task that waits or stands still uses nothing up: the end of its quota is no moment to look forward to.
  if (k.current === null || !mayRun(k, k.current)) return first;
  for (const g of tree.upwards(k.current.cgroup)) {
    if (g.parent === null || g.cpu.quota === Infinity || !tree.has(g, 'cpu')) continue;
    first = Math.min(first, k.accounted.time + Math.max(1, Math.ceil(g.cpu.left)));
  }
  return first;
}

// ---- who is next

type Entity = {
  readonly vruntime: number;
  readonly weight: number;
  readonly group: Cgroup | null;
  readonly task: Process | null;
  readonly order: number;
};

/** Members of `g` on the scheduler's level: tasks whose innermost group it is, and the next groups with the controller. */
function entities(tree: GroupTree, g: Cgroup, candidates: readonly Process[]): Entity[] {
  const result: Entity[] = [],
    groups = new Set<Cgroup>();
  for (const p of candidates) {
    const c = chain(tree, p.cgroup),
      at = c.indexOf(g);
    if (at === 0) result.push({ vruntime: p.vruntime, weight: weightOf(p), group: null, task: p, order: p.pid });
    else if (at > 0) groups.add(c[at - 1]!);
  }
  for (const group of groups) result.push({ vruntime: group.cpu.vruntime, weight: groupWeight(group), group, task: null, order: group.id });
  return result;
}

const before = (a: Entity, b: Entity): boolean => a.vruntime < b.vruntime || (a.vruntime === b.vruntime && a.order < b.order);

/** From the root down, each time the member that has run least for its weight. */
export function choose(k: Kernel, tree: GroupTree, candidates: readonly Process[]): Process | null {
  place(k, tree, candidates);
  let g = tree.root;
  for (;;) {
    const members = entities(tree, g, candidates);
    if (members.length === 0) return null;
    const best = members.reduce((a, b) => (before(b, a) ? b : a));
    g.cpu.floor = Math.max(g.cpu.floor, best.vruntime);
    if (best.task) return best.task;
    g = best.group!;
  }
}

/** Groups that have somebody to run again come in near the others of their level. */
function place(k: Kernel, tree: GroupTree, candidates: readonly Process[]): void {
  const active = new Set(candidates.flatMap((p) => chain(tree, p.cgroup))),
    before = candidates.filter((p) => chain(tree, p.cgroup).every((g) => g.parent === null || g.cpu.active));
  for (const g of tree.all()) {
    if (active.has(g) && !g.cpu.active && g.parent !== null) {
      const above = chain(tree, g.path)[1] ?? tree.root;
      raiseFloor(tree, above, before);
      g.cpu.vruntime = Math.max(g.cpu.vruntime, above.cpu.floor - SLEEPER * k.machine.hz);
    }
    g.cpu.active = active.has(g);
  }
}

/** Who ran alone was not chosen again: the least virtual time of a level follows him before somebody is put beside him. */
function raiseFloor(tree: GroupTree, g: Cgroup, among: readonly Process[]): void {
  for (const { vruntime } of entities(tree, g, among)
    .toSorted((a, b) => a.vruntime - b.vruntime)
    .slice(0, 1))
    g.cpu.floor = Math.max(g.cpu.floor, vruntime);
}

/** The least virtual time among the group that the task is in: where a task that wakes or comes is put. */
export function floorOf(tree: GroupTree, path: string, others: readonly Process[] = []): number {
  const [g] = chain(tree, path);
  raiseFloor(
    tree,
    g!,
    others.filter((q) => within(q.cgroup, g!.path)),
  );
  return g!.cpu.floor;
}

/** Whether one of the candidates should push the running task aside, by the levels on which they differ. */
export function pushesAside(k: Kernel, tree: GroupTree, current: Process, candidates: readonly Process[]): boolean {
  const mine = chain(tree, current.cgroup);
  return candidates.some((p) => {
    const other = chain(tree, p.cgroup);
    const common = mine.find((g) => other.includes(g))!;
    const side = (list: readonly Cgroup[], task: Process): { vruntime: number; weight: number } => {
      const at = list.indexOf(common);
      return at === 0
        ? { vruntime: task.vruntime, weight: weightOf(task) }
        : { vruntime: list[at - 1]!.cpu.vruntime, weight: groupWeight(list[at - 1]!) };
    };
    const a = side(mine, current),
      b = side(other, p);
    return b.vruntime + (WAKEUP * k.machine.hz * NICE_0) / b.weight < a.vruntime;
  });
}
