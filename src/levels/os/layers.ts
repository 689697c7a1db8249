/** The view of a container's layers: which file is where, what hides what, and what was copied up. */
import type { Kernel } from '../../kernel/kernel.ts';
import { isWhiteout, OverlayFs } from '../../kernel/vfs/overlay.ts';
import { isDevice, isDirectory, isSymlink, type FileSystem } from '../../kernel/vfs/types.ts';
import type { SharedPage } from '../../kernel/shared.ts';
import type { CachedFile, LayerFile, LayerInfo, LayersView } from '../../protocol/os-views.ts';
import { mappedBy, membersOf } from './footprint.ts';
import type { Runtime } from './runtime.ts';

const MOST = 200;

interface Layer {
  readonly name: string;
  readonly fs: FileSystem;
  readonly ino: number;
  readonly writable: boolean;
}

/** `titles`: what to call a layer, by its file system; `fresh`: a copy up was the last thing that happened. */
export function layersView(
  k: Kernel,
  runtime: Runtime,
  id: string,
  below: string,
  titles: ReadonlyMap<number, string>,
  fresh: boolean,
): LayersView | null {
  const c = runtime.get(id),
    over = c ? (k.tree.fs(c.overlay) as FileSystem | undefined) : undefined;
  if (!c || !(over instanceof OverlayFs)) return null;
  const layers: Layer[] = [
    ...(over.upperRoot ? [{ name: 'upper', fs: k.tree.fs(over.upperRoot.fs), ino: over.upperRoot.ino, writable: true }] : []),
    ...over.lowerRoots.map((root, i) => ({ name: `lower ${i}`, fs: k.tree.fs(root.fs), ino: root.ino, writable: false })),
  ];
  const hidden = new Set<string>(),
    all = mappings(k, runtime);
  return {
    container: id,
    mountPoint: '/',
    layers: layers.map((layer, i) => ({
      ...info(k, runtime, id, layer, layers.slice(i + 1), hidden, below),
      source: titles.get(layer.fs.id) ?? layer.name,
    })),
    copyUps: k.overlays.copies
      .filter((one) => one.fs === over.id && one.time >= c.born)
      .map(({ time, path, layer, bytes, units }) => ({ time, path, from: `lower ${layer}`, bytes, units })),
    fresh: fresh && k.overlays.copies.at(-1)?.fs === over.id,
    pages: { referenced: all.reduce((sum, { cache }) => sum + cache.size, 0), held: new Set(all.flatMap(({ cache }) => [...cache])).size },
    cached: cachedFiles(k, layers, all),
  };
}

/** Lists a layer below a directory; `hidden` gathers the paths that this and higher layers cover. */
function info(
  k: Kernel,
  runtime: Runtime,
  id: string,
  layer: Layer,
  lower: readonly Layer[],
  hidden: Set<string>,
  below: string,
): Omit<LayerInfo, 'source'> {
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
  return {
    name: layer.name,
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

/** Which mapped pages the running containers share, by who maps them. */
interface Mappings {
  readonly container: string;
  readonly cache: ReadonlySet<number>;
}
const mappings = (k: Kernel, runtime: Runtime): Mappings[] =>
  runtime.containers
    .filter((c) => c.status !== 'stopped')
    .map((c) => ({ container: c.id, cache: mappedBy(k, membersOf(k, c.cgroup)).cache }));

function cachedFiles(k: Kernel, layers: readonly Layer[], all: readonly Mappings[]): CachedFile[] {
  return layers.flatMap((layer) => {
    const files = new Map<number, SharedPage[]>();
    for (const page of k.shared.list)
      if (page.node.fs === layer.fs.id) files.set(page.node.ino, [...(files.get(page.node.ino) ?? []), page]);
    if (files.size === 0) return [];
    const paths = pathsOf(layer, new Set(files.keys()));
    return [...files].flatMap(([ino, pages]) => {
      const path = paths.get(ino);
      return path === undefined ? [] : [cachedFile(k, path, layer.name, pages, all)];
    });
  });
}

function cachedFile(k: Kernel, path: string, layer: string, pages: readonly SharedPage[], all: readonly Mappings[]): CachedFile {
  const paid = new Map<string, number>();
  for (const { frame } of pages) {
    const group = k.control.pathOf(k.frames.payerOf(frame));
    paid.set(group, (paid.get(group) ?? 0) + 1);
  }
  return {
    path,
    layer,
    pages: pages.map(({ offset, frame }) => ({ page: offset / 4096, frame: frame / 4096 })).sort((a, b) => a.page - b.page),
    mappedBy: all
      .map(({ container, cache }) => ({ container, pages: pages.filter(({ frame }) => cache.has(frame)).length }))
      .filter((one) => one.pages > 0),
    chargedTo: [...paid].map(([group, count]) => ({ group, pages: count })),
  };
}

/** Names of some inodes of a layer; of several names of one file the first. */
function pathsOf({ fs, ino: root }: Layer, wanted: ReadonlySet<number>): Map<number, string> {
  const found = new Map<number, string>();
  const visit = (directory: number, path: string): void => {
    for (const { name, ino, mode } of fs.list(directory, 0)) {
      const at = `${path}/${name}`;
      if (isDirectory({ mode })) visit(ino, at);
      else if (wanted.has(ino) && !found.has(ino)) found.set(ino, at);
    }
  };
  visit(root, '');
  return found;
}
