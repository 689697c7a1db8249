/** Address space: brk, mmap and its like. */
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { fileOf, mayRead, mayWrite } from '../files.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import type { Process } from '../task.ts';
import { covered, GROWS_DOWN, LOCKED, overlaps, PROT_READ, PROT_WRITE, READ_ONLY, SHARED } from '../regions.ts';
import { isData, mayExpand, RLIMIT, sizeOf, softLimit } from '../rlimits.ts';
import { SHM_FS } from '../shared.ts';
import { type AddressSpace, pageDown, pageUp } from '../space.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn } from '../user.ts';
import { get32 } from '../../bits/bytes.ts';
import { isRegular } from '../vfs/types.ts';

const MAP_SHARED = 1,
  MAP_LOCKED = 0x2000,
  MAP_PRIVATE = 2,
  MAP_TYPE = 15,
  MAP_FIXED = 0x10,
  MAP_ANONYMOUS = 0x20,
  MAP_GROWSDOWN = 0x100,
  MAP_POPULATE = 0x8000,
  MAP_FIXED_NOREPLACE = 0x10_0000;

/** Asking for more than there is memory in all is refused at once; less is promised and may fail at the first touch. */
export function promise(k: Kernel, length: number): void {
  if (length > k.frames.total * PAGE) fail('ENOMEM');
}

/** brk(2) as the kernel has it: answers with the end that holds afterwards, moved or not. */
function brk(k: Kernel, p: Process, wanted: number): number {
  const space = k.spaceOf(p),
    from = pageUp(space.brk),
    to = pageUp(wanted >>> 0),
    end = wanted >>> 0;
  if (end < space.brkStart || end > space.layout.taskSize) return space.brk;
  if (to > from) {
    if (overlaps(space.regions, from, to + PAGE) || to - from > k.frames.total * PAGE) return space.brk;
    if (!mayGrowHeap(p, space, end, to - from)) return space.brk;
    space.map({ start: from, end: to, prot: PROT_READ | PROT_WRITE, flags: space.lockFuture ? LOCKED : 0, name: '[heap]', file: null });
  } else if (to < from) space.unmap(to, from);
  return (space.brk = end);
}

/** RLIMIT_DATA counts the heap with the program's own data (check_data_rlimit), and everything together (may_expand_vm). */
function mayGrowHeap(p: Process, space: AddressSpace, end: number, more: number): boolean {
  const data = sizeOf(space, (r) => (r.name === 'exe' || r.name === '[bss]') && isData(r.prot, r.flags));
  return end - space.brkStart + data <= softLimit(p, RLIMIT.DATA) && mayExpand(p, space, more, true);
}

interface MapRequest {
  readonly address: number;
  readonly length: number;
  readonly prot: number;
  readonly flags: number;
  readonly fd: number;
  readonly offset: number;
}

function mmap(k: Kernel, p: Process, r: MapRequest): number {
  const space = k.spaceOf(p),
    length = pageUp(r.length >>> 0),
    type = r.flags & MAP_TYPE;
  if (r.length === 0 || (type !== MAP_SHARED && type !== MAP_PRIVATE && type !== 3)) fail('EINVAL');
  if (r.offset % PAGE !== 0) fail('EINVAL');
  const named = r.flags & MAP_ANONYMOUS ? null : mappedFile(k, p, r, type !== MAP_PRIVATE);
  promise(k, length);
  const data = isData(r.prot, type === MAP_PRIVATE ? 0 : SHARED);
  if (!mayExpand(p, space, length, data) && !(r.flags & MAP_FIXED && replaces(p, space, r.address >>> 0, length, data))) fail('ENOMEM');
  if (space.lockFuture || r.flags & MAP_LOCKED) mayLockMore(k, p, space, length, (r.flags & MAP_LOCKED) !== 0);
  const start = place(space, r, length);
  const shm = named === null && type !== MAP_PRIVATE ? k.shared.nameless(length) : null;
  const file = shm ? { node: shm, path: '/dev/zero (deleted)' } : named;
  const locked = space.lockFuture || (r.flags & MAP_LOCKED) !== 0;
  const flags =
    (type === MAP_PRIVATE ? 0 : named && !named.writes ? SHARED | READ_ONLY : SHARED) |
    (r.flags & MAP_GROWSDOWN ? GROWS_DOWN : 0) |
    (locked ? LOCKED : 0);
  space.map({
    start,
    end: start + length,
    prot: r.prot & 7,
    flags,
    name: file?.path ?? '',
    file: file && { node: file.node, offset: shm ? 0 : r.offset, limit: Infinity },
  });
  // The mapping holds it from here on.
  if (shm) k.tree.hold(shm, -1);
  if (r.flags & MAP_POPULATE || locked) for (let at = start; at < start + length; at += PAGE) space.physical(at, false);
  return start;
}

/** RLIMIT_MEMLOCK, where memory is to stay from the start (mlock_future_ok). */
function mayLockMore(k: Kernel, p: Process, space: AddressSpace, length: number, asked: boolean): void {
  const limit = softLimit(p, RLIMIT.MEMLOCK);
  if (limit > 0 && sizeOf(space, (r) => (r.flags & LOCKED) !== 0) + length <= limit) return;
  if (!capable(k, p, CAP.IPC_LOCK)) fail(limit === 0 && asked ? 'EPERM' : 'EAGAIN');
}

