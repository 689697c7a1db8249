/** Who belongs to whom: thread groups, parents and children, process groups. Look-ups only. */
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';

/** The task whose pid is the group's; it stays until the whole group has ended. */
export const leaderOf = (k: Kernel, p: Process): Process => k.processes.get(p.tgid) ?? p;

/** The living tasks of the group. */
export function threadsOf(k: Kernel, p: Process): Process[] {
  const result: Process[] = [];
  for (const t of k.processes.values()) if (t.tgid === p.tgid && t.state !== 'zombie') result.push(t);
  return result;
}

/** Leaders of groups: what ps calls processes. */
export const isLeader = (p: Process): boolean => p.pid === p.tgid;

export function parentOf(k: Kernel, p: Process): Process | null {
  return p.ppid === 0 ? null : (k.processes.get(p.ppid) ?? null);
}

export function childrenOf(k: Kernel, p: Process): Process[] {
  return [...k.processes.values()].filter((q) => isLeader(q) && q.ppid === p.tgid);
}

/** Processes of a process group, zombies too. */
export const groupMembers = (k: Kernel, pgid: number): Process[] => [...k.processes.values()].filter((q) => isLeader(q) && q.pgid === pgid);

/** A process group that nobody of its session, but outside of it, cares for. */
export const isOrphaned = (k: Kernel, pgid: number): boolean =>
  !groupMembers(k, pgid).some((p) => {
    const parent = parentOf(k, p);
    return p.state !== 'zombie' && parent !== null && parent.state !== 'zombie' && parent.pgid !== pgid && parent.sid === p.sid;
  });
