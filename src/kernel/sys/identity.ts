/** Who a process is: pids, groups, sessions, users, umask. */
import { StructWriter, get32 } from '../../bits/bytes.ts';
import { afterIds, CAP, ownCapable as capable } from '../credentials.ts';
import { fromKernel, gidsOf, NO_ID, seenGid, seenUid, toKernel } from '../ns/usermap.ts';
import { fail } from '../errno.ts';
import { groupMembers, leaderOf, threadsOf } from '../groups.ts';
import type { Kernel } from '../kernel.ts';
import type { Credentials, Process } from '../task.ts';
import { call, type Family, returning } from '../syscall.ts';
import { copyIn, copyOut } from '../user.ts';

const KEEP = -1;

type Kind = 'u' | 'g';
const privileged = (k: Kernel, p: Process, kind: Kind): boolean => capable(k, p, kind === 'u' ? CAP.SETUID : CAP.SETGID);

/** New ids; the one for files follows the effective one, and capabilities follow the user. */
function change(p: Process, kind: Kind, [r, e, s, fs]: readonly [number, number, number, number]): number {
  const c = p.credentials;
  p.credentials = kind === 'u' ? afterIds(c, { ...c, uid: r, euid: e, suid: s, fsuid: fs }) : { ...c, gid: r, egid: e, sgid: s, fsgid: fs };
  return 0;
}

/** setresuid(2), setresgid(2): without privilege each must be one of the three that hold. */
function setIds(k: Kernel, p: Process, kind: Kind, real: number, effective: number, saved: number): number {
  const held = ids(p.credentials, kind);
  const [r, e, s] = [real, effective, saved].map((id, i) => (id === KEEP ? held[i]! : id >>> 0)) as [number, number, number];
  if (!privileged(k, p, kind) && [r, e, s].some((id) => !held.includes(id))) fail('EPERM');
  return change(p, kind, [r, e, s, e]);
}

/** setreuid(2), setregid(2): the saved id follows when the real one is set, or the effective one to something else. */
function setReal(k: Kernel, p: Process, kind: Kind, real: number, effective: number): number {
  const [r0, e0, s0] = ids(p.credentials, kind) as [number, number, number];
  const r = real === KEEP ? r0 : real >>> 0,
    e = effective === KEEP ? e0 : effective >>> 0;
  if (!privileged(k, p, kind) && ((real !== KEEP && r !== r0 && r !== e0) || (effective !== KEEP && ![r0, e0, s0].includes(e))))
    fail('EPERM');
  return change(p, kind, [r, e, real !== KEEP || (effective !== KEEP && e !== r0) ? e : s0, e]);
}

/** setuid(2): all three with privilege, else the effective one alone. */
function setId(k: Kernel, p: Process, kind: Kind, raw: number): number {
  const [r, , s] = ids(p.credentials, kind) as [number, number, number],
    id = raw >>> 0;
  if (privileged(k, p, kind)) return change(p, kind, [id, id, id, id]);
  return id === r || id === s ? change(p, kind, [r, id, s, id]) : fail('EPERM');
}

/** setfsuid(2): answers with the id that held before, changed or not. */
function setFsId(k: Kernel, p: Process, kind: Kind, raw: number): number {
  const c = p.credentials,
    old = kind === 'u' ? c.fsuid : c.fsgid,
    id = raw >>> 0;
  if (raw !== KEEP && (privileged(k, p, kind) || id === old || ids(c, kind).includes(id))) {
    const [r, e, s] = ids(c, kind) as [number, number, number];
    change(p, kind, [r, e, s, id]);
  }
  return old;
}

function putIds(k: Kernel, p: Process, kind: Kind, at: readonly number[]): number {
  const seen = kind === 'u' ? seenUid : seenGid;
  ids(p.credentials, kind).forEach((id, i) => copyOut(k, p, at[i]!, new StructWriter().u32(seen(p.credentials, id)).done()));
  return 0;
}

function getgroups(k: Kernel, p: Process, count: number, at: number): number {
  const { groups } = p.credentials;
  if (count === 0) return groups.length;
  if (count < groups.length) fail('EINVAL');
  const w = new StructWriter();
  for (const g of groups) w.u32(fromKernel(gidsOf(p.credentials), g));
  copyOut(k, p, at, w.done());
  return groups.length;
}

function setgroups(k: Kernel, p: Process, count: number, at: number): number {
  if (!capable(k, p, CAP.SETGID)) fail('EPERM');
  if (count < 0 || count > 65536) fail('EINVAL');
  const b = copyIn(k, p, at, count * 4);
  return putGroups(
    k,
    p,
    Array.from({ length: count }, (_, i) => get32(b, i * 4) >>> 0),
  );
}

/** New supplementary groups, as the process numbers them. */
export function putGroups(k: Kernel, p: Process, wanted: readonly number[]): number {
  if (!capable(k, p, CAP.SETGID)) fail('EPERM');
  if (k.ns.of(p, 'user').setgroups === 'deny' || (p.credentials.user && p.credentials.user.gids.length === 0)) fail('EPERM');
  const groups = wanted.map((g) => toKernel(gidsOf(p.credentials), g));
  if (groups.includes(NO_ID)) fail('EINVAL');
  p.credentials = { ...p.credentials, groups };
  return 0;
}

