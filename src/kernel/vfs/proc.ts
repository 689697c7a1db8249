/**
 * The file system of /proc: nothing is stored, every name and text is made from the kernel's own tables when asked for.
 * Inode numbers say what a node is: pid * 4096 + place, pid 0 being the top. Left out: /proc/sys and the files that no
 * program has needed yet.
 */
import type { Plain } from '../../bits/plain.ts';
import { fromLatin1, latin1 } from '../../bits/utf8.ts';
import { fail } from '../errno.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, S_IFMT, type DirectoryEntry, type FileSystem, type Stat } from './types.ts';

/** What /proc is made of. */
export interface ProcSource {
  /** The machine's numbers of the processes that this /proc shows; and the number that it shows for one. */
  pids(): readonly number[];
  number(pid: number): number;
  /** Number of the process that is asking; 0 when this /proc does not show it. */
  self(): number;
  owner(pid: number): { readonly uid: number; readonly gid: number };
  /** Files at the top, and files and links of a process, by name. */
  readonly files: Readonly<Record<string, () => string>>;
  readonly processFiles: Readonly<Record<string, (pid: number) => string>>;
  readonly processLinks: Readonly<Record<string, (pid: number) => string>>;
  /** Links of /proc/PID/ns. */
  readonly namespaceLinks: Readonly<Record<string, (pid: number) => string>>;
  /** Files of a process that may be written, and what writing does. */
  readonly processStores: Readonly<Record<string, (pid: number, text: string) => void>>;
  descriptors(pid: number): readonly number[];
  descriptorLink(pid: number, fd: number): string;
  now(): number;
}

const SELF = 2,
  MOUNTS = 3,
  FILES = 16,
  LINKS = 64,
  FD_DIRECTORY = 100,
  NS_DIRECTORY = 101,
  NS_LINKS = 110,
  FDS = 1000,
  SPAN = 4096;

export type ProcNode =
  | { readonly kind: 'top' }
  | { readonly kind: 'self' }
  | { readonly kind: 'mounts' }
  | { readonly kind: 'file'; readonly name: string }
  | { readonly kind: 'process' | 'fds' | 'namespaces'; readonly pid: number }
  | { readonly kind: 'namespace'; readonly pid: number; readonly name: string }
  | { readonly kind: 'processFile' | 'processLink'; readonly pid: number; readonly name: string }
  | { readonly kind: 'fd'; readonly pid: number; readonly fd: number };

export class ProcFs implements FileSystem {
  readonly id: number;
  readonly type = 'proc';
  readonly root = 1;
  readonly made?: NonNullable<FileSystem['made']>;
  private readonly makeSource: () => ProcSource;
  private sourceMade: ProcSource | null = null;

  /** The source is made when somebody first looks. */
  constructor(id: number, source: () => ProcSource, made?: NonNullable<FileSystem['made']>) {
    this.id = id;
    this.makeSource = source;
    if (made) this.made = made;
  }
  private get source(): ProcSource {
    return (this.sourceMade ??= this.makeSource());
  }

  node(ino: number): ProcNode {
    const pid = Math.floor(ino / SPAN),
      place = ino % SPAN;
    if (pid === 0) {
      if (place === this.root) return { kind: 'top' };
      if (place === SELF) return { kind: 'self' };
      if (place === MOUNTS) return { kind: 'mounts' };
      return { kind: 'file', name: Object.keys(this.source.files)[place - FILES] ?? fail('ENOENT') };
    }
    if (!this.source.pids().includes(pid)) fail('ENOENT');
    if (place === 0) return { kind: 'process', pid };
    if (place === FD_DIRECTORY) return { kind: 'fds', pid };
    if (place === NS_DIRECTORY) return { kind: 'namespaces', pid };
    if (place >= NS_LINKS && place < FDS)
      return { kind: 'namespace', pid, name: Object.keys(this.source.namespaceLinks)[place - NS_LINKS] ?? fail('ENOENT') };
    if (place >= FDS) return { kind: 'fd', pid, fd: place - FDS };
    const links = place >= LINKS;
    const name =
      Object.keys(links ? this.source.processLinks : this.source.processFiles)[place - (links ? LINKS : FILES)] ?? fail('ENOENT');
    return { kind: links ? 'processLink' : 'processFile', pid, name };
  }

