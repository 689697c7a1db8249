/**
 * umount2(2), with what it takes along elsewhere; and the end of mounts and file systems that nothing refers to any more.
 */
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Node, Process } from '../task.ts';
import { MemoryFs } from '../vfs/memory.ts';
import type { Mount } from '../vfs/mounts.ts';
import { OverlayFs } from '../vfs/overlay.ts';
import { containmentCharge } from './costs.ts';
import { mayMount, space } from './places.ts';
import { propagateUmount, receivers } from './propagation.ts';

const MNT_FORCE = 1,
  MNT_DETACH = 2,
  MNT_EXPIRE = 4,
  UMOUNT_NOFOLLOW = 8;

export function umount(k: Kernel, p: Process, path: string, flags: number): number {
  if (flags & ~(MNT_FORCE | MNT_DETACH | MNT_EXPIRE | UMOUNT_NOFOLLOW)) fail('EINVAL');
  const found = k.tree.walk(p, p.cwd, path, (flags & UMOUNT_NOFOLLOW) === 0),
    node = found.node ?? fail('ENOENT'),
    { table } = k.tree;
  mayMount(k, p);
  const m = table.of(node);
  if (node.ino !== m.root || m.namespace !== space(k, p) || m.locked) fail('EINVAL');
  if (m.parent === m.id) fail(m.namespace === 1 ? 'EBUSY' : 'EINVAL');
  containmentCharge(k, 'ns.mount');
  const below = table.below(m);
  if ((flags & MNT_DETACH) === 0 && (below.length > 1 || inUse(k, m) || likesInUse(k, m))) fail('EBUSY');
  const { gone, lifted } = propagateUmount(k, below);
  table.change((o) => (gone.has(o.id) ? detached(o, gone) : (lifted.get(o.id) ?? o)));
  containmentCharge(k, 'ns.mount', gone.size - below.length);
  collect(k);
  k.emit('mount', () => ({ what: 'umount', target: path, flags, namespace: space(k, p) }));
  return 0;
}

/** In no namespace and no group; it stays on what goes with it. */
function detached(m: Mount, gone: ReadonlySet<number>): Mount {
  const { peers: _peers, master: _master, unbindable: _unbindable, locked: _locked, ...rest } = m;
  return { ...rest, namespace: 0, parent: gone.has(m.parent) ? m.parent : m.id };
}

/** What would go along elsewhere is in use (propagate_mount_busy). Where something else stands on it, it stays anyway. */
function likesInUse(k: Kernel, m: Mount): boolean {
  const { table } = k.tree;
  return receivers(table.list, table.get(m.parent)!).some((other) => {
    const child = table.at(other.id, m.on);
    return child !== undefined && table.below(child).length === 1 && inUse(k, child);
  });
}

/** Everything that refers to a place: working directories, roots, open files, programs and mappings. */
function* references(k: Kernel): Generator<Node> {
  for (const p of k.processes.values()) {
    if (p.state === 'zombie') continue;
    yield p.cwd;
    yield p.root;
    if (p.exeNode) yield p.exeNode;
  }
  for (const file of k.files.values()) if (file.kind === 'node' || file.node.fs !== 0) yield file.node;
  for (const s of k.spaces.values()) for (const { file } of s.regions) if (file) yield file.node;
}

function inUse(k: Kernel, m: Mount): boolean {
  for (const node of references(k)) if (k.tree.table.of(node).id === m.id) return true;
  return false;
}

/** Detached mounts that nothing refers to go, and with the last mount the file system. */
export function collect(k: Kernel): void {
  const { table } = k.tree,
    mounts = new Set<number>(),
    systems = new Set<number>([1, 2, 3, k.nsfs.id]);
  for (const node of references(k)) {
    mounts.add(table.of(node).id);
    systems.add(node.fs);
  }
  const detachedRoot = (m: Mount): Mount => {
    let at = m;
    while (at.parent !== at.id) at = table.get(at.parent)!;
    return at;
  };
  const keep = new Set([...mounts].flatMap((id) => (table.get(id) ? [detachedRoot(table.get(id)!).id] : [])));
  if (table.list.some((m) => m.namespace === 0 && !keep.has(detachedRoot(m).id))) {
    const gone = new Set(table.list.filter((m) => m.namespace === 0 && !keep.has(detachedRoot(m).id)).map((m) => m.id));
    table.change((m) => (gone.has(m.id) ? null : m));
  }
  for (const m of table.list) systems.add(m.fs);
  for (const id of k.keptSystems) systems.add(id);
  // Layers live as long as the overlays above them.
  for (let size = -1; size !== systems.size;) {
    size = systems.size;
    for (const fs of k.tree.all())
      if (fs instanceof OverlayFs && systems.has(fs.id))
        for (const l of [...fs.lowerRoots, ...(fs.upperRoot ? [fs.upperRoot] : [])]) systems.add(l.fs);
  }
  for (const fs of k.tree.all()) {
    if (systems.has(fs.id) || fs.made === undefined) continue;
    k.seldom?.inotify.unmounted(fs.id);
    if (fs instanceof MemoryFs) fs.payAllBack();
    k.tree.drop(fs.id);
  }
}
