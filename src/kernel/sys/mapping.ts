/**
 * What is done with mappings that are there: moving them (mremap(2)), advice (madvise(2)), what is present (mincore(2)), and memory that
 * must stay (mlock(2)): nothing is ever swapped out, so locking fills pages, counts, and keeps DONTNEED away. Left out: huge pages,
 * merging of equal pages, poison; what MADV_FREE frees stays until somebody asks for memory, which here is never.
 */
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import { changed, covered, DONTFORK, LOCKED, overlaps, piece, PROT_WRITE, READ_ONLY, type Region, SHARED, WIPEONFORK } from '../regions.ts';
import { isData, mayExpand, RLIMIT, sizeOf, softLimit } from '../rlimits.ts';
import { type AddressSpace, pageDown, pageUp } from '../space.ts';
import { call, type Family } from '../syscall.ts';
import type { Process } from '../task.ts';
import { copyOut } from '../user.ts';
import { promise, range } from './memory.ts';

const MREMAP_MAYMOVE = 1,
  MREMAP_FIXED = 2,
  MREMAP_DONTUNMAP = 4;

function mremap(k: Kernel, p: Process, address: number, oldLength: number, newLength: number, flags: number, to: number): number {
  const space = k.spaceOf(p),
    fixed = (flags & MREMAP_FIXED) !== 0,
    stays = (flags & MREMAP_DONTUNMAP) !== 0,
    size = pageUp(newLength >>> 0);
  if (flags & ~7 || ((fixed || stays) && (flags & MREMAP_MAYMOVE) === 0)) fail('EINVAL');
  if (newLength === 0 || (stays && pageUp(oldLength >>> 0) !== size)) fail('EINVAL');
  const { start, end } = range(space, address, oldLength);
  const target = to >>> 0;
  if (fixed && (target % PAGE !== 0 || target + size > space.layout.taskSize)) fail('EINVAL');
  if (fixed && target < end && start < target + size) fail('EINVAL');
  const region = space.find(start);
  if (!region || region.end < end) return fail('EFAULT');
  if (oldLength === 0 && ((region.flags & SHARED) === 0 || (flags & MREMAP_MAYMOVE) === 0)) fail('EINVAL');
  promise(k, size);
  if (fixed || stays || oldLength === 0) {
    if (fixed && space.ownsAny(target, target + size)) fail('EACCES');
    if (fixed) space.unmap(target, target + size);
    if (size < end - start) space.unmap(start + size, end);
    const kept = Math.min(size, end - start);
    if (!mayExpand(p, space, stays || oldLength === 0 ? size : size - kept, isData(region.prot, region.flags))) fail('ENOMEM');
    const at = fixed ? target : (space.findFree(size, 0) ?? fail('ENOMEM'));
    return move(space, region, start, start + kept, size, at, stays || oldLength === 0);
  }
  if (size <= end - start) {
    if (size < end - start) space.unmap(start + size, end);
    return start;
  }
  if (!mayExpand(p, space, size - (end - start), isData(region.prot, region.flags))) fail('ENOMEM');
  const tail = piece(region, start, start + size);
  if (region.end === end && start + size <= space.layout.taskSize && !overlaps(space.regions, end, start + size)) {
    space.map(piece(tail, end, start + size));
    return start;
  }
  return flags & MREMAP_MAYMOVE ? move(space, region, start, end, size, space.findFree(size, 0) ?? fail('ENOMEM'), false) : fail('ENOMEM');
}

function move(space: AddressSpace, region: Region, start: number, end: number, size: number, to: number, stays: boolean): number {
  space.map({ ...piece(region, start, start + size), start: to, end: to + size });
  if (!space.movePages(start, to, end - start)) fail('ENOMEM');
  if (!stays) space.unmap(start, end);
  else if (region.flags & LOCKED && end > start) setFlags(space, start, end, 0, LOCKED);
  return to;
}

function setFlags(space: AddressSpace, start: number, end: number, on: number, off: number): void {
  space.env.charge('vma.change');
  space.regions = changed(space.regions, start, end, (r) => ({ ...r, flags: (r.flags | on) & ~off }));
}

