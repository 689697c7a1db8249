/**
 * Stacks of gates and interrupts: finding the inner one in the TSS (SDM vol. 3, 6.12.1 and 7.2.1), checking it, and writing
 * a frame to it in one piece.
 *
 * Invariant: nothing is written unless the whole frame can be. Left out: 16-bit stack segments wrap at 64 KiB only as a
 * whole frame's start, never within a value.
 */
import {
  CPL,
  ESP,
  SEGMENT_BASE,
  SEGMENT_LIMIT,
  SEGMENT_RIGHTS,
  SELECTOR,
  SS,
  SSV,
  TR,
  TR_BASE,
  TR_LIMIT,
  TR_RIGHTS,
  TS,
} from '../isa/x86/state.ts';
import type { Cpu } from './cpu.ts';
import { Fault } from './fault.ts';
import {
  descriptorAddress,
  type Descriptor,
  dplOf,
  inLimit,
  parseDescriptor,
  R_ACCESSED,
  R_BIG,
  R_PRESENT,
  R_SEGMENT,
  writable,
} from './segments.ts';

export interface Stack {
  readonly selector: number;
  readonly base: number;
  readonly limit: number;
  readonly rights: number;
  readonly esp: number;
  /** Error code of a #SS on this stack. */
  readonly error: number;
  /** Whether accesses are user accesses. */
  readonly user: boolean;
}

/** The descriptor of a selector, or null when there is none to be had. */
export function readDescriptor(cpu: Cpu, selector: number): Descriptor | null {
  const at = descriptorAddress(cpu.words, selector);
  return at === null ? null : parseDescriptor(cpu.system32(at), cpu.system32((at + 4) | 0));
}

/** Sets the accessed bit of a code or data descriptor, as a load does. */
export function markAccessed(cpu: Cpu, selector: number, descriptor: Descriptor): void {
  if ((descriptor.rights & R_ACCESSED) !== 0) return;
  cpu.setSystem32((descriptorAddress(cpu.words, selector)! + 4) | 0, descriptor.high | R_ACCESSED);
}

export function currentStack(cpu: Cpu): Stack {
  const w = cpu.words;
  return {
    selector: w[SELECTOR + SS]!,
    base: w[SEGMENT_BASE + SS]!,
    limit: w[SEGMENT_LIMIT + SS]!,
    rights: w[SEGMENT_RIGHTS + SS]!,
    esp: w[ESP]!,
    error: 0,
    user: w[CPL] === 3,
  };
}

/** The stack of ring `ring` from the TSS. `external` is the EXT bit of error codes. */
export function innerStack(cpu: Cpu, ring: number, external: number): Stack {
  const w = cpu.words;
  const type = (w[TR_RIGHTS]! >>> 8) & 0xd;
  if (type !== 9 && type !== 1) throw new Fault(TS, (w[TR]! & 0xfffc) | external);
  const wide = type === 9;
  const at = wide ? 4 + ring * 8 : 2 + ring * 4;
  if (at + (wide ? 5 : 3) > w[TR_LIMIT]! >>> 0) throw new Fault(TS, (w[TR]! & 0xfffc) | external);
  const base = (w[TR_BASE]! + at) | 0;
  const esp = wide ? cpu.system32(base) : cpu.system16(base);
  const selector = cpu.system16((base + (wide ? 4 : 2)) | 0);
  return { ...checkedStack(cpu, selector, ring, TS, external), esp };
}

/** A stack segment that is to be loaded for ring `ring`; `vector` is raised when it does not fit. */
export function checkedStack(cpu: Cpu, selector: number, ring: number, vector: number, external: number): Stack {
  const error = (selector & 0xfffc) | external;
  const descriptor = readDescriptor(cpu, selector);
  if (!descriptor) throw new Fault(vector, error);
  const { rights, base, limit } = descriptor;
  if ((selector & 3) !== ring || dplOf(rights) !== ring || (rights & R_SEGMENT) === 0 || !writable(rights)) throw new Fault(vector, error);
  if ((rights & R_PRESENT) === 0) throw new Fault(SSV, error);
  markAccessed(cpu, selector, descriptor);
  return { selector, base, limit, rights: rights | R_ACCESSED, esp: 0, error, user: ring === 3 };
}

/** Writes the values, first one highest, and gives the new stack pointer. */
export function pushFrame(cpu: Cpu, stack: Stack, values: readonly number[], size: 2 | 4): number {
  const big = (stack.rights & R_BIG) !== 0;
  const top = big ? stack.esp : stack.esp & 0xffff;
  const bottom = big ? (top - values.length * size) | 0 : (top - values.length * size) & 0xffff;
  if (!inLimit(stack.rights, stack.limit, bottom, values.length * size)) throw new Fault(SSV, stack.error);
  cpu.beginStores();
  let done = false;
  try {
    values.forEach((value, i) => cpu.writeLinear((stack.base + bottom + (values.length - 1 - i) * size) | 0, size, value, stack.user));
    done = true;
  } finally {
    cpu.endStores(done);
  }
  return big ? bottom : (stack.esp & ~0xffff) | bottom;
}

/** Makes the stack current. */
export function useStack(cpu: Cpu, stack: Stack, esp: number): void {
  const w = cpu.words;
  w[SELECTOR + SS] = stack.selector;
  w[SEGMENT_BASE + SS] = stack.base;
  w[SEGMENT_LIMIT + SS] = stack.limit;
  w[SEGMENT_RIGHTS + SS] = stack.rights;
  w[ESP] = esp;
}

/** Reads `count` values from the top of the current stack, lowest first. */
export function peekFrame(cpu: Cpu, count: number, size: 2 | 4, skip = 0): number[] {
  const stack = currentStack(cpu);
  const big = (stack.rights & R_BIG) !== 0;
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    const offset = big ? (stack.esp + skip + i * size) | 0 : (stack.esp + skip + i * size) & 0xffff;
    if (!inLimit(stack.rights, stack.limit, offset, size)) throw new Fault(SSV, 0);
    values.push(cpu.readLinear((stack.base + offset) | 0, size, stack.user));
  }
  return values;
}
