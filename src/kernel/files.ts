/**
 * Descriptor tables, open files and pipes: what read, write, lseek and their like do for each kind of open file.
 * Times a file's holders are counted, so that an unlinked file lives as long as it is open.
 */
import { concatBytes, get64, StructWriter } from '../bits/bytes.ts';
import { POLL_IN, POLL_OUT, tellOwners } from './async.ts';
import { fail } from './errno.ts';
import { groupMembers, isOrphaned } from './groups.ts';
import { has, ignores, send, SIGTTIN } from './signals.ts';
import type { Kernel } from './kernel.ts';
import { Block, type Descriptor, type Node, type OpenFile, type Pipe, type Process } from './task.ts';
import { LATE } from './late.ts';
import { dropFlock, dropRanges } from './locks.ts';
import { socketOf } from './net/socket.ts';
import { IN, toldOpen } from './told.ts';
import { withinFileSize } from './rlimits.ts';
import { SHM_FS } from './shared.ts';
import type { Tty } from './tty.ts';
import { ptsDevice, readDevice, writeDevice } from './vfs/devices.ts';
import { RAM_DISK, RAM_DISK_BYTES } from './vfs/ramdisk.ts';
import { PIPE_FS } from './vfs/pipefs.ts';
import { isDevice, isDirectory, isRegular, S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_IFSOCK, type Stat } from './vfs/types.ts';

export const O_ACCMODE = 3,
  O_WRONLY = 1,
  O_RDWR = 2,
  O_CREAT = 0o100,
  O_EXCL = 0o200,
  O_NOCTTY = 0o400,
  O_TRUNC = 0o1000,
  O_APPEND = 0o2000,
  O_NONBLOCK = 0o4000,
  O_LARGEFILE = 0o100000,
  O_DIRECTORY = 0o200000,
  O_NOFOLLOW = 0o400000,
  O_CLOEXEC = 0o2000000,
  O_PATH = 0o10000000;
export const PIPE_SIZE = 65536;
export const pipeRoom = (pipe: Pipe): number => (pipe.size ?? PIPE_SIZE) - pipe.bytes.length;
export const NO_NODE: Node = { fs: 0, ino: 0 };

export interface FileTable {
  readonly id: number;
  refs: number;
  descriptors: (Descriptor | null)[];
}

export const table = (k: Kernel, p: Process): FileTable => k.fileTables.get(p.files)!;

/** An own copy of a table, of the same open files. */
export function copyFiles(k: Kernel, from: FileTable): FileTable {
  const files: FileTable = { id: k.nextId++, refs: 1, descriptors: from.descriptors.slice() };
  for (const d of files.descriptors) if (d) k.files.get(d.file)!.refs++;
  k.fileTables.set(files.id, files);
  return files;
}

export function descriptor(k: Kernel, p: Process, fd: number): Descriptor {
  return table(k, p).descriptors[fd] ?? fail('EBADF');
}

export function fileOf(k: Kernel, p: Process, fd: number): OpenFile {
  k.charge('file.operation');
  return k.files.get(descriptor(k, p, fd).file)!;
}

/** What kind of file a descriptor is; null when it is none. */
export const kindOf = (k: Kernel, p: Process, fd: number): OpenFile['kind'] | null =>
  k.files.get(table(k, p).descriptors[fd]?.file ?? -1)?.kind ?? null;

/** Puts an open file into the lowest free place from `least` on. */
export function install(k: Kernel, p: Process, file: OpenFile, cloexec: boolean, least = 0): number {
  const { descriptors } = table(k, p);
  let fd = least;
  while (descriptors[fd]) fd++;
  if (fd >= (p.limits[7]?.soft ?? 1024)) fail('EMFILE');
  while (descriptors.length < fd) descriptors.push(null);
  descriptors[fd] = { file: file.id, cloexec };
  file.refs++;
  return fd;
}

