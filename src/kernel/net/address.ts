/**
 * Socket addresses between memory and kernel (ip(7), ipv6(7), unix(7)). Inside, a host is one number: an IPv4 address, 0 for any
 * of either kind, or one number beyond 32 bits for ::1, the only IPv6 address there is besides IPv4 ones in IPv6 clothes.
 */
import { get16, get32, StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { Errno, fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { AF_INET, AF_INET6, AF_NETLINK, AF_UNIX, type Address, type Socket } from './socket.ts';

export const ANY = 0,
  LOOPBACK = 0x7f00_0001,
  LOOPBACK6 = 0x1_0000_0001,
  /** Any other IPv6 address: no way leads there. */
  FOREIGN6 = 0x1_ffff_ffff;
export const isLoopback = (host: number): boolean => host >>> 24 === 127 && host < 0x1_0000_0000;
export const is6 = (host: number): boolean => host >= 0x1_0000_0000;
/** The bits of a prefix's length. */
export const maskOf = (prefix: number): number => (prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0);
export const inPrefix = (host: number, network: number, prefix: number): boolean => !is6(host) && ((host ^ network) & maskOf(prefix)) === 0;
export const swap16 = (n: number): number => ((n & 255) << 8) | (n >> 8);
/** Network order: the first byte is the highest. */
export const word32 = (b: Uint8Array, at: number): number => ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;

/** 16 bytes of an IPv6 address as a host. */
export function host6(b: Uint8Array): number {
  const high = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9].every((i) => b[i] === 0);
  if (high && b[10] === 0xff && b[11] === 0xff) return word32(b, 12);
  if (!high || b[10] !== 0 || b[11] !== 0) return FOREIGN6;
  const low = word32(b, 12);
  return low === 0 ? ANY : low === 1 ? LOOPBACK6 : FOREIGN6;
}

export function hostBytes6(host: number): Uint8Array {
  const w = new StructWriter().u32(0).u32(0);
  if (host === ANY) return w.pad(16).done();
  if (host === LOOPBACK6) return w.u32(0).u32(0x0100_0000).done();
  return w.u16(0).u16(0xffff).bytes(hostBytes(host)).done();
}
export const hostBytes = (host: number): Uint8Array => new Uint8Array([host >>> 24, host >>> 16, host >>> 8, host]);

/** The address at `at`; EINVAL when it is too short, EAFNOSUPPORT when of another family. */
export function readAddress(k: Kernel, p: Process, s: Socket, at: number, length: number): Address {
  if (length < 2 || length > 128) fail('EINVAL');
  const b = copyIn(k, p, at, length),
    family = get16(b, 0);
  if (s.family === AF_UNIX) {
    if (family !== AF_UNIX) fail('EINVAL');
    const raw = latin1(b.subarray(2));
    // A path ends at its zero byte; an abstract name has all its bytes.
    return { family: AF_UNIX, path: raw.startsWith('\0') ? raw : raw.split('\0')[0]!, node: null };
  }
  if (s.family === AF_NETLINK) return fail(family === AF_NETLINK && length >= 12 && get32(b, 4) === 0 ? 'EISCONN' : 'ECONNREFUSED');
  if (length < (family === AF_INET6 ? 24 : 16)) fail('EINVAL');
  const port = swap16(get16(b, 2));
  if (s.family === AF_INET6 && family === AF_INET6) return { family: AF_INET, port, host: host6(b.subarray(8, 24)) };
  if (family !== AF_INET && !(family === 0 && s.state === 'new')) fail('EAFNOSUPPORT');
  if (s.family === AF_INET6 && s.type !== 2) fail('EAFNOSUPPORT');
  return { family: AF_INET, port, host: word32(b, 4) };
}

export function addressBytes(family: number, address: Address | null): Uint8Array {
  const w = new StructWriter().u16(family);
  const { host, port } = address?.family === AF_INET ? address : { host: 0, port: 0 };
  if (family === AF_INET) return w.u16(swap16(port)).bytes(hostBytes(host)).pad(16).done();
  if (family === AF_INET6) return w.u16(swap16(port)).u32(0).bytes(hostBytes6(host)).u32(0).done();
  if (family === AF_NETLINK) return w.pad(12).done();
  const path = address?.family === AF_UNIX ? address.path : '';
  for (const c of path) w.u8(c.charCodeAt(0));
  if (path !== '' && !path.startsWith('\0')) w.u8(0);
  return w.done();
}

/** Puts an address where a call wants it, cut to the length that it says; the true length is written back. */
export function writeAddress(k: Kernel, p: Process, s: Socket, address: Address | null, at: number, lengthAt: number): void {
  if (at === 0) return;
  const bytes = addressBytes(s.family, address),
    room = read32(k, p, lengthAt);
  if (room < 0) throw new Errno('EINVAL');
  copyOut(k, p, at, bytes.subarray(0, room));
  write32(k, p, lengthAt, bytes.length);
}
