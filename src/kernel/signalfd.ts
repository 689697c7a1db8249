/**
 * signalfd(2): a file from which a process reads the signals that wait for it. Whose they are is the reader's question: the file has
 * only the set. Whoever waits here is woken when a blocked signal is sent.
 */
import { get32, StructWriter } from '../bits/bytes.ts';
import { dequeue } from './delivery.ts';
import { fail } from './errno.ts';
import { addFile, fileOf, install, O_CLOEXEC, O_NONBLOCK, O_RDWR } from './files.ts';
import type { Kernel } from './kernel.ts';
import { has, pendingOf, SIGCHLD, unblockable, without } from './signals.ts';
import { siginfo } from './sigframe.ts';
import { Block, type Bits64, type OpenFile, type Process, type QueuedSignal } from './task.ts';
import { SI_TIMER } from './timers.ts';
import { copyIn } from './user.ts';

const SIZE = 128,
  SI_QUEUE = -1;

/** sizemask 8 as for all calls with sets of signals; fd -1 makes a file, another changes the set of one. */
export function signalfd(k: Kernel, p: Process, fd: number, at: number, size: number, flags: number): number {
  if (size !== 8 || flags & ~(O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  const b = copyIn(k, p, at, 8),
    mask = unblockable([get32(b, 0), get32(b, 4)]);
  if (fd === -1) {
    const file = addFile(k, { kind: 'signalfd', mask, path: 'anon_inode:[signalfd]', flags: O_RDWR | (flags & O_NONBLOCK) });
    return install(k, p, file, (flags & O_CLOEXEC) !== 0);
  }
  const file = fileOf(k, p, fd);
  if (file.kind !== 'signalfd') fail('EINVAL');
  file.mask = mask;
  k.changes++;
  return fd;
}

/** The lowest of the set that waits for the process; 0 for none. */
export function waitingSignal(k: Kernel, p: Process, mask: Bits64): number {
  const pending = pendingOf(k, p),
    [low, high] = without(pending, without(pending, mask));
  if (low === 0 && high === 0) return 0;
  for (let n = 1; n <= 64; n++) if (has(pending, n) && has(mask, n)) return n;
  return 0;
}

export function readSignals(k: Kernel, file: OpenFile, length: number): Uint8Array {
  const p = k.current!,
    mask = file.mask ?? [0, 0],
    w = new StructWriter();
  let count = 0;
  for (; (count + 1) * SIZE <= length; count++) {
    const signal = waitingSignal(k, p, mask);
    if (signal === 0) break;
    record(k, p, dequeue(k, p, signal), w);
    w.pad((count + 1) * SIZE);
  }
  if (length < SIZE) fail('EINVAL');
  if (count === 0) {
    if (file.flags & O_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'poll', seen: k.changes, until: null, input: false }, 'waiting');
  }
  return w.done();
}

/** struct signalfd_siginfo from siginfo_t, by the kind of signal (signalfd_copyinfo). */
function record(k: Kernel, p: Process, one: QueuedSignal, w: StructWriter): void {
  const info = siginfo(k, p, one),
    word = (n: number): number => get32(info, n * 4);
  const child = one.signal === SIGCHLD && one.code > 0,
    timer = one.code === SI_TIMER,
    fault = one.code > 0 && one.code !== 0x80 && !child,
    sender = child || (one.code <= 0 && !timer);
  w.u32(one.signal).u32(0).u32(one.code);
  w.u32(sender ? word(3) : 0).u32(sender ? word(4) : 0);
  w.u32(0).u32(timer ? word(3) : 0);
  w.u32(0).u32(timer ? word(4) : 0);
  w.u32(0).u32(child ? word(5) : 0);
  const value = timer || one.code === SI_QUEUE ? word(5) : 0;
  w.u32(value).u64(value >>> 0);
  w.u64(child ? word(6) : 0).u64(child ? word(7) : 0);
  w.u64(fault ? word(3) >>> 0 : 0);
}