const MADV = {
  DONTNEED: 4,
  FREE: 8,
  REMOVE: 9,
  DONTFORK: 10,
  DOFORK: 11,
  WIPEONFORK: 18,
  KEEPONFORK: 19,
  COLD: 20,
  PAGEOUT: 21,
  POPULATE_READ: 22,
  POPULATE_WRITE: 23,
  DONTNEED_LOCKED: 24,
} as const;
/** How the pages will be used, what a core file shows, huge pages: nothing hangs on it here. */
const HINTS: readonly number[] = [0, 1, 2, 3, 14, 15, 16, 17];

function madvise(k: Kernel, p: Process, address: number, length: number, advice: number): number {
  const space = k.spaceOf(p);
  if (!HINTS.includes(advice) && !Object.values(MADV).includes(advice as never)) fail('EINVAL');
  const { start, end } = range(space, address, length);
  if (start === end) return 0;
  if (advice === MADV.POPULATE_READ || advice === MADV.POPULATE_WRITE)
    return populateFor(space, start, end, advice === MADV.POPULATE_WRITE);
  const gap = !covered(space.regions, start, end);
  for (const r of space.regions)
    if (r.start < end && start < r.end) advise(k, space, r, Math.max(start, r.start), Math.min(end, r.end), advice);
  // What was there has been advised all the same.
  return gap ? fail('ENOMEM') : 0;
}

function populateFor(space: AddressSpace, start: number, end: number, write: boolean): number {
  if (!covered(space.regions, start, end)) fail('ENOMEM');
  for (const r of space.regions)
    if (r.start < end && start < r.end && (r.prot === 0 || (write && (r.prot & PROT_WRITE) === 0))) fail('EINVAL');
  for (let at = start; at < end; at += PAGE) if (space.physical(at, write) === 0) fail('EFAULT');
  return 0;
}

function advise(k: Kernel, space: AddressSpace, r: Region, start: number, end: number, advice: number): void {
  switch (advice) {
    case MADV.DONTNEED:
      if (r.flags & LOCKED) fail('EINVAL');
      return space.discard(start, end);
    case MADV.DONTNEED_LOCKED:
      return space.discard(start, end);
    case MADV.COLD:
    case MADV.PAGEOUT:
      return r.flags & LOCKED ? fail('EINVAL') : undefined;
    case MADV.FREE:
      return r.file || r.flags & SHARED ? fail('EINVAL') : undefined;
    case MADV.REMOVE:
      return remove(k, r, start, end);
    case MADV.DONTFORK:
      return setFlags(space, start, end, DONTFORK, 0);
    case MADV.DOFORK:
      return setFlags(space, start, end, 0, DONTFORK);
    case MADV.WIPEONFORK:
      return r.file || r.flags & SHARED ? fail('EINVAL') : setFlags(space, start, end, WIPEONFORK, 0);
    case MADV.KEEPONFORK:
      return setFlags(space, start, end, 0, WIPEONFORK);
  }
}

/** A hole in the file behind the mapping (madvise_remove). */
function remove(k: Kernel, r: Region, start: number, end: number): void {
  if (r.flags & LOCKED || !r.file) return fail('EINVAL');
  if ((r.flags & (SHARED | READ_ONLY)) !== SHARED) fail('EACCES');
  const { node, offset } = r.file,
    fs = k.tree.fs(node.fs),
    from = offset + start - r.start;
  if (!fs.punch) fail('EOPNOTSUPP');
  k.shared.flush(node, from, end - start);
  fs.punch!(node.ino, from, from + end - start);
  k.shared.wrote(node, from, new Uint8Array(end - start));
}

/** Pages of one's own that are there, and pages of files that have contents. */
function mincore(k: Kernel, p: Process, address: number, length: number, at: number): number {
  const space = k.spaceOf(p);
  if (address % PAGE !== 0) fail('EINVAL');
  const start = address >>> 0,
    end = start + pageUp(length >>> 0);
  if (end > space.layout.taskSize || !covered(space.regions, start, end)) fail('ENOMEM');
  const present = (linear: number): number => {
    if (space.peek(linear) !== 0) return 1;
    const r = space.find(linear)!;
    if (!r.file) return 0;
    const fs = k.tree.fs(r.file.node.fs),
      offset = r.file.offset + linear - r.start;
    return offset < fs.stat(r.file.node.ino).size && (fs.nextData?.(r.file.node.ino, offset, true) ?? offset) === offset ? 1 : 0;
  };
  copyOut(
    k,
    p,
    at,
    Uint8Array.from({ length: (end - start) / PAGE }, (_, i) => present(start + i * PAGE)),
  );
  return 0;
}

