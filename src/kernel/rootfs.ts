/**
 * The tree of files that a machine starts with: an empty root with /dev, /proc, /tmp, /etc; and how files of the user are
 * put into it. Inodes of the root file system are 1 on file system 1.
 */
import { fromLatin1 } from '../bits/utf8.ts';
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { LATE } from './late.ts';
import { ROOT_CREDENTIALS } from './credentials.ts';
import { ROOT, ROOT_FS } from './rootnode.ts';
import { shmFileSystem } from './shared.ts';
import type { Node } from './task.ts';
import { DEVICES, DEVPTS_FS, DEVPTS_SHOWN } from './vfs/devices.ts';
import { MemoryFs } from './vfs/memory.ts';
import { Tree } from './vfs/paths.ts';
import { PipeFs } from './vfs/pipefs.ts';
import { RAM_DISK } from './vfs/ramdisk.ts';
import { isDirectory, S_IFBLK, S_IFCHR, S_IFDIR, S_IFMT, S_IFLNK, S_IFREG } from './vfs/types.ts';

const DEV_FS = 2,
  PROC_FS = 3,
  PROC_ROOT = 1;

export function buildFileSystem(k: Kernel): Tree {
  const now = (): number => k.realTime();
  const tree = new Tree(() => k.charge('path.component'));
  const root = new MemoryFs({ id: ROOT_FS, type: 'rootfs', now, payer: k.control.payer('file') });
  const dev = new MemoryFs({ id: DEV_FS, type: 'devtmpfs', now });
  for (const fs of [root, dev, shmFileSystem(now)]) tree.add(fs);
  tree.addLate(PROC_FS, () => LATE.get().rootProc(k, PROC_FS));
  tree.addLate(DEVPTS_FS, () => LATE.get().pty.root(k));
  tree.mountRoot(ROOT_FS, 'rootfs');
  const directory = (name: string, mode: number): Node => ({
    fs: ROOT_FS,
    ino: root.create(root.root, name, { mode: S_IFDIR | mode, uid: 0, gid: 0 }),
  });
  tree.mount({ parent: ROOT, name: 'dev' }, directory('dev', 0o755), { fs: DEV_FS, source: 'devtmpfs' });
  tree.mount({ parent: ROOT, name: 'proc' }, directory('proc', 0o555), { fs: PROC_FS, source: 'proc', root: PROC_ROOT });
  directory('tmp', 0o1777);
  const pts = fillDevices(dev);
  tree.mount(
    { parent: { fs: DEV_FS, ino: dev.root }, name: 'pts' },
    { fs: DEV_FS, ino: pts },
    { fs: DEVPTS_FS, source: 'devpts', root: 1, options: DEVPTS_SHOWN },
  );
  tree.add(k.nsfs);
  tree.add(new PipeFs(now));
  tree.magicLink = (node) => (tree.fs(node.fs).type === 'proc' ? LATE.get().magicTarget(k, node) : null);
  return tree;
}

/** Answers the directory for the devpts. */
function fillDevices(dev: MemoryFs): number {
  for (const { name, rdev, mode } of DEVICES) dev.create(dev.root, name, { mode: S_IFCHR | mode, uid: 0, gid: 0, rdev });
  dev.create(dev.root, 'ram0', { mode: S_IFBLK | 0o660, uid: 0, gid: 6, rdev: RAM_DISK });
  const link = (name: string, target: string): number => dev.create(dev.root, name, { mode: S_IFLNK | 0o777, uid: 0, gid: 0, target });
  link('fd', '/proc/self/fd');
  ['stdin', 'stdout', 'stderr'].forEach((name, i) => link(name, `/proc/self/fd/${i}`));
  return dev.create(dev.root, 'pts', { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
}

const context = { cwd: ROOT, root: ROOT, credentials: ROOT_CREDENTIALS };

/** The directory at `path`, made with those above it where missing. */
export function ensureDirectory(k: Kernel, path: string, mode = 0o755): Node {
  let at = ROOT;
  for (const name of path.split('/').filter((n) => n !== '')) {
    const found = k.tree.walk(context, at, name, true);
    if (found.node && !isDirectory(k.tree.stat(found.node))) fail('ENOTDIR');
    at = found.node ?? {
      fs: found.parent.fs,
      ino: k.tree.fs(found.parent.fs).create(found.parent.ino, name, { mode: S_IFDIR | mode, uid: 0, gid: 0 }),
    };
  }
  return at;
}

/** Places a file by absolute path (one character a byte), with the directories above it. An existing file is replaced. */
export function placeFile(k: Kernel, path: string, bytes: Uint8Array, mode = 0o644): Node {
  const slash = path.lastIndexOf('/');
  const parent = ensureDirectory(k, path.slice(0, slash)),
    name = path.slice(slash + 1),
    fs = k.tree.fs(parent.fs);
  const existing = fs.lookup(parent.ino, name);
  const ino = existing ?? fs.create(parent.ino, name, { mode: S_IFREG | mode, uid: 0, gid: 0 });
  if ((fs.stat(ino).mode & S_IFMT) === S_IFBLK) {
    k.ramDisk.write(0, bytes);
    return { fs: parent.fs, ino };
  }
  if (existing !== null) fs.truncate(ino, 0);
  fs.write(ino, 0, bytes);
  return { fs: parent.fs, ino };
}

export function placeLink(k: Kernel, path: string, target: string): void {
  const slash = path.lastIndexOf('/');
  const parent = ensureDirectory(k, path.slice(0, slash)),
    name = path.slice(slash + 1);
  if (k.tree.fs(parent.fs).lookup(parent.ino, name) === null)
    k.tree.fs(parent.fs).create(parent.ino, name, { mode: S_IFLNK | 0o777, uid: 0, gid: 0, target });
}

/** The files of /etc that C libraries look for, where the user has not given his own. */
export function placeDefaults(k: Kernel): void {
  const etc = ensureDirectory(k, '/etc'),
    { hostname } = k.ns.kind('uts', 0);
  const defaults: Readonly<Record<string, string>> = {
    passwd: 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    group: 'root:x:0:\nnogroup:x:65534:\n',
    hostname: `${hostname}\n`,
    hosts: `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n`,
  };
  for (const [name, text] of Object.entries(defaults)) {
    if (k.tree.fs(etc.fs).lookup(etc.ino, name) === null) placeFile(k, `/etc/${name}`, fromLatin1(text));
  }
}
