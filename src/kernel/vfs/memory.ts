/**
 * A file system in memory (tmpfs). Files are arrays of 4 KiB chunks, null for a hole.
 *
 * Invariant: what `save` returned is never changed afterwards. `save` freezes every inode; the first change of a frozen inode
 * replaces it by a copy that shares its chunks, and the first write to a shared chunk copies that chunk. So a checkpoint
 * costs a list of inodes, and one that changed nothing costs nothing.
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import type { Payer } from '../frames.ts';
import { CHUNK, type Entry, type Inode, type Open } from './inode.ts';
import {
  isDirectory,
  isRegular,
  isSymlink,
  S_IFDIR,
  S_IFMT,
  type Attributes,
  type DirectoryEntry,
  nanosAfter,
  type FileSystem,
  type NewInode,
  type Stat,
} from './types.ts';

/** Files larger than this are refused with EFBIG: 2 GiB less one, as without O_LARGEFILE. */
const MAX_SIZE = 0x7fff_ffff;

interface Live {
  inode: Inode;
  /** True once a save has seen it. */
  frozen: boolean;
  /** Chunks that belong to this version alone. */
  own: Set<number>;
  /** Directory index, made on demand. */
  index: Map<string, Entry> | null;
}

/** Links of up to this length lie in the inode (SHORT_SYMLINK_LEN in mm/shmem.c), as directories do. */
const SHORT_LINK = 128;
const blocks = (i: Inode): number => (isSymlink(i) ? Number(i.target.length >= SHORT_LINK) : i.stored) * (CHUNK / 512);

export interface MemoryOptions {
  readonly id: number;
  readonly type?: string;
  /** Mode bits of the root directory. */
  readonly mode?: number;
  /** Seconds since 1970, for time stamps. */
  readonly now: () => number;
  /** Bytes that may be stored in all. */
  readonly capacity?: number;
  readonly made?: FileSystem['made'];
  /** Who pays for chunks; nobody unless said. */
  readonly payer?: Payer;
}

export class MemoryFs implements FileSystem {
  readonly id: number;
  readonly type: string;
  readonly root = 1;
  readonly made?: NonNullable<FileSystem['made']>;
  private readonly payer: Payer | null;
  private readonly now: () => number;
  /** Bytes that may be stored in all. */
  capacity: number;
  private inodes = new Map<number, Live>();
  private nextIno = 1;
  private used = 0;
  private saved: { readonly nextIno: number; readonly used: number; readonly inodes: readonly Inode[] } | null = null;

  constructor(options: MemoryOptions) {
    this.id = options.id;
    this.type = options.type ?? 'tmpfs';
    this.now = options.now;
    this.capacity = options.capacity ?? 0x4000_0000;
    if (options.made) this.made = options.made;
    this.payer = options.payer ?? null;
    this.insert({ mode: S_IFDIR | (options.mode ?? 0o755), uid: 0, gid: 0 }, 2, 1);
  }

  get charged(): boolean {
    return this.payer !== null;
  }

  private insert(from: NewInode, nlink: number, parent: number): number {
    const ino = this.nextIno++,
      now = this.now();
    const inode: Inode = {
      ino,
      mode: from.mode,
      nlink,
      uid: from.uid,
      gid: from.gid,
      rdev: from.rdev ?? 0,
      size: from.target?.length ?? 0,
      atime: now,
      mtime: now,
      ctime: now,
      nanos: null,
      target: from.target ?? '',
      parent,
      holds: 0,
      chunks: [],
      stored: 0,
      entries: [],
      xattrs: null,
      payers: [],
    };
    this.inodes.set(ino, { inode, frozen: false, own: new Set(), index: null });
    this.saved = null;
    return ino;
  }

  /** Contents changed now. */
  private changed(inode: Open): void {
    inode.mtime = inode.ctime = this.now();
    if (inode.nanos?.mtime !== undefined) inode.nanos = nanosAfter(inode.nanos, { mtime: inode.mtime });
  }

  private live(ino: number): Live {
    return this.inodes.get(ino) ?? fail('ENOENT');
  }

  /** The inode, ready to be changed in place. */
  private open(ino: number): Open {
    const live = this.live(ino);
    if (live.frozen) {
      live.inode = { ...live.inode, chunks: live.inode.chunks.slice(), entries: live.inode.entries.slice() };
      live.frozen = false;
      live.own = new Set();
    }
    this.saved = null;
    return live.inode as Open;
  }

