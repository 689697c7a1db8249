/**
 * Limits of resources (getrlimit(2)) where the kernel asks for them: sizes of files, addresses, processor time. What was never set is
 * without limit, but for the priorities, which nobody may raise. Left out: core files (none is written), RLIMIT_RSS (of no effect in
 * Linux either), locks, pending signals and POSIX queues.
 */
import { fail } from './errno.ts';
import { leaderOf, threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { GROWS_DOWN, OWN, PROT_WRITE, type Region, SHARED } from './regions.ts';
import { send, sendTask, SI_USER, SIGKILL } from './signals.ts';
import type { AddressSpace } from './space.ts';
import type { Limit, Process } from './task.ts';

export const UNLIMITED = 0xffff_ffff;
export const RLIMIT = { CPU: 0, FSIZE: 1, DATA: 2, STACK: 3, NPROC: 6, NOFILE: 7, MEMLOCK: 8, AS: 9, NICE: 13, RTPRIO: 14 } as const;
const SIGXCPU = 24,
  SIGXFSZ = 25;

export function limitOf(p: Process, resource: number): Limit {
  if (resource < 0 || resource > 15) fail('EINVAL');
  const none = resource === RLIMIT.NICE || resource === RLIMIT.RTPRIO ? 0 : UNLIMITED;
  return p.limits[resource] ?? { soft: none, hard: none };
}

/** The limit that holds; Infinity for none. */
export function softLimit(p: Process, resource: number): number {
  const { soft } = limitOf(p, resource);
  return soft === UNLIMITED ? Infinity : soft;
}

/** How many of `count` bytes may be written at `at`: none is SIGXFSZ and EFBIG (generic_write_check_limits). */
export function withinFileSize(k: Kernel, at: number, count: number): number {
  const limit = k.current ? softLimit(k.current, RLIMIT.FSIZE) : Infinity;
  if (at + count <= limit || count === 0) return count;
  if (at < limit) return limit - at;
  const { tgid, credentials } = k.current!;
  sendTask(k, k.current!, SIGXFSZ, { code: SI_USER, fields: [tgid, credentials.uid] });
  return fail('EFBIG');
}

/** A file is about to be made longer without being written (inode_newsize_ok). */
export function mayLengthen(k: Kernel, from: number, to: number): void {
  if (to > from) withinFileSize(k, to - 1, 1);
}

/** Written by its process alone and no stack: what RLIMIT_DATA counts. */
export const isData = (prot: number, flags: number): boolean => (prot & PROT_WRITE) !== 0 && (flags & (SHARED | GROWS_DOWN | OWN)) === 0;

export const sizeOf = (space: AddressSpace, which: (r: Region) => boolean): number =>
  space.regions.reduce((sum, r) => (which(r) ? sum + r.end - r.start : sum), 0);

/** Whether so many bytes more of addresses are within the limits (may_expand_vm). */
export function mayExpand(p: Process, space: AddressSpace, length: number, data: boolean): boolean {
  const [all, own] = [softLimit(p, RLIMIT.AS), data ? softLimit(p, RLIMIT.DATA) : Infinity];
  if (all < Infinity && sizeOf(space, (r) => (r.flags & OWN) === 0) + length > all) return false;
  return own === Infinity || sizeOf(space, (r) => isData(r.prot, r.flags)) + length <= own;
}

/** Whether the stack of whoever lives in the space may be `size` bytes, which is `more` than it is (acct_stack_growth). */
export function stackMayBe(k: Kernel, space: AddressSpace, size: number, more: number): boolean {
  let p = k.current?.space === space.id ? k.current : null;
  for (const q of p ? [] : k.processes.values()) if (q.space === space.id && q.state !== 'zombie') p ??= q;
  return p === null || (size <= softLimit(p, RLIMIT.STACK) && mayExpand(p, space, more, false));
}

const timeOf = (k: Kernel, leader: Process): number => k.timers.now(k, { cpu: 'group', owner: leader.tgid });

/** RLIMIT_CPU: SIGXCPU at the soft limit, which is then a second more, SIGKILL at the hard one (check_process_timers). */
export function checkCpuTime(k: Kernel, p: Process): void {
  const limit = p.limits[RLIMIT.CPU];
  if (!limit || limit.soft === UNLIMITED || p.pid !== p.tgid || threadsOf(k, p).length === 0) return;
  const used = timeOf(k, p) / k.machine.hz;
  if (limit.hard !== UNLIMITED && used >= limit.hard) return send(k, p, SIGKILL);
  if (used < limit.soft) return;
  send(k, p, SIGXCPU);
  for (const t of threadsOf(k, p)) t.limits[RLIMIT.CPU] = { ...limit, soft: limit.soft + 1 };
}

/** The machine time before which the running process does not reach its limit of processor time. */
export function nextCpuLimit(k: Kernel): number {
  const p = k.current,
    limit = p?.limits[RLIMIT.CPU];
  if (!p || !limit || limit.soft === UNLIMITED || p.state !== 'runnable') return Infinity;
  return k.machine.time + Math.max(1, Math.ceil(Math.min(limit.soft, limit.hard) * k.machine.hz - timeOf(k, leaderOf(k, p))));
}
