/** Who a process is: pids, groups, sessions, users, umask. */
import { StructWriter, get32 } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Credentials, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut } from '../user.ts';

const KEEP = -1;

/** Sets ids as setres[ug]id(2) does: without privilege each must be one of the three that hold. */
function setIds(p: Process, kind: 'u' | 'g', real: number, effective: number, saved: number): number {
  const c = p.credentials;
  const held = kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid];
  const wanted = [real, effective, saved].map((id, i) => (id === KEEP ? held[i]! : id >>> 0));
  if (c.euid !== 0 && wanted.some((id) => !held.includes(id))) fail('EPERM');
  const [r, e, s] = wanted as [number, number, number];
  p.credentials = kind === 'u' ? { ...c, uid: r, euid: e, suid: s } : { ...c, gid: r, egid: e, sgid: s };
  return 0;
}

/** setuid(2): all three for root, else the effective one alone. */
const setId = (p: Process, kind: 'u' | 'g', id: number): number =>
  p.credentials.euid === 0 ? setIds(p, kind, id, id, id) : setIds(p, kind, KEEP, id, KEEP);

function putIds(k: Kernel, p: Process, at: readonly number[], ids: readonly number[]): number {
  ids.forEach((id, i) => copyOut(k, p, at[i]!, new StructWriter().u32(id).done()));
  return 0;
}

function getgroups(k: Kernel, p: Process, count: number, at: number): number {
  const { groups } = p.credentials;
  if (count === 0) return groups.length;
  if (count < groups.length) fail('EINVAL');
  const w = new StructWriter();
  for (const g of groups) w.u32(g);
  copyOut(k, p, at, w.done());
  return groups.length;
}

function setgroups(k: Kernel, p: Process, count: number, at: number): number {
  if (p.credentials.euid !== 0) fail('EPERM');
  if (count < 0 || count > 65536) fail('EINVAL');
  const b = copyIn(k, p, at, count * 4);
  p.credentials = { ...p.credentials, groups: Array.from({ length: count }, (_, i) => get32(b, i * 4) >>> 0) };
  return 0;
}

function process(k: Kernel, p: Process, pid: number): Process {
  return pid === 0 ? p : (k.processes.get(pid) ?? fail('ESRCH'));
}

function setpgid(k: Kernel, p: Process, pid: number, group: number): number {
  const target = process(k, p, pid);
  if (group < 0) fail('EINVAL');
  if (target.sid === target.pid) fail('EPERM');
  target.pgid = group === 0 ? target.pid : group;
  return 0;
}

function setsid(p: Process): number {
  if (p.pgid === p.pid) fail('EPERM');
  p.sid = p.pgid = p.pid;
  return p.pid;
}

export const IDENTITY_CALLS: Family = {
  20: call('getpid', '', (_k, p) => p.pid),
  24: call('getuid', '', (_k, p) => p.credentials.uid & 0xffff),
  47: call('getgid', '', (_k, p) => p.credentials.gid & 0xffff),
  49: call('geteuid', '', (_k, p) => p.credentials.euid & 0xffff),
  50: call('getegid', '', (_k, p) => p.credentials.egid & 0xffff),
  57: call('setpgid', 'int int', (k, p, [pid, group]) => setpgid(k, p, pid!, group!)),
  60: call('umask', 'octal', (_k, p, [mask]) => {
    const old = p.umask;
    p.umask = mask! & 0o777;
    return old;
  }),
  64: call('getppid', '', (_k, p) => p.ppid),
  65: call('getpgrp', '', (_k, p) => p.pgid),
  66: call('setsid', '', (_k, p) => setsid(p)),
  132: call('getpgid', 'int', (k, p, [pid]) => process(k, p, pid!).pgid),
  147: call('getsid', 'int', (k, p, [pid]) => process(k, p, pid!).sid),
  199: call('getuid32', '', (_k, p) => p.credentials.uid),
  200: call('getgid32', '', (_k, p) => p.credentials.gid),
  201: call('geteuid32', '', (_k, p) => p.credentials.euid),
  202: call('getegid32', '', (_k, p) => p.credentials.egid),
  203: call('setreuid32', 'int int', (_k, p, [r, e]) => setIds(p, 'u', r!, e!, KEEP)),
  204: call('setregid32', 'int int', (_k, p, [r, e]) => setIds(p, 'g', r!, e!, KEEP)),
  205: call('getgroups32', 'int ptr', (k, p, [count, at]) => getgroups(k, p, count!, at!)),
  206: call('setgroups32', 'int ptr', (k, p, [count, at]) => setgroups(k, p, count!, at!)),
  208: call('setresuid32', 'int int int', (_k, p, [r, e, s]) => setIds(p, 'u', r!, e!, s!)),
  209: call('getresuid32', 'ptr ptr ptr', (k, p, at) => putIds(k, p, at, ids(p.credentials, 'u'))),
  210: call('setresgid32', 'int int int', (_k, p, [r, e, s]) => setIds(p, 'g', r!, e!, s!)),
  211: call('getresgid32', 'ptr ptr ptr', (k, p, at) => putIds(k, p, at, ids(p.credentials, 'g'))),
  213: call('setuid32', 'int', (_k, p, [id]) => setId(p, 'u', id!)),
  214: call('setgid32', 'int', (_k, p, [id]) => setId(p, 'g', id!)),
  224: call('gettid', '', (_k, p) => p.pid),
};

const ids = (c: Credentials, kind: 'u' | 'g'): number[] => (kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid]);
