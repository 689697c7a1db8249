/**
 * The tree of control groups (cgroup v2, Documentation/admin-guide/cgroup-v2.rst) as plain data: one record a directory, by
 * path. Tasks name the group that they are in by its path, which never changes while the group lives.
 *
 * Invariant: every record's parent is in the table; uses (memory, pids, processor time) count the group and all below it.
 * Left out: the controllers io, cpuset, hugetlb, rdma and misc.
 */
export type Controller = 'cpu' | 'memory' | 'pids';
export const CONTROLLERS: readonly Controller[] = ['cpu', 'memory', 'pids'];
/** Controllers that may compete with tasks of the group itself ("threaded controllers"). */
export const THREADED: readonly Controller[] = ['cpu', 'pids'];

export type MemoryEvent = 'low' | 'high' | 'max' | 'oom' | 'oom_kill' | 'oom_group_kill';
export const MEMORY_EVENTS: readonly MemoryEvent[] = ['low', 'high', 'max', 'oom', 'oom_kill', 'oom_group_kill'];

export interface Cgroup {
  readonly path: string;
  /** For inode numbers; never used twice. */
  readonly id: number;
  /** Path of the group above; null for the root. */
  readonly parent: string | null;
  subtreeControl: readonly Controller[];
  /** Shares the resources of the nearest group above that is not: its domain. */
  threaded: boolean;
  maxDepth: number;
  maxDescendants: number;
  freeze: boolean;
  /** Whether pressure is counted (cgroup.pressure). */
  pressure: boolean;
  /** Devices that tasks may open ('c 1:3', 'c 136:*'); null: all that permissions allow. */
  devices: readonly string[] | null;
  readonly born: number;
  /** Permissions and owners that were changed, by place of the file (0: the directory). */
  attributes: { readonly [place: number]: { readonly mode?: number; readonly uid?: number; readonly gid?: number } };

  readonly cpu: {
    weight: number;
    /** The nice value that was written last, for cpu.weight.nice; what is shown is derived from the weight. */
    idle: boolean;
    /** Microseconds a period; Infinity for no quota. */
    quota: number;
    period: number;
    /** What may be saved up beyond the quota, in microseconds; what there was after the last filling; and how often and how much was burst. */
    burst: number;
    filled: number;
    bursts: number;
    burstTime: number;
    /** Machine time used: all, and the part that tasks spent in their own code. */
    usage: number;
    user: number;
    periods: number;
    throttledPeriods: number;
    throttledTime: number;
    /** Machine time left in this period, negative when a task ran over; when it ends (Infinity: no timer runs). */
    left: number;
    periodEnd: number;
    usedThisPeriod: boolean;
    throttledSince: number | null;
    /** Among the siblings; and the smallest among its own members. */
    vruntime: number;
    floor: number;
    active: boolean;
  };
  /** Bytes. Infinity: no limit. */
  readonly memory: {
    min: number;
    low: number;
    high: number;
    max: number;
    swapMax: number;
    swapHigh: number;
    zswapMax: number;
    oomGroup: boolean;
    current: number;
    peak: number;
    anonymous: number;
    file: number;
    mapped: number;
    /** Pages looked at by reclaim, and taken back. */
    scanned: number;
    stolen: number;
    events: Readonly<Record<MemoryEvent, number>>;
    local: Readonly<Record<MemoryEvent, number>>;
  };
  readonly pids: { max: number; current: number; peak: number; refused: number };
}

const none = (): Readonly<Record<MemoryEvent, number>> => ({ low: 0, high: 0, max: 0, oom: 0, oom_kill: 0, oom_group_kill: 0 });

export function freshGroup(path: string, id: number, parent: string | null, born: number): Cgroup {
  return {
    path,
    id,
    parent,
    subtreeControl: [],
    threaded: false,
    maxDepth: Infinity,
    maxDescendants: Infinity,
    freeze: false,
    pressure: true,
    devices: null,
    born,
    attributes: {},
    cpu: {
      weight: 100,
      idle: false,
      quota: Infinity,
      period: 100_000,
      burst: 0,
      filled: 0,
      bursts: 0,
      burstTime: 0,
      usage: 0,
      user: 0,
      periods: 0,
      throttledPeriods: 0,
      throttledTime: 0,
      left: 0,
      periodEnd: Infinity,
      usedThisPeriod: false,
      throttledSince: null,
      vruntime: 0,
      floor: 0,
      active: false,
    },
    memory: {
      min: 0,
      low: 0,
      high: Infinity,
      max: Infinity,
      swapMax: Infinity,
      swapHigh: Infinity,
      zswapMax: Infinity,
      oomGroup: false,
      current: 0,
      peak: 0,
      anonymous: 0,
      file: 0,
      mapped: 0,
      scanned: 0,
      stolen: 0,
      events: none(),
      local: none(),
    },
    pids: { max: Infinity, current: 0, peak: 0, refused: 0 },
  };
}

