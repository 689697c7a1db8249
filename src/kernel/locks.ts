/**
 * Advisory locks: flock(2) of open files, fcntl(2) locks of processes and of open files on ranges. Plain data in the kernel; whoever waits is
 * woken by the next change.
 */
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { Block, type Node, type Process } from './task.ts';

export interface Lock {
  readonly file: string;
  /** Of an open file as a whole, of a process on a range, of an open file on a range. Those on ranges know of each other. */
  readonly kind: 'flock' | 'posix' | 'ofd';
  readonly owner: number;
  readonly exclusive: boolean;
  readonly start: number;
  readonly end: number;
}

const keyOf = (node: Node): string => `${node.fs}:${node.ino}`;

function conflict(k: Kernel, wanted: Lock): Lock | null {
  return (
    k.locks.find(
      (l) =>
        l.file === wanted.file &&
        (l.kind === 'flock') === (wanted.kind === 'flock') &&
        (l.owner !== wanted.owner || l.kind !== wanted.kind) &&
        (l.exclusive || wanted.exclusive) &&
        l.start < wanted.end &&
        wanted.start < l.end,
    ) ?? null
  );
}

/** Replaces what the owner has in the range. `mode` null unlocks. */
export function setLock(
  k: Kernel,
  node: Node,
  kind: Lock['kind'],
  owner: number,
  mode: 'shared' | 'exclusive' | null,
  range: readonly [number, number],
  wait: boolean,
): void {
  const [start, end] = range;
  const wanted: Lock = { file: keyOf(node), kind, owner, exclusive: mode === 'exclusive', start, end };
  if (mode !== null && conflict(k, wanted)) {
    if (!wait) fail('EAGAIN');
    throw new Block({ kind: 'lock', seen: k.changes }, 'waiting');
  }
  const rest = k.locks.flatMap((l) => {
    if (l.file !== wanted.file || l.kind !== kind || l.owner !== owner || l.end <= start || l.start >= end) return [l];
    return [...(l.start < start ? [{ ...l, end: start }] : []), ...(l.end > end ? [{ ...l, start: end }] : [])];
  });
  k.locks = mode === null ? rest : joined(rest, wanted);
  k.changes++;
}

/** Neighbours of one kind become one, as F_GETLK shows them (posix_lock_inode). */
function joined(rest: readonly Lock[], wanted: Lock): readonly Lock[] {
  const like = (l: Lock): boolean =>
    l.file === wanted.file && l.kind === wanted.kind && l.owner === wanted.owner && l.exclusive === wanted.exclusive;
  const touches = (l: Lock): boolean => like(l) && (l.end === wanted.start || l.start === wanted.end);
  const parts = rest.filter(touches);
  const start = Math.min(wanted.start, ...parts.map((l) => l.start)),
    end = Math.max(wanted.end, ...parts.map((l) => l.end));
  return [...rest.filter((l) => !touches(l)), { ...wanted, start, end }];
}

/** The lock that would stand in the way. */
export const lockAgainst = (
  k: Kernel,
  node: Node,
  kind: Lock['kind'],
  owner: number,
  exclusive: boolean,
  range: readonly [number, number],
): Lock | null => conflict(k, { file: keyOf(node), kind, owner, exclusive, start: range[0], end: range[1] });

export function leaveLocks(k: Kernel, p: Process): void {
  drop(k, (l) => l.kind === 'posix' && l.owner === p.pid);
}
export function dropFlock(k: Kernel, file: number): void {
  drop(k, (l) => l.kind !== 'posix' && l.owner === file);
}
/** Closing any descriptor of a file ends the process's range locks on it (fcntl(2)). */
export function dropRanges(k: Kernel, p: Process, node: Node): void {
  drop(k, (l) => l.kind === 'posix' && l.owner === p.tgid && l.file === keyOf(node));
}

function drop(k: Kernel, which: (l: Lock) => boolean): void {
  if (!k.locks.some(which)) return;
  k.locks = k.locks.filter((l) => !which(l));
  k.changes++;
}
