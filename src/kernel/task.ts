/**
 * What the kernel knows about processes and open files, as plain data: a blocked process is data too, never a frame of
 * JavaScript. Shared things (address spaces, descriptor tables, open files, pipes) are named by number, so that threads and
 * forked processes can share them.
 */
import type { Plain } from '../bits/plain.ts';
import type { Seccomp } from './seccomp.ts';
import type { Place } from './told.ts';

export type Pid = number;

/** A file, directory or device anywhere in the tree: which mounted file system, and which inode there. */
export interface Node {
  readonly fs: number;
  readonly ino: number;
  /** The mount through which it was reached, where that is known. */
  readonly mount?: number;
}

/** 64 bits as two words: a set of capabilities, or of signals. */
export type Bits64 = readonly [number, number];

/** credentials(7) and capabilities(7). */
export interface Credentials {
  readonly uid: number;
  readonly euid: number;
  readonly suid: number;
  /** What counts for files; follows euid. */
  readonly fsuid: number;
  readonly gid: number;
  readonly egid: number;
  readonly sgid: number;
  readonly fsgid: number;
  readonly groups: readonly number[];
  readonly permitted: Bits64;
  readonly effective: Bits64;
  readonly inheritable: Bits64;
  readonly bounding: Bits64;
  /** What execve keeps without a file's say; absent: none. Within what is permitted and inheritable. */
  readonly ambient?: Bits64;
  /** The user namespace that these belong to; absent: the first one. */
  readonly user?: UserView;
}

/** A user namespace in credentials: its number, and which of the kernel's ids it knows ([first inside, first outside, count]). */
export interface UserView {
  readonly ns: number;
  readonly uids: readonly (readonly [number, number, number])[];
  readonly gids: readonly (readonly [number, number, number])[];
}

/** sigaction of one signal, as rt_sigaction gave it. */
export interface SignalAction {
  readonly handler: number;
  readonly flags: number;
  readonly restorer: number;
  readonly mask: readonly [number, number];
}

/** A signal on its way: number, si_code, and the words of siginfo behind the first three. */
export interface QueuedSignal {
  readonly signal: number;
  readonly code: number;
  readonly fields: readonly number[];
  /** si_errno, when it is not 0. */
  readonly errno?: number;
}

export interface SignalState {
  /** By signal number; what is missing has its default action. Tasks with one `sighand` keep the same. */
  actions: { [signal: number]: SignalAction };
  /** Low and high word: bit n - 1 is signal n. */
  blocked: Bits64;
  /** The mask to come back after the handler, while a call waits with another one (sigsuspend, ppoll). */
  saved: Bits64 | null;
  /** Sent to this task; of an ordinary signal at most one. */
  queue: readonly QueuedSignal[];
  /** Sent to the whole thread group: kept with its leader. */
  shared: readonly QueuedSignal[];
  altstack: { readonly at: number; readonly size: number; readonly flags: number };
}

/** A segment descriptor set by set_thread_area, as the two words of the GDT; null when free. */
export type TlsDescriptor = readonly [number, number] | null;

/** What must become true before a blocked call is tried again. `until` is machine time. */
export type Wait =
  | { readonly kind: 'input'; readonly tty: number }
  /** Something happens to either end of a pseudo-terminal. */
  | { readonly kind: 'tty'; readonly seen: number; readonly until: number | null }
  | { readonly kind: 'until'; readonly time: number }
  | { readonly kind: 'pipe'; readonly pipe: number; readonly end: 'read' | 'write' }
  /** Somebody opens the other end of a named pipe. */
  | { readonly kind: 'fifo'; readonly pipe: number; readonly end: 'read' | 'write'; readonly seen: number }
  | { readonly kind: 'futex'; readonly key: string; readonly bits: number; readonly until: number | null }
  /** Something that poll looks at has changed since `seen`. `input`: a terminal is among it. */
  | { readonly kind: 'poll'; readonly seen: number; readonly until: number | null; readonly input: boolean }
  | { readonly kind: 'signal'; readonly until: number | null }
  /** A child ends, stops or goes on: woken by that. */
  | { readonly kind: 'child' }
  /** The child of vfork gives the address space back: woken by that. */
  | { readonly kind: 'vfork'; readonly child: Pid }
  | {
      readonly kind: 'socket';
      readonly socket: number;
      readonly for: 'read' | 'write' | 'accept' | 'connect';
      /** So many bytes of a stream; one unless said. */
      readonly least?: number;
      readonly until: number | null;
    }
  /** An object of System V IPC changes: woken by whoever changes it. `serial` says who waits longest. */
  | { readonly kind: 'ipc'; readonly object: string; readonly serial: number; readonly until: number | null }
  /** A lock on a file changes hands. */
  | { readonly kind: 'lock'; readonly seen: number };

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

/** A task: a process, or one thread of it. What belongs to the whole group is kept alike in all its tasks. */
export interface Process {
  /** Changes only when a thread that is not the leader calls execve and becomes it. */
  pid: Pid;
  tgid: Pid;
  /** The group that created it; wait(2) looks here. */
  ppid: Pid;
  pgid: Pid;
  sid: Pid;
  /** The list of what SEM_UNDO takes back at its end; 0 for none. Tasks share one by CLONE_SYSVSEM. */
  semUndo: number;
  /** What the parent gets when the group ends; 0 for threads. */
  exitSignal: number;
  /** Short name, as `ps` shows it; and what it was started with. */
  comm: string;
  argv: readonly string[];
  env: readonly string[];
  exe: string;
  exeNode: Node | null;
  /** Owner of its time in the ledger. */
  readonly owner: number;

