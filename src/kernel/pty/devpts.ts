/**
 * devpts (Linux's fs/devpts/inode.c): a directory of terminals by number, and `ptmx`, which makes them. Each mount is an instance with
 * numbers of its own. Nothing is stored here: files are what the kernel's terminals say of themselves, and what was changed of `ptmx` and
 * of the directory is kept with what only some programs use (seldom.ts).
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import { FIRST_PTS } from '../files.ts';
import { BOOT_TIME, type Kernel } from '../kernel.ts';
import { gidsOf, NO_ID, seenGid, seenUid, toKernel, uidsOf } from '../ns/usermap.ts';
import { settingOf } from '../procsys.ts';
import type { Process } from '../task.ts';
import type { PtsEntry, Tty } from '../tty.ts';
import { PTMX, ptsDevice } from '../vfs/devices.ts';
import {
  type Attributes,
  type DirectoryEntry,
  type FileSystem,
  type NewInode,
  S_IFCHR,
  S_IFDIR,
  S_IFMT,
  S_IFREG,
  type Stat,
} from '../vfs/types.ts';

const ROOT = 1,
  PTMX_INO = 2;
const MOST_NUMBERS = 1 << 20;

export interface DevptsOptions {
  /** Owner and group of new terminals; null: those of who makes them. */
  readonly uid: number | null;
  readonly gid: number | null;
  readonly mode: number;
  readonly ptmxmode: number;
  readonly max: number;
  /** Who mounted it owns ptmx; and when that was, in seconds since 1970. */
  readonly owner: readonly [uid: number, gid: number];
  readonly born: number;
}

/** Those of the first instance, as init systems mount it. */
export const ROOT_DEVPTS: DevptsOptions = {
  uid: null,
  gid: 5,
  mode: 0o620,
  ptmxmode: 0,
  max: MOST_NUMBERS,
  owner: [0, 0],
  born: BOOT_TIME,
};

export class DevptsFs implements FileSystem {
  readonly id: number;
  readonly type = 'devpts';
  readonly root = ROOT;
  readonly made?: NonNullable<FileSystem['made']>;
  readonly options: DevptsOptions;
  private readonly k: Kernel;

  constructor(k: Kernel, id: number, options: DevptsOptions, made?: NonNullable<FileSystem['made']>) {
    this.k = k;
    this.id = id;
    this.options = options;
    if (made) this.made = made;
  }

  private get entries(): readonly Tty[] {
    return [...this.k.ttys.values()].filter((t) => t.pts?.fs === this.id);
  }
  /** The terminal behind an inode, null when it has gone. */
  ttyAt(ino: number): Tty | null {
    return this.entries.find((t) => t.pts!.index + FIRST_PTS === ino && !t.pts!.gone) ?? this.entryAt(ino);
  }
  /** One that was put out of the directory may still be open. */
  private entryAt(ino: number): Tty | null {
    return this.entries.find((t) => t.pts!.index + FIRST_PTS === ino) ?? null;
  }

  /** The lowest number that is free, and the file for it. */
  add(uid: number, gid: number): PtsEntry {
    const taken = new Set(this.entries.map((t) => t.pts!.index)),
      all = [...this.k.ttys.values()].filter((t) => t.isPty).length,
      { options } = this;
    if (all >= settingOf(this.k, null, 'kernel/pty/max') - (this.made ? settingOf(this.k, null, 'kernel/pty/reserve') : 0)) fail('ENOSPC');
    let index = 0;
    while (taken.has(index)) index++;
    if (index >= options.max) fail('ENOSPC');
    return {
      fs: this.id,
      index,
      mode: options.mode,
      uid: options.uid ?? uid,
      gid: options.gid ?? gid,
      time: this.k.realTime(),
    };
  }

  stat(ino: number): Stat {
    if (ino === ROOT || ino === PTMX_INO) return this.fixed(ino);
    const { mode, uid, gid, index, time, gone } = (this.ttyAt(ino) ?? fail('ENOENT')).pts!;
    return {
      ino,
      mode: S_IFCHR | mode,
      nlink: gone ? 0 : 1,
      uid,
      gid,
      rdev: ptsDevice(index),
      size: 0,
      atime: time,
      mtime: time,
      ctime: time,
    };
  }
  private fixed(ino: number): Stat {
    const { options } = this,
      { born } = options,
      times = { atime: born, mtime: born, ctime: born };
    const plain =
      ino === ROOT
        ? { ino, mode: S_IFDIR | 0o755, nlink: 2, uid: 0, gid: 0, rdev: 0, size: 0, ...times }
        : { ino, mode: S_IFCHR | options.ptmxmode, nlink: 1, uid: options.owner[0], gid: options.owner[1], rdev: PTMX, size: 0, ...times };
    const { mode, ...rest } = this.k.seldom?.devpts[`${this.id}:${ino}`] ?? {};
    return { ...plain, ...rest, mode: mode === undefined ? plain.mode : (plain.mode & ~0o7777) | (mode & 0o7777) };
  }

