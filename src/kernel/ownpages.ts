/**
 * Pages that each task has for itself although it shares its address space: where an emulator keeps the registers of a guest's
 * thread. They are in the page tables of whoever runs, and beside the task while it does not.
 */
import type { Kernel } from './kernel.ts';
import type { AddressSpace } from './space.ts';
import type { Process } from './task.ts';

export function takeOwnPages(k: Kernel, space: AddressSpace, p: Process): void {
  const before = k.processes.get(space.holder);
  space.holder = p.pid;
  if (!space.layout.own) return;
  const entries = space.detachOwn();
  if (before && before.space === space.id && before.state !== 'zombie') before.ownPages = entries;
  else for (const [, entry] of entries) space.releaseEntry(entry);
  space.attachOwn(p.ownPages);
  p.ownPages = [];
}

/** A task that never runs again gives its pages back; those of the running one go with the space or at the next switch. */
export function dropOwnPages(space: AddressSpace, p: Process): void {
  for (const [, entry] of p.ownPages) space.releaseEntry(entry);
  p.ownPages = [];
}
