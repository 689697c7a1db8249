/** A /proc for a pid namespace. */
import type { Kernel } from './kernel.ts';
import { type HidePid, procSource } from './procfiles.ts';
import { ProcFs } from './vfs/proc.ts';

/** The one that a machine starts with: its source may show every process, and no mount made it. */
export const rootProc = (k: Kernel, id: number): ProcFs => new ProcFs(id, () => procSource(k));

export const makeProc = (k: Kernel, id: number, namespace: number, hidePid: HidePid = 0): ProcFs =>
  new ProcFs(id, () => procSource(k, namespace, hidePid), { kind: 'proc', options: { namespace, hidePid } });
