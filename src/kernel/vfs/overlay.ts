/**
 * The overlay file system (Documentation/filesystems/overlayfs.rst): directories of other file systems laid on each other.
 * A name is looked up from the highest layer downwards; what is changed is first copied up into the upper layer; what is
 * deleted leaves a whiteout (a character device 0/0) there, and a directory made anew over one is opaque
 * (trusted.overlay.opaque = "y").
 *
 * Invariant: records are never changed in place, so a saved list stays true; the lower layers are never written. As with
 * Linux's defaults (redirect_dir and index off) a directory that a lower layer has part in cannot be renamed (EXDEV), and a
 * copy-up of one name of a file leaves its other names behind. Left out: metacopy, changes of the layers from outside.
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import {
  isDevice,
  isDirectory,
  isRegular,
  isSymlink,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
  type Attributes,
  type DirectoryEntry,
  type FileSystem,
  type NewInode,
  type Stat,
} from './types.ts';

export interface LayerRoot {
  readonly fs: number;
  readonly ino: number;
}

export interface OverlayOptions {
  readonly id: number;
  /** Highest first. */
  readonly lower: readonly LayerRoot[];
  readonly upper: LayerRoot | null;
  readonly layer: (fs: number) => FileSystem;
  readonly watcher: OverlayWatcher;
}

/** Who is told of the work that the overlay does beyond that of its layers. */
export interface OverlayWatcher {
  /** One name was looked for in so many layers. */
  searched(layers: number): void;
  /** `layer`: the index of the lower layer that it came from. */
  copiedUp(path: string, layer: number, bytes: number): void;
}

/** One file or directory of the merged view. */
interface Entry {
  readonly ino: number;
  readonly parent: number;
  readonly name: string;
  /** Its inode in the upper layer, 0 for none. */
  readonly upper: number;
  /** For a directory those that are merged, highest first; for another file at most one. */
  readonly lower: readonly { readonly layer: number; readonly ino: number }[];
  readonly holds: number;
  readonly gone: boolean;
}

interface Saved {
  readonly entries: readonly Entry[];
  readonly next: number;
}

const OPAQUE = 'trusted.overlay.opaque';
/** Directory cookies: the layer's place in the stack, and the cookie there. */
const COOKIES = 0x10_0000;

export const isWhiteout = (stat: Stat): boolean => isDevice(stat) && stat.rdev === 0;

export class OverlayFs implements FileSystem {
  readonly id: number;
  readonly type = 'overlay';
  readonly root = 1;
  readonly made: NonNullable<FileSystem['made']>;
  readonly upperRoot: LayerRoot | null;
  readonly lowerRoots: readonly LayerRoot[];
  private readonly layerOf: (fs: number) => FileSystem;
  private readonly watcher: OverlayWatcher;
  private entries = new Map<number, Entry>();
  private byUpper = new Map<number, number>();
  /** Names that only lower layers have: `directory/name` to entry. */
  private byName = new Map<string, number>();
  private next = 2;
  private saved: Saved | null = null;

  constructor(options: OverlayOptions) {
    const { id, lower, upper } = options;
    this.id = id;
    this.upperRoot = upper;
    this.lowerRoots = lower;
    this.made = { kind: 'overlay', options: { lower, upper } as unknown as Plain };
    this.layerOf = options.layer;
    this.watcher = options.watcher;
    this.put({
      ino: 1,
      parent: 1,
      name: '',
      upper: upper?.ino ?? 0,
      lower: lower.map(({ ino }, layer) => ({ layer, ino })),
      holds: 0,
      gone: false,
    });
  }

  // ---- layers and entries

  private get upperFs(): FileSystem {
    return this.layerOf((this.upperRoot ?? fail('EROFS')).fs);
  }
  private lowerFs(layer: number): FileSystem {
    return this.layerOf(this.lowerRoots[layer]!.fs);
  }

