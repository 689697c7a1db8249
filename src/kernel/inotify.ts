/**
 * inotify(7): who watches which files and directories, and the events that wait to be read. Kept as plain data by number of instance.
 * What happens is told by `told` (told.ts) where it happens.
 *
 * Invariant: a watch names a file that is there; when that goes, so does the watch, with IN_IGNORED as its last event.
 * Left out: what execve opens and reads, the list of watches in /proc/PID/fdinfo.
 */
import { StructWriter } from '../bits/bytes.ts';
import type { Plain } from '../bits/plain.ts';
import { fromLatin1 } from '../bits/utf8.ts';
import { Errno, fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { settingOf } from './procsys.ts';
import { Block, type Node, type OpenFile } from './task.ts';
import { IN, type Place } from './told.ts';
import { isDirectory } from './vfs/types.ts';

const IN_UNMOUNT = 0x2000,
  IN_Q_OVERFLOW = 0x4000,
  IN_IGNORED = 0x8000,
  IN_EXCL_UNLINK = 0x400_0000,
  IN_ISDIR = 0x4000_0000,
  IN_ONESHOT = 0x8000_0000 | 0;
const O_NONBLOCK = 0o4000,
  /** struct inotify_event without its name, which is filled up to a multiple of as much. */
  HEAD = 16;

interface Watch {
  readonly wd: number;
  readonly fs: number;
  readonly ino: number;
  readonly mask: number;
}
interface Event {
  readonly wd: number;
  readonly mask: number;
  readonly cookie: number;
  readonly name: string;
}
interface Instance {
  readonly id: number;
  /** Whose limit of instances it counts for. */
  readonly uid: number;
  readonly watches: readonly Watch[];
  readonly nextWd: number;
  readonly queue: readonly Event[];
}
interface Saved {
  readonly instances: readonly Instance[];
  readonly cookie: number;
}

export class Inotify {
  private readonly k: Kernel;
  private instances = new Map<number, Instance>();
  private cookie = 0;

  constructor(k: Kernel) {
    this.k = k;
  }

  get active(): boolean {
    return this.instances.size > 0;
  }

  make(uid: number): number {
    const own = [...this.instances.values()].filter((i) => i.uid === uid).length;
    if (own >= settingOf(this.k, null, 'fs/inotify/max_user_instances')) fail('EMFILE');
    const id = this.k.nextId++;
    this.instances.set(id, { id, uid, watches: [], nextWd: 1, queue: [] });
    return id;
  }
  close(id: number): void {
    this.instances.delete(id);
  }

  /** A file is watched by an instance once: what it is watched for is set anew, or (`add`) added to. */
  watch(id: number, node: Node, mask: number, add: boolean, create: boolean): number {
    const i = this.instances.get(id)!,
      there = i.watches.find((w) => w.fs === node.fs && w.ino === node.ino);
    if (there) {
      if (create) fail('EEXIST');
      const changed = { ...there, mask: add ? there.mask | mask : mask };
      this.instances.set(id, { ...i, watches: i.watches.map((w) => (w === there ? changed : w)) });
      return there.wd;
    }
    if (i.watches.length >= settingOf(this.k, null, 'fs/inotify/max_user_watches')) fail('ENOSPC');
    this.instances.set(id, { ...i, watches: [...i.watches, { wd: i.nextWd, fs: node.fs, ino: node.ino, mask }], nextWd: i.nextWd + 1 });
    return i.nextWd;
  }

  unwatch(id: number, wd: number): void {
    const i = this.instances.get(id)!;
    this.drop(i, i.watches.find((w) => w.wd === wd) ?? fail('EINVAL'));
  }
  private drop({ id }: Instance, { wd }: Watch): void {
    const i = this.instances.get(id)!;
    this.instances.set(id, { ...i, watches: i.watches.filter((w) => w.wd !== wd) });
    this.queue(id, { wd, mask: IN_IGNORED, cookie: 0, name: '' });
  }

  /** Something happened to a file; who watches its directory hears the name too, and first. */
  told(mask: number, node: Node, place: Place | null, cookie = 0): void {
    const directory = this.isDirectory(node) ? IN_ISDIR : 0;
    for (const { id } of this.instances.values()) {
      if (place) this.tell(id, node.fs, place.directory, mask | directory, place.name, cookie, place.gone === true);
      this.tell(id, node.fs, node.ino, mask | directory, '', cookie, false);
    }
  }
  /** Something happened to a name in a directory; the file itself hears nothing of it. */
  named(mask: number, fs: number, { directory, name }: Place, isDir: boolean, cookie = 0): void {
    for (const { id } of this.instances.values()) this.tell(id, fs, directory, mask | (isDir ? IN_ISDIR : 0), name, cookie, false);
  }
  nextCookie(): number {
    return ++this.cookie;
  }

  private isDirectory({ fs, ino }: Node): boolean {
    try {
      return isDirectory(this.k.tree.fs(fs).stat(ino));
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }

  private tell(id: number, fs: number, ino: number, mask: number, name: string, cookie: number, gone: boolean): void {
    const i = this.instances.get(id)!,
      w = i.watches.find((one) => one.fs === fs && one.ino === ino);
    if (!w || (w.mask & mask & IN.ALL) === 0 || (gone && w.mask & IN_EXCL_UNLINK)) return;
    // Of itself a watch does not say that it is a directory.
    const shown = mask & (IN.MOVE_SELF | IN.DELETE_SELF) ? mask & ~IN_ISDIR : mask;
    this.queue(id, { wd: w.wd, mask: shown, cookie, name });
    if (w.mask & IN_ONESHOT) this.drop(this.instances.get(id)!, w);
  }

  private queue(id: number, event: Event): void {
    const i = this.instances.get(id)!,
      last = i.queue.at(-1);
    if (last && last.wd === event.wd && last.mask === event.mask && last.name === event.name && event.mask !== IN_IGNORED) return;
    const most = settingOf(this.k, null, 'fs/inotify/max_queued_events');
    if (i.queue.length > most) return;
    const next = i.queue.length === most ? { wd: -1, mask: IN_Q_OVERFLOW, cookie: 0, name: '' } : event;
    this.instances.set(id, { ...i, queue: [...i.queue, next] });
    this.k.changes++;
  }

  /** A file may be gone: its watches end. */
  mayBeGone(node: Node): void {
    for (const i of this.instances.values())
      for (const w of i.watches) {
        if (w.fs !== node.fs || w.ino !== node.ino || this.exists(node)) continue;
        this.tell(i.id, w.fs, w.ino, IN.DELETE_SELF, '', 0, false);
        if (this.instances.get(i.id)!.watches.includes(w)) this.drop(this.instances.get(i.id)!, w);
      }
  }
  private exists({ fs, ino }: Node): boolean {
    try {
      this.k.tree.fs(fs).stat(ino);
      return true;
    } catch (error) {
      if (error instanceof Errno) return false;
      throw error;
    }
  }
  /** A file system has lost its last mount. */
  unmounted(fs: number): void {
    for (const i of this.instances.values())
      for (const w of i.watches) {
        if (w.fs !== fs) continue;
        this.queue(i.id, { wd: w.wd, mask: IN_UNMOUNT, cookie: 0, name: '' });
        this.drop(this.instances.get(i.id)!, w);
      }
  }

  /** Bytes that wait to be read. */
  waiting(id: number): number {
    return this.instances.get(id)!.queue.reduce((sum, e) => sum + HEAD + nameLength(e), 0);
  }
  read(file: OpenFile, length: number): Uint8Array {
    const i = this.instances.get(file.number)!,
      w = new StructWriter();
    let count = 0,
      used = 0;
    for (const e of i.queue) {
      if (used + HEAD + nameLength(e) > length) break;
      used += HEAD + nameLength(e);
      count++;
      w.u32(e.wd).u32(e.mask).u32(e.cookie).u32(nameLength(e)).bytes(fromLatin1(e.name)).pad(used);
    }
    if (count === 0) {
      if (i.queue.length > 0) fail('EINVAL');
      if (file.flags & O_NONBLOCK) fail('EAGAIN');
      throw new Block({ kind: 'poll', seen: this.k.changes, until: null, input: false }, 'waiting');
    }
    this.instances.set(i.id, { ...i, queue: i.queue.slice(count) });
    this.k.changes++;
    return w.done();
  }

  get isInitial(): boolean {
    return this.instances.size === 0 && this.cookie === 0;
  }
  save(): Plain {
    return { instances: [...this.instances.values()], cookie: this.cookie } as unknown as Plain;
  }
  restore(state: Plain): void {
    const { instances, cookie } = (state as unknown as Saved | null) ?? { instances: [], cookie: 0 };
    this.instances = new Map(instances.map((i) => [i.id, i]));
    this.cookie = cookie;
  }
}

/** With its zero byte, filled up. */
const nameLength = ({ name }: Event): number => (name === '' ? 0 : Math.ceil((name.length + 1) / HEAD) * HEAD);
