/**
 * The kernel's way into a process's memory. Every pointer that a process gave comes through here; what it could not reach
 * itself is EFAULT.
 */
import { get16, get32, get64, put32, put64 } from '../bits/bytes.ts';
import { latin1 } from '../bits/utf8.ts';
import { fail } from './errno.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';
import { regionAt } from './regions.ts';

/** Addresses are unsigned here; arguments of system calls are signed words, so a length that is negative is more than there is. */
export function copyIn(k: Kernel, p: Process, address: number, length: number): Uint8Array {
  if (length < 0) fail('EFAULT');
  const result = new Uint8Array(length);
  each(k, p, address, length, false, (physical, done, part) =>
    result.set(k.machine.memory.bytes.subarray(physical, physical + part), done),
  );
  return result;
}

export function copyOut(k: Kernel, p: Process, address: number, bytes: Uint8Array): void {
  each(k, p, address, bytes.length, true, (physical, done, part) => k.machine.memory.write(physical, bytes.subarray(done, done + part)));
}

function each(
  k: Kernel,
  p: Process,
  address: number,
  length: number,
  write: boolean,
  visit: (physical: number, done: number, part: number) => void,
): void {
  const space = k.spaceOf(p),
    start = address >>> 0;
  for (let done = 0; done < length;) {
    const at = start + done,
      part = Math.min(PAGE - (at % PAGE), length - done);
    const physical = space.physical(at, write);
    if (physical === 0) fail('EFAULT');
    visit(physical, done, part);
    done += part;
  }
  k.charge('copy.start');
  k.charge('copy.word', (length + 3) >> 2);
}

/** How many of `length` bytes from `address` on are the process's own, so that a huge count is no huge buffer. */
export function reachable(k: Kernel, p: Process, address: number, length: number): number {
  const space = k.spaceOf(p),
    start = address >>> 0;
  const limit = Math.min(start + length, space.reach(start));
  let at = start;
  while (at < limit) {
    const region = regionAt(space.regions, at) ?? (space.physical(at, true) === 0 ? null : regionAt(space.regions, at));
    if (region === null || region.prot === 0) break;
    at = Math.min(limit, region.end);
  }
  return Math.max(0, at - start);
}

/** A string ended by a zero byte, one character a byte; `limit` bytes without one are ENAMETOOLONG. */
export function readString(k: Kernel, p: Process, address: number, limit = 4096): string {
  const space = k.spaceOf(p),
    { bytes } = k.machine.memory;
  let text = '';
  for (let at = address >>> 0; text.length < limit;) {
    const physical = space.physical(at, false);
    if (physical === 0) fail('EFAULT');
    const pageEnd = physical - (physical % PAGE) + PAGE;
    const end = bytes.subarray(physical, pageEnd).indexOf(0);
    const part = bytes.subarray(physical, end < 0 ? pageEnd : physical + end);
    text += latin1(part);
    if (end >= 0 && text.length < limit) {
      k.charge('copy.word', (text.length + 4) >> 2);
      return text;
    }
    at += part.length;
  }
  return fail('ENAMETOOLONG');
}

export const read16 = (k: Kernel, p: Process, address: number): number => get16(copyIn(k, p, address, 2), 0);
/** Signed. */
export const read32 = (k: Kernel, p: Process, address: number): number => get32(copyIn(k, p, address, 4), 0);
export const read64 = (k: Kernel, p: Process, address: number): number => get64(copyIn(k, p, address, 8), 0);

export function write32(k: Kernel, p: Process, address: number, value: number): void {
  const bytes = new Uint8Array(4);
  put32(bytes, 0, value);
  copyOut(k, p, address, bytes);
}

export function write64(k: Kernel, p: Process, address: number, value: number): void {
  const bytes = new Uint8Array(8);
  put64(bytes, 0, value);
  copyOut(k, p, address, bytes);
}

/** An array of pointers to strings, ended by a null pointer: argv and envp of execve. */
export function readStrings(k: Kernel, p: Process, address: number): string[] {
  const result: string[] = [];
  for (let at = address >>> 0; at !== 0 && result.length < 0x8000; at += 4) {
    const pointer = read32(k, p, at);
    if (pointer === 0) break;
    result.push(readString(k, p, pointer, 0x20000));
  }
  return result;
}
