/**
 * Where things stand in the machine's one buffer, as 32-bit word numbers, as far as engines need to know. Engines address
 * everything (registers, temporaries, constants, TLB views, RAM) through one Int32Array over that buffer, and so can a
 * WebAssembly engine. machine/layout.ts has the bytes and sizes.
 *
 * A TLB *view* is a table derived from the architectural TLB in which an engine looks up an offset in a segment. An entry
 * is there only if an access needs no further check (rights, limit, dirty bit, watch); what is not there goes to `step`.
 * Entry: [tag for reads, tag for writes, addend, unused]; linear address + addend = byte in the buffer.
 */

/** Words 0..255: processor state (isa/x86/state.ts). Then temporaries of one block. */
export const TEMPORARY_WORDS = 256,
  TEMPORARY_COUNT = 512;
/** The architectural TLB: 2 halves (supervisor, user) of 256 entries: read tags, write tags, frames. */
export const TLB_READ = 1024,
  TLB_WRITE = 1536,
  TLB_FRAME = 2048;
export const TLB_HALF = 256;
/** Which of `entries` entries an address has. Higher bits are folded in, so that buffers a MiB apart do not collide. */
export const tlbSlot = (linear: number, entries: number): number => ((linear >>> 12) ^ (linear >>> 20)) & (entries - 1);
/** A tag that no address matches: bit 11 is masked out of every address before it is compared. */
export const NO_TAG = 0x800;

/** Views for supervisor, user (256 entries each) and paging off (4096 entries), for flat segments, then for limited ones. */
export const VIEWS = 4096;
export const VIEW_ENTRY = 4;
export const PAGED_ENTRIES = 256,
  UNPAGED_ENTRIES = 4096;
const VIEW_SET = (2 * PAGED_ENTRIES + UNPAGED_ENTRIES) * VIEW_ENTRY;
/** `which`: 0 supervisor, 1 user, 2 paging off. */
export const viewAt = (which: number, limited: boolean): number => VIEWS + (limited ? VIEW_SET : 0) + which * PAGED_ENTRIES * VIEW_ENTRY;
export const VIEWS_END = VIEWS + 2 * VIEW_SET;

/** Constants of flat code: interned numbers, so that an operand is always a word number. */
export const CONSTANTS = 0xb000,
  CONSTANTS_END = 0x1b000;
/** One byte per 4 KiB page of the buffer (byte numbers). */
export const PAGE_FLAGS_BYTE = CONSTANTS_END * 4,
  PAGE_FLAGS_BYTES = 0x14000;
/** First byte of RAM. */
export const RAM_BYTE = 0x80000;

/** Bits of a page flag. A store to a page with flag 0 needs nothing done. */
export const CLEAN = 1,
  HASHED = 2,
  CODE = 4,
  TABLE = 8,
  DEVICE = 16;
