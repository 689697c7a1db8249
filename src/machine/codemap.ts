/**
 * What the code at an address is there for: sorted, disjoint ranges with a category, and marks in one bitmap a page.
 *
 * Invariant: ranges never overlap; neighbours of one category are joined. Engines that cached what the map said are told
 * through `onChange` before they use it again.
 */
import { categoryNumber } from './ledger.ts';
import { CATEGORIES, type Category, type CodeMap } from './types.ts';

const GUEST = categoryNumber.guest;

export class RangeCodeMap implements CodeMap {
  onChange: (map: CodeMap, start: number, end: number) => void = () => {};
  private starts: number[] = [];
  private ends: number[] = [];
  private categories: number[] = [];
  private readonly marks = new Map<number, Int32Array>();
  /** Counts of the marks at which more than one guest instruction begins. */
  private readonly counts = new Map<number, number>();
  private last = 0;

  /** Number of the category in CATEGORIES. */
  numberAt(linear: number): number {
    const at = linear >>> 0;
    const i = this.last;
    if (i < this.starts.length && at >= this.starts[i]! && at < this.ends[i]!) return this.categories[i]!;
    const found = this.firstEndingAfter(at);
    if (found >= this.starts.length || this.starts[found]! > at) return GUEST;
    this.last = found;
    return this.categories[found]!;
  }
  categoryAt(linear: number): Category {
    return CATEGORIES[this.numberAt(linear)]!;
  }

  isMark(linear: number): boolean {
    const page = this.marks.get(linear >>> 12);
    return page !== undefined && ((page[(linear & 0xfff) >> 5]! >>> (linear & 31)) & 1) === 1;
  }

  markCount(linear: number): number {
    return this.isMark(linear) ? (this.counts.get(linear >>> 0) ?? 1) : 0;
  }

  private firstEndingAfter(at: number): number {
    let low = 0,
      high = this.starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.ends[middle]! > at) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  private cut(start: number, end: number): number {
    let i = this.firstEndingAfter(start);
    if (i < this.starts.length && this.starts[i]! < start) {
      const tail = this.ends[i]!;
      this.ends[i] = start;
      i++;
      if (tail > end) {
        this.insert(i, end, tail, this.categories[i - 1]!);
        return i;
      }
    }
    let j = i;
    while (j < this.starts.length && this.ends[j]! <= end) j++;
    this.starts.splice(i, j - i);
    this.ends.splice(i, j - i);
    this.categories.splice(i, j - i);
    if (i < this.starts.length && this.starts[i]! < end) this.starts[i] = end;
    return i;
  }

  private insert(i: number, start: number, end: number, category: number): void {
    this.starts.splice(i, 0, start);
    this.ends.splice(i, 0, end);
    this.categories.splice(i, 0, category);
  }

  setRange(start: number, end: number, category: Category): void {
    if (end <= start) return;
    const number = categoryNumber[category];
    const i = this.cut(start, end);
    const before = i > 0 && this.ends[i - 1] === start && this.categories[i - 1] === number;
    const after = i < this.starts.length && this.starts[i] === end && this.categories[i] === number;
    if (before && after) {
      this.ends[i - 1] = this.ends[i]!;
      this.starts.splice(i, 1);
      this.ends.splice(i, 1);
      this.categories.splice(i, 1);
    } else if (before) this.ends[i - 1] = end;
    else if (after) this.starts[i] = start;
    else this.insert(i, start, end, number);
    this.onChange(this, start, end);
  }

  /** Several changes within [start, end), which the engines hear of once. */
  change(start: number, end: number, action: () => void): void {
    const tell = this.onChange;
    this.onChange = () => {};
    try {
      action();
    } finally {
      this.onChange = tell;
    }
    tell(this, start, end);
  }

  setMark(linear: number, count = 1): void {
    if (count > 1) this.counts.set(linear >>> 0, count);
    else this.counts.delete(linear >>> 0);
    let page = this.marks.get(linear >>> 12);
    if (!page) this.marks.set(linear >>> 12, (page = new Int32Array(128)));
    page[(linear & 0xfff) >> 5]! |= 1 << (linear & 31);
    this.onChange(this, linear >>> 0, (linear >>> 0) + 1);
  }

  clear(start: number, end: number): void {
    if (end <= start) return;
    this.cut(start, end);
    for (const at of this.counts.keys()) if (at >= start && at < end) this.counts.delete(at);
    for (const [number, page] of this.marks) {
      const base = number * 0x1000;
      if (base >= end || base + 0x1000 <= start) continue;
      if (start <= base && end >= base + 0x1000) this.marks.delete(number);
      else for (let at = Math.max(start, base); at < Math.min(end, base + 0x1000); at++) page[(at & 0xfff) >> 5]! &= ~(1 << (at & 31));
    }
    this.onChange(this, start, end);
  }

  /** All ranges and marks, as plain data for a level's checkpoint. */
  save(): {
    readonly ranges: readonly (readonly [number, number, number])[];
    readonly marks: readonly (readonly [number, Int32Array])[];
    readonly counts: readonly (readonly [number, number])[];
  } {
    return {
      ranges: this.starts.map((start, i) => [start, this.ends[i]!, this.categories[i]!] as const),
      marks: [...this.marks].map(([page, bits]) => [page, bits.slice()] as const),
      counts: [...this.counts],
    };
  }

  /** Another map that says the same, for a process that begins with the same code. */
  copy(): RangeCodeMap {
    const map = new RangeCodeMap();
    map.starts = this.starts.slice();
    map.ends = this.ends.slice();
    map.categories = this.categories.slice();
    for (const [page, bits] of this.marks) map.marks.set(page, bits.slice());
    for (const [at, count] of this.counts) map.counts.set(at, count);
    return map;
  }

  restore(state: ReturnType<RangeCodeMap['save']>): void {
    this.starts = state.ranges.map((r) => r[0]);
    this.ends = state.ranges.map((r) => r[1]);
    this.categories = state.ranges.map((r) => r[2]);
    this.marks.clear();
    for (const [page, bits] of state.marks) this.marks.set(page, bits.slice());
    this.counts.clear();
    for (const [at, count] of state.counts) this.counts.set(at, count);
    this.last = 0;
    this.onChange(this, 0, 0x1_0000_0000);
  }
}

export const createCodeMap = (): RangeCodeMap => new RangeCodeMap();

/** Where every instruction is one of the guest's: nothing stands between the program and the processor. */
export const EVERY_INSTRUCTION: CodeMap = {
  categoryAt: () => CATEGORIES[GUEST]!,
  isMark: () => true,
  markCount: () => 1,
  setRange: () => {},
  setMark: () => {},
  clear: () => {},
};