export function addFile(k: Kernel, from: Partial<OpenFile> & Pick<OpenFile, 'kind'>): OpenFile {
  const file: OpenFile = {
    id: k.nextFile++,
    node: NO_NODE,
    path: '',
    offset: 0,
    flags: 0,
    refs: 0,
    text: null,
    number: 0,
    end: 'read',
    ...from,
  };
  k.files.set(file.id, file);
  if (file.kind === 'node' || file.node.fs !== 0) k.tree.hold(file.node, 1);
  return file;
}

export function closeFd(k: Kernel, p: Process, fd: number): void {
  const file = k.files.get(descriptor(k, p, fd).file)!;
  table(k, p).descriptors[fd] = null;
  if (file.kind === 'node') dropRanges(k, p, file.node);
  for (const set of k.epolls.values())
    if (file.refs === 1 && set.items.some((i) => i.file === file.id)) set.items = set.items.filter((i) => i.file !== file.id);
  release(k, file);
}

export function release(k: Kernel, file: OpenFile): void {
  if (--file.refs > 0) return;
  k.files.delete(file.id);
  dropFlock(k, file.id);
  switch (file.kind) {
    case 'node':
      if ((file.flags & O_PATH) === 0) toldOpen(k, mayWrite(file) ? IN.CLOSE_WRITE : IN.CLOSE_NOWRITE, file);
      k.tree.hold(file.node, -1);
      if (file.tty !== undefined && k.ttys.get(file.tty)?.isPty) LATE.get().pty.slaveClosed(k, file.tty);
      return k.seldom?.inotify.mayBeGone(file.node);
    case 'ptm':
      k.tree.hold(file.node, -1);
      return LATE.get().pty.masterClosed(k, file);
    case 'inotify':
      return k.seldom!.inotify.close(file.number);
    case 'pipe':
      closePipe(k, file);
      return k.tree.hold(file.node, -1);
    case 'socket':
      return LATE.get().closeSocket(k, file.number);
    case 'epoll':
      k.epolls.delete(file.number);
      return;
    case 'eventfd':
      k.eventfds.delete(file.number);
      return;
    case 'timerfd':
      return k.timers.remove(file.number);
  }
}

function closePipe(k: Kernel, file: OpenFile): void {
  const pipe = k.pipes.get(file.number)!;
  if (file.end === 'read') pipe.readers--;
  else pipe.writers--;
  if (file.end === 'read' && mayWrite(file)) pipe.writers--;
  pipe.stamp = ++k.changes;
  if (pipe.readers + pipe.writers === 0) k.pipes.delete(pipe.id);
  else {
    tellOwners(k, 'pipe', pipe.id, POLL_IN, 'read');
    tellOwners(k, 'pipe', pipe.id, POLL_OUT, 'write');
  }
}

/** The pipe behind a named one, made when it is first opened. */
export function fifoPipe(k: Kernel, node: Node): Pipe {
  if (node.fs === PIPE_FS) return k.pipes.get(node.ino) ?? fail('ENOENT');
  for (const pipe of k.pipes.values()) if (pipe.node && pipe.node.fs === node.fs && pipe.node.ino === node.ino) return pipe;
  const pipe: Pipe = { id: k.nextPipe++, bytes: new Uint8Array(0), readers: 0, writers: 0, opened: 0, stamp: 0, node };
  k.pipes.set(pipe.id, pipe);
  return pipe;
}

export function makePipe(k: Kernel, flags: number): { read: OpenFile; write: OpenFile } {
  const pipe: Pipe = { id: k.nextPipe++, bytes: new Uint8Array(0), readers: 1, writers: 1, opened: 2, stamp: 0, node: null };
  k.pipes.set(pipe.id, pipe);
  const common = { kind: 'pipe', number: pipe.id, path: `pipe:[${pipe.id}]` } as const;
  return { read: addFile(k, { ...common, end: 'read', flags }), write: addFile(k, { ...common, end: 'write', flags: flags | O_WRONLY }) };
}

export const mayRead = (file: OpenFile): boolean => (file.flags & O_ACCMODE) !== O_WRONLY && (file.flags & O_PATH) === 0;
export const mayWrite = (file: OpenFile): boolean => (file.flags & O_ACCMODE) !== 0 && (file.flags & O_PATH) === 0;

