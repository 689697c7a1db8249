/**
 * Who may do what: user and group ids with capabilities (credentials(7), capabilities(7)). Every question of privilege comes
 * to `capable`, so that user namespaces have one place to answer it.
 */
import type { Kernel } from './kernel.ts';
import { toKernel } from './ns/usermap.ts';
import type { Bits64, Credentials, Process, UserView } from './task.ts';

export const CAP = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  FSETID: 4,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SETPCAP: 8,
  LINUX_IMMUTABLE: 9,
  NET_BIND_SERVICE: 10,
  NET_BROADCAST: 11,
  NET_ADMIN: 12,
  NET_RAW: 13,
  IPC_LOCK: 14,
  IPC_OWNER: 15,
  SYS_MODULE: 16,
  SYS_RAWIO: 17,
  SYS_CHROOT: 18,
  SYS_PTRACE: 19,
  SYS_PACCT: 20,
  SYS_ADMIN: 21,
  SYS_BOOT: 22,
  SYS_NICE: 23,
  SYS_RESOURCE: 24,
  SYS_TIME: 25,
  SYS_TTY_CONFIG: 26,
  MKNOD: 27,
  LEASE: 28,
  AUDIT_WRITE: 29,
  AUDIT_CONTROL: 30,
  SETFCAP: 31,
  MAC_OVERRIDE: 32,
  MAC_ADMIN: 33,
  SYSLOG: 34,
  WAKE_ALARM: 35,
  BLOCK_SUSPEND: 36,
  AUDIT_READ: 37,
  PERFMON: 38,
  BPF: 39,
  CHECKPOINT_RESTORE: 40,
} as const;
export const LAST_CAP = 40;
export const NO_CAPS: Bits64 = [0, 0];
export const ALL_CAPS: Bits64 = [-1, (1 << (LAST_CAP - 31)) - 1];

export const ROOT_CREDENTIALS: Credentials = {
  uid: 0,
  euid: 0,
  suid: 0,
  fsuid: 0,
  gid: 0,
  egid: 0,
  sgid: 0,
  fsgid: 0,
  groups: [],
  permitted: ALL_CAPS,
  effective: ALL_CAPS,
  inheritable: NO_CAPS,
  bounding: ALL_CAPS,
};

export const hasCap = (set: Bits64, cap: number): boolean => ((set[cap >> 5]! >>> (cap & 31)) & 1) === 1;
export const capsAnd = (a: Bits64, b: Bits64): Bits64 => [a[0] & b[0], a[1] & b[1]];
export const capsOr = (a: Bits64, b: Bits64): Bits64 => [a[0] | b[0], a[1] | b[1]];

/** Whether the process has the capability over what belongs to the host: only processes of the first user namespace can. */
export function capable(k: Kernel, p: Process, cap: number): boolean {
  return capableIn(k, p, FIRST_USER_NS, cap);
}

/** Whether it has the capability over what belongs to its own user namespace. */
export function ownCapable(k: Kernel, p: Process, cap: number): boolean {
  return k.asked(p, cap, hasCap(p.credentials.effective, cap));
}

const FIRST_USER_NS = 0xefff_fffd;

/** Whether it has the capability over what belongs to that user namespace: as a member, or as the owner of one below its own. */
export function capableIn(k: Kernel, p: Process, ns: number, cap: number): boolean {
  const mine = p.credentials.user?.ns ?? FIRST_USER_NS;
  for (let at = k.ns.kind('user', ns); ; at = k.ns.kind('user', at.parent)) {
    if (at.id === mine) return k.asked(p, cap, hasCap(p.credentials.effective, cap));
    if (at.parent === null) return k.asked(p, cap, false);
    if (at.parent === mine && at.uid === p.credentials.euid) return k.asked(p, cap, true);
  }
}

/** Capabilities that concern files: they follow fsuid (capabilities(7), "Effect of user ID changes"). */
const FILE_CAPS: Bits64 = [0x1f | (1 << CAP.LINUX_IMMUTABLE) | (1 << CAP.MKNOD), 1 << (CAP.MAC_OVERRIDE - 32)];

/** The user that is root in the credentials' own user namespace; nobody while it maps no root. */
const rootOf = (c: Credentials): number => toKernel(c.user?.uids ?? null, 0);

/** Capabilities after the user ids were changed from `old` to `next`. */
export function afterIds(old: Credentials, next: Credentials): Credentials {
  const root = rootOf(old);
  const wasRoot = old.uid === root || old.euid === root || old.suid === root;
  const isRoot = next.uid === root || next.euid === root || next.suid === root;
  let { permitted, effective } = next;
  let ambient = next.ambient ?? NO_CAPS;
  if (wasRoot && !isRoot) permitted = effective = ambient = NO_CAPS;
  else if (old.euid === root && next.euid !== root) effective = NO_CAPS;
  else if (old.euid !== root && next.euid === root) effective = permitted;
  if (old.fsuid === root && next.fsuid !== root) effective = [effective[0] & ~FILE_CAPS[0], effective[1] & ~FILE_CAPS[1]];
  else if (old.fsuid !== root && next.fsuid === root) effective = capsOr(effective, capsAnd(permitted, FILE_CAPS));
  return withAmbient({ ...next, permitted, effective }, ambient);
}

/** The ambient set, as far as it is permitted and inheritable (cap_capset). */
export function withAmbient(c: Credentials, ambient: Bits64): Credentials {
  const kept = capsAnd(ambient, capsAnd(c.permitted, c.inheritable)),
    { ambient: _old, ...rest } = c;
  return kept[0] === 0 && kept[1] === 0 ? rest : { ...rest, ambient: kept };
}

/**
 * Capabilities after execve: root's files give all that is bounded (the file sets of root are full); others keep their ambient set, unless
 * the file has made them somebody else.
 */
export function afterExec(before: Credentials, changed: boolean): Credentials {
  const { ambient: had, ...c } = before,
    ambient = changed ? NO_CAPS : (had ?? NO_CAPS);
  const inherited = capsAnd(c.inheritable, ALL_CAPS);
  const root = rootOf(c);
  if (c.uid === root || c.euid === root) {
    const permitted = capsOr(capsOr(c.bounding, inherited), ambient);
    return withAmbient({ ...c, permitted, effective: c.euid === root ? permitted : ambient }, ambient);
  }
  return withAmbient({ ...c, permitted: ambient, effective: ambient }, ambient);
}

/** Whether `c` is a member of the group. */
export const inGroup = (c: Credentials, gid: number): boolean => c.fsgid === gid || c.groups.includes(gid);

/** After joining a user namespace: all capabilities there. */
export function afterJoin(c: Credentials, user: UserView | undefined): Credentials {
  const { user: _old, ambient: _none, ...rest } = c;
  return { ...rest, permitted: ALL_CAPS, effective: ALL_CAPS, inheritable: NO_CAPS, bounding: ALL_CAPS, ...(user ? { user } : {}) };
}
