/**
 * The shape of a row in the table of system calls. The kinds of arguments serve traces and captions: they are written as
 * strace(1) writes them.
 */
import type { Plain } from '../bits/plain.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';

/**
 * in: buffer whose length is the next argument. out: buffer filled, as long as the result says. path, string: text in memory.
 * ptr: an address. others: numbers, written in their usual way.
 */
export type ArgumentKind =
  | 'fd'
  | 'dirfd'
  | 'int'
  /** A process (or below -1 a process group), a user, a group: as the process numbers them; `run` gets the kernel's own numbers. */
  | 'pid'
  | 'uid'
  | 'gid'
  | 'uint'
  | 'size'
  | 'ptr'
  | 'path'
  | 'string'
  | 'in'
  | 'out'
  | 'octal'
  | 'open'
  | 'prot'
  | 'map'
  | 'signal'
  | 'whence'
  | 'clock'
  | 'access'
  | 'strings';

export interface Syscall {
  readonly name: string;
  readonly args: readonly ArgumentKind[];
  /**
   * Does the call: the result, or Errno or Block thrown. `memory` is null at first, and what Block carried when the call is
   * made again.
   */
  readonly run: (k: Kernel, p: Process, args: readonly number[], memory: Plain) => number;
  /** What the result is, when it is to be seen as the process numbers it. */
  readonly returns?: 'pid' | 'uid' | 'gid';
  /** A handler ends its wait: with EINTR (null), or with what was done so far. `memory` as for `run`. */
  readonly interrupted?: (k: Kernel, p: Process, args: readonly number[], memory: Plain) => number | null;
}

export type Family = Readonly<Record<number, Syscall>>;

/** `call('read', 'fd out size', handler)` */
export function call(name: string, args: string, run: Syscall['run'], interrupted?: Syscall['interrupted']): Syscall {
  return { name, args: args === '' ? [] : (args.split(' ') as ArgumentKind[]), run, ...(interrupted ? { interrupted } : {}) };
}

/** A call whose result is a process, user or group. */
export const returning = (returns: NonNullable<Syscall['returns']>, row: Syscall): Syscall => ({ ...row, returns });

/** Families as one table; a number may stand in one of them only. */
export function merge(families: readonly Family[]): Readonly<Record<number, Syscall>> {
  const table: Record<number, Syscall> = {};
  for (const family of families) {
    for (const [number, row] of Object.entries(family)) {
      if (table[Number(number)]) throw new Error(`system call ${number} stands in two families`);
      table[Number(number)] = row;
    }
  }
  return table;
}
