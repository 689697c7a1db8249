/** Signals: actions, masks, sending, waiting (the 64-bit masks of the rt_ calls; the old calls have 32 bits). */
import { get32, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type Process, type SignalAction } from '../task.ts';
import { deliverable, send, SIGKILL, sigreturn, SIGSTOP } from '../signals.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';

type Mask = readonly [number, number];
/** SIGKILL and SIGSTOP cannot be blocked. */
const blockable = ([low, high]: Mask): Mask => [low & ~((1 << (SIGKILL - 1)) | (1 << (SIGSTOP - 1))), high];
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
      mask: blockable([get32(b, 12), get32(b, 16)]),
    };
    if (action.handler === 0) delete p.signals.actions[signal];
    else p.signals.actions[signal] = action;
  }
  return 0;
}

function sigprocmask(p: Process, how: number, set: Mask): void {
  const old = p.signals.blocked;
  const next: Mask =
    how === 0 ? [old[0] | set[0], old[1] | set[1]] : how === 1 ? [old[0] & ~set[0], old[1] & ~set[1]] : how === 2 ? set : fail('EINVAL');
  p.signals.blocked = blockable(next);
}

function kill(k: Kernel, p: Process, pid: number, signal: number): number {
  if (signal < 0 || signal > 64) fail('EINVAL');
  const group = pid === 0 ? p.pgid : -pid;
  const targets = [...k.processes.values()].filter((q) => (pid > 0 ? q.pid === pid : pid === -1 ? q.pid !== p.pid : q.pgid === group));
  if (targets.length === 0) fail('ESRCH');
  const { uid, euid } = p.credentials;
  const allowed = targets.filter((q) => euid === 0 || [q.credentials.uid, q.credentials.suid].some((id) => id === uid || id === euid));
  if (allowed.length === 0) fail('EPERM');
  if (signal !== 0) for (const q of allowed) send(k, q, signal);
  return 0;
}

/** Waits with another mask; the old one comes back after the handler, by its frame. */
function sigsuspend(p: Process, mask: Mask, memory: unknown): number {
  if (memory === null) p.signals.blocked = blockable(mask);
  if (deliverable(p) !== 0) fail('EINTR');
  throw new Block({ kind: 'signal' }, 'waiting');
}

export const SIGNAL_CALLS: Family = {
  29: call('pause', '', () => {
    throw new Block({ kind: 'signal' }, 'waiting');
  }),
  37: call('kill', 'int signal', (k, p, [pid, signal]) => kill(k, p, pid!, signal!)),
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
    copyOut(k, p, at!, maskBytes(p.signals.pending));
    return 0;
  }),
  179: call('rt_sigsuspend', 'ptr size', (k, p, [at], memory) => sigsuspend(p, memory === null ? readMask(k, p, at!) : [0, 0], memory)),
  186: call('sigaltstack', 'ptr ptr', (k, p, [from, to]) => {
    // Handlers run on the ordinary stack: an alternative one is refused, and the answer says that none is set.
    if (from !== 0 && (read32(k, p, from! + 4) & 2) === 0) fail('ENOSYS');
    if (to !== 0) copyOut(k, p, to!, new StructWriter().u32(0).u32(2).u32(0).done());
    return 0;
  }),
  238: call('tkill', 'int signal', (k, p, [pid, signal]) => (pid! <= 0 ? fail('EINVAL') : kill(k, p, pid!, signal!))),
  270: call('tgkill', 'int int signal', (k, p, [group, pid, signal]) =>
    pid! <= 0 || group! <= 0 ? fail('EINVAL') : kill(k, p, pid!, signal!),
  ),
};
