/**
 * The file system of /proc: nothing is stored, every name and text is made from the kernel's own tables when asked for.
 * Inode numbers say what a node is: pid * 65536 + place, pid 0 being the top. Texts are made when a file is read from its
 * beginning, as Linux does (seq_file), not when it is opened.
 */
import type { Plain } from '../../bits/plain.ts';
import { fromLatin1, latin1 } from '../../bits/utf8.ts';
import { fail } from '../errno.ts';
import { type MadeEntry, type MadeFiles, madeMode, MadeTree } from './made.ts';
import { S_IFDIR, S_IFLNK, S_IFREG, S_IFMT, type DirectoryEntry, type FileSystem, type Stat } from './types.ts';

/** What /proc is made of. */
export interface ProcSource {
  /** The machine's numbers of the processes that this /proc shows; whether it knows a task; and the number that it shows for one. */
  pids(): readonly number[];
  knows(task: number): boolean;
  number(pid: number): number;
  byNumber(number: number): number;
  /** Number of the process, and of the task, that is asking; 0 when this /proc does not show it. */
  self(): number;
  thread(): number;
  owner(pid: number): { readonly uid: number; readonly gid: number };
  /** Tasks of a process, the process of a task. */
  tasks(pid: number): readonly number[];
  leader(task: number): number;
  /** Files at the top, and those of a process. */
  readonly files: MadeFiles;
  readonly processFiles: MadeFiles;
  /** Links of /proc/PID/ns. */
  readonly namespaceLinks: Readonly<Record<string, (pid: number) => string>>;
  descriptors(pid: number): readonly number[];
  descriptorLink(pid: number, fd: number): string;
  descriptorInfo(pid: number, fd: number): string;
  /** EACCES unless the one who asks may look into the process. */
  inspect(pid: number): void;
  now(): number;
}

const SELF = 2,
  THREAD_SELF = 3,
  TASK_ROOT = 1,
  FD = 10,
  FDINFO = 11,
  TASKS = 12,
  NAMESPACES = 13,
  FILES = 16,
  NS_LINKS = 2000,
  FDS = 4096,
  FDINFOS = 32_768,
  SPAN = 65_536;

/** Directories of a process that are made otherwise than by paths. */
const DIRECTORIES = [
  ['fd', FD],
  ['fdinfo', FDINFO],
  ['ns', NAMESPACES],
  ['task', TASKS],
] as const;

export type ProcNode =
  | { readonly kind: 'top' | 'self' | 'thread-self' }
  | { readonly kind: 'file'; readonly entry: MadeEntry }
  | { readonly kind: 'process' | 'thread' | 'fds' | 'fdinfos' | 'tasks' | 'namespaces'; readonly pid: number }
  | { readonly kind: 'processFile'; readonly pid: number; readonly entry: MadeEntry }
  | { readonly kind: 'namespace'; readonly pid: number; readonly name: string }
  | { readonly kind: 'fd' | 'fdinfo'; readonly pid: number; readonly fd: number };

export class ProcFs implements FileSystem {
  readonly id: number;
  readonly type = 'proc';
  readonly root = 1;
  readonly made?: NonNullable<FileSystem['made']>;
  private readonly makeSource: () => ProcSource;
  private parts: { readonly source: ProcSource; readonly top: MadeTree; readonly ofProcess: MadeTree } | null = null;

  /** The source is made when somebody first looks. */
  constructor(id: number, source: () => ProcSource, made?: NonNullable<FileSystem['made']>) {
    this.id = id;
    this.makeSource = source;
    if (made) this.made = made;
  }
  private get all(): NonNullable<ProcFs['parts']> {
    if (this.parts === null) {
      const source = this.makeSource();
      this.parts = { source, top: new MadeTree(source.files), ofProcess: new MadeTree(source.processFiles) };
    }
    return this.parts;
  }
  private get source(): ProcSource {
    return this.all.source;
  }
  private get top(): MadeTree {
    return this.all.top;
  }
  private get ofProcess(): MadeTree {
    return this.all.ofProcess;
  }

