/** Opening files by their names: what may be opened how, named pipes, and cutting files to length. */
import { fail } from '../errno.ts';
import {
  addFile,
  fifoPipe,
  fileOf,
  install,
  mayWrite,
  O_ACCMODE,
  O_CLOEXEC,
  O_CREAT,
  O_DIRECTORY,
  O_EXCL,
  O_NOFOLLOW,
  O_NONBLOCK,
  O_PATH,
  O_TRUNC,
  O_WRONLY,
} from '../files.ts';
import { Block, type Node, type Process } from '../task.ts';
import type { Plain } from '../../bits/plain.ts';
import type { Kernel } from '../kernel.ts';
import { MS_NODEV } from '../vfs/mounts.ts';
import { call, type Family } from '../syscall.ts';
import { readString } from '../user.ts';
import { deviceName, isKnownDevice, PTMX } from '../vfs/devices.ts';
import { PIPE_FS, streamOf } from '../vfs/pipefs.ts';
import { MAY_EXEC, MAY_READ, MAY_WRITE } from '../vfs/paths.ts';
import { RAM_DISK } from '../vfs/ramdisk.ts';
import { isDevice, isDirectory, isRegular, isSymlink, S_IFBLK, S_IFIFO, S_IFMT, S_IFREG, S_IFSOCK } from '../vfs/types.ts';
import { mayChangeText } from '../texts.ts';
import { kept, openMaster, openTerminal } from '../pty/ends.ts';
import { mayLengthen } from '../rlimits.ts';
import { mayResize } from '../seals.ts';
import { IN, placeReached, reachedBy, told, toldOpen } from '../told.ts';
import { AT_FDCWD, create, existing, find, needs } from './paths.ts';

const O_TMPFILE = 0o20200000;

/** With O_PATH every other flag is ignored (build_open_flags in fs/open.c). */
const O_PATH_FLAGS = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

function open(k: Kernel, p: Process, dirfd: number, path: string, given: number, mode: number, memory: Plain = null): number {
  const flags = given & O_PATH ? given & O_PATH_FLAGS : given;
  if ((flags & O_TMPFILE) === O_TMPFILE) return openNameless(k, p, dirfd, path, flags, mode);
  const found = find(k, p, dirfd, path, (flags & O_NOFOLLOW) === 0 && (flags & (O_CREAT | O_EXCL)) !== (O_CREAT | O_EXCL));
  let { node } = found;
  if (node === null) {
    if ((flags & O_CREAT) === 0) fail('ENOENT');
    if (found.directory) fail('EISDIR');
    if (k.tree.fs(found.parent.fs).strict?.(found.parent.ino)) fail('ENOENT');
    needs(k, p, found.parent, MAY_WRITE | MAY_EXEC);
    node = create(k, p, found, S_IFREG | (mode & 0o7777));
    k.tree.reached = { ...found, node };
  } else checkOpen(k, p, node, flags);
  if ((k.tree.stat(node).mode & S_IFMT) === S_IFIFO && (flags & O_PATH) === 0) return openFifo(k, p, node, path, flags, memory);
  return openNode(k, p, node, path, flags);
}

/** O_TMPFILE: a file in the directory's file system that has no name, until linkat gives it one (not with O_EXCL). */
function openNameless(k: Kernel, p: Process, dirfd: number, path: string, flags: number, mode: number): number {
  if ((flags & O_ACCMODE) === 0 || flags & O_CREAT) fail('EINVAL');
  const directory = existing(k, p, dirfd, path, true);
  if (!isDirectory(k.tree.stat(directory))) fail('ENOTDIR');
  needs(k, p, directory, MAY_WRITE | MAY_EXEC);
  const fs = k.tree.fs(directory.fs);
  if (!fs.tmpfile) return fail('EOPNOTSUPP');
  const { fsuid: uid, fsgid: gid } = p.credentials;
  k.charge('inode.change');
  const ino = fs.tmpfile(directory.ino, { mode: S_IFREG | (mode & 0o7777 & ~p.umask), uid, gid }, (flags & O_EXCL) !== 0);
  const above = k.tree.pathOf(directory, p.root),
    shown = `${above === '/' ? '' : above}/#${ino} (deleted)`;
  return openNode(k, p, { ...directory, ino }, shown, flags);
}

