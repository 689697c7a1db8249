/**
 * One address space: its regions, and page tables in simulated memory that say what is there now. Pages are filled on the
 * first touch.
 *
 * Invariant: an entry of a page table that is not zero holds a frame and lies inside a region, and grants no more than the
 * region does; a frame that is shared, or whose writes are trapped for a personality, is never mapped writable. An entry
 * with a frame but without P belongs to a region without access. Left out: large pages, swap.
 */
import { PAGE } from './frames.ts';
import { type FaultOutcome, type Layout, pageDown, type SpaceEnvironment } from './layout.ts';
import type { Node } from './task.ts';
import {
  changed,
  DONTFORK,
  GROWS_DOWN,
  highestGap,
  LOCKED,
  overlaps,
  OWN,
  PROT_WRITE,
  regionAt,
  SHARED,
  WIPEONFORK,
  withRegion,
  type Region,
  type Regions,
} from './regions.ts';

export { I386_LAYOUT, pageDown, pageUp } from './layout.ts';
export type { FaultOutcome, Layout, SpaceEnvironment } from './layout.ts';

const P = 1,
  RW = 2,
  US = 4;
/** An entry for a page that its process may write. */
export const PAGE_OF_USER = P | RW | US;
/** Directory entry of the kernel's own 4 MiB at the top of every space. */
export const KERNEL_ENTRY = 1023;
export const KERNEL_BASE = 0xffc0_0000;
const STACK_GAP = 256 * PAGE;

export interface SavedSpace {
  readonly id: number;
  readonly layout: Layout;
  readonly directory: number;
  readonly refs: number;
  readonly regions: Regions;
  readonly brkStart: number;
  readonly brk: number;
  readonly resident: number;
  readonly traps: readonly number[];
  readonly holder: number;
  readonly held: readonly Node[];
  readonly strings: AddressSpace['strings'];
  readonly lockFuture: boolean;
}

export class AddressSpace {
  readonly id: number;
  readonly layout: Layout;
  /** Physical address of the page directory: what CR3 holds. */
  readonly directory: number;
  regions: Regions = [];
  brkStart = 0;
  brk = 0;
  /** Pages present. */
  resident = 0;
  /** Tasks that live here. */
  refs = 1;
  /** The task whose own pages are in the tables now. */
  holder = 0;
  /** Where the arguments and the environment of its program lie: what /proc/PID/cmdline shows is what is there now. */
  strings: { readonly args: readonly [number, number]; readonly env: readonly [number, number] } = { args: [0, 0], env: [0, 0] };
  /** Files that regions map, each held once. */
  private held: readonly Node[] = [];
  /** What is mapped from now on is locked (MCL_FUTURE). */
  lockFuture = false;
  readonly env: SpaceEnvironment;
  /** Page numbers whose writes go to the personality. */
  private traps = new Set<number>();

  private constructor(env: SpaceEnvironment, id: number, layout: Layout, directory: number) {
    this.env = env;
    this.id = id;
    this.layout = layout;
    this.directory = directory;
  }

  /** An empty space, or null when there is no frame for its page directory. */
  static create(env: SpaceEnvironment, id: number, layout: Layout): AddressSpace | null {
    const directory = env.frames.allocateZeroed();
    if (directory === 0) return null;
    env.memory.write32(directory + KERNEL_ENTRY * 4, env.kernelTable | P | RW);
    return new AddressSpace(env, id, layout, directory);
  }

  find(address: number): Region | null {
    this.env.charge('vma.find');
    return regionAt(this.regions, address);
  }

  /** Puts a region where nothing is: unmap first. */
  map(region: Region): void {
    this.env.charge('vma.change');
    this.regions = withRegion(this.regions, region);
    if (region.file) this.holdFiles();
  }

  private holdFiles(): void {
    const now: Node[] = [];
    const among = (list: readonly Node[], n: Node): boolean => list.some((m) => m.fs === n.fs && m.ino === n.ino);
    for (const { file } of this.regions) if (file && !among(now, file.node)) now.push(file.node);
    for (const node of now) if (!among(this.held, node)) this.env.hold(node, 1);
    for (const node of this.held) if (!among(now, node)) this.env.hold(node, -1);
    this.held = now;
  }

  unmap(start: number, end: number): void {
    this.env.charge('vma.change');
    this.regions = changed(this.regions, start, end, () => null);
    this.discard(start, end);
    if (this.held.length > 0) this.holdFiles();
  }

  /** Takes the pages away but not the regions: the next touch fills them anew. */
  discard(start: number, end: number): void {
    this.eachEntry(start, end, (linear, at, entry) => {
      this.env.memory.write32(at, 0);
      this.env.frames.release(frameOf(entry));
      this.env.charge('frame.free');
      this.resident--;
      this.env.invalidate(this, linear);
    });
  }

