/**
 * Character devices by number (Linux's admin-guide/devices.txt): what reading and writing them does.
 */
import { fail } from '../errno.ts';

export const DEVICES = [
  { name: 'null', rdev: 0x103, mode: 0o666 },
  { name: 'zero', rdev: 0x105, mode: 0o666 },
  { name: 'full', rdev: 0x107, mode: 0o666 },
  { name: 'random', rdev: 0x108, mode: 0o666 },
  { name: 'urandom', rdev: 0x109, mode: 0o666 },
  { name: 'tty', rdev: 0x500, mode: 0o666 },
  { name: 'console', rdev: 0x501, mode: 0o600 },
  { name: 'ptmx', rdev: 0x502, mode: 0o666 },
] as const;

/** /dev/tty: the controlling terminal of who opens it. */
export const TTY_DEVICE = 0x500,
  CONSOLE_DEVICE = 0x501,
  PTMX = 0x502;
/** The devpts that the machine starts with, at /dev/pts, and its options. */
export const DEVPTS_FS = 6,
  DEVPTS_SHOWN = ',gid=5,mode=620,ptmxmode=000';
const PTS_MAJOR = 136;
/** A terminal of a devpts by its number; the number has up to twenty bits (new_encode_dev). */
export const ptsDevice = (index: number): number => (PTS_MAJOR << 8) | (index & 0xff) | ((index >> 8) << 20);
export const isPtsDevice = (rdev: number): boolean => ((rdev >> 8) & 0xfff) === PTS_MAJOR;

/** Whether there is a driver behind the number: only then it can be opened. */
export const isKnownDevice = (rdev: number): boolean => DEVICES.some((d) => d.rdev === rdev) || isPtsDevice(rdev);

/** Bytes that a read of the device gives. */
export function readDevice(rdev: number, length: number, random: (length: number) => Uint8Array): Uint8Array {
  switch (rdev) {
    case 0x103:
      return new Uint8Array(0);
    case 0x105:
    case 0x107:
      return new Uint8Array(length);
    case 0x108:
    case 0x109:
      return random(length);
    default:
      return fail('ENXIO');
  }
}

/** What a write to the device takes: all, or an error. */
export function writeDevice(rdev: number): void {
  if (rdev === 0x107) fail('ENOSPC');
  if (![0x103, 0x105, 0x108, 0x109].includes(rdev)) fail('ENXIO');
}

/** A device as device rules name it: 'c 1:3'. */
export const deviceName = (block: boolean, rdev: number): string =>
  `${block ? 'b' : 'c'} ${(rdev >> 8) & 0xfff}:${(rdev & 255) | ((rdev >>> 12) & 0xf_ff00)}`;
