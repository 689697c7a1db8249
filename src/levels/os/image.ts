/**
 * Images of containers: layers, each a file system in memory of its own, lowest first. Layers come from files of the user or
 * from a tar; whiteouts of image formats (.wh.NAME, .wh..wh..opq) become those of the overlay file system. A layer is unpacked
 * once, however many containers stand on it.
 */
import { fromLatin1 } from '../../bits/utf8.ts';
import { refuse } from '../../formats/refusal.ts';
import type { TarEntry } from '../../formats/tar.ts';
import { Errno, errorName, fail } from '../../kernel/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { makeFileSystem } from '../../kernel/ns/systems.ts';
import { ROOT } from '../../kernel/rootnode.ts';
import { ensureDirectory } from '../../kernel/rootfs.ts';
import type { MemoryFs } from '../../kernel/vfs/memory.ts';
import { MS_RDONLY, MS_RELATIME } from '../../kernel/vfs/mounts.ts';
import { isDirectory, S_IFBLK, S_IFCHR, S_IFDIR, S_IFIFO, S_IFLNK, S_IFREG } from '../../kernel/vfs/types.ts';

export interface LayerFile {
  /** Without a slash in front. */
  readonly path: string;
  readonly kind: TarEntry['kind'];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number | null;
  readonly bytes: Uint8Array;
  readonly target: string;
  readonly rdev: number;
  readonly xattrs?: Readonly<Record<string, string>>;
}

export interface Image {
  readonly name: string;
  /** Paths on the host at which its layers are mounted, lowest first, their file systems, and what to call them. */
  readonly layers: readonly { readonly path: string; readonly fs: number; readonly title: string }[];
}

export const LAYERS = '/var/lib/strata/layers';

const TYPES: Readonly<Record<TarEntry['kind'], number>> = {
  file: S_IFREG,
  directory: S_IFDIR,
  symlink: S_IFLNK,
  link: S_IFREG,
  character: S_IFCHR,
  block: S_IFBLK,
  fifo: S_IFIFO,
};

export interface NamedLayer {
  readonly title: string;
  readonly files: readonly LayerFile[];
}

export function makeImage(k: Kernel, name: string, layers: readonly NamedLayer[]): Image {
  return {
    name,
    layers: layers.map(({ title, files }, i) => {
      const fs = makeFileSystem(k, 'tmpfs', { capacity: 0x4000_0000, mode: 0o755, disk: true }) as MemoryFs;
      for (const file of files) placed(fs, file, title);
      const path = `${LAYERS}/${name}-${i}`,
        at = ensureDirectory(k, path),
        parent = ensureDirectory(k, LAYERS);
      k.tree.mount({ parent: { ...parent, mount: k.tree.table.of(ROOT).id }, name: `${name}-${i}` }, at, {
        fs: fs.id,
        source: `layer`,
        flags: MS_RDONLY | MS_RELATIME,
      });
      return { path, fs: fs.id, title };
    }),
  };
}

function directory(fs: MemoryFs, names: readonly string[]): number {
  let at = fs.root;
  for (const name of names) at = fs.lookup(at, name) ?? fs.create(at, name, { mode: S_IFDIR | 0o755, uid: 0, gid: 0 });
  return at;
}

/** What does not fit the files before it is refused with its name. */
function placed(fs: MemoryFs, file: LayerFile, layer: string): void {
  try {
    place(fs, file);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const why = REASONS[errorName(error.number)] ?? errorName(error.number);
    refuse(`The entry "${file.path}" of the layer "${layer}" cannot be placed: ${why}.`);
  }
}
const REASONS: Readonly<Record<string, string>> = {
  ENOTDIR: 'a part of its path is no folder, or a symbolic link',
  ENOTEMPTY: 'a folder that is not empty stands there',
  ENOENT: 'it is a link to what is not there',
  EPERM: 'it is a link to a folder',
  ENOSPC: 'the layer is too large',
  EFBIG: 'it is too large',
};

