/** System calls of sockets: the direct ones, and socketcall(2), which has them all behind one number. */
import { concatBytes, get32, StructWriter } from '../../bits/bytes.ts';
import { CAP, capableIn } from '../credentials.ts';
import { Errno, ERRNO, fail } from '../errno.ts';
import { addFile, fileOf, install, O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { readAddress, writeAddress } from '../net/address.ts';
import { filterOptions } from '../net/icmp.ts';
import { portOf } from '../net/netlink.ts';
import { settingOf } from '../procsys.ts';
import { bindInet, bindImplicitly, reach, socketAt, unixAt } from '../net/names.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  isInet,
  isStream,
  makeSocket,
  pair,
  senderOf,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  socketOf,
  type Address,
  type Socket,
} from '../net/socket.ts';
import { tcp } from '../net/snmp.ts';
import { MSG_NOSIGNAL, MSG_TRUNC, receiveOn, sendOn, shutdown, takeError, waitFor } from '../net/transfer.ts';
import { send, SIGPIPE } from '../signals.ts';
import type { OpenFile, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, reachable, read32, write32 } from '../user.ts';
import { S_IFSOCK } from '../vfs/types.ts';
import { AT_FDCWD, makeNode } from './paths.ts';

const SOCK_TYPE = 15,
  LARGEST = 0x10_0000;

interface Open {
  readonly file: OpenFile;
  readonly s: Socket;
}
function opened(k: Kernel, p: Process, fd: number): Open {
  const file = fileOf(k, p, fd);
  return { file, s: socketOf(k, file) ?? fail('ENOTSOCK') };
}

function installSocket(k: Kernel, p: Process, s: Socket, flags: number): number {
  const file = addFile(k, { kind: 'socket', number: s.id, path: `socket:[${s.id}]`, flags: O_RDWR | (flags & O_NONBLOCK) });
  return install(k, p, file, (flags & O_CLOEXEC) !== 0);
}

const NETLINK_ROUTE = 0;

function checkKind(k: Kernel, p: Process, family: number, type: number, protocol: number): void {
  if (family === AF_NETLINK) {
    if (type !== SOCK_RAW && type !== SOCK_DGRAM) fail('ESOCKTNOSUPPORT');
    return protocol === NETLINK_ROUTE ? undefined : fail('EPROTONOSUPPORT');
  }
  const inet = family === AF_INET || family === AF_INET6;
  if (family !== AF_UNIX && !inet) fail('EAFNOSUPPORT');
  if (type !== SOCK_STREAM && type !== SOCK_DGRAM && !(type === SOCK_SEQPACKET && family === AF_UNIX) && !(type === SOCK_RAW && inet))
    fail('ESOCKTNOSUPPORT');
  if (type === SOCK_RAW && !capableIn(k, p, k.ns.of(p, 'net').owner, CAP.NET_RAW)) fail('EPERM');
  const own =
    family === AF_UNIX ? [0, 1] : type === SOCK_STREAM ? [0, 6] : type === SOCK_DGRAM ? [0, 17] : family === AF_INET ? [1, 255] : [58, 255];
  if (!own.includes(protocol)) fail('EPROTONOSUPPORT');
}

