/**
 * Timers of processes beside alarm: timer_create(2), timerfd_create(2) and the two interval timers of processor time, on simulated
 * time. Plain data by number. A signal that still waits is not sent again: it counts how often its timer ran out meanwhile.
 */
import { account } from './fair.ts';
import { leaderOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { send, sendTask, SI_KERNEL, SIGALRM } from './signals.ts';
import type { Process, QueuedSignal } from './task.ts';

/** What a timer of processor time measures: a group's own instructions, all its time, or one task's. */
export type CpuClock = 'user' | 'group' | 'task';

export interface Timer {
  readonly id: number;
  /** The process that gets the signal; 0: a timerfd, which counts only. */
  readonly owner: number;
  readonly signal: number;
  readonly value: number;
  /** Time (of its clock, the machine's when it has none) at which it is due, null while disarmed; period, 0 for once. */
  readonly at: number | null;
  readonly interval: number;
  /** How often it ran out since it was read. */
  readonly expirations: number;
  /** What the last signal that was delivered said it had missed. */
  readonly overrun?: number;
  readonly cpu?: CpuClock;
  /** The thread that alone gets the signal (SIGEV_THREAD_ID); the one that is measured. */
  readonly task?: number;
  readonly of?: number;
  /** ITIMER_VIRTUAL or ITIMER_PROF: these outlive execve, and their signals come from the kernel. */
  readonly itimer?: 1 | 2;
  /** Absolute settings are of the wall's clock. */
  readonly wall?: boolean;
}

export const SI_TIMER = -2;

export class Timers {
  private list = new Map<number, Timer>();
  private nextId = 0;

  create(
    owner: number,
    signal = SIGALRM,
    value: number | null = 0,
    more: Pick<Timer, 'cpu' | 'task' | 'of' | 'itimer' | 'wall'> = {},
  ): number {
    const id = this.nextId++;
    this.list.set(id, { id, owner, signal, value: value ?? id, at: null, interval: 0, expirations: 0, ...more });
    return id;
  }
  get(id: number): Timer | null {
    return this.list.get(id) ?? null;
  }
  /** The interval timer of a process; null when it was never set. */
  intervalTimer(owner: number, which: 1 | 2): Timer | null {
    for (const t of this.list.values()) if (t.owner === owner && t.itimer === which) return t;
    return null;
  }
  set(id: number, at: number | null, interval: number): void {
    this.list.set(id, { ...this.list.get(id)!, at, interval, expirations: 0, overrun: 0 });
  }
  /** How often it ran out; the count begins anew. */
  take(id: number): number {
    const timer = this.list.get(id)!;
    this.list.set(id, { ...timer, expirations: 0 });
    return timer.expirations;
  }
  delivered(id: number, overrun: number): void {
    const timer = this.list.get(id);
    if (timer) this.list.set(id, { ...timer, overrun });
  }
  remove(id: number): void {
    this.list.delete(id);
  }
  /** Timers of a process that ended, or that runs another program. */
  removeOf(owner: number, ended = true): void {
    for (const t of this.list.values()) if (t.owner === owner && (ended || !t.itimer)) this.list.delete(t.id);
  }

  /** What its clock shows now, in units of machine time. */
  now(k: Kernel, t: Pick<Timer, 'cpu' | 'of' | 'owner'>): number {
    if (!t.cpu) return k.machine.time;
    account(k);
    let used = 0;
    for (const p of k.processes.values())
      if (t.cpu === 'task' ? p.pid === t.of : p.tgid === t.owner) used += t.cpu === 'user' ? p.userTime : p.userTime + p.systemTime;
    return used;
  }

  /** The machine time before which no timer runs out. Clocks of processor time go on only while their process runs. */
  next(k: Kernel): number {
    let first = Infinity;
    for (const t of this.list.values()) {
      if (t.at === null) continue;
      if (!t.cpu) first = Math.min(first, t.at);
      else if (this.measures(t, k.current)) first = Math.min(first, k.machine.time + Math.max(1, Math.ceil(t.at - this.now(k, t))));
    }
    return first;
  }
  private measures(t: Timer, p: Process | null): boolean {
    return p !== null && p.state === 'runnable' && (t.cpu === 'task' ? p.pid === t.of : p.tgid === t.owner);
  }

  expire(k: Kernel): void {
    for (const t of this.list.values()) {
      if (t.at === null) continue;
      const time = this.now(k, t);
      if (time < t.at) continue;
      const times = t.interval > 0 ? 1 + Math.floor((time - t.at) / t.interval) : 1;
      this.list.set(t.id, { ...t, at: t.interval > 0 ? t.at + times * t.interval : null, expirations: t.expirations + times });
      k.changes++;
      if (t.owner !== 0 && t.signal !== 0) this.notify(k, t, times);
    }
  }

  private notify(k: Kernel, t: Timer, times: number): void {
    const owner = k.processes.get(t.owner),
      task = t.task === undefined ? undefined : k.processes.get(t.task);
    if (!owner || (t.task !== undefined && task?.tgid !== owner.tgid)) return;
    if (t.itimer) return send(k, owner, t.signal, { code: SI_KERNEL, fields: [] });
    const waits = (q: QueuedSignal): boolean => q.code === SI_TIMER && q.fields[0] === t.id;
    const more = (q: QueuedSignal): QueuedSignal => (waits(q) ? { ...q, fields: [t.id, q.fields[1]! + times, t.value] } : q);
    const signals = task ? task.signals : leaderOf(k, owner).signals,
      queue = task ? signals.queue : signals.shared;
    if (queue.some(waits)) {
      if (task) signals.queue = queue.map(more);
      else signals.shared = queue.map(more);
      return;
    }
    const info = { code: SI_TIMER, fields: [t.id, times - 1, t.value] };
    if (task) sendTask(k, task, t.signal, info);
    else send(k, owner, t.signal, info);
  }

  save(): { readonly list: readonly Timer[]; readonly nextId: number } {
    return { list: [...this.list.values()], nextId: this.nextId };
  }
  restore(saved: ReturnType<Timers['save']>): void {
    this.list = new Map(saved.list.map((t) => [t.id, t]));
    this.nextId = saved.nextId;
  }
}
