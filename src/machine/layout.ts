/**
 * The one buffer of a machine: processor state, TLB and its views, constants of flat code, page flags, RAM. Every engine,
 * a WebAssembly one included, shares it. Words are numbered in translate/flat-layout.ts; here are sizes.
 *
 *     0x00000  state words 0..255, temporaries 256..767      0x2c000  constants of flat code
 *     0x01000  TLB: read tags, write tags, frames            0x6c000  page flags, one byte a page of the buffer
 *     0x04000  TLB views                                     0x80000  RAM
 */
import { RAM_BYTE } from '../translate/flat-layout.ts';

export const PAGE = 4096,
  PAGE_SHIFT = 12;
export const MIB = 1024 * 1024;
export const DEFAULT_MEMORY = 32 * MIB,
  MAXIMUM_MEMORY = 256 * MIB;

/** Processor state proper ends here: what hashes and checkpoints take. Words 128.. are kept for x87. */
export const STATE_END = 256;

/** Words from MACHINE_WORDS (64) on that belong to the machine; CPL is word 64. */
export const HALTED = 65;
/** 1 for the one instruction after STI or a load of SS, during which interrupts (and, after SS, traps) wait. */
export const SHADOW = 66;
/** 1 after shutdown. */
export const SHUTDOWN = 67;

export const bufferSize = (memory: number): number => RAM_BYTE + memory;

/** The size that is taken for a wish in bytes: whole MiB, 1 to 256. */
export function memorySize(wish: number): number {
  if (!(wish > 0) || wish > MAXIMUM_MEMORY) throw new RangeError(`memory of ${wish} bytes: between 1 and ${MAXIMUM_MEMORY} are possible`);
  return Math.ceil(wish / MIB) * MIB;
}
