/**
 * Control groups at work: what the scheduler, fork, exit and whoever allocates ask of them. One object a kernel.
 *
 * Invariant: a task that is not a zombie is counted in exactly one group (and all above); every frame and every chunk of a
 * file in memory is charged to the group that touched it first, by number, until it is given back.
 */
import type { Plain } from '../../bits/plain.ts';
import { containmentCharge } from '../ns/costs.ts';
import type { Control } from '../contract.ts';
import { fail } from '../errno.ts';
import { PAGE, type Payer } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import { fatalPending, send, SIGKILL } from '../signals.ts';
import type { Process } from '../task.ts';
import * as cpu from './cpu.ts';
import { type Cgroup, childPath, GroupTree, ROOT_GROUP, within } from './group.ts';
import * as memory from './memory.ts';
import { isPopulated, mayHold, type Population } from './rules.ts';

interface Saved {
  readonly tree: ReturnType<GroupTree['save']>;
  readonly heirs: readonly (readonly [number, string])[];
  readonly slowed: readonly (readonly [number, number])[];
  readonly overHigh: readonly (readonly [number, number])[];
  readonly slices: readonly Run[];
  readonly throttles: readonly Run[];
  readonly waits: readonly Run[];
  readonly transfers: readonly (readonly [string, readonly [number, number]])[];
}

/** [from, to) of machine time that a group had the processor, or stood still. */
export interface Run {
  readonly group: string;
  readonly from: number;
  readonly to: number;
}
const MOST_RUNS = 4000;

/** Adds to a list that forgets its oldest half when it is full. */
function keep(list: Run[], run: Run): void {
  if (list.length >= 2 * MOST_RUNS) list.splice(0, MOST_RUNS);
  list.push(run);
}

export class Cgroups implements Control, Population {
  readonly tree = new GroupTree();
  private readonly k: Kernel;
  /** Groups that are gone and still have charges: the path that keeps them now. */
  private heirs = new Map<number, string>();
  /** Tasks above memory.high, and until when they wait. */
  private slowed = new Map<number, number>();
  /** Pages that a task has taken above memory.high since it was last looked at. */
  private overHigh = new Map<number, number>();
  /** The last one that the OOM killer chose; asked in the same moment only, so no part of a saved state. */
  private killed: { readonly pid: number; readonly sentence: string } | null = null;
  /** Bytes moved by read and write, by group. */
  private transfers = new Map<string, readonly [number, number]>();
  /** What the pictures show; the oldest go first. */
  readonly slices: Run[] = [];
  readonly throttles: Run[] = [];
  /** Stretches in which somebody of a group wanted to run and others did. */
  readonly waits: Run[] = [];

  /** Who pays for what is done on behalf of a task that does not run: the group's path. */
  private behalf: string | null = null;

  constructor(k: Kernel) {
    this.k = k;
  }

  group(path: string): Cgroup {
    return this.tree.get(path) ?? this.tree.root;
  }

  // ---- Control: the scheduler

  ran(p: Process, time: number, user: number): void {
    if (p.cgroup === ROOT_GROUP && this.tree.all().length === 1) {
      const { cpu: use } = this.tree.root;
      use.usage += time;
      use.user += user;
      return;
    }
    this.note(p.cgroup, this.k.machine.time - time, this.k.machine.time);
    this.noteWaits(p, this.k.machine.time - time, this.k.machine.time);
    for (const { group } of cpu.charge(this.k, this.tree, p, time, user)) {
      this.k.emit('throttle', () => ({ group: group.path, until: group.cpu.periodEnd }));
      containmentCharge(this.k, 'cgroup.throttle');
    }
  }

  private note(group: string, from: number, to: number): void {
    const last = this.slices.at(-1);
    if (last && last.group === group && last.to === from) this.slices[this.slices.length - 1] = { ...last, to };
    else keep(this.slices, { group, from, to });
  }

  private noteWaits(running: Process, from: number, to: number): void {
    const groups = new Set<string>();
    for (const q of this.k.processes.values())
      if (q !== running && q.state === 'runnable' && q.cgroup !== running.cgroup && this.mayRun(q)) groups.add(q.cgroup);
    for (const group of groups) {
      // The newest entries are the only ones that can still grow.
      let at = this.waits.length - 1;
      while (at >= 0 && this.waits.length - at < 128 && !(this.waits[at]!.group === group && this.waits[at]!.to >= from)) at--;
      if (this.waits.length - at >= 128) at = -1;
      if (at >= 0) this.waits[at] = { ...this.waits[at]!, to };
      else keep(this.waits, { group, from, to });
    }
  }

