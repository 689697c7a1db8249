/** Seals of files in memory (F_ADD_SEALS of fcntl(2)): what may never again be done to one. Kept beside the file's attributes. */
import { fail } from './errno.ts';
import { mayWrite } from './files.ts';
import type { Kernel } from './kernel.ts';
import { READ_ONLY, SHARED } from './regions.ts';
import { SHM_FS } from './shared.ts';
import type { Node, OpenFile } from './task.ts';
import { sameNode } from './vfs/paths.ts';

export const SEAL = { SEAL: 1, SHRINK: 2, GROW: 4, WRITE: 8, FUTURE_WRITE: 16 } as const;
/** No call can name it: names of attributes have a dot. */
const NAME = '\0seals';

/** Files that no program asked to be sealed have the seal that keeps all others away. */
export function sealsOf(k: Kernel, node: Node): number {
  if (node.fs !== SHM_FS) return 0;
  const kept = k.tree.fs(SHM_FS).getXattr?.(node.ino, NAME);
  return kept ? Number(kept) : SEAL.SEAL;
}
const isSealed = (k: Kernel, node: Node): boolean => node.fs === SHM_FS || k.tree.fs(node.fs).type === 'tmpfs';

export const seal = (k: Kernel, node: Node, seals: number): void => k.tree.fs(SHM_FS).setXattr!(node.ino, NAME, String(seals));

export function getSeals(k: Kernel, file: OpenFile): number {
  if (file.kind !== 'node' || !isSealed(k, file.node)) return fail('EINVAL');
  return file.node.fs === SHM_FS ? sealsOf(k, file.node) : SEAL.SEAL;
}

export function addSeals(k: Kernel, file: OpenFile, seals: number): number {
  if (file.kind !== 'node' || !isSealed(k, file.node)) return fail('EINVAL');
  if (!mayWrite(file)) fail('EPERM');
  if (seals & ~31) fail('EINVAL');
  const old = getSeals(k, file);
  if (old & SEAL.SEAL) fail('EPERM');
  if (seals & SEAL.WRITE && (old & SEAL.WRITE) === 0 && isMappedForWriting(k, file.node)) fail('EBUSY');
  seal(k, file.node, old | seals);
  return 0;
}

function isMappedForWriting(k: Kernel, node: Node): boolean {
  for (const space of k.spaces.values())
    for (const { flags, file } of space.regions)
      if (file && (flags & (SHARED | READ_ONLY)) === SHARED && sameNode(file.node, node)) return true;
  return false;
}

/** How many of `count` bytes may be written at `at`: page by page, as they are written. */
export function unsealed(k: Kernel, node: Node, at: number, count: number, size: number): number {
  const seals = sealsOf(k, node);
  if (seals & (SEAL.WRITE | SEAL.FUTURE_WRITE)) fail('EPERM');
  if ((seals & SEAL.GROW) === 0 || at + count <= size) return count;
  const whole = Math.floor(size / 4096) * 4096 - at;
  return whole > 0 ? whole : fail('EPERM');
}

export function mayResize(k: Kernel, node: Node, from: number, to: number): void {
  const seals = sealsOf(k, node);
  if ((to < from && seals & SEAL.SHRINK) || (to > from && seals & SEAL.GROW)) fail('EPERM');
}

/** A shared mapping: writable now, or never more when it is sealed against what is written from now on. */
export function mayMap(k: Kernel, node: Node, writes: boolean): { readonly readOnly: boolean } {
  const sealed = (sealsOf(k, node) & (SEAL.WRITE | SEAL.FUTURE_WRITE)) !== 0;
  if (sealed && writes) fail('EPERM');
  return { readOnly: sealed };
}
