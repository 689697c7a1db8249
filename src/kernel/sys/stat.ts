/** File status in its several layouts: struct stat, stat64, statx, statfs (arch/x86/include/uapi/asm/stat.h for i386). */
import { StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import { fileOf, statOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { seenGid, seenUid } from '../ns/usermap.ts';
import type { Node, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyOut, readString } from '../user.ts';
import { MemoryFs } from '../vfs/memory.ts';
import type { Stat } from '../vfs/types.ts';
import { AT_EMPTY_PATH, AT_FDCWD, AT_SYMLINK_NOFOLLOW, named } from './paths.ts';

type FullStat = Stat & { readonly dev: number };

const seconds = (time: number): number => Math.floor(time);
const nanoseconds = (time: number): number => Math.floor((time - Math.floor(time)) * 1e9);
/** Seconds and nanoseconds of the access, of the change of contents, of the change of status. */
const times = (s: Stat): readonly (readonly [number, number])[] => [
  [seconds(s.atime), s.nanos?.atime ?? nanoseconds(s.atime)],
  [seconds(s.mtime), s.nanos?.mtime ?? nanoseconds(s.mtime)],
  [seconds(s.ctime), nanoseconds(s.ctime)],
];
const blocks = (s: Stat): number => s.blocks ?? 0;

function stat32(s: FullStat): Uint8Array {
  const w = new StructWriter()
    .u32(s.dev)
    .u32(s.ino)
    .u16(s.mode)
    .u16(s.nlink)
    .u16(s.uid)
    .u16(s.gid)
    .u32(s.rdev)
    .u32(s.size)
    .u32(4096)
    .u32(blocks(s));
  for (const [sec, nsec] of times(s)) w.u32(sec).u32(nsec);
  return w.u32(0).u32(0).done();
}

function stat64(s: FullStat): Uint8Array {
  const w = new StructWriter()
    .u64(s.dev)
    .u32(0)
    .u32(s.ino)
    .u32(s.mode)
    .u32(s.nlink)
    .u32(s.uid)
    .u32(s.gid)
    .u64(s.rdev)
    .u32(0)
    .u64(s.size)
    .u32(4096)
    .u64(blocks(s));
  for (const [sec, nsec] of times(s)) w.u32(sec).u32(nsec);
  return w.u64(s.ino).done();
}

const STATX_BASIC = 0x7ff;

function statx(s: FullStat): Uint8Array {
  const w = new StructWriter()
    .u32(STATX_BASIC)
    .u32(4096)
    .u64(0)
    .u32(s.nlink)
    .u32(s.uid)
    .u32(s.gid)
    .u16(s.mode)
    .u16(0)
    .u64(s.ino)
    .u64(s.size)
    .u64(blocks(s))
    .u64(0);
  const [access, contents, status] = times(s);
  for (const [sec, nsec] of [access!, [0, 0] as const, status!, contents!]) w.u64(sec).u32(nsec).u32(0);
  return w
    .u32(s.rdev >> 8)
    .u32(s.rdev & 255)
    .u32(0)
    .u32(s.dev)
    .pad(256)
    .done();
}

const nodeStat = (k: Kernel, node: Node): FullStat => ({ ...k.tree.stat(node), dev: node.fs });
/** Owners as the process numbers them. */
const seen = (p: Process, s: FullStat): FullStat =>
  p.credentials.user ? { ...s, uid: seenUid(p.credentials, s.uid), gid: seenGid(p.credentials, s.gid) } : s;

/** Status of what a path names, or of a descriptor when AT_EMPTY_PATH comes with an empty path. */
function status(k: Kernel, p: Process, dirfd: number, path: string, flags: number): FullStat {
  if (path === '' && flags & AT_EMPTY_PATH && dirfd >= 0) return seen(p, statOf(k, fileOf(k, p, dirfd)));
  return seen(p, nodeStat(k, named(k, p, dirfd, path, flags)));
}

function put(k: Kernel, p: Process, at: number, bytes: Uint8Array): number {
  copyOut(k, p, at, bytes);
  return 0;
}

const byPath =
  (layout: (s: FullStat) => Uint8Array, flags: number) =>
  (k: Kernel, p: Process, [path, at]: readonly number[]): number =>
    put(k, p, at!, layout(status(k, p, AT_FDCWD, readString(k, p, path!), flags)));
const byFd =
  (layout: (s: FullStat) => Uint8Array) =>
  (k: Kernel, p: Process, [fd, at]: readonly number[]): number =>
    put(k, p, at!, layout(seen(p, statOf(k, fileOf(k, p, fd!)))));

const MAGIC: Readonly<Record<string, number>> = {
  proc: 0x9fa0,
  tmpfs: 0x0102_1994,
  devtmpfs: 0x0102_1994,
  // Linux keeps its first root in a tmpfs too.
  rootfs: 0x0102_1994,
  overlay: 0x794c_7630,
  cgroup2: 0x6367_7270,
  nsfs: 0x6e73_6673,
  sysfs: 0x6265_6572,
  devpts: 0x1cd1,
};

function statfs(k: Kernel, node: Node, wide: boolean): Uint8Array {
  const fs = k.tree.fs(node.fs),
    use = fs instanceof MemoryFs ? fs.usage() : { used: 0, capacity: 0, inodes: 0 };
  const total = use.capacity / 4096,
    free = (use.capacity - use.used) / 4096;
  const w = new StructWriter().u32(MAGIC[fs.type] ?? 0).u32(4096);
  const count = (n: number): StructWriter => (wide ? w.u64(n) : w.u32(n));
  for (const n of [total, free, free, use.inodes, 0]) count(Math.floor(n));
  return w
    .u32(0)
    .u32(0)
    .u32(255)
    .u32(4096)
    .u32(0)
    .pad(wide ? 84 : 64)
    .done();
}

const fdNode = (k: Kernel, p: Process, fd: number): Node => {
  const file = fileOf(k, p, fd);
  return file.kind === 'node' || file.kind === 'ptm' ? file.node : fail('ENOSYS');
};

export const STAT_CALLS: Family = {
  99: call('statfs', 'path ptr', (k, p, [path, at]) => put(k, p, at!, statfs(k, named(k, p, AT_FDCWD, readString(k, p, path!), 0), false))),
  100: call('fstatfs', 'fd ptr', (k, p, [fd, at]) => put(k, p, at!, statfs(k, fdNode(k, p, fd!), false))),
  106: call('stat', 'path ptr', byPath(stat32, 0)),
  107: call('lstat', 'path ptr', byPath(stat32, AT_SYMLINK_NOFOLLOW)),
  108: call('fstat', 'fd ptr', byFd(stat32)),
  195: call('stat64', 'path ptr', byPath(stat64, 0)),
  196: call('lstat64', 'path ptr', byPath(stat64, AT_SYMLINK_NOFOLLOW)),
  197: call('fstat64', 'fd ptr', byFd(stat64)),
  268: call('statfs64', 'path size ptr', (k, p, [path, , at]) =>
    put(k, p, at!, statfs(k, named(k, p, AT_FDCWD, readString(k, p, path!), 0), true)),
  ),
  269: call('fstatfs64', 'fd size ptr', (k, p, [fd, , at]) => put(k, p, at!, statfs(k, fdNode(k, p, fd!), true))),
  300: call('fstatat64', 'dirfd path ptr int', (k, p, [dirfd, path, at, flags]) =>
    put(k, p, at!, stat64(status(k, p, dirfd!, readString(k, p, path!), flags!))),
  ),
  383: call('statx', 'dirfd path int uint ptr', (k, p, [dirfd, path, flags, , at]) =>
    put(k, p, at!, statx(status(k, p, dirfd!, readString(k, p, path!), flags!))),
  ),
};
