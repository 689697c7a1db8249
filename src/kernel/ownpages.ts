/**
 * Pages that each task has for itself although it shares its address space: where an emulator keeps the registers of a guest's
 * thread. They are in the page tables of whoever runs, and beside the task while it does not.
 */
import type { Kernel } from './kernel.ts';
import { type AddressSpace, frameOf, PAGE_OF_USER } from './space.ts';
import { PAGE } from './frames.ts';
import type { Process } from './task.ts';

export function takeOwnPages(k: Kernel, space: AddressSpace, p: Process): void {
  const before = k.processes.get(space.holder);
  space.holder = p.pid;
  if (!space.layout.own) return;
  const entries = detach(space);
  if (before && before.space === space.id && before.state !== 'zombie') before.ownPages = entries;
  else for (const [, entry] of entries) space.releaseEntry(entry);
  attach(space, p.ownPages);
  p.ownPages = [];
}

/** A task that never runs again gives its pages back; those of the running one go with the space or at the next switch. */
export function dropOwnPages(space: AddressSpace, p: Process): void {
  for (const [, entry] of p.ownPages) space.releaseEntry(entry);
  p.ownPages = [];
}

/** Takes the entries of the task's own stretches out of the tables. */
function detach(space: AddressSpace): [number, number][] {
  const entries: [number, number][] = [],
    { env } = space;
  for (const [start, end] of space.layout.own ?? []) {
    space.eachEntry(start, end, (linear, at, entry) => {
      entries.push([linear, entry]);
      env.memory.write32(at, 0);
      env.invalidate(space, linear);
      env.charge('pagetable.entry');
    });
  }
  return entries;
}

function attach(space: AddressSpace, entries: readonly (readonly [number, number])[]): void {
  for (const [linear, entry] of entries) {
    space.env.memory.write32(space.entryAddress(linear, true), entry);
    space.env.charge('pagetable.entry');
  }
}

/** Copies of the pages in the task's own stretches, for a new thread. Null when memory is full. */
export function copyOwnPages(space: AddressSpace): [number, number][] | null {
  const { memory, frames, charge } = space.env,
    copies: [number, number][] = [];
  let enough = true;
  for (const [start, end] of space.layout.own ?? []) {
    space.eachEntry(start, end, (linear, _at, entry) => {
      const frame = enough ? frames.allocate() : 0;
      enough = frame !== 0;
      if (!enough) return;
      memory.write(frame, memory.bytes.slice(frameOf(entry), frameOf(entry) + PAGE));
      copies.push([linear, frame | PAGE_OF_USER]);
      charge('page.copy');
    });
  }
  if (enough) return copies;
  for (const [, entry] of copies) space.releaseEntry(entry);
  return null;
}