function checkOpen(k: Kernel, p: Process, node: Node, flags: number): void {
  const stat = k.tree.stat(node),
    write = (flags & O_ACCMODE) !== 0;
  if ((flags & (O_CREAT | O_EXCL)) === (O_CREAT | O_EXCL)) fail('EEXIST');
  if (flags & O_DIRECTORY && !isDirectory(stat)) fail('ENOTDIR');
  if (flags & O_PATH) return;
  if (isSymlink(stat)) fail('ELOOP');
  if (isDevice(stat) && k.tree.mountFlags(node) & MS_NODEV) fail('EACCES');
  if (isDirectory(stat) && (write || flags & O_CREAT)) fail('EISDIR');
  if ((stat.mode & S_IFMT) === S_IFSOCK) fail('ENXIO');
  const block = (stat.mode & S_IFMT) === S_IFBLK;
  if (block && k.tree.mountFlags(node) & MS_NODEV) fail('EACCES');
  if ((block || isDevice(stat)) && !k.control.mayOpenDevice(p, deviceName(block, stat.rdev))) fail('EPERM');
  needs(k, p, node, ((flags & O_ACCMODE) === O_WRONLY ? 0 : MAY_READ) | (write || flags & O_TRUNC ? MAY_WRITE : 0));
  if ((block && stat.rdev !== RAM_DISK) || (isDevice(stat) && !isKnownDevice(stat.rdev))) fail('ENXIO');
  if ((write || flags & O_TRUNC) && isRegular(stat)) mayChangeText(k, node);
  if ((write || flags & O_TRUNC) && isRegular(stat)) k.tree.fs(node.fs).prepareWrite?.(node.ino);
  if (flags & O_TRUNC && isRegular(stat)) cut(k, node, 0);
}

function cut(k: Kernel, node: Node, size: number): void {
  mayLengthen(k, k.tree.stat(node).size, size);
  mayResize(k, node, k.tree.stat(node).size, size);
  k.tree.fs(node.fs).truncate(node.ino, size);
  k.shared.truncated(node, size);
  told(k, IN.MODIFY, node, placeReached(k, node));
}

export function openNode(k: Kernel, p: Process, node: Node, path: string, flags: number): number {
  const stat = k.tree.stat(node),
    device = isDevice(stat) && (flags & O_PATH) === 0;
  k.charge('file.operation');
  if (device && stat.rdev === PTMX) return openMaster(k, p, node, absolute(k, p, path), flags);
  const tty = device ? openTerminal(k, p, node, stat.rdev, flags) : null;
  const file = addFile(k, {
    kind: 'node',
    node,
    path: absolute(k, p, path),
    flags: kept(flags),
    ...(tty ? { tty: tty.id } : {}),
    ...(k.seldom?.inotify.active ? { place: placeReached(k, node) } : {}),
  });
  if ((flags & O_PATH) === 0) toldOpen(k, IN.OPEN, file);
  return install(k, p, file, (flags & O_CLOEXEC) !== 0);
}

/** The path as /proc/PID/fd shows it. Relative ones are put behind the working directory, unresolved. */
export function absolute(k: Kernel, p: Process, path: string): string {
  if (path.startsWith('/')) return path;
  const cwd = k.tree.pathOf(p.cwd, p.root);
  return `${cwd === '/' ? '' : cwd}/${path.replace(/^(\.\/)+/, '')}`;
}

