/**
 * What the kernel needs for programs that do more than compute and print: paths, other processes, signals, sockets,
 * namespaces, file systems of all kinds. It comes late (bits/late.ts): rest.ts provides it.
 */
import { Late } from '../bits/late.ts';
import type { endPidNamespace, leaveNamespaces, namespacesForChild } from './ns/create.ts';
import type { leaveSemaphores } from './ipc/semqueue.ts';
import type { buildFileSystem } from './ns/systems.ts';
import type { interfaceIoctl } from './net/ioctl.ts';
import type { closeSocket, receiveOn } from './net/transfer.ts';
import type { wakeFutex } from './futex.ts';
import type { leaveRobust } from './robust.ts';
import type { confine, modeOf, setFilter, setStrict } from './seccomp.ts';
import type { reclaim } from './reclaim.ts';
import type { PTY } from './pty/late.ts';
import type { magicTarget } from './magiclinks.ts';
import type { rootProc } from './procfs.ts';
import type { altstackBytes, pushFrame, siginfo, stackFor } from './sigframe.ts';
import type { Kernel } from './kernel.ts';
import type { Seldom } from './seldom.ts';
import type { readSignals, waitingSignal } from './signalfd.ts';
import type { putGroups } from './sys/identity.ts';
import type { setTimes } from './sys/paths.ts';
import type { pipeSize } from './sys/events.ts';
import type { mayMap, mayResize, unsealed } from './seals.ts';
import type { fcntlMore, flock } from './sys/locking.ts';
import type { sendBytes } from './sys/messages.ts';
import type { Syscall } from './syscall.ts';

interface LateKernel {
  readonly makeSeldom: (k: Kernel) => Seldom;
  /** System calls by number, beside those of table.ts. */
  readonly calls: Readonly<Record<number, Syscall>>;
  readonly namespacesForChild: typeof namespacesForChild;
  readonly leaveNamespaces: typeof leaveNamespaces;
  readonly leaveSemaphores: typeof leaveSemaphores;
  readonly endPidNamespace: typeof endPidNamespace;
  readonly buildFileSystem: typeof buildFileSystem;
  readonly rootProc: typeof rootProc;
  readonly pty: typeof PTY;
  readonly magicTarget: typeof magicTarget;
  readonly reclaim: typeof reclaim;
  readonly confine: typeof confine;
  readonly seccomp: { readonly modeOf: typeof modeOf; readonly setFilter: typeof setFilter; readonly setStrict: typeof setStrict };
  readonly wakeFutex: typeof wakeFutex;
  readonly leaveRobust: typeof leaveRobust;
  readonly pushFrame: typeof pushFrame;
  readonly siginfo: typeof siginfo;
  readonly stackFor: typeof stackFor;
  readonly altstackBytes: typeof altstackBytes;
  readonly readSignals: typeof readSignals;
  readonly waitingSignal: typeof waitingSignal;
  readonly putGroups: typeof putGroups;
  readonly setTimes: typeof setTimes;
  readonly pipeSize: typeof pipeSize;
  readonly fcntlMore: typeof fcntlMore;
  readonly flock: typeof flock;
  readonly mayMap: typeof mayMap;
  readonly mayResize: typeof mayResize;
  readonly unsealed: typeof unsealed;
  readonly closeSocket: typeof closeSocket;
  readonly receiveOn: typeof receiveOn;
  readonly sendBytes: typeof sendBytes;
  readonly interfaceIoctl: typeof interfaceIoctl;
}

export const LATE = new Late<LateKernel>('kernel');
