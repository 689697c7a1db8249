/**
 * Checkpoints and hashes of memory and processor. A checkpoint shares with its neighbours every page that did not change
 * between them; restoring touches only pages that differ.
 *
 * Invariant: `saved(n)` is the saved page that RAM page n was equal to at the last checkpoint or restore; it still is,
 * unless n is in the memory's dirty list.
 */
import { EFLAGS, LAZY_CARRY, LAZY_RULE } from '../isa/x86/state.ts';
import { CLEAN, CODE, HASHED, TABLE } from '../translate/flat-layout.ts';
import { PAGE, PAGE_SHIFT, STATE_END } from './layout.ts';
import type { Memory } from './memory.ts';
import { copyGroup, GROUP, GROUP_SHIFT, PagePool, zeroGroups, type PageGroup, type SavedMemory, type SavedPage } from './pages.ts';

/** Two 32-bit lanes of FNV-1a over words. */
export class Hash {
  low = 0x811c9dc5 | 0;
  high = 0xcbf29ce4 | 0;

  add(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x01000193);
    this.high = (Math.imul(this.high ^ ((word >>> 16) | (word << 16)), 0x01000193) + (this.low >>> 9)) | 0;
  }
  addNumber(value: number): void {
    this.add((value % 0x1_0000_0000) | 0);
    this.add(Math.floor(value / 0x1_0000_0000) | 0);
    this.add(((value % 1) * 0x1_0000_0000) | 0);
  }
  hex(): string {
    return (this.high >>> 0).toString(16).padStart(8, '0') + (this.low >>> 0).toString(16).padStart(8, '0');
  }
}

export class Snapshots {
  private readonly memory: Memory;
  private readonly m32: Int32Array;
  private readonly pool = new PagePool();
  /** Groups of saved pages; see the invariant. */
  private readonly base: PageGroup[];
  private readonly hashes: Int32Array;

  /** `fresh`: the memory is known to be all zero. */
  constructor(memory: Memory, fresh: boolean) {
    this.memory = memory;
    this.m32 = new Int32Array(memory.bytes.buffer, memory.bytes.byteOffset, memory.size >>> 2);
    this.base = zeroGroups(Math.ceil(memory.pageCount / GROUP));
    this.hashes = new Int32Array(memory.pageCount * 2);
    if (!fresh) for (let page = 0; page < memory.pageCount; page++) if (!this.isZero(page)) this.markDirty(page);
  }

  private isZero(page: number): boolean {
    const start = page << (PAGE_SHIFT - 2);
    for (let i = start; i < start + PAGE / 4; i++) if (this.m32[i] !== 0) return false;
    return true;
  }
  private markDirty(page: number): void {
    this.memory.flags[page]! &= ~CLEAN;
    this.memory.dirty[this.memory.dirtyCount++] = page;
  }
  private bytesOf(page: number): Uint8Array {
    return this.memory.bytes.subarray(page * PAGE, (page + 1) * PAGE);
  }

  private saved(page: number): SavedPage {
    return this.base[page >> GROUP_SHIFT]!.pages[page & (GROUP - 1)]!;
  }

  /** The pages as they are now, for a checkpoint to keep. */
  take(): SavedMemory {
    const { memory } = this;
    for (let i = 0; i < memory.dirtyCount; i++) {
      const page = memory.dirty[i]!;
      const { pages } = this.ownGroup(page >> GROUP_SHIFT);
      this.pool.drop(pages[page & (GROUP - 1)]!);
      pages[page & (GROUP - 1)] = this.copyOf(page);
      memory.flags[page]! |= CLEAN;
    }
    memory.dirtyCount = 0;
    const groups = this.base.slice();
    for (const group of groups) group.references++;
    return { pageCount: memory.pageCount, groups };
  }

  /** The group, copied first when a checkpoint holds it too. */
  private ownGroup(index: number): PageGroup {
    const group = this.base[index]!;
    if (group.references === 1) return group;
    group.references--;
    return (this.base[index] = copyGroup(group));
  }