/** Stream of a terminal or console that the file stands for, -1 for other files: descriptors 0 to 2, and devices that are terminals. */
export const consoleStream = (file: OpenFile): number => (file.kind === 'console' ? file.number & 3 : file.tty === undefined ? -1 : 1);

/** The terminal that the process's session controls: what /dev/tty means. */
export function controllingTty(k: Kernel, p: Process): Tty | null {
  if (!p.noTerminal) for (const tty of k.ttys.values()) if (tty.session !== 0 && tty.session === p.sid) return tty;
  return null;
}

/** The terminal behind a file, null for none. */
export const ttyOf = (k: Kernel, file: OpenFile): Tty | null =>
  k.ttys.get(file.kind === 'console' ? file.number >> 2 : (file.tty ?? -1)) ?? null;
/** What only input from outside makes ready. */
export const isConsole = (k: Kernel, file: OpenFile): boolean => ttyOf(k, file)?.isPty === false;

/** Bytes from `offset`, or from the file's own position (null), which then moves. */
export function readFrom(k: Kernel, file: OpenFile, offset: number | null, length: number): Uint8Array {
  if (!mayRead(file)) fail('EBADF');
  if (file.kind === 'pipe') return offset === null ? readPipe(k, file, length) : fail('ESPIPE');
  if (file.kind !== 'node' && file.kind !== 'console') return offset === null ? readSpecial(k, file, length) : fail('ESPIPE');
  if (consoleStream(file) >= 0) return offset === null ? readConsole(k, file, length) : fail('ESPIPE');
  const stat = k.tree.stat(file.node);
  if (isDirectory(stat)) fail('EISDIR');
  if (isDevice(stat)) return readDevice(stat.rdev, length, (n) => k.randomBytes(n));
  const at = offset ?? file.offset,
    fs = k.tree.fs(file.node.fs);
  if ((stat.mode & S_IFMT) === S_IFBLK) return readBlock(k, file, stat.rdev, at, length, offset === null);
  if (fs.text && (at === 0 || file.text === null)) file.text = fs.text(file.node.ino);
  if (!file.text) k.shared.flush(file.node, at, length);
  const bytes = file.text ? file.text.slice(at, at + length) : fs.read(file.node.ino, at, length);
  if (offset === null) file.offset = at + bytes.length;
  k.charge('file.page', 1 + (bytes.length >> 12));
  if (bytes.length > 0) toldOpen(k, IN.ACCESS, file);
  return bytes;
}

function readBlock(k: Kernel, file: OpenFile, rdev: number, at: number, length: number, moves: boolean): Uint8Array {
  const bytes = rdev === RAM_DISK ? k.ramDisk.read(at, length) : fail('ENXIO');
  if (moves) file.offset = at + bytes.length;
  k.charge('file.page', 1 + (bytes.length >> 12));
  return bytes;
}

function readConsole(k: Kernel, file: OpenFile, length: number): Uint8Array {
  const tty = ttyOf(k, file)!;
  if (length === 0) return new Uint8Array(0);
  if (tty.isPty) return LATE.get().pty.read(k, tty, file, length);
  backgroundRead(k, tty);
  if (!tty.ready) {
    if (file.flags & O_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'input', tty: tty.id });
  }
  return tty.read(length);
}

/** Reading from the background stops the process (job control); one that cannot be stopped gets EIO. */
export function backgroundRead(k: Kernel, tty: Tty): void {
  const p = k.current;
  if (!p || !isBackground(tty, p)) return;
  if (ignores(p, SIGTTIN) || has(p.signals.blocked, SIGTTIN) || isOrphaned(k, p.pgid)) fail('EIO');
  for (const q of groupMembers(k, p.pgid)) send(k, q, SIGTTIN);
  // Made again when the process goes on.
  throw new Block({ kind: 'until', time: k.machine.time }, 'stopped');
}

export const isBackground = (tty: Tty, p: Process): boolean =>
  tty.session !== 0 && tty.session === p.sid && !p.noTerminal && tty.foreground !== p.pgid;

