/** Open files by descriptor: reading, writing, positions, dup, pipes, fcntl, ioctl, poll. */
import { concatBytes, get32 } from '../../bits/bytes.ts';
import { O_ASYNC } from '../async.ts';
import { Errno, ERRNO, fail } from '../errno.ts';
import {
  closeFd,
  descriptor,
  fileOf,
  install,
  isTerminal,
  makePipe,
  mayWrite,
  O_APPEND,
  O_CLOEXEC,
  O_NONBLOCK,
  readFrom,
  release,
  seek,
  statOf,
  ttyOf,
  table,
  writeTo,
} from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type OpenFile, type Process } from '../task.ts';
import { send, SIGPIPE } from '../signals.ts';
import type { Plain } from '../../bits/plain.ts';
import { call, type Family } from '../syscall.ts';
import { LATE } from '../late.ts';
import { socketOf } from '../net/socket.ts';
import { copyIn, copyOut, reachable, read32, write32, write64 } from '../user.ts';
import { isRegular } from '../vfs/types.ts';
import { ttyIoctl } from './ttys.ts';

const MAX_COUNT = 0x7fff_f000;

/** The part of a buffer that can be used; EFAULT when not even its first byte can. */
function usable(k: Kernel, p: Process, address: number, count: number): number {
  if (count < 0) fail('EINVAL');
  const length = Math.min(count, MAX_COUNT);
  const usableLength = reachable(k, p, address, length);
  return length > 0 && usableLength === 0 ? fail('EFAULT') : usableLength;
}

function read(k: Kernel, p: Process, fd: number, address: number, count: number, offset: number | null): number {
  const file = fileOf(k, p, fd);
  const bytes = readFrom(k, file, offset, usable(k, p, address, count));
  copyOut(k, p, address, bytes);
  k.control.transferred(p, bytes.length, 0);
  return bytes.length;
}

function write(k: Kernel, p: Process, fd: number, address: number, count: number, offset: number | null, memory: Plain = null): number {
  const file = fileOf(k, p, fd);
  if (!mayWrite(file)) fail('EBADF');
  return writeBytes(k, p, file, copyIn(k, p, address, usable(k, p, address, count)), offset, memory);
}

/** A pipe takes what it has room for; who may wait goes on until all has gone, `memory` being how much that was so far. */
function writeBytes(k: Kernel, p: Process, file: OpenFile, bytes: Uint8Array, offset: number | null, memory: Plain = null): number {
  if (file.kind === 'socket') return offset === null ? LATE.get().sendBytes(k, p, file, bytes, memory) : fail('ESPIPE');
  let done = typeof memory === 'number' ? memory : 0;
  try {
    do done += writeTo(k, file, offset, bytes.subarray(done));
    while (
      done < bytes.length &&
      (file.kind === 'pipe' || file.kind === 'ptm' || file.tty !== undefined) &&
      (file.flags & O_NONBLOCK) === 0
    );
    k.control.transferred(p, 0, done);
    return done;
  } catch (error) {
    if (error instanceof Block && done > 0) throw new Block(error.wait, done);
    if (!(error instanceof Errno)) throw error;
    if (error.number === ERRNO.EPIPE) send(k, p, SIGPIPE);
    if (done > 0) return done;
    throw error;
  }
}

const soFar = (_k: Kernel, _p: Process, _args: readonly number[], memory: Plain): number | null =>
  typeof memory === 'number' && memory > 0 ? memory : null;

const offset64 = (low: number, high: number): number => {
  const offset = high * 0x1_0000_0000 + (low >>> 0);
  return offset < 0 ? fail('EINVAL') : offset;
};

interface Vector {
  readonly address: number;
  readonly length: number;
}

function vectors(k: Kernel, p: Process, at: number, count: number): Vector[] {
  if (count < 0 || count > 1024) fail('EINVAL');
  const raw = copyIn(k, p, at, count * 8);
  return Array.from({ length: count }, (_, i) => ({ address: get32(raw, i * 8) >>> 0, length: get32(raw, i * 8 + 4) })).filter((v) =>
    v.length < 0 ? fail('EINVAL') : v.length > 0,
  );
}

function readv(k: Kernel, p: Process, fd: number, at: number, count: number, offset: number | null): number {
  const file = fileOf(k, p, fd),
    list = vectors(k, p, at, count);
  const total = list.reduce((sum, v) => sum + usable(k, p, v.address, v.length), 0);
  const bytes = readFrom(k, file, offset, total);
  let done = 0;
  for (const v of list) {
    copyOut(k, p, v.address, bytes.subarray(done, done + v.length));
    done += Math.min(v.length, bytes.length - done);
  }
  return bytes.length;
}

