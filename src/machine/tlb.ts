/**
 * The data TLB: direct-mapped, 256 entries for supervisor accesses and 256 for user accesses. Part of the simulated state,
 * with the same sequence of hits and refills in every engine. Beside it the views from which engines read (see
 * translate/flat-layout.ts).
 *
 * Invariant: a view entry exists only where the architectural entry of its page allows the access, the page is plain RAM,
 * within the view's limit, and (for writes) not watched.
 */
import {
  NO_TAG,
  PAGED_ENTRIES,
  RAM_BYTE,
  TLB_FRAME,
  TLB_HALF,
  TLB_READ,
  TLB_WRITE,
  tlbSlot,
  UNPAGED_ENTRIES,
  VIEW_ENTRY,
  viewAt,
  VIEWS,
  VIEWS_END,
} from '../translate/flat-layout.ts';
import { PAGE } from './layout.ts';
import type { Memory } from './memory.ts';

export const SUPERVISOR = 0,
  USER = 1,
  UNPAGED = 2;

export class Tlb {
  /** The whole buffer. */
  private readonly m: Int32Array;
  private readonly memory: Memory;
  readonly read: Int32Array;
  readonly write: Int32Array;
  readonly frame: Int32Array;
  /** Highest offset that the limited views allow. */
  limit = 0xffff_ffff;
  /** Whether a linear page holds a watched byte. */
  watched: (page: number) => boolean = () => false;

  constructor(memory: Memory) {
    this.memory = memory;
    this.m = new Int32Array(memory.buffer);
    this.read = this.m.subarray(TLB_READ, TLB_READ + 2 * TLB_HALF);
    this.write = this.m.subarray(TLB_WRITE, TLB_WRITE + 2 * TLB_HALF);
    this.frame = this.m.subarray(TLB_FRAME, TLB_FRAME + 2 * TLB_HALF);
    this.flush();
    this.clearViews();
  }

  flush(): void {
    this.read.fill(NO_TAG);
    this.write.fill(NO_TAG);
    this.frame.fill(0);
    this.clearPagedViews();
  }

  invalidate(linear: number): void {
    const slot = tlbSlot(linear, TLB_HALF);
    for (let i = slot; i < 2 * TLB_HALF; i += TLB_HALF) {
      if (this.read[i] !== (linear & ~0xfff)) continue;
      this.read[i] = this.write[i] = NO_TAG;
      this.frame[i] = 0;
    }
    for (const half of [SUPERVISOR, USER]) {
      for (const limited of [false, true]) this.dropEntry(viewAt(half, limited) + slot * VIEW_ENTRY);
    }
  }

  private dropEntry(at: number): void {
    this.m[at] = this.m[at + 1] = NO_TAG;
    this.m[at + 2] = 0;
  }

  clearViews(): void {
    for (let at = VIEWS; at < VIEWS_END; at += VIEW_ENTRY) this.dropEntry(at);
  }
  private clearPagedViews(): void {
    for (const limited of [false, true]) {
      const at = viewAt(SUPERVISOR, limited);
      for (let i = 0; i < 2 * PAGED_ENTRIES; i++) this.dropEntry(at + i * VIEW_ENTRY);
    }
  }
  /** The limited views hold for one limit at a time. */
  setLimit(limit: number): void {
    if (limit === this.limit) return;
    this.limit = limit;
    for (const which of [SUPERVISOR, USER, UNPAGED]) {
      const at = viewAt(which, true);
      for (let i = 0; i < (which === UNPAGED ? UNPAGED_ENTRIES : PAGED_ENTRIES); i++) this.dropEntry(at + i * VIEW_ENTRY);
    }
  }

  /** Puts what is known of a page into both views. */
  fillViews(which: number, linear: number, physical: number, canRead: boolean, canWrite: boolean): void {
    const page = linear & ~0xfff;
    const slot = tlbSlot(linear, which === UNPAGED ? UNPAGED_ENTRIES : PAGED_ENTRIES);
    const plain = this.memory.isPlain(physical);
    const write = canWrite && plain && !this.watched(page >>> 12);
    for (const limited of [false, true]) {
      const at = viewAt(which, limited) + slot * VIEW_ENTRY;
      const inside = plain && (!limited || (page >>> 0) + PAGE - 1 <= this.limit);
      this.m[at] = inside && canRead ? page : NO_TAG;
      this.m[at + 1] = inside && write ? page : NO_TAG;
      this.m[at + 2] = inside ? RAM_BYTE + (physical & ~0xfff) - page : 0;
    }
  }
}