  lookup(directory: number, name: string): number | null {
    if (directory !== ROOT) fail('ENOTDIR');
    if (name === 'ptmx') return PTMX_INO;
    if (!/^(0|[1-9]\d*)$/.test(name)) return null;
    return this.entries.some((t) => t.pts!.index === Number(name) && !t.pts!.gone) ? Number(name) + FIRST_PTS : null;
  }
  parent(): number {
    return ROOT;
  }
  list(directory: number, after: number): readonly DirectoryEntry[] {
    if (directory !== ROOT) fail('ENOTDIR');
    const terminals = this.entries
      .filter((t) => !t.pts!.gone)
      .map((t) => t.pts!.index)
      .sort((a, b) => a - b)
      .map((index) => ({ name: String(index), ino: index + FIRST_PTS, mode: S_IFCHR, cookie: index + FIRST_PTS + 2 }));
    return [{ name: 'ptmx', ino: PTMX_INO, mode: S_IFCHR, cookie: 3 }, ...terminals].filter((e) => e.cookie > after);
  }

  setAttributes(ino: number, a: Attributes): void {
    const tty = ino === ROOT || ino === PTMX_INO ? null : this.ttyAt(ino);
    if (tty) {
      const { mode, uid, gid } = { ...tty.pts!, ...a };
      tty.pts = { ...tty.pts!, mode: mode & 0o7777, uid, gid };
      return;
    }
    const seldom = this.k.madeSeldom,
      key = `${this.id}:${ino}`;
    seldom.devpts = { ...seldom.devpts, [key]: { ...seldom.devpts[key], ...a } };
  }

  readlink(): string {
    return fail('EINVAL');
  }
  read(): Uint8Array {
    return fail('EIO');
  }
  write(): void {
    fail('EIO');
  }
  truncate(): void {
    fail('EINVAL');
  }
  create(_directory: number, _name: string, { mode }: NewInode): number {
    return fail((mode & S_IFMT) === S_IFREG ? 'EACCES' : 'EPERM');
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
  hold(_ino: number, _by: 1 | -1): void {
    // A terminal counts its own holders.
  }
  save(): Plain {
    return null;
  }
  restore(_state: Plain): void {
    // Nothing was stored.
  }
}

/** The options of mount(8), and how mount shows them. */
export function devptsOptions(k: Kernel, p: Process, data: string): { options: DevptsOptions; shown: string } {
  const c = p.credentials,
    o = { uid: null as number | null, gid: null as number | null, mode: 0o600, ptmxmode: 0, max: MOST_NUMBERS };
  for (const word of data.split(',').filter((w) => w !== '')) {
    const [name, value = ''] = word.split(/=(.*)/s) as [string, string?],
      number = (digits: RegExp, base: number): number => Number.parseInt(digits.test(value) ? value : fail('EINVAL'), base);
    if (name === 'mode' || name === 'ptmxmode') o[name] = number(/^[0-7]+$/, 8) & 0o777;
    else if (name === 'uid') o.uid = mapped(toKernel(uidsOf(c), number(/^\d+$/, 10)));
    else if (name === 'gid') o.gid = mapped(toKernel(gidsOf(c), number(/^\d+$/, 10)));
    else if (name === 'max') o.max = within(number(/^\d+$/, 10));
    else if (name !== 'newinstance') fail('EINVAL');
  }
  const octal = (n: number): string => n.toString(8).padStart(3, '0');
  const shown =
    (o.uid === null ? '' : `,uid=${seenUid(c, o.uid)}`) +
    (o.gid === null ? '' : `,gid=${seenGid(c, o.gid)}`) +
    `,mode=${octal(o.mode)},ptmxmode=${octal(o.ptmxmode)}` +
    (o.max < MOST_NUMBERS ? `,max=${o.max}` : '');
  return { options: { ...o, owner: [c.fsuid, c.fsgid], born: k.realTime() }, shown };
}
const mapped = (id: number): number => (id === NO_ID ? fail('EINVAL') : id);
const within = (max: number): number => (max > MOST_NUMBERS ? fail('EINVAL') : max);
