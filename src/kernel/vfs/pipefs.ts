/**
 * Pipes without a name as files: what the links of /proc/PID/fd lead to, so that they can be opened again (/dev/stdin, /dev/fd/63).
 * An inode's number is that of the pipe, or stands for a standard stream that is no terminal, or for any socket (which cannot be
 * opened again). Nothing is stored here.
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import { type FileSystem, S_IFIFO, S_IFSOCK, type Stat } from './types.ts';

export const PIPE_FS = 5;
/** Inodes from here on are standard streams. */
const STREAMS = 0x4000_0000;
export const streamInode = (number: number): number => STREAMS + number;
export const streamOf = (ino: number): number | null => (ino >= STREAMS ? ino - STREAMS : null);
export const A_SOCKET = STREAMS - 1;

export class PipeFs implements FileSystem {
  readonly id = PIPE_FS;
  readonly type = 'pipefs';
  readonly root = 0;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }
  stat(ino: number): Stat {
    const now = this.now();
    return {
      ino,
      mode: ino === A_SOCKET ? S_IFSOCK | 0o777 : S_IFIFO | 0o600,
      nlink: 1,
      uid: 0,
      gid: 0,
      rdev: 0,
      size: 0,
      atime: now,
      mtime: now,
      ctime: now,
    };
  }
  lookup(): null {
    return fail('ENOTDIR');
  }
  parent(ino: number): number {
    return ino;
  }
  list(): readonly never[] {
    return fail('ENOTDIR');
  }
  readlink(): string {
    return fail('EINVAL');
  }
  read(): Uint8Array {
    return fail('EINVAL');
  }
  write(): void {
    fail('EINVAL');
  }
  truncate(): void {
    fail('EINVAL');
  }
  create(): number {
    return fail('ENOTDIR');
  }
  link(): void {
    fail('EXDEV');
  }
  remove(): void {
    fail('EPERM');
  }
  rename(): void {
    fail('EPERM');
  }
  setAttributes(): void {
    fail('EPERM');
  }
  hold(): void {
    // A pipe counts its own ends.
  }
  save(): Plain {
    return null;
  }
  restore(): void {
    // Nothing is stored.
  }
}