  node(ino: number): ProcNode {
    const pid = Math.floor(ino / SPAN),
      place = ino % SPAN;
    if (pid === 0) {
      if (place === this.root) return { kind: 'top' };
      if (place === SELF) return { kind: 'self' };
      if (place === THREAD_SELF) return { kind: 'thread-self' };
      return { kind: 'file', entry: this.top.entries[place - FILES] ?? fail('ENOENT') };
    }
    if (!this.source.knows(pid)) fail('ENOENT');
    if (place === 0) return { kind: 'process', pid };
    if (place === TASK_ROOT) return { kind: 'thread', pid };
    if (place === FD) return { kind: 'fds', pid };
    if (place === FDINFO) return { kind: 'fdinfos', pid };
    if (place === TASKS) return { kind: 'tasks', pid };
    if (place === NAMESPACES) return { kind: 'namespaces', pid };
    if (place >= FDINFOS) return { kind: 'fdinfo', pid, fd: place - FDINFOS };
    if (place >= FDS) return { kind: 'fd', pid, fd: place - FDS };
    if (place >= NS_LINKS)
      return { kind: 'namespace', pid, name: Object.keys(this.source.namespaceLinks)[place - NS_LINKS] ?? fail('ENOENT') };
    return { kind: 'processFile', pid, entry: this.ofProcess.entries[place - FILES] ?? fail('ENOENT') };
  }

  private mode(node: ProcNode): number {
    switch (node.kind) {
      case 'top':
      case 'process':
      case 'thread':
      case 'tasks':
      case 'fdinfos':
        return S_IFDIR | 0o555;
      case 'fds':
        return S_IFDIR | 0o500;
      case 'namespaces':
        return S_IFDIR | 0o511;
      case 'self':
      case 'thread-self':
      case 'namespace':
        return S_IFLNK | 0o777;
      case 'fd':
        return S_IFLNK | 0o700;
      case 'fdinfo':
        return S_IFREG | 0o444;
      case 'file':
      case 'processFile':
        return madeMode(node.entry);
    }
  }

  stat(ino: number): Stat {
    const node = this.node(ino),
      now = this.source.now();
    const owner = 'pid' in node ? this.source.owner(node.pid) : { uid: 0, gid: 0 };
    const mode = this.mode(node);
    return { ino, mode, nlink: this.links(node, mode), ...owner, rdev: 0, size: 0, atime: now, mtime: now, ctime: now };
  }

  /** Directories of processes count as such in the link count of the top. */
  private links(node: ProcNode, mode: number): number {
    if ((mode & S_IFMT) !== S_IFDIR) return 1;
    return node.kind === 'top' ? 2 + this.source.pids().length : 2;
  }

  list(directory: number, after: number): readonly DirectoryEntry[] {
    return this.entries(directory)
      .map(([name, ino], i) => ({ name, ino, mode: this.mode(this.node(ino)), cookie: i + 3 }))
      .filter((e) => e.cookie > after);
  }

  private within(tree: MadeTree, place: number, base: number): [string, number][] {
    return tree.children(place).map((at) => [tree.entries[at]!.name, base + FILES + at]);
  }

  private entries(directory: number): [string, number][] {
    const { source } = this,
      node = this.node(directory),
      base = 'pid' in node ? node.pid * SPAN : 0;
    switch (node.kind) {
      case 'top':
        return [
          ...this.within(this.top, -1, 0),
          ['self', SELF],
          ['thread-self', THREAD_SELF],
          ...source.pids().map((pid): [string, number] => [String(source.number(pid)), pid * SPAN]),
        ];
      case 'process':
      case 'thread':
        return [
          ...this.within(this.ofProcess, -1, base).filter(([name]) => node.kind === 'thread' || name !== 'children'),
          ...DIRECTORIES.filter(([name]) => node.kind === 'process' || name !== 'task').map(([name, at]): [string, number] => [
            name,
            base + at,
          ]),
        ];
      case 'file':
      case 'processFile': {
        if (node.entry.file !== null) return fail('ENOTDIR');
        const tree = node.kind === 'file' ? this.top : this.ofProcess;
        return this.within(tree, tree.placeOf(node.entry.path)!, base);
      }
      case 'namespaces':
        source.inspect(node.pid);
        return Object.keys(source.namespaceLinks).map((name, i) => [name, base + NS_LINKS + i]);
      case 'tasks':
        return source.tasks(node.pid).map((task) => [String(source.number(task)), task * SPAN + TASK_ROOT]);
      case 'fds':
      case 'fdinfos':
        return source.descriptors(node.pid).map((fd) => [String(fd), base + (node.kind === 'fds' ? FDS : FDINFOS) + fd]);
      default:
        return fail('ENOTDIR');
    }
  }

