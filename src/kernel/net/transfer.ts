/** Bytes and datagrams from socket to socket, and what their ends do to each other (tcp(7), udp(7), unix(7)). */
import { concatBytes } from '../../bits/bytes.ts';
import { POLL_HUP, POLL_IN, tellOwners } from '../async.ts';
import { ERRNO, Errno, errorName, fail, type ErrorName } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type OpenFile, type Process } from '../task.ts';
import { bindImplicitly, receiverOf } from './names.ts';
import { echoReply } from './icmp.ts';
import { askNetlink } from './netlink.ts';
import { tcp, udp } from './snmp.ts';
import {
  AF_NETLINK,
  AF_UNIX,
  isInet,
  isStream,
  peerOf,
  roomIn,
  senderOf,
  SOCK_RAW,
  SOCK_STREAM,
  type Address,
  type Datagram,
  type Socket,
} from './socket.ts';

const O_NONBLOCK = 0o4000;
/** Urgent data are not modelled: whoever sends them is told so. */
const MSG_OOB = 1;
export const MSG_PEEK = 2,
  MSG_TRUNC = 0x20,
  MSG_DONTWAIT = 0x40,
  MSG_WAITALL = 0x100,
  MSG_NOSIGNAL = 0x4000;

/** The error that waits at the socket, once. */
export function takeError(s: Socket): void {
  if (s.error === 0) return;
  const name = errorName(s.error) as ErrorName;
  s.error = 0;
  throw new Errno(name);
}

export function waitFor(
  k: Kernel,
  file: OpenFile,
  s: Socket,
  what: 'read' | 'write' | 'accept' | 'connect',
  flags: number,
  memory: unknown = null,
  least = 1,
): never {
  if (file.flags & O_NONBLOCK || flags & MSG_DONTWAIT) fail('EAGAIN');
  const seconds = s.options[what === 'write' || what === 'connect' ? 'sendTimeout' : 'receiveTimeout'] ?? 0;
  const old = k.current?.blocked?.wait;
  const until = old?.kind === 'socket' ? old.until : seconds > 0 ? k.machine.time + Math.ceil(seconds * k.machine.hz) : null;
  if (until !== null && k.machine.time >= until) fail('EAGAIN');
  throw new Block(
    { kind: 'socket', socket: s.id, for: what, until, ...(least > 1 ? { least } : {}) },
    (memory as number | null) ?? 'waiting',
  );
}

export interface Sending {
  readonly bytes: Uint8Array;
  readonly to: Address | null;
  readonly files: readonly number[];
  readonly flags: number;
}

/** How many bytes went. EPIPE is the caller's to answer with SIGPIPE. */
export function sendOn(k: Kernel, p: Process, file: OpenFile, s: Socket, what: Sending): number {
  k.charge('socket.packet');
  if (what.flags & MSG_OOB) fail('EOPNOTSUPP');
  takeError(s);
  if (s.writeEnd) fail('EPIPE');
  if (s.family === AF_NETLINK) return askNetlink(k, p, s, what.bytes);
  return isStream(s) ? sendStream(k, file, s, what) : sendDatagram(k, p, file, s, what);
}

function sendStream(k: Kernel, file: OpenFile, s: Socket, { bytes, to, files, flags }: Sending): number {
  if (s.state !== 'connected')
    fail(s.family === AF_UNIX || to === null ? (s.state === 'new' && isInet(s) ? 'EPIPE' : 'ENOTCONN') : 'EPIPE');
  if (to !== null && s.family === AF_UNIX) fail('EISCONN');
  const peer = peerOf(k, s);
  if (peer === null || peer.readEnd === undefined) return afterPeer(s, bytes.length);
  if (bytes.length === 0) return 0;
  const room = roomIn(peer);
  if (room === 0) waitFor(k, file, s, 'write', flags);
  const part = bytes.subarray(0, room);
  if (files.length > 0) {
    for (const f of files) k.files.get(f)!.refs++;
    peer.rights = [...peer.rights, { at: peer.stream.length, length: part.length, files }];
  }
  peer.stream = concatBytes([peer.stream, part]);
  tellOwners(k, 'socket', peer.id, POLL_IN);
  if (isInet(s)) tcp.sent(k, s, part.length);
  k.charge('copy.word', (part.length + 3) >> 2);
  k.changes++;
  return part.length;
}