function writev(k: Kernel, p: Process, fd: number, at: number, count: number, offset: number | null, memory: Plain = null): number {
  const file = fileOf(k, p, fd);
  if (!mayWrite(file)) fail('EBADF');
  const parts = vectors(k, p, at, count).map((v) => copyIn(k, p, v.address, usable(k, p, v.address, v.length)));
  return writeBytes(k, p, file, concatBytes(parts), offset, memory);
}

function dup2(k: Kernel, p: Process, from: number, to: number, cloexec: boolean): number {
  const { file } = descriptor(k, p, from);
  if (to < 0 || to >= (p.limits[7]?.soft ?? 1024)) fail('EBADF');
  if (from === to) return to;
  if (table(k, p).descriptors[to]) closeFd(k, p, to);
  return install(k, p, k.files.get(file)!, cloexec, to);
}

function pipe(k: Kernel, p: Process, at: number, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  const ends = makePipe(k, flags & O_NONBLOCK),
    cloexec = (flags & O_CLOEXEC) !== 0;
  const fds: number[] = [];
  try {
    for (const end of [ends.read, ends.write]) fds.push(install(k, p, end, cloexec));
  } catch (error) {
    // Both or none.
    for (const end of [ends.read, ends.write].slice(fds.length)) release(k, end);
    for (const fd of fds) closeFd(k, p, fd);
    throw error;
  }
  fds.forEach((fd, i) => write32(k, p, at + 4 * i, fd));
  return 0;
}

const F_SETPIPE_SZ = 1031,
  F_GETPIPE_SZ = 1032;
const O_DIRECT = 0o40000,
  O_NOATIME = 0o1000000;
const SETTABLE = O_APPEND | O_NONBLOCK | O_ASYNC | O_DIRECT | O_NOATIME;

function fcntl(k: Kernel, p: Process, fd: number, command: number, argument: number): number {
  const d = descriptor(k, p, fd),
    file = fileOf(k, p, fd);
  switch (command) {
    case 0:
    case 1030:
      return argument < 0 || argument >= (p.limits[7]?.soft ?? 1024) ? fail('EINVAL') : install(k, p, file, command === 1030, argument);
    case 1:
      return d.cloexec ? 1 : 0;
    case 2:
      table(k, p).descriptors[fd] = { ...d, cloexec: (argument & 1) !== 0 };
      return 0;
    case 3:
      return file.flags;
    case 4:
      if (argument & ~file.flags & O_ASYNC) file.async = { signal: 0, type: 1, id: 0, uid: 0, euid: 0, ...file.async, fd };
      file.flags = (file.flags & ~SETTABLE) | (argument & SETTABLE);
      return 0;
    case F_SETPIPE_SZ:
    case F_GETPIPE_SZ:
      return file.kind === 'pipe' ? LATE.get().pipeSize(k, p, file, command === F_SETPIPE_SZ ? argument : null) : fail('EBADF');
    default:
      return LATE.get().fcntlMore(k, p, file, command, argument);
  }
}

function ioctl(k: Kernel, p: Process, fd: number, request: number, at: number): number {
  const file = fileOf(k, p, fd);
  if (request === 0x541b) {
    write32(k, p, at, available(k, file));
    return 0;
  }
  if (request === 0x5421) {
    file.flags = read32(k, p, at) ? file.flags | O_NONBLOCK : file.flags & ~O_NONBLOCK;
    return 0;
  }
  if (file.kind === 'socket') return LATE.get().interfaceIoctl(k, p, request, at) ?? fail('ENOTTY');
  const tty = file.kind === 'ptm' ? k.ttys.get(file.number)! : isTerminal(k, file) ? ttyOf(k, file)! : fail('ENOTTY');
  return ttyIoctl(k, p, file, tty, request, at);
}

function available(k: Kernel, file: OpenFile): number {
  if (file.kind === 'pipe') return k.pipes.get(file.number)!.bytes.length;
  if (file.kind === 'inotify') return k.seldom!.inotify.waiting(file.number);
  if (file.kind === 'ptm') return LATE.get().pty.waiting(k, file);
  const tty = ttyOf(k, file),
    socket = socketOf(k, file);
  if (tty) return tty.available;
  if (socket) return socket.stream.length + (socket.datagrams[0]?.bytes.length ?? 0);
  const stat = statOf(k, file);
  return isRegular(stat) ? Math.max(0, stat.size - file.offset) : fail('ENOTTY');
}