  mayRun(p: Process): boolean {
    if (p.cgroup === ROOT_GROUP) return true;
    return !cpu.isThrottled(this.tree, p.cgroup) && !this.isHeld(p) && !this.waitsForMemory(p);
  }
  /** Above memory.high, on its way back to its own code. */
  waitsForMemory(p: Process): boolean {
    return (this.slowed.get(p.pid) ?? 0) > this.k.machine.time;
  }
  /** Frozen, and no fatal signal ends it. */
  isHeld(p: Process): boolean {
    return p.cgroup !== ROOT_GROUP && this.isFrozen(p.cgroup) && !this.dying(p);
  }

  private dying(p: Process): boolean {
    return fatalPending(this.k, p) !== 0;
  }

  /** Periods that have ended by now are closed first. */
  due(): void {
    const { time } = this.k.machine;
    for (const g of this.tree.all()) {
      if (g.cpu.throttledSince === null || g.cpu.periodEnd > time) continue;
      keep(this.throttles, { group: g.path, from: g.cpu.throttledSince, to: g.cpu.periodEnd });
    }
    for (const { group } of cpu.endPeriods(this.k, this.tree)) {
      this.k.emit('unthrottle', () => ({ group: group.path }));
      containmentCharge(this.k, 'cgroup.period');
    }
    for (const [pid, until] of this.slowed) if (until <= time) this.slowed.delete(pid);
  }

  choose(candidates: readonly Process[]): Process | null {
    containmentCharge(this.k, 'cgroup.choose', Math.max(0, this.tree.all().length - 1) === 0 ? 0 : 1);
    return cpu.choose(this.k, this.tree, candidates);
  }

  nextChange(): number {
    let first = cpu.nextQuota(this.k, this.tree);
    for (const until of this.slowed.values()) first = Math.min(first, until);
    return first;
  }

  floor(p: Process): number {
    const others = [...this.k.processes.values()].filter((q) => q !== p && q.state === 'runnable' && this.mayRun(q));
    return cpu.floorOf(this.tree, p.cgroup, others);
  }
  pushesAside(current: Process, candidates: readonly Process[]): boolean {
    return cpu.pushesAside(this.k, this.tree, current, candidates);
  }

  // ---- Control: tasks

  mayFork(p: Process): boolean {
    const groups = this.tree.upwards(p.cgroup);
    const full = groups.find((g) => g.parent !== null && g.pids.current + 1 > g.pids.max && this.tree.has(g, 'pids'));
    if (full) {
      // The event is the group's whose fork failed, since Linux 6.? in the one whose limit it was; here as 6.1 has it.
      this.group(p.cgroup).pids.refused++;
      this.k.emit('pids', () => ({ group: full.path, max: full.pids.max }));
      return false;
    }
    this.countTask(p.cgroup, 1);
    return true;
  }
  ended(p: Process): void {
    this.countTask(p.cgroup, -1);
    this.slowed.delete(p.pid);
    this.overHigh.delete(p.pid);
  }
  /** The first process of the machine comes without fork. */
  began(p: Process): void {
    this.countTask(p.cgroup, 1);
  }

  private countTask(path: string, by: 1 | -1): void {
    for (const { pids } of this.tree.upwards(path)) {
      pids.current += by;
      pids.peak = Math.max(pids.peak, pids.current);
    }
    if (path !== ROOT_GROUP) containmentCharge(this.k, 'cgroup.count');
  }

  members(g: Cgroup): Process[] {
    return [...this.k.processes.values()].filter((p) => p.cgroup === g.path && p.state !== 'zombie');
  }
  tasks(g: Cgroup): number {
    return this.members(g).length;
  }

  /** Moves a whole process, or one thread within its domain. The checks of rights are the caller's. */
  move(p: Process, to: Cgroup, thread = false): void {
    mayHold(this.tree, this, to);
    if (thread && this.tree.domainOf(this.group(p.cgroup)) !== this.tree.domainOf(to)) fail('EOPNOTSUPP');
    for (const t of this.k.processes.values()) {
      if ((thread ? t !== p : t.tgid !== p.tgid) || t.cgroup === to.path) continue;
      const from = cpu.floorOf(this.tree, t.cgroup);
      if (t.state !== 'zombie' || t.pid === t.tgid) {
        this.countTask(t.cgroup, -1);
        this.countTask(to.path, 1);
      }
      t.cgroup = to.path;
      t.vruntime += cpu.floorOf(this.tree, to.path) - from;
    }
    containmentCharge(this.k, 'cgroup.move');
    this.k.emit('cgroup', () => ({ what: 'move', pid: p.pid, group: to.path }));
    this.k.woken = true;
  }

