/** Clocks, sleeping and timers, all on simulated time. Calls of the 32-bit and of the 64-bit time types. */
import { get32, get64, StructWriter } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { account } from '../fair.ts';
import { leaderOf } from '../groups.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type Process } from '../task.ts';
import type { CpuClock, Timer } from '../timers.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, reachable, write32 } from '../user.ts';
import type { Plain } from '../../bits/plain.ts';

const NANO = 1e9;

/** struct timespec to seconds. EINVAL for nanoseconds out of range. */
export function readTimespec32(k: Kernel, p: Process, at: number): number {
  const b = copyIn(k, p, at, 8);
  return checked(get32(b, 0), get32(b, 4));
}
export function readTimespec64(k: Kernel, p: Process, at: number): number {
  const b = copyIn(k, p, at, 16);
  return checked(get64(b, 0), get32(b, 8));
}

function checked(seconds: number, nanoseconds: number): number {
  if (seconds < 0 || nanoseconds < 0 || nanoseconds >= NANO) fail('EINVAL');
  return seconds + nanoseconds / NANO;
}

const split = (time: number): [number, number] => [Math.floor(time), Math.min(NANO - 1, Math.floor((time - Math.floor(time)) * NANO))];

export function timespec32(time: number): Uint8Array {
  const [s, ns] = split(time);
  return new StructWriter().u32(s).u32(ns).done();
}
export function timespec64(time: number): Uint8Array {
  const [s, ns] = split(time);
  return new StructWriter().u64(s).u64(ns).done();
}
export const timeval = (time: number): Uint8Array => {
  const [s, ns] = split(time);
  return new StructWriter()
    .u32(s)
    .u32(Math.floor(ns / 1000))
    .done();
};

/** Machine time at which a wait of `seconds` from now ends. */
export const sleepUntil = (k: Kernel, seconds: number): number => Math.ceil(k.machine.time + seconds * k.machine.hz);

const REALTIME = [0, 5, 11];

const PROCESS_CPUTIME = 2,
  THREAD_CPUTIME = 3;

/** Seconds that the clock shows. Those of processor time are of the caller. */
function clock(k: Kernel, id: number, p: Process | null = null): number {
  k.charge('clock');
  if (p && (id === PROCESS_CPUTIME || id === THREAD_CPUTIME)) {
    account(k);
    const tasks = id === THREAD_CPUTIME ? [p] : [...k.processes.values()].filter((t) => t.tgid === p.tgid);
    return tasks.reduce((sum, t) => sum + t.userTime + t.systemTime, 0) / k.machine.hz;
  }
  if (REALTIME.includes(id)) return k.realTime();
  if ([1, 2, 3, 4, 6, 7].includes(id)) return k.uptime();
  if (id >= 0 || p === null) return fail('EINVAL');
  const { cpu, of, owner } = cpuClock(k, p, id);
  return k.timers.now(k, { cpu, of, owner }) / k.machine.hz;
}

/** Whose processor time a negative clock id means: ~pid << 3, bit 2 for a thread, then 0 or 2 for all its time, 1 for its own code. */
export function cpuClock(k: Kernel, p: Process, id: number): { readonly cpu: CpuClock; readonly of: number; readonly owner: number } {
  if (id === PROCESS_CPUTIME || id === THREAD_CPUTIME) return { cpu: id === PROCESS_CPUTIME ? 'group' : 'task', of: p.pid, owner: p.tgid };
  if ((id & 3) === 3) fail('EINVAL');
  const pid = ~(id >> 3),
    target = pid === 0 ? p : (k.ns.byNumber(pid, p) ?? fail('EINVAL')),
    thread = (id & 4) !== 0;
  if (thread ? target.tgid !== p.tgid : target.tgid !== target.pid && pid !== 0) fail('EINVAL');
  return { cpu: thread ? 'task' : (id & 3) === 1 ? 'user' : 'group', of: target.pid, owner: target.tgid };
}

/** Sleeps until `until`; made again with it as `memory`. */
function sleep(k: Kernel, until: () => number, memory: unknown): number {
  const end = typeof memory === 'number' ? memory : until();
  if (k.machine.time >= end) return 0;
  throw new Block({ kind: 'until', time: end }, end);
}

