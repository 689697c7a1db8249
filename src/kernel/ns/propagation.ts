/**
 * Propagation of mounts (mount_namespaces(7), "Shared subtrees"; fs/pnode.c): which mounts are peers, who is whose slave, and what a mount
 * or umount on one of them does on the others.
 *
 * A mount with `peers` is one of the group of that number; `master` is the group that it hears from. What is mounted on a mount of a
 * group is mounted on all its peers, and on its slaves as slaves of that. Groups keep no list: their members are those that name them.
 * Linux keeps rings and lists in the order of cloning, which shows only in the order of lines of mountinfo; here they follow the numbers of mounts.
 */
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { FIRST_NAMESPACE, type Mount, MS_NODEV, MS_NOEXEC, MS_NOSUID, MS_RDONLY } from '../vfs/mounts.ts';
import { type FileSystem, isDirectory } from '../vfs/types.ts';
import { containmentCharge } from './costs.ts';
import { FIRST } from './namespaces.ts';

export const MS_UNBINDABLE = 0x2_0000,
  MS_PRIVATE = 0x4_0000,
  MS_SLAVE = 0x8_0000,
  MS_SHARED = 0x10_0000;
export const PROPAGATION = MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED;

/** Where a mount is laid: the mount below, the inode that it covers, the directory in which that one stands, and its name there. */
export type Place = Pick<Mount, 'parent' | 'on' | 'directory' | 'name'>;

export const isShared = (m: Mount): boolean => (m.peers ?? 0) !== 0;

/** Numbers of groups, the lowest that is free first. */
function numbering(list: readonly Mount[]): () => number {
  const used = new Set(list.map((m) => m.peers ?? 0));
  return () => {
    let n = 1;
    while (used.has(n)) n++;
    used.add(n);
    return n;
  };
}

const without = <K extends keyof Mount>(m: Mount, ...keys: readonly K[]): Mount => {
  const rest = { ...m };
  for (const key of keys) delete (rest as Partial<Mount>)[key];
  return rest;
};

// ---- changing the kind

/** mount --make-...: one mount, or with `all` those on it too (do_change_type). */
export function setPropagation(k: Kernel, m: Mount, kind: number, all: boolean): void {
  if ((kind & ~PROPAGATION) !== 0 || (kind & (kind - 1)) !== 0) fail('EINVAL');
  const { table } = k.tree,
    number = numbering(table.list);
  for (const { id } of all ? table.below(m) : [m]) {
    if (kind === MS_SHARED) {
      const peers = table.get(id)!.peers ?? number();
      table.change((o) => (o.id === id ? { ...without(o, 'unbindable'), peers } : o));
    } else leave(k, id, kind);
  }
}

/** do_make_slave, change_mnt_propagation: out of its group; what it still hears from that group depends on the kind. */
function leave(k: Kernel, id: number, kind: number): void {
  const { table } = k.tree,
    { peers } = table.get(id)!;
  const others = peers !== undefined && table.list.some((o) => o.peers === peers && o.id !== id);
  table.change((o) => {
    if (o.id !== id) return o;
    const slave = without(others ? { ...o, master: peers } : o, 'peers');
    if (kind === MS_SLAVE) return slave;
    const alone = without(slave, 'master', 'unbindable');
    return kind === MS_UNBINDABLE ? { ...alone, unbindable: true } : alone;
  });
}

// ---- who hears of it

/** The mount and its peers, beginning with itself: the youngest of those that are older, and round. */
function ring(list: readonly Mount[], m: Mount): Mount[] {
  const peers = list.filter((o) => o.peers === m.peers && o.id !== m.id).toSorted((a, b) => b.id - a.id);
  return [m, ...peers.filter((o) => o.id < m.id), ...peers.filter((o) => o.id > m.id)];
}

/** All that hears what happens on a shared mount: its peers, then slaves, each group before those that hear from it. */
export function receivers(list: readonly Mount[], m: Mount): Mount[] {
  if (!isShared(m)) return [];
  return [...ring(list, m).slice(1), ...slaves(list, m.peers!, new Set([m.peers!]))];
}

function slaves(list: readonly Mount[], group: number, seen: Set<number>): Mount[] {
  const found: Mount[] = [];
  for (const m of list.filter((o) => o.master === group).toSorted((a, b) => a.id - b.id)) {
    if (m.peers === undefined) found.push(m);
    else if (!seen.has(m.peers)) {
      seen.add(m.peers);
      found.push(...ring(list, m), ...slaves(list, m.peers, seen));
    }
  }
  return found;
}

const masterOf = (list: readonly Mount[], group: number): number => list.find((m) => m.peers === group)?.master ?? 0;

/** Whether a place stands in the part of a file system that begins at `above`. */
export function isUnder(fs: FileSystem, directory: number, ino: number, above: number): boolean {
  if (ino === above) return true;
  for (let at = directory; ; at = fs.parent(at)) {
    if (at === above) return true;
    if (at === fs.parent(at)) return false;
  }
}

// ---- mounting

/**
 * Lays a tree of mounts (its top first) over a place, and copies of it over the same place of all that hear of it (attach_recursive_mnt,
 * propagate_mnt). The tree is new, with numbers of its own, or (`moving`) stands somewhere already.
 */
