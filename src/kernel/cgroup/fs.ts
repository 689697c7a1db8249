/**
 * The control-group file system (cgroup2): directories are groups, files are their interface. One hierarchy a machine, so
 * every mount shows the same; only where the tree begins may differ (cgroup namespaces). Inode numbers: group * 64 + place,
 * place 0 being the directory.
 */
import type { Plain } from '../../bits/plain.ts';
import { fromLatin1, latin1 } from '../../bits/utf8.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { account } from '../fair.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { MAY_WRITE, permits } from '../vfs/paths.ts';
import { type Attributes, type DirectoryEntry, type FileSystem, type NewInode, S_IFDIR, S_IFMT, S_IFREG, type Stat } from '../vfs/types.ts';
import type { Cgroups } from './control.ts';
import { CGROUP_FILES, type CgroupFile, integer } from './files.ts';
import { type Cgroup, within } from './group.ts';

const SPAN = 64;

export class CgroupFs implements FileSystem {
  readonly id: number;
  readonly type = 'cgroup2';
  readonly root = SPAN;
  readonly made = { kind: 'cgroup2', options: null };
  private readonly k: Kernel;
  private readonly all: Cgroups;

  constructor(id: number, k: Kernel, all: Cgroups) {
    this.id = id;
    this.k = k;
    this.all = all;
  }

  private group(ino: number): Cgroup {
    return this.all.tree.byId(Math.floor(ino / SPAN)) ?? fail('ENODEV');
  }
  private file(ino: number): CgroupFile | null {
    return ino % SPAN === 0 ? null : (CGROUP_FILES[(ino % SPAN) - 1] ?? fail('ENOENT'));
  }
  inoOf(g: Cgroup): number {
    return g.id * SPAN;
  }
  groupOf(ino: number): Cgroup {
    return this.group(ino);
  }

  private shows(g: Cgroup, f: CgroupFile): boolean {
    if (f.counted && !g.pressure) return false;
    if (g.parent === null) return f.root === true;
    return f.needs === undefined || this.all.tree.has(g, f.needs);
  }

  stat(ino: number): Stat {
    const g = this.group(ino),
      f = this.file(ino);
    const own = g.attributes[ino % SPAN];
    const mode = f === null ? S_IFDIR | (own?.mode ?? 0o755) : S_IFREG | (own?.mode ?? f.mode);
    const nlink = f === null ? 2 + this.all.tree.childrenOf(g).length : 1;
    return { ino, mode, nlink, uid: own?.uid ?? 0, gid: own?.gid ?? 0, rdev: 0, size: 0, atime: g.born, mtime: g.born, ctime: g.born };
  }

  private entries(g: Cgroup): readonly (readonly [string, number])[] {
    const base = g.id * SPAN;
    return [
      ...CGROUP_FILES.flatMap((f, i): [string, number][] => (this.shows(g, f) ? [[f.name, base + i + 1]] : [])),
      ...this.all.tree.childrenOf(g).map((c): [string, number] => [c.path.slice(c.path.lastIndexOf('/') + 1), c.id * SPAN]),
    ];
  }

  lookup(directory: number, name: string): number | null {
    if (this.file(directory) !== null) fail('ENOTDIR');
    return this.entries(this.group(directory)).find(([n]) => n === name)?.[1] ?? null;
  }

  parent(directory: number): number {
    const g = this.group(directory);
    return (this.all.tree.parentOf(g)?.id ?? g.id) * SPAN;
  }

  list(directory: number, after: number): readonly DirectoryEntry[] {
    if (this.file(directory) !== null) fail('ENOTDIR');
    const base = this.group(directory).id * SPAN;
    // A file's place, or 64 and the number of the child: both stay when others come and go.
    return this.entries(this.group(directory))
      .map(([name, ino]) => ({ name, ino, mode: this.stat(ino).mode, cookie: ino % SPAN === 0 ? SPAN + 3 + ino / SPAN : ino - base + 2 }))
      .filter((e) => e.cookie > after)
      .toSorted((a, b) => a.cookie - b.cookie);
  }

