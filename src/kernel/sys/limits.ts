/** Limits of resources of a process (getrlimit(2)); what was never set is without limit. */
import { fail } from '../errno.ts';
import type { Limit, Process } from '../task.ts';

export const UNLIMITED = 0xffff_ffff;

export function limitOf(p: Process, resource: number): Limit {
  if (resource < 0 || resource > 15) fail('EINVAL');
  return p.limits[resource] ?? { soft: UNLIMITED, hard: UNLIMITED };
}
