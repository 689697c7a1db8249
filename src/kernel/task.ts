/**
 * What the kernel knows about processes and open files, as plain data: a blocked process is data too, never a frame of
 * JavaScript. Shared things (address spaces, descriptor tables, open files, pipes) are named by number, so that threads and
 * forked processes can share them.
 */
import type { Plain } from '../bits/plain.ts';

export type Pid = number;

/** A file, directory or device anywhere in the tree: which mounted file system, and which inode there. */
export interface Node {
  readonly fs: number;
  readonly ino: number;
  /** The mount through which it was reached, where that is known. */
  readonly mount?: number;
}

export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly groups: readonly number[];
}

/** sigaction of one signal, as rt_sigaction gave it. */
export interface SignalAction {
  readonly handler: number;
  readonly flags: number;
  readonly restorer: number;
  readonly mask: readonly [number, number];
}

export interface SignalState {
  /** By signal number; what is missing has its default action. */
  readonly actions: { [signal: number]: SignalAction };
  /** Low and high word: bit n - 1 is signal n. */
  blocked: readonly [number, number];
  pending: readonly [number, number];
}

/** A segment descriptor set by set_thread_area, as the two words of the GDT; null when free. */
export type TlsDescriptor = readonly [number, number] | null;

/** What must become true before a blocked call is tried again. */
export type Wait =
  | { readonly kind: 'input' }
  | { readonly kind: 'until'; readonly time: number }
  | { readonly kind: 'pipe'; readonly pipe: number; readonly end: 'read' | 'write' }
  | { readonly kind: 'futex'; readonly space: number; readonly address: number; readonly until: number | null }
  /** Something that poll looks at has changed since `seen`. */
  | { readonly kind: 'poll'; readonly seen: number; readonly until: number | null }
  | { readonly kind: 'signal' };

/** A system call that could not go on: restarted from its number and arguments, with what it wants to remember. */
export interface BlockedCall {
  readonly number: number;
  readonly args: readonly number[];
  readonly wait: Wait;
  readonly memory: Plain;
}

export interface Limit {
  readonly soft: number;
  readonly hard: number;
}

export interface Process {
  readonly pid: Pid;
  ppid: Pid;
  pgid: Pid;
  sid: Pid;
  /** Short name, as `ps` shows it; and what it was started with. */
  comm: string;
  argv: readonly string[];
  env: readonly string[];
  exe: string;
  exeNode: Node | null;
  /** Owner of its time in the ledger. */
  readonly owner: number;

  state: 'runnable' | 'blocked' | 'zombie';
  /** Processor state while it does not run. */
  words: Int32Array;
  blocked: BlockedCall | null;
  /** The blocked call was made by a personality for its guest: its result goes to the personality. */
  forGuest: boolean;
  /** Number of the call now being executed or blocked in; -1 outside calls. */
  call: number;

  space: number;
  files: number;
  cwd: Node;
  root: Node;
  umask: number;
  credentials: Credentials;
  signals: SignalState;
  tls: readonly [TlsDescriptor, TlsDescriptor, TlsDescriptor];
  clearChildTid: number;
  robustList: number;
  limits: { [resource: number]: Limit };

  startTime: number;
  /** When ITIMER_REAL sends SIGALRM, and its period (0: once); null: not running. */
  alarm: { readonly at: number; readonly interval: number } | null;
  /** Time it has used, in units of machine time. */
  userTime: number;
  faults: number;
  /** How it ended: exit code, or the signal that killed it. */
  exit: { readonly code: number; readonly signal: number; readonly sentence: string | null } | null;

  /** Places for issue 4 of the plan: where it stands in the control-group tree, and which namespaces it sees. */
  cgroup: string;
  namespaces: { readonly [kind: string]: number };
}

/** One entry of a descriptor table. */
export interface Descriptor {
  readonly file: number;
  readonly cloexec: boolean;
}

/** An open file description: shared by dup and fork. */
export interface OpenFile {
  readonly id: number;
  readonly kind: 'node' | 'pipe' | 'console';
  readonly node: Node;
  /** Name it was opened by, for /proc and messages. */
  readonly path: string;
  offset: number;
  flags: number;
  refs: number;
  /** Contents made at open, for files of /proc. */
  readonly text: Uint8Array | null;
  /** Pipe number, or console stream 0..2. */
  readonly number: number;
  /** Which end of a pipe. */
  readonly end: 'read' | 'write';
}

export interface Pipe {
  readonly id: number;
  /** Bytes under way. Replaced, never changed in place. */
  bytes: Uint8Array;
  readers: number;
  writers: number;
}

/** Thrown by a system call that must wait. The call is made again, with `memory`, when the wait is over. */
export class Block {
  readonly wait: Wait;
  readonly memory: Plain;
  constructor(wait: Wait, memory: Plain = null) {
    this.wait = wait;
    this.memory = memory;
  }
}
