/**
 * Pressure stall information (kernel/sched/psi.c, Documentation/accounting/psi.rst) for the machine and each control group: how long
 * some task, or every task that could have worked, waited for the processor or for memory; running averages over 10, 60 and 300
 * seconds in the kernel's own fixed-point arithmetic, folded every 2.004 seconds of simulated time.
 *
 * Invariant: a gauge's state holds from `since` on; its totals are true up to `since`. Looking never changes what is counted.
 * Left out: triggers (writing to a pressure file), the irq resource. No task ever waits for a disk, so io stays at zero.
 */
import type { Plain } from '../bits/plain.ts';
import { type Cgroup, ROOT_GROUP } from './cgroup/group.ts';
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';

export const RESOURCES = ['io', 'memory', 'cpu'] as const;
export type Resource = (typeof RESOURCES)[number];

/** some and full of each resource: bits of a state, places in the lists of a gauge. */
const STATES = 2 * RESOURCES.length;
const SOME = (of: Resource): number => 2 * RESOURCES.indexOf(of);
const MEM_SOME = 1 << SOME('memory'),
  MEM_FULL = MEM_SOME << 1,
  CPU_SOME = 1 << SOME('cpu'),
  CPU_FULL = CPU_SOME << 1;

/** PSI_FREQ: 2 * HZ + 1 ticks, with 250 a second. */
const PERIOD_SECONDS = 501 / 250;
/** 11 bits behind the point; exp(-2/10), exp(-2/60), exp(-2/300) in them (FIXED_1, EXP_10s, EXP_60s, EXP_300s). */
const FIXED_1 = 2048,
  DECAY: readonly number[] = [1677, 1981, 2034];

interface Gauge {
  /** Which states hold, since when (machine time), and the time spent in each before that. */
  states: number;
  since: number;
  readonly totals: number[];
  /** What had been counted when the averages were last folded, when that was due next, and the averages themselves, three a state. */
  readonly folded: number[];
  next: number;
  readonly averages: number[];
}

/** calc_load of the kernel: one step of an exponentially decaying average, rounded up while it rises. */
function decay(load: number, exp: number, active: number): number {
  const sum = load * exp + active * (FIXED_1 - exp);
  return Math.floor((active >= load ? sum + FIXED_1 - 1 : sum) / FIXED_1);
}

const QUIET: ReadonlyMap<string, number> = new Map();

const zeros = (n: number): number[] => new Array<number>(n).fill(0);
const fresh = (now: number, period: number): Gauge => ({
  states: 0,
  since: now,
  totals: zeros(STATES),
  folded: zeros(STATES),
  next: now + period,
  averages: zeros(3 * STATES),
});

const copy = (g: Gauge): Gauge => ({ ...g, totals: [...g.totals], folded: [...g.folded], averages: [...g.averages] });

export class Pressure {
  private readonly k: Kernel;
  private gauges = new Map<string, Gauge>();

  constructor(k: Kernel) {
    this.k = k;
    this.clear();
  }

  private get period(): number {
    return Math.round(PERIOD_SECONDS * this.k.machine.hz);
  }

  /** As at the start of the machine: alone, a task never waits, so nothing was missed before the first look. */
  clear(): void {
    this.gauges = new Map([[ROOT_GROUP, fresh(0, this.period)]]);
  }
  made(path: string): void {
    this.gauges.set(path, fresh(this.k.machine.time, this.period));
  }
  removed(path: string): void {
    this.gauges.delete(path);
  }

  /** What each group's tasks do now, from now on: called whenever the scheduler has given out the time so far. */
  look(): void {
    const now = this.k.machine.time,
      states = this.states();
    for (const [path, g] of this.gauges) {
      const is = states.get(path) ?? 0;
      if (is === g.states) continue;
      this.settle(g, now);
      g.states = is;
    }
  }