  private index(directory: number): Map<string, Entry> {
    const live = this.live(directory);
    if (!isDirectory(live.inode)) fail('ENOTDIR');
    return (live.index ??= new Map(live.inode.entries.map((e) => [e.name, e])));
  }

  stat(ino: number): Stat {
    const i = this.live(ino).inode;
    const size = isDirectory(i) ? 40 + i.entries.length * 20 : i.size;
    return {
      ino,
      mode: i.mode,
      nlink: i.nlink,
      uid: i.uid,
      gid: i.gid,
      rdev: i.rdev,
      size,
      atime: i.atime,
      mtime: i.mtime,
      ctime: i.ctime,
      ...(i.nanos ? { nanos: i.nanos } : {}),
      blocks: blocks(i),
    };
  }

  lookup(directory: number, name: string): number | null {
    return this.index(directory).get(name)?.ino ?? null;
  }

  parent(directory: number): number {
    return this.live(directory).inode.parent;
  }

  list(directory: number, after: number): readonly DirectoryEntry[] {
    const { inode } = this.live(directory);
    if (!isDirectory(inode)) fail('ENOTDIR');
    return inode.entries.filter((e) => e.cookie > after).map((e) => ({ ...e, mode: this.live(e.ino).inode.mode }));
  }

  readlink(ino: number): string {
    const { inode } = this.live(ino);
    return isSymlink(inode) ? inode.target : fail('EINVAL');
  }

  read(ino: number, offset: number, length: number): Uint8Array {
    const { inode } = this.live(ino);
    const result = new Uint8Array(Math.max(0, Math.min(length, inode.size - offset)));
    for (let done = 0; done < result.length;) {
      const at = offset + done,
        within = at % CHUNK;
      const part = Math.min(CHUNK - within, result.length - done);
      const chunk = inode.chunks[(at - within) / CHUNK];
      if (chunk) result.set(chunk.subarray(within, within + part), done);
      done += part;
    }
    return result;
  }

  nextData(ino: number, offset: number, data: boolean): number {
    const { chunks, size } = this.live(ino).inode;
    let n = Math.floor(offset / CHUNK);
    while (n * CHUNK < size && (chunks[n]?.length ?? 0) > 0 !== data) n++;
    return Math.min(size, Math.max(offset, n * CHUNK));
  }

