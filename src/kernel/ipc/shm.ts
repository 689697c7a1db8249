/**
 * Shared memory (shmget(2), shmat(2), shmdt(2), shmctl(2); ipc/shm.c). A segment is a nameless file; attaching it maps that
 * file shared, so its pages are one frame each for everybody and are charged to whoever touches them first.
 *
 * Left out: huge pages (EINVAL), swapping (SHM_LOCK only sets its bit).
 */
import { StructWriter } from '../../bits/bytes.ts';
import { CAP } from '../credentials.ts';
import { fail } from '../errno.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import { overlaps, PROT_EXEC, PROT_READ, PROT_WRITE, READ_ONLY, type Region, SHARED } from '../regions.ts';
import { type AddressSpace, pageUp } from '../space.ts';
import type { Process } from '../task.ts';
import { copyOut } from '../user.ts';
import { begin, changedOwner, checkAccess, checkOwner, get, ipcCapable, limitOf, READ, worldOf } from './access.ts';
import { type Format, readOwner, writeSegment } from './layouts.ts';
import type { World } from './state.ts';
import { idOf, IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, NO_PID, type Segment, SHMMIN } from './types.ts';

const SHM_LOCK = 11,
  SHM_UNLOCK = 12,
  SHM_STAT = 13,
  SHM_INFO = 14,
  SHM_STAT_ANY = 15;
const SHM_LOCKED = 0o2000,
  SHM_HUGETLB = 0o4000;
const SHM_RDONLY = 0o10000,
  SHM_RND = 0o20000,
  SHM_REMAP = 0o40000,
  SHM_EXEC = 0o100000;
const RLIMIT_MEMLOCK = 8;

const pagesOf = (size: number): number => Math.ceil(size / PAGE);
const allPages = (world: World): number => world.segments.all().reduce((sum, s) => sum + pagesOf(s.size), 0);

export function shmget(k: Kernel, p: Process, key: number, size: number, flags: number): number {
  const world = worldOf(k, p),
    wanted = size >>> 0;
  const fits = (s: Segment): boolean => s.size >= wanted;
  return get(k, p, world.segments, key, flags, fits, () => {
    if (wanted < SHMMIN || wanted > limitOf(k, p, 'shmmax') || flags & SHM_HUGETLB) fail('EINVAL');
    if (allPages(world) + pagesOf(wanted) > limitOf(k, p, 'shmall')) fail('ENOSPC');
    if (pagesOf(wanted) > k.frames.total) fail('ENOMEM');
    const common = begin(k, p, world.segments, key, flags, limitOf(k, p, 'shmmni')),
      node = k.shared.nameless(pageUp(wanted));
    return { ...common, size: wanted, node, atime: 0, dtime: 0, cpid: k.ipc.pid(p), lpid: NO_PID };
  });
}

const found = (world: World, id: number): Segment => (id < 0 ? undefined : world.segments.byId(id)) ?? fail('EINVAL');

/** The address at which the segment stands from now on. */
export function shmat(k: Kernel, p: Process, id: number, address: number, flags: number): number {
  if (id < 0) fail('EINVAL');
  const space = k.spaceOf(p),
    align = space.layout.segmentAlign ?? PAGE,
    wanted = fixedAddress(address >>> 0, flags, align),
    world = worldOf(k, p),
    segment = found(world, id),
    writes = (flags & SHM_RDONLY) === 0,
    executes = (flags & SHM_EXEC) !== 0;
  checkAccess(k, p, segment, 0o444 | (writes ? 0o222 : 0) | (executes ? 0o111 : 0));
  const length = pageUp(segment.size),
    start = wanted === 0 ? anywhere(space, length, align) : place(space, wanted, length, (flags & SHM_REMAP) !== 0);
  space.map({
    start,
    end: start + length,
    prot: PROT_READ | (writes ? PROT_WRITE : 0) | (executes ? PROT_EXEC : 0),
    flags: SHARED | (writes ? 0 : READ_ONLY),
    name: `/SYSV${(segment.perm.key >>> 0).toString(16).padStart(8, '0')} (deleted)`,
    file: { node: segment.node, offset: 0, limit: Infinity },
  });
  k.ipc.touched(world, found(world, id), 1, p);
  return start;
}

/** The highest place that is free. */
function anywhere(space: AddressSpace, length: number, align: number): number {
  const more = align - PAGE,
    free = space.findFree(length + more, 0) ?? fail('ENOMEM');
  return free + more - ((free + more) % align);
}