/** Opening a named pipe waits for somebody at the other end (fifo(7)). */
function openFifo(k: Kernel, p: Process, node: Node, path: string, flags: number, memory: Plain): number {
  const stream = node.fs === PIPE_FS ? streamOf(node.ino) : null;
  if (stream !== null) return install(k, p, addFile(k, { kind: 'console', number: stream, path, flags }), (flags & O_CLOEXEC) !== 0);
  const mode = flags & O_ACCMODE,
    reads = mode !== O_WRONLY,
    writes = mode !== 0;
  const pipe = fifoPipe(k, node);
  if (memory === null) {
    if (writes && !reads && flags & O_NONBLOCK && pipe.readers === 0 && node.fs !== PIPE_FS) fail('ENXIO');
    if (reads) pipe.readers++;
    if (writes) pipe.writers++;
    pipe.opened++;
    k.changes++;
  }
  // A pipe without a name waits for nobody (fs/pipe.c, fifo_open).
  const waits = node.fs !== PIPE_FS && (flags & O_NONBLOCK) === 0 && reads !== writes && (reads ? pipe.writers === 0 : pipe.readers === 0);
  // Whoever came and went since counts too.
  if (waits && (memory === null || pipe.opened === memory))
    throw new Block({ kind: 'fifo', pipe: pipe.id, end: reads ? 'read' : 'write', seen: pipe.opened }, pipe.opened);
  const common = {
    kind: 'pipe',
    number: pipe.id,
    node,
    path: absolute(k, p, path),
    flags: flags & ~(O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC),
  } as const;
  return install(k, p, addFile(k, { ...common, end: reads ? 'read' : 'write' }), (flags & O_CLOEXEC) !== 0);
}

/** A handler ended the wait: the end that was opened goes again. */
function openInterrupted(k: Kernel, p: Process): null {
  const wait = p.blocked?.wait;
  if (wait?.kind !== 'fifo') return null;
  const pipe = k.pipes.get(wait.pipe);
  if (pipe && wait.end === 'read') pipe.readers--;
  else if (pipe) pipe.writers--;
  if (pipe && pipe.readers + pipe.writers === 0) k.pipes.delete(pipe.id);
  return null;
}

function truncate(k: Kernel, p: Process, node: Node, size: number): number {
  const stat = k.tree.stat(node);
  if (isDirectory(stat)) fail('EISDIR');
  if (size < 0 || !isRegular(stat)) fail('EINVAL');
  needs(k, p, node, MAY_WRITE);
  mayChangeText(k, node);
  cut(k, node, size);
  return 0;
}

function ftruncate(k: Kernel, p: Process, fd: number, size: number): number {
  const file = fileOf(k, p, fd);
  if (file.kind !== 'node' || !mayWrite(file) || size < 0 || isDevice(k.tree.stat(file.node))) fail('EINVAL');
  reachedBy(k, file);
  cut(k, file.node, size);
  return 0;
}

const size64 = (low: number, high: number): number => high * 0x1_0000_0000 + (low >>> 0);
const CREAT = O_CREAT | O_WRONLY | O_TRUNC;

export const OPEN_CALLS: Family = {
  5: call(
    'open',
    'path open octal',
    (k, p, [path, flags, mode], memory) => open(k, p, AT_FDCWD, readString(k, p, path!), flags!, mode!, memory),
    openInterrupted,
  ),
  8: call('creat', 'path octal', (k, p, [path, mode]) => open(k, p, AT_FDCWD, readString(k, p, path!), CREAT, mode!)),
  92: call('truncate', 'path int', (k, p, [path, size]) => truncate(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), true), size!)),
  93: call('ftruncate', 'fd int', (k, p, [fd, size]) => ftruncate(k, p, fd!, size!)),
  193: call('truncate64', 'path uint int', (k, p, [path, low, high]) =>
    truncate(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), true), size64(low!, high!)),
  ),
  194: call('ftruncate64', 'fd uint int', (k, p, [fd, low, high]) => ftruncate(k, p, fd!, size64(low!, high!))),
  295: call(
    'openat',
    'dirfd path open octal',
    (k, p, [dirfd, path, flags, mode], memory) => open(k, p, dirfd!, readString(k, p, path!), flags!, mode!, memory),
    openInterrupted,
  ),
};
