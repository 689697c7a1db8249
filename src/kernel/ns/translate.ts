/**
 * System calls of processes that are in namespaces of their own: numbers of processes and users in arguments and results are
 * exchanged here, in one place, by the kinds that the table of calls gives them.
 */
import type { Plain } from '../../bits/plain.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Syscall } from '../syscall.ts';
import type { Process } from '../task.ts';
import { containmentCharge } from './costs.ts';
import { fromKernel, gidsOf, NO_ID, toKernel, uidsOf } from './usermap.ts';

/** A number that no process has: what is looked up and not found must fail as such. */
const NOBODY = 0x7fff_fff0;

export function runInside(k: Kernel, p: Process, row: Syscall, args: readonly number[], memory: Plain): number {
  const translated = row.args.some((kind) => kind === 'pid' || kind === 'uid' || kind === 'gid')
    ? args.map((arg, i) => inwards(k, p, row.args[i], arg))
    : args;
  const numbers = k.ns.snapshot(k.ns.idOf(p, 'pid'));
  const result = row.run(k, p, translated, memory) | 0;
  switch (row.returns) {
    case 'pid':
      containmentCharge(k, 'ns.lookup');
      return result > 0 ? k.ns.numberOf(result, p) || (numbers.get(result) ?? 0) : result;
    case 'uid':
      return fromKernel(uidsOf(p.credentials), result);
    case 'gid':
      return fromKernel(gidsOf(p.credentials), result);
    default:
      return result;
  }
}

function inwards(k: Kernel, p: Process, kind: string | undefined, arg: number): number {
  if (kind === 'pid') return pidFrom(k, p, arg);
  if (kind !== 'uid' && kind !== 'gid') return arg;
  if (arg === -1) return arg;
  const id = toKernel(kind === 'uid' ? uidsOf(p.credentials) : gidsOf(p.credentials), arg >>> 0);
  return id === NO_ID ? fail('EINVAL') : id | 0;
}

/** Positive: a process; below -1: a group; 0 and -1 mean what they mean everywhere. */
export function pidFrom(k: Kernel, p: Process, number: number): number {
  if (number === 0 || number === -1) return number;
  containmentCharge(k, 'ns.lookup');
  const pid = k.ns.pidIn(k.ns.idOf(p, 'pid'), Math.abs(number)) || NOBODY;
  return number > 0 ? pid : -pid;
}
