/**
 * What an address space stands in: where a process's stretches of addresses are, and what the space asks of the kernel around it.
 */
import type { PhysicalMemory } from '../machine/types.ts';
import type { KernelCost } from './costs.ts';
import { PAGE, type Frames } from './frames.ts';
import type { AddressSpace } from './space.ts';
import type { Node } from './task.ts';

export interface Layout {
  /** Addresses from here on are out of reach of system-call arguments and of mmap. */
  readonly taskSize: number;
  readonly stackTop: number;
  /** How far the stack may grow down at first (RLIMIT_STACK). */
  readonly stackLimit: number;
  /** mmap places regions downwards from here. */
  readonly mmapTop: number;
  /** Segments of System V shared memory stand at multiples of this (SHMLBA); of a page unless said. */
  readonly segmentAlign?: number;
  /** A stretch above taskSize that system-call arguments may point into: where an emulator converts structures. */
  readonly scratch?: readonly [number, number];
  /** Stretches that every task of a shared space has for itself. */
  readonly own?: readonly (readonly [number, number])[];
}

/** i386 Linux with 3 GiB for the process and no address randomisation. */
export const I386_LAYOUT: Layout = { taskSize: 0xc000_0000, stackTop: 0xbfff_f000, stackLimit: 0x80_0000, mmapTop: 0xb7ff_f000 };

export interface SpaceEnvironment {
  readonly memory: PhysicalMemory;
  readonly frames: Frames;
  /** Physical address of the page table that every space has for KERNEL_BASE. */
  readonly kernelTable: number;
  /** A translation of this space is no longer true. */
  invalidate(space: AddressSpace, linear: number): void;
  /** Up to `length` bytes of a file; fewer at its end. */
  readFile(node: Node, offset: number, length: number): Uint8Array;
  charge(cost: KernelCost, count?: number): void;
  /** A page of a file from the page cache, with a user more; 0 when memory is full. And: it may be written by way of a mapping. */
  takeShared(node: Node, offset: number): number;
  willWrite(frame: number): void;
  /** A file is mapped somewhere in the space, or no longer. */
  hold(node: Node, by: 1 | -1): void;
  /** Whether the stack may be `size` bytes, `more` than it is. */
  stackMayBe(space: AddressSpace, size: number, more: number): boolean;
  /** The kernel is about to write into a page whose writes are trapped. */
  wroteTrapped(space: AddressSpace, linear: number): void;
}

export type FaultOutcome = 'ok' | 'unmapped' | 'protection' | 'bus' | 'memory' | 'trapped';

export const pageDown = (address: number): number => address - (address % PAGE);
export const pageUp = (address: number): number => pageDown(address + PAGE - 1);