  /** psi_group_change, test_state: from who is ready, who runs and who waits for memory. */
  private states(): ReadonlyMap<string, number> {
    const { k } = this;
    const runs = (p: Process): boolean => p === k.current && k.control.mayRun(p);
    // Mostly nobody waits.
    let waits = false;
    for (const p of k.processes.values()) waits ||= p.state === 'runnable' && !runs(p);
    if (!waits) return QUIET;
    const counts = new Map<string, { ready: number; running: number; stalled: number }>();
    for (const p of k.processes.values()) {
      if (p.state !== 'runnable') continue;
      const stalled = k.control.waitsForMemory(p);
      if (!stalled && k.control.isHeld(p)) continue;
      const running = runs(p);
      for (const { path, pressure } of k.control.tree.upwards(p.cgroup)) {
        if (!pressure) continue;
        let c = counts.get(path);
        if (!c) counts.set(path, (c = { ready: 0, running: 0, stalled: 0 }));
        if (stalled) c.stalled++;
        else c.ready++;
        if (running) c.running++;
      }
    }
    const states = new Map<string, number>();
    for (const [path, { ready, running, stalled }] of counts) {
      const memory = stalled === 0 ? 0 : MEM_SOME | (ready === 0 ? MEM_FULL : 0);
      // Of the machine as a whole it is not defined what all would wait for: there is always somebody who has the processor.
      const cpu = ready <= running ? 0 : CPU_SOME | (running === 0 && path !== ROOT_GROUP ? CPU_FULL : 0);
      if ((memory | cpu) !== 0) states.set(path, memory | cpu);
    }
    return states;
  }

  /** The task that runs has just stood still for this long, while the kernel took memory back (psi_memstall_enter). */
  stalled(p: Process, time: number): void {
    if (time <= 0) return;
    const { tree } = this.k.control;
    for (const { path, pressure } of tree.upwards(p.cgroup)) {
      const g = this.gauges.get(path);
      if (!g || !pressure) continue;
      this.settle(g, this.k.machine.time);
      g.totals[SOME('memory')]! += time;
      // It stands for all when nobody else of the group is ready.
      if (g.states === 0) g.totals[SOME('memory') + 1]! += time;
    }
  }

  /** Counts up to `now`, folding the averages at the end of each period on the way. */
  private settle(g: Gauge, now: number): void {
    const { period } = this;
    while (g.next <= now) {
      this.count(g, g.next);
      const quiet = g.states === 0 && g.averages.every((n) => n === 0) && g.totals.every((n, i) => n === g.folded[i]);
      if (quiet) g.next += Math.max(1, Math.floor((now - g.next) / period)) * period;
      else {
        fold(g, period);
        g.next += period;
      }
    }
    this.count(g, now);
  }

  private count(g: Gauge, now: number): void {
    for (let s = 0; s < STATES; s++) if (g.states & (1 << s)) g.totals[s]! += now - g.since;
    g.since = now;
  }

  /** The two lines of a pressure file. */
  text(path: string, of: Resource): string {
    const kept = this.gauges.get(path);
    if (!kept) fail('ENODEV');
    const g = copy(kept);
    this.settle(g, this.k.machine.time);
    return ['some', 'full'].map((name, i) => line(name, g, SOME(of) + i, this.k.machine.hz)).join('');
  }

  private get isInitial(): boolean {
    const root = this.gauges.get(ROOT_GROUP)!;
    return this.gauges.size === 1 && root.states === 0 && root.totals.every((n) => n === 0);
  }
  save(): Plain {
    return this.isInitial ? null : ([...this.gauges].map(([path, g]) => [path, copy(g)]) as unknown as Plain);
  }
  restore(state: Plain): void {
    const saved = state as unknown as readonly (readonly [string, Gauge])[] | null;
    if (saved === null) this.clear();
    else this.gauges = new Map(saved.map(([path, g]) => [path, copy(g)]));
  }
}

/** calc_avgs: per cent of the period, whole ones. */
function fold(g: Gauge, period: number): void {
  for (let s = 0; s < STATES; s++) {
    const sample = Math.min(g.totals[s]! - g.folded[s]!, period);
    g.folded[s]! += sample;
    const active = Math.floor((sample * 100) / period) * FIXED_1;
    for (const [i, exp] of DECAY.entries()) g.averages[3 * s + i] = decay(g.averages[3 * s + i]!, exp, active);
  }
}

function line(name: string, g: Gauge, s: number, hz: number): string {
  const shown = [10, 60, 300].map((seconds, i) => {
    const load = g.averages[3 * s + i]!,
      hundredths = Math.floor(((load % FIXED_1) * 100) / FIXED_1);
    return `avg${seconds}=${Math.floor(load / FIXED_1)}.${String(hundredths).padStart(2, '0')}`;
  });
  return `${name} ${shown.join(' ')} total=${Math.floor((g.totals[s]! / hz) * 1e6)}\n`;
}

/** cgroup.pressure: counting stops, and begins again where it was. */
export function countPressure(k: Kernel, g: Cgroup, on: boolean): void {
  g.pressure = on;
  k.pressure.look();
}
