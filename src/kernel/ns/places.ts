/** What calls about mounts have in common: the request, who may make it, and where. */
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Node, Process } from '../task.ts';
import type { Found, WalkContext } from '../vfs/paths.ts';
import { mountSpace } from './table.ts';

export interface MountRequest {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly data: string;
}

/** Something that is there. */
export type FoundNode = Found & { readonly node: Node };

/** Whether the process may change the mounts of its namespace. */
export function mayMount(k: Kernel, p: Process): void {
  if (!capableIn(k, p, k.ns.of(p, 'mnt').owner, CAP.SYS_ADMIN)) fail('EPERM');
}

export const space = (k: Kernel, p: Process): number => mountSpace(k.ns.idOf(p, 'mnt'));

export function place(k: Kernel, p: WalkContext, path: string): FoundNode {
  const found = k.tree.walk(p, p.cwd, path, true);
  return { ...found, node: found.node ?? fail('ENOENT') };
}
