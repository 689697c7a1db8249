/** What the three kinds have in common (ipc/util.c): finding and making by key, permissions, changing the owner, waiting. */
import { CAP, capableIn, inGroup } from '../credentials.ts';
import { fail } from '../errno.ts';
import { wakeUp } from '../fair.ts';
import type { Kernel } from '../kernel.ts';
import { containmentCharge } from '../ns/costs.ts';
import { FIRST } from '../ns/namespaces.ts';
import { gidsOf, NO_ID, toKernel, uidsOf } from '../ns/usermap.ts';
import type { Plain } from '../../bits/plain.ts';
import { PAGE } from '../frames.ts';
import { settingOf, settingsOf } from '../procsys.ts';
import { Block, type BlockedCall, type Process, type Wait } from '../task.ts';
import type { World } from './state.ts';
import type { Table } from './table.ts';
import { idOf, IPC_CREAT, IPC_EXCL, IPC_PRIVATE, type IpcObject, type Permissions, type PidRecord } from './types.ts';

export const READ = 0o444,
  WRITE = 0o222;

/** The tables that the process sees. */
export function worldOf(k: Kernel, p: Process): World {
  const id = k.ns.idOf(p, 'ipc');
  if (id !== FIRST.ipc) containmentCharge(k, 'ns.lookup');
  k.charge('ipc.find');
  return k.ipc.world(id);
}

export const ipcCapable = (k: Kernel, p: Process, cap: number): boolean => capableIn(k, p, k.ns.of(p, 'ipc').owner, cap);

/** ipcperms: whether the process may do what the bits of `flags` (of any of the three classes) ask for. */
export function checkAccess(k: Kernel, p: Process, { perm }: IpcObject, flags: number): void {
  const c = p.credentials,
    wanted = ((flags >> 6) | (flags >> 3) | flags) & 7;
  let granted = perm.mode;
  if (c.euid === perm.cuid || c.euid === perm.uid) granted >>= 6;
  else if (inGroup(c, perm.cgid) || inGroup(c, perm.gid)) granted >>= 3;
  if ((wanted & ~granted) !== 0 && !ipcCapable(k, p, CAP.IPC_OWNER)) fail('EACCES');
}

/** Removing and changing are for owner, creator and who has the capability (ipcctl_obtain_check). */
export function checkOwner(k: Kernel, p: Process, { perm }: IpcObject): void {
  const { euid } = p.credentials;
  if (euid !== perm.cuid && euid !== perm.uid && !ipcCapable(k, p, CAP.SYS_ADMIN)) fail('EPERM');
}

/** shmget, semget, msgget: the id of what has the key, or of something new. `fits` looks at what is there already. */
export function get<T extends IpcObject>(
  k: Kernel,
  p: Process,
  table: Table<T>,
  key: number,
  flags: number,
  fits: (found: T) => boolean,
  make: () => T,
): number {
  const found = key === IPC_PRIVATE ? undefined : table.byKey(key);
  if (!found) {
    if (key !== IPC_PRIVATE && (flags & IPC_CREAT) === 0) fail('ENOENT');
    k.charge('ipc.create');
    return idOf(table.put(make()));
  }
  if ((flags & (IPC_CREAT | IPC_EXCL)) === (IPC_CREAT | IPC_EXCL)) fail('EEXIST');
  if (!fits(found)) fail('EINVAL');
  checkAccess(k, p, found, flags);
  return idOf(found);
}

/** A limit of the process's namespace, as /proc/sys/kernel has it. */
export const limitOf = (k: Kernel, p: Process, name: string): number => settingOf(k, p, `kernel/${name}`);
/** kernel.sem: semaphores a set, semaphores in all, operations a call, sets. */
export function semaphoreLimits(
  k: Kernel,
  p: Process,
): { readonly msl: number; readonly mns: number; readonly opm: number; readonly mni: number } {
  const [msl, mns, opm, mni] = settingsOf(k, p, 'kernel/sem') as [number, number, number, number];
  return { msl, mns, opm, mni };
}

/** What a new object begins with; ENOSPC when there are `most` already. */
export function begin<T extends IpcObject>(k: Kernel, p: Process, table: Table<T>, key: number, flags: number, most: number): IpcObject {
  const place = table.place(most) ?? fail('ENOSPC'),
    { euid, egid } = p.credentials;
  return { ...place, perm: { key, uid: euid, gid: egid, cuid: euid, cgid: egid, mode: flags & 0o777 }, ctime: k.ipc.now() };
}

/** The kernel's own memory is no more than the machine's. */
export function kernelMemory(k: Kernel, bytes: number): void {
  if (k.ipc.kernelBytes() + bytes > k.frames.total * PAGE) fail('ENOMEM');
}

export interface NewOwner {
  readonly uid: number;
  readonly gid: number;
  readonly mode: number;
}
/** IPC_SET: owner and mode as the process gave them. */
export function changedOwner(p: Process, perm: Permissions, to: NewOwner): Permissions {
  const uid = toKernel(uidsOf(p.credentials), to.uid >>> 0),
    gid = toKernel(gidsOf(p.credentials), to.gid >>> 0);
  if (uid === NO_ID || gid === NO_ID || uid === 0xffff_ffff || gid === 0xffff_ffff) fail('EINVAL');
  return { ...perm, uid, gid, mode: (perm.mode & ~0o777) | (to.mode & 0o777) };
}

/** The number of a process as `viewer` sees it; 0 for one that its namespace never had. */
export function seenPid(k: Kernel, viewer: Process, record: PidRecord): number {
  const own = k.ns.idOf(viewer, 'pid');
  return own === FIRST.pid ? record.pid : (record.inside.find(([namespace]) => namespace === own)?.[1] ?? 0);
}

// ---- waiting: whoever makes it possible finishes the call of the one who waits, as Linux does

export type IpcWait = Extract<Wait, { readonly kind: 'ipc' }>;

/** A task that waits for an object, and what it remembers. */
export interface Waiter<M> {
  readonly task: Process;
  readonly memory: M;
}

const waits = (blocked: BlockedCall | null, object: string): blocked is BlockedCall =>
  blocked !== null && blocked.wait.kind === 'ipc' && blocked.wait.object === object;
const serial = (p: Process): number => (p.blocked!.wait as IpcWait).serial;

/** Those who wait for the object, the longest first. */
export function waitersOf<M>(k: Kernel, object: string): readonly Waiter<M>[] {
  return [...k.processes.values()]
    .filter((q) => waits(q.blocked, object))
    .sort((a, b) => serial(a) - serial(b))
    .map((task) => ({ task, memory: task.blocked!.memory as unknown as M }));
}

/** Leaves word with a task that waits, and (unless `sleep`) lets it go on. */
export function tell(k: Kernel, q: Process, memory: Plain, sleep = false): void {
  q.blocked = { ...q.blocked!, memory };
  if (!sleep && q.state === 'blocked') wakeUp(k, q);
}

export const sleepOn = (k: Kernel, object: string, until: number | null, memory: Plain): Block =>
  new Block({ kind: 'ipc', object, serial: k.nextId++, until }, memory);