  /** A copy for a child: every private page is shared until one of the two writes. Null when memory is full. */
  fork(id: number): AddressSpace | null {
    const child = AddressSpace.create(this.env, id, this.layout);
    if (child === null) return null;
    const own = (r: Region): boolean => (r.flags & (DONTFORK | LOCKED)) !== 0;
    child.regions = this.regions.some(own)
      ? this.regions.filter((r) => (r.flags & DONTFORK) === 0).map((r) => ({ ...r, flags: r.flags & ~LOCKED }))
      : this.regions;
    child.brkStart = this.brkStart;
    child.brk = this.brk;
    child.strings = this.strings;
    child.traps = new Set(this.traps);
    child.holdFiles();
    let enough = true;
    this.eachEntry(0, KERNEL_BASE, (linear, at, entry) => {
      enough = enough && this.share(child, linear, at, entry);
    });
    if (enough) return child;
    child.destroy();
    return null;
  }

  private share(child: AddressSpace, linear: number, at: number, entry: number): boolean {
    const { memory, frames } = this.env;
    const region = regionAt(this.regions, linear);
    if (region !== null && region.flags & (DONTFORK | WIPEONFORK)) return true;
    const childAt = child.entryAddress(linear, true);
    if (childAt === 0) return false;
    const shared = region !== null && (region.flags & SHARED) !== 0;
    if (!frames.share(frameOf(entry))) {
      const copy = shared ? 0 : frames.allocate();
      if (copy === 0) return false;
      memory.write(copy, memory.bytes.slice(frameOf(entry), frameOf(entry) + PAGE));
      memory.write32(childAt, copy | (entry & (PAGE - 1)));
      this.env.charge('page.copy');
    } else {
      const kept = shared ? entry : entry & ~RW;
      memory.write32(childAt, kept);
      if (kept !== entry) {
        memory.write32(at, kept);
        this.env.invalidate(this, linear);
      }
    }
    this.env.charge('pagetable.entry', 2);
    child.resident++;
    return true;
  }

  releaseEntry(entry: number): void {
    this.env.frames.release(frameOf(entry));
    this.env.charge('frame.free');
  }

  protect(start: number, end: number, prot: number): void {
    this.env.charge('vma.change');
    this.regions = changed(this.regions, start, end, (r) => ({ ...r, prot }));
    this.eachEntry(start, end, (linear, at, entry) => {
      const region = regionAt(this.regions, linear);
      if (region) this.setEntry(linear, at, frameOf(entry), region);
    });
  }

  /** Moves the pages of [from, from + length) to `to`, where the caller has put a region like the old one. */
  movePages(from: number, to: number, length: number): boolean {
    let enough = true;
    this.eachEntry(from, from + length, (linear, at, entry) => {
      const target = linear - from + to;
      const targetAt = this.entryAddress(target, true);
      if (targetAt === 0) {
        enough = false;
        return;
      }
      this.env.memory.write32(targetAt, entry);
      this.env.memory.write32(at, 0);
      this.env.invalidate(this, linear);
      this.env.invalidate(this, target);
      this.env.charge('pagetable.entry', 2);
    });
    return enough;
  }

  /** A free place for mmap: at `hint` when that is free, else the highest below mmapTop, else anywhere below. */
  findFree(length: number, hint: number): number | null {
    const { taskSize, mmapTop } = this.layout;
    this.env.charge('vma.find');
    if (hint >= 0x10000 && hint + length <= taskSize && !overlaps(this.regions, hint, hint + length)) return hint;
    return highestGap(this.regions, length, 0x10000, mmapTop) ?? highestGap(this.regions, length, 0x10000, taskSize);
  }

  /** Handles a page fault, or says why it cannot be handled. */
  fault(linear: number, write: boolean): FaultOutcome {
    const region = this.find(linear) ?? this.growStack(linear);
    if (region === null) return 'unmapped';
    if (region.prot === 0 || (write && (region.prot & PROT_WRITE) === 0)) return 'protection';
    const page = pageDown(linear);
    if (write && this.traps.has(page / PAGE)) return 'trapped';
    return this.present(page, region, write);
  }

  private present(page: number, region: Region, write: boolean): FaultOutcome {
    const { frames, memory } = this.env;
    const at = this.entryAddress(page, true);
    if (at === 0) return 'memory';
    const entry = memory.read32(at);
    let frame = frameOf(entry);
    if (entry === 0) {
      if (region.file && beyondEnd(region, page, this.env)) return 'bus';
      frame = this.fill(page, region, write);
      if (frame === 0) return 'memory';
      this.resident++;
    } else if (write && frames.references(frame) > 1 && (region.flags & SHARED) === 0) {
      frame = this.copyFrame(frame);
      if (frame === 0) return 'memory';
    }
    this.setEntry(page, at, frame, region);
    return 'ok';
  }

