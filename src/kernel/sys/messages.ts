/** Sending and receiving on sockets: bytes, datagrams, and messages with open files and credentials beside them. */
import { concatBytes, get32, StructWriter } from '../../bits/bytes.ts';
import { Errno, ERRNO, fail } from '../errno.ts';
import { fileOf, install } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { readAddress, writeAddress } from '../net/address.ts';
import { AF_NETLINK, isInet, isStream, SOCK_SEQPACKET, socketOf, type Address } from '../net/socket.ts';
import { MSG_NOSIGNAL, MSG_TRUNC, receiveOn, sendOn, waitFor } from '../net/transfer.ts';
import { settingOf } from '../procsys.ts';
import { send, SIGPIPE } from '../signals.ts';
import type { OpenFile, Process } from '../task.ts';
import { copyIn, copyOut, reachable, write32 } from '../user.ts';
import { type Open, opened, SOL_IPV6, SOL_SOCKET } from './opensocket.ts';

const LARGEST = 0x10_0000;

const bufferOf = (k: Kernel, p: Process, at: number, length: number): number => {
  if (length < 0) fail('EINVAL');
  const usable = reachable(k, p, at, Math.min(length, LARGEST));
  return length > 0 && usable === 0 ? fail('EFAULT') : usable;
};

/** Sends on, as the call that began it; a stream's writer waits until all has gone. */
function sendAll(
  k: Kernel,
  p: Process,
  { file, s }: Open,
  bytes: Uint8Array,
  to: Address | null,
  files: readonly number[],
  flags: number,
  memory: unknown,
): number {
  let done = typeof memory === 'number' ? memory : 0;
  try {
    do {
      done += sendOn(k, p, file, s, { bytes: bytes.subarray(done), to, files: done === 0 ? files : [], flags });
      if (done < bytes.length) waitFor(k, file, s, 'write', flags, done);
    } while (done < bytes.length);
    return done;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (done > 0) return done;
    if (error.number === ERRNO.EPIPE && isStream(s) && (flags & MSG_NOSIGNAL) === 0) send(k, p, SIGPIPE);
    throw error;
  }
}

export function sendto(
  k: Kernel,
  p: Process,
  fd: number,
  at: number,
  length: number,
  flags: number,
  to: number,
  toLength: number,
  memory: unknown,
): number {
  const open = opened(k, p, fd);
  const address =
    to === 0 || open.s.family === AF_NETLINK || (isStream(open.s) && open.s.state === 'connected' && isInet(open.s))
      ? null
      : readAddress(k, p, open.s, to, toLength);
  return sendAll(k, p, open, copyIn(k, p, at, bufferOf(k, p, at, length)), address, [], flags, memory);
}

/** For write and its like on a socket. */
export const sendBytes = (k: Kernel, p: Process, file: OpenFile, bytes: Uint8Array, memory: unknown): number =>
  sendAll(k, p, { file, s: socketOf(k, file)! }, bytes, null, [], 0, memory);

export function recvfrom(
  k: Kernel,
  p: Process,
  fd: number,
  at: number,
  length: number,
  flags: number,
  from: number,
  fromLength: number,
): number {
  const { file, s } = opened(k, p, fd);
  const got = receiveOn(k, file, s, bufferOf(k, p, at, length), flags);
  copyOut(k, p, at, got.bytes);
  dropFiles(k, got.files);
  if (from !== 0 && !isStream(s)) writeAddress(k, p, s, got.from, from, fromLength);
  else if (from !== 0) write32(k, p, fromLength, 0);
  return flags & MSG_TRUNC ? got.whole : got.bytes.length;
}

/** Open files that nobody takes are closed. */
function dropFiles(k: Kernel, files: readonly number[]): void {
  for (const f of files) k.releaseFile(f);
}

interface Message {
  readonly name: number;
  readonly nameLength: number;
  readonly vectors: readonly (readonly [number, number])[];
  readonly control: number;
  readonly controlLength: number;
}

/** struct msghdr: name, its length, vectors, control, its length, flags. */
function readMessage(k: Kernel, p: Process, at: number): Message {
  const b = copyIn(k, p, at, 28),
    word = (n: number): number => get32(b, n * 4);
  const count = word(3);
  if (count < 0 || count > 1024) fail('EMSGSIZE');
  const v = copyIn(k, p, word(2), count * 8);
  const vectors = Array.from({ length: count }, (_, i) => [get32(v, i * 8), get32(v, i * 8 + 4)] as const);
  return { name: word(0), nameLength: word(1), vectors, control: word(4), controlLength: word(5) };
}

