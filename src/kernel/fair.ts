/**
 * The fair scheduler: who runs next and for how long. Each task has a virtual run time that grows the slower the more weight
 * its nice value gives; the smallest runs. Weights are those of CFS (kernel/sched/core.c, sched_prio_to_weight), latency and
 * granularities its defaults on one processor.
 */
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';

/** By nice + 20. */
export const NICE_WEIGHTS: readonly number[] = [
  88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916, 9548, 7620, 6100, 4904, 3906, 3121, 2501, 1991, 1586, 1277, 1024,
  820, 655, 526, 423, 335, 272, 215, 172, 137, 110, 87, 70, 56, 45, 36, 29, 23, 18, 15,
];
const NICE_0 = 1024,
  IDLE_WEIGHT = 3,
  SCHED_IDLE = 5;
/** Seconds: every task that can run does so once in LATENCY, but for no less than GRANULARITY; a woken one must be WAKEUP behind to push in. */
const LATENCY = 0.006,
  GRANULARITY = 0.00075,
  WAKEUP = 0.001;

export const weightOf = (p: Process): number => (p.policy === SCHED_IDLE ? IDLE_WEIGHT : NICE_WEIGHTS[p.nice + 20]!);

/** What has been used since the last look goes to the running task; who waits from now on is counted as pressure. */
export function account(k: Kernel): void {
  giveOut(k);
  k.seldom?.pressure.look();
}

function giveOut(k: Kernel): void {
  const { machine, current } = k,
    retired = machine.retired - k.accounted.retired,
    time = machine.time - k.accounted.time;
  k.accounted = { retired: machine.retired, time: machine.time };
  if (current === null || time === 0) return;
  current.userTime += retired;
  current.systemTime += time - retired;
  current.vruntime += (time * NICE_0) / weightOf(current);
  k.control?.ran(current, time, retired);
}

export const mayRun = (k: Kernel, p: Process): boolean => p.state === 'runnable' && (k.control?.mayRun(p) ?? true);

/** Becomes runnable; who slept is not paid for the whole sleep (place_entity). */
export function wakeUp(k: Kernel, p: Process): void {
  p.state = 'runnable';
  p.vruntime = Math.max(p.vruntime, (k.control?.floor(p) ?? k.leastVruntime) - (LATENCY / 2) * k.machine.hz);
  k.woken = true;
}

/**
 * What a new task is behind the others by: the slice that it would have beside one other (place_entity, START_DEBIT). Linux counts
 * all that run; with one figure for all, tasks begin in the order in which they were made.
 */
export const startDebit = (k: Kernel, p: Process): number => ((LATENCY / 2) * k.machine.hz * NICE_0) / weightOf(p);

/** The runnable task with the smallest virtual run time; of equals the one with the smallest pid. */
export function chooseNext(k: Kernel): Process | null {
  if (k.control?.choose) return k.control.choose([...k.processes.values()].filter((p) => mayRun(k, p)));
  let best: Process | null = null;
  for (const p of k.processes.values()) {
    if (!mayRun(k, p)) continue;
    if (best === null || p.vruntime < best.vruntime || (p.vruntime === best.vruntime && p.pid < best.pid)) best = p;
  }
  if (best !== null) k.leastVruntime = Math.max(k.leastVruntime, best.vruntime);
  return best;
}

/** Machine time that the task may run before somebody else is asked; Infinity when nobody else wants to. */
export function sliceOf(k: Kernel, p: Process): number {
  let count = 0,
    total = 0;
  for (const q of k.processes.values()) {
    if (!mayRun(k, q)) continue;
    count++;
    total += weightOf(q);
  }
  if (count < 2) return Infinity;
  const period = Math.max(LATENCY, count * GRANULARITY) * k.machine.hz;
  return Math.max(Math.ceil((period * weightOf(p)) / total), Math.ceil(GRANULARITY * k.machine.hz));
}

/** Whether a task that was woken may push the running one aside. */
export function pushesAside(k: Kernel, current: Process): boolean {
  if (k.control)
    return k.control.pushesAside(
      current,
      [...k.processes.values()].filter((p) => p !== current && mayRun(k, p)),
    );
  for (const p of k.processes.values()) {
    if (p === current || !mayRun(k, p)) continue;
    if (p.vruntime + (WAKEUP * k.machine.hz * NICE_0) / weightOf(p) < current.vruntime) return true;
  }
  return false;
}

/** Whether somebody else wants to run. */
export function anyRunnable(k: Kernel, but: Process): boolean {
  for (const p of k.processes.values()) if (p !== but && mayRun(k, p)) return true;
  return false;
}
