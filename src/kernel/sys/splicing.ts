/**
 * Bytes from file to file without going through the process: sendfile(2), splice(2), tee(2), vmsplice(2), copy_file_range(2); and
 * vectors with flags (preadv2(2)).
 *
 * Invariant: nothing is taken from its source before its target has room, so a call that waits has lost nothing; what has gone
 * already is what it remembers.
 */
import { Errno, ERRNO, fail } from '../errno.ts';
import { fileOf, mayRead, mayWrite, O_APPEND, O_NONBLOCK, pipeRoom, readFrom, statOf, writeTo } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { isStream, peerOf, roomIn, socketOf } from '../net/socket.ts';
import { send, SIGPIPE } from '../signals.ts';
import { Block, type OpenFile, type Process, type Wait } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { read32, read64, write32, write64 } from '../user.ts';
import { isDirectory, isRegular } from '../vfs/types.ts';
import { FILE_CALLS } from './files.ts';
import { sendBytes } from './messages.ts';

const PIECE = 65536,
  MOST = 0x7fff_f000;

/** How many bytes a target takes now; a closed one takes any number, and says so itself. */
function room(k: Kernel, target: OpenFile): number {
  if (target.kind === 'pipe') {
    const pipe = k.pipes.get(target.number)!;
    return pipe.readers === 0 ? PIECE : pipeRoom(pipe);
  }
  const s = socketOf(k, target),
    peer = s && isStream(s) ? peerOf(k, s) : null;
  return peer && !s!.writeEnd ? roomIn(peer) : PIECE;
}
const roomWait = (target: OpenFile): Wait =>
  target.kind === 'pipe'
    ? { kind: 'pipe', pipe: target.number, end: 'write' }
    : { kind: 'socket', socket: target.number, for: 'write', until: null };

function put(k: Kernel, p: Process, target: OpenFile, offset: number | null, bytes: Uint8Array): number {
  try {
    return target.kind === 'socket' ? sendBytes(k, p, target, bytes, null) : writeTo(k, target, offset, bytes);
  } catch (error) {
    if (target.kind === 'pipe' && error instanceof Errno && error.number === ERRNO.EPIPE) send(k, p, SIGPIPE);
    throw error;
  }
}

interface Side {
  readonly file: OpenFile;
  /** Where in it, or null for its own position. */
  readonly offset: number | null;
}

/** Moves up to `length` bytes, all of them where both sides allow (`whole`), else what is at hand. */
function move(k: Kernel, p: Process, from: Side, to: Side, length: number, nonblock: boolean, whole: boolean, memory: unknown): number {
  let done = typeof memory === 'number' ? memory : 0;
  while (done < length) {
    const space = Math.min(room(k, to.file), PIECE, length - done);
    try {
      if (space <= 0) {
        if (nonblock || to.file.flags & O_NONBLOCK) fail('EAGAIN');
        throw new Block(roomWait(to.file), done > 0 ? done : 'waiting');
      }
      if (
        nonblock &&
        from.file.kind === 'pipe' &&
        k.pipes.get(from.file.number)!.bytes.length === 0 &&
        k.pipes.get(from.file.number)!.writers > 0
      )
        fail('EAGAIN');
      // Of a socket nothing but its flags is looked at here.
      const source = nonblock && from.file.kind === 'socket' ? { ...from.file, flags: from.file.flags | O_NONBLOCK } : from.file;
      const bytes = readFrom(k, source, from.offset === null ? null : from.offset + done, space);
      if (bytes.length === 0) break;
      done += put(k, p, to.file, to.offset === null ? null : to.offset + done, bytes);
    } catch (error) {
      if (error instanceof Block && done > 0 && !whole) break;
      if (error instanceof Block) throw done > 0 ? new Block(error.wait, done) : error;
      if (done > 0 && error instanceof Errno) break;
      throw error;
    }
    if (!whole) break;
  }
  k.control.transferred(p, done, done);
  return done;
}

function sendfile(k: Kernel, p: Process, args: readonly number[], wide: boolean, memory: unknown): number {
  const [out, from, at, count] = args as [number, number, number, number];
  const source = fileOf(k, p, from),
    target = fileOf(k, p, out);
  if (!mayRead(source) || !mayWrite(target)) fail('EBADF');
  if (count < 0 || source.kind === 'socket' || target.flags & O_APPEND) fail('EINVAL');
  const offset = at === 0 ? null : wide ? read64(k, p, at) : read32(k, p, at);
  if (offset !== null && offset < 0) fail('EINVAL');
  const done = move(k, p, { file: source, offset }, { file: target, offset: null }, count, false, true, memory);
  if (offset !== null) (wide ? write64 : write32)(k, p, at, offset + done);
  return done;
}

const SPLICE_F_NONBLOCK = 2,
  SPLICE_FLAGS = 15;

