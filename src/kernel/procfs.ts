/** A /proc for a pid namespace. */
import type { Kernel } from './kernel.ts';
import { type HidePid, procSource } from './procfiles.ts';
import { ProcFs } from './vfs/proc.ts';

export const makeProc = (k: Kernel, id: number, namespace: number, hidePid: HidePid = 0): ProcFs =>
  new ProcFs(id, () => procSource(k, namespace, hidePid), { kind: 'proc', options: { namespace, hidePid } });