  private put(entry: Entry): Entry {
    this.saved = null;
    this.entries.set(entry.ino, entry);
    if (entry.upper !== 0) this.byUpper.set(entry.upper, entry.ino);
    else if (!entry.gone && entry.ino !== 1) this.byName.set(`${entry.parent}/${entry.name}`, entry.ino);
    return entry;
  }

  private entry(ino: number): Entry {
    return this.entries.get(ino) ?? fail('ENOENT');
  }

  /** Where its data and attributes are. */
  private source(e: Entry): { readonly fs: FileSystem; readonly ino: number } {
    if (e.upper !== 0) return { fs: this.upperFs, ino: e.upper };
    const { layer, ino } = e.lower[0]!;
    return { fs: this.lowerFs(layer), ino };
  }

  real(ino: number): { readonly fs: number; readonly ino: number } {
    const { fs, ino: inner } = this.source(this.entry(ino));
    return fs.real?.(inner) ?? { fs: fs.id, ino: inner };
  }

  /** The entry of a name, or null. */
  private child(directory: Entry, name: string): Entry | null {
    const { upper, whiteout } = this.inUpper(directory, name);
    if (whiteout) return null;
    const upperStat = upper === 0 ? null : this.upperFs.stat(upper);
    const covers = upperStat !== null && (!isDirectory(upperStat) || this.upperFs.getXattr?.(upper, OPAQUE) === 'y');
    const lower = covers ? [] : this.inLower(directory, name, upperStat !== null);
    if (upper === 0 && lower.length === 0) return null;
    const known = upper !== 0 ? this.byUpper.get(upper) : this.byName.get(`${directory.ino}/${name}`);
    if (known !== undefined) return this.entry(known);
    return this.put({ ino: this.next++, parent: directory.ino, name, upper, lower, holds: 0, gone: false });
  }

  private inUpper(directory: Entry, name: string): { readonly upper: number; readonly whiteout: boolean } {
    if (directory.upper === 0) return { upper: 0, whiteout: false };
    this.watcher.searched(1);
    const upper = this.upperFs.lookup(directory.upper, name) ?? 0;
    return upper !== 0 && isWhiteout(this.upperFs.stat(upper)) ? { upper: 0, whiteout: true } : { upper, whiteout: false };
  }

  /** What the lower layers have under the name. `merging`: a directory stands above, so only directories join it. */
  private inLower(directory: Entry, name: string, merging: boolean): Entry['lower'] {
    const found: { layer: number; ino: number }[] = [];
    for (const { layer, ino } of directory.lower) {
      const fs = this.lowerFs(layer);
      this.watcher.searched(1);
      const below = fs.lookup(ino, name);
      if (below === null) continue;
      const stat = fs.stat(below);
      if (isWhiteout(stat)) break;
      if (!isDirectory(stat)) {
        if (!merging && found.length === 0) found.push({ layer, ino: below });
        break;
      }
      found.push({ layer, ino: below });
      if (fs.getXattr?.(below, OPAQUE) === 'y') break;
    }
    return found;
  }

  /** Whether removing the name from the upper layer would let a lower one be seen. */
  private coversLower(directory: Entry, name: string): boolean {
    return this.inLower(directory, name, false).length > 0;
  }

  pathOf(ino: number): string {
    const e = this.entry(ino);
    if (e.ino === 1) return '';
    return `${this.pathOf(e.parent)}/${e.name}`;
  }

  // ---- copy-up

