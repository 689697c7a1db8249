/**
 * Robust futexes (set_robust_list(2), kernel/futex/core.c): locks that a thread holds when it ends are marked, and one who waits is woken. Their list
 * lies in the thread's own memory, so whatever it holds is only followed as far as it can be. Left out: those with priority inheritance.
 */
import { Errno } from './errno.ts';
import { wakeFutex } from './futex.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';
import { read32, write32 } from './user.ts';

const LIMIT = 2048;
const WAITERS = -0x8000_0000,
  OWNER_DIED = 0x4000_0000,
  TID = 0x3fff_ffff;

export function leaveRobust(k: Kernel, p: Process): void {
  const head = p.robustList;
  try {
    const offset = read32(k, p, head + 4),
      pending = read32(k, p, head + 8);
    let entry = read32(k, p, head);
    for (let i = 0; i < LIMIT && (entry & ~1) !== (head & ~1); i++) {
      const next = read32(k, p, entry & ~1);
      if ((entry & ~1) !== (pending & ~1)) ownerDied(k, p, (entry & ~1) + offset);
      entry = next;
    }
    if (pending !== 0) ownerDied(k, p, (pending & ~1) + offset);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  }
}

function ownerDied(k: Kernel, p: Process, address: number): void {
  if (address % 4 !== 0) return;
  const word = read32(k, p, address);
  if ((word & TID) !== k.ns.numberIn(k.ns.idOf(p, 'pid'), p.pid)) return;
  write32(k, p, address, (word & WAITERS) | OWNER_DIED);
  if (word & WAITERS) wakeFutex(k, p, address >>> 0, 1, -1);
}
