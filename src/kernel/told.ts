/** What happens to files, told to who watches them (inotify.ts): nothing is done, and nothing kept, while nobody does. */
import type { Kernel } from './kernel.ts';
import type { Node, OpenFile } from './task.ts';
import { type Found, sameNode } from './vfs/paths.ts';
import { isDirectory } from './vfs/types.ts';

/** Bits of inotify(7). */
export const IN = {
  ACCESS: 1,
  MODIFY: 2,
  ATTRIB: 4,
  CLOSE_WRITE: 8,
  CLOSE_NOWRITE: 0x10,
  OPEN: 0x20,
  MOVED_FROM: 0x40,
  MOVED_TO: 0x80,
  CREATE: 0x100,
  DELETE: 0x200,
  DELETE_SELF: 0x400,
  MOVE_SELF: 0x800,
  ALL: 0xfff,
} as const;

/** The directory by which a file was reached, and its name there; `gone`: it has that name no more. */
export interface Place {
  readonly directory: number;
  readonly name: string;
  readonly gone?: boolean;
}

/** Something happened to a file. */
export const told = (k: Kernel, mask: number, node: Node, place: Place | null = null): void => {
  if (k.seldom?.inotify.active) k.seldom.inotify.told(mask, node, place);
};
/** How the call that is being made came to the file: by its last look-up. */
export function placeReached(k: Kernel, node: Node): Place | null {
  const { reached } = k.tree;
  if (!k.seldom?.inotify.active || !reached?.node || !sameNode(reached.node, node)) return null;
  return placeOf(k, reached, node);
}

/** The directory of a name that was looked up. The root of a mount is nobody's entry. */
function placeOf(k: Kernel, { parent, name }: Found, node: Node): Place | null {
  if (name !== '') return k.tree.table.of(parent).id === k.tree.table.of(node).id ? { directory: parent.ino, name } : null;
  const fs = k.tree.fs(node.fs);
  if (!isDirectory(fs.stat(node.ino)) || node.ino === k.tree.table.of(node).root) return null;
  const directory = fs.parent(node.ino),
    entry = fs.list(directory, 0).find((e) => e.ino === node.ino);
  return entry ? { directory, name: entry.name } : null;
}

/** The call has its file from a descriptor. */
export function reachedBy(k: Kernel, { node, place }: OpenFile): void {
  k.tree.reached = place ? { node, parent: { ...node, ino: place.directory }, name: place.name, directory: false } : null;
}

/** An entry of a directory came, or went. */
export const toldEntry = (k: Kernel, mask: number, fs: number, place: Place, isDir: boolean, cookie = 0): void => {
  if (k.seldom?.inotify.active) k.seldom.inotify.named(mask, fs, place, isDir, cookie);
};
export const toldOpen = (k: Kernel, mask: number, { node, place }: OpenFile): void => told(k, mask, node, place ?? null);