/** IPV6_RECVHOPLIMIT and its older form: what asks for the hop limit, and what it comes as. */
const HOP_LIMITS = [
  ['hopLimit', 52],
  ['hopLimit2292', 8],
] as const;
const MSG_CTRUNC = 8,
  MSG_CMSG_CLOEXEC = 0x4000_0000;
const SCM_RIGHTS = 1,
  SCM_CREDENTIALS = 2;

/** Open files that the control part names. */
function controlFiles(k: Kernel, p: Process, m: Message): number[] {
  const files: number[] = [];
  for (let at = m.control, end = m.control + m.controlLength; m.control !== 0 && at + 12 <= end;) {
    const b = copyIn(k, p, at, 12),
      length = get32(b, 0);
    if (length < 12 || at + length > end) fail('EINVAL');
    if (get32(b, 4) === SOL_SOCKET && get32(b, 8) === SCM_RIGHTS) {
      const fds = copyIn(k, p, at + 12, length - 12);
      for (let i = 0; i + 4 <= fds.length; i += 4) files.push(fileOf(k, p, get32(fds, i)).id);
    }
    at += (length + 3) & ~3;
  }
  return files;
}

export function sendmsg(k: Kernel, p: Process, fd: number, at: number, flags: number, memory: unknown): number {
  const open = opened(k, p, fd),
    m = readMessage(k, p, at);
  const bytes = concatBytes(m.vectors.map(([base, length]) => copyIn(k, p, base, bufferOf(k, p, base, length))));
  const to = m.name === 0 || isStream(open.s) || open.s.family === AF_NETLINK ? null : readAddress(k, p, open.s, m.name, m.nameLength);
  return sendAll(k, p, open, bytes, to, controlFiles(k, p, m), flags, memory);
}

export function recvmsg(k: Kernel, p: Process, fd: number, at: number, flags: number): number {
  const { file, s } = opened(k, p, fd),
    m = readMessage(k, p, at);
  const room = m.vectors.reduce((sum, [base, length]) => sum + bufferOf(k, p, base, length), 0);
  const got = receiveOn(k, file, s, room, flags);
  let done = 0;
  for (const [base, length] of m.vectors) {
    copyOut(k, p, base, got.bytes.subarray(done, done + length));
    done += Math.min(length, got.bytes.length - done);
  }
  if (m.name !== 0) writeAddress(k, p, s, isStream(s) ? null : got.from, m.name, at + 4);
  const control = new StructWriter(),
    space = m.control === 0 ? 0 : m.controlLength;
  if (s.options['passCredentials'] && got.sender)
    control.u32(24).u32(SOL_SOCKET).u32(SCM_CREDENTIALS).u32(got.sender.pid).u32(got.sender.uid).u32(got.sender.gid);
  let cut = control.done().length > space;
  if (got.files.length > 0) {
    // As many as there is room for; the others are closed (scm_detach_fds).
    const room = Math.max(0, Math.floor((space - control.done().length - 12) / 4)),
      taken = got.files.slice(0, room);
    const fds = taken.map((f) => install(k, p, k.files.get(f)!, (flags & MSG_CMSG_CLOEXEC) !== 0));
    dropFiles(k, got.files);
    cut ||= fds.length < got.files.length;
    if (fds.length > 0)
      control
        .u32(12 + fds.length * 4)
        .u32(SOL_SOCKET)
        .u32(SCM_RIGHTS);
    for (const n of fds) control.u32(n);
  }
  for (const [option, type] of HOP_LIMITS)
    if (s.options[option])
      control
        .u32(16)
        .u32(SOL_IPV6)
        .u32(type)
        .u32(settingOf(k, p, 'net/ipv4/ip_default_ttl'));
  const bytes = control.done().subarray(0, space);
  if (bytes.length > 0) copyOut(k, p, m.control, bytes);
  write32(k, p, at + 20, bytes.length);
  const ends = s.type === SOCK_SEQPACKET && got.bytes.length > 0 ? 0x80 : 0;
  write32(k, p, at + 24, (got.whole > got.bytes.length ? MSG_TRUNC : 0) | (cut ? MSG_CTRUNC : 0) | (flags & MSG_CMSG_CLOEXEC) | ends);
  return flags & MSG_TRUNC ? got.whole : got.bytes.length;
}