/** Sockets, and files that stand for events. */
function readSpecial(k: Kernel, file: OpenFile, length: number): Uint8Array {
  if (file.kind === 'socket') return LATE.get().receiveOn(k, file, socketOf(k, file)!, length, 0).bytes;
  if (file.kind === 'inotify') return k.seldom!.inotify.read(file, length);
  if (file.kind === 'ptm') return LATE.get().pty.readMaster(k, file, length);
  if (file.kind === 'signalfd') return LATE.get().readSignals(k, file, length);
  if (file.kind !== 'eventfd' && file.kind !== 'timerfd') fail('EINVAL');
  if (length < 8) fail('EINVAL');
  const event = k.eventfds.get(file.number),
    count = file.kind === 'timerfd' ? k.timers.get(file.number)!.expirations : event!.count;
  if (count === 0) {
    if (file.flags & O_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'poll', seen: k.changes, until: null, input: false }, 'waiting');
  }
  const taken = event?.semaphore ? 1 : count;
  if (event) event.count -= taken;
  else k.timers.take(file.number);
  k.changes++;
  return new StructWriter().u64(taken).done();
}

function readPipe(k: Kernel, file: OpenFile, length: number): Uint8Array {
  const pipe = k.pipes.get(file.number)!;
  if (pipe.bytes.length === 0 && pipe.writers > 0 && length > 0) {
    if (file.flags & O_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'pipe', pipe: pipe.id, end: 'read' });
  }
  const bytes = pipe.bytes.slice(0, length);
  pipe.bytes = pipe.bytes.slice(bytes.length);
  k.changes++;
  if (bytes.length > 0) tellOwners(k, 'pipe', pipe.id, POLL_OUT, 'write');
  return bytes;
}

/** How many bytes were taken. SIGPIPE is the caller's to send on EPIPE. */
export function writeTo(k: Kernel, file: OpenFile, offset: number | null, bytes: Uint8Array): number {
  if (!mayWrite(file)) fail('EBADF');
  if (file.kind === 'pipe') return offset === null ? writePipe(k, file, bytes) : fail('ESPIPE');
  if (file.kind === 'eventfd') return writeEvent(k, file, bytes);
  if (file.kind === 'ptm') return offset === null ? LATE.get().pty.writeMaster(k, file, bytes) : fail('ESPIPE');
  if (file.kind !== 'node' && file.kind !== 'console') fail('EINVAL');
  const stream = consoleStream(file);
  if (stream >= 0) return offset === null ? writeConsole(k, file, stream, bytes) : fail('ESPIPE');
  const stat = k.tree.stat(file.node);
  if (isDevice(stat)) {
    writeDevice(stat.rdev);
    return bytes.length;
  }
  const at = offset ?? (file.flags & O_APPEND ? stat.size : file.offset);
  if ((stat.mode & S_IFMT) === S_IFBLK) {
    const written = stat.rdev === RAM_DISK ? k.ramDisk.write(at, bytes) : fail('ENXIO');
    if (offset === null) file.offset = at + written;
    return written;
  }
  const room = file.node.fs === SHM_FS ? LATE.get().unsealed(k, file.node, at, bytes.length, stat.size) : bytes.length;
  bytes = bytes.subarray(0, withinFileSize(k, at, room));
  k.tree.fs(file.node.fs).write(file.node.ino, at, bytes);
  k.shared.wrote(file.node, at, bytes);
  if (offset === null) file.offset = at + bytes.length;
  k.charge('file.page', 1 + (bytes.length >> 12));
  if (bytes.length > 0) toldOpen(k, IN.MODIFY, file);
  return bytes.length;
}

function writeEvent(k: Kernel, file: OpenFile, bytes: Uint8Array): number {
  if (bytes.length < 8) fail('EINVAL');
  const add = get64(bytes, 0);
  if (add < 0 || add > Number.MAX_SAFE_INTEGER) fail('EINVAL');
  k.eventfds.get(file.number)!.count += add;
  k.changes++;
  return 8;
}

function writeConsole(k: Kernel, file: OpenFile, stream: number, bytes: Uint8Array): number {
  const tty = ttyOf(k, file)!;
  if (tty.isPty) return LATE.get().pty.write(k, tty, file, bytes);
  tty.console.write(stream, bytes);
  k.emit(tty.id === 0 ? 'output' : 'terminal', () => ({ stream: stream === 2 ? 'stderr' : 'stdout', tty: tty.id, bytes: bytes.slice() }));
  return bytes.length;
}

