/** Who may look into a process: its memory, its descriptors, its links in /proc. */
import { CAP, capableIn, capsAnd } from './credentials.ts';
import { fail } from './errno.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';

/** PTRACE_MODE_READ_FSCREDS of ptrace(2): the same user with no more capabilities, or CAP_SYS_PTRACE over it. */
export function mayInspect(k: Kernel, p: Process): boolean {
  const reader = k.current;
  if (reader === null || reader.tgid === p.tgid) return true;
  const { fsuid, fsgid, effective } = reader.credentials,
    c = p.credentials;
  const sameUser = c.uid === fsuid && c.euid === fsuid && c.suid === fsuid && c.gid === fsgid && c.egid === fsgid && c.sgid === fsgid;
  const [low, high] = capsAnd(c.permitted, effective);
  const sameNs = reader.credentials.user?.ns === c.user?.ns;
  if (sameUser && sameNs && low === c.permitted[0] && high === c.permitted[1]) return true;
  return capableIn(k, reader, k.ns.idOf(p, 'user'), CAP.SYS_PTRACE);
}
export function inspect(k: Kernel, p: Process): Process {
  return mayInspect(k, p) ? p : fail('EACCES');
}
