/** Calls that take a path: making, removing, renaming, links, permissions. The *at forms are the general ones. Opening: opening.ts. */
import { CAP, NO_CAPS, capable, inGroup, ownCapable } from '../credentials.ts';
import { rules } from '../ns/usermap.ts';
import { fail } from '../errno.ts';
import { fileOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import type { Node, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyOut, readString, read32 } from '../user.ts';
import { fromLatin1 } from '../../bits/utf8.ts';
import { MAY_EXEC, MAY_WRITE, permits, sameNode, type Found } from '../vfs/paths.ts';
import {
  isDirectory,
  isRegular,
  isSymlink,
  S_IFBLK,
  S_IFCHR,
  S_IFDIR,
  S_IFIFO,
  S_IFLNK,
  S_IFMT,
  S_IFREG,
  S_IFSOCK,
  type Attributes,
  type Nanos,
} from '../vfs/types.ts';
import { IN, placeReached, reachedBy, told, toldEntry } from '../told.ts';
import { readTimespec32, readTimespec64 } from './time.ts';

const S_ISGID = 0o2000;
export const AT_FDCWD = -100,
  AT_SYMLINK_NOFOLLOW = 0x100,
  AT_REMOVEDIR = 0x200,
  AT_SYMLINK_FOLLOW = 0x400,
  AT_EMPTY_PATH = 0x1000;

/** The directory that a relative path starts from. */
export function base(k: Kernel, p: Process, dirfd: number, path: string): Node {
  if (path === '') fail('ENOENT');
  if ((path.startsWith('/') && k.tree.resolving === 0) || dirfd === AT_FDCWD) return p.cwd;
  const file = fileOf(k, p, dirfd);
  if (file.kind !== 'node' || !isDirectory(k.tree.stat(file.node))) fail('ENOTDIR');
  return file.node;
}

export function find(k: Kernel, p: Process, dirfd: number, path: string, follow: boolean): Found {
  const found = k.tree.walk(p, base(k, p, dirfd, path), path, follow);
  if (found.node && found.directory && !isDirectory(k.tree.stat(found.node))) fail('ENOTDIR');
  return found;
}

export function existing(k: Kernel, p: Process, dirfd: number, path: string, follow: boolean): Node {
  return find(k, p, dirfd, path, follow).node ?? fail('ENOENT');
}

/** The node that a path names, or with AT_EMPTY_PATH and an empty path the descriptor's own. */
export function named(k: Kernel, p: Process, dirfd: number, path: string, flags: number): Node {
  if (path === '' && flags & AT_EMPTY_PATH) {
    if (dirfd === AT_FDCWD) return p.cwd;
    const file = fileOf(k, p, dirfd);
    return file.kind === 'node' ? file.node : fail('EINVAL');
  }
  return existing(k, p, dirfd, path, (flags & AT_SYMLINK_NOFOLLOW) === 0);
}

export function needs(k: Kernel, p: Process, node: Node, want: number): void {
  if (want & MAY_WRITE) writable(k, node);
  const stat = k.tree.stat(node),
    fs = k.tree.fs(node.fs),
    allowed = permits(stat, fs.strict?.(node.ino) ? { ...p.credentials, effective: NO_CAPS } : p.credentials, want);
  k.onAccess?.(p, stat, want, allowed);
  if (!allowed) fail('EACCES');
}

/** EROFS for what a read-only mount or file system would have to change; devices and pipes are no part of it. */
function writable(k: Kernel, node: Node): void {
  if (!k.tree.readOnly(node)) return;
  const stat = k.tree.stat(node);
  if (isRegular(stat) || isDirectory(stat) || isSymlink(stat)) fail('EROFS');
}

/** A place for a new name; EEXIST when it is taken. */
function newName(k: Kernel, p: Process, dirfd: number, path: string, directory = false): Found {
  const found = k.tree.walk(p, base(k, p, dirfd, path), path, false);
  if (found.node || found.name === '') fail('EEXIST');
  if (found.directory && !directory) fail('ENOENT');
  if (k.tree.fs(found.parent.fs).strict?.(found.parent.ino)) fail('ENOENT');
  needs(k, p, found.parent, MAY_WRITE | MAY_EXEC);
  return found;
}

export function create(k: Kernel, p: Process, at: Found, mode: number, extra: { rdev?: number; target?: string } = {}): Node {
  const { fsuid: uid } = p.credentials,
    above = k.tree.stat(at.parent);
  // A directory with the set-group-ID bit passes its group on.
  const gid = above.mode & S_ISGID ? above.gid : p.credentials.fsgid;
  if (above.mode & S_ISGID && (mode & S_IFMT) === S_IFDIR) mode |= S_ISGID;
  k.charge('inode.change');
  const masked = extra.target === undefined ? (mode & S_IFMT) | (mode & 0o7777 & ~p.umask) : mode;
  const { fs } = at.parent;
  const ino = k.tree.fs(fs).create(at.parent.ino, at.name, { mode: masked, uid, gid, ...extra });
  toldEntry(k, IN.CREATE, fs, { directory: at.parent.ino, name: at.name }, (mode & S_IFMT) === S_IFDIR);
  return { ...at.parent, ino };
}

function unlink(k: Kernel, p: Process, dirfd: number, path: string, directory: boolean): number {
  const found = k.tree.walk(p, base(k, p, dirfd, path), path, false);
  const node = found.node ?? fail('ENOENT');
  if (found.name === '') fail(directory ? (path.endsWith('.') && !path.endsWith('..') ? 'EINVAL' : 'ENOTEMPTY') : 'EISDIR');
  const isDir = isDirectory(k.tree.stat(node));
  if (directory && !isDir) fail('ENOTDIR');
  if (!directory && isDir) fail('EISDIR');
  if (!directory && found.directory) fail('ENOTDIR');
  if (!sameMount(k, node, found.parent)) fail('EBUSY');
  mayRemove(k, p, found.parent, node);
  k.charge('inode.change');
  k.tree.fs(found.parent.fs).remove(found.parent.ino, found.name);
  removed(k, node, found, isDir);
  return 0;
}

/** Who watches hears that an entry went, and that its file did, when that was the last of it. */
function removed(k: Kernel, node: Node, { parent, name }: Found, isDir: boolean): void {
  if (!k.seldom?.inotify.active) return;
  if (!isDir) told(k, IN.ATTRIB, node);
  toldEntry(k, IN.DELETE, parent.fs, { directory: parent.ino, name }, isDir);
  for (const file of k.files.values())
    if (file.place?.directory === parent.ino && file.place.name === name && sameNode(file.node, node))
      file.place = { ...file.place, gone: true };
  k.seldom.inotify.mayBeGone(node);
}

/** A file has another name: told with one cookie to both directories. */
function renamed(k: Kernel, node: Node, from: Found, to: Found): void {
  if (!k.seldom?.inotify.active) return;
  const isDir = isDirectory(k.tree.stat(node)),
    cookie = k.seldom.inotify.nextCookie(),
    place = { directory: to.parent.ino, name: to.name };
  toldEntry(k, IN.MOVED_FROM, from.parent.fs, { directory: from.parent.ino, name: from.name }, isDir, cookie);
  toldEntry(k, IN.MOVED_TO, to.parent.fs, place, isDir, cookie);
  if (to.node) told(k, IN.ATTRIB, to.node);
  told(k, IN.MOVE_SELF, node);
  for (const file of k.files.values())
    if (file.place?.directory === from.parent.ino && file.place.name === from.name && sameNode(file.node, node)) file.place = place;
  if (to.node) k.seldom.inotify.mayBeGone(to.node);
}

const sameMount = (k: Kernel, a: Node, b: Node): boolean => k.tree.table.of(a).id === k.tree.table.of(b).id;

/** Write permission in the directory, and in a sticky one ownership (unlink(2)). */
function mayRemove(k: Kernel, p: Process, directory: Node, node: Node): void {
  needs(k, p, directory, MAY_WRITE | MAY_EXEC);
  const d = k.tree.stat(directory),
    { fsuid } = p.credentials;
  if (d.mode & 0o1000 && fsuid !== d.uid && fsuid !== k.tree.stat(node).uid && !overFile(k, p, node, CAP.FOWNER)) fail('EPERM');
}

const RENAME_NOREPLACE = 1,
  RENAME_EXCHANGE = 2,
  RENAME_WHITEOUT = 4;

function rename(k: Kernel, p: Process, fromFd: number, fromPath: string, toFd: number, toPath: string, flags: number): number {
  if (flags & ~7 || (flags & RENAME_EXCHANGE && flags & (RENAME_NOREPLACE | RENAME_WHITEOUT))) fail('EINVAL');
  const from = k.tree.walk(p, base(k, p, fromFd, fromPath), fromPath, false);
  const to = k.tree.walk(p, base(k, p, toFd, toPath), toPath, false);
  const node = from.node ?? fail('ENOENT'),
    exchange = (flags & RENAME_EXCHANGE) !== 0;
  if (from.name === '' || to.name === '') fail('EBUSY');
  if (!sameMount(k, from.parent, to.parent)) fail('EXDEV');
  if (!sameMount(k, node, from.parent) || (to.node && !sameMount(k, to.node, to.parent))) fail('EBUSY');
  const fs = k.tree.fs(from.parent.fs);
  if (flags & ~RENAME_NOREPLACE && (!fs.exchange || (flags & RENAME_WHITEOUT && fs.type === 'overlay'))) fail('EINVAL');
  if (to.node && flags & RENAME_NOREPLACE) fail('EEXIST');
  if (exchange && !to.node) fail('ENOENT');
  if (exchange ? to.directory && !isDirectory(k.tree.stat(to.node!)) : false) fail('ENOTDIR');
  if ((from.directory || (to.directory && !exchange)) && !isDirectory(k.tree.stat(node))) fail('ENOTDIR');
  mayRemove(k, p, from.parent, node);
  if (to.node) mayRemove(k, p, to.parent, to.node);
  else needs(k, p, to.parent, MAY_WRITE | MAY_EXEC);
  if (to.node && sameNode(to.node, node)) return 0;
  k.charge('inode.change', 2);
  if (exchange) {
    fs.exchange!(from.parent.ino, from.name, to.parent.ino, to.name);
    renamed(k, node, from, { ...to, node: null });
    renamed(k, to.node!, to, { ...from, node: null });
    return 0;
  }
  fs.rename(from.parent.ino, from.name, to.parent.ino, to.name);
  renamed(k, node, from, to);
  // What an overlay keeps in its upper layer for a name that is gone.
  if (flags & RENAME_WHITEOUT) fs.create(from.parent.ino, from.name, { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
  return 0;
}

function link(k: Kernel, p: Process, fromFd: number, fromPath: string, toFd: number, toPath: string, flags: number): number {
  if (flags & ~(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH)) fail('EINVAL');
  // A descriptor alone names a file for who could reach every file (do_linkat).
  if (flags & AT_EMPTY_PATH && !capable(k, p, CAP.DAC_READ_SEARCH)) fail('ENOENT');
  const node = named(k, p, fromFd, fromPath, flags & AT_SYMLINK_FOLLOW ? flags : flags | AT_SYMLINK_NOFOLLOW);
  if (isDirectory(k.tree.stat(node))) fail('EPERM');
  const at = newName(k, p, toFd, toPath);
  if (!sameMount(k, at.parent, node)) fail('EXDEV');
  k.charge('inode.change');
  k.tree.fs(node.fs).link(at.parent.ino, at.name, node.ino);
  told(k, IN.ATTRIB, node);
  toldEntry(k, IN.CREATE, node.fs, { directory: at.parent.ino, name: at.name }, false);
  return 0;
}

function mknod(k: Kernel, p: Process, dirfd: number, path: string, mode: number, device: number): number {
  const type = mode & S_IFMT || S_IFREG,
    isDev = type === S_IFCHR || type === S_IFBLK;
  if (type === S_IFDIR) fail('EPERM');
  if (!isDev && type !== S_IFREG && type !== S_IFIFO && type !== S_IFSOCK) fail('EINVAL');
  const place = newName(k, p, dirfd, path);
  if (isDev && !capable(k, p, CAP.MKNOD)) fail('EPERM');
  // The wire form of a device number has the minor's upper bits above the major (new_decode_dev).
  const major = (device >>> 8) & 0xfff,
    minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  create(k, p, place, type | (mode & 0o7777), isDev ? { rdev: major * 256 + minor } : {});
  return 0;
}

/** A new file of any type, for bind. */
export const makeNode = (k: Kernel, p: Process, dirfd: number, path: string, mode: number): Node =>
  create(k, p, newName(k, p, dirfd, path), mode);

function readlink(k: Kernel, p: Process, dirfd: number, path: string, at: number, size: number): number {
  if (size <= 0) fail('EINVAL');
  const node = path === '' ? named(k, p, dirfd, '', AT_EMPTY_PATH) : existing(k, p, dirfd, path, false);
  if (!isSymlink(k.tree.stat(node))) fail('EINVAL');
  const target = fromLatin1(k.tree.fs(node.fs).readlink(node.ino)).subarray(0, size);
  copyOut(k, p, at, target);
  return target.length;
}

function access(k: Kernel, p: Process, dirfd: number, path: string, want: number, flags: number): number {
  if (want & ~7) fail('EINVAL');
  const node = named(k, p, dirfd, path, flags);
  const { uid, gid } = p.credentials,
    effective = (flags & 0x200) !== 0;
  const c = p.credentials;
  const as = effective ? c : { ...c, fsuid: uid, fsgid: gid, effective: uid === 0 ? c.permitted : NO_CAPS };
  return permits(k.tree.stat(node), as, want) ? 0 : fail('EACCES');
}

/** A capability counts for a file whose owner and group the process's user namespace knows. */
const overFile = (k: Kernel, p: Process, node: Node, cap: number): boolean =>
  rules(p.credentials, k.tree.stat(node)) && ownCapable(k, p, cap);

function owned(k: Kernel, p: Process, node: Node): void {
  if (k.tree.readOnly(node)) fail('EROFS');
  if (p.credentials.fsuid !== k.tree.stat(node).uid && !overFile(k, p, node, CAP.FOWNER)) fail('EPERM');
}

function chmod(k: Kernel, p: Process, node: Node, mode: number): number {
  owned(k, p, node);
  k.tree.fs(node.fs).setAttributes(node.ino, { mode: mode & 0o7777 });
  told(k, IN.ATTRIB, node, placeReached(k, node));
  return 0;
}

function chown(k: Kernel, p: Process, node: Node, uid: number, gid: number): number {
  const stat = k.tree.stat(node);
  const toOwn = (uid === -1 || uid === stat.uid) && (gid === -1 || inGroup(p.credentials, gid));
  if (!overFile(k, p, node, CAP.CHOWN) && !(p.credentials.fsuid === stat.uid && toOwn)) fail('EPERM');
  const mode = isRegular(stat) ? stat.mode & ~0o6000 : stat.mode;
  k.tree
    .fs(node.fs)
    .setAttributes(node.ino, { mode, ...(uid === -1 ? {} : { uid: uid >>> 0 }), ...(gid === -1 ? {} : { gid: gid >>> 0 }) });
  told(k, IN.ATTRIB, node, placeReached(k, node));
  return 0;
}

const UTIME_NOW = 0x3fff_ffff,
  UTIME_OMIT = 0x3fff_fffe;

/** utimensat: `read` takes one timespec; its size is `step`. Nanoseconds may say "now" or "leave". */
function utimens(k: Kernel, p: Process, dirfd: number, pathAt: number, at: number, flags: number, step: 8 | 16): number {
  const node = pathAt === 0 ? nodeOf(k, p, dirfd) : named(k, p, dirfd, readString(k, p, pathAt), flags);
  owned(k, p, node);
  const now = k.realTime();
  const nanosAt = (from: number): number => read32(k, p, from + step / 2);
  const time = (from: number): number | undefined => {
    const ns = nanosAt(from);
    if (ns === UTIME_NOW || ns === UTIME_OMIT) return ns === UTIME_NOW ? now : undefined;
    // Whole seconds: the sum with nanoseconds may round up to the next.
    return Math.round((step === 8 ? readTimespec32(k, p, from) : readTimespec64(k, p, from)) - ns / 1e9);
  };
  const given = (from: number): number | undefined => (nanosAt(from) < 1e9 ? nanosAt(from) : undefined);
  if (at === 0) return putTimes(k, node, now, now);
  return putTimes(k, node, time(at), time(at + step), { atime: given(at), mtime: given(at + step) });
}

/** utimes and futimesat: times in seconds and their nanoseconds; a null path is the file of `dirfd`. */
export function setTimes(k: Kernel, p: Process, dirfd: number, pathAt: number, { atime, mtime, nanos }: Times): number {
  const node = pathAt === 0 ? nodeOf(k, p, dirfd) : existing(k, p, dirfd, readString(k, p, pathAt), true);
  owned(k, p, node);
  return putTimes(k, node, atime, mtime, nanos);
}

export interface Times {
  readonly atime: number;
  readonly mtime: number;
  readonly nanos?: Nanos;
}

function putTimes(k: Kernel, node: Node, atime: number | undefined, mtime: number | undefined, nanos?: Nanos): number {
  const attributes: Attributes = { ...(atime === undefined ? {} : { atime }), ...(mtime === undefined ? {} : { mtime }), nanos };
  k.tree.fs(node.fs).setAttributes(node.ino, attributes);
  const what = atime === undefined ? (mtime === undefined ? 0 : IN.MODIFY) : mtime === undefined ? IN.ACCESS : IN.ATTRIB;
  told(k, what, node, placeReached(k, node));
  return 0;
}

export function nodeOf(k: Kernel, p: Process, fd: number): Node {
  const file = fileOf(k, p, fd);
  if (file.kind !== 'node') fail('EINVAL');
  reachedBy(k, file);
  return file.node;
}

export const PATH_CALLS: Family = {
  9: call('link', 'path path', (k, p, [from, to]) => link(k, p, AT_FDCWD, readString(k, p, from!), AT_FDCWD, readString(k, p, to!), 0)),
  10: call('unlink', 'path', (k, p, [path]) => unlink(k, p, AT_FDCWD, readString(k, p, path!), false)),
  14: call('mknod', 'path octal uint', (k, p, [path, mode, device]) => mknod(k, p, AT_FDCWD, readString(k, p, path!), mode!, device!)),
  15: call('chmod', 'path octal', (k, p, [path, mode]) => chmod(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), true), mode!)),
  30: call('utime', 'path ptr', (k, p, [path, at]) => {
    const node = existing(k, p, AT_FDCWD, readString(k, p, path!), true),
      now = k.realTime();
    owned(k, p, node);
    k.tree
      .fs(node.fs)
      .setAttributes(node.ino, at === 0 ? { atime: now, mtime: now } : { atime: read32(k, p, at!), mtime: read32(k, p, at! + 4) });
    told(k, IN.ATTRIB, node, placeReached(k, node));
    return 0;
  }),
  33: call('access', 'path access', (k, p, [path, want]) => access(k, p, AT_FDCWD, readString(k, p, path!), want!, 0)),
  38: call('rename', 'path path', (k, p, [from, to]) =>
    rename(k, p, AT_FDCWD, readString(k, p, from!), AT_FDCWD, readString(k, p, to!), 0),
  ),
  83: call('symlink', 'path path', (k, p, [target, path]) => symlink(k, p, readString(k, p, target!), AT_FDCWD, readString(k, p, path!))),
  85: call('readlink', 'path out size', (k, p, [path, at, size]) => readlink(k, p, AT_FDCWD, readString(k, p, path!), at!, size!)),
  94: call('fchmod', 'fd octal', (k, p, [fd, mode]) => chmod(k, p, nodeOf(k, p, fd!), mode!)),
  198: call('lchown32', 'path uid gid', (k, p, [path, uid, gid]) =>
    chown(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), false), uid!, gid!),
  ),
  207: call('fchown32', 'fd uid gid', (k, p, [fd, uid, gid]) => chown(k, p, nodeOf(k, p, fd!), uid!, gid!)),
  212: call('chown32', 'path uid gid', (k, p, [path, uid, gid]) =>
    chown(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), true), uid!, gid!),
  ),
  297: call('mknodat', 'dirfd path octal uint', (k, p, [dirfd, path, mode, device]) =>
    mknod(k, p, dirfd!, readString(k, p, path!), mode!, device!),
  ),
  298: call('fchownat', 'dirfd path uid gid int', (k, p, [dirfd, path, uid, gid, flags]) =>
    chown(k, p, named(k, p, dirfd!, readString(k, p, path!), flags!), uid!, gid!),
  ),
  301: call('unlinkat', 'dirfd path int', (k, p, [dirfd, path, flags]) =>
    unlink(k, p, dirfd!, readString(k, p, path!), (flags! & AT_REMOVEDIR) !== 0),
  ),
  302: call('renameat', 'dirfd path dirfd path', (k, p, [a, from, b, to]) =>
    rename(k, p, a!, readString(k, p, from!), b!, readString(k, p, to!), 0),
  ),
  303: call('linkat', 'dirfd path dirfd path int', (k, p, [a, from, b, to, flags]) =>
    link(k, p, a!, readString(k, p, from!), b!, readString(k, p, to!), flags!),
  ),
  304: call('symlinkat', 'path dirfd path', (k, p, [target, dirfd, path]) =>
    symlink(k, p, readString(k, p, target!), dirfd!, readString(k, p, path!)),
  ),
  305: call('readlinkat', 'dirfd path out size', (k, p, [dirfd, path, at, size]) =>
    readlink(k, p, dirfd!, readString(k, p, path!), at!, size!),
  ),
  306: call('fchmodat', 'dirfd path octal', (k, p, [dirfd, path, mode]) =>
    chmod(k, p, existing(k, p, dirfd!, readString(k, p, path!), true), mode!),
  ),
  307: call('faccessat', 'dirfd path access', (k, p, [dirfd, path, want]) => access(k, p, dirfd!, readString(k, p, path!), want!, 0)),
  320: call('utimensat', 'dirfd path ptr int', (k, p, [dirfd, path, at, flags]) => utimens(k, p, dirfd!, path!, at!, flags!, 8)),
  353: call('renameat2', 'dirfd path dirfd path int', (k, p, [a, from, b, to, flags]) =>
    rename(k, p, a!, readString(k, p, from!), b!, readString(k, p, to!), flags!),
  ),
  412: call('utimensat_time64', 'dirfd path ptr int', (k, p, [dirfd, path, at, flags]) => utimens(k, p, dirfd!, path!, at!, flags!, 16)),
  439: call('faccessat2', 'dirfd path access int', (k, p, [dirfd, path, want, flags]) =>
    access(k, p, dirfd!, readString(k, p, path!), want!, flags!),
  ),
};

function symlink(k: Kernel, p: Process, target: string, dirfd: number, path: string): number {
  if (target === '') fail('ENOENT');
  create(k, p, newName(k, p, dirfd, path), S_IFLNK | 0o777, { target });
  return 0;
}

/** mkdir, for directories.ts. */
export function makeDirectory(k: Kernel, p: Process, dirfd: number, path: string, mode: number): number {
  create(k, p, newName(k, p, dirfd, path, true), S_IFDIR | (mode & 0o1777));
  return 0;
}

export function removeDirectory(k: Kernel, p: Process, path: string): number {
  return unlink(k, p, AT_FDCWD, path, true);
}
