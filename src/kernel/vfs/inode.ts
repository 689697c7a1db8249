/**
 * What a file in memory is: an inode as a record that is replaced once it was saved, its contents as chunks of 4 KiB. Null is a hole; a
 * chunk of no length is one too, whose room is taken (fallocate).
 */
import type { Nanos } from './types.ts';

export interface Inode {
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev: number;
  readonly size: number;
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly nanos: Nanos | null;
  readonly target: string;
  /** Has no name yet, and may be given one (I_LINKABLE). */
  readonly linkable?: boolean;
  /** For directories: the directory above. */
  readonly parent: number;
  /** Open files that hold it. */
  readonly holds: number;
  readonly chunks: readonly (Uint8Array | null)[];
  /** How many of them are no holes. */
  readonly stored: number;
  readonly entries: readonly Entry[];
  readonly xattrs: Readonly<Record<string, string>> | null;
  /** Which groups pay for its chunks, and for how many. */
  readonly payers: readonly (readonly [group: number, chunks: number])[];
}

export interface Entry {
  readonly name: string;
  readonly ino: number;
  readonly cookie: number;
}

/** An inode while it may be changed in place. */
export type Open = { -readonly [K in keyof Inode]: Inode[K] } & { chunks: (Uint8Array | null)[]; entries: Entry[] };

export const CHUNK = 4096;