export function attach(k: Kernel, at: Place, tree: readonly Mount[], moving = false): Mount {
  const { table } = k.tree,
    before = table.list,
    dest = table.get(at.parent)!,
    number = numbering([...before, ...tree]);
  const placed = tree.map((m, i): Mount => {
    const here = { ...m, namespace: dest.namespace, ...(i === 0 ? at : {}) };
    return isShared(dest) && !isShared(here) ? { ...without(here, 'unbindable'), peers: number() } : here;
  });
  const copies = isShared(dest) ? copiesFor(k, dest, inside(k, dest, at), placed, number) : [];
  const moved = new Map(placed.map((m) => [m.id, m]));
  // Who stood on the place of a copy already stands on the copy now.
  const lifted = new Map(copies.flatMap(([top]) => lift(before, top!)));
  const kept = before.map((m) => lifted.get(m.id) ?? (moving ? moved.get(m.id) : undefined) ?? m);
  table.list = [...kept, ...(moving ? [] : placed), ...copies.toReversed().flat()];
  containmentCharge(k, 'ns.mount', copies.length);
  return placed[0]!;
}

/** The place in the file system of the mount below. What covers a mount's own root is named by where that mount stands. */
function inside(k: Kernel, dest: Mount, at: Place): Place {
  const fs = k.tree.fs(dest.fs);
  if (at.on !== dest.root || !isDirectory(fs.stat(at.on))) return at;
  const directory = fs.parent(at.on);
  return { ...at, directory, name: fs.list(directory, 0).find((e) => e.ino === at.on)?.name ?? '' };
}

function lift(before: readonly Mount[], top: Mount): [number, Mount][] {
  const there = before.find((m) => m.parent === top.parent && m.on === top.on && m.id !== m.parent);
  return there ? [[there.id, { ...there, parent: top.id, on: top.root, directory: top.root, name: '' }]] : [];
}

/** The copies of a tree for each that hears of `dest`, in the order in which they hear. */
function copiesFor(k: Kernel, dest: Mount, at: Place, tree: readonly Mount[], number: () => number): Mount[][] {
  const { table } = k.tree,
    list = table.list,
    fs = k.tree.fs(dest.fs);
  // By the group of the mount below: the groups of what was laid on its members, one for each mount of the tree.
  const groups = new Map([[dest.peers!, tree.map((m) => m.peers!)]]);
  const copies: Mount[][] = [];
  let next = Math.max(table.nextId(), ...tree.map((m) => m.id + 1));
  for (const m of receivers(list, dest)) {
    if (!isUnder(fs, at.directory, at.on, m.root)) continue;
    const peer = m.peers === dest.peers;
    let master = m.master ?? 0;
    while (!peer && !groups.has(master)) master = masterOf(list, master);
    if (m.peers !== undefined && !groups.has(m.peers)) groups.set(m.peers, tree.map(number));
    const own = m.peers === undefined ? null : groups.get(m.peers)!,
      above = peer ? null : groups.get(master)!;
    const ids = new Map(tree.map((t, i) => [t.id, next + i]));
    next += tree.length;
    const foreign = k.ns.kind('mnt', mountOwner(m)).owner !== k.ns.kind('mnt', mountOwner(dest)).owner;
    copies.push(
      tree.map((t, i): Mount => {
        const copy = without(t, 'peers', 'unbindable', 'locked', ...(above ? (['master'] as const) : []));
        return {
          ...copy,
          ...(own ? { peers: own[i]! } : {}),
          ...(above ? { master: above[i]! } : {}),
          ...(foreign ? guarded(t, i > 0) : {}),
          id: ids.get(t.id)!,
          namespace: m.namespace,
          ...(i === 0 ? { ...at, parent: m.id } : { parent: ids.get(t.parent)! }),
        };
      }),
    );
  }
  return copies;
}

/** The mount namespace of a mount. */
const mountOwner = (m: Mount): number => (m.namespace === FIRST_NAMESPACE ? FIRST.mnt : m.namespace);

const GUARDED = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC;

/**
 * What somebody with less privilege gets of a mount: its restrictions cannot be taken away, and (`inner`) it cannot be taken off
 * what it covers (lock_mnt_tree).
 */
export const guarded = (m: Mount, inner: boolean): Partial<Mount> => ({
  held: m.flags & GUARDED,
  ...(inner ? { locked: true } : {}),
});

// ---- unmounting

/** What goes elsewhere when these mounts go (propagate_umount): their like on all that hears of the mounts below, when nothing else stands on them. */
export function propagateUmount(
  k: Kernel,
  going: readonly Mount[],
): { readonly gone: ReadonlySet<number>; readonly lifted: ReadonlyMap<number, Mount> } {
  const list = k.tree.table.list,
    gone = new Set(going.map((m) => m.id)),
    lifted = new Map<number, Mount>();
  const now = (m: Mount): Mount => lifted.get(m.id) ?? m;
  for (const m of going.toReversed()) {
    const parent = k.tree.table.get(m.parent)!;
    if (parent.id === m.id) continue;
    for (const other of receivers(list, parent)) {
      const child = list.find((o) => !gone.has(o.id) && now(o).parent === other.id && now(o).on === m.on && o.parent !== o.id);
      if (!child || (child.locked && !gone.has(other.id))) continue;
      const on = list.filter((o) => !gone.has(o.id) && o.id !== child.id && now(o).parent === child.id);
      if (on.some((o) => now(o).on !== child.root)) continue;
      gone.add(child.id);
      for (const o of on) {
        const { parent: under, on: place, directory, name } = now(child);
        lifted.set(o.id, { ...o, parent: under, on: place, directory, name });
      }
    }
  }
  return { gone, lifted };
}