/** What a fixed mapping takes away is not counted twice (mmap_region). */
function replaces(p: Process, space: AddressSpace, start: number, length: number, data: boolean): boolean {
  const gone = space.regions.reduce((sum, r) => sum + Math.max(0, Math.min(r.end, start + length) - Math.max(r.start, start)), 0);
  return mayExpand(p, space, length - gone, data);
}

function mappedFile(
  k: Kernel,
  p: Process,
  r: MapRequest,
  shared: boolean,
): { readonly node: Process['cwd']; readonly path: string; readonly writes: boolean } | null {
  const file = fileOf(k, p, r.fd);
  if (file.kind !== 'node') fail('ENODEV');
  const stat = k.tree.stat(file.node);
  if (stat.rdev === 0x105) return null;
  if (!isRegular(stat) || file.text) fail('ENODEV');
  if (!mayRead(file)) fail('EACCES');
  if (shared && r.prot & PROT_WRITE && !mayWrite(file)) fail('EACCES');
  const sealed = shared && file.node.fs === SHM_FS && LATE.get().mayMap(k, file.node, (r.prot & PROT_WRITE) !== 0).readOnly;
  return { node: file.node, path: file.path, writes: mayWrite(file) && !sealed };
}

function place(space: AddressSpace, r: MapRequest, length: number): number {
  const address = r.address >>> 0;
  if ((r.flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) === 0) return space.findFree(length, pageDown(address)) ?? fail('ENOMEM');
  if (address % PAGE !== 0) fail('EINVAL');
  if (address + length > space.layout.taskSize) fail('ENOMEM');
  if (address < 0x10000) fail('EPERM');
  if (r.flags & MAP_FIXED_NOREPLACE && overlaps(space.regions, address, address + length)) fail('EEXIST');
  if (space.ownsAny(address, address + length)) fail('EACCES');
  space.unmap(address, address + length);
  return address;
}

/** The page-aligned range of a call; EINVAL when it is none, or out of the process's reach. */
export function range(space: AddressSpace, address: number, length: number): { readonly start: number; readonly end: number } {
  const start = address >>> 0,
    end = start + pageUp(length >>> 0);
  if (start % PAGE !== 0 || end > space.layout.taskSize) fail('EINVAL');
  if (space.ownsAny(start, end)) fail('EACCES');
  return { start, end };
}

function munmap(k: Kernel, p: Process, address: number, length: number): number {
  const space = k.spaceOf(p);
  if (length === 0) fail('EINVAL');
  const { start, end } = range(space, address, length);
  space.unmap(start, end);
  return 0;
}

function mprotect(k: Kernel, p: Process, address: number, length: number, prot: number): number {
  const space = k.spaceOf(p);
  if (prot & ~0x0300_0007) fail('EINVAL');
  if (length === 0) return 0;
  const { start, end } = range(space, address, length);
  if (!covered(space.regions, start, end)) fail('ENOMEM');
  if (prot & PROT_WRITE && space.regions.some((r) => r.flags & READ_ONLY && r.start < end && start < r.end)) fail('EACCES');
  if (prot & PROT_WRITE && !mayBecomeData(p, space, start, end)) fail('ENOMEM');
  space.protect(start, end, prot & 7);
  return 0;
}

/** What becomes writable counts as data from here on (mprotect_fixup). */
function mayBecomeData(p: Process, space: AddressSpace, start: number, end: number): boolean {
  if (softLimit(p, RLIMIT.DATA) === Infinity) return true;
  let more = 0;
  for (const r of space.regions)
    if (!isData(r.prot, r.flags) && isData(PROT_WRITE, r.flags)) more += Math.max(0, Math.min(r.end, end) - Math.max(r.start, start));
  return more === 0 || mayExpand(p, space, more, true);
}

const offsetPages = (pages: number): number => (pages >>> 0) * PAGE;

/** The first mmap: its six arguments stand in memory. */
function oldMmap(k: Kernel, p: Process, at: number): number {
  const b = copyIn(k, p, at, 24);
  const [address, length, prot, flags, fd, offset] = [0, 4, 8, 12, 16, 20].map((n) => get32(b, n)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  return mmap(k, p, { address, length, prot, flags, fd, offset: offset >>> 0 });
}

export const MEMORY_CALLS: Family = {
  45: call('brk', 'ptr', (k, p, [end]) => brk(k, p, end!)),
  90: call('mmap', 'ptr', (k, p, [at]) => oldMmap(k, p, at!)),
  91: call('munmap', 'ptr size', (k, p, [address, length]) => munmap(k, p, address!, length!)),
  125: call('mprotect', 'ptr size prot', (k, p, [address, length, prot]) => mprotect(k, p, address!, length!, prot!)),
  144: call('msync', 'ptr size int', (k, p, [address, length]) => {
    const space = k.spaceOf(p),
      { start, end } = range(space, address!, length!);
    for (const r of space.regions) {
      if (!r.file || (r.flags & SHARED) === 0 || r.end <= start || r.start >= end) continue;
      const from = Math.max(start, r.start);
      k.shared.flush(r.file.node, r.file.offset + from - r.start, Math.min(end, r.end) - from);
    }
    return 0;
  }),
  192: call('mmap2', 'ptr size prot map fd uint', (k, p, [address, length, prot, flags, fd, pages]) =>
    mmap(k, p, { address: address!, length: length!, prot: prot!, flags: flags!, fd: fd!, offset: offsetPages(pages!) }),
  ),
};
