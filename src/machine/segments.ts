/**
 * Segmentation: what a segment register holds, the checks of an access through it (SDM vol. 3, 5.3 to 5.5), and descriptors
 * as they stand in memory. Loading with its checks is in services/segment.ts.
 *
 * Rights are kept as bits 8..23 of a descriptor's second dword, in place; 0 means that a null selector was loaded.
 * Left out: 16-bit real-address and virtual-8086 segments.
 */
import {
  CPL,
  DS,
  ES,
  FS,
  GDTR_BASE,
  GDTR_LIMIT,
  GP,
  GS,
  LDTR_BASE,
  LDTR_LIMIT,
  LDTR_RIGHTS,
  SEGMENT_BASE,
  SEGMENT_LIMIT,
  SEGMENT_RIGHTS,
  SELECTOR,
  SS,
  SSV,
  CS,
} from '../isa/x86/state.ts';
import { Fault } from './fault.ts';

export const RIGHTS_MASK = 0x00f0ff00;
export const R_ACCESSED = 0x100,
  R_WRITE = 0x200,
  R_DOWN = 0x400,
  R_CODE = 0x800,
  R_SEGMENT = 0x1000,
  R_PRESENT = 0x8000,
  R_BIG = 0x400000,
  R_GRANULAR = 0x800000;
/** For code: readable, conforming. */
export const R_READ = 0x200,
  R_CONFORMING = 0x400;
/** Flat segments of 4 GiB, present, accessed, ring 0; add `dpl << 13`. */
export const FLAT_CODE = 0x00c09b00,
  FLAT_DATA = 0x00c09300;

export const dplOf = (rights: number): number => (rights >>> 13) & 3;

export interface Descriptor {
  readonly base: number;
  readonly limit: number;
  readonly rights: number;
  readonly low: number;
  readonly high: number;
}

export function parseDescriptor(low: number, high: number): Descriptor {
  const raw = (low & 0xffff) | (high & 0xf0000);
  return {
    base: (low >>> 16) | ((high & 0xff) << 16) | (high & 0xff000000),
    limit: (high & R_GRANULAR) !== 0 ? (raw << 12) | 0xfff : raw,
    rights: high & RIGHTS_MASK,
    low,
    high,
  };
}

/** The two dwords of a descriptor; `limit` in bytes minus one, granularity chosen by `rights`. */
export function makeDescriptor(base: number, limit: number, rights: number): readonly [number, number] {
  const raw = (rights & R_GRANULAR) !== 0 ? limit >>> 12 : limit;
  return [(raw & 0xffff) | (base << 16), ((base >>> 16) & 0xff) | (base & 0xff000000) | (raw & 0xf0000) | (rights & RIGHTS_MASK)];
}

/** Loads the visible and hidden parts of a segment register, with no checks. For CS this sets CPL too. */
export function setSegment(words: Int32Array, segment: number, selector: number, base: number, limit: number, rights: number): void {
  words[SELECTOR + segment] = selector & 0xffff;
  words[SEGMENT_BASE + segment] = base;
  words[SEGMENT_LIMIT + segment] = limit;
  words[SEGMENT_RIGHTS + segment] = rights & RIGHTS_MASK;
  if (segment === CS) words[CPL] = selector & 3;
}

/** All six segments flat, as after reset or for a process: code selector, data selector, ring. */
export function setFlat(words: Int32Array, code: number, data: number, ring: number): void {
  setSegment(words, CS, code | ring, 0, -1, FLAT_CODE | (ring << 13));
  for (const segment of [ES, SS, DS, FS, GS]) setSegment(words, segment, data | ring, 0, -1, FLAT_DATA | (ring << 13));
}

export function readable(rights: number): boolean {
  return (rights & (R_CODE | R_READ)) !== R_CODE && rights !== 0;
}
export function writable(rights: number): boolean {
  return (rights & (R_CODE | R_WRITE)) === R_WRITE;
}

/** Whether `size` bytes from `offset` lie within the limit. Offsets do not wrap around 4 GiB. */
export function inLimit(rights: number, limit: number, offset: number, size: number): boolean {
  const first = offset >>> 0,
    last = first + size - 1;
  if ((rights & (R_CODE | R_DOWN)) === R_DOWN) return first > limit >>> 0 && last <= ((rights & R_BIG) !== 0 ? 0xffff_ffff : 0xffff);
  return last <= limit >>> 0;
}

/** Linear address of an access, or #GP / #SS. */
export function linearOf(words: Int32Array, segment: number, offset: number, size: number, write: boolean): number {
  const rights = words[SEGMENT_RIGHTS + segment]!;
  if (!(write ? writable(rights) : readable(rights)) || !inLimit(rights, words[SEGMENT_LIMIT + segment]!, offset, size)) {
    throw new Fault(segment === SS && rights !== 0 ? SSV : GP, 0);
  }
  return (offset + words[SEGMENT_BASE + segment]!) | 0;
}

/** Where a selector's descriptor stands (linear), or null: null selector, outside its table, no LDT. */
export function descriptorAddress(words: Int32Array, selector: number): number | null {
  if ((selector & 0xfffc) === 0) return null;
  const local = (selector & 4) !== 0;
  if (local && words[LDTR_RIGHTS] === 0) return null;
  const limit = words[local ? LDTR_LIMIT : GDTR_LIMIT]! >>> 0;
  if ((selector & 0xfff8) + 7 > limit) return null;
  return (words[local ? LDTR_BASE : GDTR_BASE]! + (selector & 0xfff8)) | 0;
}
