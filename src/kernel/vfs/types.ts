/** What every file system offers to path walking and to open files. Inode numbers are its own. */
import type { Plain } from '../../bits/plain.ts';

export const S_IFMT = 0o170000,
  S_IFIFO = 0o010000,
  S_IFCHR = 0o020000,
  S_IFDIR = 0o040000,
  S_IFREG = 0o100000,
  S_IFLNK = 0o120000,
  S_IFSOCK = 0o140000,
  S_IFBLK = 0o060000;

export interface Stat {
  readonly ino: number;
  readonly mode: number;
  readonly nlink: number;
  readonly uid: number;
  readonly gid: number;
  /** Major * 256 + minor, for devices. */
  readonly rdev: number;
  readonly size: number;
  /** Seconds since 1970, with fraction. */
  readonly atime: number;
  readonly mtime: number;
  readonly ctime: number;
  readonly nanos?: Nanos | undefined;
  /** Units of 512 bytes that the contents take; none where nothing is stored. */
  readonly blocks?: number;
}

/** Nanoseconds of times that somebody set, which are whole seconds then: the fraction of a double knows them to 240 only. */
export interface Nanos {
  readonly atime?: number | undefined;
  readonly mtime?: number | undefined;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly ino: number;
  readonly mode: number;
  /** Grows from entry to entry and stays when others come and go: where the next read of the directory goes on. */
  readonly cookie: number;
}

export interface Attributes {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly atime?: number;
  readonly mtime?: number;
  readonly nanos?: Nanos | undefined;
}

/** Nanoseconds of the times once `a` is set: those that were given with it, and the others as they were. */
export function nanosAfter(before: Nanos | null, a: Attributes): Nanos | null {
  const atime = a.atime === undefined ? before?.atime : a.nanos?.atime,
    mtime = a.mtime === undefined ? before?.mtime : a.nanos?.mtime;
  return atime === undefined && mtime === undefined ? null : { atime, mtime };
}

export interface NewInode {
  /** Type and permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly rdev?: number;
  /** Target of a symbolic link. */
  readonly target?: string;
}

/** Names are byte strings, one character a byte. Methods fail by throwing Errno. */
export interface FileSystem {
  readonly id: number;
  readonly type: string;
  readonly root: number;
  stat(ino: number): Stat;
  lookup(directory: number, name: string): number | null;
  parent(directory: number): number;
  /** Entries with a cookie greater than `after`, '.' and '..' not among them. */
  list(directory: number, after: number): readonly DirectoryEntry[];
  readlink(ino: number): string;
  /** Where a file's permissions hold for the privileged too: root has the owner's, no capability counts (sysctl_perm). */
  strict?(ino: number): boolean;
  /** Where texts are made anew whenever a file is read from its beginning: the text as it is now. */
  text?(ino: number): Uint8Array;
  /** Up to `length` bytes; fewer at the end. */
  read(ino: number, offset: number, length: number): Uint8Array;
  /** Where from `offset` on the next data begin, or the next hole; the end when there is none. Without it a file is data from end to end. */
  nextData?(ino: number, offset: number, data: boolean): number;
  write(ino: number, offset: number, bytes: Uint8Array): void;
  truncate(ino: number, size: number): void;
  /** Room for what is between: no holes there any more. */
  reserve?(ino: number, start: number, end: number): void;
  create(directory: number, name: string, inode: NewInode): number;
  link(directory: number, name: string, ino: number): void;
  /** Removes a name; a directory must be empty. The inode goes when no name and no open file holds it. */
  remove(directory: number, name: string): void;
  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void;
  /** A file without a name; it may be given one unless `last` (O_TMPFILE). Without these three: EOPNOTSUPP and EINVAL. */
  tmpfile?(directory: number, inode: NewInode, last: boolean): number;
  /** Two names change places (RENAME_EXCHANGE). */
  exchange?(fromDirectory: number, from: string, toDirectory: number, to: string): void;
  /** Gives a stretch back: it reads as zeros. */
  punch?(ino: number, start: number, end: number): void;
  setAttributes(ino: number, attributes: Attributes): void;
  /** One more open file (or mapping, or working directory) holds the inode, or one fewer. */
  hold(ino: number, by: 1 | -1): void;
  /** The file is about to be changed: an overlay brings it up now, as Linux does when a file is opened for writing. */
  prepareWrite?(ino: number): void;
  /** Extended attributes (xattr(7)); what a file system without these methods answers is EOPNOTSUPP. Values are byte strings. */
  getXattr?(ino: number, name: string): string | null;
  setXattr?(ino: number, name: string, value: string | null): void;
  listXattr?(ino: number): readonly string[];
  /** Contents of files are charged to whoever wrote them already, so that their pages in the page cache are not charged again. */
  readonly charged?: boolean;
  /** The file whose pages these are, when another file system keeps them. */
  real?(ino: number): { readonly fs: number; readonly ino: number };
  /** How to make it again when a saved state is restored: its kind, and what else it needs. Absent for those that always are. */
  readonly made?: { readonly kind: string; readonly options: Plain };
  save(): Plain;
  restore(state: Plain): void;
}

export const isDirectory = (stat: { readonly mode: number }): boolean => (stat.mode & S_IFMT) === S_IFDIR;
export const isRegular = (stat: { readonly mode: number }): boolean => (stat.mode & S_IFMT) === S_IFREG;
export const isSymlink = (stat: { readonly mode: number }): boolean => (stat.mode & S_IFMT) === S_IFLNK;
export const isDevice = (stat: { readonly mode: number }): boolean => (stat.mode & S_IFMT) === S_IFCHR;