// ---- memory that stays

const MCL_CURRENT = 1,
  MCL_FUTURE = 2,
  MCL_ONFAULT = 4,
  MLOCK_ONFAULT = 1;
const lockedIn = (space: AddressSpace): number => sizeOf(space, (r) => (r.flags & LOCKED) !== 0);

/** RLIMIT_MEMLOCK: nothing at all without a right to it, else so much. */
function mayLock(k: Kernel, p: Process, total: number): void {
  const limit = softLimit(p, RLIMIT.MEMLOCK);
  if (total <= limit && limit > 0) return;
  if (capable(k, p, CAP.IPC_LOCK)) return;
  fail(limit === 0 ? 'EPERM' : 'ENOMEM');
}

function mlock(k: Kernel, p: Process, address: number, length: number, flags: number): number {
  const space = k.spaceOf(p),
    start = pageDown(address >>> 0),
    end = pageUp((address >>> 0) + (length >>> 0));
  if (flags & ~MLOCK_ONFAULT) fail('EINVAL');
  const already = space.regions.reduce(
    (sum, r) => (r.flags & LOCKED ? sum + Math.max(0, Math.min(r.end, end) - Math.max(r.start, start)) : sum),
    0,
  );
  mayLock(k, p, lockedIn(space) + end - start - already);
  if (end > space.layout.taskSize || !covered(space.regions, start, end)) fail('ENOMEM');
  setFlags(space, start, end, LOCKED, 0);
  if (flags & MLOCK_ONFAULT) return 0;
  for (let at = start; at < end; at += PAGE) if (space.physical(at, false) === 0) fail('ENOMEM');
  return 0;
}

function munlock(k: Kernel, p: Process, address: number, length: number): number {
  const space = k.spaceOf(p),
    start = pageDown(address >>> 0),
    end = pageUp((address >>> 0) + (length >>> 0));
  if (end > space.layout.taskSize || !covered(space.regions, start, end)) fail('ENOMEM');
  setFlags(space, start, end, 0, LOCKED);
  return 0;
}

/** What comes later is locked too, with MCL_FUTURE: mmap asks the space. */
function mlockall(k: Kernel, p: Process, flags: number): number {
  const space = k.spaceOf(p);
  if (flags <= 0 || flags & ~7 || flags === MCL_ONFAULT) fail('EINVAL');
  mayLock(k, p, flags & MCL_CURRENT ? sizeOf(space, () => true) : 0);
  space.lockFuture = (flags & MCL_FUTURE) !== 0;
  if ((flags & MCL_CURRENT) === 0) return 0;
  const reach = space.layout.taskSize;
  setFlags(space, 0, reach, LOCKED, 0);
  if ((flags & MCL_ONFAULT) === 0)
    for (const r of space.regions)
      for (let at = r.start; at < Math.min(r.end, reach) && r.prot !== 0; at += PAGE)
        space.physical(at, (r.prot & PROT_WRITE) !== 0 && !r.file);
  return 0;
}

export const MAPPING_CALLS: Family = {
  150: call('mlock', 'ptr size', (k, p, [address, length]) => mlock(k, p, address!, length!, 0)),
  151: call('munlock', 'ptr size', (k, p, [address, length]) => munlock(k, p, address!, length!)),
  152: call('mlockall', 'int', (k, p, [flags]) => mlockall(k, p, flags!)),
  153: call('munlockall', '', (k, p) => {
    const space = k.spaceOf(p);
    space.lockFuture = false;
    setFlags(space, 0, space.layout.taskSize, 0, LOCKED);
    return 0;
  }),
  163: call('mremap', 'ptr size size int ptr', (k, p, [address, from, to, flags, at]) => mremap(k, p, address!, from!, to!, flags!, at!)),
  218: call('mincore', 'ptr size ptr', (k, p, [address, length, at]) => mincore(k, p, address!, length!, at!)),
  219: call('madvise', 'ptr size int', (k, p, [address, length, advice]) => madvise(k, p, address!, length!, advice!)),
  376: call('mlock2', 'ptr size int', (k, p, [address, length, flags]) => mlock(k, p, address!, length!, flags!)),
};
