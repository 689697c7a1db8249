/** Loading this module provides what the kernel loads late (late.ts). */
import { wakeFutex } from './futex.ts';
import { leaveRobust } from './robust.ts';
import { LATE } from './late.ts';
import { Seldom } from './seldom.ts';
import { NAMESPACE_CALLS } from './ns/calls.ts';
import { endPidNamespace, leaveNamespaces, namespacesForChild } from './ns/create.ts';
import { buildFileSystem } from './ns/systems.ts';
import { interfaceIoctl } from './net/ioctl.ts';
import { closeSocket, receiveOn } from './net/transfer.ts';
import { IPC_CALLS } from './ipc/calls.ts';
import { leaveSemaphores } from './ipc/semqueue.ts';
import { ADMIN_CALLS } from './sys/admin.ts';
import { EVENT_CALLS, pipeSize } from './sys/events.ts';
import { POLL_CALLS } from './sys/poll.ts';
import { PROGRAM_CALLS } from './sys/programs.ts';
import { PTRACE_CALLS } from './sys/ptrace.ts';
import { NARROW_CALLS } from './sys/narrow.ts';
import { MAPPING_CALLS } from './sys/mapping.ts';
import { mayMap, mayResize, unsealed } from './seals.ts';
import { SCHEDULING_CALLS } from './sys/scheduling.ts';
import { SPLICING_CALLS } from './sys/splicing.ts';
import { SIGNAL_CALLS } from './sys/signals.ts';
import { fcntlMore, flock } from './sys/locking.ts';
import { sendBytes } from './sys/messages.ts';
import { SOCKET_CALLS } from './sys/sockets.ts';
import { WAIT_CALLS } from './sys/wait.ts';
import { IDENTITY_CALLS, putGroups } from './sys/identity.ts';
import { INFO_CALLS } from './sys/info.ts';
import { INOTIFY_CALLS } from './sys/inotify.ts';
import { OPEN_CALLS } from './sys/opening.ts';
import { PATH_CALLS, setTimes } from './sys/paths.ts';
import { DIRECTORY_CALLS } from './sys/directories.ts';
import { STAT_CALLS } from './sys/stat.ts';
import { TIME_CALLS } from './sys/time.ts';
import { PTY } from './pty/late.ts';
import { magicTarget } from './magiclinks.ts';
import { reclaim } from './reclaim.ts';
import { confine, modeOf, setFilter, setStrict } from './seccomp.ts';
import { rootProc } from './procfs.ts';
import { altstackBytes, pushFrame, siginfo, stackFor } from './sigframe.ts';
import { readSignals, waitingSignal } from './signalfd.ts';
import { merge } from './syscall.ts';

LATE.provide({
  makeSeldom: (k) => new Seldom(k),
  calls: merge([
    IDENTITY_CALLS,
    INFO_CALLS,
    ADMIN_CALLS,
    PTRACE_CALLS,
    PATH_CALLS,
    OPEN_CALLS,
    INOTIFY_CALLS,
    DIRECTORY_CALLS,
    STAT_CALLS,
    TIME_CALLS,
    PROGRAM_CALLS,
    WAIT_CALLS,
    SIGNAL_CALLS,
    POLL_CALLS,
    EVENT_CALLS,
    SOCKET_CALLS,
    NAMESPACE_CALLS,
    IPC_CALLS,
    NARROW_CALLS,
    SCHEDULING_CALLS,
    MAPPING_CALLS,
    SPLICING_CALLS,
  ]),
  namespacesForChild,
  leaveNamespaces,
  leaveSemaphores,
  endPidNamespace,
  buildFileSystem,
  rootProc,
  pty: PTY,
  magicTarget,
  reclaim,
  confine,
  seccomp: { modeOf, setFilter, setStrict },
  pushFrame,
  siginfo,
  stackFor,
  altstackBytes,
  wakeFutex,
  leaveRobust,
  readSignals,
  waitingSignal,
  pipeSize,
  fcntlMore,
  flock,
  mayMap,
  mayResize,
  unsealed,
  putGroups,
  setTimes,
  closeSocket,
  receiveOn,
  sendBytes,
  interfaceIoctl,
});
