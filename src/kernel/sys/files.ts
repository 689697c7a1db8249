/** Open files by descriptor: reading, writing, positions, dup, pipes, fcntl, ioctl, poll. */
import { concatBytes, get32, put16 } from '../../bits/bytes.ts';
import { Errno, ERRNO, fail } from '../errno.ts';
import {
  closeFd,
  consoleStream,
  descriptor,
  fileOf,
  install,
  isTerminal,
  makePipe,
  mayWrite,
  O_ACCMODE,
  O_APPEND,
  O_CLOEXEC,
  O_NONBLOCK,
  PIPE_SIZE,
  readFrom,
  seek,
  statOf,
  ttyOf,
  table,
  writeTo,
} from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type OpenFile, type Process } from '../task.ts';
import { send, SIGPIPE } from '../signals.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, reachable, read32, write32, write64 } from '../user.ts';
import { isRegular } from '../vfs/types.ts';
import { ttyIoctl } from './ttys.ts';
import { readTimespec32, readTimespec64, sleepUntil } from './time.ts';

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
  return bytes.length;
}

function write(k: Kernel, p: Process, fd: number, address: number, count: number, offset: number | null): number {
  const file = fileOf(k, p, fd);
  if (!mayWrite(file)) fail('EBADF');
  return writeBytes(k, p, file, copyIn(k, p, address, usable(k, p, address, count)), offset);
}

function writeBytes(k: Kernel, p: Process, file: OpenFile, bytes: Uint8Array, offset: number | null): number {
  try {
    return writeTo(k, file, offset, bytes);
  } catch (error) {
    if (error instanceof Errno && error.number === ERRNO.EPIPE) send(k, p, SIGPIPE);
    throw error;
  }
}

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

function writev(k: Kernel, p: Process, fd: number, at: number, count: number, offset: number | null): number {
  const file = fileOf(k, p, fd);
  if (!mayWrite(file)) fail('EBADF');
  const parts = vectors(k, p, at, count).map((v) => copyIn(k, p, v.address, usable(k, p, v.address, v.length)));
  return writeBytes(k, p, file, concatBytes(parts), offset);
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
  const read = install(k, p, ends.read, cloexec),
    write = install(k, p, ends.write, cloexec);
  write32(k, p, at, read);
  write32(k, p, at + 4, write);
  return 0;
}

const SETTABLE = O_APPEND | O_NONBLOCK;

