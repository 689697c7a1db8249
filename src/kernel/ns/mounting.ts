/**
 * mount(2) and pivot_root(2): new file systems, bind mounts, remounting, moving, kinds of propagation. All within the mount namespace of
 * the process that asks, and on whatever hears of it. Left out: mounts from devices.
 */
import { CAP, capable, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Node, Process } from '../task.ts';
import { MemoryFs } from '../vfs/memory.ts';
import { type Mount, MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../vfs/mounts.ts';
import { OverlayFs } from '../vfs/overlay.ts';
import { rootOf } from '../vfs/paths.ts';
import { isDirectory } from '../vfs/types.ts';
import { containmentCharge } from './costs.ts';
import { FS_TYPES } from './fstypes.ts';
import { type FoundNode, mayMount, type MountRequest, place, space } from './places.ts';
import { attach, isShared, isUnder, PROPAGATION, setPropagation } from './propagation.ts';
import { makeSystem, tmpfsOptions } from './systems.ts';

export const MS_REMOUNT = 0x20,
  MS_BIND = 0x1000,
  MS_MOVE = 0x2000,
  MS_REC = 0x4000,
  MS_SILENT = 0x8000,
  MS_STRICTATIME = 0x100_0000;
const PER_MOUNT = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME,
  ATIME = MS_NOATIME | MS_NODIRATIME | MS_RELATIME;

export function mount(k: Kernel, p: Process, r: MountRequest): number {
  const at = place(k, p, r.target);
  mayMount(k, p);
  containmentCharge(k, 'ns.mount');
  const under = k.tree.table.of(at.node);
  if (under.namespace !== space(k, p)) fail('EINVAL');
  const { flags } = r;
  if (flags & MS_REMOUNT) remount(k, p, at.node, flags, r.data);
  else if (flags & MS_BIND) bind(k, p, at, r);
  else if (flags & PROPAGATION) {
    if (at.node.ino !== under.root) fail('EINVAL');
    setPropagation(k, under, flags & ~(MS_REC | MS_SILENT), (flags & MS_REC) !== 0);
  } else if (flags & MS_MOVE) move(k, p, at, r.source);
  else mountNew(k, p, at, r);
  k.emit('mount', () => ({ what: 'mount', source: r.source, target: r.target, type: r.type, flags: flags | 0, namespace: space(k, p) }));
  return 0;
}

const perMount = (flags: number): number => (flags & PER_MOUNT) | (flags & (MS_NOATIME | MS_STRICTATIME) ? 0 : MS_RELATIME);

/** Restrictions that came with a mount from a namespace of more privilege stay (can_change_locked_flags). */
function mayChange(m: Mount, flags: number): void {
  if (m.held === undefined) return;
  if ((m.held & ~flags) !== 0 || (m.flags & ATIME) !== (flags & ATIME)) fail('EPERM');
}

function remount(k: Kernel, p: Process, at: Node, flags: number, data: string): void {
  const m = k.tree.table.of(at);
  if (at.ino !== m.root) fail('EINVAL');
  mayChange(m, perMount(flags));
  if ((flags & MS_BIND) === 0 && !capableIn(k, p, k.ns.of(p, 'mnt').owner, CAP.SYS_ADMIN)) fail('EPERM');
  const fs = k.tree.fs(m.fs);
  if (flags & MS_BIND) k.tree.table.change((o) => (o.id === m.id ? { ...o, flags: perMount(flags) } : o));
  else {
    const superReadOnly = (flags & MS_RDONLY) !== 0;
    if (!superReadOnly && fs instanceof OverlayFs && fs.upperRoot === null) fail('EROFS');
    if (fs instanceof MemoryFs && data !== '') fs.capacity = tmpfsOptions(k, data, fs.capacity).capacity;
    k.tree.table.change((o) => (o.fs === m.fs ? { ...o, superReadOnly, ...(o.id === m.id ? { flags: perMount(flags) } : {}) } : o));
  }
}

const here = (k: Kernel, at: FoundNode): Pick<Mount, 'parent' | 'on' | 'directory' | 'name'> => ({
  parent: k.tree.table.of(at.node).id,
  on: at.node.ino,
  directory: at.parent.ino,
  name: at.name,
});

/** A mount of a place that is seen already: a peer of its mount, if that is shared; a slave of the same master, if it is a slave. */
function bind(k: Kernel, p: Process, at: FoundNode, r: MountRequest): void {
  const from = place(k, p, r.source).node,
    { table } = k.tree,
    source = table.of(from),
    all = (r.flags & MS_REC) !== 0;
  const isNs = from.fs === k.nsfs.id;
  if (!isNs && (source.namespace !== space(k, p) || source.unbindable)) fail('EINVAL');
  const directory = isDirectory(k.tree.stat(from));
  if (directory !== isDirectory(k.tree.stat(at.node))) fail('ENOTDIR');
  const below = isNs ? [] : table.below(source).slice(1);
  const covers = (m: Mount): boolean => m.parent !== source.id || isUnder(k.tree.fs(source.fs), m.directory, m.on, from.ino);
  // What lies under a mount that may not be taken off is not to be seen by this way either.
  if (!all && below.some((m) => m.parent === source.id && m.locked && covers(m))) fail('EINVAL');
  const { locked: _stays, ...plain } = source;
  const top: Mount = isNs
    ? { ...plain, id: table.nextId(), fs: from.fs, root: from.ino, source: 'nsfs', flags: 0, superReadOnly: false, options: '' }
    : { ...plain, id: table.nextId(), root: from.ino };
  attach(k, here(k, at), all ? [top, ...copiesBelow(k, source.id, below.filter(covers), top.id)] : [top]);
}

/** --rbind: what is mounted below the source comes along, without what cannot be bound and all on that. */
function copiesBelow(k: Kernel, source: number, below: readonly Mount[], top: number): Mount[] {
  const copies = new Map([[source, top]]),
    made: Mount[] = [];
  for (const m of below) {
    const parent = copies.get(m.parent);
    if (parent === undefined || m.unbindable) continue;
    const copy = { ...m, id: top + made.length + 1, parent };
    copies.set(m.id, copy.id);
    made.push(copy);
    containmentCharge(k, 'ns.mount');
  }
  return made;
}

function move(k: Kernel, p: Process, at: FoundNode, from: string): void {
  const node = place(k, p, from).node,
    { table } = k.tree,
    m = table.of(node),
    under = table.of(at.node),
    tree = table.below(m);
  if (m.namespace !== space(k, p) || m.locked || node.ino !== m.root || m.parent === m.id) fail('EINVAL');
  if (isDirectory(k.tree.stat(node)) !== isDirectory(k.tree.stat(at.node))) fail('EINVAL');
  // Out of a shared mount it would have to vanish elsewhere too; into one, all of it must be copied.
  if (isShared(table.get(m.parent)!)) fail('EINVAL');
  if (isShared(under) && tree.some((b) => b.unbindable)) fail('EINVAL');
  if (tree.some((b) => b.id === under.id)) fail('ELOOP');
  attach(k, here(k, at), tree, true);
}

function mountNew(k: Kernel, p: Process, at: FoundNode, r: MountRequest): void {
  const unprivileged = FS_TYPES[r.type] ?? fail('ENODEV');
  if (!unprivileged && !capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
  if (!isDirectory(k.tree.stat(at.node))) fail('ENOTDIR');
  const { fs, root, options, forceReadOnly } = makeSystem(k, p, r),
    under = k.tree.table.of(at.node);
  // The same file system at the same place once more (do_add_mount).
  if (under.fs === fs.id && under.root === at.node.ino) fail('EBUSY');
  attach(k, here(k, at), [
    {
      ...here(k, at),
      id: k.tree.table.nextId(),
      namespace: under.namespace,
      fs: fs.id,
      root,
      source: r.source === '' ? 'none' : r.source,
      flags: perMount(r.flags),
      superReadOnly: forceReadOnly || (r.flags & MS_RDONLY) !== 0,
      options,
    },
  ]);
}

// ---- pivot_root

/** The root of the namespace goes to `putOld`, and what is mounted at `newRoot` becomes the root (pivot_root(2)). */
export function pivotRoot(k: Kernel, p: Process, newRoot: string, putOld: string): number {
  const to = place(k, p, newRoot),
    old = place(k, p, putOld);
  mayMount(k, p);
  const { table } = k.tree,
    m = table.of(to.node),
    under = table.of(old.node),
    root = table.of(p.root);
  if (!isDirectory(k.tree.stat(to.node)) || !isDirectory(k.tree.stat(old.node))) fail('ENOTDIR');
  const own = space(k, p);
  if (m.namespace !== own || under.namespace !== own || root.namespace !== own) fail('EINVAL');
  if (m.id === root.id || under.id === root.id) fail('EBUSY');
  if (p.root.ino !== root.root || to.node.ino !== m.root) fail('EINVAL');
  // The first root file system of the machine cannot go anywhere, as rootfs cannot with Linux.
  if (root.parent === root.id && root.namespace === 1) fail('EINVAL');
  if (m.parent === m.id || m.locked) fail('EINVAL');
  // Nobody may hear of it (pivot_root(2)).
  if ([under, table.get(m.parent)!, ...(root.parent === root.id ? [] : [table.get(root.parent)!])].some(isShared)) fail('EINVAL');
  if (!table.below(m).some((b) => b.id === under.id)) fail('EINVAL');
  const rootRecord = { parent: root.parent, on: root.on, directory: root.directory, name: root.name };
  const was = rootOf(root);
  table.change((o) => {
    if (o.id === m.id) return root.parent === root.id ? { ...o, parent: o.id, on: 0, directory: 0, name: '' } : { ...o, ...rootRecord };
    if (o.id === root.id) return { ...o, parent: under.id, on: old.node.ino, directory: old.parent.ino, name: old.name };
    return o;
  });
  const now = rootOf(table.get(m.id)!);
  for (const q of k.processes.values()) {
    for (const which of ['root', 'cwd'] as const) {
      if (!k.tree.samePlace(q[which], was)) continue;
      k.tree.hold(q[which], -1);
      q[which] = now;
      k.tree.hold(now, 1);
    }
  }
  containmentCharge(k, 'ns.pivot');
  k.emit('mount', () => ({ what: 'pivot_root', target: newRoot, namespace: own }));
  return 0;
}
