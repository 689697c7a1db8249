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
import type { Node, OpenFile } from './task.ts';
import { inspect } from './inspect.ts';
import { DEVICES, PTS0 } from './vfs/devices.ts';
import { MemoryFs } from './vfs/memory.ts';
import { Tree } from './vfs/paths.ts';
import { A_SOCKET, PIPE_FS, PipeFs, streamInode } from './vfs/pipefs.ts';
import { ProcFs, type ProcNode } from './vfs/proc.ts';
import { RAM_DISK } from './vfs/ramdisk.ts';
import { isDirectory, S_IFBLK, S_IFCHR, S_IFDIR, S_IFMT, S_IFLNK, S_IFREG } from './vfs/types.ts';

const DEV_FS = 2,
  PROC_FS = 3;

export function buildFileSystem(k: Kernel): Tree {
  const now = (): number => k.realTime();
  const tree = new Tree(() => k.charge('path.component'));
  const root = new MemoryFs({ id: ROOT_FS, type: 'rootfs', now, payer: k.control.payer('file') });
  const dev = new MemoryFs({ id: DEV_FS, type: 'devtmpfs', now });
  const proc = new ProcFs(PROC_FS, () => LATE.get().procSource(k));
  for (const fs of [root, dev, proc, shmFileSystem(now)]) tree.add(fs);
  tree.mountRoot(ROOT_FS, 'rootfs');
  const directory = (name: string, mode: number): Node => ({
    fs: ROOT_FS,
    ino: root.create(root.root, name, { mode: S_IFDIR | mode, uid: 0, gid: 0 }),
  });
  tree.mount({ parent: ROOT, name: 'dev' }, directory('dev', 0o755), { fs: DEV_FS, source: 'devtmpfs' });
  tree.mount({ parent: ROOT, name: 'proc' }, directory('proc', 0o555), { fs: PROC_FS, source: 'proc' });
  directory('tmp', 0o1777);
  fillDevices(dev);
  tree.add(k.nsfs);
  tree.add(new PipeFs(now));
  tree.magicLink = (node) => {
    const fs = tree.fs(node.fs);
    return fs instanceof ProcFs ? magicTarget(k, fs.node(node.ino)) : null;
  };
  return tree;
}

function fillDevices(dev: MemoryFs): void {
  for (const { name, rdev, mode } of DEVICES) dev.create(dev.root, name, { mode: S_IFCHR | mode, uid: 0, gid: 0, rdev });
  dev.create(dev.root, 'ram0', { mode: S_IFBLK | 0o660, uid: 0, gid: 6, rdev: RAM_DISK });
  const link = (name: string, target: string): number => dev.create(dev.root, name, { mode: S_IFLNK | 0o777, uid: 0, gid: 0, target });
  link('fd', '/proc/self/fd');
  ['stdin', 'stdout', 'stderr'].forEach((name, i) => link(name, `/proc/self/fd/${i}`));
  const pts = dev.create(dev.root, 'pts', { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
  dev.create(pts, '0', { mode: S_IFCHR | 0o620, uid: 0, gid: 5, rdev: PTS0 });
}

/** What is opened when an open file is opened again by its link; null when that is its name's to say. */
function reopened(k: Kernel, file: OpenFile): Node | null {
  if (file.kind === 'node' || (file.kind === 'pipe' && file.node.fs !== 0)) return file.node;
  if (file.kind === 'pipe') return { fs: PIPE_FS, ino: file.number };
  if (file.kind === 'socket') return { fs: PIPE_FS, ino: A_SOCKET };
  const stream = file.kind === 'console' && !k.ttys.get(file.number >> 2)!.console.terminal;
  return stream ? { fs: PIPE_FS, ino: streamInode(file.number) } : null;
}

/** Links of /proc that lead to a file itself rather than to a name. */
function magicTarget(k: Kernel, node: ProcNode): Node | null {
  if (node.kind === 'fd') {
    const p = k.processes.get(node.pid);
    if (p) inspect(k, p);
    const file = p && k.files.get(k.fileTables.get(p.files)?.descriptors[node.fd]?.file ?? -1);
    return file ? reopened(k, file) : null;
  }
  if (node.kind === 'namespace') {
    const p = k.processes.get(node.pid);
    return p ? { fs: k.nsfs.id, ino: LATE.get().namespaceOf(k, inspect(k, p), node.name) } : null;
  }
  if (node.kind !== 'processFile' || !node.entry.file?.link) return null;
  const p = k.processes.get(node.pid);
  if (!p) return null;
  inspect(k, p);
  return { exe: p.exeNode, cwd: p.cwd, root: p.root }[node.entry.path] ?? null;
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
