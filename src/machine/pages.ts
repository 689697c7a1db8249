/**
 * Saved 4 KiB pages that checkpoints share by reference, from a pool of slabs: fresh allocations are slow, so a slab is
 * taken ahead and pages of released checkpoints are used again.
 *
 * Invariant: a saved page never changes while anything refers to it.
 */
import { PAGE } from './layout.ts';

export interface SavedPage {
  readonly bytes: Uint8Array;
  /** Content hash, two lanes; 0, 0 until somebody needed it. */
  low: number;
  high: number;
  references: number;
}

const SLAB_PAGES = 256;

export class PagePool {
  private readonly free: SavedPage[] = [];

  constructor() {
    this.grow();
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

  /** Keeps at least a slab ready, so that the next checkpoint does not allocate. */
  prepare(): void {
    if (this.free.length < SLAB_PAGES) this.grow();
  }

  drop(page: SavedPage): void {
    if (--page.references === 0) this.free.push(page);
  }
}

export const zeroPage = (): SavedPage => ({ bytes: new Uint8Array(PAGE), low: 0, high: 0, references: 1 });
