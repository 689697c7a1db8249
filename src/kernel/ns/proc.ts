/** What /proc/PID says of namespaces: mounts, the maps of users, the links of ns/; and what may be written there. */
import { CAP, capableIn, ownCapable } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { isReadOnly, type Mount, mountOptions } from '../vfs/mounts.ts';
import { rootOf } from '../vfs/paths.ts';
import { containmentCharge } from './costs.ts';
import { NAMESPACE_KINDS, type NamespaceKind, type UserNamespace } from './namespaces.ts';
import { mountSpace } from './table.ts';
import { compose, fromKernel, gidsOf, type IdRange, parseMap, uidsOf } from './usermap.ts';

/** In the order of /proc/PID/ns. */
export const NAMESPACE_LINKS: readonly string[] = [...NAMESPACE_KINDS, 'pid_for_children', 'time', 'time_for_children'].toSorted();
/** All processes have the one time namespace; no other can be made. */
const TIME_NAMESPACE = 0xefff_fffa;

export function namespaceOf(k: Kernel, p: Process, name: string): number {
  if (name.startsWith('time')) return TIME_NAMESPACE;
  if (name !== 'pid_for_children') return k.ns.idOf(p, name as NamespaceKind);
  return p.namespaces['pid_for_children'] ?? k.ns.idOf(p, 'pid');
}

/** Mounts that the process can reach, with their places as it sees them. */
export function visibleMounts(k: Kernel, p: Process): { readonly mount: Mount; readonly path: string }[] {
  return k.tree.table
    .in(mountSpace(k.ns.idOf(p, 'mnt')))
    .map((m) => ({ mount: m, path: k.tree.pathOf(rootOf(m), p.root) }))
    .filter(({ path }) => !path.startsWith('(unreachable)'));
}

/** Spaces, tabs and backslashes in octal, as getmntent(3) wants them. */
const escaped = (text: string): string => text.replace(/[ \t\n\\]/g, (c) => `\\${c.charCodeAt(0).toString(8).padStart(3, '0')}`);
const mode = (m: Mount): string => (isReadOnly(m) ? 'ro' : 'rw');

export function mounts(k: Kernel, p: Process): string {
  return visibleMounts(k, p)
    .map(
      ({ mount: m, path }) =>
        `${escaped(m.source)} ${escaped(path)} ${k.tree.fs(m.fs).type} ${mode(m)}${mountOptions(m)}${m.options} 0 0\n`,
    )
    .join('');
}

/** The optional fields of mountinfo. A master out of sight is followed by the nearest group above it that is in sight. */
function propagation(m: Mount, all: readonly Mount[], seen: ReadonlySet<number | undefined>): string {
  const fields = m.peers === undefined ? '' : ` shared:${m.peers}`;
  if (m.master === undefined) return m.unbindable ? `${fields} unbindable` : fields;
  let from: number | undefined = m.master;
  while (from !== undefined && !seen.has(from)) {
    const group: number = from;
    from = all.find((o) => o.peers === group)?.master;
  }
  return `${fields} master:${m.master}${from === undefined || from === m.master ? '' : ` propagate_from:${from}`}${m.unbindable ? ' unbindable' : ''}`;
}

export function mountinfo(k: Kernel, p: Process): string {
  const visible = visibleMounts(k, p),
    seen = new Set(visible.map(({ mount }) => mount.peers));
  return visible
    .map(({ mount: m, path }) => {
      const fs = k.tree.fs(m.fs);
      const root = m.root === fs.root ? '/' : fs.type === 'nsfs' ? `${k.ns.get(m.root)?.kind}:[${m.root}]` : inside(k, m);
      return `${m.id} ${m.parent} 0:${m.fs} ${escaped(root)} ${escaped(path)} ${(m.flags & 1) !== 0 ? 'ro' : 'rw'}${mountOptions(m)}${propagation(m, k.tree.mounts, seen)} - ${fs.type} ${escaped(m.source)} ${m.superReadOnly ? 'ro' : 'rw'}${m.options}\n`;
    })
    .join('');
}

export function mountstats(k: Kernel, p: Process): string {
  return visibleMounts(k, p)
    .map(({ mount: m, path }) => `device ${escaped(m.source)} mounted on ${escaped(path)} with fstype ${k.tree.fs(m.fs).type}\n`)
    .join('');
}