const process = (k: Kernel, p: Process, pid: number): Process => leaderOf(k, pid === 0 ? p : (k.processes.get(pid) ?? fail('ESRCH')));

/** setpgid(2): a child that has not called execve, or oneself, within the session; into a group that is there. */
function setpgid(k: Kernel, p: Process, pid: number, group: number): number {
  const target = process(k, p, pid),
    pgid = group === 0 ? target.pid : group;
  if (group < 0) fail('EINVAL');
  if (target.tgid !== p.tgid && target.ppid !== p.tgid) fail('ESRCH');
  if (target.sid !== p.sid || target.sid === target.pid) fail('EPERM');
  if (pgid !== target.pid && !groupMembers(k, pgid).some((q) => q.sid === p.sid)) fail('EPERM');
  for (const t of threadsOf(k, target)) t.pgid = pgid;
  return 0;
}

function setsid(k: Kernel, p: Process): number {
  if (groupMembers(k, p.tgid).length > 0) fail('EPERM');
  for (const t of threadsOf(k, p)) {
    t.sid = t.pgid = p.tgid;
    delete t.noTerminal;
    delete t.oldForeground;
  }
  return p.tgid;
}

export const IDENTITY_CALLS: Family = {
  20: returning(
    'pid',
    call('getpid', '', (_k, p) => p.tgid),
  ),
  24: call('getuid', '', (_k, p) => seenUid(p.credentials, p.credentials.uid) & 0xffff),
  47: call('getgid', '', (_k, p) => seenGid(p.credentials, p.credentials.gid) & 0xffff),
  49: call('geteuid', '', (_k, p) => seenUid(p.credentials, p.credentials.euid) & 0xffff),
  50: call('getegid', '', (_k, p) => seenGid(p.credentials, p.credentials.egid) & 0xffff),
  57: call('setpgid', 'pid pid', (k, p, [pid, group]) => setpgid(k, p, pid!, group!)),
  60: call('umask', 'octal', (k, p, [mask]) => {
    const old = p.umask;
    for (const t of k.processes.values()) if (t.fs === p.fs) t.umask = mask! & 0o777;
    return old;
  }),
  64: returning(
    'pid',
    call('getppid', '', (_k, p) => p.ppid),
  ),
  65: returning(
    'pid',
    call('getpgrp', '', (_k, p) => p.pgid),
  ),
  66: returning(
    'pid',
    call('setsid', '', (k, p) => setsid(k, p)),
  ),
  132: returning(
    'pid',
    call('getpgid', 'pid', (k, p, [pid]) => process(k, p, pid!).pgid),
  ),
  147: returning(
    'pid',
    call('getsid', 'pid', (k, p, [pid]) => process(k, p, pid!).sid),
  ),
  199: returning(
    'uid',
    call('getuid32', '', (_k, p) => p.credentials.uid),
  ),
  200: returning(
    'gid',
    call('getgid32', '', (_k, p) => p.credentials.gid),
  ),
  201: returning(
    'uid',
    call('geteuid32', '', (_k, p) => p.credentials.euid),
  ),
  202: returning(
    'gid',
    call('getegid32', '', (_k, p) => p.credentials.egid),
  ),
  203: call('setreuid32', 'uid uid', (k, p, [r, e]) => setReal(k, p, 'u', r!, e!)),
  204: call('setregid32', 'gid gid', (k, p, [r, e]) => setReal(k, p, 'g', r!, e!)),
  205: call('getgroups32', 'int ptr', (k, p, [count, at]) => getgroups(k, p, count!, at!)),
  206: call('setgroups32', 'int ptr', (k, p, [count, at]) => setgroups(k, p, count!, at!)),
  208: call('setresuid32', 'uid uid uid', (k, p, [r, e, s]) => setIds(k, p, 'u', r!, e!, s!)),
  209: call('getresuid32', 'ptr ptr ptr', (k, p, at) => putIds(k, p, 'u', at)),
  210: call('setresgid32', 'gid gid gid', (k, p, [r, e, s]) => setIds(k, p, 'g', r!, e!, s!)),
  211: call('getresgid32', 'ptr ptr ptr', (k, p, at) => putIds(k, p, 'g', at)),
  213: call('setuid32', 'uid', (k, p, [id]) => setId(k, p, 'u', id!)),
  214: call('setgid32', 'gid', (k, p, [id]) => setId(k, p, 'g', id!)),
  215: returning(
    'uid',
    call('setfsuid32', 'uid', (k, p, [id]) => setFsId(k, p, 'u', id!)),
  ),
  216: returning(
    'gid',
    call('setfsgid32', 'gid', (k, p, [id]) => setFsId(k, p, 'g', id!)),
  ),
  224: returning(
    'pid',
    call('gettid', '', (_k, p) => p.pid),
  ),
};

const ids = (c: Credentials, kind: 'u' | 'g'): number[] => (kind === 'u' ? [c.uid, c.euid, c.suid] : [c.gid, c.egid, c.sgid]);
