/**
 * What fcntl(2) says beside flags: locks on ranges, of processes and of open files, and who hears by a signal that an open file is
 * ready (O_ASYNC); flock(2). Leases and F_NOTIFY are refused with EINVAL, as by a kernel without them.
 */
import { get16, get32, get64, put16, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import { fileOf, mayWrite, O_ACCMODE, statOf } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { lockAgainst, setLock } from '../locks.ts';
import { addSeals, getSeals } from '../seals.ts';
import type { OpenFile, Process } from '../task.ts';
import { copyIn, copyOut } from '../user.ts';

const GETLK = 5,
  SETOWN = 8,
  GETOWN = 9,
  SETSIG = 10,
  GETSIG = 11,
  GETLK64 = 12,
  SETOWN_EX = 15,
  GETOWN_EX = 16,
  GETOWNER_UIDS = 17,
  OFD_GETLK = 36,
  F_ADD_SEALS = 1033,
  F_GET_SEALS = 1034;
const F_WRLCK = 1,
  F_UNLCK = 2;

/** struct flock or flock64: type, whence, start, length (0: to the end), pid. `command`: 0 asks, 1 sets, 2 waits. */
function rangeLock(k: Kernel, p: Process, file: OpenFile, command: number, at: number, wide: boolean, ofd: boolean): number {
  if (file.kind !== 'node') fail('EBADF');
  const b = copyIn(k, p, at, wide ? 24 : 16),
    type = get16(b, 0),
    whence = get16(b, 2);
  // An open file has no pid.
  if (type > F_UNLCK || whence > 2 || (ofd && get32(b, 20) !== 0)) fail('EINVAL');
  const base = whence === 0 ? 0 : whence === 1 ? file.offset : statOf(k, file).size;
  const start = base + (wide ? get64(b, 4) : get32(b, 4)),
    length = wide ? get64(b, 12) : get32(b, 8);
  if (start < 0 || start + length < 0) fail('EINVAL');
  const range = length < 0 ? ([start + length, start] as const) : ([start, length === 0 ? Infinity : start + length] as const);
  const kind = ofd ? 'ofd' : 'posix',
    owner = ofd ? file.id : p.tgid;
  if (command === 0) {
    const other = type === F_UNLCK ? fail('EINVAL') : lockAgainst(k, file.node, kind, owner, type === F_WRLCK, range);
    if (!other) put16(b, 0, F_UNLCK);
    else {
      const size = other.end === Infinity ? 0 : other.end - other.start;
      const w = new StructWriter().u16(other.exclusive ? F_WRLCK : 0).u16(0);
      (wide ? w.u64(other.start).u64(size) : w.u32(other.start).u32(size)).u32(other.kind === 'ofd' ? -1 : k.ns.numberOf(other.owner, p));
      b.set(w.done());
    }
    copyOut(k, p, at, b);
    return 0;
  }
  if (type === F_WRLCK ? !mayWrite(file) : type !== F_UNLCK && (file.flags & O_ACCMODE) === 1) fail('EBADF');
  setLock(k, file.node, kind, owner, type === F_UNLCK ? null : type === F_WRLCK ? 'exclusive' : 'shared', range, command === 2);
  return 0;
}

const LOCK_SH = 1,
  LOCK_EX = 2,
  LOCK_NB = 4,
  LOCK_UN = 8;

export function flock(k: Kernel, p: Process, fd: number, operation: number): number {
  const file = fileOf(k, p, fd),
    mode = operation & ~LOCK_NB;
  if (mode !== LOCK_SH && mode !== LOCK_EX && mode !== LOCK_UN) fail('EINVAL');
  const kind = mode === LOCK_UN ? null : mode === LOCK_EX ? 'exclusive' : 'shared';
  setLock(k, file.node, 'flock', file.id, kind, [0, Infinity], (operation & LOCK_NB) === 0);
  return 0;
}

const TID = 0,
  PID = 1,
  PGRP = 2;

/** A process, thread or group as the caller numbers it; 0 is nobody (f_setown). */
function setOwner(k: Kernel, p: Process, file: OpenFile, type: number, who: number): number {
  if (type < TID || type > PGRP || who < 0) fail('EINVAL');
  const leader = who === 0 ? null : (k.ns.byNumber(who, p) ?? null);
  const id = who === 0 ? 0 : (leader?.pid ?? fail('ESRCH'));
  const { uid, euid } = p.credentials;
  file.async = { signal: file.async?.signal ?? 0, fd: file.async?.fd ?? 0, type, id, uid, euid };
  return 0;
}

/** The rest of fcntl's commands. */
export function fcntlMore(k: Kernel, p: Process, file: OpenFile, command: number, argument: number): number {
  const owner = file.async,
    seen = owner && owner.id !== 0 ? k.ns.numberOf(owner.id, p) : 0;
  if (command >= GETLK && command < GETLK + 3) return rangeLock(k, p, file, command - GETLK, argument, false, false);
  if (command >= GETLK64 && command < GETLK64 + 3) return rangeLock(k, p, file, command - GETLK64, argument, true, false);
  if (command >= OFD_GETLK && command < OFD_GETLK + 3) return rangeLock(k, p, file, command - OFD_GETLK, argument, true, true);
  switch (command) {
    case F_ADD_SEALS:
      return addSeals(k, file, argument);
    case F_GET_SEALS:
      return getSeals(k, file);
    case SETOWN:
      return argument === -0x8000_0000 ? fail('EINVAL') : setOwner(k, p, file, argument < 0 ? PGRP : PID, Math.abs(argument));
    case GETOWN:
      return owner?.type === PGRP ? -seen : seen;
    case SETSIG:
      if (argument < 0 || argument > 64) fail('EINVAL');
      file.async = { fd: 0, type: PID, id: 0, uid: 0, euid: 0, ...owner, signal: argument };
      return 0;
    case GETSIG:
      return owner?.signal ?? 0;
    case SETOWN_EX: {
      const b = copyIn(k, p, argument, 8);
      return setOwner(k, p, file, get32(b, 0), get32(b, 4));
    }
    case GETOWN_EX:
      copyOut(
        k,
        p,
        argument,
        new StructWriter()
          .u32(owner?.type ?? TID)
          .u32(seen)
          .done(),
      );
      return 0;
    case GETOWNER_UIDS:
      copyOut(
        k,
        p,
        argument,
        new StructWriter()
          .u32(owner?.uid ?? 0)
          .u32(owner?.euid ?? 0)
          .done(),
      );
      return 0;
    default:
      return fail('EINVAL');
  }
}
