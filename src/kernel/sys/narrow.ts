/**
 * Calls from before 32-bit ids and 64-bit times (kernel/uid16.c): what other rows do, with ids of 16 bits, of which all ones means
 * "leave it". An id that does not fit is shown as 65534 (overflowuid).
 */
import { get16, get32, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import { seenGid, seenUid } from '../ns/usermap.ts';
import { call, type Family, type Syscall } from '../syscall.ts';
import type { Times } from './paths.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut } from '../user.ts';

const NONE = 0xffff,
  OVERFLOW = 65534;
const wide = (id: number): number => ((id & NONE) === NONE ? -1 : id & NONE);
const short = (id: number): number => (id > NONE ? OVERFLOW : id);

/** The row of a number that this family stands for. */
const row = (number: number): Syscall => LATE.get().calls[number]!;

/** As call `number`; arguments from `from` on are ids. */
const narrowed = (name: string, kinds: string, number: number, from = 0): Syscall =>
  call(name, kinds, (k, p, args) => row(number).run(k, p, [...args.slice(0, from), ...args.slice(from).map(wide)], null));

const shownIds = (k: Kernel, p: Process, ids: readonly number[], at: readonly number[]): number => {
  ids.forEach((id, i) => copyOut(k, p, at[i]!, new StructWriter().u16(short(id)).done()));
  return 0;
};

function getgroups(k: Kernel, p: Process, count: number, at: number): number {
  const { groups } = p.credentials;
  if (count === 0) return groups.length;
  if (count < groups.length) fail('EINVAL');
  const w = new StructWriter();
  for (const g of groups) w.u16(short(seenGid(p.credentials, g)));
  copyOut(k, p, at, w.done());
  return groups.length;
}

/** Seconds and microseconds, twice; a null pointer is now. */
function times(k: Kernel, p: Process, at: number): Times {
  if (at === 0) return { atime: k.realTime(), mtime: k.realTime() };
  const b = copyIn(k, p, at, 16);
  const micro = (n: number): number => (get32(b, n) < 0 || get32(b, n) >= 1e6 ? fail('EINVAL') : get32(b, n));
  const [access, contents] = [micro(4), micro(12)];
  return {
    atime: get32(b, 0),
    mtime: get32(b, 8),
    nanos: { atime: access * 1000, mtime: contents * 1000 },
  };
}

export const NARROW_CALLS: Family = {
  16: narrowed('lchown', 'path uid gid', 198, 1),
  23: narrowed('setuid', 'uid', 213),
  46: narrowed('setgid', 'gid', 214),
  70: narrowed('setreuid', 'uid uid', 203),
  71: narrowed('setregid', 'gid gid', 204),
  80: call('getgroups', 'int ptr', (k, p, [count, at]) => getgroups(k, p, count!, at!)),
  81: call('setgroups', 'int ptr', (k, p, [count, at]) => {
    if (count! < 0 || count! > 65536) fail('EINVAL');
    const b = copyIn(k, p, at!, count! * 2);
    return LATE.get().putGroups(
      k,
      p,
      Array.from({ length: count! }, (_, i) => get16(b, i * 2)),
    );
  }),
  95: narrowed('fchown', 'fd uid gid', 207, 1),
  138: narrowed('setfsuid', 'uid', 215),
  139: narrowed('setfsgid', 'gid', 216),
  164: narrowed('setresuid', 'uid uid uid', 208),
  165: call('getresuid', 'ptr ptr ptr', (k, p, at) => {
    const { uid, euid, suid } = p.credentials;
    return shownIds(
      k,
      p,
      [uid, euid, suid].map((id) => seenUid(p.credentials, id)),
      at,
    );
  }),
  170: narrowed('setresgid', 'gid gid gid', 210),
  171: call('getresgid', 'ptr ptr ptr', (k, p, at) => {
    const { gid, egid, sgid } = p.credentials;
    return shownIds(
      k,
      p,
      [gid, egid, sgid].map((id) => seenGid(p.credentials, id)),
      at,
    );
  }),
  182: narrowed('chown', 'path uid gid', 212, 1),
  271: call('utimes', 'path ptr', (k, p, [path, at]) => LATE.get().setTimes(k, p, AT_FDCWD, path!, times(k, p, at!))),
  299: call('futimesat', 'dirfd path ptr', (k, p, [dirfd, path, at]) => LATE.get().setTimes(k, p, dirfd!, path!, times(k, p, at!))),
};
const AT_FDCWD = -100;