  state: 'runnable' | 'blocked' | 'stopped' | 'zombie';
  /** Processor state while it does not run. */
  words: Int32Array;
  blocked: BlockedCall | null;
  /** A result to be given to it before it goes on: what fork answers in the child. */
  result: number | null;
  /** execve has just given it another program: its registers are the new program's. */
  loaded: boolean;
  /** The blocked call was made by a personality for its guest: its result goes to the personality. */
  forGuest: boolean;
  /** Number of the call now being executed or blocked in; -1 outside calls. */
  call: number;

  space: number;
  files: number;
  /** Tasks with the same number share cwd, root and umask (CLONE_FS), or actions of signals (CLONE_SIGHAND). */
  fs: number;
  sighand: number;
  cwd: Node;
  root: Node;
  umask: number;
  credentials: Credentials;
  signals: SignalState;
  tls: readonly [TlsDescriptor, TlsDescriptor, TlsDescriptor];
  clearChildTid: number;
  robustList: number;
  limits: { [resource: number]: Limit };
  /** Waits for this child to give the address space back, or gives it back to this parent. */
  vforkParent: Pid;
  /** Page-table entries that are its own although the space is shared, while it does not run. */
  ownPages: readonly (readonly [linear: number, entry: number])[];

  startTime: number;
  /** When ITIMER_REAL sends SIGALRM, and its period (0: once); null: not running. Kept with the leader. */
  alarm: { readonly at: number; readonly interval: number } | null;
  /** Time it has used, in units of machine time: its own instructions, the kernel's work for it, and that of ended children. */
  userTime: number;
  systemTime: number;
  childTime: readonly [user: number, system: number];
  faults: number;
  switches: number;
  nice: number;
  /** 0 SCHED_OTHER, 3 SCHED_BATCH, 5 SCHED_IDLE. */
  policy: number;
  vruntime: number;
  /** How it ended: exit code, or the signal that killed it. */
  exit: { readonly code: number; readonly signal: number; readonly sentence: string | null } | null;
  /** A stop or a continuation that the parent has not heard of yet. */
  report: { readonly kind: 'stopped' | 'continued'; readonly signal: number } | null;
  /** prctl: the signal for the parent's death, whether orphans come to it, no new privileges. */
  deathSignal: number;
  subreaper: boolean;
  noNewPrivileges: boolean;
  /** What it may ask the kernel for; absent: everything (seccomp(2)). */
  seccomp?: Seccomp;
  oomScoreAdjust: number;

  /** The exception that its last own fault was: vector and error code, which a handler's frame shows. */
  trapped?: { readonly vector: number; readonly error: number };
  /** ioprio_set(2): class and level as one number. Kept; no disk is slow enough to ask. */
  ioPriority?: number;
  /** It has given up the terminal of its session (TIOCNOTTY); the group that was in the foreground when its leader's hung up. */
  noTerminal?: boolean;
  oldForeground?: number;
  /** Who traces it (ptrace(2)); the signal it has stopped at, whether the tracer has heard; the next signal is not to be stopped at. */
  trace?: { readonly by: Pid; readonly stop: QueuedSignal | null; readonly told: boolean; readonly pass: boolean };
  /** Where it stands in the control-group tree, and which namespaces it sees, by kind ('pid', 'mnt', 'uts' ...). */
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
  readonly kind: 'node' | 'pipe' | 'console' | 'socket' | 'epoll' | 'eventfd' | 'timerfd' | 'pidfd' | 'signalfd' | 'inotify' | 'ptm';
  readonly node: Node;
  /** Name it was opened by, for /proc and messages. */
  readonly path: string;
  offset: number;
  flags: number;
  refs: number;
  /** Contents made when it was last read from its beginning, for files of /proc. */
  text: Uint8Array | null;
  /** Number of the pipe, socket, epoll set, pseudo-terminal that it is the master of ..., or console stream 0..2. */
  readonly number: number;
  /** Of a device that is a terminal: which one; and whether that hung up while this was open. */
  readonly tty?: number;
  hungUp?: boolean;
  /** By which entry of which directory it was reached, while somebody watches files. */
  place?: Place | null;
  /** Who hears that it is ready, with O_ASYNC (fcntl(2)): by which signal (0: SIGIO), of which descriptor it then speaks. */
  async?: {
    readonly signal: number;
    readonly fd: number;
    readonly type: number;
    readonly id: number;
    readonly uid: number;
    readonly euid: number;
  };
  /** What a signalfd reads. */
  mask?: Bits64;
  /** Which end of a pipe. */
  readonly end: 'read' | 'write';
}

export interface Pipe {
  readonly id: number;
  /** Bytes under way. Replaced, never changed in place. */
  bytes: Uint8Array;
  readers: number;
  writers: number;
  /** Bytes it takes, when F_SETPIPE_SZ has said so. */
  size?: number;
  /** When something was last written, or an end closed: what an edge of epoll is. */
  stamp: number;
  /** How often either end of a named pipe was opened; and the file that it is. */
  opened: number;
  readonly node: Node | null;
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
