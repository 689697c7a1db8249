/** A /proc for a pid namespace. */
import type { Kernel } from './kernel.ts';
import { procSource } from './procfiles.ts';
import { ProcFs } from './vfs/proc.ts';

export const makeProc = (k: Kernel, id: number, namespace: number): ProcFs =>
  new ProcFs(id, () => procSource(k, namespace), { kind: 'proc', options: { namespace } });
