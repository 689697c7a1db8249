/**
 * Files without a name, which only a link of /proc leads to: an inode stands for something of the kernel's. Whatever a file
 * system could do beside saying what an inode is, is refused. Nothing is stored here.
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import type { FileSystem, Stat } from './types.ts';

export abstract class NamelessFs implements FileSystem {
  abstract readonly id: number;
  abstract readonly type: string;
  readonly root = 0;
  private readonly now: () => number;

  constructor(now: () => number) {
    this.now = now;
  }
  protected abstract modeOf(ino: number): number;

  stat(ino: number): Stat {
    const now = this.now();
    return { ino, mode: this.modeOf(ino), nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime: now, mtime: now, ctime: now };
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
  hold(_ino: number, _by: 1 | -1): void {
    // What the inode stands for counts its own holders.
  }
  save(): Plain {
    return null;
  }
  restore(_state: Plain): void {
    // Nothing was stored.
  }
}