  /** The entry with an inode in the upper layer: its directories and itself copied up when need be. */
  private raised(ino: number): Entry {
    const e = this.entry(ino);
    if (this.upperRoot === null) fail('EROFS');
    if (e.upper !== 0) return e;
    if (e.gone) fail('ENOENT');
    const parent = this.raised(e.parent),
      fs = this.upperFs;
    const from = this.source(e),
      stat = from.fs.stat(from.ino);
    const { atime, mtime, nanos } = fs.stat(parent.upper);
    const upper = fs.create(parent.upper, e.name, {
      mode: stat.mode,
      uid: stat.uid,
      gid: stat.gid,
      rdev: stat.rdev,
      ...(isSymlink(stat) ? { target: from.fs.readlink(from.ino) } : {}),
    });
    if (isRegular(stat) && stat.size > 0) fs.write(upper, 0, from.fs.read(from.ino, 0, stat.size));
    for (const name of from.fs.listXattr?.(from.ino) ?? [])
      if (name !== OPAQUE) fs.setXattr?.(upper, name, from.fs.getXattr!(from.ino, name));
    fs.setAttributes(upper, { atime: stat.atime, mtime: stat.mtime, nanos: stat.nanos });
    fs.setAttributes(parent.upper, { atime, mtime, nanos });
    this.watcher.copiedUp(this.pathOf(ino), e.lower[0]!.layer, isRegular(stat) ? stat.size : 0);
    this.byName.delete(`${e.parent}/${e.name}`);
    for (let n = 0; n < e.holds; n++) {
      fs.hold(upper, 1);
      from.fs.hold(from.ino, -1);
    }
    return this.put({ ...e, upper, lower: isDirectory(stat) ? e.lower : [] });
  }

  reserve(ino: number, start: number, end: number): void {
    this.upperFs.reserve?.(this.raised(ino).upper, start, end);
  }

  prepareWrite(ino: number): void {
    const e = this.raised(ino);
    this.upperFs.prepareWrite?.(e.upper);
  }

  // ---- reading

  stat(ino: number): Stat {
    const e = this.entry(ino),
      from = this.source(e),
      stat = from.fs.stat(from.ino);
    const merged = isDirectory(stat) && e.lower.length > 0 && (e.upper !== 0 || e.lower.length > 1);
    return { ...stat, ino, nlink: e.gone && e.upper === 0 ? 0 : merged ? 1 : stat.nlink };
  }

  lookup(directory: number, name: string): number | null {
    const e = this.entry(directory);
    if (!isDirectory(this.stat(directory))) fail('ENOTDIR');
    return this.child(e, name)?.ino ?? null;
  }

  parent(directory: number): number {
    return this.entry(directory).parent;
  }

  list(directory: number, after: number): readonly DirectoryEntry[] {
    const e = this.entry(directory),
      seen = new Set<string>(),
      result: DirectoryEntry[] = [];
    const take = (fs: FileSystem, ino: number, rank: number): void => {
      for (const { name, mode, cookie, ino: inner } of fs.list(ino, 0)) {
        if (seen.has(name)) continue;
        seen.add(name);
        if ((mode & S_IFMT) === S_IFCHR && isWhiteout(fs.stat(inner))) continue;
        const at = rank * COOKIES + cookie;
        if (at > after) result.push({ name, ino: this.child(e, name)!.ino, mode, cookie: at });
      }
    };
    if (e.upper !== 0) take(this.upperFs, e.upper, 0);
    for (const { layer, ino } of e.lower) take(this.lowerFs(layer), ino, layer + 1);
    this.watcher.searched(e.lower.length);
    return result;
  }

  readlink(ino: number): string {
    const from = this.source(this.entry(ino));
    return from.fs.readlink(from.ino);
  }

  read(ino: number, offset: number, length: number): Uint8Array {
    const from = this.source(this.entry(ino));
    return from.fs.read(from.ino, offset, length);
  }

  nextData(ino: number, offset: number, data: boolean): number {
    const { fs, ino: of } = this.source(this.entry(ino));
    return fs.nextData?.(of, offset, data) ?? (data ? offset : fs.stat(of).size);
  }

  // ---- changing

  write(ino: number, offset: number, bytes: Uint8Array): void {
    this.upperFs.write(this.raised(ino).upper, offset, bytes);
  }