/** The settings of a controller as they are when it comes to a group. What is counted stays. */
export function resetController(g: Cgroup, controller: Controller): void {
  const fresh = freshGroup(g.path, g.id, g.parent, g.born);
  if (controller === 'pids') g.pids.max = fresh.pids.max;
  else if (controller === 'cpu') {
    const { weight, idle, quota, period, burst, periods, throttledPeriods, throttledTime, bursts, burstTime, left } = fresh.cpu;
    Object.assign(g.cpu, { weight, idle, quota, period, burst, periods, throttledPeriods, throttledTime, bursts, burstTime, left });
    Object.assign(g.cpu, { throttledSince: null, periodEnd: Infinity, usedThisPeriod: false });
  } else {
    const { min, low, high, max, swapMax, swapHigh, zswapMax, oomGroup } = fresh.memory;
    Object.assign(g.memory, { min, low, high, max, swapMax, swapHigh, zswapMax, oomGroup });
  }
}

export const ROOT_GROUP = '/';

export class GroupTree {
  private groups = new Map<string, Cgroup>([[ROOT_GROUP, freshGroup(ROOT_GROUP, 1, null, 0)]]);
  private ids = new Map<number, Cgroup>([[1, this.groups.get(ROOT_GROUP)!]]);
  private next = 2;

  get root(): Cgroup {
    return this.groups.get(ROOT_GROUP)!;
  }
  get(path: string): Cgroup | undefined {
    return this.groups.get(path);
  }
  byId(id: number): Cgroup | undefined {
    return this.ids.get(id);
  }
  /** Parents before children. */
  all(): readonly Cgroup[] {
    return [...this.groups.values()];
  }

  parentOf(g: Cgroup): Cgroup | null {
    return g.parent === null ? null : this.groups.get(g.parent)!;
  }
  childrenOf(g: Cgroup): readonly Cgroup[] {
    return this.all().filter((c) => c.parent === g.path);
  }
  /** The group and all below it. */
  below(g: Cgroup): readonly Cgroup[] {
    return this.all().filter((c) => within(c.path, g.path));
  }
  /** The group and those above it, up to the root. */
  upwards(path: string): Cgroup[] {
    const result: Cgroup[] = [];
    for (let g: Cgroup | null = this.groups.get(path) ?? this.root; g !== null; g = this.parentOf(g)) result.push(g);
    return result;
  }

  add(parent: Cgroup, name: string, now: number): Cgroup {
    const g = freshGroup(childPath(parent.path, name), this.next++, parent.path, now);
    this.groups.set(g.path, g);
    this.ids.set(g.id, g);
    return g;
  }
  remove(g: Cgroup): void {
    this.groups.delete(g.path);
    this.ids.delete(g.id);
  }

  /** Controllers that the group has: those that the group above gives to its children; a threaded one only those that are threaded. */
  controllers(g: Cgroup): readonly Controller[] {
    const given = this.parentOf(g)?.subtreeControl ?? CONTROLLERS;
    return g.threaded ? given.filter((c) => THREADED.includes(c)) : given;
  }
  /** Where the resources of the group's tasks are accounted: itself, or the nearest above that is not threaded. */
  domainOf(g: Cgroup): Cgroup {
    return this.upwards(g.path).find((up) => !up.threaded)!;
  }
  has(g: Cgroup, controller: Controller): boolean {
    return g.parent !== null && this.controllers(g).includes(controller);
  }

  save(): { readonly groups: readonly Cgroup[]; readonly next: number } {
    return { groups: this.all().map(copyGroup), next: this.next };
  }
  restore(saved: ReturnType<GroupTree['save']>): void {
    this.groups = new Map(saved.groups.map((g) => [g.path, copyGroup(g)]));
    this.ids = new Map([...this.groups.values()].map((g) => [g.id, g]));
    this.next = saved.next;
  }
}

const copyGroup = (g: Cgroup): Cgroup => ({ ...g, cpu: { ...g.cpu }, memory: { ...g.memory }, pids: { ...g.pids } });

export const childPath = (path: string, name: string): string => (path === ROOT_GROUP ? `/${name}` : `${path}/${name}`);
export const within = (path: string, above: string): boolean => above === ROOT_GROUP || path === above || path.startsWith(`${above}/`);
/** A group's path as a cgroup namespace with this root shows it (cgroup_namespaces(7)). */
export function pathFrom(path: string, root: string): string {
  if (within(path, root)) return root === ROOT_GROUP ? path : path === root ? '/' : path.slice(root.length);
  let up = '',
    common = root;
  while (!within(path, common)) {
    common = common.slice(0, common.lastIndexOf('/')) || ROOT_GROUP;
    up += '/..';
  }
  const rest = path === common ? '' : common === ROOT_GROUP ? path : path.slice(common.length);
  return up + rest;
}