const CLOSE_RANGE_UNSHARE = 2,
  CLOSE_RANGE_CLOEXEC = 4;

function closeRange(k: Kernel, p: Process, first: number, last: number, flags: number): number {
  if (flags & ~(CLOSE_RANGE_UNSHARE | CLOSE_RANGE_CLOEXEC) || first >>> 0 > last >>> 0) fail('EINVAL');
  if (flags & CLOSE_RANGE_UNSHARE) k.unshareFiles(p);
  const { descriptors } = table(k, p);
  for (let fd = first >>> 0; fd <= last >>> 0 && fd < descriptors.length; fd++) {
    const d = descriptors[fd];
    if (!d) continue;
    if (flags & CLOSE_RANGE_CLOEXEC) descriptors[fd] = { ...d, cloexec: true };
    else closeFd(k, p, fd);
  }
  return 0;
}

export const FILE_CALLS: Family = {
  3: call('read', 'fd out size', (k, p, [fd, buf, count]) => read(k, p, fd!, buf!, count!, null)),
  4: call('write', 'fd in size', (k, p, [fd, buf, count], memory) => write(k, p, fd!, buf!, count!, null, memory), soFar),
  6: call('close', 'fd', (k, p, [fd]) => {
    k.charge('file.operation');
    closeFd(k, p, fd!);
    return 0;
  }),
  19: call('lseek', 'fd int whence', (k, p, [fd, offset, whence]) => {
    const result = seek(k, fileOf(k, p, fd!), offset!, whence!);
    return result > 0x7fff_ffff ? fail('EOVERFLOW') : result;
  }),
  41: call('dup', 'fd', (k, p, [fd]) => install(k, p, fileOf(k, p, fd!), false)),
  42: call('pipe', 'ptr', (k, p, [at]) => pipe(k, p, at!, 0)),
  54: call('ioctl', 'fd uint ptr', (k, p, [fd, request, at]) => ioctl(k, p, fd!, request!, at!)),
  55: call('fcntl', 'fd int int', (k, p, [fd, command, argument]) => fcntl(k, p, fd!, command!, argument!)),
  63: call('dup2', 'fd fd', (k, p, [from, to]) => dup2(k, p, from!, to!, false)),
  118: call('fsync', 'fd', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  140: call('_llseek', 'fd int uint ptr whence', (k, p, [fd, high, low, at, whence]) => {
    write64(k, p, at!, seek(k, fileOf(k, p, fd!), high! * 0x1_0000_0000 + (low! >>> 0), whence!));
    return 0;
  }),
  143: call('flock', 'fd int', (k, p, [fd, operation]) => LATE.get().flock(k, p, fd!, operation!)),
  145: call('readv', 'fd ptr int', (k, p, [fd, at, count]) => readv(k, p, fd!, at!, count!, null)),
  146: call('writev', 'fd ptr int', (k, p, [fd, at, count], memory) => writev(k, p, fd!, at!, count!, null, memory), soFar),
  148: call('fdatasync', 'fd', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  180: call('pread64', 'fd out size uint int', (k, p, [fd, buf, count, low, high]) => read(k, p, fd!, buf!, count!, offset64(low!, high!))),
  181: call('pwrite64', 'fd in size uint int', (k, p, [fd, buf, count, low, high]) =>
    write(k, p, fd!, buf!, count!, offset64(low!, high!)),
  ),
  221: call('fcntl64', 'fd int int', (k, p, [fd, command, argument]) => fcntl(k, p, fd!, command!, argument!)),
  250: call('fadvise64', 'fd uint int int int', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  272: call('fadvise64_64', 'fd uint int uint int int', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  330: call('dup3', 'fd fd open', (k, p, [from, to, flags]) =>
    from === to || flags! & ~O_CLOEXEC ? fail('EINVAL') : dup2(k, p, from!, to!, (flags! & O_CLOEXEC) !== 0),
  ),
  331: call('pipe2', 'ptr open', (k, p, [at, flags]) => pipe(k, p, at!, flags!)),
  333: call('preadv', 'fd ptr int uint int', (k, p, [fd, at, count, low, high]) => readv(k, p, fd!, at!, count!, offset64(low!, high!))),
  334: call('pwritev', 'fd ptr int uint int', (k, p, [fd, at, count, low, high]) => writev(k, p, fd!, at!, count!, offset64(low!, high!))),
  436: call('close_range', 'uint uint uint', (k, p, [first, last, flags]) => closeRange(k, p, first!, last!, flags!)),
};