/** The other end is closed: a local pair says so at once, TCP when the answer to the first bytes has come. */
function afterPeer(s: Socket, length: number): number {
  if (s.family === AF_UNIX || s.options['reset']) return fail('EPIPE');
  s.options = { ...s.options, reset: 1 };
  s.writeEnd = true;
  return length;
}

function sendDatagram(k: Kernel, p: Process, file: OpenFile, s: Socket, { bytes, to, files, flags }: Sending): number {
  if (to !== null && s.state === 'connected' && s.family === AF_UNIX && s.type !== 2) fail('EISCONN');
  const address = to ?? s.remote;
  if (s.type === SOCK_RAW) return echoReply(k, s, address ?? fail('EDESTADDRREQ'), bytes);
  if (bytes.length > 65_507 && isInet(s)) fail('EMSGSIZE');
  if (isInet(s) && address !== null) bindImplicitly(k, s);
  const target =
    to === null && s.peer !== 0
      ? peerOf(k, s)
      : address === null
        ? fail(s.state === 'connected' ? 'ECONNREFUSED' : s.family === AF_UNIX ? 'ENOTCONN' : 'EDESTADDRREQ')
        : receiverOf(k, p, s, address);
  if (target === null) {
    if (s.family === AF_UNIX) fail('ECONNREFUSED');
    // Nobody listens: the answer comes back to a connected socket and waits there (udp(7)).
    if (s.remote) s.error = ERRNO.ECONNREFUSED;
    udp.nobody(k, s, bytes.length);
    return bytes.length;
  }
  if (target.readEnd) fail('EPIPE');
  if (roomIn(target) === 0) {
    if (isInet(s)) {
      udp.full(k, s, bytes.length);
      return bytes.length;
    }
    waitFor(k, file, s, 'write', flags);
  }
  for (const f of files) k.files.get(f)!.refs++;
  if (isInet(s)) udp.arrived(k, s, bytes.length);
  deliverTo(k, target, { from: s.local, bytes: bytes.slice(), files, sender: senderOf(p) });
  k.charge('copy.word', (bytes.length + 3) >> 2);
  return bytes.length;
}

export function deliverTo(k: Kernel, target: Socket, datagram: Datagram): void {
  target.datagrams = [...target.datagrams, datagram];
  k.changes++;
  tellOwners(k, 'socket', target.id, POLL_IN);
}

export interface Received {
  readonly bytes: Uint8Array;
  readonly from: Address | null;
  readonly files: readonly number[];
  /** Bytes of the datagram, which may be more than were taken. */
  readonly whole: number;
  readonly sender: { readonly pid: number; readonly uid: number; readonly gid: number } | null;
}
const NOTHING: Received = { bytes: new Uint8Array(0), from: null, files: [], whole: 0, sender: null };

