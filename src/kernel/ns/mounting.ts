/**
 * mount(2), umount2(2), pivot_root(2): file systems by type and options, bind mounts, remounting, moving, detaching. All within
 * the mount namespace of the process that asks. Left out: propagation (making a mount shared is refused), mounts from devices.
 */
import { equalPlain, type Plain } from '../../bits/plain.ts';
import { CgroupFs } from '../cgroup/fs.ts';
import { CAP, capable, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { HidePid } from '../procfiles.ts';
import { netOf } from '../net/socket.ts';
import { makeProc } from '../procfs.ts';
import { sysfsFiles } from '../sysfiles.ts';
import type { Node, Process } from '../task.ts';
import { MemoryFs } from '../vfs/memory.ts';
import { type Mount, MS_NOATIME, MS_NODEV, MS_NODIRATIME, MS_NOEXEC, MS_NOSUID, MS_RDONLY, MS_RELATIME } from '../vfs/mounts.ts';
import { type LayerRoot, OverlayFs } from '../vfs/overlay.ts';
import { SysFs } from '../vfs/sysfs.ts';
import { type Found, rootOf, type WalkContext } from '../vfs/paths.ts';
import { type FileSystem, isDirectory } from '../vfs/types.ts';
import { containmentCharge } from './costs.ts';
import { FS_TYPES } from './fstypes.ts';
import { mountSpace } from './table.ts';

export const MS_REMOUNT = 0x20,
  MS_BIND = 0x1000,
  MS_MOVE = 0x2000,
  MS_REC = 0x4000,
  MS_SILENT = 0x8000,
  MS_UNBINDABLE = 0x2_0000,
  MS_PRIVATE = 0x4_0000,
  MS_SLAVE = 0x8_0000,
  MS_SHARED = 0x10_0000,
  MS_STRICTATIME = 0x100_0000;
const PROPAGATION = MS_UNBINDABLE | MS_PRIVATE | MS_SLAVE | MS_SHARED;
const PER_MOUNT = MS_RDONLY | MS_NOSUID | MS_NODEV | MS_NOEXEC | MS_NOATIME | MS_NODIRATIME | MS_RELATIME;
const MNT_FORCE = 1,
  MNT_DETACH = 2,
  UMOUNT_NOFOLLOW = 8;

export interface MountRequest {
  readonly source: string;
  readonly target: string;
  readonly type: string;
  readonly flags: number;
  readonly data: string;
}

/** Whether the process may change the mounts of its namespace. */
function mayMount(k: Kernel, p: Process): void {
  if (!capableIn(k, p, k.ns.of(p, 'mnt').owner, CAP.SYS_ADMIN)) fail('EPERM');
}

const space = (k: Kernel, p: Process): number => mountSpace(k.ns.idOf(p, 'mnt'));

function place(k: Kernel, p: WalkContext, path: string): Found & { readonly node: Node } {
  const found = k.tree.walk(p, p.cwd, path, true);
  return { ...found, node: found.node ?? fail('ENOENT') };
}

export function mount(k: Kernel, p: Process, r: MountRequest): number {
  const at = place(k, p, r.target);
  mayMount(k, p);
  containmentCharge(k, 'ns.mount');
  const under = k.tree.table.of(at.node);
  if (under.namespace !== space(k, p)) fail('EINVAL');
  const { flags } = r;
  if (flags & MS_REMOUNT) remount(k, p, at.node, flags, r.data);
  else if (flags & MS_BIND) bind(k, p, at, r);
  else if (flags & PROPAGATION) setPropagation(flags, at.node, under);
  else if (flags & MS_MOVE) move(k, p, at, r.source);
  else mountNew(k, p, at, r);
  k.emit('mount', () => ({ what: 'mount', source: r.source, target: r.target, type: r.type, flags: flags | 0, namespace: space(k, p) }));
  return 0;
}

function setPropagation(flags: number, at: Node, m: Mount): void {
  if (at.ino !== m.root || flags & MS_SHARED) fail('EINVAL');
}

const perMount = (flags: number): number => (flags & PER_MOUNT) | (flags & (MS_NOATIME | MS_STRICTATIME) ? 0 : MS_RELATIME);

function remount(k: Kernel, p: Process, at: Node, flags: number, data: string): void {
  const m = k.tree.table.of(at);
  if (at.ino !== m.root) fail('EINVAL');
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

function bind(k: Kernel, p: Process, at: Found & { readonly node: Node }, r: MountRequest): void {
  const from = place(k, p, r.source).node,
    source = k.tree.table.of(from);
  const isNs = from.fs === k.nsfs.id;
  if (!isNs && source.namespace !== space(k, p)) fail('EINVAL');
  const directory = isDirectory(k.tree.stat(from));
  if (directory !== isDirectory(k.tree.stat(at.node))) fail('ENOTDIR');
  const top = k.tree.mount(at, at.node, {
    fs: from.fs,
    root: from.ino,
    source: isNs ? 'nsfs' : source.source,
    flags: isNs ? 0 : source.flags,
    superReadOnly: isNs ? false : source.superReadOnly,
    options: isNs ? '' : source.options,
  });
  if (r.flags & MS_REC && !isNs) bindBelow(k, source, from, top);
}

/** --rbind: what is mounted below the source comes along. */
function bindBelow(k: Kernel, source: Mount, from: Node, top: Mount): void {
  const copies = new Map([[source.id, top.id]]);
  for (const m of k.tree.table.below(source).slice(1)) {
    const parent = copies.get(m.parent);
    if (parent === undefined || m.id === top.id) continue;
    if (m.parent === source.id && !isUnder(k.tree.fs(source.fs), m.directory, m.on, from.ino)) continue;
    copies.set(m.id, k.tree.table.add({ ...m, parent, namespace: top.namespace }).id);
    containmentCharge(k, 'ns.mount');
  }
}

function isUnder(fs: FileSystem, directory: number, ino: number, above: number): boolean {
  if (ino === above) return true;
  for (let at = directory; ; at = fs.parent(at)) {
    if (at === above) return true;
    if (at === fs.parent(at)) return false;
  }
}

function move(k: Kernel, p: Process, at: Found & { readonly node: Node }, from: string): void {
  const node = place(k, p, from).node,
    m = k.tree.table.of(node);
  if (node.ino !== m.root || m.parent === m.id) fail('EINVAL');
  if (isDirectory(k.tree.stat(node)) !== isDirectory(k.tree.stat(at.node))) fail('ENOTDIR');
  const under = k.tree.table.of(at.node);
  if (k.tree.table.below(m).some((b) => b.id === under.id)) fail('ELOOP');
  k.tree.table.change((o) => (o.id === m.id ? { ...o, parent: under.id, on: at.node.ino, directory: at.parent.ino, name: at.name } : o));
}

// ---- file systems by type

function mountNew(k: Kernel, p: Process, at: Found & { readonly node: Node }, r: MountRequest): void {
  const unprivileged = FS_TYPES[r.type] ?? fail('ENODEV');
  if (!unprivileged && !capable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
  if (!isDirectory(k.tree.stat(at.node))) fail('ENOTDIR');
  const { fs, root, options, forceReadOnly } = makeSystem(k, p, r);
  k.tree.mount(at, at.node, {
    fs: fs.id,
    root,
    source: r.source === '' ? 'none' : r.source,
    flags: perMount(r.flags),
    superReadOnly: forceReadOnly || (r.flags & MS_RDONLY) !== 0,
    options,
  });
}

interface Made {
  readonly fs: FileSystem;
  readonly root: number;
  readonly options: string;
  readonly forceReadOnly: boolean;
}

function makeSystem(k: Kernel, p: Process, r: MountRequest): Made {
  const plain = (fs: FileSystem, options = '', root = fs.root): Made => ({ fs, root, options, forceReadOnly: false });
  switch (r.type) {
    case 'tmpfs': {
      const o = tmpfsOptions(k, r.data, (k.frames.total * 4096) / 2),
        fs = add(k, 'tmpfs', { capacity: o.capacity, mode: o.mode });
      if (o.uid !== 0 || o.gid !== 0 || p.credentials.user)
        fs.setAttributes(fs.root, { uid: o.uid || p.credentials.fsuid, gid: o.gid || p.credentials.fsgid });
      return plain(fs, o.shown);
    }
    case 'proc': {
      if (!capableIn(k, p, k.ns.of(p, 'pid').owner, CAP.SYS_ADMIN)) fail('EPERM');
      const wanted = { namespace: k.ns.idOf(p, 'pid'), hidePid: hidePidOf(r.data) };
      const there = k.tree.all().find((fs) => fs.type === 'proc' && fs.made !== undefined && equalPlain(fs.made.options, wanted));
      return plain(there ?? add(k, 'proc', wanted), wanted.hidePid === 0 ? '' : `,hidepid=${HIDE_PID[wanted.hidePid]}`);
    }
    case 'cgroup2': {
      if (!capableIn(k, p, k.ns.of(p, 'cgroup').owner, CAP.SYS_ADMIN)) fail('EPERM');
      const fs = (k.tree.all().find((one) => one.type === 'cgroup2') ?? add(k, 'cgroup2', null)) as CgroupFs;
      return plain(fs, '', fs.inoOf(k.control.group(k.ns.cgroupRoot(p))));
    }
    case 'devtmpfs':
      return plain(k.tree.fs(DEV_FS));
    case 'overlay':
      return mountOverlay(k, p, r.data);
    case 'sysfs':
      if (!capableIn(k, p, k.ns.of(p, 'net').owner, CAP.SYS_ADMIN)) fail('EPERM');
      return plain(add(k, 'sysfs', { net: netOf(p) }));
    case 'ramfs':
      return plain(add(k, 'tmpfs', { capacity: k.frames.total * 4096, mode: 0o755, type: 'ramfs' }));
    default:
      return plain(add(k, 'tmpfs', { capacity: 1 << 20, mode: 0o755, type: r.type }));
  }
}
/** The machine's own /dev (rootfs.ts). */
const DEV_FS = 2;

function add(k: Kernel, kind: string, options: Plain): FileSystem {
  const fs = buildFileSystem(k, k.tree.nextFs(), kind, options);
  k.tree.add(fs);
  return fs;
}

/** A file system by its kind: new, or again when a saved state is restored. */
/** A file system of a kind, as mount makes it and a saved state names it. */
export function buildFileSystem(k: Kernel, id: number, kind: string, options: Plain): FileSystem {
  const now = (): number => k.realTime(),
    o = (options ?? {}) as unknown as {
      capacity: number;
      mode: number;
      type?: string;
      /** Stands for a disk: its contents are nobody's memory. */
      disk?: boolean;
      namespace: number;
      hidePid: HidePid;
      net: number;
      lower: readonly LayerRoot[];
      upper: LayerRoot | null;
    };
  switch (kind) {
    case 'tmpfs':
      return new MemoryFs({
        id,
        type: o.type ?? 'tmpfs',
        now,
        mode: o.mode,
        capacity: o.capacity,
        made: { kind, options },
        ...(o.disk ? {} : { payer: k.control.payer('file') }),
      });
    case 'proc':
      return makeProc(k, id, o.namespace, o.hidePid);
    case 'cgroup2':
      return new CgroupFs(id, k, k.control);
    case 'sysfs':
      return new SysFs(id, sysfsFiles(k, o.net), { kind, options }, now);
    case 'overlay':
      return new OverlayFs({ id, lower: o.lower, upper: o.upper, layer: (fs) => k.tree.fs(fs), watcher: k.overlays.watcher(id) });
    default:
      throw new Error(`no file system of the kind ${kind}`);
  }
}

export const makeFileSystem = add;

const HIDE_PID = ['off', 'noaccess', 'invisible'] as const;

/** hidepid= by number or word (proc(5)); gid= would except a group from it, and is not modelled. */
function hidePidOf(data: string): HidePid {
  let hide: HidePid = 0;
  for (const word of data.split(',').filter((w) => w !== '')) {
    const [name, value = ''] = word.split('=') as [string, string?];
    const at = HIDE_PID.findIndex((known, i) => value === known || value === String(i));
    if (name !== 'hidepid' || at < 0) fail('EINVAL');
    hide = at as HidePid;
  }
  return hide;
}

const sizes: Readonly<Record<string, number>> = { k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

function tmpfsOptions(
  k: Kernel,
  data: string,
  capacity: number,
): { capacity: number; mode: number; uid: number; gid: number; shown: string } {
  const o = { capacity, mode: 0o1777, uid: 0, gid: 0, shown: '' };
  for (const word of data.split(',').filter((w) => w !== '')) {
    const [name, value = ''] = word.split(/=(.*)/s) as [string, string?];
    if (name === 'size') {
      const [, digits, suffix] = /^(\d+)([kmg%]?)$/i.exec(value) ?? fail('EINVAL');
      const unit = suffix === '%' ? (k.frames.total * 4096) / 100 : (sizes[(suffix ?? '').toLowerCase()] ?? 1);
      o.capacity = Math.ceil((Number(digits) * unit) / 4096) * 4096;
      o.shown += `,size=${o.capacity / 1024}k`;
    } else if (name === 'mode') {
      o.mode = Number.parseInt(/^[0-7]+$/.test(value) ? value : fail('EINVAL'), 8) & 0o7777;
      if (o.mode !== 0o1777) o.shown += `,mode=${o.mode.toString(8)}`;
    } else if (name === 'uid' || name === 'gid') {
      o[name] = /^\d+$/.test(value) ? Number(value) : fail('EINVAL');
      o.shown += `,${name}=${value}`;
    } else if (!['nr_inodes', 'nr_blocks', 'huge', 'inode64', 'inode32', 'mpol'].includes(name)) fail('EINVAL');
  }
  return o;
}

/** lowerdir=A:B, upperdir=U, workdir=W; a colon in a name is written \: */
function mountOverlay(k: Kernel, p: Process, data: string): Made {
  const words = new Map<string, string>();
  for (const word of data.split(/(?<!\\),/).filter((w) => w !== '')) {
    const [name, value = ''] = word.split(/=(.*)/s) as [string, string?];
    if (
      !['lowerdir', 'upperdir', 'workdir', 'index', 'metacopy', 'redirect_dir', 'xino', 'volatile', 'userxattr', 'nfs_export'].includes(
        name,
      )
    )
      fail('EINVAL');
    if (['index', 'metacopy', 'nfs_export'].includes(name) && value === 'on') fail('EINVAL');
    words.set(name, value);
  }
  const lowers = (words.get('lowerdir') ?? fail('EINVAL')).split(/(?<!\\):/).map((path) => layer(k, p, path));
  const upperPath = words.get('upperdir'),
    workPath = words.get('workdir');
  if (upperPath === undefined && lowers.length < 2) fail('EINVAL');
  if (upperPath !== undefined && workPath === undefined) fail('EINVAL');
  const upper = upperPath === undefined ? null : layer(k, p, upperPath);
  if (upper) {
    const work = layer(k, p, workPath!);
    if (work.fs !== upper.fs || work.mount !== upper.mount || work.ino === upper.ino) fail('EINVAL');
    if (k.tree.readOnly(upper)) fail('EROFS');
    if (k.tree.fs(upper.fs) instanceof OverlayFs) fail('EINVAL');
    const fs = k.tree.fs(work.fs);
    if (fs.lookup(work.ino, 'work') === null) fs.create(work.ino, 'work', { mode: 0o40000, uid: 0, gid: 0 });
  }
  const bare = ({ fs, ino }: Node): LayerRoot => ({ fs, ino });
  const fs = add(k, 'overlay', { lower: lowers.map(bare), upper: upper && bare(upper) } as unknown as Plain);
  return { fs, root: fs.root, options: `,${data}`, forceReadOnly: upper === null };
}

function layer(k: Kernel, p: Process, path: string): Node {
  const { node } = place(k, p, path.replaceAll('\\:', ':').replaceAll('\\,', ','));
  return isDirectory(k.tree.stat(node)) ? node : fail('ENOTDIR');
}

// ---- umount

export function umount(k: Kernel, p: Process, path: string, flags: number): number {
  if (flags & ~(MNT_FORCE | MNT_DETACH | 4 | UMOUNT_NOFOLLOW)) fail('EINVAL');
  const found = k.tree.walk(p, p.cwd, path, (flags & UMOUNT_NOFOLLOW) === 0),
    node = found.node ?? fail('ENOENT');
  mayMount(k, p);
  const m = k.tree.table.of(node);
  if (node.ino !== m.root || m.namespace !== space(k, p)) fail('EINVAL');
  if (m.parent === m.id) fail(m.namespace === 1 ? 'EBUSY' : 'EINVAL');
  containmentCharge(k, 'ns.mount');
  const below = k.tree.table.below(m);
  if (flags & MNT_DETACH) {
    const ids = new Set(below.map((b) => b.id));
    k.tree.table.change((o) => (o.id === m.id ? { ...o, parent: o.id, namespace: 0 } : ids.has(o.id) ? { ...o, namespace: 0 } : o));
  } else {
    if (below.length > 1 || inUse(k, m)) fail('EBUSY');
    k.tree.table.change((o) => (o.id === m.id ? null : o));
  }
  collect(k);
  k.emit('mount', () => ({ what: 'umount', target: path, flags, namespace: space(k, p) }));
  return 0;
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
    if (fs instanceof MemoryFs) fs.payAllBack();
    k.tree.drop(fs.id);
  }
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
  if (m.parent === m.id) fail('EINVAL');
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
