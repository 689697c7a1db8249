/**
 * fork, vfork and clone (clone(2)): a new task that shares with its creator what the flags say and has copies of the rest.
 * Memory that is not shared is copied page by page when one of the two writes.
 */
import { EAX, ESP } from '../isa/x86/state.ts';
import { CAP, capable } from './credentials.ts';
import { fail } from './errno.ts';
import { addFile, copyFiles, install, O_RDWR } from './files.ts';
import type { ThreadStart } from './contract.ts';
import { startDebit } from './fair.ts';
import { threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { copyOwnPages } from './ownpages.ts';
import { freePid } from './pids.ts';
import { RLIMIT, softLimit } from './rlimits.ts';
import { reloadTls, saveWords, TLS_COUNT, TLS_FIRST, tlsDescriptor } from './segments.ts';
import type { AddressSpace } from './space.ts';
import { SIG_IGN } from './signals.ts';
import { Block, type Process } from './task.ts';
import { copyIn, write32 } from './user.ts';
import { get32 } from '../bits/bytes.ts';
import { clonePlain } from '../bits/plain.ts';

export const CLONE = {
  VM: 0x100,
  FS: 0x200,
  FILES: 0x400,
  SIGHAND: 0x800,
  PIDFD: 0x1000,
  VFORK: 0x4000,
  PARENT: 0x8000,
  THREAD: 0x1_0000,
  NEWNS: 0x2_0000,
  SYSVSEM: 0x4_0000,
  SETTLS: 0x8_0000,
  PARENT_SETTID: 0x10_0000,
  CHILD_CLEARTID: 0x20_0000,
  CHILD_SETTID: 0x100_0000,
  NEWCGROUP: 0x200_0000,
  NEWUTS: 0x400_0000,
  NEWIPC: 0x800_0000,
  NEWUSER: 0x1000_0000,
  NEWPID: 0x2000_0000,
  NEWNET: 0x4000_0000,
} as const;

export interface CloneRequest {
  readonly flags: number;
  /** Signal for the parent when the child ends. */
  readonly exitSignal: number;
  /** Stack pointer of the child; 0 for a copy of the parent's. */
  readonly stack: number;
  readonly parentTid: number;
  readonly childTid: number;
  /** Where the number of a pidfd goes, with CLONE_PIDFD. */
  readonly pidfd?: number;
  /** CLONE_CLEAR_SIGHAND: handlers are not inherited. */
  readonly clearHandlers?: boolean;
  readonly tls: number;
}

/** The child's pid; with CLONE_VFORK only when the child has given the address space back. */
export function clone(k: Kernel, p: Process, r: CloneRequest, memory: unknown): number {
  if (typeof memory === 'number') return vforkDone(k, p, memory);
  const { flags } = r;
  if (flags & CLONE.SIGHAND && !(flags & CLONE.VM)) fail('EINVAL');
  if (flags & CLONE.THREAD && !(flags & CLONE.SIGHAND)) fail('EINVAL');
  if (flags & CLONE.NEWNS && flags & CLONE.FS) fail('EINVAL');
  if (flags & CLONE.PIDFD && (flags & CLONE.THREAD || (r.pidfd === undefined && flags & CLONE.PARENT_SETTID))) fail('EINVAL');
  if (tooMany(k, p)) fail('EAGAIN');
  const namespaces = k.newNamespaces(p, flags);
  if (k.control && !k.control.mayFork(p)) fail('EAGAIN');
  const child = newTask(k, p, r);
  namespaces(child);
  child.vruntime = Math.max(child.vruntime, (k.control?.floor(child) ?? k.leastVruntime) + startDebit(k, child));
  k.processes.set(child.pid, child);
  // From the second task on somebody may have to wait.
  k.pressure.look();
  if (flags & CLONE.PIDFD) write32(k, p, r.pidfd ?? r.parentTid, pidfd(k, p, child.pid, 0));
  if (flags & CLONE.PARENT_SETTID) write32(k, p, r.parentTid, k.ns.numberOf(child.pid, p));
  if (flags & CLONE.CHILD_SETTID) write32(k, child, r.childTid, k.ns.numberOf(child.pid, child));
  k.woken = true;
  k.charge('task.create');
  k.emit('process-start', () => ({ pid: child.pid, name: child.comm, parent: p.pid, thread: child.tgid !== child.pid }));
  if (flags & CLONE.VFORK) {
    child.vforkParent = p.pid;
    throw new Block({ kind: 'vfork', child: child.pid }, child.pid);
  }
  return child.pid;
}

/** A descriptor that stands for a process (pidfd_open(2)). */
export const pidfd = (k: Kernel, p: Process, pid: number, flags: number): number =>
  install(k, p, addFile(k, { kind: 'pidfd', number: pid, path: 'anon_inode:[pidfd]', flags: O_RDWR | flags }), true);

/** RLIMIT_NPROC counts tasks of the user; root, and who may ask for more, is not held by it (copy_process). */
function tooMany(k: Kernel, p: Process): boolean {
  const limit = softLimit(p, RLIMIT.NPROC);
  if (limit === Infinity || p.credentials.uid === 0 || taskCount(k, p) < limit) return false;
  return !capable(k, p, CAP.SYS_RESOURCE) && !capable(k, p, CAP.SYS_ADMIN);
}

const taskCount = (k: Kernel, p: Process): number => {
  let count = 0;
  for (const q of k.processes.values()) if (q.credentials.uid === p.credentials.uid) count++;
  return count;
};

function vforkDone(k: Kernel, p: Process, child: number): number {
  if (k.processes.get(child)?.vforkParent === p.pid) throw new Block({ kind: 'vfork', child }, child);
  return child;
}

function newTask(k: Kernel, p: Process, r: CloneRequest): Process {
  const { flags } = r,
    thread = (flags & CLONE.THREAD) !== 0,
    pid = freePid(k);
  const tls = r.flags & CLONE.SETTLS && !k.personalities.has(p.pid) ? threadArea(k, p, r.tls) : p.tls;
  const space = flags & CLONE.VM ? k.spaceOf(p) : (k.spaceOf(p).fork(k.nextId++) ?? fail('ENOMEM'));
  const ownPages = flags & CLONE.VM ? ownPagesFor(k, space, p) : [];
  k.nextPid = pid + 1;
  if (flags & CLONE.VM) space.refs++;
  else {
    k.spaces.set(space.id, space);
    space.holder = pid;
  }
  const child: Process = {
    ...p,
    pid,
    tgid: thread ? p.tgid : pid,
    ppid: thread || flags & CLONE.PARENT ? p.ppid : p.tgid,
    semUndo: undoFor(k, p, flags),
    exitSignal: thread ? 0 : flags & CLONE.PARENT ? p.exitSignal : r.exitSignal,
    owner: k.ownerOf?.(p) ?? pid,
    state: 'runnable',
    words: wordsFor(k, p, r.stack),
    blocked: null,
    result: null,
    loaded: false,
    forGuest: false,
    call: -1,
    space: space.id,
    files: filesFor(k, p, (flags & CLONE.FILES) !== 0),
    fs: flags & CLONE.FS ? p.fs : k.nextId++,
    sighand: flags & CLONE.SIGHAND ? p.sighand : k.nextId++,
    signals: {
      ...p.signals,
      actions: r.clearHandlers
        ? Object.fromEntries(Object.entries(p.signals.actions).filter(([, a]) => a.handler === SIG_IGN))
        : { ...p.signals.actions },
      saved: null,
      queue: [],
      shared: [],
      altstack: flags & CLONE.VM && !(flags & CLONE.VFORK) ? { at: 0, size: 0, flags: 0 } : p.signals.altstack,
    },
    tls,
    clearChildTid: flags & CLONE.CHILD_CLEARTID ? r.childTid : 0,
    robustList: 0,
    limits: clonePlain(p.limits),
    vforkParent: 0,
    ownPages,
    startTime: k.machine.time,
    alarm: null,
    userTime: 0,
    systemTime: 0,
    childTime: [0, 0],
    faults: 0,
    switches: 0,
    report: null,
    deathSignal: 0,
    subreaper: false,
  };
  delete child.trace;
  for (const node of [child.cwd, child.root, child.exeNode]) if (node) k.tree.hold(node, 1);
  reloadTls(child.words, child.tls);
  giveStart(k, p, child, { stack: r.stack, tls: flags & CLONE.SETTLS ? r.tls : null });
  return child;
}

/** CLONE_SYSVSEM: parent and child have one list of what SEM_UNDO takes back (copy_semundo of ipc/sem.c). */
function undoFor(k: Kernel, p: Process, flags: number): number {
  if ((flags & CLONE.SYSVSEM) === 0) return 0;
  if (p.semUndo === 0) p.semUndo = k.nextId++;
  return p.semUndo;
}

/** What the child sees first: 0 from its call, as a personality's guest or as itself. */
function giveStart(k: Kernel, p: Process, child: Process, start: ThreadStart): void {
  const personality = k.personalities.get(p.pid);
  if (!personality) {
    child.words[EAX] = 0;
    return;
  }
  k.processes.set(child.pid, child);
  const own = personality.forked(p, child, start);
  if (own === null) {
    k.processes.delete(child.pid);
    fail('ENOSYS');
  }
  k.personalities.set(child.pid, own);
  child.forGuest = true;
  child.result = 0;
}

function wordsFor(k: Kernel, p: Process, stack: number): Int32Array {
  const words = p.words.slice();
  if (p === k.current) saveWords(k.machine, words);
  if (stack !== 0 && !k.personalities.has(p.pid)) words[ESP] = stack;
  return words;
}

function ownPagesFor(k: Kernel, space: AddressSpace, p: Process): Process['ownPages'] {
  if (!k.personalities.has(p.pid)) return [];
  return copyOwnPages(space) ?? fail('ENOMEM');
}

function filesFor(k: Kernel, p: Process, shared: boolean): number {
  const from = k.fileTables.get(p.files)!;
  if (shared) {
    from.refs++;
    return from.id;
  }
  return copyFiles(k, from).id;
}

/** CLONE_SETTLS on i386: a struct user_desc whose entry number is one of the three. */
function threadArea(k: Kernel, p: Process, at: number): Process['tls'] {
  const d = copyIn(k, p, at, 16),
    entry = get32(d, 0);
  if (entry < TLS_FIRST || entry >= TLS_FIRST + TLS_COUNT) fail('EINVAL');
  const descriptor = tlsDescriptor(get32(d, 4), get32(d, 8), get32(d, 12));
  return p.tls.map((old, i) => (i === entry - TLS_FIRST ? descriptor : old)) as unknown as Process['tls'];
}

/** A thread group that has only this task has nobody to ask. */
export const alone = (k: Kernel, p: Process): boolean => threadsOf(k, p).length === 1;