  /** A page of a file that nobody is about to change for himself is the page cache's; else the process gets a page of its own. */
  private fill(page: number, region: Region, write: boolean): number {
    const { frames, memory } = this.env;
    if (region.file && (region.flags & SHARED || (!write && endsInFile(region, page, this.env))))
      return this.env.takeShared(region.file.node, region.file.offset + page - region.start);
    this.env.charge('frame.allocate');
    const frame = frames.allocateZeroed();
    if (frame === 0) return 0;
    this.env.charge('page.zero');
    if (region.file) {
      const offset = region.file.offset + page - region.start;
      const length = Math.min(PAGE, region.file.limit - offset);
      if (length > 0) memory.write(frame, this.env.readFile(region.file.node, offset, length));
      this.env.charge('file.page');
      this.env.charge('page.copy');
    }
    return frame;
  }

  private copyFrame(shared: number): number {
    const { frames, memory } = this.env;
    frames.busy = shared;
    const frame = frames.allocate();
    frames.busy = 0;
    if (frame === 0) return 0;
    memory.write(frame, memory.bytes.slice(shared, shared + PAGE));
    frames.release(shared);
    this.env.charge('frame.allocate');
    this.env.charge('page.copy');
    return frame;
  }

  /** A touch below a stack region lets it grow, up to its limit and not near the region below. */
  private growStack(linear: number): Region | null {
    const stack = this.regions.find((r) => r.start > linear);
    if (!stack || (stack.flags & GROWS_DOWN) === 0) return null;
    const start = pageDown(linear);
    if (!this.env.stackMayBe(this, stack.end - start, stack.start - start)) return null;
    if (overlaps(this.regions, Math.max(0, start - STACK_GAP), stack.start)) return null;
    this.env.charge('vma.change');
    this.regions = changed(this.regions, stack.start, stack.end, (r) => ({ ...r, start }));
    return regionAt(this.regions, linear);
  }

  /** Writes to this page come to the personality (true), or no longer. */
  setWriteTrap(page: number, on: boolean): void {
    const linear = pageDown(page);
    if (on) this.traps.add(linear / PAGE);
    else this.traps.delete(linear / PAGE);
    const at = this.entryAddress(linear, false);
    const entry = at === 0 ? 0 : this.env.memory.read32(at);
    const region = regionAt(this.regions, linear);
    if (entry !== 0 && region) this.setEntry(linear, at, frameOf(entry), region);
  }

  /** Up to where an argument that begins at `linear` may reach; 0 when it may not begin there. */
  reach(linear: number): number {
    const { taskSize, scratch } = this.layout;
    if (linear >= 0 && linear < taskSize) return taskSize;
    return scratch && linear >= scratch[0] && linear < scratch[1] ? scratch[1] : 0;
  }

  /** Physical address for the kernel's access on behalf of the process, filling the page when need be; 0: it could not do it itself. */
  physical(linear: number, write: boolean): number {
    return linear < this.reach(linear) ? this.physicalAnywhere(linear, write) : 0;
  }

  /** The same without the task limit: for an emulator's own memory. */
  physicalAnywhere(linear: number, write: boolean): number {
    const at = this.entryAddress(linear, false);
    const entry = at === 0 ? 0 : this.env.memory.read32(at);
    const enough = write ? P | RW | US : P | US;
    if ((entry & enough) === enough) return frameOf(entry) + (linear % PAGE);
    let outcome = this.fault(linear, write);
    if (outcome === 'trapped') {
      this.env.wroteTrapped(this, linear);
      outcome = this.present(pageDown(linear), regionAt(this.regions, linear)!, true);
    }
    return outcome === 'ok' ? frameOf(this.env.memory.read32(this.entryAddress(linear, false))) + (linear % PAGE) : 0;
  }

  /** Physical address of what is there now, 0 when nothing is; fills nothing and charges nothing. For traces and views. */
  peek(linear: number): number {
    const at = this.entryAddress(linear, false);
    const entry = at === 0 ? 0 : this.env.memory.read32(at);
    return (entry & P) === 0 || (entry & US) === 0 ? 0 : frameOf(entry) + (linear % PAGE);
  }

  /** Frames that its entries hold, and how many it needs for the directory and the tables themselves. For reports and views. */
  frames(): number[] {
    const result: number[] = [];
    this.eachEntry(0, KERNEL_BASE, (_linear, _at, entry) => result.push(frameOf(entry)));
    return result;
  }
  get tables(): number {
    let count = 1;
    for (let i = 0; i < KERNEL_ENTRY; i++) if (this.env.memory.read32(this.directory + i * 4) !== 0) count++;
    return count;
  }

