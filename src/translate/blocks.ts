/**
 * What has been decoded from physical pages: instructions and flat blocks, by page, so that a store into decoded bytes can
 * drop exactly what overlaps it. Chunks of 64 bytes say quickly whether a store to such a page matters at all.
 *
 * Invariant: every cached instruction and block lies within one page, and its page carries the CODE flag.
 */
import type { X86Instruction } from '../isa/x86/instruction.ts';
import { CODE } from './flat-layout.ts';

const LONGEST = 15;

interface CodePage {
  /** Bit n of the pair: chunk n holds decoded bytes. */
  low: number;
  high: number;
  readonly instructions: Map<number, X86Instruction>;
  readonly blocks: Set<number>;
}

/** Where a block lies in its page, for `written`. */
export interface BlockExtent {
  readonly physical: number;
  readonly end: number;
}

export class CodePages {
  private readonly pages = new Map<number, CodePage>();
  private readonly flags: Uint8Array;
  /** Told of each block whose bytes changed. */
  dropBlock: (block: number) => void = () => {};
  extentOf: (block: number) => BlockExtent = () => ({ physical: 0, end: 0 });

  /** `flags`: the page flags of RAM. */
  constructor(flags: Uint8Array) {
    this.flags = flags;
  }

  private page(physical: number): CodePage {
    const number = physical >>> 12;
    let page = this.pages.get(number);
    if (!page) {
      this.pages.set(number, (page = { low: 0, high: 0, instructions: new Map(), blocks: new Set() }));
      this.flags[number]! |= CODE;
    }
    return page;
  }

  private cover(page: CodePage, start: number, end: number): void {
    for (let chunk = (start & 0xfff) >> 6; chunk <= ((end - 1) & 0xfff) >> 6; chunk++) {
      if (chunk < 32) page.low |= 1 << chunk;
      else page.high |= 1 << (chunk - 32);
    }
  }

  instruction(physical: number): X86Instruction | undefined {
    return this.pages.get(physical >>> 12)?.instructions.get(physical);
  }
  keep(physical: number, instruction: X86Instruction): void {
    const page = this.page(physical);
    page.instructions.set(physical, instruction);
    this.cover(page, physical, physical + instruction.length);
  }
  addBlock(block: number, { physical, end }: BlockExtent): void {
    const page = this.page(physical);
    page.blocks.add(block);
    this.cover(page, physical, end);
  }
  removeBlock(block: number, physical: number): void {
    this.pages.get(physical >>> 12)?.blocks.delete(block);
  }

  /** Whether decoded bytes may lie in [start, end) of one page. */
  holds(start: number, end: number): boolean {
    const page = this.pages.get(start >>> 12);
    if (!page) return false;
    for (let chunk = (start & 0xfff) >> 6; chunk <= ((end - 1) & 0xfff) >> 6; chunk++) {
      if (((chunk < 32 ? page.low >>> chunk : page.high >>> (chunk - 32)) & 1) !== 0) return true;
    }
    return false;
  }

  /** Bytes [start, end) of one page are about to change. */
  written(start: number, end: number): void {
    if (!this.holds(start, end)) return;
    const page = this.pages.get(start >>> 12)!;
    if (end - start > 64) {
      for (const [at, instruction] of page.instructions) if (at < end && at + instruction.length > start) page.instructions.delete(at);
    } else {
      for (let at = start - LONGEST + 1; at < end; at++) {
        const instruction = page.instructions.get(at);
        if (instruction && at + instruction.length > start) page.instructions.delete(at);
      }
    }
    for (const block of page.blocks) {
      const extent = this.extentOf(block);
      if (extent.physical < end && extent.end > start) {
        page.blocks.delete(block);
        this.dropBlock(block);
      }
    }
    if (page.blocks.size === 0 && page.instructions.size === 0) {
      this.pages.delete(start >>> 12);
      this.flags[start >>> 12]! &= ~CODE;
    }
  }

  clear(): void {
    for (const number of this.pages.keys()) this.flags[number]! &= ~CODE;
    this.pages.clear();
  }
}