function socket(k: Kernel, p: Process, family: number, type: number, protocol: number): number {
  if (type & ~(SOCK_TYPE | O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  checkKind(k, p, family, type & SOCK_TYPE, protocol);
  const s = makeSocket(k, p, family, type & SOCK_TYPE, protocol);
  if (family === AF_INET6 && settingOf(k, p, 'net/ipv6/bindv6only') !== 0) s.options = { only6: 1 };
  return installSocket(k, p, s, type);
}

function socketpair(k: Kernel, p: Process, family: number, type: number, protocol: number, at: number): number {
  checkKind(k, p, family, type & SOCK_TYPE, protocol);
  if (family !== AF_UNIX) fail('EOPNOTSUPP');
  const a = makeSocket(k, p, family, type & SOCK_TYPE, protocol),
    b = makeSocket(k, p, family, type & SOCK_TYPE, protocol);
  pair(a, b);
  const first = installSocket(k, p, a, type);
  write32(k, p, at, first);
  write32(k, p, at + 4, installSocket(k, p, b, type));
  return 0;
}

function bind(k: Kernel, p: Process, fd: number, at: number, length: number): number {
  const { s } = opened(k, p, fd);
  if (s.family === AF_NETLINK) return bindNetlink(k, p, s, at, length);
  const address = readAddress(k, p, s, at, length);
  if (address.family === AF_INET) bindInet(k, p, s, address);
  else bindUnix(k, p, s, address.path);
  return 0;
}

/** struct sockaddr_nl: family, padding, port, groups. */
function bindNetlink(k: Kernel, p: Process, s: Socket, at: number, length: number): number {
  if (length < 12) fail('EINVAL');
  const wanted = get32(copyIn(k, p, at, length), 4);
  if (s.options['port'] !== undefined && wanted !== 0 && wanted !== s.options['port']) fail('EINVAL');
  if (wanted !== 0) s.options = { ...s.options, port: wanted };
  portOf(k, p, s);
  return 0;
}

function bindUnix(k: Kernel, p: Process, s: Socket, path: string): void {
  if (s.local !== null) fail('EINVAL');
  if (path === '') path = `\0${(k.nextId++).toString(16).padStart(5, '0')}`;
  if (path.startsWith('\0')) {
    if (unixAt(k, p, s, path)) fail('EADDRINUSE');
    s.local = { family: AF_UNIX, path, node: null };
    return;
  }
  try {
    s.local = { family: AF_UNIX, path, node: makeNode(k, p, AT_FDCWD, path, S_IFSOCK | 0o777) };
  } catch (error) {
    if (error instanceof Errno && error.number === ERRNO.EEXIST) fail('EADDRINUSE');
    throw error;
  }
}

function listen(k: Kernel, p: Process, fd: number, backlog: number): number {
  const { s } = opened(k, p, fd);
  if (s.type !== SOCK_STREAM && s.type !== SOCK_SEQPACKET) fail('EOPNOTSUPP');
  if (s.state === 'connected' || (s.local === null && s.family === AF_UNIX)) fail('EINVAL');
  if (isInet(s)) bindImplicitly(k, s);
  s.state = 'listening';
  s.backlog = Math.max(1, Math.min(settingOf(k, p, 'net/core/somaxconn') + 1, backlog + 1));
  k.changes++;
  return 0;
}

function connect(k: Kernel, p: Process, fd: number, at: number, length: number, memory: unknown): number {
  const { file, s } = opened(k, p, fd);
  if (s.family === AF_NETLINK) return 0;
  if (memory === null && length >= 2 && copyIn(k, p, at, 2).every((b) => b === 0)) return disconnect(s);
  const address = readAddress(k, p, s, at, length);
  if (s.state === 'listening') fail('EINVAL');
  if (s.state === 'connected' && s.type !== SOCK_DGRAM) {
    // Who did not wait is told once that it is done.
    if (!s.options['begun']) fail('EISCONN');
    s.options = { ...s.options, begun: 0 };
    return 0;
  }
  takeError(s);
  if (s.type === SOCK_DGRAM || s.type === SOCK_RAW) return connectDatagram(k, p, s, address);
  const listener =
    address.family === AF_UNIX ? unixListener(k, p, s, address.path) : socketAt(k, s, { ...address, host: reach(k, s, address.host) });
  const patient = isInet(s) && (file.flags & O_NONBLOCK) !== 0;
  if (!listener || listener.state !== 'listening') {
    if (isInet(s)) tcp.refused(k, s);
    // Who does not wait hears of it later: the answer waits at the socket.
    if (!patient) fail('ECONNREFUSED');
    s.error = ERRNO.ECONNREFUSED;
    k.changes++;
    return fail('EINPROGRESS');
  }
  if (listener.queue.length >= listener.backlog) waitFor(k, file, s, 'connect', 0);
  establish(k, p, s, listener, address);
  if (!patient) return 0;
  s.options = { ...s.options, begun: 1 };
  return fail('EINPROGRESS');
}

function unixListener(k: Kernel, p: Process, s: Socket, path: string): Socket | null {
  const found = unixAt(k, p, s, path);
  return found && found.type !== s.type ? fail('EPROTOTYPE') : found;
}

function disconnect(s: Socket): number {
  s.remote = null;
  s.peer = 0;
  if (s.type === SOCK_DGRAM) s.state = 'new';
  return 0;
}

function connectDatagram(k: Kernel, p: Process, s: Socket, address: Address): number {
  if (address.family === AF_INET) {
    const host = reach(k, s, address.host);
    bindImplicitly(k, s);
    s.remote = { ...address, host };
    if (s.local?.family === AF_INET && s.local.host === 0) s.local = { ...s.local, host };
  } else {
    const peer = unixAt(k, p, s, address.path) ?? fail('ECONNREFUSED');
    s.remote = address;
    s.peer = peer.id;
  }
  s.state = 'connected';
  return 0;
}

/** The listener gets a new socket whose other end is the one that connects. */
function establish(k: Kernel, p: Process, s: Socket, listener: Socket, to: Address): void {
  if (to.family === AF_INET) {
    const host = reach(k, s, to.host);
    bindImplicitly(k, s, host);
    if (s.local?.family === AF_INET && s.local.host === 0) s.local = { ...s.local, host };
    s.remote = { ...to, host };
  } else s.remote = listener.local;
  const served = makeSocket(k, p, listener.family, s.type, s.protocol);
  served.options = { ...listener.options, accepted: 1 };
  served.local = to.family === AF_INET ? s.remote : listener.local;
  served.remote = s.local;
  pair(s, served);
  s.peerCredentials = listener.creator;
  served.peerCredentials = senderOf(p);
  listener.queue = [...listener.queue, served.id];
  k.changes++;
  if (isInet(s)) tcp.connected(k, s);
  k.charge('socket.packet', 3);
  k.emit('connect', () => ({ socket: s.id, to: listener.id }));
}

function accept(k: Kernel, p: Process, fd: number, at: number, lengthAt: number, flags: number): number {
  const { file, s } = opened(k, p, fd);
  if (s.type === SOCK_DGRAM) fail('EOPNOTSUPP');
  if (s.state !== 'listening') fail('EINVAL');
  if (flags & ~(O_NONBLOCK | O_CLOEXEC)) fail('EINVAL');
  const [first, ...rest] = s.queue;
  if (first === undefined) return waitFor(k, file, s, 'accept', 0);
  const served = k.sockets.get(first)!;
  const result = installSocket(k, p, served, flags);
  s.queue = rest;
  k.changes++;
  writeAddress(k, p, served, served.remote, at, lengthAt);
  return result;
}

// ---- sending and receiving

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

function sendto(
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

function recvfrom(k: Kernel, p: Process, fd: number, at: number, length: number, flags: number, from: number, fromLength: number): number {
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
const SOL_IPV6 = 41,
  SOL_ICMPV6 = 58,
  SOL_RAW = 255,
  HOP_LIMITS = [
    ['hopLimit', 52],
    ['hopLimit2292', 8],
  ] as const;
const MSG_CTRUNC = 8,
  MSG_CMSG_CLOEXEC = 0x4000_0000;
const SOL_SOCKET = 1,
  SCM_RIGHTS = 1,
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

function sendmsg(k: Kernel, p: Process, fd: number, at: number, flags: number, memory: unknown): number {
  const open = opened(k, p, fd),
    m = readMessage(k, p, at);
  const bytes = concatBytes(m.vectors.map(([base, length]) => copyIn(k, p, base, bufferOf(k, p, base, length))));
  const to = m.name === 0 || isStream(open.s) || open.s.family === AF_NETLINK ? null : readAddress(k, p, open.s, m.name, m.nameLength);
  return sendAll(k, p, open, bytes, to, controlFiles(k, p, m), flags, memory);
}

function recvmsg(k: Kernel, p: Process, fd: number, at: number, flags: number): number {
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

// ---- options

/** Options that are kept as numbers, by level and number. */
const KEPT: Readonly<Record<string, string>> = {
  '1:2': 'reuse',
  '1:6': 'broadcast',
  '1:7': 'sendBuffer',
  '1:8': 'receiveBuffer',
  '1:9': 'keepalive',
  '1:10': 'outOfBand',
  '1:12': 'priority',
  '1:15': 'reusePort',
  '1:16': 'passCredentials',
  '1:32': 'sendBuffer',
  '1:33': 'receiveBuffer',
  '6:1': 'noDelay',
  '6:2': 'maxSegment',
  '6:3': 'cork',
  '6:4': 'keepIdle',
  '6:5': 'keepInterval',
  '6:6': 'keepCount',
  '6:9': 'deferAccept',
  '6:18': 'userTimeout',
  '0:1': 'typeOfService',
  '0:2': 'timeToLive',
  '0:8': 'packetInfo',
  '0:10': 'mtuDiscover',
  '0:11': 'receiveErrors',
  '0:32': 'multicastInterface',
  '0:33': 'multicastTtl',
  '41:7': 'checksumAt',
  '41:8': 'hopLimit2292',
  '41:16': 'hops',
  '41:26': 'only6',
  '41:49': 'packetInfo6',
  '41:51': 'hopLimit',
  '41:67': 'trafficClass',
  '255:7': 'checksumAt',
  '270:10': 'capAcknowledge',
  '270:11': 'extendedAcknowledge',
  '270:12': 'strict',
};
const BUFFER = 212_992;

function setsockopt(k: Kernel, p: Process, fd: number, level: number, name: number, at: number, length: number): number {
  const { s } = opened(k, p, fd);
  if (level === SOL_SOCKET && (name === 20 || name === 21)) {
    if (length < 8) fail('EINVAL');
    const seconds = read32(k, p, at) + read32(k, p, at + 4) / 1e6;
    s.options = { ...s.options, [name === 20 ? 'receiveTimeout' : 'sendTimeout']: seconds };
    return 0;
  }
  if (level === SOL_SOCKET && name === 13) {
    s.options = { ...s.options, linger: read32(k, p, at), lingerTime: read32(k, p, at + 4) };
    return 0;
  }
  if ((level === SOL_ICMPV6 || level === SOL_RAW) && name === 1) {
    if (s.type !== SOCK_RAW) fail('ENOPROTOOPT');
    s.options = { ...s.options, ...filterOptions(copyIn(k, p, at, Math.min(length, 32))) };
    return 0;
  }
  // A filter or a device: whoever asks for those must know that they are not here.
  if (level === SOL_SOCKET && (name === 25 || name === 26)) return fail(name === 25 ? 'ENODEV' : 'EINVAL');
  const kept = KEPT[`${level}:${name}`];
  if (kept === undefined || (level === 6 && !isInet(s)) || (level === SOL_IPV6 && s.family !== AF_INET6))
    fail(s.family === AF_UNIX && level !== SOL_SOCKET ? 'EOPNOTSUPP' : 'ENOPROTOOPT');
  if (length < 4 && level === SOL_SOCKET) fail('EINVAL');
  const value = length >= 4 ? read32(k, p, at) : copyIn(k, p, at, 1)[0]!;
  s.options = {
    ...s.options,
    [kept!]: kept === 'sendBuffer' || kept === 'receiveBuffer' ? Math.max(2048, Math.min(value * 2, BUFFER * 2)) : value,
  };
  return 0;
}

function getsockopt(k: Kernel, p: Process, fd: number, level: number, name: number, at: number, lengthAt: number): number {
  const { s } = opened(k, p, fd),
    room = read32(k, p, lengthAt);
  if (room < 0) fail('EINVAL');
  const bytes = optionBytes(s, level, name);
  copyOut(k, p, at, bytes.subarray(0, room));
  write32(k, p, lengthAt, Math.min(room, bytes.length));
  return 0;
}

function optionBytes(s: Socket, level: number, name: number): Uint8Array {
  const words = (...list: number[]): Uint8Array => list.reduce((w, n) => w.u32(n), new StructWriter()).done();
  if (level === SOL_SOCKET) {
    switch (name) {
      case 3:
        return words(s.type);
      case 4: {
        const { error } = s;
        s.error = 0;
        return words(error);
      }
      case 13:
        return words(s.options['linger'] ?? 0, s.options['lingerTime'] ?? 0);
      case 17: {
        const c = s.peerCredentials ?? { pid: 0, uid: -1, gid: -1 };
        return words(c.pid, c.uid, c.gid);
      }
      case 20:
      case 21: {
        const seconds = s.options[name === 20 ? 'receiveTimeout' : 'sendTimeout'] ?? 0;
        return words(Math.floor(seconds), Math.round((seconds % 1) * 1e6));
      }
      case 30:
        return words(s.state === 'listening' ? 1 : 0);
      case 38:
        return words(s.protocol || (isInet(s) ? (s.type === SOCK_STREAM ? 6 : 17) : 0));
      case 39:
        return words(s.family);
    }
  }
  if (level === 6 && name === 11)
    return new StructWriter()
      .u8(s.state === 'connected' ? 1 : s.state === 'listening' ? 10 : 7)
      .pad(104)
      .done();
  const kept = KEPT[`${level}:${name}`] ?? fail(level === SOL_SOCKET || isInet(s) ? 'ENOPROTOOPT' : 'EOPNOTSUPP');
  const initial = kept === 'sendBuffer' || kept === 'receiveBuffer' ? BUFFER : kept === 'timeToLive' ? 64 : 0;
  return words(s.options[kept] ?? initial);
}

function netlinkName(k: Kernel, p: Process, s: Socket, at: number, lengthAt: number, remote: boolean): number {
  const bytes = new StructWriter()
    .u16(AF_NETLINK)
    .u16(0)
    .u32(remote ? 0 : (s.options['port'] ?? 0))
    .u32(0)
    .done();
  copyOut(k, p, at, bytes.subarray(0, read32(k, p, lengthAt)));
  write32(k, p, lengthAt, bytes.length);
  return 0;
}

function name(k: Kernel, p: Process, fd: number, at: number, lengthAt: number, remote: boolean): number {
  const { s } = opened(k, p, fd);
  if (s.family === AF_NETLINK) return netlinkName(k, p, s, at, lengthAt, remote);
  if (remote && s.state !== 'connected') fail('ENOTCONN');
  writeAddress(k, p, s, remote ? s.remote : s.local, at, lengthAt);
  return 0;
}

function many(k: Kernel, p: Process, at: number, count: number, one: (header: number) => number): number {
  let done = 0;
  for (; done < Math.min(count >>> 0, 1024); done++) {
    try {
      write32(k, p, at + done * 32 + 28, one(at + done * 32));
    } catch (error) {
      if (done === 0) throw error;
      return done;
    }
  }
  return done;
}

type Args = readonly number[];
type Handler = (k: Kernel, p: Process, a: Args, memory: unknown) => number;
const CALLS: readonly (Handler | null)[] = [
  null,
  (k, p, [family, type, protocol]) => socket(k, p, family!, type!, protocol!),
  (k, p, [fd, at, length]) => bind(k, p, fd!, at!, length!),
  (k, p, [fd, at, length], memory) => connect(k, p, fd!, at!, length!, memory),
  (k, p, [fd, backlog]) => listen(k, p, fd!, backlog!),
  (k, p, [fd, at, lengthAt]) => accept(k, p, fd!, at!, lengthAt!, 0),
  (k, p, [fd, at, lengthAt]) => name(k, p, fd!, at!, lengthAt!, false),
  (k, p, [fd, at, lengthAt]) => name(k, p, fd!, at!, lengthAt!, true),
  (k, p, [family, type, protocol, at]) => socketpair(k, p, family!, type!, protocol!, at!),
  (k, p, [fd, at, length, flags], memory) => sendto(k, p, fd!, at!, length!, flags!, 0, 0, memory),
  (k, p, [fd, at, length, flags]) => recvfrom(k, p, fd!, at!, length!, flags!, 0, 0),
  (k, p, [fd, at, length, flags, to, toLength], memory) => sendto(k, p, fd!, at!, length!, flags!, to!, toLength!, memory),
  (k, p, [fd, at, length, flags, from, fromLength]) => recvfrom(k, p, fd!, at!, length!, flags!, from!, fromLength!),
  (k, p, [fd, how]) => {
    shutdown(k, opened(k, p, fd!).s, how!);
    return 0;
  },
  (k, p, [fd, level, option, at, length]) => setsockopt(k, p, fd!, level!, option!, at!, length!),
  (k, p, [fd, level, option, at, lengthAt]) => getsockopt(k, p, fd!, level!, option!, at!, lengthAt!),
  (k, p, [fd, at, flags], memory) => sendmsg(k, p, fd!, at!, flags!, memory),
  (k, p, [fd, at, flags]) => recvmsg(k, p, fd!, at!, flags!),
  (k, p, [fd, at, lengthAt, flags]) => accept(k, p, fd!, at!, lengthAt!, flags!),
  (k, p, [fd, at, count, flags]) => many(k, p, at!, count!, (header) => recvmsg(k, p, fd!, header, flags!)),
  (k, p, [fd, at, count, flags], memory) => many(k, p, at!, count!, (header) => sendmsg(k, p, fd!, header, flags!, memory)),
];
/** How many words each takes, in the memory that socketcall points to. */
const WORDS = [0, 3, 3, 3, 2, 3, 3, 3, 4, 4, 4, 6, 6, 2, 5, 5, 3, 3, 4, 5, 4];

function socketcall(k: Kernel, p: Process, number: number, at: number, memory: unknown): number {
  const handler = CALLS[number] ?? fail('EINVAL');
  const b = copyIn(k, p, at, WORDS[number]! * 4);
  return handler(
    k,
    p,
    Array.from({ length: WORDS[number]! }, (_, i) => get32(b, i * 4)),
    memory,
  );
}

const direct = (n: number): Handler => CALLS[n]!;

export const SOCKET_CALLS: Family = {
  102: call('socketcall', 'int ptr', (k, p, [number, at], memory) => socketcall(k, p, number!, at!, memory)),
  337: call('recvmmsg', 'fd ptr uint int ptr', direct(19)),
  345: call('sendmmsg', 'fd ptr uint int', direct(20)),
  359: call('socket', 'int int int', direct(1)),
  360: call('socketpair', 'int int int ptr', direct(8)),
  361: call('bind', 'fd ptr size', direct(2)),
  362: call('connect', 'fd ptr size', direct(3)),
  363: call('listen', 'fd int', direct(4)),
  364: call('accept4', 'fd ptr ptr open', direct(18)),
  365: call('getsockopt', 'fd int int ptr ptr', direct(15)),
  366: call('setsockopt', 'fd int int ptr size', direct(14)),
  367: call('getsockname', 'fd ptr ptr', direct(6)),
  368: call('getpeername', 'fd ptr ptr', direct(7)),
  369: call('sendto', 'fd in size int ptr size', direct(11)),
  370: call('sendmsg', 'fd ptr int', direct(16)),
  371: call('recvfrom', 'fd out size int ptr ptr', direct(12)),
  372: call('recvmsg', 'fd ptr int', direct(17)),
  373: call('shutdown', 'fd int', direct(13)),
  417: call('recvmmsg_time64', 'fd ptr uint int ptr', direct(19)),
};
