/**
 * Timers of processes beside alarm: timer_create(2) and timerfd_create(2), on simulated time. Plain data by number.
 */
import type { Kernel } from './kernel.ts';
import { send, SIGALRM } from './signals.ts';

export interface Timer {
  readonly id: number;
  /** The process that gets the signal; 0: a timerfd, which counts only. */
  readonly owner: number;
  readonly signal: number;
  readonly value: number;
  /** Machine time at which it is due, null while disarmed; period, 0 for once. */
  readonly at: number | null;
  readonly interval: number;
  /** How often it ran out since it was read. */
  readonly expirations: number;
}

const SI_TIMER = -2;

export class Timers {
  private list = new Map<number, Timer>();
  private nextId = 0;

  create(owner: number, signal = SIGALRM, value = 0): number {
    const id = this.nextId++;
    this.list.set(id, { id, owner, signal, value, at: null, interval: 0, expirations: 0 });
    return id;
  }
  get(id: number): Timer | null {
    return this.list.get(id) ?? null;
  }
  set(id: number, at: number | null, interval: number): void {
    this.list.set(id, { ...this.list.get(id)!, at, interval, expirations: 0 });
  }
  /** How often it ran out; the count begins anew. */
  take(id: number): number {
    const timer = this.list.get(id)!;
    this.list.set(id, { ...timer, expirations: 0 });
    return timer.expirations;
  }
  remove(id: number): void {
    this.list.delete(id);
  }
  /** Timers of a process that ended or runs another program. */
  removeOf(owner: number): void {
    for (const t of this.list.values()) if (t.owner === owner) this.list.delete(t.id);
  }

  next(): number {
    let first = Infinity;
    for (const t of this.list.values()) if (t.at !== null && t.at < first) first = t.at;
    return first;
  }

  expire(k: Kernel): void {
    const { time } = k.machine;
    for (const t of this.list.values()) {
      if (t.at === null || time < t.at) continue;
      const times = t.interval > 0 ? 1 + Math.floor((time - t.at) / t.interval) : 1;
      this.list.set(t.id, { ...t, at: t.interval > 0 ? t.at + times * t.interval : null, expirations: t.expirations + times });
      k.changes++;
      const owner = t.owner === 0 ? undefined : k.processes.get(t.owner);
      if (owner && t.signal !== 0) send(k, owner, t.signal, { code: SI_TIMER, fields: [t.id, times - 1, t.value] });
    }
  }

  save(): { readonly list: readonly Timer[]; readonly nextId: number } {
    return { list: [...this.list.values()], nextId: this.nextId };
  }
  restore(saved: ReturnType<Timers['save']>): void {
    this.list = new Map(saved.list.map((t) => [t.id, t]));
    this.nextId = saved.nextId;
  }
}
