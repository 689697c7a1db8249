/** Sets of semaphores (semget(2), semop(2), semctl(2); ipc/sem.c). */
import { get16, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { copyIn, copyOut } from '../user.ts';
import type { Plain } from '../../bits/plain.ts';
import {
  begin,
  changedOwner,
  checkAccess,
  checkOwner,
  get,
  type IpcWait,
  kernelMemory,
  READ,
  seenPid,
  semaphoreLimits,
  sleepOn,
  worldOf,
  WRITE,
} from './access.ts';
import { Block } from '../task.ts';
import { type Format, readOwner, writeSet } from './layouts.ts';
import {
  changeUndo,
  countWaiting,
  dismiss,
  objectOf,
  type Operation,
  perform,
  SEM_UNDO,
  type Sleeper,
  update,
  wantUndo,
} from './semqueue.ts';
import type { World } from './state.ts';
import { idOf, IPC_INFO, IPC_RMID, IPC_SET, IPC_STAT, NO_PID, SEMVMX, type SemaphoreSet } from './types.ts';

const GETPID = 11,
  GETVAL = 12,
  GETALL = 13,
  GETNCNT = 14,
  GETZCNT = 15,
  SETVAL = 16,
  SETALL = 17,
  SEM_STAT = 18,
  SEM_INFO = 19,
  SEM_STAT_ANY = 20;
/** Fields of struct seminfo that mean nothing any more (SEMMAP, SEMMNU, SEMUME, SEMUSZ). */
const MOST = 1_024_000_000,
  OPERATIONS = 500,
  USED_BYTES = 20,
  BYTES_EACH = 64;

const inUse = (world: World): number => world.semaphores.all().reduce((sum, s) => sum + s.semaphores.length, 0);

export function semget(k: Kernel, p: Process, key: number, count: number, flags: number): number {
  const world = worldOf(k, p),
    limits = semaphoreLimits(k, p);
  if (count < 0 || count > limits.msl) fail('EINVAL');
  const fits = (set: SemaphoreSet): boolean => count <= set.semaphores.length;
  return get(k, p, world.semaphores, key, flags, fits, () => {
    if (count === 0) fail('EINVAL');
    if (inUse(world) + count > limits.mns) fail('ENOSPC');
    kernelMemory(k, BYTES_EACH * count);
    const semaphores = Array.from({ length: count }, () => ({ value: 0, pid: NO_PID }));
    return { ...begin(k, p, world.semaphores, key, flags, limits.mni), semaphores, otime: 0 };
  });
}

const found = (world: World, id: number): SemaphoreSet => (id < 0 ? undefined : world.semaphores.byId(id)) ?? fail('EINVAL');

export interface SemopCall {
  readonly id: number;
  readonly at: number;
  readonly count: number;
  /** Machine time at which the wait ends; null for never. */
  readonly until: () => number | null;
}

export function semop(k: Kernel, p: Process, c: SemopCall, memory: Plain): number {
  if (memory !== null) return goOn(k, p, memory as unknown as Sleeper);
  if (c.count < 1 || c.id < 0) fail('EINVAL');
  if (c.count > semaphoreLimits(k, p).opm) fail('E2BIG');
  const operations = readOperations(k, p, c.at, c.count),
    until = c.until(),
    world = worldOf(k, p),
    set = found(world, c.id);
  if (operations.some(({ index }) => index >= set.semaphores.length)) fail('EFBIG');
  checkAccess(k, p, set, operations.some(({ change }) => change !== 0) ? WRITE : READ);
  if (operations.some(({ flags }) => flags & SEM_UNDO)) wantUndo(k, p, world, set);
  const outcome = perform(k, world, set, p, operations);
  if (outcome.kind === 'error') fail(outcome.error);
  if (outcome.kind === 'done') {
    update(k, world, outcome.set);
    return 0;
  }
  const sleeper: Sleeper = { operations, blocking: outcome.blocking, result: null };
  throw sleepOn(k, objectOf(world, set), until, sleeper as unknown as Plain);
}

function goOn(k: Kernel, p: Process, memory: Sleeper): number {
  if (memory.result !== null) return memory.result;
  const wait = p.blocked!.wait as IpcWait;
  if (wait.until !== null && k.machine.time >= wait.until) fail('EAGAIN');
  throw new Block(wait, memory as unknown as Plain);
}

function readOperations(k: Kernel, p: Process, at: number, count: number): Operation[] {
  const b = copyIn(k, p, at, 6 * count),
    signed = (n: number): number => (n << 16) >> 16;
  return Array.from({ length: count }, (_, i) => ({
    index: get16(b, 6 * i),
    change: signed(get16(b, 6 * i + 2)),
    flags: get16(b, 6 * i + 4),
  }));
}

/** `argument`: union semun, a number or a pointer. */
export function semctl(k: Kernel, p: Process, id: number, index: number, command: number, argument: number, format: Format): number {
  const world = worldOf(k, p);
  if (id < 0) fail('EINVAL');
  switch (command) {
    case IPC_INFO:
    case SEM_INFO:
      return info(k, p, world, command, argument);
    case IPC_STAT:
    case SEM_STAT:
    case SEM_STAT_ANY: {
      const set = command === IPC_STAT ? found(world, id) : (world.semaphores.at(id) ?? fail('EINVAL'));
      if (command !== SEM_STAT_ANY) checkAccess(k, p, set, READ);
      writeSet(k, p, argument, set, format);
      return command === IPC_STAT ? 0 : idOf(set);
    }
    case IPC_SET: {
      const to = readOwner(k, p, argument, 64, format),
        set = found(world, id);
      checkOwner(k, p, set);
      world.semaphores.put({ ...set, perm: changedOwner(p, set.perm, to), ctime: k.ipc.now() });
      return 0;
    }
    case IPC_RMID: {
      const set = found(world, id);
      checkOwner(k, p, set);
      changeUndo(k, world, set, () => null);
      world.semaphores.remove(set);
      dismiss(k, world, set);
      return 0;
    }
    case GETALL:
    case SETALL: {
      const set = found(world, id);
      checkAccess(k, p, set, command === SETALL ? WRITE : READ);
      return command === SETALL ? setAll(k, p, world, set, argument) : getAll(k, p, set, argument);
    }
    case SETVAL:
      return setOne(k, p, world, id, index, argument);
    case GETVAL:
    case GETPID:
    case GETNCNT:
    case GETZCNT:
      return getOne(k, p, world, found(world, id), index, command);
    default:
      return fail('EINVAL');
  }
}

function info(k: Kernel, p: Process, world: World, command: number, at: number): number {
  const { msl, mns, opm, mni } = semaphoreLimits(k, p);
  const w = new StructWriter().u32(MOST).u32(mni).u32(mns).u32(MOST).u32(msl).u32(opm).u32(OPERATIONS);
  if (command === SEM_INFO) w.u32(world.semaphores.size).u32(SEMVMX).u32(inUse(world));
  else w.u32(USED_BYTES).u32(SEMVMX).u32(SEMVMX);
  copyOut(k, p, at, w.done());
  return world.semaphores.highest();
}

function getAll(k: Kernel, p: Process, set: SemaphoreSet, at: number): number {
  const w = new StructWriter();
  for (const { value } of set.semaphores) w.u16(value);
  copyOut(k, p, at, w.done());
  return 0;
}

function getOne(k: Kernel, p: Process, world: World, set: SemaphoreSet, index: number, command: number): number {
  checkAccess(k, p, set, READ);
  const one = set.semaphores[index] ?? fail('EINVAL');
  if (command === GETVAL) return one.value;
  return command === GETPID ? seenPid(k, p, one.pid) : countWaiting(k, world, set, index, command === GETZCNT);
}

/** Values set from outside are not taken back by anybody. */
function setAll(k: Kernel, p: Process, world: World, set: SemaphoreSet, at: number): number {
  const b = copyIn(k, p, at, 2 * set.semaphores.length),
    pid = k.ipc.pid(p);
  const semaphores = set.semaphores.map((_, i) => ({ value: get16(b, 2 * i), pid }));
  if (semaphores.some(({ value }) => value > SEMVMX)) fail('ERANGE');
  changeUndo(k, world, set, (adjust) => adjust.map(() => 0));
  update(k, world, world.semaphores.put({ ...set, semaphores, ctime: k.ipc.now() }));
  return 0;
}

function setOne(k: Kernel, p: Process, world: World, id: number, index: number, value: number): number {
  if (value < 0 || value > SEMVMX) fail('ERANGE');
  const set = found(world, id);
  if (!set.semaphores[index]) fail('EINVAL');
  checkAccess(k, p, set, WRITE);
  changeUndo(k, world, set, (adjust) => adjust.with(index, 0));
  const semaphores = set.semaphores.with(index, { value, pid: k.ipc.pid(p) });
  update(k, world, world.semaphores.put({ ...set, semaphores, ctime: k.ipc.now() }));
  return 0;
}
