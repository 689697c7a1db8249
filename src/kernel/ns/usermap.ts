/**
 * User and group ids of a user namespace (user_namespaces(7)): ranges from ids as seen inside to ids as the kernel keeps them.
 * Credentials carry the ranges of their namespace; those of the first namespace carry none, and every id is itself.
 */
import type { Credentials, UserView } from '../task.ts';

/** [first inside, first of the kernel's, count] */
export type IdRange = readonly [number, number, number];
export const OVERFLOW_ID = 65534;

export const NO_ID = -1;

/** The kernel's id for one seen inside; NO_ID when it is not mapped. */
export function toKernel(ranges: readonly IdRange[] | null, id: number): number {
  if (ranges === null) return id;
  const range = ranges.find(([inside, , count]) => id >= inside && id < inside + count);
  return range ? id - range[0] + range[1] : NO_ID;
}

export function mapped(ranges: readonly IdRange[] | null, id: number): boolean {
  return ranges === null || ranges.some(([, outside, count]) => id >= outside && id < outside + count);
}

/** The id as seen inside; 65534 for what is not mapped. */
export function fromKernel(ranges: readonly IdRange[] | null, id: number): number {
  if (ranges === null) return id;
  const range = ranges.find(([, outside, count]) => id >= outside && id < outside + count);
  return range ? id - range[1] + range[0] : OVERFLOW_ID;
}

export const uidsOf = (c: Credentials): readonly IdRange[] | null => c.user?.uids ?? null;
export const gidsOf = (c: Credentials): readonly IdRange[] | null => c.user?.gids ?? null;
export const seenUid = (c: Credentials, uid: number): number => fromKernel(uidsOf(c), uid);
export const seenGid = (c: Credentials, gid: number): number => fromKernel(gidsOf(c), gid);

/** Whether the capabilities of these credentials count for a file: its owner and group must be mapped (capable_wrt_inode_uidgid). */
export const rules = (c: Credentials, file: { readonly uid: number; readonly gid: number }): boolean =>
  c.user === undefined || (mapped(c.user.uids, file.uid) && mapped(c.user.gids, file.gid));

export type { UserView };

/** Lines of uid_map: 'inside outside count'. Null when the text is no map. */
export function parseMap(text: string): IdRange[] | null {
  const lines = text.split('\n').filter((l) => l.trim() !== '');
  const ranges: IdRange[] = [];
  if (lines.length === 0 || lines.length > 340) return null;
  for (const l of lines) {
    const words = l.trim().split(/\s+/);
    if (words.length !== 3 || words.some((w) => !/^\d+$/.test(w))) return null;
    const [inside, outside, count] = words.map(Number) as [number, number, number];
    if (count === 0 || inside + count > 0xffff_ffff || outside + count > 0xffff_ffff) return null;
    if (ranges.some(([i, o, c]) => (inside < i + c && i < inside + count) || (outside < o + c && o < outside + count))) return null;
    ranges.push([inside, outside, count]);
  }
  return ranges;
}

/** A map given in terms of the parent namespace, in terms of the kernel; null when the parent does not map all of it. */
export function compose(ranges: readonly IdRange[], parent: readonly IdRange[] | null): IdRange[] | null {
  const result: IdRange[] = [];
  for (const [inside, outside, count] of ranges) {
    if (parent === null) result.push([inside, outside, count]);
    else {
      const range = parent.find(([i, , c]) => outside >= i && outside + count <= i + c);
      if (!range) return null;
      result.push([inside, outside - range[0] + range[1], count]);
    }
  }
  return result;
}