const TIMER_ABSTIME = 1;

function clockSleep(k: Kernel, id: number, flags: number, seconds: () => number, memory: unknown): number {
  if (id === THREAD_CPUTIME) fail('EINVAL');
  return sleep(k, () => sleepUntil(k, flags & TIMER_ABSTIME ? Math.max(0, seconds() - clock(k, id)) : seconds()), memory);
}

/** A handler ended the sleep: what remained of it. */
const remaining =
  (at: number, write: (time: number) => Uint8Array, flags?: number) =>
  (k: Kernel, p: Process, args: readonly number[], memory: Plain): null => {
    if (typeof memory !== 'number' || args[at] === 0 || (flags !== undefined && args[flags]! & TIMER_ABSTIME)) return null;
    const physical = reachable(k, p, args[at]!, 16);
    if (physical > 0) copyOut(k, p, args[at]!, write(Math.max(0, (memory - k.machine.time) / k.machine.hz)));
    return null;
  };

function setTimer(k: Kernel, task: Process, first: number, interval: number): number {
  const p = leaderOf(k, task);
  const left = p.alarm ? (p.alarm.at - k.machine.time) / k.machine.hz : 0;
  p.alarm = first > 0 ? { at: sleepUntil(k, first), interval: Math.round(interval * k.machine.hz) } : null;
  k.timersChanged();
  return left;
}

function setitimer(k: Kernel, p: Process, which: number, from: number, to: number): number {
  const { interval } = currentTimer(k, p, which);
  const b = from === 0 ? new Uint8Array(16) : copyIn(k, p, from, 16);
  const value = (at: number): number => {
    const [seconds, micro] = [get32(b, at), get32(b, at + 4)];
    return seconds < 0 || micro < 0 || micro >= 1e6 ? fail('EINVAL') : seconds + micro / 1e6;
  };
  const [first, next] = [value(8), value(0)],
    left = which === 0 ? setTimer(k, p, first, next) : setCpuTimer(k, p, which, first, next);
  if (to !== 0) putTimer(k, p, to, interval, left);
  return 0;
}

interface Left {
  readonly interval: number;
  readonly left: number;
}
/** What remains of an interval timer, in seconds. */
function currentTimer(k: Kernel, p: Process, which: number): Left {
  const { hz } = k.machine;
  if (which === 0) {
    const { alarm } = leaderOf(k, p);
    return { interval: (alarm?.interval ?? 0) / hz, left: alarm ? (alarm.at - k.machine.time) / hz : 0 };
  }
  if (which !== 1 && which !== 2) return fail('EINVAL');
  const t = k.timers.intervalTimer(p.tgid, which);
  return { interval: (t?.interval ?? 0) / hz, left: t ? leftOf(k, t) / hz : 0 };
}
const leftOf = (k: Kernel, t: Timer): number => (t.at === null ? 0 : Math.max(1, t.at - k.timers.now(k, t)));

const SIGVTALRM = 26,
  SIGPROF = 27;

/** ITIMER_VIRTUAL counts the process's own instructions, ITIMER_PROF the kernel's work for it too. */
function setCpuTimer(k: Kernel, p: Process, which: number, first: number, interval: number): number {
  const { left } = currentTimer(k, p, which),
    { hz } = k.machine,
    itimer = which as 1 | 2;
  const id =
    k.timers.intervalTimer(p.tgid, itimer)?.id ??
    k.timers.create(p.tgid, which === 1 ? SIGVTALRM : SIGPROF, 0, { itimer, cpu: which === 1 ? 'user' : 'group' });
  const t = k.timers.get(id)!;
  k.timers.set(id, first > 0 ? k.timers.now(k, t) + Math.ceil(first * hz) : null, Math.round(interval * hz));
  k.timersChanged();
  return left;
}

function putTimer(k: Kernel, p: Process, at: number, interval: number, left: number): void {
  copyOut(k, p, at, timeval(interval));
  copyOut(k, p, at + 8, timeval(left));
}

function setClock(k: Kernel, p: Process, seconds: number): number {
  if (!capable(k, p, CAP.SYS_TIME)) fail('EPERM');
  k.clockOffset += seconds - k.realTime();
  return 0;
}
const setClockOf = (k: Kernel, p: Process, id: number, seconds: () => number): number =>
  id === 0 ? setClock(k, p, seconds()) : fail('EINVAL');

