/**
 * What may be where in an address space: immutable region records in a sorted list without overlaps. Pure functions from
 * list to list, so that a saved list stays true.
 */
import type { Node } from './task.ts';

export const PROT_READ = 1,
  PROT_WRITE = 2,
  PROT_EXEC = 4;
/** Region flags. OWN: belongs to an emulator or the kernel, out of reach of the process's own calls. READ_ONLY: mprotect gives no right to write. */
export const SHARED = 1,
  GROWS_DOWN = 2,
  OWN = 4,
  READ_ONLY = 8,
  DONTFORK = 16,
  WIPEONFORK = 32,
  LOCKED = 64;

export interface Region {
  readonly start: number;
  readonly end: number;
  readonly prot: number;
  readonly flags: number;
  readonly name: string;
  /** Bytes from `offset` on; from file position `limit` on the page is zeros. */
  readonly file: { readonly node: Node; readonly offset: number; readonly limit: number } | null;
}

export type Regions = readonly Region[];

/** The part of a region in [start, end). */
export function piece(r: Region, start: number, end: number): Region {
  return { ...r, start, end, file: r.file && { ...r.file, offset: r.file.offset + start - r.start } };
}

function joins(a: Region, b: Region): boolean {
  return a.end === b.start && a.prot === b.prot && a.flags === b.flags && a.name === b.name && a.file === null && b.file === null;
}

/** Sorts, and joins neighbours of the same kind. */
function tidy(list: Region[]): Regions {
  const result: Region[] = [];
  for (const r of list.toSorted((a, b) => a.start - b.start)) {
    const last = result.at(-1);
    if (last && joins(last, r)) result[result.length - 1] = { ...last, end: r.end };
    else result.push(r);
  }
  return result;
}

/** Adds a region where nothing is. */
export function withRegion(list: Regions, region: Region): Regions {
  return tidy([...list, region]);
}

/** Replaces what lies in [start, end) piece by piece; `edit` answering null removes it. */
export function changed(list: Regions, start: number, end: number, edit: (part: Region) => Region | null): Regions {
  const result: Region[] = [];
  for (const r of list) {
    if (r.end <= start || r.start >= end) {
      result.push(r);
      continue;
    }
    if (r.start < start) result.push(piece(r, r.start, start));
    const middle = edit(piece(r, Math.max(r.start, start), Math.min(r.end, end)));
    if (middle) result.push(middle);
    if (r.end > end) result.push(piece(r, end, r.end));
  }
  return tidy(result);
}

export function regionAt(list: Regions, address: number): Region | null {
  for (const r of list) if (address < r.end) return address >= r.start ? r : null;
  return null;
}

/** Whether [start, end) lies wholly inside regions. */
export function covered(list: Regions, start: number, end: number): boolean {
  let at = start;
  for (const r of list) if (r.start <= at && at < r.end) at = r.end;
  return at >= end;
}

export const overlaps = (list: Regions, start: number, end: number): boolean => list.some((r) => r.start < end && start < r.end);

/** The highest place of `length` bytes below `top` and not below `bottom`; null when there is none. */
export function highestGap(list: Regions, length: number, bottom: number, top: number): number | null {
  let end = top;
  for (let i = list.length - 1; i >= 0; i--) {
    const r = list[i]!;
    if (r.start >= top) continue;
    if (r.end <= end && end - r.end >= length) break;
    end = Math.min(end, r.start);
  }
  return end - length >= bottom ? end - length : null;
}
