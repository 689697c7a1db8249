/**
 * Who may run: wait conditions of blocked calls, timers, and the next process in turn. Round robin now; weights and quotas of
 * control groups take their place in `chooseNext`.
 */
import type { Kernel } from './kernel.ts';
import { PIPE_SIZE } from './files.ts';
import type { Process, Wait } from './task.ts';
import { send, SIGALRM } from './signals.ts';

function isOver(k: Kernel, wait: Wait): boolean {
  switch (wait.kind) {
    case 'input':
      return k.console.ready;
    case 'until':
      return k.machine.time >= wait.time;
    case 'pipe': {
      const pipe = k.pipes.get(wait.pipe);
      if (!pipe) return true;
      return wait.end === 'read'
        ? pipe.bytes.length > 0 || pipe.writers === 0
        : PIPE_SIZE - pipe.bytes.length >= 4096 || pipe.readers === 0;
    }
    // Woken by FUTEX_WAKE, which ends the wait itself, or by time.
    case 'futex':
      return wait.until !== null && k.machine.time >= wait.until;
    case 'poll':
      return k.changes !== wait.seen || (wait.until !== null && k.machine.time >= wait.until);
    case 'signal':
      return false;
  }
}

function wakeTime(p: Process): number {
  const wait = p.blocked?.wait;
  const call = wait?.kind === 'until' ? wait.time : wait?.kind === 'futex' || wait?.kind === 'poll' ? (wait.until ?? Infinity) : Infinity;
  return Math.min(call, p.alarm?.at ?? Infinity);
}

/** Blocked processes whose condition holds become runnable; alarms that are due send their signal. */
export function wakeAll(k: Kernel): void {
  for (const p of k.processes.values()) {
    if (p.alarm && k.machine.time >= p.alarm.at) {
      p.alarm = p.alarm.interval > 0 ? { at: p.alarm.at + p.alarm.interval, interval: p.alarm.interval } : null;
      send(k, p, SIGALRM);
    }
    if (p.state === 'blocked' && p.blocked && isOver(k, p.blocked.wait)) p.state = 'runnable';
  }
}

/** The first time at which a timer changes something. */
export function earliestWake(k: Kernel): number {
  let first = Infinity;
  for (const p of k.processes.values()) if (p.state !== 'zombie') first = Math.min(first, wakeTime(p));
  return first;
}

/** The runnable process that comes after the current one in the order of pids. */
export function chooseNext(k: Kernel): Process | null {
  const last = k.current?.pid ?? 0;
  let first: Process | null = null,
    after: Process | null = null;
  for (const p of k.processes.values()) {
    if (p.state !== 'runnable') continue;
    if (first === null || p.pid < first.pid) first = p;
    if (p.pid > last && (after === null || p.pid < after.pid)) after = p;
  }
  return after ?? first;
}
