/** Signals: actions, masks, sending, waiting (the 64-bit masks of the rt_ calls; the old calls have 32 bits). */
import { get32, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type Process, type SignalAction } from '../task.ts';
import { CAP, capableIn } from '../credentials.ts';
import { isLeader } from '../groups.ts';
import { ESP } from '../../isa/x86/state.ts';
import { altstackBytes, onAltstack, siginfo, sigreturn } from '../sigframe.ts';
import { dequeue } from '../delivery.ts';
import {
  has,
  pendingOf,
  send,
  sendFrom,
  sendTask,
  sendTaskFrom,
  setAction,
  SIGCONT,
  SIGKILL,
  SIGSTOP,
  unblockable,
  without,
} from '../signals.ts';
import { readTimespec32, readTimespec64, sleepUntil } from './time.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';

type Mask = readonly [number, number];
const readMask = (k: Kernel, p: Process, at: number): Mask => [read32(k, p, at), read32(k, p, at + 4)];
const maskBytes = (mask: Mask): Uint8Array => new StructWriter().u32(mask[0]).u32(mask[1]).done();

function sigaction(k: Kernel, p: Process, signal: number, from: number, to: number, size: number): number {
  if (size !== 8 || signal < 1 || signal > 64) fail('EINVAL');
  if (from !== 0 && (signal === SIGKILL || signal === SIGSTOP)) fail('EINVAL');
  const old = p.signals.actions[signal] ?? { handler: 0, flags: 0, restorer: 0, mask: [0, 0] };
  const b = from === 0 ? null : copyIn(k, p, from, 20);
  if (to !== 0)
    copyOut(k, p, to, new StructWriter().u32(old.handler).u32(old.flags).u32(old.restorer).u32(old.mask[0]).u32(old.mask[1]).done());
  if (b) {
    const action: SignalAction = {
      handler: get32(b, 0),
      flags: get32(b, 4),
      restorer: get32(b, 8),
      mask: unblockable([get32(b, 12), get32(b, 16)]),
    };
    setAction(k, p, signal, action.handler === 0 && action.flags === 0 ? null : action);
  }
  return 0;
}

function sigprocmask(p: Process, how: number, set: Mask): void {
  const old = p.signals.blocked;
  const next: Mask =
    how === 0 ? [old[0] | set[0], old[1] | set[1]] : how === 1 ? [old[0] & ~set[0], old[1] & ~set[1]] : how === 2 ? set : fail('EINVAL');
  p.signals.blocked = unblockable(next);
}

/** kill(2): the same user, or CAP_KILL; SIGCONT within one's session. */
function mayKill(k: Kernel, p: Process, q: Process, signal: number): boolean {
  const { uid, euid } = p.credentials,
    theirs = [q.credentials.uid, q.credentials.suid];
  return (
    theirs.includes(uid) ||
    theirs.includes(euid) ||
    capableIn(k, p, k.ns.idOf(q, 'user'), CAP.KILL) ||
    (signal === SIGCONT && p.sid === q.sid)
  );
}

function kill(k: Kernel, p: Process, pid: number, signal: number): number {
  if (signal < 0 || signal > 64) fail('EINVAL');
  const group = pid === 0 ? p.pgid : -pid;
  const named = pid > 0 ? k.processes.get(pid) : undefined;
  const targets = named
    ? [named]
    : [...k.processes.values()].filter(
        (q) =>
          isLeader(q) && (pid === -1 ? q.pid !== p.tgid && q.pid !== k.init && k.ns.numberOf(q.pid, p) > 1 : pid <= 0 && q.pgid === group),
      );
  if (targets.length === 0) fail('ESRCH');
  const allowed = targets.filter((q) => mayKill(k, p, q, signal));
  if (allowed.length === 0) fail('EPERM');
  if (signal !== 0) for (const q of allowed) sendFrom(k, p, q, signal);
  return 0;
}

function tgkill(k: Kernel, p: Process, group: number, pid: number, signal: number): number {
  if (pid <= 0 || group === 0 || signal < 0 || signal > 64) fail('EINVAL');
  const q = k.processes.get(pid);
  if (!q || (group > 0 && q.tgid !== group)) fail('ESRCH');
  if (!mayKill(k, p, q!, signal)) fail('EPERM');
  if (signal !== 0) sendTaskFrom(k, p, q!, signal);
  return 0;
}