function fcntl(k: Kernel, p: Process, fd: number, command: number, argument: number): number {
  const d = descriptor(k, p, fd),
    file = fileOf(k, p, fd);
  switch (command) {
    case 0:
    case 1030:
      return argument < 0 ? fail('EINVAL') : install(k, p, file, command === 1030, argument);
    case 1:
      return d.cloexec ? 1 : 0;
    case 2:
      table(k, p).descriptors[fd] = { ...d, cloexec: (argument & 1) !== 0 };
      return 0;
    case 3:
      return file.flags;
    case 4:
      file.flags = (file.flags & ~SETTABLE) | (argument & SETTABLE);
      return 0;
    // Locks: nobody else holds any. GETLK answers F_UNLCK.
    case 5:
    case 12:
      copyOut(k, p, argument, Uint8Array.of(2, 0));
      return 0;
    case 6:
    case 7:
    case 13:
    case 14:
      return 0;
    case 1031:
    case 1032:
      return file.kind === 'pipe' ? PIPE_SIZE : fail('EBADF');
    default:
      return fail('EINVAL');
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
  return isTerminal(k, file) ? ttyIoctl(k, p, ttyOf(k, file)!, request, at) : fail('ENOTTY');
}

function available(k: Kernel, file: OpenFile): number {
  if (file.kind === 'pipe') return k.pipes.get(file.number)!.bytes.length;
  const tty = ttyOf(k, file);
  if (tty) return tty.available;
  const stat = statOf(k, file);
  return isRegular(stat) ? Math.max(0, stat.size - file.offset) : fail('ENOTTY');
}

const POLLIN = 1,
  POLLOUT = 4,
  POLLERR = 8,
  POLLHUP = 16,
  POLLNVAL = 32;

function readiness(k: Kernel, p: Process, fd: number): number {
  const d = table(k, p).descriptors[fd];
  if (!d) return POLLNVAL;
  const file = k.files.get(d.file)!;
  if (file.kind === 'pipe') {
    const pipe = k.pipes.get(file.number)!;
    if (file.end === 'read') return (pipe.bytes.length > 0 ? POLLIN : 0) | (pipe.writers === 0 ? POLLHUP : 0);
    return (PIPE_SIZE - pipe.bytes.length >= 4096 ? POLLOUT : 0) | (pipe.readers === 0 ? POLLERR : 0);
  }
  if (consoleStream(k, file) >= 0) return (ttyOf(k, file)!.ready ? POLLIN : 0) | ((file.flags & O_ACCMODE) !== 0 ? POLLOUT : 0);
  return POLLIN | POLLOUT;
}

/** Whether the descriptor is one that only input from outside makes ready. */
function isInput(k: Kernel, p: Process, fd: number): boolean {
  const d = table(k, p).descriptors[fd];
  return d !== undefined && d !== null && consoleStream(k, k.files.get(d.file)!) >= 0;
}

/** `until`: machine time, or null for ever. */
function poll(k: Kernel, p: Process, at: number, count: number, until: number | null): number {
  if (count < 0 || count > 1024) fail('EINVAL');
  const raw = copyIn(k, p, at, count * 8);
  let ready = 0,
    input = false;
  for (let i = 0; i < count; i++) {
    const fd = get32(raw, i * 8),
      wanted = raw[i * 8 + 4]! | (raw[i * 8 + 5]! << 8);
    const events = fd < 0 ? 0 : readiness(k, p, fd) & (wanted | POLLERR | POLLHUP | POLLNVAL);
    put16(raw, i * 8 + 6, events);
    if (events !== 0) ready++;
    input ||= fd >= 0 && isInput(k, p, fd);
    k.charge('file.operation');
  }
  if (ready > 0 || (until !== null && k.machine.time >= until)) {
    copyOut(k, p, at, raw);
    return ready;
  }
  throw new Block({ kind: 'poll', seen: k.changes, until, input }, until ?? 'forever');
}

/** Time at which a wait of `seconds` (null: without end) ends; a call made again remembers it. */
function deadlineOf(k: Kernel, seconds: number | null, memory: unknown): number | null {
  if (memory !== null) return typeof memory === 'number' ? memory : null;
  return seconds === null ? null : sleepUntil(k, seconds);
}

function select(k: Kernel, p: Process, count: number, sets: readonly number[], until: number | null): number {
  if (count < 0 || count > 1024) fail('EINVAL');
  const bytes = ((count + 31) >> 5) * 4;
  const asked = sets.map((at) => (at === 0 ? new Uint8Array(bytes) : copyIn(k, p, at, bytes)));
  const answers = asked.map(() => new Uint8Array(bytes));
  let ready = 0,
    input = false;
  for (let fd = 0; fd < count; fd++) {
    const wants = asked.map((set) => (set[fd >> 3]! >> (fd & 7)) & 1);
    if (!wants.includes(1)) continue;
    const events = readiness(k, p, fd);
    if (events & POLLNVAL) fail('EBADF');
    input ||= isInput(k, p, fd);
    [POLLIN | POLLHUP, POLLOUT | POLLERR, 0].forEach((mask, i) => {
      if (!wants[i] || (events & mask) === 0) return;
      answers[i]![fd >> 3]! |= 1 << (fd & 7);
      ready++;
    });
  }
  if (ready > 0 || (until !== null && k.machine.time >= until)) {
    sets.forEach((at, i) => {
      if (at !== 0) copyOut(k, p, at, answers[i]!);
    });
    return ready;
  }
  throw new Block({ kind: 'poll', seen: k.changes, until, input }, until ?? 'forever');
}

function sendfile(k: Kernel, p: Process, out: number, from: number, at: number, count: number): number {
  const source = fileOf(k, p, from),
    target = fileOf(k, p, out);
  const offset = at === 0 ? null : read32(k, p, at) >>> 0;
  const bytes = readFrom(k, source, offset, Math.min(count >>> 0, 1 << 20));
  if (offset !== null) write64(k, p, at, offset + bytes.length);
  return writeBytes(k, p, target, bytes, null);
}

function closeRange(k: Kernel, p: Process, first: number, last: number): number {
  const { descriptors } = table(k, p);
  for (let fd = first >>> 0; fd <= last >>> 0 && fd < descriptors.length; fd++) if (descriptors[fd]) closeFd(k, p, fd);
  return 0;
}

const bareTime = (k: Kernel, p: Process, at: number): number | null => (at === 0 ? null : readTimespec32(k, p, at));

export const FILE_CALLS: Family = {
  3: call('read', 'fd out size', (k, p, [fd, buf, count]) => read(k, p, fd!, buf!, count!, null)),
  4: call('write', 'fd in size', (k, p, [fd, buf, count]) => write(k, p, fd!, buf!, count!, null)),
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
  142: call('_newselect', 'int ptr ptr ptr ptr', (k, p, [n, r, w, e, at], memory) => {
    const seconds = at === 0 ? null : read32(k, p, at!) + read32(k, p, at! + 4) / 1e6;
    return select(k, p, n!, [r!, w!, e!], deadlineOf(k, seconds, memory));
  }),
  143: call('flock', 'fd int', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  145: call('readv', 'fd ptr int', (k, p, [fd, at, count]) => readv(k, p, fd!, at!, count!, null)),
  146: call('writev', 'fd ptr int', (k, p, [fd, at, count]) => writev(k, p, fd!, at!, count!, null)),
  148: call('fdatasync', 'fd', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  168: call('poll', 'ptr int int', (k, p, [at, count, ms], memory) =>
    poll(k, p, at!, count!, deadlineOf(k, ms! < 0 ? null : ms! / 1000, memory)),
  ),
  180: call('pread64', 'fd out size uint int', (k, p, [fd, buf, count, low, high]) => read(k, p, fd!, buf!, count!, offset64(low!, high!))),
  181: call('pwrite64', 'fd in size uint int', (k, p, [fd, buf, count, low, high]) =>
    write(k, p, fd!, buf!, count!, offset64(low!, high!)),
  ),
  221: call('fcntl64', 'fd int int', (k, p, [fd, command, argument]) => fcntl(k, p, fd!, command!, argument!)),
  239: call('sendfile64', 'fd fd ptr size', (k, p, [out, from, at, count]) => sendfile(k, p, out!, from!, at!, count!)),
  250: call('fadvise64', 'fd uint int int int', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  272: call('fadvise64_64', 'fd uint int uint int int', (k, p, [fd]) => {
    fileOf(k, p, fd!);
    return 0;
  }),
  308: call('pselect6', 'int ptr ptr ptr ptr ptr', (k, p, [n, r, w, e, at], memory) =>
    select(k, p, n!, [r!, w!, e!], deadlineOf(k, bareTime(k, p, at!), memory)),
  ),
  309: call('ppoll', 'ptr int ptr ptr size', (k, p, [at, count, time], memory) =>
    poll(k, p, at!, count!, deadlineOf(k, bareTime(k, p, time!), memory)),
  ),
  330: call('dup3', 'fd fd open', (k, p, [from, to, flags]) =>
    from === to || flags! & ~O_CLOEXEC ? fail('EINVAL') : dup2(k, p, from!, to!, (flags! & O_CLOEXEC) !== 0),
  ),
  331: call('pipe2', 'ptr open', (k, p, [at, flags]) => pipe(k, p, at!, flags!)),
  333: call('preadv', 'fd ptr int uint int', (k, p, [fd, at, count, low, high]) => readv(k, p, fd!, at!, count!, offset64(low!, high!))),
  334: call('pwritev', 'fd ptr int uint int', (k, p, [fd, at, count, low, high]) => writev(k, p, fd!, at!, count!, offset64(low!, high!))),
  413: call('pselect6_time64', 'int ptr ptr ptr ptr ptr', (k, p, [n, r, w, e, at], memory) =>
    select(k, p, n!, [r!, w!, e!], deadlineOf(k, at === 0 ? null : readTimespec64(k, p, at!), memory)),
  ),
  414: call('ppoll_time64', 'ptr int ptr ptr size', (k, p, [at, count, time], memory) =>
    poll(k, p, at!, count!, deadlineOf(k, time === 0 ? null : readTimespec64(k, p, time!), memory)),
  ),
  436: call('close_range', 'uint uint uint', (k, p, [first, last]) => closeRange(k, p, first!, last!)),
};
