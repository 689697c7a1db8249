/**
 * Making, leaving and joining namespaces: what clone, unshare and setns do (clone(2), unshare(2), setns(2)), and the end of a
 * pid namespace with its process 1.
 */
import { afterJoin, ALL_CAPS, CAP, capableIn, NO_CAPS, ownCapable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { reap } from '../exit.ts';
import { CLONE } from '../fork.ts';
import { threadsOf } from '../groups.ts';
import { leaveSemaphores } from '../ipc/semqueue.ts';
import type { Kernel } from '../kernel.ts';
import { SIGKILL } from '../signals.ts';
import type { Credentials, Node, Process } from '../task.ts';
import { type Mount } from '../vfs/mounts.ts';
import { settingOf } from '../procsys.ts';
import { containmentCharge } from './costs.ts';
import { FIRST, type NamespaceKind, type Namespaces } from './namespaces.ts';
import { guarded } from './propagation.ts';
import { mountSpace } from './table.ts';
import { collect } from './umount.ts';
import { mapped } from './usermap.ts';

export const NEW_FLAG: Readonly<Record<NamespaceKind, number>> = {
  mnt: CLONE.NEWNS,
  uts: CLONE.NEWUTS,
  ipc: CLONE.NEWIPC,
  net: CLONE.NEWNET,
  pid: CLONE.NEWPID,
  user: CLONE.NEWUSER,
  cgroup: CLONE.NEWCGROUP,
};
export const NEW_NAMESPACES = Object.values(NEW_FLAG).reduce((all, flag) => all | flag, 0);
const DEEPEST = 32;

/** Who a process is and what it sees, while new namespaces are being made for it or its child. */
interface Draft {
  credentials: Credentials;
  namespaces: { readonly [kind: string]: number };
  cwd: Node;
  root: Node;
}

/**
 * What clone does about namespaces, in two parts: checks and new namespaces now, and when the child is there its numbers. Every
 * child is numbered; without flags it gets the parent's namespaces.
 */
export function namespacesForChild(k: Kernel, p: Process, flags: number): (child: Process) => void {
  const kinds = flags & NEW_NAMESPACES,
    thread = (flags & CLONE.THREAD) !== 0;
  const own = k.ns.idOf(p, 'pid'),
    children = p.namespaces['pid_for_children'] ?? own;
  if (kinds === 0 && children === FIRST.pid) return () => {};
  if (kinds & (CLONE.NEWUSER | CLONE.NEWPID) && thread) fail('EINVAL');
  if (kinds & CLONE.NEWIPC && flags & CLONE.SYSVSEM) fail('EINVAL');
  if (thread && children !== own) fail('EINVAL');
  const draft: Draft = { credentials: p.credentials, namespaces: p.namespaces, cwd: p.cwd, root: p.root };
  if (kinds & CLONE.NEWUSER) newUser(k, draft);
  for (const kind of ['mnt', 'uts', 'ipc', 'net', 'cgroup'] as const) if (kinds & NEW_FLAG[kind]) newOne(k, p, draft, kind);
  const pid = kinds & CLONE.NEWPID ? newPid(k, draft, children) : children;
  if (k.ns.kind('pid', pid).ended) fail('ENOMEM');
  return (child) => {
    Object.assign(child, draft);
    if (pid !== FIRST.pid || child.namespaces['pid'] !== undefined) child.namespaces = { ...child.namespaces, pid };
    if (!thread) {
      const { pid_for_children: _gone, ...rest } = child.namespaces;
      child.namespaces = rest as Record<string, number>;
    }
    k.ns.number(child.pid, pid);
  };
}

function privileged(k: Kernel, draft: Draft): void {
  const { effective } = draft.credentials;
  const allowed = ((effective[0] >>> CAP.SYS_ADMIN) & 1) === 1;
  if (k.current) k.asked(k.current, CAP.SYS_ADMIN, allowed);
  if (!allowed) fail('EPERM');
}

const userOf = (draft: Draft): number => draft.credentials.user?.ns ?? FIRST.user;

/** A user namespace needs no privilege, and gives its maker all capabilities inside it. */
function newUser(k: Kernel, draft: Draft): void {
  const parent = k.ns.kind('user', userOf(draft)),
    c = draft.credentials;
  if (parent.level + 1 > DEEPEST) fail('EUSERS');
  roomFor(k, 'user');
  if (!mapped(parent.uids, c.euid) || !mapped(parent.gids, c.egid)) fail('EPERM');
  const id = k.ns.newId();
  k.ns.put({
    id,
    kind: 'user',
    parent: parent.id,
    owner: parent.id,
    level: parent.level + 1,
    uid: c.euid,
    gid: c.egid,
    uidMap: null,
    gidMap: null,
    uids: [],
    gids: [],
    setgroups: parent.setgroups,
  });
  made(k, 'user', id);
  draft.credentials = {
    ...c,
    permitted: ALL_CAPS,
    effective: ALL_CAPS,
    inheritable: NO_CAPS,
    bounding: ALL_CAPS,
    user: { ns: id, uids: [], gids: [] },
  };
  draft.namespaces = { ...draft.namespaces, user: id };
}

/** /proc/sys/user/max_*_namespaces: ENOSPC beyond. */
function roomFor(k: Kernel, kind: NamespaceKind): void {
  let count = 0;
  for (const ns of k.ns.all()) if (ns.kind === kind && ns.id !== FIRST[kind]) count++;
  if (count >= settingOf(k, null, `user/max_${kind}_namespaces`)) fail('ENOSPC');
}

function made(k: Kernel, kind: NamespaceKind, id: number): void {
  containmentCharge(k, 'ns.create');
  k.emit('namespace', () => ({ what: 'create', kind, id }));
}

function newOne(k: Kernel, p: Process, draft: Draft, kind: 'mnt' | 'uts' | 'ipc' | 'net' | 'cgroup'): void {
  privileged(k, draft);
  roomFor(k, kind);
  const id = k.ns.newId(),
    was = draft.namespaces[kind] ?? FIRST[kind],
    common = { id, parent: null, owner: userOf(draft) };
  switch (kind) {
    case 'uts':
      k.ns.put({ ...k.ns.kind('uts', was), ...common });
      break;
    case 'cgroup':
      k.ns.put({ ...common, kind, root: p.cgroup });
      break;
    case 'mnt':
      k.ns.put({ ...common, kind });
      copyMounts(k, draft, was, id);
      break;
    default:
      k.ns.put({ ...common, kind });
  }
  made(k, kind, id);
  draft.namespaces = { ...draft.namespaces, [kind]: id };
}

function newPid(k: Kernel, draft: Draft, parent: number): number {
  privileged(k, draft);
  const above = k.ns.kind('pid', parent);
  if (above.level + 1 > DEEPEST) fail('ENOSPC');
  roomFor(k, 'pid');
  const id = k.ns.newId();
  k.ns.put({ id, kind: 'pid', parent, owner: userOf(draft), level: above.level + 1, next: 1, init: 0, ended: false, numbers: [] });
  made(k, 'pid', id);
  return id;
}

/**
 * A copy of every mount, a peer of it when it is shared; for a user namespace of less privilege a slave, and to stay where it is
 * (copy_mnt_ns). Working directory and root move to the copies.
 */
function copyMounts(k: Kernel, draft: Draft, from: number, to: number): void {
  const { table } = k.tree,
    copies = new Map<number, Mount>(),
    foreign = userOf(draft) !== k.ns.kind('mnt', from).owner;
  for (const m of table.below(table.rootOf(mountSpace(from))!)) {
    const id = table.nextId(),
      parent = m.parent === m.id ? id : copies.get(m.parent)!.id;
    copies.set(m.id, table.add({ ...(foreign ? asSlave(m) : m), parent, namespace: to }));
    containmentCharge(k, 'ns.mount');
  }
  const moved = (node: Node): Node => {
    const copy = copies.get(table.of(node).id);
    return copy ? { ...node, mount: copy.id } : node;
  };
  draft.cwd = moved(draft.cwd);
  draft.root = moved(draft.root);
}

function asSlave(m: Mount): Mount {
  const { peers, ...rest } = m;
  return { ...rest, ...(peers === undefined ? {} : { master: peers }), ...guarded(m, m.parent !== m.id) };
}

// ---- unshare

export function unshare(k: Kernel, p: Process, flags: number): number {
  const known = NEW_NAMESPACES | CLONE.FS | CLONE.FILES | CLONE.SIGHAND | CLONE.VM | CLONE.THREAD | CLONE.SYSVSEM;
  if (flags & ~known) fail('EINVAL');
  const several = threadsOf(k, p).length > 1;
  if (several && flags & (CLONE.THREAD | CLONE.SIGHAND | CLONE.VM | CLONE.NEWUSER)) fail('EINVAL');
  const draft: Draft = { credentials: p.credentials, namespaces: p.namespaces, cwd: p.cwd, root: p.root };
  if (flags & CLONE.NEWUSER) newUser(k, draft);
  for (const kind of ['mnt', 'uts', 'ipc', 'net', 'cgroup'] as const) if (flags & NEW_FLAG[kind]) newOne(k, p, draft, kind);
  if (flags & CLONE.NEWPID)
    draft.namespaces = { ...draft.namespaces, pid_for_children: newPid(k, draft, p.namespaces['pid_for_children'] ?? k.ns.idOf(p, 'pid')) };
  if (flags & (CLONE.FS | CLONE.NEWNS | CLONE.NEWUSER)) p.fs = k.nextId++;
  if (flags & CLONE.FILES) k.unshareFiles(p);
  // What SEM_UNDO takes back lies in the namespace that is left.
  if (flags & (CLONE.NEWIPC | CLONE.SYSVSEM)) leaveSemaphores(k, p);
  Object.assign(p, draft);
  return 0;
}

// ---- setns

/** Joins the namespace that a descriptor of /proc/PID/ns stands for; `type` is 0 or the flag that it must be. */
export function setns(k: Kernel, p: Process, id: number, type: number): number {
  const ns = k.ns.get(id) ?? fail('EINVAL');
  if (type !== 0 && type !== NEW_FLAG[ns.kind]) fail('EINVAL');
  if (ns.kind === 'user') return joinUser(k, p, id);
  if (!capableIn(k, p, ns.owner, CAP.SYS_ADMIN) || !ownCapable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
  containmentCharge(k, 'ns.lookup');
  if (ns.kind === 'pid') {
    // Only downwards: a process never gets a number in a namespace that could not see it before.
    if (!k.ns.sees(k.ns.idOf(p, 'pid'), id)) fail('EINVAL');
    k.ns.join(p, 'pid_for_children', id);
  } else if (ns.kind === 'mnt') joinMounts(k, p, id);
  else {
    if (ns.kind === 'ipc') leaveSemaphores(k, p);
    k.ns.join(p, ns.kind, id);
  }
  k.emit('namespace', () => ({ what: 'join', kind: ns.kind, id }));
  return 0;
}

function joinUser(k: Kernel, p: Process, id: number): number {
  const ns = k.ns.kind('user', id);
  if (id === k.ns.idOf(p, 'user') || threadsOf(k, p).length > 1) fail('EINVAL');
  if (!capableIn(k, p, id, CAP.SYS_ADMIN)) fail('EPERM');
  p.credentials = afterJoin(p.credentials, ns.parent === null ? undefined : { ns: id, uids: ns.uids ?? [], gids: ns.gids ?? [] });
  k.ns.join(p, 'user', id);
  return 0;
}

function joinMounts(k: Kernel, p: Process, id: number): void {
  if (!ownCapable(k, p, CAP.SYS_CHROOT)) fail('EPERM');
  const root = k.tree.table.rootOf(mountSpace(id)) ?? fail('EINVAL');
  const node = k.tree.covered({ fs: root.fs, ino: root.root, mount: root.id });
  for (const old of [p.cwd, p.root]) k.tree.hold(old, -1);
  p.cwd = p.root = node;
  for (let n = 0; n < 2; n++) k.tree.hold(node, 1);
  k.ns.join(p, 'mnt', id);
}

// ---- ends

/** With process 1 of a pid namespace all its processes end (zap_pid_ns_processes). */
export function endPidNamespace(k: Kernel, leader: Process): void {
  const id = k.ns.idOf(leader, 'pid'),
    ns = k.ns.kind('pid', id);
  if (id === FIRST.pid || ns.init !== leader.pid || ns.ended) return;
  k.ns.put({ ...ns, ended: true });
  const members = ns.numbers
    .map(([pid]) => k.processes.get(pid))
    .filter((q): q is Process => q !== undefined && q !== leader && q.tgid !== leader.tgid);
  for (const q of members) if (q.state !== 'zombie') k.kill(q, SIGKILL, 'The first process of its pid namespace ended.');
  for (const q of members) if (k.processes.get(q.pid) === q && q.pid === q.tgid) reap(k, q);
  k.emit('namespace', () => ({ what: 'end', kind: 'pid', id }));
}

/** A task has left the table: its numbers are free, and namespaces without members go. */
export function leaveNamespaces(k: Kernel, p: Process): void {
  const others = [...k.processes.values()].filter((q) => q !== p);
  // A number is taken as long as a process, a group or a session has it (kernel/pid.c).
  for (const pid of new Set([p.pid, p.pgid, p.sid]))
    if (!others.some((q) => q.pid === pid || q.pgid === pid || q.sid === pid)) k.ns.forgetNumber(pid, k.ns.idOf(p, 'pid'));
  forgetUnused(k, k.ns);
}

/** Drops namespaces that no process, descriptor or mount refers to, with the mounts of theirs. */
export function forgetUnused(k: Kernel, all: Namespaces): void {
  const used = new Set<number>(Object.values(FIRST));
  for (const p of k.processes.values()) for (const id of Object.values(p.namespaces)) used.add(id);
  for (const id of k.nsfs.held()) used.add(id);
  for (const m of k.tree.mounts) if (m.fs === k.nsfs.id) used.add(m.root);
  for (let size = -1; size !== used.size;) {
    size = used.size;
    for (const ns of all.all()) {
      if (!used.has(ns.id)) continue;
      used.add(ns.owner);
      if (ns.parent !== null) used.add(ns.parent);
    }
  }
  const gone = all.all().filter((ns) => !used.has(ns.id));
  for (const ns of gone) {
    all.drop(ns.id);
    if (ns.kind === 'net') k.seldom?.interfaces.forget(ns.id);
    if (ns.kind === 'ipc') k.seldom?.ipc.forget(ns.id);
  }
  if (!gone.some((ns) => ns.kind === 'mnt')) return;
  const lost = new Set(gone.map((ns) => ns.id));
  k.tree.table.change((m) => (lost.has(m.namespace) ? null : m));
  collect(k);
}