function splice(k: Kernel, p: Process, args: readonly number[]): number {
  const [from, fromAt, to, toAt, length, flags] = args as [number, number, number, number, number, number];
  if (flags & ~SPLICE_FLAGS) fail('EINVAL');
  if (length === 0) return 0;
  const source = fileOf(k, p, from),
    target = fileOf(k, p, to);
  if (!mayRead(source) || !mayWrite(target)) fail('EBADF');
  if ((source.kind === 'pipe' && fromAt !== 0) || (target.kind === 'pipe' && toAt !== 0)) fail('ESPIPE');
  if (source.kind !== 'pipe' && target.kind !== 'pipe') fail('EINVAL');
  if (source.kind === 'pipe' && target.kind === 'pipe' && source.number === target.number) fail('EINVAL');
  if (target.flags & O_APPEND) fail('EINVAL');
  const offsets = [fromAt, toAt].map((at) => (at === 0 ? null : read64(k, p, at))) as [number | null, number | null];
  const done = move(
    k,
    p,
    { file: source, offset: offsets[0] },
    { file: target, offset: offsets[1] },
    Math.min(length >>> 0, MOST),
    (flags & SPLICE_F_NONBLOCK) !== 0,
    false,
    null,
  );
  [fromAt, toAt].forEach((at, i) => {
    if (at !== 0) write64(k, p, at, offsets[i]! + done);
  });
  return done;
}

function tee(k: Kernel, p: Process, from: number, to: number, length: number, flags: number): number {
  if (flags & ~SPLICE_FLAGS) fail('EINVAL');
  if (length === 0) return 0;
  const source = fileOf(k, p, from),
    target = fileOf(k, p, to);
  if (!mayRead(source) || !mayWrite(target)) fail('EBADF');
  if (source.kind !== 'pipe' || target.kind !== 'pipe' || source.number === target.number) fail('EINVAL');
  const pipe = k.pipes.get(source.number)!,
    space = room(k, target);
  const wait = (file: OpenFile, end: 'read' | 'write'): never => {
    if (flags & SPLICE_F_NONBLOCK) fail('EAGAIN');
    throw new Block({ kind: 'pipe', pipe: file.number, end });
  };
  if (pipe.bytes.length === 0) return pipe.writers === 0 ? 0 : wait(source, 'read');
  if (space <= 0) return wait(target, 'write');
  return put(k, p, target, null, pipe.bytes.slice(0, Math.min(length >>> 0, space)));
}

function copyRange(k: Kernel, p: Process, args: readonly number[]): number {
  const [from, fromAt, to, toAt, length, flags] = args as [number, number, number, number, number, number];
  if (flags !== 0) fail('EINVAL');
  const source = fileOf(k, p, from),
    target = fileOf(k, p, to);
  if (!mayRead(source) || !mayWrite(target) || target.flags & O_APPEND) fail('EBADF');
  if (source.kind !== 'node' || target.kind !== 'node') fail('EINVAL');
  for (const file of [source, target]) {
    if (isDirectory(statOf(k, file))) fail('EISDIR');
    if (!isRegular(statOf(k, file))) fail('EINVAL');
  }
  const [start, end] = [fromAt === 0 ? null : read64(k, p, fromAt), toAt === 0 ? null : read64(k, p, toAt)],
    left = Math.min(length >>> 0, Math.max(0, statOf(k, source).size - (start ?? source.offset)));
  const [a, b] = [start ?? source.offset, end ?? target.offset];
  if (source.node.fs === target.node.fs && source.node.ino === target.node.ino && a < b + left && b < a + left) fail('EINVAL');
  const done = move(k, p, { file: source, offset: start }, { file: target, offset: end }, left, false, true, null);
  if (fromAt !== 0) write64(k, p, fromAt, a + done);
  if (toAt !== 0) write64(k, p, toAt, b + done);
  return done;
}

/** RWF_HIPRI, DSYNC, SYNC, NOWAIT: everything is at hand and lasting as it is. */
const RWF_PLAIN = 15;
/** preadv2 and pwritev2: offset -1 means the file's own position. */
const vectored =
  (plain: number, at: number) =>
  (k: Kernel, p: Process, [fd, vectors, count, low, high, flags]: readonly number[], memory: unknown): number => {
    if (flags! & ~RWF_PLAIN) fail('EOPNOTSUPP');
    const own = low === -1 && high === -1;
    return FILE_CALLS[own ? plain : at]!.run(k, p, own ? [fd!, vectors!, count!] : [fd!, vectors!, count!, low!, high!], memory as null);
  };

/** Files that only say whether they are there. */
const known = (k: Kernel, p: Process, [fd]: readonly number[]): number => {
  fileOf(k, p, fd!);
  return 0;
};

export const SPLICING_CALLS: Family = {
  187: call('sendfile', 'fd fd ptr size', (k, p, args, memory) => sendfile(k, p, args, false, memory)),
  225: call('readahead', 'fd uint int size', known),
  239: call('sendfile64', 'fd fd ptr size', (k, p, args, memory) => sendfile(k, p, args, true, memory)),
  313: call('splice', 'fd ptr fd ptr size uint', (k, p, args) => splice(k, p, args)),
  314: call('sync_file_range', 'fd uint int uint int uint', known),
  315: call('tee', 'fd fd size uint', (k, p, [from, to, length, flags]) => tee(k, p, from!, to!, length!, flags!)),
  316: call('vmsplice', 'fd ptr uint uint', (k, p, [fd, at, count, flags], memory) => {
    const file = fileOf(k, p, fd!);
    if (file.kind !== 'pipe' || flags! & ~SPLICE_FLAGS) fail(file.kind === 'pipe' ? 'EINVAL' : 'EBADF');
    return FILE_CALLS[mayWrite(file) ? 146 : 145]!.run(k, p, [fd!, at!, count!], memory);
  }),
  344: call('syncfs', 'fd', known),
  377: call('copy_file_range', 'fd ptr fd ptr size uint', (k, p, args) => copyRange(k, p, args)),
  378: call('preadv2', 'fd ptr int uint int int', vectored(145, 333)),
  379: call('pwritev2', 'fd ptr int uint int int', vectored(146, 334)),
};
