/** System calls about namespaces, mounts and names of the machine, and extended attributes. */
import { fromLatin1, latin1 } from '../../bits/utf8.ts';
import { CAP, capableIn } from '../credentials.ts';
import { fail } from '../errno.ts';
import { fileOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { call, type Family } from '../syscall.ts';
import { AT_FDCWD, existing, nodeOf } from '../sys/paths.ts';
import type { Node, Process } from '../task.ts';
import { copyIn, copyOut, readString } from '../user.ts';
import { setns, unshare } from './create.ts';
import { mount, pivotRoot } from './mounting.ts';
import { FIRST } from './namespaces.ts';
import { umount } from './umount.ts';

const NAME_MOST = 64,
  MS_MGC_VAL = 0xc0ed;

function setName(k: Kernel, p: Process, which: 'hostname' | 'domainname', at: number, length: number): number {
  const ns = k.ns.of(p, 'uts');
  if (!capableIn(k, p, ns.owner, CAP.SYS_ADMIN)) fail('EPERM');
  if (length < 0 || length > NAME_MOST) fail('EINVAL');
  k.ns.put({ ...ns, [which]: latin1(copyIn(k, p, at, length)) });
  return 0;
}

function mountCall(k: Kernel, p: Process, [source, target, type, flags, data]: readonly number[]): number {
  const text = (at: number): string => (at === 0 ? '' : readString(k, p, at));
  const bare = ((flags! >>> 16) & 0xffff) === MS_MGC_VAL ? flags! & 0xffff : flags!;
  return mount(k, p, { source: text(source!), target: readString(k, p, target!), type: text(type!), flags: bare, data: text(data!) });
}

function setnsCall(k: Kernel, p: Process, fd: number, type: number): number {
  const file = fileOf(k, p, fd);
  return file.kind === 'node' && file.node.fs === k.nsfs.id ? setns(k, p, file.node.ino, type) : fail('EINVAL');
}

/** No module is made for this kernel: with the right to load one, what is given is no module (ENOEXEC). */
const refuseModule = (k: Kernel, p: Process): never => fail(capableIn(k, p, FIRST.user, CAP.SYS_MODULE) ? 'ENOEXEC' : 'EPERM');

// ---- extended attributes (xattr(7))

type Where = (k: Kernel, p: Process, at: number) => Node;
const followed: Where = (k, p, at) => existing(k, p, AT_FDCWD, readString(k, p, at), true);
const itself: Where = (k, p, at) => existing(k, p, AT_FDCWD, readString(k, p, at), false);
const byFd: Where = (k, p, fd) => nodeOf(k, p, fd);

/** trusted.* is for those with CAP_SYS_ADMIN; others do not see it. user.*, trusted.* and security.* are kept. */
function checkName(k: Kernel, p: Process, name: string, write: boolean): void {
  if (!/^(user|trusted|security)\../.test(name)) fail('EOPNOTSUPP');
  if (name.startsWith('trusted.') && !capableIn(k, p, 0, CAP.SYS_ADMIN)) fail(write ? 'EPERM' : 'ENODATA');
}

function getxattr(k: Kernel, p: Process, node: Node, nameAt: number, at: number, size: number): number {
  const name = readString(k, p, nameAt, 256),
    fs = k.tree.fs(node.fs);
  checkName(k, p, name, false);
  const value = (fs.getXattr ? fs.getXattr(node.ino, name) : fail('EOPNOTSUPP')) ?? fail('ENODATA');
  return give(k, p, value, at, size);
}

function give(k: Kernel, p: Process, value: string, at: number, size: number): number {
  if (size === 0) return value.length;
  if (value.length > size >>> 0) fail('ERANGE');
  copyOut(k, p, at, fromLatin1(value));
  return value.length;
}

function setxattr(k: Kernel, p: Process, node: Node, nameAt: number, at: number, size: number, flags: number): number {
  const name = readString(k, p, nameAt, 256),
    fs = k.tree.fs(node.fs);
  checkName(k, p, name, true);
  if (k.tree.readOnly(node)) fail('EROFS');
  if (!fs.setXattr) fail('EOPNOTSUPP');
  if (size >>> 0 > 65536) fail('E2BIG');
  const there = fs.getXattr!(node.ino, name) !== null;
  if (flags & 1 && there) fail('EEXIST');
  if (flags & 2 && !there) fail('ENODATA');
  fs.setXattr(node.ino, name, latin1(copyIn(k, p, at, size)));
  return 0;
}

function listxattr(k: Kernel, p: Process, node: Node, at: number, size: number): number {
  const trusted = capableIn(k, p, 0, CAP.SYS_ADMIN);
  const names = (k.tree.fs(node.fs).listXattr?.(node.ino) ?? []).filter((name) => trusted || !name.startsWith('trusted.'));
  return give(k, p, names.map((name) => `${name}\0`).join(''), at, size);
}

function removexattr(k: Kernel, p: Process, node: Node, nameAt: number): number {
  const name = readString(k, p, nameAt, 256),
    fs = k.tree.fs(node.fs);
  checkName(k, p, name, true);
  if (k.tree.readOnly(node)) fail('EROFS');
  if (!fs.setXattr) fail('EOPNOTSUPP');
  if (fs.getXattr!(node.ino, name) === null) fail('ENODATA');
  fs.setXattr(node.ino, name, null);
  return 0;
}

function xattrFamily(): Family {
  const family: Record<number, ReturnType<typeof call>> = {};
  const forms: readonly (readonly [string, string, Where])[] = [
    ['', 'path', followed],
    ['l', 'path', itself],
    ['f', 'fd', byFd],
  ];
  forms.forEach(([prefix, kind, where], i) => {
    family[226 + i] = call(`${prefix}setxattr`, `${kind} string ptr size int`, (k, p, [of, name, at, size, flags]) =>
      setxattr(k, p, where(k, p, of!), name!, at!, size!, flags!),
    );
    family[229 + i] = call(`${prefix}getxattr`, `${kind} string ptr size`, (k, p, [of, name, at, size]) =>
      getxattr(k, p, where(k, p, of!), name!, at!, size!),
    );
    family[232 + i] = call(`${prefix}listxattr`, `${kind} ptr size`, (k, p, [of, at, size]) =>
      listxattr(k, p, where(k, p, of!), at!, size!),
    );
    family[235 + i] = call(`${prefix}removexattr`, `${kind} string`, (k, p, [of, name]) => removexattr(k, p, where(k, p, of!), name!));
  });
  return family;
}

export const NAMESPACE_CALLS: Family = {
  21: call('mount', 'string path string uint string', mountCall),
  22: call('umount', 'path', (k, p, [path]) => umount(k, p, readString(k, p, path!), 0)),
  52: call('umount2', 'path int', (k, p, [path, flags]) => umount(k, p, readString(k, p, path!), flags!)),
  74: call('sethostname', 'ptr size', (k, p, [at, length]) => setName(k, p, 'hostname', at!, length!)),
  121: call('setdomainname', 'ptr size', (k, p, [at, length]) => setName(k, p, 'domainname', at!, length!)),
  128: call('init_module', 'ptr size string', (k, p) => refuseModule(k, p)),
  350: call('finit_module', 'fd string int', (k, p) => refuseModule(k, p)),
  217: call('pivot_root', 'path path', (k, p, [to, old]) => pivotRoot(k, p, readString(k, p, to!), readString(k, p, old!))),
  310: call('unshare', 'uint', (k, p, [flags]) => unshare(k, p, flags!)),
  346: call('setns', 'fd uint', (k, p, [fd, type]) => setnsCall(k, p, fd!, type!)),
  ...xattrFamily(),
};
