/**
 * Sockets as plain data: stream and datagram sockets of the internet's loopback and of unix(7). What two ends share is named
 * by number. Addresses are strings: `127.0.0.1:80`, a path's file `2:17`, or an abstract name `@name`.
 *
 * Left out: other networks than loopback, urgent data, buffers that fill by packets rather than by bytes.
 */
import type { Kernel } from '../kernel.ts';
import type { Node, OpenFile, Process } from '../task.ts';

export const AF_UNIX = 1,
  AF_INET = 2,
  AF_INET6 = 10,
  AF_NETLINK = 16;
export const SOCK_STREAM = 1,
  SOCK_DGRAM = 2,
  SOCK_RAW = 3,
  SOCK_SEQPACKET = 5;
/** Bytes that a stream takes before its writer waits. */
export const STREAM_BUFFER = 212_992;
const DATAGRAMS = 256;

/** Of an IPv6 socket too: address.ts says how its hosts are written as numbers. */
export interface InetAddress {
  readonly family: typeof AF_INET;
  /** 32 bits, the first byte highest; or one beyond them. */
  readonly host: number;
  readonly port: number;
}
export interface UnixAddress {
  readonly family: typeof AF_UNIX;
  /** Path as it was given, '' for none; an abstract name begins with a zero character. */
  readonly path: string;
  /** The file of a path. */
  readonly node: Node | null;
}
export type Address = InetAddress | UnixAddress;

export interface Datagram {
  readonly from: Address | null;
  readonly bytes: Uint8Array;
  /** Open files on their way (SCM_RIGHTS). */
  readonly files: readonly number[];
  readonly sender: Sender;
}

export interface Sender {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Socket {
  readonly id: number;
  readonly family: number;
  readonly type: number;
  readonly protocol: number;
  /** The network namespace it was made in. */
  readonly net: number;
  readonly creator: Sender;
  state: 'new' | 'listening' | 'connected';
  local: Address | null;
  remote: Address | null;
  /** The other end of a stream or pair; 0 when there is none any more. */
  peer: number;
  peerCredentials: Sender | null;
  /** Connections that wait for accept. */
  queue: readonly number[];
  backlog: number;
  /** A stream's bytes, and open files that come with the byte at an offset; replaced, never changed in place. */
  stream: Uint8Array;
  rights: readonly { readonly at: number; readonly length: number; readonly files: readonly number[] }[];
  datagrams: readonly Datagram[];
  /** Nothing more will come; nothing more may be sent. */
  readEnd: boolean;
  writeEnd: boolean;
  /** An error that the next call gets. */
  error: number;
  options: { readonly [name: string]: number };
}

export const senderOf = (p: Process): Sender => ({ pid: p.tgid, uid: p.credentials.euid, gid: p.credentials.egid });
export const netOf = (p: Process): number => p.namespaces['net'] ?? 0;

export function makeSocket(k: Kernel, p: Process, family: number, type: number, protocol: number): Socket {
  const socket: Socket = {
    id: k.nextId++,
    family,
    type,
    protocol,
    net: netOf(p),
    creator: senderOf(p),
    state: 'new',
    local: null,
    remote: null,
    peer: 0,
    peerCredentials: null,
    queue: [],
    backlog: 0,
    stream: new Uint8Array(0),
    rights: [],
    datagrams: [],
    readEnd: false,
    writeEnd: false,
    error: 0,
    options: {},
  };
  k.sockets.set(socket.id, socket);
  return socket;
}

export const isInet = (s: Socket): boolean => s.family === AF_INET || s.family === AF_INET6;
export const isStream = (s: Socket): boolean => s.type === SOCK_STREAM;
export const peerOf = (k: Kernel, s: Socket): Socket | null => k.sockets.get(s.peer) ?? null;
export const socketOf = (k: Kernel, file: OpenFile): Socket | null =>
  file.kind === 'socket' ? (k.sockets.get(file.number) ?? null) : null;

export function pair(a: Socket, b: Socket): void {
  a.peer = b.id;
  b.peer = a.id;
  a.state = b.state = 'connected';
  a.peerCredentials = b.creator;
  b.peerCredentials = a.creator;
}

/** Room in the receiving buffer: bytes of a stream, datagrams otherwise. */
export const roomIn = (s: Socket): number => (isStream(s) ? STREAM_BUFFER - s.stream.length : DATAGRAMS - s.datagrams.length);

/** What of POLLIN, POLLOUT, POLLERR, POLLHUP, POLLRDHUP holds. */
export function socketEvents(k: Kernel, s: Socket): number {
  const IN = 1,
    OUT = 4,
    ERR = 8,
    HUP = 16,
    RDHUP = 0x2000;
  const peer = peerOf(k, s);
  let events = s.error !== 0 ? ERR : 0;
  if (s.state === 'listening') return events | (s.queue.length > 0 ? IN : 0);
  if (s.stream.length > 0 || s.datagrams.length > 0 || s.readEnd || s.error !== 0) events |= IN;
  if (s.readEnd) events |= RDHUP;
  if (s.readEnd && s.writeEnd) events |= HUP;
  if (isStream(s) && s.state === 'new') return events | OUT | HUP;
  if (s.writeEnd || peer === null || roomIn(peer) >= (isStream(s) ? 4096 : 1)) events |= OUT;
  return events;
}
