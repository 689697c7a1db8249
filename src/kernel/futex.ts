/** Futexes (futex(2)): tasks that wait for a word, found again by where the word is rather than by its address. */
import { fail } from './errno.ts';
import { wakeUp } from './fair.ts';
import type { Kernel } from './kernel.ts';
import { regionAt, SHARED } from './regions.ts';
import { Block, type Process } from './task.ts';
import { read32, write32 } from './user.ts';

const WAIT = 0,
  WAKE = 1,
  REQUEUE = 3,
  CMP_REQUEUE = 4,
  WAKE_OP = 5,
  WAIT_BITSET = 9,
  WAKE_BITSET = 10;
const PRIVATE = 0x80;

/** A word of private memory is named by its address; one of shared memory by the file or frame behind it. */
function keyOf(k: Kernel, p: Process, address: number, isPrivate: boolean): string {
  const space = k.spaceOf(p);
  if (!isPrivate) {
    const region = regionAt(space.regions, address);
    if (region && region.flags & SHARED && region.file)
      return `${region.file.node.fs}:${region.file.node.ino}:${region.file.offset + address - region.start}`;
    if (region && region.flags & SHARED) return `frame:${space.physical(address, true)}`;
  }
  return `${p.space}:${address}`;
}

function waitersOf(k: Kernel, key: string, bits: number): Process[] {
  const list: Process[] = [];
  for (const q of k.processes.values()) {
    const wait = q.blocked?.wait;
    if (wait?.kind === 'futex' && wait.key === key && wait.bits & bits && q.blocked!.memory !== 'woken') list.push(q);
  }
  return list;
}

function wakeKey(k: Kernel, key: string, count: number, bits: number): number {
  const woken = waitersOf(k, key, bits).slice(0, Math.max(0, count));
  for (const q of woken) {
    q.blocked = { ...q.blocked!, memory: 'woken' };
    if (q.state === 'blocked') wakeUp(k, q);
  }
  return woken.length;
}

/** For the kernel itself: the end of a thread. Both namings of the word are tried. */
export function wakeFutex(k: Kernel, p: Process, address: number, count: number, bits: number): number {
  const shared = keyOf(k, p, address, false),
    own = keyOf(k, p, address, true);
  return wakeKey(k, own, count, bits) + (shared === own ? 0 : wakeKey(k, shared, count, bits));
}

export interface FutexCall {
  readonly address: number;
  readonly operation: number;
  readonly value: number;
  /** Machine time at which a wait ends; null for never. */
  readonly until: () => number | null;
  readonly value2: number;
  readonly address2: number;
  readonly value3: number;
}

export function futex(k: Kernel, p: Process, c: FutexCall, memory: unknown): number {
  const command = c.operation & 0x7f,
    isPrivate = (c.operation & PRIVATE) !== 0;
  if (c.address % 4 !== 0) fail('EINVAL');
  const key = (address: number): string => keyOf(k, p, address, isPrivate);
  switch (command) {
    case WAIT:
    case WAIT_BITSET: {
      if (memory === 'woken') return 0;
      if (memory !== null) {
        const { wait } = p.blocked!;
        if (wait.kind === 'futex' && (wait.until === null || k.machine.time < wait.until)) throw new Block(wait, 'waiting');
        return fail('ETIMEDOUT');
      }
      if (read32(k, p, c.address) !== c.value) fail('EAGAIN');
      const bits = command === WAIT ? -1 : c.value3;
      if (bits === 0) fail('EINVAL');
      throw new Block({ kind: 'futex', key: key(c.address), bits, until: c.until() }, 'waiting');
    }
    case WAKE:
      read32(k, p, c.address);
      return wakeKey(k, key(c.address), c.value, -1);
    case WAKE_BITSET:
      return c.value3 === 0 ? fail('EINVAL') : wakeKey(k, key(c.address), c.value, c.value3);
    case REQUEUE:
    case CMP_REQUEUE:
      if (command === CMP_REQUEUE && read32(k, p, c.address) !== c.value3) fail('EAGAIN');
      return requeue(k, key(c.address), key(c.address2), c.value, c.value2, command === CMP_REQUEUE);
    case WAKE_OP:
      return wakeOperation(k, p, c, key);
    default:
      return fail('ENOSYS');
  }
}

function requeue(k: Kernel, from: string, to: string, wake: number, move: number, countAll: boolean): number {
  const woken = wakeKey(k, from, wake, -1),
    moved = waitersOf(k, from, -1).slice(0, Math.max(0, move));
  for (const q of moved) {
    const { wait } = q.blocked!;
    if (wait.kind === 'futex') q.blocked = { ...q.blocked!, wait: { ...wait, key: to } };
  }
  return woken + (countAll ? moved.length : 0);
}

/** FUTEX_WAKE_OP: changes the second word, wakes at the first, and at the second when its old value compares. */
function wakeOperation(k: Kernel, p: Process, c: FutexCall, key: (address: number) => string): number {
  const code = c.value3,
    old = read32(k, p, c.address2);
  const sign12 = (n: number): number => (n << 20) >> 20;
  const raw = sign12((code >>> 12) & 0xfff),
    argument = (code >>> 28) & 8 ? 1 << (raw & 31) : raw,
    against = sign12(code & 0xfff);
  const operations = [argument, old + argument, old | argument, old & ~argument, old ^ argument];
  const next = operations[(code >>> 28) & 7] ?? fail('ENOSYS');
  write32(k, p, c.address2, next);
  const compares = [old === against, old !== against, old < against, old <= against, old > against, old >= against];
  const holds = compares[(code >>> 24) & 15] ?? fail('ENOSYS');
  return wakeKey(k, key(c.address), c.value, -1) + (holds ? wakeKey(k, key(c.address2), c.value2, -1) : 0);
}
