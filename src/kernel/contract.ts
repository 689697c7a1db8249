/** What stands around the kernel: events for those who watch, personalities for those who emulate, options. Types only. */
import type { Plain } from '../bits/plain.ts';
import type { Machine, Trap } from '../machine/types.ts';
import type { Layout } from './space.ts';
import type { Credentials, Node, Process, QueuedSignal, SignalAction } from './task.ts';

export interface KernelEvent {
  readonly kind: string;
  readonly time: number;
  readonly retired: number;
  readonly data: { readonly [key: string]: Plain | undefined };
}

/**
 * What makes a process one of another architecture: an emulator that runs in it. It gets faults that the kernel cannot
 * answer by filling a page, and the gates; it may make system calls for its guest with `kernel.syscall`.
 */
export interface Personality {
  /** A fault of simulated code; a page fault only when no page was to be filled. False: the process gets its signal. */
  fault(process: Process, trap: Trap): boolean;
  gate(process: Process, number: number): boolean;
  /** A call that had answered 'blocked' is done. */
  resumed(process: Process, result: number): void;
  /** The kernel is about to write, on behalf of a system call, into a page with `setWriteTrap`. */
  wrote?(process: Process, linear: number): void;
  /** Sets the guest up to run its handler. False: not possible, the signal kills. */
  signal?(process: Process, action: SignalAction, one: QueuedSignal): boolean;
  /** The guest's stack pointer. */
  stackPointer(process: Process): number;
  /** The guest makes its last system call again, which a handler interrupted. */
  restart(process: Process): void;
  /** The personality of a child or thread that was just made like `process`; its result comes by `resumed`. Null: not possible. */
  forked(process: Process, child: Process, thread: ThreadStart): Personality | null;
}

/** What clone says of the new task's registers. */
export interface ThreadStart {
  /** Its stack pointer; 0 for the parent's. */
  readonly stack: number;
  /** The thread pointer's argument, when one was given. */
  readonly tls: number | null;
}

/** A format of executables that something beside the kernel can run: another architecture's. */
export interface BinaryFormat {
  takes(bytes: Uint8Array): boolean;
  /** The layout of the address space that the program wants. */
  readonly layout: Layout;
  /** Loads it into the process's fresh space. Throws Errno when it does not fit. */
  load(process: Process, bytes: Uint8Array, path: string, file: Node): void;
}

/** What control groups decide for the scheduler and for those who allocate. */
export interface Control {
  /** The task has run for this much machine time, of which `user` were its own instructions. */
  ran(process: Process, time: number, user: number): void;
  /** Before anything is decided: what time alone has changed (periods of quotas). */
  due(): void;
  /** The least virtual run time where the task competes; and whether one of these should push the running one aside. */
  floor(process: Process): number;
  pushesAside(current: Process, candidates: readonly Process[]): boolean;
  /** Neither frozen nor throttled. */
  mayRun(process: Process): boolean;
  /** The one of these that runs next, when groups have weights of their own. */
  choose?(candidates: readonly Process[]): Process | null;
  /** When a throttled group goes on; Infinity for never. */
  nextChange(): number;
  /** Whether a task may be added to the group of `process` (pids.max); it is then counted. */
  mayFork(process: Process): boolean;
  /** A task has ended, or was reaped. */
  ended(process: Process): void;
}

export interface KernelOptions {
  readonly machine: Machine;
  /** Whether standard input and output are a terminal for the program. */
  readonly terminal: boolean;
  /** Standard input, or null when it comes by `input`. */
  readonly stdin: Uint8Array | null;
  readonly hostname?: string;
  /** Whether the terminal shows what is typed; else whoever types does. */
  readonly echo?: boolean;
}

export interface ProcessOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly layout?: Layout;
  readonly credentials?: Credentials;
  readonly cwd?: string;
  /** Whose account its time is on; its own unless said. */
  readonly owner?: number;
  /** The terminal of its standard files; the machine's first unless said. */
  readonly tty?: number;
}