/** rt_sigqueueinfo: the sender says what siginfo holds; only the kernel may claim to be the kernel. */
function queueInfo(k: Kernel, p: Process, q: Process | undefined, signal: number, at: number, whole: boolean): number {
  if (!q) return fail('ESRCH');
  const b = copyIn(k, p, at, 32),
    code = get32(b, 8);
  if (code >= 0 && q.tgid !== p.tgid) fail('EPERM');
  if (!mayKill(k, p, q, signal)) fail('EPERM');
  const info = { code, fields: [12, 16, 20].map((n) => get32(b, n)) };
  if (signal !== 0) (whole ? send : sendTask)(k, q, signal, info);
  return 0;
}

/** Waits with another mask; the old one comes back after the handler, by its frame. */
function sigsuspend(p: Process, mask: Mask, memory: unknown): number {
  if (memory === null) {
    p.signals.saved = p.signals.blocked;
    p.signals.blocked = unblockable(mask);
  }
  throw new Block({ kind: 'signal', until: null }, 'waiting');
}

/** rt_sigtimedwait: takes a pending signal of the set, waiting for one if need be. */
function sigwait(k: Kernel, p: Process, set: number, at: number, seconds: () => number | null, memory: unknown): number {
  const mask = readMask(k, p, set),
    waiting = pendingOf(k, p);
  for (let n = 1; n <= 64; n++) {
    if (!has(mask, n) || !has(waiting, n)) continue;
    if (memory !== null) restoreMask(p);
    const one = dequeue(k, p, n);
    if (at !== 0) copyOut(k, p, at, siginfo(k, p, one));
    return n;
  }
  if (memory === null) {
    const time = seconds();
    // While it waits, what it waits for must wake it.
    p.signals.saved = p.signals.blocked;
    p.signals.blocked = without(p.signals.blocked, mask);
    throw new Block({ kind: 'signal', until: time === null ? null : sleepUntil(k, time) }, 'waiting');
  }
  const { wait } = p.blocked!;
  if (wait.kind === 'signal' && wait.until !== null && k.machine.time >= wait.until) {
    restoreMask(p);
    return fail('EAGAIN');
  }
  throw new Block(wait, 'waiting');
}

function restoreMask(p: Process): void {
  p.signals.blocked = p.signals.saved ?? p.signals.blocked;
  p.signals.saved = null;
}

const SS_ONSTACK = 1,
  SS_DISABLE = 2,
  SS_AUTODISARM = 0x8000_0000 | 0,
  MINSIGSTKSZ = 2048;

function sigaltstack(k: Kernel, p: Process, from: number, to: number): number {
  const sp = k.personalities.get(p.pid)?.stackPointer(p) ?? k.registers(p)[ESP]! >>> 0;
  const old = altstackBytes(p, sp).done();
  if (from !== 0) {
    if (onAltstack(p, sp)) fail('EPERM');
    const [at, flags, size] = [read32(k, p, from), read32(k, p, from + 4), read32(k, p, from + 8)];
    const mode = flags & ~SS_AUTODISARM;
    if (mode !== 0 && mode !== SS_ONSTACK && mode !== SS_DISABLE) fail('EINVAL');
    if (mode !== SS_DISABLE && size >>> 0 < MINSIGSTKSZ) fail('ENOMEM');
    p.signals.altstack = mode === SS_DISABLE ? { at: 0, size: 0, flags: 0 } : { at, size, flags: flags & SS_AUTODISARM };
  }
  if (to !== 0) copyOut(k, p, to, old);
  return 0;
}

/** signal(2): a handler that is taken away by its first use, and does not block its signal. */
function signal(k: Kernel, p: Process, number: number, handler: number): number {
  if (number < 1 || number > 64 || number === SIGKILL || number === SIGSTOP) fail('EINVAL');
  const old = p.signals.actions[number]?.handler ?? 0;
  setAction(k, p, number, handler === 0 ? null : { handler, flags: 0xc000_0000 | 0, restorer: 0, mask: [0, 0] });
  return old;
}

/** sigaction of the old kind: a mask of one word, and the handler first. */
function oldSigaction(k: Kernel, p: Process, number: number, from: number, to: number): number {
  if (number < 1 || number > 64 || (from !== 0 && (number === SIGKILL || number === SIGSTOP))) fail('EINVAL');
  const old = p.signals.actions[number] ?? { handler: 0, flags: 0, restorer: 0, mask: [0, 0] };
  const b = from === 0 ? null : copyIn(k, p, from, 16);
  if (to !== 0) copyOut(k, p, to, new StructWriter().u32(old.handler).u32(old.mask[0]!).u32(old.flags).u32(old.restorer).done());
  if (b) setAction(k, p, number, { handler: get32(b, 0), mask: unblockable([get32(b, 4), 0]), flags: get32(b, 8), restorer: get32(b, 12) });
  return 0;
}