function place(fs: MemoryFs, file: LayerFile): void {
  const names = file.path.split('/').filter((n) => n !== ''),
    name = names.pop();
  if (name === undefined) {
    fs.setAttributes(fs.root, { mode: file.mode, uid: file.uid, gid: file.gid });
    return;
  }
  const at = directory(fs, names);
  if (name === '.wh..wh..opq') fs.setXattr(at, 'trusted.overlay.opaque', 'y');
  else if (name.startsWith('.wh..wh.')) return;
  else if (name.startsWith('.wh.') && fs.lookup(at, name.slice(4)) === null)
    fs.create(at, name.slice(4), { mode: S_IFCHR, uid: 0, gid: 0, rdev: 0 });
  else if (!name.startsWith('.wh.')) put(fs, at, name, file);
}

function put(fs: MemoryFs, at: number, name: string, file: LayerFile): void {
  const there = fs.lookup(at, name);
  if (there !== null && isDirectory(fs.stat(there)) && file.kind === 'directory') {
    fs.setAttributes(there, attributes(file));
    return;
  }
  if (file.kind === 'link') {
    const target = file.target.split('/').reduce<number>((dir, part) => fs.lookup(dir, part) ?? fail('ENOENT'), fs.root);
    if (target === there) return;
    if (isDirectory(fs.stat(target))) fail('EPERM');
    if (there !== null) fs.remove(at, name);
    fs.link(at, name, target);
    return;
  }
  if (there !== null) fs.remove(at, name);
  const ino = fs.create(at, name, {
    mode: TYPES[file.kind] | file.mode,
    uid: file.uid,
    gid: file.gid,
    rdev: file.rdev,
    ...(file.kind === 'symlink' ? { target: file.target } : {}),
  });
  if (file.bytes.length > 0) fs.write(ino, 0, file.bytes);
  for (const [key, value] of Object.entries(file.xattrs ?? {})) fs.setXattr(ino, key, value);
  fs.setAttributes(ino, attributes(file));
}

const attributes = (file: LayerFile): { mode: number; mtime?: number; atime?: number } => ({
  mode: file.mode,
  ...(file.mtime === null ? {} : { mtime: file.mtime, atime: file.mtime }),
});

const plain = { uid: 0, gid: 0, mtime: null, bytes: new Uint8Array(0), target: '', rdev: 0 };

/** Files of the user by absolute path as one layer. */
export function layerOfFiles(of: {
  readonly files: Readonly<Record<string, Uint8Array>>;
  readonly modes?: Readonly<Record<string, number>> | undefined;
  readonly links?: Readonly<Record<string, string>> | undefined;
  readonly directories?: readonly string[] | undefined;
}): LayerFile[] {
  return [
    ...(of.directories ?? []).map((path): LayerFile => ({ ...plain, path, kind: 'directory', mode: path === '/tmp' ? 0o1777 : 0o755 })),
    ...Object.entries(of.files).map(([path, bytes]): LayerFile => ({
      ...plain,
      path,
      kind: 'file',
      mode: of.modes?.[path] ?? 0o644,
      bytes,
    })),
    ...Object.entries(of.links ?? {}).map(([path, target]): LayerFile => ({ ...plain, path, kind: 'symlink', mode: 0o777, target })),
  ];
}

/** What every image needs to be useful, below what it brings itself. */
export function baseLayer(hostname: string): LayerFile[] {
  const text = (path: string, content: string): LayerFile => ({ ...plain, path, kind: 'file', mode: 0o644, bytes: fromLatin1(content) });
  return [
    ...['/proc', '/dev', '/sys', '/tmp', '/etc', '/root'].map((path): LayerFile => ({
      ...plain,
      path,
      kind: 'directory',
      mode: path === '/tmp' ? 0o1777 : path === '/root' ? 0o700 : 0o755,
    })),
    text('/etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n'),
    text('/etc/group', 'root:x:0:\nnogroup:x:65534:\n'),
    text('/etc/hosts', `127.0.0.1\tlocalhost\n127.0.1.1\t${hostname}\n`),
  ];
}
