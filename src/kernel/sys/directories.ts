/** Directories: making, removing, listing, and the working directory. */
import { StructWriter } from '../../bits/bytes.ts';
import { fromLatin1 } from '../../bits/utf8.ts';
import { CAP, ownCapable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { fileOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import type { Node, OpenFile, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { IN, toldOpen } from '../told.ts';
import { copyOut, readString } from '../user.ts';
import { MAY_EXEC, permits } from '../vfs/paths.ts';
import { isDirectory, S_IFDIR, type DirectoryEntry } from '../vfs/types.ts';
import { AT_FDCWD, existing, makeDirectory, removeDirectory } from './paths.ts';

/** Encodes one entry; null when it does not fit any more. */
type Encode = (entry: DirectoryEntry, name: Uint8Array) => Uint8Array;

/** struct linux_dirent64: ino, off, reclen, type, name. */
const encode64: Encode = (e, name) => {
  const size = (19 + name.length + 1 + 7) & ~7;
  return new StructWriter()
    .u64(e.ino)
    .u64(e.cookie)
    .u16(size)
    .u8((e.mode >> 12) & 15)
    .bytes(name)
    .pad(size)
    .done();
};

/** struct linux_dirent: ino, off, reclen, name, and the type in the last byte. */
const encode32: Encode = (e, name) => {
  const size = (10 + name.length + 2 + 3) & ~3;
  return new StructWriter()
    .u32(e.ino)
    .u32(e.cookie)
    .u16(size)
    .bytes(name)
    .pad(size - 1)
    .u8((e.mode >> 12) & 15)
    .done();
};

function entries(k: Kernel, p: Process, file: OpenFile): DirectoryEntry[] {
  const { node } = file,
    up = k.tree.parentOf(node, p.root);
  const dots: DirectoryEntry[] = [
    { name: '.', ino: node.ino, mode: S_IFDIR, cookie: 1 },
    { name: '..', ino: up.ino, mode: S_IFDIR, cookie: 2 },
  ];
  return [...dots.filter((e) => e.cookie > file.offset), ...k.tree.fs(node.fs).list(node.ino, Math.max(2, file.offset))];
}

function getdents(k: Kernel, p: Process, fd: number, at: number, count: number, encode: Encode): number {
  const file = fileOf(k, p, fd);
  if (file.kind !== 'node' || !isDirectory(k.tree.stat(file.node))) fail('ENOTDIR');
  let used = 0;
  for (const entry of entries(k, p, file)) {
    const bytes = encode(entry, fromLatin1(entry.name));
    if (used + bytes.length > count >>> 0) return used > 0 ? used : fail('EINVAL');
    copyOut(k, p, at + used, bytes);
    k.charge('directory.entry');
    used += bytes.length;
    file.offset = entry.cookie;
  }
  toldOpen(k, IN.ACCESS, file);
  return used;
}

function changeTo(k: Kernel, p: Process, node: Node): number {
  const stat = k.tree.stat(node);
  if (!isDirectory(stat)) fail('ENOTDIR');
  if (!permits(stat, p.credentials, MAY_EXEC)) fail('EACCES');
  for (const t of k.processes.values()) {
    if (t.fs !== p.fs) continue;
    k.tree.hold(node, 1);
    k.tree.hold(t.cwd, -1);
    t.cwd = node;
  }
  return 0;
}

function getcwd(k: Kernel, p: Process, at: number, size: number): number {
  const path = fromLatin1(`${k.tree.pathOf(p.cwd, p.root)}\0`);
  if (path.length > size >>> 0) fail('ERANGE');
  copyOut(k, p, at, path);
  return path.length;
}

export const DIRECTORY_CALLS: Family = {
  12: call('chdir', 'path', (k, p, [path]) => changeTo(k, p, existing(k, p, AT_FDCWD, readString(k, p, path!), true))),
  39: call('mkdir', 'path octal', (k, p, [path, mode]) => makeDirectory(k, p, AT_FDCWD, readString(k, p, path!), mode!)),
  40: call('rmdir', 'path', (k, p, [path]) => removeDirectory(k, p, readString(k, p, path!))),
  61: call('chroot', 'path', (k, p, [path]) => {
    if (!ownCapable(k, p, CAP.SYS_CHROOT)) fail('EPERM');
    const node = existing(k, p, AT_FDCWD, readString(k, p, path!), true);
    if (!isDirectory(k.tree.stat(node))) fail('ENOTDIR');
    for (const t of k.processes.values()) {
      if (t.fs !== p.fs) continue;
      k.tree.hold(node, 1);
      k.tree.hold(t.root, -1);
      t.root = node;
    }
    return 0;
  }),
  133: call('fchdir', 'fd', (k, p, [fd]) => {
    const file = fileOf(k, p, fd!);
    return file.kind === 'node' ? changeTo(k, p, file.node) : fail('ENOTDIR');
  }),
  141: call('getdents', 'fd ptr size', (k, p, [fd, at, count]) => getdents(k, p, fd!, at!, count!, encode32)),
  183: call('getcwd', 'ptr size', (k, p, [at, size]) => getcwd(k, p, at!, size!)),
  220: call('getdents64', 'fd ptr size', (k, p, [fd, at, count]) => getdents(k, p, fd!, at!, count!, encode64)),
  296: call('mkdirat', 'dirfd path octal', (k, p, [dirfd, path, mode]) => makeDirectory(k, p, dirfd!, readString(k, p, path!), mode!)),
};