  truncate(ino: number, size: number): void {
    this.upperFs.truncate(this.raised(ino).upper, size);
  }

  setAttributes(ino: number, attributes: Attributes): void {
    this.upperFs.setAttributes(this.raised(ino).upper, attributes);
  }

  /** Makes room for a name in the upper directory: a whiteout goes. True when there was one. */
  private clearWhiteout(directory: Entry, name: string): boolean {
    const { whiteout } = this.inUpper(directory, name);
    if (whiteout) this.upperFs.remove(directory.upper, name);
    return whiteout;
  }

  private makeWhiteout(directory: Entry, name: string): void {
    this.upperFs.create(directory.upper, name, { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
  }

  create(directory: number, name: string, from: NewInode): number {
    if (this.child(this.entry(directory), name)) fail('EEXIST');
    const d = this.raised(directory);
    const over = this.clearWhiteout(d, name);
    const upper = this.upperFs.create(d.upper, name, from);
    if ((from.mode & S_IFMT) === S_IFDIR && (over || d.lower.length > 0)) this.upperFs.setXattr?.(upper, OPAQUE, 'y');
    return this.child(d, name)!.ino;
  }

  tmpfile(directory: number, from: NewInode, last: boolean): number {
    const d = this.raised(directory),
      upper = this.upperFs.tmpfile!(d.upper, from, last);
    return this.put({ ino: this.next++, parent: directory, name: '', upper, lower: [], holds: 0, gone: true }).ino;
  }
  punch(ino: number, start: number, end: number): void {
    this.upperFs.punch!(this.raised(ino).upper, start, end);
  }

  /** Directories that lower layers have part in stay where they are, as in rename. */
  exchange(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const [a, b] = [this.child(this.entry(fromDirectory), from), this.child(this.entry(toDirectory), to)] as const;
    if (!a || !b) return fail('ENOENT');
    for (const [e, into] of [
      [a, toDirectory],
      [b, fromDirectory],
    ] as const)
      if (isDirectory(this.stat(e.ino))) {
        if (e.lower.length > 0) fail('EXDEV');
        this.refuseInto(e.ino, into);
      }
    const [one, two] = [this.raised(a.ino), this.raised(b.ino)],
      [source, into] = [this.raised(fromDirectory), this.raised(toDirectory)];
    this.upperFs.exchange!(source.upper, from, into.upper, to);
    for (const [e, above] of [
      [one, into],
      [two, source],
    ] as const)
      if (isDirectory(this.upperFs.stat(e.upper)) && above.lower.length > 0) this.upperFs.setXattr?.(e.upper, OPAQUE, 'y');
    this.put({ ...one, parent: toDirectory, name: to });
    this.put({ ...two, parent: fromDirectory, name: from });
  }

  link(directory: number, name: string, ino: number): void {
    if (this.child(this.entry(directory), name)) fail('EEXIST');
    const e = this.raised(ino),
      d = this.raised(directory);
    this.clearWhiteout(d, name);
    this.upperFs.link(d.upper, name, e.upper);
    if (e.gone) this.put({ ...e, parent: directory, name, gone: false });
  }

  remove(directory: number, name: string): void {
    const e = this.child(this.entry(directory), name) ?? fail('ENOENT');
    if (isDirectory(this.stat(e.ino)) && this.list(e.ino, 0).length > 0) fail('ENOTEMPTY');
    const d = this.raised(directory);
    this.removeUpper(d, name, e);
    if (this.coversLower(d, name)) this.makeWhiteout(d, name);
    this.forget(e.ino);
  }

  /** Takes the name out of the upper layer, with the whiteouts that an empty directory may hold. */
  private removeUpper(d: Entry, name: string, e: Entry): void {
    if (e.upper === 0) return;
    const fs = this.upperFs;
    if (isDirectory(fs.stat(e.upper))) for (const inside of fs.list(e.upper, 0)) fs.remove(e.upper, inside.name);
    const last = fs.stat(e.upper).nlink <= 1 || isDirectory(fs.stat(e.upper));
    if (last) this.byUpper.delete(e.upper);
    fs.remove(d.upper, name);
  }

  /** The name is gone; the entry stays while it is open or has other names. */
  private forget(ino: number): void {
    const e = this.entry(ino);
    this.byName.delete(`${e.parent}/${e.name}`);
    if (e.upper !== 0 && this.byUpper.has(e.upper)) return;
    if (e.holds > 0) this.put({ ...e, gone: true });
    else this.entries.delete(ino);
    if (e.upper !== 0) this.byUpper.delete(e.upper);
    this.saved = null;
  }

  rename(fromDirectory: number, from: string, toDirectory: number, to: string): void {
    const moving = this.child(this.entry(fromDirectory), from) ?? fail('ENOENT'),
      isDir = isDirectory(this.stat(moving.ino));
    const target = this.child(this.entry(toDirectory), to);
    if (target?.ino === moving.ino) return;
    if (isDir && moving.lower.length > 0) fail('EXDEV');
    if (isDir) this.refuseInto(moving.ino, toDirectory);
    if (target) this.checkReplace(target, isDir);
    const e = this.raised(moving.ino),
      source = this.raised(fromDirectory),
      into = this.raised(toDirectory);
    if (target) {
      this.removeUpper(into, to, target);
      this.forget(target.ino);
    } else this.clearWhiteout(into, to);
    this.upperFs.rename(source.upper, from, into.upper, to);
    if (isDir && into.lower.length > 0) this.upperFs.setXattr?.(e.upper, OPAQUE, 'y');
    this.put({ ...e, parent: toDirectory, name: to });
    if (this.coversLower(source, from)) this.makeWhiteout(source, from);
  }

  private refuseInto(moving: number, directory: number): void {
    for (let up = directory; ; up = this.parent(up)) {
      if (up === moving) fail('EINVAL');
      if (up === this.root) return;
    }
  }

  private checkReplace(target: Entry, isDir: boolean): void {
    const directory = isDirectory(this.stat(target.ino));
    if (directory && !isDir) fail('EISDIR');
    if (!directory && isDir) fail('ENOTDIR');
    if (directory && this.list(target.ino, 0).length > 0) fail('ENOTEMPTY');
  }

  hold(ino: number, by: 1 | -1): void {
    const e = this.entry(ino),
      from = this.source(e);
    from.fs.hold(from.ino, by);
    const holds = e.holds + by;
    if (e.gone && holds === 0) {
      this.entries.delete(ino);
      this.saved = null;
    } else {
      this.saved = null;
      this.entries.set(ino, { ...e, holds });
    }
  }

  getXattr(ino: number, name: string): string | null {
    if (name.startsWith('trusted.overlay.')) return null;
    const from = this.source(this.entry(ino));
    return from.fs.getXattr?.(from.ino, name) ?? null;
  }

  setXattr(ino: number, name: string, value: string | null): void {
    if (name.startsWith('trusted.overlay.')) fail('EPERM');
    this.upperFs.setXattr?.(this.raised(ino).upper, name, value);
  }

  listXattr(ino: number): readonly string[] {
    const from = this.source(this.entry(ino));
    return (from.fs.listXattr?.(from.ino) ?? []).filter((name) => !name.startsWith('trusted.overlay.'));
  }

  save(): Plain {
    this.saved ??= { entries: [...this.entries.values()], next: this.next };
    return this.saved as unknown as Plain;
  }

  restore(state: Plain): void {
    const saved = state as unknown as Saved;
    this.entries = new Map();
    this.byUpper = new Map();
    this.byName = new Map();
    for (const entry of saved.entries) {
      if (entry.gone) this.entries.set(entry.ino, entry);
      else this.put(entry);
    }
    this.next = saved.next;
    this.saved = saved;
  }
}
