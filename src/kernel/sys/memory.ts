/** Address space: brk, mmap and its like. */
import { fail } from '../errno.ts';
import { fileOf, mayRead, mayWrite } from '../files.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { covered, GROWS_DOWN, overlaps, piece, PROT_READ, PROT_WRITE, READ_ONLY, SHARED, type Region } from '../regions.ts';
import { isData, mayExpand, RLIMIT, sizeOf, softLimit } from '../rlimits.ts';
import { type AddressSpace, pageDown, pageUp } from '../space.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut } from '../user.ts';
import { get32 } from '../../bits/bytes.ts';
import { isRegular } from '../vfs/types.ts';

const MAP_SHARED = 1,
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
    space.map({ start: from, end: to, prot: PROT_READ | PROT_WRITE, flags: 0, name: '[heap]', file: null });
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
  const start = place(space, r, length);
  const shm = named === null && type !== MAP_PRIVATE ? k.shared.nameless(length) : null;
  const file = shm ? { node: shm, path: '/dev/zero (deleted)' } : named;
  const flags =
    (type === MAP_PRIVATE ? 0 : named && !named.writes ? SHARED | READ_ONLY : SHARED) | (r.flags & MAP_GROWSDOWN ? GROWS_DOWN : 0);
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
  if (r.flags & MAP_POPULATE) for (let at = start; at < start + length; at += PAGE) space.physical(at, false);
  return start;
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
  return { node: file.node, path: file.path, writes: mayWrite(file) };
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
function range(space: AddressSpace, address: number, length: number): { readonly start: number; readonly end: number } {
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

const MREMAP_MAYMOVE = 1,
  MREMAP_FIXED = 2;

function mremap(k: Kernel, p: Process, address: number, oldLength: number, newLength: number, flags: number): number {
  const space = k.spaceOf(p);
  if (flags & ~MREMAP_MAYMOVE) fail(flags & MREMAP_FIXED ? 'ENOSYS' : 'EINVAL');
  if (newLength === 0 || oldLength === 0) fail('EINVAL');
  const { start, end } = range(space, address, oldLength);
  const region = space.find(start);
  if (!region || region.end < end) fail('EFAULT');
  const size = pageUp(newLength >>> 0);
  promise(k, size);
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
  return flags & MREMAP_MAYMOVE ? move(space, region, start, end, size) : fail('ENOMEM');
}

function move(space: AddressSpace, region: Region, start: number, end: number, size: number): number {
  const to = space.findFree(size, 0) ?? fail('ENOMEM');
  space.map({ ...piece(region, start, start + size), start: to, end: to + size });
  if (!space.movePages(start, to, end - start)) fail('ENOMEM');
  space.unmap(start, end);
  return to;
}

const MADV_DONTNEED = 4,
  MADV_FREE = 8;

function madvise(k: Kernel, p: Process, address: number, length: number, advice: number): number {
  const space = k.spaceOf(p),
    { start, end } = range(space, address, length);
  if (!covered(space.regions, start, end)) fail('ENOMEM');
  if (advice === MADV_DONTNEED || advice === MADV_FREE) space.discard(start, end);
  return 0;
}

function mincore(k: Kernel, p: Process, address: number, length: number, at: number): number {
  const space = k.spaceOf(p),
    { start, end } = range(space, address, length);
  if (!covered(space.regions, start, end)) fail('ENOMEM');
  const pages = Array.from({ length: (end - start) / PAGE }, (_, i) => (space.peek(start + i * PAGE) === 0 ? 0 : 1));
  copyOut(k, p, at, Uint8Array.from(pages));
  return 0;
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
  150: call('mlock', 'ptr size', (k, p, [address, length]) => populate(k, p, address!, length!)),
  151: call('munlock', 'ptr size', () => 0),
  163: call('mremap', 'ptr size size int', (k, p, [address, from, to, flags]) => mremap(k, p, address!, from!, to!, flags!)),
  192: call('mmap2', 'ptr size prot map fd uint', (k, p, [address, length, prot, flags, fd, pages]) =>
    mmap(k, p, { address: address!, length: length!, prot: prot!, flags: flags!, fd: fd!, offset: offsetPages(pages!) }),
  ),
  218: call('mincore', 'ptr size ptr', (k, p, [address, length, at]) => mincore(k, p, address!, length!, at!)),
  219: call('madvise', 'ptr size int', (k, p, [address, length, advice]) => madvise(k, p, address!, length!, advice!)),
};

/** mlock: every page is there afterwards. Nothing is ever swapped out. */
function populate(k: Kernel, p: Process, address: number, length: number): number {
  const space = k.spaceOf(p),
    start = pageDown(address >>> 0),
    end = pageUp((address >>> 0) + (length >>> 0));
  if (!covered(space.regions, start, end)) fail('ENOMEM');
  for (let at = start; at < end; at += PAGE) if (space.physical(at, false) === 0) fail('ENOMEM');
  return 0;
}