  readlink(): string {
    return fail('EINVAL');
  }

  read(ino: number, offset: number, length: number): Uint8Array {
    const g = this.group(ino),
      f = this.file(ino) ?? fail('EISDIR');
    account(this.k);
    const text = (f.show ?? fail('EINVAL'))({ k: this.k, all: this.all, g });
    this.k.charge('text.byte', offset < text.length ? text.length : 0);
    return fromLatin1(text).subarray(offset, offset + length);
  }

  write(ino: number, _offset: number, bytes: Uint8Array): void {
    const g = this.group(ino),
      f = this.file(ino) ?? fail('EISDIR');
    const text = latin1(bytes);
    if (f.name === 'cgroup.procs' || f.name === 'cgroup.threads') this.moveTo(g, text, f.name === 'cgroup.threads');
    else (f.store ?? fail('EINVAL'))({ k: this.k, all: this.all, g }, text);
  }

  /** A number written to cgroup.procs or cgroup.threads; 0 is the writer. */
  private moveTo(g: Cgroup, text: string, thread: boolean): void {
    const writer = this.k.current,
      number = integer(text, true);
    if (number < 0) fail('EINVAL');
    const p = number === 0 ? writer : this.k.ns.byNumber(number, writer);
    if (!p || p.state === 'zombie') fail('ESRCH');
    if (writer) this.mayMove(writer, p, g);
    this.all.move(p, g, thread);
  }

  /** Write permission for cgroup.procs of the nearest group above both; nothing beyond the writer's cgroup namespace. */
  private mayMove(writer: Process, p: Process, to: Cgroup): void {
    const common = this.all.tree.upwards(to.path).find((g) => within(p.cgroup, g.path))!;
    const place = CGROUP_FILES.findIndex((f) => f.name === 'cgroup.procs') + 1;
    if (!permits(this.stat(common.id * SPAN + place), writer.credentials, MAY_WRITE)) fail('EACCES');
    const root = this.k.ns.cgroupRoot(writer);
    if (!within(to.path, root) || !within(p.cgroup, root)) fail('ENOENT');
  }

  truncate(): void {
    /* Opening with O_TRUNC changes nothing. */
  }

  create(directory: number, name: string, inode: NewInode): number {
    if ((inode.mode & S_IFMT) !== S_IFDIR) fail('EACCES');
    if (name.includes('\n')) fail('EINVAL');
    const g = this.all.make(this.group(directory), name);
    if (inode.uid !== 0 || inode.gid !== 0) g.attributes = { 0: { uid: inode.uid, gid: inode.gid, mode: inode.mode & 0o7777 } };
    if (inode.uid !== 0) {
      const own = Object.fromEntries(CGROUP_FILES.map((_f, i) => [i + 1, { uid: inode.uid, gid: inode.gid }]));
      g.attributes = { ...own, ...g.attributes };
    }
    return g.id * SPAN;
  }
  link(): void {
    fail('EPERM');
  }
  remove(directory: number, name: string): void {
    const ino = this.lookup(directory, name) ?? fail('ENOENT');
    if (this.file(ino) !== null) fail('EPERM');
    this.all.remove(this.group(ino));
  }
  rename(): void {
    fail('EPERM');
  }
  setAttributes(ino: number, a: Attributes): void {
    const g = this.group(ino),
      place = ino % SPAN;
    const { mode, uid, gid } = a;
    const changed = {
      ...(mode === undefined ? {} : { mode: mode & 0o7777 }),
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
    };
    g.attributes = { ...g.attributes, [place]: { ...g.attributes[place], ...changed } };
  }
  hold(): void {
    /* A group that is gone answers ENODEV. */
  }
  save(): Plain {
    return null;
  }
  restore(): void {
    /* The groups are saved with the kernel. */
  }
}

/** Mounting the hierarchy needs privilege over the machine. */
export const mayMountCgroup = (k: Kernel, p: Process): boolean => capable(k, p, CAP.SYS_ADMIN);