  private copyOf(page: number): SavedPage {
    const saved = this.pool.take(this.bytesOf(page));
    if ((this.memory.flags[page]! & HASHED) !== 0) {
      saved.low = this.hashes[page * 2]!;
      saved.high = this.hashes[page * 2 + 1]!;
    }
    return saved;
  }

  /** Prepares the pool for the next checkpoint: call when there is time. */
  prepare(): void {
    this.pool.prepare();
  }

  release({ groups }: SavedMemory): void {
    for (const group of groups) this.pool.dropGroup(group);
  }

  /** Brings memory back. `changed` is told each page number before its bytes change. */
  restore({ pageCount, groups }: SavedMemory, changed: (page: number) => void): void {
    const { memory } = this;
    if (pageCount !== memory.pageCount) throw new RangeError('the checkpoint is of a machine with another memory size');
    for (let i = 0; i < memory.dirtyCount; i++) this.load(memory.dirty[i]!, groups, changed);
    memory.dirtyCount = 0;
    groups.forEach((group, index) => {
      const before = this.base[index]!;
      if (before === group) return;
      this.loadGroup(index, groups, changed);
      group.references++;
      this.base[index] = group;
      this.pool.dropGroup(before);
    });
  }

  private loadGroup(index: number, groups: readonly PageGroup[], changed: (page: number) => void): void {
    const first = index << GROUP_SHIFT,
      end = Math.min(first + GROUP, this.memory.pageCount);
    for (let page = first; page < end; page++)
      if (this.saved(page) !== groups[index]!.pages[page - first]) this.load(page, groups, changed);
  }

  private load(page: number, groups: readonly PageGroup[], changed: (page: number) => void): void {
    const { memory } = this;
    const saved = groups[page >> GROUP_SHIFT]!.pages[page & (GROUP - 1)]!;
    if ((memory.flags[page]! & (CODE | TABLE)) !== 0) changed(page);
    memory.bytes.set(saved.bytes, page * PAGE);
    memory.flags[page] = (memory.flags[page]! & ~(HASHED | TABLE)) | CLEAN;
    if (saved.low !== 0 || saved.high !== 0) {
      this.hashes[page * 2] = saved.low;
      this.hashes[page * 2 + 1] = saved.high;
      memory.flags[page]! |= HASHED;
    }
  }

  /** Adds all memory, page by page; pages whose hash is known are not read. */
  hashInto(hash: Hash): void {
    const { flags, pageCount } = this.memory;
    for (let page = 0; page < pageCount; page++) {
      if ((flags[page]! & HASHED) === 0) this.hashPage(page);
      hash.add(this.hashes[page * 2]!);
      hash.add(this.hashes[page * 2 + 1]!);
    }
  }

  private hashPage(page: number): void {
    const saved = this.saved(page);
    const clean = (this.memory.flags[page]! & CLEAN) !== 0;
    if (!clean || (saved.low === 0 && saved.high === 0)) {
      const start = page << (PAGE_SHIFT - 2);
      let low = 0x811c9dc5 | 0,
        high = 0x01000193;
      for (let i = start; i < start + PAGE / 4; i++) {
        const word = this.m32[i]!;
        low = Math.imul(low ^ word, 0x01000193);
        high = Math.imul(high ^ word ^ (low >>> 15), 0x85ebca6b);
      }
      this.hashes[page * 2] = low;
      this.hashes[page * 2 + 1] = high;
      if (clean) {
        saved.low = low;
        saved.high = high;
      }
    } else {
      this.hashes[page * 2] = saved.low;
      this.hashes[page * 2 + 1] = saved.high;
    }
    this.memory.flags[page]! |= HASHED;
  }
}

/** Processor state for a hash: EFLAGS materialised by the caller, the lazy words left out. */
export function hashState(hash: Hash, words: Int32Array, flags: number): void {
  for (let i = 0; i < STATE_END; i++) {
    if (i >= LAZY_RULE && i <= LAZY_CARRY) continue;
    hash.add(i === EFLAGS ? flags : words[i]!);
  }
}