function fixedAddress(address: number, flags: number, align: number): number {
  const within = address % align;
  if (address === 0 && flags & SHM_REMAP) fail('EINVAL');
  if (within === 0) return address;
  if ((flags & SHM_RND) === 0) fail('EINVAL');
  if (address === within && flags & SHM_REMAP) fail('EINVAL');
  return address - within;
}

function place(space: AddressSpace, start: number, length: number, remap: boolean): number {
  const end = start + length;
  if (end > space.layout.taskSize) fail(remap ? 'ENOMEM' : 'EINVAL');
  if (!remap && overlaps(space.regions, start, end)) fail('EINVAL');
  if (start < 0x10000) fail('EPERM');
  if (space.ownsAny(start, end)) fail('EACCES');
  if (remap) space.unmap(start, end);
  return start;
}

/** Takes away what is left of the segment that was attached at the address. */
export function shmdt(k: Kernel, p: Process, address: number): number {
  const at = address >>> 0,
    space = k.spaceOf(p);
  if (at % PAGE !== 0) fail('EINVAL');
  const belongs = (r: Region): boolean => r.start >= at && r.file !== null && r.start - at === r.file.offset;
  const first = space.regions.find((r) => belongs(r) && k.ipc.segment(r.file!.node) !== null);
  const node = first?.file?.node,
    segment = k.ipc.segment(node) ?? fail('EINVAL'),
    end = at + pageUp(segment.size);
  for (const r of space.regions.filter((part) => belongs(part) && part.file!.node.ino === node!.ino && part.start < end)) {
    space.unmap(r.start, r.end);
    k.ipc.detached(node!, p);
  }
  return 0;
}

export function shmctl(k: Kernel, p: Process, id: number, command: number, at: number, format: Format): number {
  if (command < 0 || id < 0) fail('EINVAL');
  const world = worldOf(k, p);
  switch (command) {
    case IPC_INFO:
      return limits(k, p, world, at, format);
    case SHM_INFO:
      return usage(k, p, world, at);
    case IPC_STAT:
    case SHM_STAT:
    case SHM_STAT_ANY: {
      const s = command === IPC_STAT ? found(world, id) : (world.segments.at(id) ?? fail('EINVAL'));
      if (command !== SHM_STAT_ANY) checkAccess(k, p, s, READ);
      writeSegment(k, p, at, s, format);
      return command === IPC_STAT ? 0 : idOf(s);
    }
    case IPC_SET: {
      const to = readOwner(k, p, at, 84, format),
        s = found(world, id);
      checkOwner(k, p, s);
      world.segments.put({ ...s, perm: changedOwner(p, s.perm, to), ctime: k.ipc.now() });
      return 0;
    }
    case IPC_RMID: {
      const s = found(world, id);
      checkOwner(k, p, s);
      k.ipc.removeSegment(world, s);
      return 0;
    }
    case SHM_LOCK:
    case SHM_UNLOCK:
      return lock(k, p, world, found(world, id), command === SHM_LOCK);
    default:
      return fail('EINVAL');
  }
}

function limits(k: Kernel, p: Process, world: World, at: number, format: Format): number {
  const [max, mni, all] = ['shmmax', 'shmmni', 'shmall'].map((name) => limitOf(k, p, name)) as [number, number, number];
  const most = format === 'old' ? Math.min(max, 0x7fff_ffff) : max;
  const w = new StructWriter().u32(most).u32(SHMMIN).u32(mni).u32(mni).u32(all);
  copyOut(k, p, at, format === 'old' ? w.done() : w.pad(36).done());
  return world.segments.highest();
}

function usage(k: Kernel, p: Process, world: World, at: number): number {
  const present = world.segments.all().reduce((sum, s) => sum + k.shared.count(s.node), 0);
  const w = new StructWriter().u32(world.segments.size).u32(allPages(world)).u32(present).pad(24);
  copyOut(k, p, at, w.done());
  return world.segments.highest();
}

function lock(k: Kernel, p: Process, world: World, s: Segment, on: boolean): number {
  const { euid } = p.credentials,
    { perm } = s;
  if (!ipcCapable(k, p, CAP.IPC_LOCK)) {
    if (euid !== perm.uid && euid !== perm.cuid) fail('EPERM');
    if (on && p.limits[RLIMIT_MEMLOCK]?.soft === 0) fail('EPERM');
  }
  world.segments.put({ ...s, perm: { ...perm, mode: on ? perm.mode | SHM_LOCKED : perm.mode & ~SHM_LOCKED } });
  return 0;
}
