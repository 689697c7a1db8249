/**
 * Physical page frames with reference counts, kinds and payers. Frame numbers are given out in rising order and reused lowest first from
 * where the last search ended, so that the same program always gets the same frames.
 */
import type { PhysicalMemory } from '../machine/types.ts';

export const PAGE = 4096;

/** Who pays: asked before a page is given out (-1: nobody may), told when pages come back. */
export interface Payer {
  take(): number;
  give(group: number, pages: number): void;
}

/** What a frame holds: a process's own page (or page table), a page of a file, or what somebody has paid for already. */
export type FrameKind = 'anonymous' | 'file' | 'free';
const KINDS: readonly FrameKind[] = ['anonymous', 'file', 'free'];
/** The kind stands above the group's number. */
const KIND_SHIFT = 28,
  GROUP_MASK = 0xfff_ffff;

export class Frames {
  private readonly memory: PhysicalMemory;
  private refs: Uint16Array;
  private cursor = 0;
  /** Somebody is at work with this frame, while another is given out: it must not be taken away meanwhile (reclaim.ts). */
  busy = 0;
  /** Frames in use, and the most there ever were. */
  used = 0;
  peak = 0;
  payer: Readonly<Record<'anonymous' | 'file', Payer>> | null = null;
  /** A frame has lost a user and has one left. */
  onLastUser: (at: number) => void = () => {};
  /** The group that pays for each frame, and the frame's kind. */
  private groups: Uint32Array;

  constructor(memory: PhysicalMemory) {
    this.memory = memory;
    this.refs = new Uint16Array(memory.size / PAGE);
    this.groups = new Uint32Array(memory.size / PAGE);
    // Frame 0 stays unused, so that 0 can mean none.
    this.refs[0] = 1;
    this.used = 1;
  }

  get total(): number {
    return this.refs.length;
  }
  get free(): number {
    return this.total - this.used;
  }

  /** Frames with more than one user. */
  get shared(): number {
    let count = 0;
    for (const n of this.refs) if (n > 1) count++;
    return count;
  }

  /** Physical address of a frame full of zeros, or 0 when memory is full. */
  allocateZeroed(kind: FrameKind = 'anonymous'): number {
    const at = this.allocate(kind);
    if (at !== 0) this.memory.fill(at, PAGE, 0);
    return at;
  }

  allocate(kind: FrameKind = 'anonymous'): number {
    if (this.used === this.total) return 0;
    const group = kind === 'free' ? 0 : (this.payer?.[kind].take() ?? 0);
    if (group < 0) return 0;
    let n = this.cursor;
    while (this.refs[n] !== 0) n = n + 1 === this.total ? 0 : n + 1;
    this.refs[n] = 1;
    this.groups[n] = KINDS.indexOf(kind) * 2 ** KIND_SHIFT + group;
    this.cursor = n;
    this.used++;
    if (this.used > this.peak) this.peak = this.used;
    return n * PAGE;
  }

  references(at: number): number {
    return this.refs[at / PAGE]!;
  }

  /** One more user of the frame. False when the count is full (65535): copy instead. */
  share(at: number): boolean {
    if (this.refs[at / PAGE] === 0xffff) return false;
    this.refs[at / PAGE]!++;
    return true;
  }

  release(at: number): void {
    const n = at / PAGE;
    const left = --this.refs[n]!;
    if (left === 1) this.onLastUser(at);
    if (left > 0) return;
    const kind = this.kindOf(at);
    this.used--;
    if (kind !== 'free') this.payer?.[kind].give(this.payerOf(at), 1);
    if (n < this.cursor) this.cursor = n;
  }

  kindOf(at: number): FrameKind {
    return KINDS[this.groups[at / PAGE]! >>> KIND_SHIFT]!;
  }
  /** Number of the group that pays for the frame; 0 for nobody. */
  payerOf(at: number): number {
    return this.groups[at / PAGE]! & GROUP_MASK;
  }

  save(): {
    readonly refs: Uint8Array;
    readonly groups: Uint8Array;
    readonly cursor: number;
    readonly used: number;
    readonly peak: number;
  } {
    return {
      refs: new Uint8Array(this.refs.buffer.slice(0)),
      groups: new Uint8Array(this.groups.buffer.slice(0)),
      cursor: this.cursor,
      used: this.used,
      peak: this.peak,
    };
  }

  restore(state: ReturnType<Frames['save']>): void {
    this.refs = new Uint16Array(state.refs.slice().buffer);
    this.groups = new Uint32Array(state.groups.slice().buffer);
    ({ cursor: this.cursor, used: this.used, peak: this.peak } = state);
  }
}
