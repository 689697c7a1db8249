/**
 * How tasks and processes end (exit(2), _exit(2)): what they held is given back, orphans get a new parent, the parent hears of
 * it. A process stays as a zombie until its parent waits for it.
 */
import { CR3 } from '../isa/x86/state.ts';
import { controllingTty, copyFiles, release } from './files.ts';
import { LATE } from './late.ts';
import { leaveLocks } from './locks.ts';
import { childrenOf, groupMembers, isLeader, isOrphaned, leaderOf, parentOf, threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { dropOwnPages } from './ownpages.ts';
import { enterPaging } from './segments.ts';
import { CLD_EXITED, CLD_KILLED, SA_NOCLDWAIT, send, SIG_IGN, SIGCHLD, SIGCONT, SIGHUP, tellParent } from './signals.ts';
import type { Process } from './task.ts';
import { forgetTracer } from './trace.ts';
import { wakeUp } from './fair.ts';

export type Exit = NonNullable<Process['exit']>;

/** Ends the whole process: exit_group, a fatal signal. */
export function endGroup(k: Kernel, p: Process, exit: Exit): void {
  const leader = leaderOf(k, p);
  for (const t of threadsOf(k, p)) endTask(k, t);
  groupEnded(k, leader, exit);
}

/** Ends one thread; the process when it was the last. */
export function endThread(k: Kernel, p: Process, exit: Exit): void {
  const leader = leaderOf(k, p);
  endTask(k, p);
  if (threadsOf(k, leader).length === 0) groupEnded(k, leader, leader.exit ?? exit);
  else if (p === leader) p.exit = exit;
}

/** The other threads of the process go, for execve. */
export function endOthers(k: Kernel, p: Process): void {
  for (const t of threadsOf(k, p)) if (t !== p) endTask(k, t);
}

function endTask(k: Kernel, p: Process): void {
  if (p.state === 'zombie') return;
  k.onTaskEnd?.(p);
  k.charge('task.exit');
  p.blocked = null;
  releaseRobust(k, p);
  clearTid(k, p);
  p.state = 'zombie';
  p.alarm = null;
  leaveLocks(k, p);
  if (p.semUndo !== 0) LATE.get().leaveSemaphores(k, p);
  giveFilesBack(k, p);
  giveSpaceBack(k, p);
  for (const node of [p.cwd, p.root]) k.tree.hold(node, -1);
  if (p.exeNode && p.pid !== k.init) k.tree.hold(p.exeNode, -1);
  if (!isLeader(p)) forget(k, p);
}

/** A list that leads to itself is empty, and nothing was about to be entered: so it is with nearly every thread. */
export function releaseRobust(k: Kernel, p: Process): void {
  const head = p.robustList >>> 0;
  if (head === 0) return;
  const [first, pending] = [head, head + 8].map((at) => k.spaceOf(p).physical(at, false));
  if (!first || !pending) return;
  const { memory } = k.machine;
  if (memory.read32(first) >>> 0 !== head || memory.read32(pending) !== 0) LATE.get().leaveRobust(k, p);
  p.robustList = 0;
}

/** CLONE_CHILD_CLEARTID: joiners wait for this word to become zero. */
function clearTid(k: Kernel, p: Process): void {
  if (p.clearChildTid === 0 || k.spaceOf(p).refs < 2) return;
  const at = k.spaceOf(p).physical(p.clearChildTid >>> 0, true);
  if (at === 0) return;
  k.machine.memory.write32(at, 0);
  LATE.get().wakeFutex(k, p, p.clearChildTid >>> 0, 1, -1);
}

/** Own files by the time a table stops being shared: for execve and unshare. */
export function unshareFiles(k: Kernel, p: Process): void {
  const files = k.fileTables.get(p.files)!;
  if (files.refs === 1) return;
  files.refs--;
  p.files = copyFiles(k, files).id;
}

function giveFilesBack(k: Kernel, p: Process): void {
  const files = k.fileTables.get(p.files)!;
  if (--files.refs > 0) return;
  for (const d of files.descriptors) if (d) release(k, k.files.get(d.file)!);
  k.fileTables.delete(files.id);
}

/** The address space of the first process stays for those who look at it afterwards. */
function giveSpaceBack(k: Kernel, p: Process): void {
  releaseVfork(k, p);
  if (p.pid === k.init) return;
  leaveSpace(k, p);
}

/** The task no longer lives in its space; the last one takes it along. */
export function leaveSpace(k: Kernel, p: Process): void {
  const space = k.spaces.get(p.space);
  if (!space) return;
  dropOwnPages(space, p);
  if (--space.refs > 0) return;
  if (k.current?.space === space.id && k.machine.words[CR3] === space.directory) enterPaging(k.machine, k.idleDirectory);
  if (k.seldom) k.seldom.ipc.leave(p, () => space.destroy());
  else space.destroy();
  k.spaces.delete(space.id);
  k.codeMaps.delete(space.id);
}

/** The parent in vfork goes on. */
export function releaseVfork(k: Kernel, p: Process): void {
  const parent = k.processes.get(p.vforkParent);
  p.vforkParent = 0;
  if (parent?.state === 'blocked' && parent.blocked?.wait.kind === 'vfork') wakeUp(k, parent);
}

function groupEnded(k: Kernel, leader: Process, exit: Exit): void {
  leader.exit = exit;
  k.timers.removeOf(leader.pid);
  k.emit('process-exit', () => ({ pid: leader.pid, code: exit.code, signal: exit.signal, sentence: exit.sentence }));
  const orphaned = new Set<number>();
  for (const child of childrenOf(k, leader)) {
    if (child.pgid !== leader.pgid && child.sid === leader.sid) orphaned.add(child.pgid);
    adopt(k, leader, child);
  }
  // It was the tie of its own group to the session outside (kill_orphaned_pgrp): else the group was orphaned before.
  const above = parentOf(k, leader);
  if (above && above.pgid !== leader.pgid && above.sid === leader.sid) orphaned.add(leader.pgid);
  for (const pgid of orphaned) hangUpOrphans(k, pgid);
  leaveTerminal(k, leader);
  forgetTracer(k, leader);
  k.changes++;
  k.groupEnded(leader);
  if (leader.pid === k.init) return;
  const parent = parentOf(k, leader);
  const action = parent?.signals.actions[SIGCHLD];
  tellParent(k, leader, exit.signal === 0 ? CLD_EXITED : CLD_KILLED, exit.signal === 0 ? exit.code : exit.signal);
  if (parent === null || (leader.exitSignal === SIGCHLD && action && (action.handler === SIG_IGN || action.flags & SA_NOCLDWAIT)))
    reap(k, leader);
}

/** The nearest ancestor that takes orphans, else the first process. */
function adopt(k: Kernel, leader: Process, child: Process): void {
  child.ppid = k.reaperOf(leader);
  if (child.deathSignal !== 0 && child.state !== 'zombie') send(k, child, child.deathSignal);
  if (child.state === 'zombie' && child.exit)
    tellParent(k, child, child.exit.signal === 0 ? CLD_EXITED : CLD_KILLED, child.exit.signal || child.exit.code);
}

/** A stopped process group that nobody can continue any more is told so (POSIX, _exit). */
function hangUpOrphans(k: Kernel, pgid: number): void {
  const members = groupMembers(k, pgid).filter((p) => p.state !== 'zombie');
  if (!isOrphaned(k, pgid) || !members.some((p) => p.state === 'stopped')) return;
  for (const p of members) {
    send(k, p, SIGHUP);
    send(k, p, SIGCONT);
  }
}

/** The end of a session's leader takes the terminal from the session; one that has hung up before is told of to whom it had (disassociate_ctty). */
function leaveTerminal(k: Kernel, leader: Process): void {
  if (leader.sid !== leader.pid) return;
  const tty = controllingTty(k, leader),
    foreground = tty?.foreground ?? leader.oldForeground ?? 0;
  if (tty) tty.session = tty.foreground = 0;
  if (foreground === 0) return;
  for (const p of groupMembers(k, foreground)) {
    send(k, p, SIGHUP);
    if (!tty) send(k, p, SIGCONT);
  }
}

/** Takes a zombie out of the table; its times go to the parent. */
export function reap(k: Kernel, child: Process): void {
  const parent = parentOf(k, child);
  if (parent) {
    const [user, system] = parent.childTime;
    parent.childTime = [user + child.userTime + child.childTime[0], system + child.systemTime + child.childTime[1]];
  }
  forget(k, child);
}

function forget(k: Kernel, p: Process): void {
  k.processes.delete(p.pid);
  k.personalities.delete(p.pid);
  k.taskGone(p);
  k.emit('reap', () => ({ pid: p.pid }));
}