  // ---- directories

  make(parent: Cgroup, name: string): Cgroup {
    for (const [depth, g] of this.tree.upwards(parent.path).entries()) {
      if (depth + 1 > g.maxDepth || this.tree.below(g).length > g.maxDescendants) fail('EAGAIN');
    }
    const g = this.tree.add(parent, name, this.k.realTime());
    containmentCharge(this.k, 'cgroup.create');
    this.k.pressure.made(g.path);
    this.k.emit('cgroup', () => ({ what: 'create', group: g.path }));
    return g;
  }

  remove(g: Cgroup): void {
    if (g.parent === null) fail('EBUSY');
    if (this.tree.childrenOf(g).length > 0 || this.tasks(g) > 0) fail('EBUSY');
    this.heirs.set(g.id, g.parent);
    for (const [id, path] of this.heirs) if (path === g.path) this.heirs.set(id, g.parent);
    // Zombies of a group that is gone count for the one above.
    for (const p of this.k.processes.values()) if (p.cgroup === g.path) p.cgroup = g.parent;
    this.tree.remove(g);
    this.k.pressure.removed(g.path);
    this.k.emit('cgroup', () => ({ what: 'remove', group: g.path }));
  }

  // ---- freezing and killing

  isFrozen(path: string): boolean {
    return this.tree.upwards(path).some((g) => g.freeze);
  }
  freeze(g: Cgroup, on: boolean): void {
    if (g.freeze === on) return;
    g.freeze = on;
    this.k.woken = true;
    this.k.emit('freeze', () => ({ group: g.path, on }));
  }
  killAll(g: Cgroup): void {
    for (const b of this.tree.below(g)) for (const p of this.members(b)) if (p.pid === p.tgid) send(this.k, p, SIGKILL);
    this.k.emit('cgroup', () => ({ what: 'kill', group: g.path }));
  }
  /** Bytes read and written by tasks of the group and below. */
  io(path: string): { readonly read: number; readonly written: number } {
    let read = 0,
      written = 0;
    for (const [group, [r, w]] of this.transfers) {
      if (!within(group, path)) continue;
      read += r;
      written += w;
    }
    return { read, written };
  }
  transferred(p: Process, read: number, written: number): void {
    const [r, w] = this.transfers.get(p.cgroup) ?? [0, 0];
    this.transfers.set(p.cgroup, [r + read, w + written]);
  }

  /** Device rules, as a program attached to the group decides them on Linux: none above forbids it. */
  mayOpenDevice(p: Process, name: string): boolean {
    const [major] = name.split(':');
    return this.tree.upwards(p.cgroup).every(({ devices }) => devices === null || devices.includes(name) || devices.includes(`${major}:*`));
  }

  populated(g: Cgroup): boolean {
    return isPopulated(this.tree, this, g);
  }

  // ---- memory

  /** Pays for frames and for chunks of files in memory; answers the number of the group, -1 when it may have no more. */
  payer(kind: memory.MemoryKind): Payer {
    return {
      take: () => this.take(kind),
      give: (id, count) => memory.add(this.tree, this.pathOf(id), -count * PAGE, kind),
    };
  }

  /** What the action allocates is the group's. It gets no more than the group may have, and nobody is killed for it. */
  onBehalf<T>(path: string, action: () => T): T {
    const before = this.behalf;
    this.behalf = path;
    try {
      return action();
    } finally {
      this.behalf = before;
    }
  }

  /** The path of a group by its number; of one that is gone the group above that keeps its charges. */
  pathOf(id: number): string {
    return this.tree.byId(id)?.path ?? this.heirs.get(id) ?? ROOT_GROUP;
  }

  private take(kind: memory.MemoryKind): number {
    const p = this.behalf === null ? this.k.current : null,
      g = this.group(this.behalf ?? p?.cgroup ?? ROOT_GROUP);
    for (let full = memory.full(this.tree, g.path, PAGE); full !== null; full = memory.full(this.tree, g.path, PAGE)) {
      memory.count(this.tree, full, 'max');
      if (this.reclaim(full, memory.CLUSTER) > 0) continue;
      if (this.behalf !== null) return -1;
      if (!this.outOfMemory(full)) return -1;
      if (p !== null && (p.state === 'zombie' || this.dying(p))) return -1;
    }
    memory.add(this.tree, g.path, PAGE, kind);
    if (g.parent !== null) {
      containmentCharge(this.k, 'cgroup.page');
      if (p !== null) this.slow(p, g);
    }
    return g.id;
  }