  /** Gives every frame back. The space must not be in CR3 afterwards. */
  destroy(): void {
    this.unmap(0, KERNEL_BASE);
    const { memory, frames } = this.env;
    for (let i = 0; i < KERNEL_ENTRY; i++) {
      const entry = memory.read32(this.directory + i * 4);
      if (entry !== 0) frames.release(frameOf(entry));
    }
    frames.release(this.directory);
  }

  /** Physical address of the page-table entry; 0 when there is no table (or, with `create`, no frame for one). */
  entryAddress(linear: number, create: boolean): number {
    const { memory, frames } = this.env;
    const at = this.directory + (linear >>> 22) * 4;
    const entry = memory.read32(at);
    if (entry !== 0) return frameOf(entry) + ((linear >>> 12) & 1023) * 4;
    if (!create) return 0;
    const table = frames.allocateZeroed();
    if (table === 0) return 0;
    memory.write32(at, table | P | RW | US);
    this.env.charge('frame.allocate');
    this.env.charge('page.zero');
    return table + ((linear >>> 12) & 1023) * 4;
  }

  private setEntry(linear: number, at: number, frame: number, region: Region): void {
    const single = this.env.frames.references(frame) === 1 || (region.flags & SHARED) !== 0;
    const writable = (region.prot & PROT_WRITE) !== 0 && single && !this.traps.has(pageDown(linear) / PAGE);
    if (writable && region.flags & SHARED) this.env.willWrite(frame);
    this.env.memory.write32(at, region.prot === 0 ? frame : frame | P | US | (writable ? RW : 0));
    this.env.charge('pagetable.entry');
    this.env.invalidate(this, linear);
  }

  /** Calls for every entry in [start, end) that holds a frame. */
  eachEntry(start: number, end: number, visit: (linear: number, at: number, entry: number) => void): void {
    const { memory } = this.env;
    for (let linear = start; linear < end;) {
      const directoryEntry = memory.read32(this.directory + (linear >>> 22) * 4);
      const tableEnd = Math.min(end, linear - (linear % 0x40_0000) + 0x40_0000);
      if (directoryEntry === 0) {
        linear = tableEnd;
        continue;
      }
      for (; linear < tableEnd; linear += PAGE) {
        const at = frameOf(directoryEntry) + ((linear >>> 12) & 1023) * 4;
        const entry = memory.read32(at);
        if (entry === 0) continue;
        this.env.frames.busy = frameOf(entry);
        visit(linear, at, entry);
        this.env.frames.busy = 0;
      }
    }
  }

  save(): SavedSpace {
    const { id, layout, directory, refs, regions, brkStart, brk, resident, holder, held, strings, lockFuture } = this;
    return {
      id,
      layout,
      directory,
      refs,
      regions,
      brkStart,
      brk,
      resident,
      holder,
      held,
      strings,
      lockFuture,
      traps: [...this.traps].toSorted((a, b) => a - b),
    };
  }

  static restore(env: SpaceEnvironment, saved: SavedSpace): AddressSpace {
    const space = new AddressSpace(env, saved.id, saved.layout, saved.directory);
    ({ refs: space.refs, regions: space.regions, brkStart: space.brkStart, brk: space.brk, resident: space.resident } = saved);
    space.traps = new Set(saved.traps);
    space.holder = saved.holder;
    space.held = saved.held;
    space.strings = saved.strings;
    space.lockFuture = saved.lockFuture;
    return space;
  }

  /** Regions that an ordinary unmap, protect or fixed mapping must not touch. */
  ownsAny(start: number, end: number): boolean {
    return end > this.layout.taskSize || this.regions.some((r) => r.start < end && start < r.end && (r.flags & OWN) !== 0);
  }
}

export const frameOf = (entry: number): number => (entry & ~(PAGE - 1)) >>> 0;

/** Whether the page lies wholly behind the end of its file: touching it is SIGBUS. */
function beyondEnd(region: Region, page: number, env: SpaceEnvironment): boolean {
  return env.readFile(region.file!.node, region.file!.offset + page - region.start, 1).length === 0;
}

/** Whether the page is as the file has it, and not cut off before its end (as where a program's data end and its bss begins). */
function endsInFile(region: Region, page: number, env: SpaceEnvironment): boolean {
  const { node, offset, limit } = region.file!,
    at = offset + page - region.start;
  return limit - at >= PAGE || env.readFile(node, limit, PAGE - (limit - at)).every((byte) => byte === 0);
}