  private mode(node: ProcNode): number {
    switch (node.kind) {
      case 'top':
      case 'process':
        return S_IFDIR | 0o555;
      case 'fds':
        return S_IFDIR | 0o500;
      case 'namespaces':
        return S_IFDIR | 0o511;
      case 'self':
      case 'mounts':
      case 'processLink':
      case 'namespace':
        return S_IFLNK | 0o777;
      case 'fd':
        return S_IFLNK | 0o700;
      case 'processFile':
        return S_IFREG | (node.name in this.source.processStores ? 0o644 : 0o444);
      case 'file':
        return S_IFREG | 0o444;
    }
  }

  stat(ino: number): Stat {
    const node = this.node(ino),
      now = this.source.now();
    const owner = 'pid' in node ? this.source.owner(node.pid) : { uid: 0, gid: 0 };
    const mode = this.mode(node);
    return { ino, mode, nlink: (mode & S_IFMT) === S_IFDIR ? 2 : 1, ...owner, rdev: 0, size: 0, atime: now, mtime: now, ctime: now };
  }

  list(directory: number, after: number): readonly DirectoryEntry[] {
    return this.entries(directory)
      .map(([name, ino], i) => ({ name, ino, mode: this.mode(this.node(ino)), cookie: i + 3 }))
      .filter((e) => e.cookie > after);
  }

  private entries(directory: number): [string, number][] {
    const { source } = this,
      node = this.node(directory);
    switch (node.kind) {
      case 'top':
        return [
          ...Object.keys(source.files).map((name, i): [string, number] => [name, FILES + i]),
          ['self', SELF],
          ['mounts', MOUNTS],
          ...source.pids().map((pid): [string, number] => [String(source.number(pid)), pid * SPAN]),
        ];
      case 'process':
        return [
          ...Object.keys(source.processFiles).map((name, i): [string, number] => [name, directory + FILES + i]),
          ...Object.keys(source.processLinks).map((name, i): [string, number] => [name, directory + LINKS + i]),
          ['fd', directory + FD_DIRECTORY],
          ['ns', directory + NS_DIRECTORY],
        ];
      case 'namespaces':
        return Object.keys(source.namespaceLinks).map((name, i) => [name, node.pid * SPAN + NS_LINKS + i]);
      case 'fds':
        return source.descriptors(node.pid).map((fd) => [String(fd), node.pid * SPAN + FDS + fd]);
      default:
        return fail('ENOTDIR');
    }
  }

  lookup(directory: number, name: string): number | null {
    return this.entries(directory).find(([n]) => n === name)?.[1] ?? null;
  }

  parent(directory: number): number {
    const place = directory % SPAN;
    return place === FD_DIRECTORY || place === NS_DIRECTORY ? directory - place : this.root;
  }

  readlink(ino: number): string {
    const node = this.node(ino);
    switch (node.kind) {
      case 'self':
        return String(this.source.self() || fail('ENOENT'));
      case 'mounts':
        return 'self/mounts';
      case 'processLink':
        return this.source.processLinks[node.name]!(node.pid);
      case 'fd':
        return this.source.descriptorLink(node.pid, node.fd);
      case 'namespace':
        return this.source.namespaceLinks[node.name]!(node.pid);
      default:
        return fail('EINVAL');
    }
  }

  /** The whole text of a file, as it is now. */
  text(ino: number): Uint8Array {
    const node = this.node(ino);
    if (node.kind === 'file') return fromLatin1(this.source.files[node.name]!());
    if (node.kind === 'processFile') return fromLatin1(this.source.processFiles[node.name]!(node.pid));
    return fail('EISDIR');
  }

  read(ino: number, offset: number, length: number): Uint8Array {
    return this.text(ino).subarray(offset, offset + length);
  }

  write(ino: number, _offset: number, bytes: Uint8Array): void {
    const node = this.node(ino);
    const store = node.kind === 'processFile' ? this.source.processStores[node.name] : undefined;
    if (node.kind !== 'processFile' || !store) return fail('EACCES');
    store(node.pid, latin1(bytes));
  }
  truncate(ino: number): void {
    const node = this.node(ino);
    if (node.kind !== 'processFile' || !(node.name in this.source.processStores)) fail('EACCES');
  }
  create(): number {
    return fail('ENOENT');
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