  /** Takes pages of files back that can be read again; answers how many. The task that asks stands still meanwhile. */
  reclaim(g: Cgroup, pages: number): number {
    const { time } = this.k.machine,
      freed = LATE.get().reclaim(this.k, g, pages);
    if (this.k.current) this.k.pressure.stalled(this.k.current, this.k.machine.time - time);
    return freed;
  }

  private slow(p: Process, g: Cgroup): void {
    const over = this.tree.upwards(g.path).find((up) => up.parent !== null && up.memory.current > up.memory.high);
    if (!over) return;
    // Linux charges 64 pages at a time, and looks at the limit when they are used up.
    const pages = this.overHigh.get(p.pid) ?? 0;
    this.overHigh.set(p.pid, (pages + 1) % memory.BATCH);
    if (pages > 0) return;
    memory.count(this.tree, over, 'high');
    this.reclaim(over, Math.min(memory.BATCH, Math.ceil((over.memory.current - over.memory.high) / PAGE)));
    const seconds = memory.penalty(over);
    if (seconds <= 0) return;
    this.slowed.set(p.pid, this.k.machine.time + Math.round(seconds * this.k.machine.hz));
    // It waits on its way back to its own code (mem_cgroup_handle_over_high).
    if (p === this.k.current) this.k.sliceEnd = this.k.machine.deadline = this.k.machine.time;
  }

  /** The OOM killer inside a group (mem_cgroup_out_of_memory). False: there was nobody to kill. */
  outOfMemory(g: Cgroup): boolean {
    memory.count(this.tree, g, 'oom');
    const list = memory.victims(this.k, this.tree, g);
    const [first] = list.toSorted((a, b) => memory.badness(this.k, g, b) - memory.badness(this.k, g, a) || a.pid - b.pid);
    if (!first) return false;
    const whole = this.tree
      .upwards(first.cgroup)
      .filter((up) => up.parent !== null && within(up.path, g.path) && up.memory.oomGroup)
      .at(-1);
    if (whole) memory.count(this.tree, whole, 'oom_group_kill');
    for (const p of whole ? memory.victims(this.k, this.tree, whole) : [first]) this.killFor(g, p);
    return true;
  }

  private killFor(g: Cgroup, p: Process): void {
    memory.count(this.tree, this.group(p.cgroup), 'oom_kill');
    containmentCharge(this.k, 'cgroup.oom');
    this.k.emit('oom', () => ({ group: g.path, pid: p.pid, name: p.comm, max: g.memory.max }));
    const sentence = `Memory cgroup out of memory: process ${p.pid} (${p.comm}) was killed in ${g.path}, whose memory.max is ${g.memory.max}.`;
    this.killed = { pid: p.pid, sentence };
    // The task that is asking ends on its way out of the kernel; another one at once, so that its memory is free.
    if (p.tgid === this.k.current?.tgid) send(this.k, p, SIGKILL);
    else this.k.kill(p, SIGKILL, sentence);
  }

  /** In words why the task that asked for a page was killed, when it was for its group. */
  whyKilled(p: Process): string | null {
    return this.killed?.pid === p.pid ? this.killed.sentence : null;
  }

  /** Takes effect at once: what is beyond the new limit is killed for. */
  setMax(g: Cgroup, max: number): void {
    g.memory.max = max;
    if (g.memory.current > max) this.reclaim(g, Math.ceil((g.memory.current - max) / PAGE));
    for (let rounds = 0; g.memory.current > max && rounds < 64; rounds++) {
      if (!this.outOfMemory(g)) return;
      if (this.k.current !== null && this.dying(this.k.current)) return;
    }
  }

  save(): Plain {
    const saved: Saved = {
      tree: this.tree.save(),
      heirs: [...this.heirs],
      slowed: [...this.slowed],
      overHigh: [...this.overHigh],
      slices: this.slices.slice(),
      throttles: this.throttles.slice(),
      waits: this.waits.slice(),
      transfers: [...this.transfers],
    };
    return saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const s = state as unknown as Saved;
    this.tree.restore(s.tree);
    this.heirs = new Map(s.heirs);
    this.slowed = new Map(s.slowed);
    this.overHigh = new Map(s.overHigh);
    this.slices.splice(0, Infinity, ...s.slices);
    this.throttles.splice(0, Infinity, ...s.throttles);
    this.waits.splice(0, Infinity, ...s.waits);
    this.transfers = new Map(s.transfers);
  }
}

export const pathBelow = childPath;
