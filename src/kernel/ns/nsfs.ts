/** Namespaces as files: what the links of /proc/PID/ns lead to. An inode's number is that of the namespace. */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import { type FileSystem, S_IFREG, type Stat } from '../vfs/types.ts';

export const NSFS = 4;

export class NsFs implements FileSystem {
  readonly id = NSFS;
  readonly type = 'nsfs';
  readonly root = 0;
  private readonly now: () => number;
  private holders = new Map<number, number>();

  constructor(now: () => number) {
    this.now = now;
  }
  /** Namespaces that are open somewhere. */
  held(): readonly number[] {
    return [...this.holders.keys()];
  }
  stat(ino: number): Stat {
    const now = this.now();
    return { ino, mode: S_IFREG | 0o444, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime: now, mtime: now, ctime: now };
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
    fail('EPERM');
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
  hold(ino: number, by: 1 | -1): void {
    const n = (this.holders.get(ino) ?? 0) + by;
    if (n > 0) this.holders.set(ino, n);
    else this.holders.delete(ino);
  }
  save(): Plain {
    return [...this.holders];
  }
  restore(state: Plain): void {
    this.holders = new Map(state as unknown as readonly (readonly [number, number])[]);
  }
}
