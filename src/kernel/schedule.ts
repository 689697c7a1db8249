/**
 * When a blocked call may go on: conditions of waits, timers, and the earliest moment at which time alone changes something.
 * Who of those that can run does is decided in fair.ts.
 */
import { wakeUp } from './fair.ts';
import { pipeRoom } from './files.ts';
import type { Kernel } from './kernel.ts';
import { checkCpuTime, nextCpuLimit } from './rlimits.ts';
import { send, SIGALRM } from './signals.ts';
import { socketReady } from './net/ready.ts';
import type { Wait } from './task.ts';

const due = (k: Kernel, until: number | null): boolean => until !== null && k.machine.time >= until;

function isOver(k: Kernel, wait: Wait): boolean {
  switch (wait.kind) {
    case 'input':
      return k.ttys.get(wait.tty)?.ready ?? true;
    case 'until':
      return k.machine.time >= wait.time;
    case 'pipe': {
      const pipe = k.pipes.get(wait.pipe);
      if (!pipe) return true;
      return wait.end === 'read' ? pipe.bytes.length > 0 || pipe.writers === 0 : pipeRoom(pipe) >= 4096 || pipe.readers === 0;
    }
    case 'fifo': {
      const pipe = k.pipes.get(wait.pipe);
      return !pipe || pipe.opened !== wait.seen;
    }
    case 'poll':
      return k.changes !== wait.seen || due(k, wait.until);
    case 'tty':
      return k.changes !== wait.seen || due(k, wait.until);
    case 'lock':
      return k.changes !== wait.seen;
    case 'socket':
      return due(k, wait.until) || socketReady(k, wait.socket, wait.for, wait.least);
    // FUTEX_WAKE, a change of a semaphore, the child's end or a signal wakes the task itself; of these conditions only time is looked at here.
    case 'futex':
    case 'ipc':
    case 'signal':
      return due(k, wait.until);
    case 'child':
    case 'vfork':
      return false;
  }
}

function wakeTime(wait: Wait): number {
  switch (wait.kind) {
    case 'until':
      return wait.time;
    case 'futex':
    case 'ipc':
    case 'poll':
    case 'signal':
    case 'socket':
    case 'tty':
      return wait.until ?? Infinity;
    default:
      return Infinity;
  }
}

/** Blocked tasks whose condition holds become runnable; alarms that are due send their signal. */
export function wakeAll(k: Kernel): void {
  k.timers.expire(k);
  for (const p of k.processes.values()) {
    if (p.alarm && k.machine.time >= p.alarm.at) {
      p.alarm = p.alarm.interval > 0 ? { at: p.alarm.at + p.alarm.interval, interval: p.alarm.interval } : null;
      send(k, p, SIGALRM);
    }
    checkCpuTime(k, p);
    if (p.state === 'blocked' && p.blocked && isOver(k, p.blocked.wait)) wakeUp(k, p);
  }
  k.control?.due();
  k.seenChanges = k.changes;
}

/** The first time at which a timer changes something. */
export function earliestWake(k: Kernel): number {
  let first = Math.min(k.timers.next(k), k.control?.nextChange() ?? Infinity, nextCpuLimit(k));
  for (const p of k.processes.values()) {
    if (p.state === 'zombie') continue;
    if (p.alarm) first = Math.min(first, p.alarm.at);
    if (p.state === 'blocked' && p.blocked) first = Math.min(first, wakeTime(p.blocked.wait));
  }
  return first;
}