  lookup(directory: number, name: string): number | null {
    const node = this.node(directory);
    if (node.kind === 'top' && /^[1-9][0-9]*$/.test(name)) {
      // A thread that is no leader is not listed, but can be looked up.
      const task = this.source.byNumber(Number(name));
      return task !== 0 && this.source.knows(task) ? task * SPAN : null;
    }
    return this.entries(directory).find(([n]) => n === name)?.[1] ?? null;
  }

  parent(directory: number): number {
    const node = this.node(directory),
      base = 'pid' in node ? node.pid * SPAN : 0;
    switch (node.kind) {
      case 'fds':
      case 'fdinfos':
      case 'namespaces':
      case 'tasks':
        return base;
      case 'thread':
        return this.source.leader(node.pid) * SPAN + TASKS;
      case 'file':
        return node.entry.parent < 0 ? this.root : FILES + node.entry.parent;
      case 'processFile':
        return base + (node.entry.parent < 0 ? 0 : FILES + node.entry.parent);
      default:
        return this.root;
    }
  }

  readlink(ino: number): string {
    const node = this.node(ino),
      { source } = this;
    switch (node.kind) {
      case 'self':
        return String(source.self() || fail('ENOENT'));
      case 'thread-self':
        return `${source.self() || fail('ENOENT')}/task/${source.thread()}`;
      case 'file':
        return node.entry.file?.link ? node.entry.file.text(0) : fail('EINVAL');
      case 'processFile':
        if (!node.entry.file?.link) return fail('EINVAL');
        source.inspect(node.pid);
        return node.entry.file.text(node.pid);
      case 'fd':
        source.inspect(node.pid);
        return source.descriptorLink(node.pid, node.fd);
      case 'namespace':
        source.inspect(node.pid);
        return source.namespaceLinks[node.name]!(node.pid);
      default:
        return fail('EINVAL');
    }
  }

  /** The whole text of a file, as it is now. */
  text(ino: number): Uint8Array {
    const pid = Math.floor(ino / SPAN);
    if (pid !== 0 && !this.source.knows(pid)) fail('ESRCH');
    const node = this.node(ino);
    if (node.kind === 'file' && node.entry.file) return fromLatin1(node.entry.file.text(0));
    if (node.kind === 'processFile' && node.entry.file) return fromLatin1(node.entry.file.text(node.pid));
    if (node.kind === 'fdinfo') return fromLatin1(this.source.descriptorInfo(node.pid, node.fd));
    return fail('EISDIR');
  }

  /** Settings of /proc/sys. */
  strict(ino: number): boolean {
    const node = this.node(ino);
    return node.kind === 'file' && (node.entry.path === 'sys' || node.entry.path.startsWith('sys/'));
  }

  read(ino: number, offset: number, length: number): Uint8Array {
    return this.text(ino).subarray(offset, offset + length);
  }

  write(ino: number, _offset: number, bytes: Uint8Array): void {
    const node = this.node(ino);
    const store = node.kind === 'processFile' || node.kind === 'file' ? node.entry.file?.store : undefined;
    // Root may open what nobody may write; there is only nothing behind it.
    if (!store) return fail(node.kind === 'file' ? 'EIO' : 'EINVAL');
    store('pid' in node ? node.pid : 0, latin1(bytes));
  }
  truncate(): void {
    /* O_TRUNC means nothing to a file that is made anew. */
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