export function receiveOn(k: Kernel, file: OpenFile, s: Socket, length: number, flags: number): Received {
  k.charge('socket.packet');
  if (flags & MSG_OOB) fail(isStream(s) ? 'EINVAL' : 'EOPNOTSUPP');
  if (s.state === 'listening') fail(s.family === AF_UNIX ? 'EINVAL' : 'ENOTCONN');
  if (!isStream(s)) return receiveDatagram(k, file, s, length, flags);
  if (s.state === 'new') fail(s.family === AF_UNIX ? 'EINVAL' : 'ENOTCONN');
  if (length === 0) return NOTHING;
  const peeks = (flags & MSG_PEEK) !== 0,
    set = s.options['peekOffset'] ?? -1,
    from = peeks && set >= 0 ? set : 0;
  if (s.stream.length <= from) {
    takeError(s);
    if (s.readEnd) return NOTHING;
    waitFor(k, file, s, 'read', flags, null, from + 1);
  }
  const [first] = s.rights;
  // Bytes that came with open files end what is received (unix_stream_read_generic): what came before may be with them.
  const limit = first ? first.at + first.length : Infinity;
  const wanted = Math.min(length, limit);
  const target = from + Math.min(wanted, flags & MSG_WAITALL ? STREAM_WAIT : (s.options['receiveLow'] ?? 1));
  if (s.stream.length < target && !s.readEnd && !(flags & MSG_DONTWAIT || file.flags & O_NONBLOCK) && !timedOut(k))
    waitFor(k, file, s, 'read', flags, null, target);
  const bytes = s.stream.slice(from, from + wanted),
    taken = first !== undefined && bytes.length > first.at,
    files = taken ? first.files : [];
  if (set >= 0) s.options = { ...s.options, peekOffset: peeks ? from + bytes.length : Math.max(0, set - bytes.length) };
  if ((flags & MSG_PEEK) === 0) {
    s.stream = s.stream.slice(bytes.length);
    s.rights = (taken ? s.rights.slice(1) : s.rights).map((r) => ({ ...r, at: r.at - bytes.length }));
    k.changes++;
  }
  k.charge('copy.word', (bytes.length + 3) >> 2);
  return { bytes, from: null, files: flags & MSG_PEEK ? [] : files, whole: bytes.length, sender: s.peerCredentials };
}
const STREAM_WAIT = 65_536;
/** The time that the call would wait is over: it takes what is there. */
const timedOut = (k: Kernel): boolean => {
  const wait = k.current?.blocked?.wait;
  return wait?.kind === 'socket' && wait.until !== null && k.machine.time >= wait.until;
};

function receiveDatagram(k: Kernel, file: OpenFile, s: Socket, length: number, flags: number): Received {
  takeError(s);
  const [first, ...rest] = s.datagrams;
  if (!first) {
    if (s.readEnd) return NOTHING;
    return waitFor(k, file, s, 'read', flags);
  }
  if ((flags & MSG_PEEK) === 0) {
    s.datagrams = rest;
    k.changes++;
  }
  k.charge('copy.word', (first.bytes.length + 3) >> 2);
  return {
    bytes: first.bytes.slice(0, length),
    from: first.from,
    files: flags & MSG_PEEK ? [] : first.files,
    whole: first.bytes.length,
    sender: first.sender,
  };
}

export function shutdown(k: Kernel, s: Socket, how: number): void {
  if (how < 0 || how > 2) fail('EINVAL');
  if (s.type === SOCK_STREAM && s.state !== 'connected') {
    if (s.state !== 'listening' || s.family === AF_UNIX) fail('ENOTCONN');
    s.state = 'new';
    s.local = null;
  }
  const peer = peerOf(k, s);
  if (how !== 1) {
    s.readEnd = true;
    if (peer && s.family === AF_UNIX) peer.writeEnd = true;
  }
  if (how !== 0) {
    if (isInet(s) && isStream(s) && peer && !s.writeEnd) tcp.ended(k, s);
    s.writeEnd = true;
    if (peer) peer.readEnd = true;
  }
  if (peer) tellOwners(k, 'socket', peer.id, how === 1 || isInet(s) ? POLL_IN : POLL_HUP);
  k.changes++;
}

/** The last open file of the socket is closed. */
export function closeSocket(k: Kernel, id: number): void {
  const s = k.sockets.get(id);
  if (!s) return;
  k.sockets.delete(id);
  const peer = peerOf(k, s);
  if (peer && peer.peer === s.id) {
    // What was not read is lost, and the other end is told so.
    const lost = s.stream.length > 0 && isStream(s);
    if (lost) peer.error = ERRNO.ECONNRESET;
    if (isInet(s) && isStream(s) && (lost || !s.writeEnd)) (lost ? tcp.reset : tcp.ended)(k, s);
    peer.peer = 0;
    peer.readEnd = true;
    // Both directions of a local pair end at once (unix_release_sock).
    if (lost || s.family === AF_UNIX) peer.writeEnd = true;
    tellOwners(k, 'socket', peer.id, isInet(s) ? POLL_IN : POLL_HUP);
  }
  for (const waiting of s.queue) closeSocket(k, waiting);
  for (const { files } of [...s.rights, ...s.datagrams]) for (const f of files) k.releaseFile(f);
  k.changes++;
}
