/** Numbers of processes: given out in rising order, and again from the start when they have run out. */
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import { settingOf } from './procsys.ts';

const RESERVED_PIDS = 300;

/** The next number that is free; after pid_max they begin again behind the reserved ones (kernel/pid.c). */
export function freePid(k: Kernel): number {
  const most = settingOf(k, null, 'kernel/pid_max'),
    taken = (pid: number): boolean => [...k.processes.values()].some((p) => p.pid === pid || p.pgid === pid || p.sid === pid);
  for (let pid = k.nextPid, tries = 0; tries <= most; tries++, pid++) {
    if (pid > most) pid = RESERVED_PIDS;
    if (!taken(pid)) return pid;
  }
  return fail('EAGAIN');
}
