/**
 * Saved 4 KiB pages that checkpoints share by reference, in groups of 64 that are shared in turn: a checkpoint after a short
 * stretch is a list of groups, most of them its neighbour's. Bytes come from a pool of slabs: fresh allocations are slow, so
 * slabs are taken ahead, and pages of released checkpoints are used again.
 *
 * Invariant: a saved page never changes while a group refers to it, nor a group while a checkpoint does.
 */
import { PAGE } from './layout.ts';

export interface SavedPage {
  readonly bytes: Uint8Array;
  /** Content hash, two lanes; 0, 0 until somebody needed it. */
  low: number;
  high: number;
  /** How many groups hold it. */
  references: number;
}

/** log2 of the pages in a group. */
export const GROUP_SHIFT = 6;
export const GROUP = 1 << GROUP_SHIFT;

export interface PageGroup {
  readonly pages: SavedPage[];
  /** How many checkpoints hold it, and one for the memory as it is now. */
  references: number;
}

/** Memory at a checkpoint. */
export interface SavedMemory {
  readonly pageCount: number;
  readonly groups: readonly PageGroup[];
}

const SLAB_PAGES = 64;
/** Pages kept ready: what a checkpoint usually takes at most. */
const READY = 256;

export class PagePool {
  private readonly free: SavedPage[] = [];

  constructor() {
    while (this.free.length < READY) this.grow();
  }

  private grow(): void {
    const slab = new Uint8Array(SLAB_PAGES * PAGE).fill(0);
    for (let i = SLAB_PAGES - 1; i >= 0; i--) {
      this.free.push({ bytes: slab.subarray(i * PAGE, (i + 1) * PAGE), low: 0, high: 0, references: 0 });
    }
  }

  /** A page with `source` copied into it, referred to once. */
  take(source: Uint8Array): SavedPage {
    if (this.free.length === 0) this.grow();
    const page = this.free.pop()!;
    page.bytes.set(source);
    page.low = page.high = 0;
    page.references = 1;
    return page;
  }

  /** Takes one more slab while fewer pages are ready than a checkpoint may need, so that the next one does not allocate. */
  prepare(): void {
    if (this.free.length < READY) this.grow();
  }

  drop(page: SavedPage): void {
    if (--page.references === 0) this.free.push(page);
  }

  dropGroup(group: PageGroup): void {
    if (--group.references > 0) return;
    for (const page of group.pages) this.drop(page);
  }
}

/** A group that its holder alone refers to. */
export function copyGroup(group: PageGroup): PageGroup {
  for (const page of group.pages) page.references++;
  return { pages: group.pages.slice(), references: 1 };
}

/** `count` references to one group of zero pages. */
export function zeroGroups(count: number): PageGroup[] {
  const page: SavedPage = { bytes: new Uint8Array(PAGE), low: 0, high: 0, references: GROUP };
  return new Array<PageGroup>(count).fill({ pages: new Array<SavedPage>(GROUP).fill(page), references: count });
}