export const SIGNAL_CALLS: Family = {
  29: call('pause', '', () => {
    throw new Block({ kind: 'signal', until: null }, 'waiting');
  }),
  48: call('signal', 'signal ptr', (k, p, [number, handler]) => signal(k, p, number!, handler!)),
  67: call('sigaction', 'signal ptr ptr', (k, p, [number, from, to]) => oldSigaction(k, p, number!, from!, to!)),
  68: call('sgetmask', '', (_k, p) => p.signals.blocked[0]),
  69: call('ssetmask', 'int', (_k, p, [mask]) => {
    const old = p.signals.blocked[0];
    p.signals.blocked = unblockable([mask!, 0]);
    return old;
  }),
  72: call('sigsuspend', 'int int int', (_k, p, [, , mask], memory) => sigsuspend(p, [mask!, 0], memory)),
  73: call('sigpending', 'ptr', (k, p, [at]) => {
    write32(k, p, at!, pendingOf(k, p)[0] & p.signals.blocked[0]);
    return 0;
  }),
  37: call('kill', 'pid signal', (k, p, [pid, signal]) => kill(k, p, pid!, signal!)),
  119: call('sigreturn', '', (k, p) => sigreturn(k, p, false)),
  126: call('sigprocmask', 'int ptr ptr', (k, p, [how, from, to]) => {
    const old = p.signals.blocked;
    if (from !== 0) sigprocmask(p, how!, [read32(k, p, from!), how === 2 ? old[1] : 0]);
    if (to !== 0) write32(k, p, to!, old[0]);
    return 0;
  }),
  173: call('rt_sigreturn', '', (k, p) => sigreturn(k, p, true)),
  174: call('rt_sigaction', 'signal ptr ptr size', (k, p, [signal, from, to, size]) => sigaction(k, p, signal!, from!, to!, size!)),
  175: call('rt_sigprocmask', 'int ptr ptr size', (k, p, [how, from, to, size]) => {
    if (size !== 8) fail('EINVAL');
    const old = p.signals.blocked;
    if (from !== 0) sigprocmask(p, how!, readMask(k, p, from!));
    if (to !== 0) copyOut(k, p, to!, maskBytes(old));
    return 0;
  }),
  176: call('rt_sigpending', 'ptr size', (k, p, [at]) => {
    const pending = pendingOf(k, p);
    copyOut(k, p, at!, maskBytes([pending[0] & p.signals.blocked[0], pending[1] & p.signals.blocked[1]]));
    return 0;
  }),
  179: call('rt_sigsuspend', 'ptr size', (k, p, [at], memory) => sigsuspend(p, memory === null ? readMask(k, p, at!) : [0, 0], memory)),
  177: call('rt_sigtimedwait', 'ptr ptr ptr size', (k, p, [set, at, time], memory) =>
    sigwait(k, p, set!, at!, () => (time === 0 ? null : readTimespec32(k, p, time!)), memory),
  ),
  178: call('rt_sigqueueinfo', 'pid signal ptr', (k, p, [pid, signal, at]) => queueInfo(k, p, k.processes.get(pid!), signal!, at!, true)),
  186: call('sigaltstack', 'ptr ptr', (k, p, [from, to]) => sigaltstack(k, p, from!, to!)),
  238: call('tkill', 'pid signal', (k, p, [pid, signal]) => tgkill(k, p, -1, pid!, signal!)),
  270: call('tgkill', 'pid pid signal', (k, p, [group, pid, signal]) =>
    group! <= 0 ? fail('EINVAL') : tgkill(k, p, group!, pid!, signal!),
  ),
  335: call('rt_tgsigqueueinfo', 'pid pid signal ptr', (k, p, [, pid, signal, at]) =>
    queueInfo(k, p, k.processes.get(pid!), signal!, at!, false),
  ),
  421: call('rt_sigtimedwait_time64', 'ptr ptr ptr size', (k, p, [set, at, time], memory) =>
    sigwait(k, p, set!, at!, () => (time === 0 ? null : readTimespec64(k, p, time!)), memory),
  ),
};