const put = (k: Kernel, p: Process, at: number, bytes: Uint8Array): number => {
  copyOut(k, p, at, bytes);
  return 0;
};

export const TIME_CALLS: Family = {
  13: call('time', 'ptr', (k, p, [at]) => {
    const now = Math.floor(clock(k, 0));
    if (at !== 0) write32(k, p, at!, now);
    return now;
  }),
  27: call('alarm', 'uint', (k, p, [seconds]) => Math.ceil(setTimer(k, p, seconds! >>> 0, 0))),
  43: call('times', 'ptr', (k, p, [at]) => {
    account(k);
    const ticks = (time: number): number => Math.floor((time / k.machine.hz) * 100);
    const group = [...k.processes.values()].filter((t) => t.tgid === p.tgid),
      [user, system] = leaderOf(k, p).childTime;
    const sum = (of: (t: Process) => number): number => ticks(group.reduce((all, t) => all + of(t), 0));
    if (at !== 0)
      copyOut(
        k,
        p,
        at!,
        new StructWriter()
          .u32(sum((t) => t.userTime))
          .u32(sum((t) => t.systemTime))
          .u32(ticks(user))
          .u32(ticks(system))
          .done(),
      );
    return ticks(k.machine.time);
  }),
  78: call('gettimeofday', 'ptr ptr', (k, p, [at, zone]) => {
    if (at !== 0) copyOut(k, p, at!, timeval(clock(k, 0)));
    if (zone !== 0) copyOut(k, p, zone!, new Uint8Array(8));
    return 0;
  }),
  25: call('stime', 'ptr', (k, p, [at]) => setClock(k, p, get32(copyIn(k, p, at!, 4), 0))),
  79: call('settimeofday', 'ptr ptr', (k, p, [at]) =>
    at === 0 ? 0 : setClock(k, p, get32(copyIn(k, p, at!, 8), 0) + get32(copyIn(k, p, at!, 8), 4) / 1e6),
  ),
  264: call('clock_settime', 'clock ptr', (k, p, [id, at]) => setClockOf(k, p, id!, () => readTimespec32(k, p, at!))),
  404: call('clock_settime64', 'clock ptr', (k, p, [id, at]) => setClockOf(k, p, id!, () => readTimespec64(k, p, at!))),
  104: call('setitimer', 'int ptr ptr', (k, p, [which, from, to]) => setitimer(k, p, which!, from!, to!)),
  105: call('getitimer', 'int ptr', (k, p, [which, at]) => {
    const { interval, left } = currentTimer(k, p, which!);
    putTimer(k, p, at!, interval, left);
    return 0;
  }),
  162: call(
    'nanosleep',
    'ptr ptr',
    (k, p, [at], memory) => sleep(k, () => sleepUntil(k, readTimespec32(k, p, at!)), memory),
    remaining(1, timespec32),
  ),
  265: call('clock_gettime', 'clock ptr', (k, p, [id, at]) => put(k, p, at!, timespec32(clock(k, id!, p)))),
  266: call('clock_getres', 'clock ptr', (k, p, [id, at]) => {
    clock(k, id!, p);
    return at === 0 ? 0 : put(k, p, at!, timespec32(1e-9));
  }),
  267: call(
    'clock_nanosleep',
    'clock int ptr ptr',
    (k, p, [id, flags, at], memory) => clockSleep(k, id!, flags!, () => readTimespec32(k, p, at!), memory),
    remaining(3, timespec32, 1),
  ),
  403: call('clock_gettime64', 'clock ptr', (k, p, [id, at]) => put(k, p, at!, timespec64(clock(k, id!, p)))),
  406: call('clock_getres_time64', 'clock ptr', (k, p, [id, at]) => {
    clock(k, id!, p);
    return at === 0 ? 0 : put(k, p, at!, timespec64(1e-9));
  }),
  407: call(
    'clock_nanosleep_time64',
    'clock int ptr ptr',
    (k, p, [id, flags, at], memory) => clockSleep(k, id!, flags!, () => readTimespec64(k, p, at!), memory),
    remaining(3, timespec64, 1),
  ),
};
