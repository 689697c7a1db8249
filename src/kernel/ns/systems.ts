/**
 * File systems by type, with the options of mount(8): what mount(2) makes, and what a restored state makes again. Left out: file systems
 * on devices.
 */
import { equalPlain, type Plain } from '../../bits/plain.ts';
import { CgroupFs } from '../cgroup/fs.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { HidePid } from '../procfiles.ts';
import { netOf } from '../net/socket.ts';
import { makeProc } from '../procfs.ts';
import { type DevptsOptions, DevptsFs, devptsOptions } from '../pty/devpts.ts';
import { sysfsFiles } from '../sysfiles.ts';
import type { Node, Process } from '../task.ts';
import { MemoryFs } from '../vfs/memory.ts';
import { type LayerRoot, OverlayFs } from '../vfs/overlay.ts';
import { SysFs } from '../vfs/sysfs.ts';
import { type FileSystem, isDirectory } from '../vfs/types.ts';
import { type MountRequest, place } from './places.ts';

/** A file system to be mounted. */
export interface Made {
  readonly fs: FileSystem;
  readonly root: number;
  readonly options: string;
  readonly forceReadOnly: boolean;
}

/** What mount(2) asks for, by type. */
export function makeSystem(k: Kernel, p: Process, r: MountRequest): Made {
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
    case 'devpts': {
      const { options: wanted, shown } = devptsOptions(k, p, r.data);
      return plain(add(k, 'devpts', wanted as unknown as Plain), shown);
    }
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
    case 'devpts':
      return new DevptsFs(k, id, options as unknown as DevptsOptions, { kind, options });
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

/** size=, mode=, uid=, gid= of tmpfs; and how mount shows them. */
export function tmpfsOptions(
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
