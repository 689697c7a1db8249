/** System calls of sockets: the direct ones, and socketcall(2), which has them all behind one number. */
import { get32, StructWriter } from '../../bits/bytes.ts';
import { POLL_IN, tellOwners } from '../async.ts';
import { CAP, capableIn } from '../credentials.ts';
import { Errno, ERRNO, fail } from '../errno.ts';
import { addFile, install, O_CLOEXEC, O_NONBLOCK, O_RDWR } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { readAddress, writeAddress } from '../net/address.ts';
import { portOf } from '../net/netlink.ts';
import { settingOf } from '../procsys.ts';
import { bindInet, bindImplicitly, reach, socketAt, unixAt } from '../net/names.ts';
import {
  AF_INET,
  AF_INET6,
  AF_NETLINK,
  AF_UNIX,
  isInet,
  makeSocket,
  pair,
  senderOf,
  SOCK_DGRAM,
  SOCK_RAW,
  SOCK_SEQPACKET,
  SOCK_STREAM,
  type Address,
  type Socket,
} from '../net/socket.ts';
import { tcp } from '../net/snmp.ts';
import { shutdown, takeError, waitFor } from '../net/transfer.ts';
import type { Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { S_IFSOCK } from '../vfs/types.ts';
import { recvfrom, recvmsg, sendmsg, sendto } from './messages.ts';
import { opened } from './opensocket.ts';
import { AT_FDCWD, makeNode } from './paths.ts';
import { getsockopt, setsockopt } from './sockopts.ts';

const SOCK_TYPE = 15;

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
  tellOwners(k, 'socket', listener.id, POLL_IN);
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

// ---- names

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
