/**
 * Signals on their way: queues, masks, stopping and continuing of groups, what a parent hears of its children (signal(7)).
 * Delivery is in delivery.ts, frames of handlers in sigframe.ts.
 */
import { wakeUp } from './fair.ts';
import { leaderOf, parentOf, threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { SIGCHLD, SIGCONT, SIGKILL, SIGSTOP } from './signal-names.ts';
import type { Bits64, Process, QueuedSignal, SignalAction } from './task.ts';

export * from './signal-names.ts';

export const IGNORED_BY_DEFAULT: readonly number[] = [17, 18, 23, 28],
  STOPPING: readonly number[] = [19, 20, 21, 22];
export const SIG_DFL = 0,
  SIG_IGN = 1;
export const SA_NOCLDSTOP = 1,
  SA_NOCLDWAIT = 2,
  SA_RESTART = 0x1000_0000;
/** si_code of a signal that kill sent, that tgkill sent, that the kernel made. */
export const SI_USER = 0,
  SI_TKILL = -6,
  SI_KERNEL = 0x80;
const FIRST_REALTIME = 32,
  MOST_QUEUED = 1024;

type Mask = Bits64;
export const bit = (n: number): Mask => (n <= 32 ? [1 << (n - 1), 0] : [0, 1 << (n - 33)]);
export const has = (mask: Mask, n: number): boolean => (mask[n <= 32 ? 0 : 1] & (1 << ((n - 1) & 31))) !== 0;
export const or = (a: Mask, b: Mask): Mask => [a[0] | b[0], a[1] | b[1]];
export const without = (a: Mask, b: Mask): Mask => [a[0] & ~b[0], a[1] & ~b[1]];
export const maskOf = (queue: readonly QueuedSignal[]): Mask => queue.reduce<Mask>((mask, q) => or(mask, bit(q.signal)), [0, 0]);
/** Everything that waits for the task, its group's included. */
export const pendingOf = (k: Kernel, p: Process): Mask => or(maskOf(p.signals.queue), maskOf(leaderOf(k, p).signals.shared));

/** Signals whose default action would write a core file. */
const DUMPING: readonly number[] = [3, 4, 5, 6, 7, 8, 11, 24, 25, 31];

/**
 * A signal that ends the task whatever it is doing, 0 for none: SIGKILL, and every other one that kills by default, writes no core and is
 * not blocked, because Linux turns it into SIGKILL as it is sent (complete_signal, sig_fatal). A tracer sees it first.
 */
export function fatalPending(k: Kernel, p: Process): number {
  const { queue, blocked, actions } = p.signals,
    { shared } = leaderOf(k, p).signals;
  if (queue.length === 0 && shared.length === 0) return 0;
  const fatal = ({ signal }: QueuedSignal): boolean =>
    signal === SIGKILL ||
    (!p.trace &&
      !has(blocked, signal) &&
      (actions[signal]?.handler ?? SIG_DFL) === SIG_DFL &&
      ![...IGNORED_BY_DEFAULT, ...STOPPING, ...DUMPING].includes(signal));
  return (queue.find(fatal) ?? shared.find(fatal))?.signal ?? 0;
}

/** What a signal of one's own doing carries: siginfo's code and address. */
export interface SignalInfo {
  readonly code: number;
  readonly address: number;
  readonly sentence: string;
  /** Words of siginfo behind the address, and si_errno. */
  readonly more?: readonly number[];
  readonly errno?: number;
}

const PLAIN: Omit<QueuedSignal, 'signal'> = { code: SI_KERNEL, fields: [] };
const FROM = (p: Process, code: number): Omit<QueuedSignal, 'signal'> => ({ code, fields: [p.tgid, p.credentials.uid] });

/** Makes a signal pending for one task; what is ignored vanishes at once. */
export function sendTask(k: Kernel, p: Process, signal: number, info: Omit<QueuedSignal, 'signal'> = PLAIN): void {
  if (p.state === 'zombie') return;
  prepare(k, p, signal);
  if (isIgnored(p, signal)) return;
  p.signals.queue = queued(p.signals.queue, { signal, ...info });
  k.charge('signal');
  notice(k, p, signal);
}

/** Makes a signal pending for the whole process that `p` belongs to. */
export function send(k: Kernel, p: Process, signal: number, info: Omit<QueuedSignal, 'signal'> = PLAIN): void {
  const leader = leaderOf(k, p),
    threads = threadsOf(k, leader);
  if (threads.length === 0) return;
  prepare(k, leader, signal);
  if (threads.every((t) => isIgnored(t, signal))) return;
  leader.signals.shared = queued(leader.signals.shared, { signal, ...info });
  k.charge('signal');
  const target =
    threads.find((t) => !has(t.signals.blocked, signal) && t.state !== 'stopped') ?? threads.find((t) => !has(t.signals.blocked, signal));
  if (target) notice(k, target, signal);
  else for (const t of threads) noticeWaiting(k, t);
}

/** As `send`, from another process. */
export function sendFrom(k: Kernel, from: Process, to: Process, signal: number): void {
  if (!shielded(k, from, to, signal)) send(k, to, signal, FROM(from, SI_USER));
}
export function sendTaskFrom(k: Kernel, from: Process, to: Process, signal: number): void {
  if (!shielded(k, from, to, signal)) sendTask(k, to, signal, FROM(from, SI_TKILL));
}

/** Process 1 of a pid namespace hears only what it handles; from outside also SIGKILL and SIGSTOP (pid_namespaces(7)). */
function shielded(k: Kernel, from: Process, to: Process, signal: number): boolean {
  const ns = k.ns.of(to, 'pid');
  if (ns.parent === null || ns.init !== to.tgid || (to.signals.actions[signal]?.handler ?? SIG_DFL) !== SIG_DFL) return false;
  const inside = k.ns.numberIn(ns.id, from.tgid) !== 0;
  return inside || (signal !== SIGKILL && signal !== SIGSTOP);
}

function queued(queue: readonly QueuedSignal[], one: QueuedSignal): readonly QueuedSignal[] {
  if (one.signal < FIRST_REALTIME && queue.some((q) => q.signal === one.signal)) return queue;
  return queue.length >= MOST_QUEUED ? queue : [...queue, one];
}

/** Stopping and continuing take each other's place (signal(7)); continuing happens even when SIGCONT is blocked or ignored. */
function prepare(k: Kernel, p: Process, signal: number): void {
  const gone = signal === SIGCONT ? STOPPING : STOPPING.includes(signal) ? [SIGCONT] : [];
  if (gone.length > 0) {
    const keep = (q: QueuedSignal): boolean => !gone.includes(q.signal);
    const leader = leaderOf(k, p);
    leader.signals.shared = leader.signals.shared.filter(keep);
    for (const t of threadsOf(k, p)) t.signals.queue = t.signals.queue.filter(keep);
  }
  if (signal === SIGCONT) continueGroup(k, p);
  if (signal === SIGKILL) for (const t of threadsOf(k, p)) if (t.state === 'stopped') t.state = t.blocked ? 'blocked' : 'runnable';
}

/** A blocked task whose signal can be delivered is woken; its call decides then what becomes of it. */
function notice(k: Kernel, p: Process, signal: number): void {
  if (p.state === 'blocked' && !has(p.signals.blocked, signal)) wakeUp(k, p);
  else noticeWaiting(k, p);
  k.signalled = true;
}

/** A blocked signal is what sigwait waits for: the call looks for itself whether it is one of its own. */
function noticeWaiting(k: Kernel, p: Process): void {
  // Somebody may wait for it with signalfd.
  k.changes++;
  if (p.state === 'blocked' && p.blocked?.wait.kind === 'signal') wakeUp(k, p);
}

/** Vanishes when it is sent. A blocked one stays: sigwait may take it. */
const isIgnored = (p: Process, signal: number): boolean => !has(p.signals.blocked, signal) && !isAwaited(p, signal) && ignores(p, signal);

/** rt_sigtimedwait, in its two forms, takes the mask away while it waits; what was blocked before is none the less not ignored. */
const SIGWAITS: readonly (number | undefined)[] = [177, 421];
const isAwaited = (p: Process, signal: number): boolean =>
  SIGWAITS.includes(p.blocked?.number) && p.signals.saved !== null && has(p.signals.saved, signal);

export function ignores(p: Process, signal: number): boolean {
  const handler = p.signals.actions[signal]?.handler ?? SIG_DFL;
  return handler === SIG_IGN || (handler === SIG_DFL && IGNORED_BY_DEFAULT.includes(signal));
}

/** SIGKILL and SIGSTOP cannot be blocked. */
export const unblockable = (mask: Mask): Mask => without(mask, [(1 << (SIGKILL - 1)) | (1 << (SIGSTOP - 1)), 0]);

/** Actions are alike in all tasks that share them. */
export function setAction(k: Kernel, p: Process, signal: number, action: SignalAction | null): void {
  for (const t of k.processes.values()) {
    if (t.sighand !== p.sighand) continue;
    if (action === null) delete t.signals.actions[signal];
    else t.signals.actions[signal] = action;
    if (ignores(t, signal)) t.signals.queue = t.signals.queue.filter((q) => q.signal !== signal);
  }
  const leader = leaderOf(k, p);
  if (ignores(p, signal)) leader.signals.shared = leader.signals.shared.filter((q) => q.signal !== signal);
}

// ---- stopping, going on, and what the parent hears

/** All threads stop where they are; a call that waits is kept. */
export function stopGroup(k: Kernel, p: Process, signal: number): void {
  const leader = leaderOf(k, p);
  for (const t of threadsOf(k, p)) if (t.state !== 'zombie') t.state = 'stopped';
  leader.report = { kind: 'stopped', signal };
  k.emit('stop', () => ({ pid: leader.pid, signal }));
  tellParent(k, leader, CLD_STOPPED, signal);
}

function continueGroup(k: Kernel, p: Process): void {
  const leader = leaderOf(k, p),
    stopped = threadsOf(k, p).filter((t) => t.state === 'stopped');
  if (stopped.length === 0) return;
  for (const t of stopped) {
    if (t.blocked) t.state = 'blocked';
    else wakeUp(k, t);
  }
  k.signalled = true;
  leader.report = { kind: 'continued', signal: SIGCONT };
  k.emit('continue', () => ({ pid: leader.pid }));
  tellParent(k, leader, CLD_CONTINUED, SIGCONT);
}

export const CLD_EXITED = 1,
  CLD_KILLED = 2,
  CLD_STOPPED = 5,
  CLD_CONTINUED = 6;

/** SIGCHLD, or what clone asked for, with siginfo of wait(2); and wait itself is woken. */
export function tellParent(k: Kernel, leader: Process, code: number, status: number): void {
  const parent = parentOf(k, leader);
  if (!parent) return;
  const ended = code === CLD_EXITED || code === CLD_KILLED;
  const quiet = !ended && ((parent.signals.actions[SIGCHLD]?.flags ?? 0) & SA_NOCLDSTOP) !== 0;
  const signal = ended ? leader.exitSignal : SIGCHLD;
  const ticks = (time: number): number => Math.floor((time / k.machine.hz) * 100);
  const fields = [leader.tgid, leader.credentials.uid, status, ticks(leader.userTime), ticks(leader.systemTime)];
  if (signal !== 0 && !quiet) send(k, parent, signal, { code, fields });
  for (const t of threadsOf(k, parent)) if (t.state === 'blocked' && t.blocked?.wait.kind === 'child') wakeUp(k, t);
}