  write(ino: number, offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > MAX_SIZE) fail('EFBIG');
    const inode = this.open(ino),
      { own } = this.live(ino);
    for (let done = 0; done < bytes.length;) {
      const at = offset + done,
        within = at % CHUNK,
        n = (at - within) / CHUNK;
      const part = Math.min(CHUNK - within, bytes.length - done);
      this.ownChunk(inode, own, n).set(bytes.subarray(done, done + part), within);
      done += part;
    }
    if (bytes.length > 0) inode.size = Math.max(inode.size, offset + bytes.length);
    this.changed(inode);
  }

  reserve(ino: number, start: number, end: number): void {
    const inode = this.open(ino),
      wanted: number[] = [];
    for (let n = Math.floor(start / CHUNK); n * CHUNK < end; n++) if (!inode.chunks[n]) wanted.push(n);
    if (this.used + wanted.length * CHUNK > this.capacity) fail('ENOSPC');
    for (const n of wanted) this.takeRoom(inode, n);
    inode.ctime = this.now();
  }

  private ownChunk(inode: Open, own: Set<number>, n: number): Uint8Array {
    const chunk = inode.chunks[n];
    if (chunk && chunk.length > 0 && own.has(n)) return chunk;
    if (!chunk) this.takeRoom(inode, n);
    own.add(n);
    return (inode.chunks[n] = chunk && chunk.length > 0 ? chunk.slice() : new Uint8Array(CHUNK));
  }

  /** Takes room for a chunk. */
  private takeRoom(inode: Open, n: number): void {
    if (this.used + CHUNK > this.capacity) fail('ENOSPC');
    if (this.payer) this.pay(inode, this.payer);
    this.used += CHUNK;
    inode.stored++;
    while (inode.chunks.length < n) inode.chunks.push(null);
    inode.chunks[n] = new Uint8Array(0);
  }

  private pay(inode: Open, payer: Payer): void {
    const group = payer.take();
    if (group < 0) fail('ENOMEM');
    const [, chunks] = inode.payers.find(([g]) => g === group) ?? [group, 0];
    inode.payers = [...inode.payers.filter(([g]) => g !== group), [group, chunks + 1]];
  }

  /** `chunks` of it are gone: who paid last has them back first. */
  private payBack(inode: Open, chunks: number): void {
    for (let left = chunks; left > 0 && inode.payers.length > 0;) {
      const [group, paid] = inode.payers.at(-1)!,
        n = Math.min(left, paid);
      this.payer?.give(group, n);
      inode.payers = paid > n ? [...inode.payers.slice(0, -1), [group, paid - n]] : inode.payers.slice(0, -1);
      left -= n;
    }
  }

  truncate(ino: number, size: number): void {
    if (size > MAX_SIZE) fail('EFBIG');
    const inode = this.open(ino),
      { own } = this.live(ino);
    if (!isRegular(inode)) fail('EINVAL');
    const keep = Math.ceil(size / CHUNK);
    let freed = 0;
    for (let n = keep; n < inode.chunks.length; n++) {
      if (inode.chunks[n]) freed++;
      own.delete(n);
    }
    this.used -= freed * CHUNK;
    inode.stored -= freed;
    this.payBack(inode, freed);
    if (inode.chunks.length > keep) inode.chunks.length = keep;
    if (size < inode.size && size % CHUNK !== 0 && inode.chunks[keep - 1]) this.ownChunk(inode, own, keep - 1).fill(0, size % CHUNK);
    inode.size = size;
    this.changed(inode);
  }

  punch(ino: number, start: number, end: number): void {
    const inode = this.open(ino),
      { own } = this.live(ino);
    for (let n = Math.floor(start / CHUNK); n * CHUNK < end && n < inode.chunks.length; n++) {
      const at = n * CHUNK,
        chunk = inode.chunks[n];
      if (chunk && start <= at && at + CHUNK <= end) {
        inode.chunks[n] = null;
        own.delete(n);
        this.used -= CHUNK;
        inode.stored--;
        this.payBack(inode, 1);
      } else if (chunk && chunk.length > 0) this.ownChunk(inode, own, n).fill(0, Math.max(0, start - at), Math.min(CHUNK, end - at));
    }
    this.changed(inode);
  }

  tmpfile(_directory: number, from: NewInode, last: boolean): number {
    const ino = this.insert(from, 0, 0);
    if (!last) this.open(ino).linkable = true;
    return ino;
  }

  exchange(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const a = this.index(fromDirectory).get(from) ?? fail('ENOENT'),
      b = this.index(toDirectory).get(to) ?? fail('ENOENT');
    this.refuseInto(a.ino, toDirectory);
    this.refuseInto(b.ino, fromDirectory);
    for (const [directory, name] of [
      [fromDirectory, from],
      [toDirectory, to],
    ] as const)
      this.dropEntry(directory, name);
    this.moveIn(b.ino, toDirectory, fromDirectory, from);
    this.moveIn(a.ino, fromDirectory, toDirectory, to);
  }

  /** A directory cannot be put into itself. */
  private refuseInto(moving: number, directory: number): void {
    for (let up = directory; isDirectory(this.live(moving).inode); up = this.parent(up)) {
      if (up === moving) fail('EINVAL');
      if (up === this.root) break;
    }
  }

  /** Gives the inode its new name; '..' follows. */
  private moveIn(ino: number, from: number, to: number, name: string): void {
    this.addEntry(to, name, ino);
    const inode = this.open(ino);
    inode.ctime = this.now();
    if (!isDirectory(inode) || from === to) return;
    inode.parent = to;
    this.open(from).nlink--;
    this.open(to).nlink++;
  }

  create(directory: number, name: string, from: NewInode): number {
    if (this.index(directory).has(name)) fail('EEXIST');
    if (this.live(directory).inode.nlink === 0) fail('ENOENT');
    const isDir = (from.mode & S_IFMT) === S_IFDIR;
    const ino = this.insert(from, isDir ? 2 : 1, isDir ? directory : 0);
    this.addEntry(directory, name, ino);
    if (isDir) this.open(directory).nlink++;
    return ino;
  }

  private addEntry(directory: number, name: string, ino: number): void {
    const inode = this.open(directory);
    const entry = { name, ino, cookie: (inode.entries.at(-1)?.cookie ?? 2) + 1 };
    this.index(directory).set(name, entry);
    inode.entries.push(entry);
    this.changed(inode);
  }

  private dropEntry(directory: number, name: string): void {
    const inode = this.open(directory);
    this.index(directory).delete(name);
    inode.entries.splice(
      inode.entries.findIndex((e) => e.name === name),
      1,
    );
    this.changed(inode);
  }

  link(directory: number, name: string, ino: number): void {
    if (this.index(directory).has(name)) fail('EEXIST');
    const inode = this.open(ino);
    if (inode.nlink === 0 && !inode.linkable) fail('ENOENT');
    delete (inode as { linkable?: boolean }).linkable;
    inode.nlink++;
    inode.ctime = this.now();
    this.addEntry(directory, name, ino);
  }

  remove(directory: number, name: string): void {
    const entry = this.index(directory).get(name) ?? fail('ENOENT');
    const target = this.live(entry.ino).inode;
    if (isDirectory(target) && target.entries.length > 0) fail('ENOTEMPTY');
    this.dropEntry(directory, name);
    const inode = this.open(entry.ino);
    inode.ctime = this.now();
    if (isDirectory(inode)) {
      inode.nlink = 0;
      this.open(directory).nlink--;
    } else inode.nlink--;
    this.forgetIfUnused(entry.ino);
  }

  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const entry = this.index(fromDirectory).get(from) ?? fail('ENOENT');
    const moving = this.live(entry.ino).inode;
    this.refuseInto(entry.ino, toDirectory);
    const existing = this.index(toDirectory).get(to);
    if (existing) {
      if (existing.ino === entry.ino) return;
      const target = this.live(existing.ino).inode;
      if (isDirectory(target) && !isDirectory(moving)) fail('EISDIR');
      if (!isDirectory(target) && isDirectory(moving)) fail('ENOTDIR');
      this.remove(toDirectory, to);
    }
    this.dropEntry(fromDirectory, from);
    this.moveIn(entry.ino, fromDirectory, toDirectory, to);
  }

  setAttributes(ino: number, a: Attributes): void {
    const inode = this.open(ino);
    if (a.mode !== undefined) inode.mode = (inode.mode & S_IFMT) | (a.mode & 0o7777);
    if (a.uid !== undefined) inode.uid = a.uid;
    if (a.gid !== undefined) inode.gid = a.gid;
    if (a.atime !== undefined) inode.atime = a.atime;
    if (a.mtime !== undefined) inode.mtime = a.mtime;
    inode.nanos = nanosAfter(inode.nanos, a);
    inode.ctime = this.now();
  }

  getXattr(ino: number, name: string): string | null {
    return this.live(ino).inode.xattrs?.[name] ?? null;
  }

  setXattr(ino: number, name: string, value: string | null): void {
    const inode = this.open(ino);
    inode.xattrs = Object.fromEntries([
      ...Object.entries(inode.xattrs ?? {}).filter(([n]) => n !== name),
      ...(value === null ? [] : [[name, value]]),
    ]);
    inode.ctime = this.now();
  }

  listXattr(ino: number): readonly string[] {
    return Object.keys(this.live(ino).inode.xattrs ?? {}).filter((name) => !name.startsWith('\0'));
  }

  hold(ino: number, by: 1 | -1): void {
    this.open(ino).holds += by;
    this.forgetIfUnused(ino);
  }

  private forgetIfUnused(ino: number): void {
    const { inode } = this.live(ino);
    if (inode.nlink > 0 || inode.holds > 0) return;
    const freed = inode.chunks.filter((chunk) => chunk !== null).length;
    this.used -= freed * CHUNK;
    this.payBack(this.open(ino), freed);
    this.inodes.delete(ino);
    this.saved = null;
  }

  /** Bytes stored and the most that may be. */
  usage(): { readonly used: number; readonly capacity: number; readonly inodes: number } {
    return { used: this.used, capacity: this.capacity, inodes: this.inodes.size };
  }

  /** The file system goes: nobody pays for it any more. */
  payAllBack(): void {
    for (const { inode } of this.inodes.values()) for (const [group, chunks] of inode.payers) this.payer?.give(group, chunks);
  }

  save(): Plain {
    if (this.saved === null) {
      const inodes: Inode[] = [];
      for (const live of this.inodes.values()) {
        live.frozen = true;
        inodes.push(live.inode);
      }
      this.saved = { nextIno: this.nextIno, used: this.used, inodes };
    }
    return this.saved as unknown as Plain;
  }

  restore(state: Plain): void {
    const saved = state as unknown as NonNullable<MemoryFs['saved']>;
    this.inodes = new Map(saved.inodes.map((inode) => [inode.ino, { inode, frozen: true, own: new Set(), index: null }]));
    this.nextIno = saved.nextIno;
    this.used = saved.used;
    this.saved = saved;
  }
}
