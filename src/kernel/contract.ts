/** What stands around the kernel: events for those who watch, personalities for those who emulate, options. Types only. */
import type { Plain } from '../bits/plain.ts';
import type { Machine, Trap } from '../machine/types.ts';
import type { SignalInfo } from './signals.ts';
import type { Layout } from './space.ts';
import type { Credentials, Process, SignalAction } from './task.ts';

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
  signal?(process: Process, signal: number, action: SignalAction, info: SignalInfo): boolean;
}

export interface KernelOptions {
  readonly machine: Machine;
  /** Whether standard input and output are a terminal for the program. */
  readonly terminal: boolean;
  /** Standard input, or null when it comes by `input`. */
  readonly stdin: Uint8Array | null;
  readonly hostname?: string;
}

export interface ProcessOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: readonly string[];
  readonly layout?: Layout;
  readonly credentials?: Credentials;
  readonly cwd?: string;
}
