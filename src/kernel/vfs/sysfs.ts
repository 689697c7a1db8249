/**
 * The file system of /sys (sysfs(5)), as far as this machine has what it shows: the loopback interface of the network namespace
 * it was mounted from, the processor, the disk in memory. Nothing is stored; nothing can be written.
 */
import type { Plain } from '../../bits/plain.ts';
import { fromLatin1 } from '../../bits/utf8.ts';
import { fail } from '../errno.ts';
import { type MadeFile, madeMode, MadeTree } from './made.ts';
import type { DirectoryEntry, FileSystem, Stat } from './types.ts';
import { S_IFDIR, S_IFMT } from './types.ts';

export class SysFs implements FileSystem {
  readonly id: number;
  readonly type = 'sysfs';
  readonly root = 1;
  readonly made: NonNullable<FileSystem['made']>;
  private readonly tree: MadeTree;
  private readonly now: () => number;

  constructor(id: number, files: Readonly<Record<string, MadeFile>>, made: NonNullable<FileSystem['made']>, now: () => number) {
    this.id = id;
    this.tree = new MadeTree(files);
    this.made = made;
    this.now = now;
  }

  private mode(ino: number): number {
    if (ino === this.root) return S_IFDIR | 0o555;
    const entry = this.tree.entries[ino - 2] ?? fail('ENOENT');
    return entry.file === null ? S_IFDIR | 0o755 : madeMode(entry);
  }
  stat(ino: number): Stat {
    const at = this.now(),
      mode = this.mode(ino),
      directory = (mode & S_IFMT) === S_IFDIR;
    const size = directory ? 0 : 4096;
    return { ino, mode, nlink: directory ? 2 : 1, uid: 0, gid: 0, rdev: 0, size, atime: at, mtime: at, ctime: at };
  }
  private place(directory: number): number {
    if (directory === this.root) return -1;
    return this.tree.entries[directory - 2]?.file === null ? directory - 2 : fail('ENOTDIR');
  }
  list(directory: number, after: number): readonly DirectoryEntry[] {
    return this.tree
      .children(this.place(directory))
      .map((at, i) => ({ name: this.tree.entries[at]!.name, ino: at + 2, mode: this.stat(at + 2).mode, cookie: i + 3 }))
      .filter((e) => e.cookie > after);
  }
  lookup(directory: number, name: string): number | null {
    const at = this.tree.find(this.place(directory), name);
    return at === null ? null : at + 2;
  }
  parent(directory: number): number {
    return directory === this.root ? this.root : this.tree.entries[directory - 2]!.parent + 2;
  }
  readlink(): string {
    return fail('EINVAL');
  }
  text(ino: number): Uint8Array {
    return fromLatin1((this.tree.entries[ino - 2]?.file ?? fail('EISDIR')).text(0));
  }
  read(ino: number, offset: number, length: number): Uint8Array {
    return this.text(ino).subarray(offset, offset + length);
  }
  write(): void {
    fail('EIO');
  }
  truncate(): void {
    /* Nothing is kept. */
  }
  create(): number {
    return fail('EACCES');
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
  hold(): void {
    /* Nothing is kept. */
  }
  save(): Plain {
    return null;
  }
  restore(): void {
    /* Nothing was kept. */
  }
}