/** Up to PIPE_BUF bytes go in one piece (pipe(7)); of more, as many as there is room for. */
function writePipe(k: Kernel, file: OpenFile, bytes: Uint8Array): number {
  const pipe = k.pipes.get(file.number)!;
  if (pipe.readers === 0) fail('EPIPE');
  const room = pipeRoom(pipe);
  if (bytes.length > 0 && (room === 0 || (bytes.length <= 4096 && room < bytes.length))) {
    if (file.flags & O_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'pipe', pipe: pipe.id, end: 'write' });
  }
  const part = bytes.subarray(0, room);
  pipe.bytes = concatBytes([pipe.bytes, part]);
  pipe.stamp = ++k.changes;
  tellOwners(k, 'pipe', pipe.id, POLL_IN, 'read');
  return part.length;
}

/** The inode of the first terminal in a devpts. */
export const FIRST_PTS = 3;

/** fstat of any open file. */
export function statOf(k: Kernel, file: OpenFile): Stat & { readonly dev: number } {
  if (file.kind === 'node') return { ...k.tree.stat(file.node), dev: file.node.fs };
  const now = k.realTime();
  const common = { nlink: 1, uid: 0, gid: 0, size: 0, atime: now, mtime: now, ctime: now };
  const pts = file.kind === 'console' ? ttyOf(k, file)!.pts : null;
  if (pts) {
    const { fs, index, uid, gid, mode } = pts;
    return { ...common, uid, gid, dev: fs, ino: index + FIRST_PTS, mode: S_IFCHR | mode, rdev: ptsDevice(index) };
  }
  if ((file.kind === 'pipe' || file.kind === 'ptm') && file.node.fs !== 0) return { ...k.tree.stat(file.node), dev: file.node.fs };
  const type = file.kind === 'socket' ? S_IFSOCK | 0o777 : file.kind === 'pipe' || file.kind === 'console' ? S_IFIFO | 0o600 : 0o600;
  return { ...common, dev: 0xd, ino: 1000 + (file.number || file.id), mode: type, rdev: 0 };
}

const SEEK_DATA = 3,
  SEEK_HOLE = 4;
/** Where the next data or the next hole begin; what is behind the end is a hole. */
function placeOf(k: Kernel, node: Node, offset: number, size: number, data: boolean): number {
  const fs = k.tree.fs(node.fs);
  if (!fs.nextData || !isRegular(k.tree.stat(node))) return data ? offset : size;
  k.shared.flush(node, offset, size - offset);
  return fs.nextData(node.ino, offset, data);
}

export function seek(k: Kernel, file: OpenFile, offset: number, whence: number): number {
  // Of what has a position that means nothing (noop_llseek).
  if (file.kind === 'eventfd' || file.kind === 'timerfd' || file.kind === 'epoll' || file.kind === 'signalfd') return 0;
  if (file.kind !== 'node' || consoleStream(file) >= 0) fail('ESPIPE');
  const stat = k.tree.stat(file.node);
  const size = (stat.mode & S_IFMT) === S_IFBLK ? RAM_DISK_BYTES : isRegular(stat) && !file.text ? stat.size : (file.text?.length ?? 0);
  if (whence === SEEK_DATA || whence === SEEK_HOLE) {
    if (offset < 0 || offset >= size) fail('ENXIO');
    const data = whence === SEEK_DATA,
      at = placeOf(k, file.node, offset, size, data);
    if (data && at >= size) fail('ENXIO');
    return (file.offset = at);
  }
  const base = whence === 0 ? 0 : whence === 1 ? file.offset : whence === 2 ? size : fail('EINVAL');
  if (base + offset < 0) fail('EINVAL');
  return (file.offset = base + offset);
}

export const isTerminal = (k: Kernel, file: OpenFile): boolean =>
  consoleStream(file) >= 0 && (file.kind === 'node' || ttyOf(k, file)!.console.terminal);
