/** Socket addresses between memory and kernel (ip(7), unix(7)). */
import { get16, StructWriter } from '../../bits/bytes.ts';
import { latin1 } from '../../bits/utf8.ts';
import { Errno, fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { AF_INET, AF_UNIX, type Address, type Socket } from './socket.ts';

export const ANY = 0,
  LOOPBACK = 0x7f00_0001;
export const isLoopback = (host: number): boolean => host >>> 24 === 127;
const swap16 = (n: number): number => ((n & 255) << 8) | (n >> 8);

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
  if (length < 16) fail('EINVAL');
  if (family !== AF_INET && !(family === 0 && s.state === 'new')) fail('EAFNOSUPPORT');
  return { family: AF_INET, port: swap16(get16(b, 2)), host: ((b[4]! << 24) | (b[5]! << 16) | (b[6]! << 8) | b[7]!) >>> 0 };
}

export function addressBytes(family: number, address: Address | null): Uint8Array {
  const w = new StructWriter().u16(family);
  if (family === AF_INET) {
    const { host, port } = address?.family === AF_INET ? address : { host: 0, port: 0 };
    return w
      .u16(swap16(port))
      .u8(host >>> 24)
      .u8(host >>> 16)
      .u8(host >>> 8)
      .u8(host)
      .pad(16)
      .done();
  }
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
