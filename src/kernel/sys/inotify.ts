/** inotify(7): making an instance, watching files and no longer. Reading is read(2) of the instance. */
import { fail } from '../errno.ts';
import { addFile, fileOf, install, O_CLOEXEC, O_NONBLOCK } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { call, type Family } from '../syscall.ts';
import type { Process } from '../task.ts';
import { IN } from '../told.ts';
import { readString } from '../user.ts';
import { MAY_READ, permits } from '../vfs/paths.ts';
import { isDirectory } from '../vfs/types.ts';
import { AT_FDCWD, existing } from './paths.ts';

const ONLYDIR = 0x100_0000,
  DONT_FOLLOW = 0x200_0000,
  EXCL_UNLINK = 0x400_0000,
  MASK_CREATE = 0x1000_0000,
  MASK_ADD = 0x2000_0000,
  ONESHOT = 0x8000_0000 | 0,
  /** Bits that mean something to inotify_add_watch (ALL_INOTIFY_BITS), those that only events carry among them. */
  KNOWN = IN.ALL | 0xe000 | ONLYDIR | DONT_FOLLOW | EXCL_UNLINK | MASK_CREATE | MASK_ADD | 0x4000_0000 | ONESHOT;

function init(k: Kernel, p: Process, flags: number): number {
  if (flags & ~(O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  const number = k.inotify.make(p.credentials.uid);
  return install(
    k,
    p,
    addFile(k, { kind: 'inotify', number, path: 'anon_inode:inotify', flags: flags & O_NONBLOCK }),
    (flags & O_CLOEXEC) !== 0,
  );
}

function instance(k: Kernel, p: Process, fd: number): number {
  const file = fileOf(k, p, fd);
  return file.kind === 'inotify' ? file.number : fail('EINVAL');
}

function addWatch(k: Kernel, p: Process, fd: number, path: number, mask: number): number {
  if ((mask & KNOWN) === 0) fail('EINVAL');
  const id = instance(k, p, fd);
  if ((mask & (MASK_ADD | MASK_CREATE)) === (MASK_ADD | MASK_CREATE)) fail('EINVAL');
  const node = existing(k, p, AT_FDCWD, readString(k, p, path), (mask & DONT_FOLLOW) === 0),
    stat = k.tree.stat(node);
  if (mask & ONLYDIR && !isDirectory(stat)) fail('ENOTDIR');
  if (!permits(stat, p.credentials, MAY_READ)) fail('EACCES');
  return k.inotify.watch(id, node, mask & (IN.ALL | EXCL_UNLINK | ONESHOT), (mask & MASK_ADD) !== 0, (mask & MASK_CREATE) !== 0);
}

export const INOTIFY_CALLS: Family = {
  291: call('inotify_init', '', (k, p) => init(k, p, 0)),
  292: call('inotify_add_watch', 'fd path uint', (k, p, [fd, path, mask]) => addWatch(k, p, fd!, path!, mask!)),
  293: call('inotify_rm_watch', 'fd int', (k, p, [fd, wd]) => {
    k.inotify.unwatch(instance(k, p, fd!), wd!);
    return 0;
  }),
  332: call('inotify_init1', 'open', (k, p, [flags]) => init(k, p, flags!)),
};