/** The path of a bind mount's root in its file system. */
function inside(k: Kernel, m: Mount): string {
  const fs = k.tree.fs(m.fs);
  let path = '';
  for (let at = m.root; at !== fs.root;) {
    const up = fs.parent(at),
      name = fs.list(up, 0).find((e) => e.ino === at)?.name;
    if (name === undefined) return `/${m.name}`;
    path = `/${name}${path}`;
    at = up;
  }
  return path === '' ? '/' : path;
}

// ---- maps of users

type MapName = 'uidMap' | 'gidMap';

/** As the reader sees the outer ids: its own namespace's parent when it is a member, else its own. */
export function showMap(k: Kernel, p: Process, which: MapName): string {
  const ns = k.ns.of(p, 'user'),
    map = ns[which === 'uidMap' ? 'uids' : 'gids'];
  if (ns.parent === null) return line([0, 0, 0xffff_ffff]);
  const reader = k.current?.credentials,
    parent = k.ns.kind('user', ns.parent);
  const outer =
    reader?.user?.ns === ns.id
      ? which === 'uidMap'
        ? parent.uids
        : parent.gids
      : reader
        ? which === 'uidMap'
          ? uidsOf(reader)
          : gidsOf(reader)
        : null;
  return (map ?? []).map(([insideId, kernel, count]) => line([insideId, fromKernel(outer, kernel), count])).join('');
}
const line = (range: IdRange): string => `${range.map((n) => String(n).padStart(10)).join(' ')}\n`;

/** Written once, by somebody with the right over the namespace (user_namespaces(7), "Defining user and group ID mappings"). */
export function writeMap(k: Kernel, p: Process, which: MapName, text: string): void {
  const ns = k.ns.of(p, 'user'),
    writer = k.current ?? fail('EPERM'),
    cap = which === 'uidMap' ? CAP.SETUID : CAP.SETGID;
  if (ns.parent === null || ns[which] !== null) fail('EPERM');
  if (!capableIn(k, writer, ns.id, CAP.SYS_ADMIN)) fail('EPERM');
  const writerNs = k.ns.idOf(writer, 'user');
  if (writerNs !== ns.id && writerNs !== ns.parent) fail('EPERM');
  const map = parseMap(text) ?? fail('EINVAL'),
    parent = k.ns.kind('user', ns.parent);
  const composed = compose(map, which === 'uidMap' ? parent.uids : parent.gids) ?? fail('EPERM');
  if (!onlySelf(writer, ns, which, composed)) {
    // Writing for others needs the capability in the parent namespace, which a member of the new one has not.
    if (!capableIn(k, writer, parent.id, cap) || !ownCapable(k, writer, cap)) fail('EPERM');
  }
  const changed: UserNamespace = { ...ns, [which]: map, [which === 'uidMap' ? 'uids' : 'gids']: composed };
  k.ns.put(changed);
  containmentCharge(k, 'ns.create');
  for (const q of k.processes.values()) {
    if (q.credentials.user?.ns === ns.id)
      q.credentials = { ...q.credentials, user: { ns: ns.id, uids: changed.uids ?? [], gids: changed.gids ?? [] } };
  }
}

/** One's own id alone may be mapped without privilege; for groups only after setgroups was denied. */
function onlySelf(writer: Process, ns: UserNamespace, which: MapName, composed: readonly IdRange[]): boolean {
  const [range] = composed;
  if (composed.length !== 1 || range![2] !== 1 || ns.uid !== writer.credentials.euid) return false;
  if (which === 'uidMap') return range![1] === writer.credentials.euid;
  return ns.setgroups === 'deny' && range![1] === writer.credentials.egid;
}

export function writeSetgroups(k: Kernel, p: Process, text: string): void {
  const ns = k.ns.of(p, 'user'),
    word = text.trim();
  if (word !== 'allow' && word !== 'deny') fail('EINVAL');
  if (!k.current || !capableIn(k, k.current, ns.id, CAP.SYS_ADMIN)) fail('EPERM');
  if (word === 'deny' ? ns.gidMap !== null : ns.setgroups === 'deny') fail('EPERM');
  k.ns.put({ ...ns, setgroups: word });
}
