/** The view of a container's layers: which file is where, what hides what, and what was copied up. */
import type { Kernel } from '../../kernel/kernel.ts';
import { isWhiteout, OverlayFs } from '../../kernel/vfs/overlay.ts';
import { isDevice, isDirectory, isSymlink, type FileSystem } from '../../kernel/vfs/types.ts';
import type { LayerFile, LayerInfo, LayersView } from '../../protocol/os-views.ts';
import type { Runtime } from './runtime.ts';

const MOST = 200;

interface Layer {
  readonly name: string;
  readonly fs: FileSystem;
  readonly ino: number;
  readonly writable: boolean;
}

export function layersView(k: Kernel, runtime: Runtime, id: string, below: string): LayersView | null {
  const c = runtime.get(id),
    over = c ? (k.tree.fs(c.overlay) as FileSystem | undefined) : undefined;
  if (!c || !(over instanceof OverlayFs)) return null;
  const layers: Layer[] = [
    ...(over.upperRoot ? [{ name: 'upper', fs: k.tree.fs(over.upperRoot.fs), ino: over.upperRoot.ino, writable: true }] : []),
    ...over.lowerRoots.map((root, i) => ({ name: `lower ${i}`, fs: k.tree.fs(root.fs), ino: root.ino, writable: false })),
  ];
  const hidden = new Set<string>();
  return {
    container: id,
    mountPoint: '/',
    layers: layers.map((layer, i) => info(k, runtime, id, layer, over, layers.slice(i + 1), hidden, below)),
    copyUps: k.overlays.copies
      .filter((one) => one.fs === over.id)
      .map(({ time, path, layer, bytes, units }) => ({ time, path, from: `lower ${layer}`, bytes, units })),
    pages: pages(k, runtime),
  };
}

/** Lists a layer below a directory; `hidden` gathers the paths that this and higher layers cover. */
function info(
  k: Kernel,
  runtime: Runtime,
  id: string,
  layer: Layer,
  over: OverlayFs,
  lower: readonly Layer[],
  hidden: Set<string>,
  below: string,
): LayerInfo {
  const files: LayerFile[] = [],
    covers: string[] = [];
  const visit = (directory: number, path: string): void => {
    for (const { name, ino } of layer.fs.list(directory, 0)) {
      const at = `${path}/${name}`,
        stat = layer.fs.stat(ino),
        dir = isDirectory(stat),
        opaque = dir && layer.fs.getXattr?.(ino, 'trusted.overlay.opaque') === 'y';
      const kind = isWhiteout(stat)
        ? 'whiteout'
        : opaque
          ? 'opaque directory'
          : dir
            ? 'directory'
            : isSymlink(stat)
              ? 'link'
              : isDevice(stat)
                ? 'device'
                : 'file';
      const isHidden = [...hidden].some((cover) => at === cover || at.startsWith(`${cover}/`)) && !(dir && !hidden.has(at));
      const there = lower.some((l) => find(l, at) !== null);
      const change = !layer.writable ? null : kind === 'whiteout' ? 'deleted' : there ? 'copied up' : 'new';
      if (at.startsWith(below === '/' ? '/' : `${below}/`))
        files.push({ path: at, kind, size: dir ? 0 : stat.size, visible: !isHidden && kind !== 'whiteout', change });
      if (!dir || opaque) covers.push(at);
      if (dir) visit(ino, at);
    }
  };
  visit(layer.ino, '');
  for (const path of covers) hidden.add(path);
  const sharedWith = layer.writable
    ? []
    : runtime.containers.filter((other) => other.id !== id && standsOn(k, other.overlay, layer.fs.id)).map((other) => other.id);
  const source = layer.writable ? 'what this container changed' : `layer ${over.lowerRoots.findIndex((root) => root.fs === layer.fs.id)}`;
  return {
    name: layer.name,
    source,
    writable: layer.writable,
    sharedWith,
    files: files.slice(0, MOST),
    more: Math.max(0, files.length - MOST),
  };
}

function standsOn(k: Kernel, overlay: number, layer: number): boolean {
  const fs = k.tree.fs(overlay) as FileSystem | undefined;
  return fs instanceof OverlayFs && fs.lowerRoots.some((root) => root.fs === layer);
}

function find({ fs, ino }: Layer, path: string): number | null {
  let at: number | null = ino;
  for (const name of path.split('/').filter((n) => n !== '')) {
    if (at === null || !isDirectory(fs.stat(at))) return null;
    at = fs.lookup(at, name);
  }
  return at;
}

/** Pages of image files: how many the running containers would hold each for itself, and how many there are. */
function pages(k: Kernel, runtime: Runtime): { readonly referenced: number; readonly held: number } {
  const uses = new Map<number, number>();
  for (const c of runtime.containers) {
    const fs = k.tree.fs(c.overlay) as FileSystem | undefined;
    if (c.status !== 'stopped' && fs instanceof OverlayFs)
      for (const root of fs.lowerRoots) uses.set(root.fs, (uses.get(root.fs) ?? 0) + 1);
  }
  let referenced = 0,
    held = 0;
  for (const [id, count] of uses) {
    const fs = k.tree.fs(id),
      used = 'usage' in fs ? (fs as unknown as { usage(): { used: number } }).usage().used / 4096 : 0;
    referenced += used * count;
    held += used;
  }
  return { referenced, held };
}
