/**
 * Operations on sets of semaphores, done at once or not at all, and those who wait for them (ipc/sem.c: perform_atomic_semop,
 * do_smart_update). Whoever changes a set does what others were waiting for, in their name: first those who wait for zero,
 * then the others, the longest waiting first.
 */
import { ERRNO, type ErrorName } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import type { Process } from '../task.ts';
import { tell, waitersOf, type Waiter } from './access.ts';
import type { World } from './state.ts';
import { idOf, IPC_NOWAIT, SEMVMX, type SemaphoreSet, type Undo } from './types.ts';

export const SEM_UNDO = 0x1000;

/** struct sembuf. */
export interface Operation {
  readonly index: number;
  readonly change: number;
  readonly flags: number;
}

/** What a task remembers that waits: its operations and the one that could not be done; or how the call ended. */
export interface Sleeper {
  readonly operations: readonly Operation[];
  readonly blocking: number;
  /** Zero, or a negative error number. */
  readonly result: number | null;
}

export const objectOf = (world: World, set: SemaphoreSet): string => `sem:${world.namespace}:${idOf(set)}`;

type Outcome =
  | { readonly kind: 'done'; readonly set: SemaphoreSet }
  | { readonly kind: 'wait'; readonly blocking: number }
  | { readonly kind: 'error'; readonly error: ErrorName };

/** All operations in order, in the name of `by`; nothing has happened unless the outcome is `done`. */
export function perform(k: Kernel, world: World, set: SemaphoreSet, by: Process, operations: readonly Operation[]): Outcome {
  const semaphores = set.semaphores.slice(),
    undone = new Map<number, number>(),
    before = undoOf(k, by, world, set);
  k.charge('sem.operation', operations.length);
  for (const [n, { index, change, flags }] of operations.entries()) {
    const { value } = semaphores[index]!,
      next = value + change;
    if ((change === 0 && value !== 0) || next < 0)
      return flags & IPC_NOWAIT ? { kind: 'error', error: 'EAGAIN' } : { kind: 'wait', blocking: n };
    if (next > SEMVMX) return { kind: 'error', error: 'ERANGE' };
    if (flags & SEM_UNDO) {
      const adjust = (undone.get(index) ?? before?.adjust[index] ?? 0) - change;
      if (adjust < -SEMVMX - 1 || adjust > SEMVMX) return { kind: 'error', error: 'ERANGE' };
      undone.set(index, adjust);
    }
    semaphores[index] = { ...semaphores[index]!, value: next };
  }
  const pid = k.ipc.pid(by);
  for (const { index } of operations) semaphores[index] = { ...semaphores[index]!, pid };
  if (undone.size > 0 && before) setUndo(k, by, { ...before, adjust: before.adjust.map((a, i) => undone.get(i) ?? a) });
  return { kind: 'done', set: world.semaphores.put({ ...set, semaphores, otime: k.ipc.now() }) };
}

// ---- what SEM_UNDO takes back

const isOf = (u: Undo, world: World, set: SemaphoreSet): boolean => u.namespace === world.namespace && u.id === idOf(set);
const undoOf = (k: Kernel, p: Process, world: World, set: SemaphoreSet): Undo | undefined =>
  k.ipc.undo.get(p.semUndo)?.find((u) => isOf(u, world, set));

function setUndo(k: Kernel, p: Process, entry: Undo): void {
  const list = k.ipc.undo.get(p.semUndo)!;
  k.ipc.undo.set(
    p.semUndo,
    list.map((u) => (u.namespace === entry.namespace && u.id === entry.id ? entry : u)),
  );
}

/** The task's list has an entry for the set from now on (find_alloc_undo). */
export function wantUndo(k: Kernel, p: Process, world: World, set: SemaphoreSet): void {
  if (p.semUndo === 0) p.semUndo = k.nextId++;
  if (undoOf(k, p, world, set)) return;
  const entry: Undo = { namespace: world.namespace, id: idOf(set), adjust: set.semaphores.map(() => 0) };
  k.ipc.undo.set(p.semUndo, [entry, ...(k.ipc.undo.get(p.semUndo) ?? [])]);
}

/** Changes the entries of every list for a set; null forgets them. */
export function changeUndo(
  k: Kernel,
  world: World,
  set: SemaphoreSet,
  change: (adjust: readonly number[]) => readonly number[] | null,
): void {
  for (const [list, entries] of k.ipc.undo) {
    if (!entries.some((u) => isOf(u, world, set))) continue;
    const next = entries.flatMap((u) => {
      const adjust = isOf(u, world, set) ? change(u.adjust) : u.adjust;
      return adjust === null ? [] : [{ ...u, adjust }];
    });
    k.ipc.undo.set(list, next);
  }
}

/**
 * The task gives up its list (its end, unshare, setns); the last one that has it takes back what is in it (exit_sem).
 * Left out: nothing of that is undone when the machine's first process ends, for the machine ends then.
 */
export function leaveSemaphores(k: Kernel, p: Process): void {
  const list = p.semUndo;
  p.semUndo = 0;
  if (list === 0 || [...k.processes.values()].some((q) => q.semUndo === list)) return;
  const entries = k.ipc.undo.get(list) ?? [];
  k.ipc.undo.delete(list);
  for (const { namespace, id, adjust } of entries) {
    const world = k.ipc.known(namespace),
      set = world?.semaphores.byId(id);
    if (!world || !set) continue;
    const pid = k.ipc.pid(p);
    const semaphores = set.semaphores.map((s, i) => (adjust[i] ? { value: Math.min(SEMVMX, Math.max(0, s.value + adjust[i])), pid } : s));
    update(k, world, world.semaphores.put({ ...set, semaphores, otime: k.ipc.now() }));
  }
}

// ---- those who wait

const alters = ({ operations }: Sleeper): boolean => operations.some(({ change }) => change !== 0);

/** The set has changed: does what others were waiting for, until nothing more can be done. */
export function update(k: Kernel, world: World, set: SemaphoreSet): void {
  const object = objectOf(world, set);
  for (;;) {
    const waiting = waitersOf<Sleeper>(k, object).filter(({ memory }) => memory.result === null);
    for (const w of waiting) if (!alters(w.memory)) tryAgain(k, world, idOf(set), w);
    if (!waiting.some((w) => alters(w.memory) && tryAgain(k, world, idOf(set), w))) return;
  }
}

/** True when the set was changed by it. */
function tryAgain(k: Kernel, world: World, id: number, { task, memory }: Waiter<Sleeper>): boolean {
  const outcome = perform(k, world, world.semaphores.byId(id)!, task, memory.operations);
  if (outcome.kind === 'wait') {
    if (outcome.blocking !== memory.blocking) tell(k, task, { ...memory, blocking: outcome.blocking } as never, true);
    return false;
  }
  finish(k, task, memory, outcome.kind === 'done' ? 0 : -ERRNO[outcome.error]);
  return outcome.kind === 'done';
}

const finish = (k: Kernel, task: Process, memory: Sleeper, result: number): void => tell(k, task, { ...memory, result } as never);

/** The set is gone. */
export function dismiss(k: Kernel, world: World, set: SemaphoreSet): void {
  for (const { task, memory } of waitersOf<Sleeper>(k, objectOf(world, set)))
    if (memory.result === null) finish(k, task, memory, -ERRNO.EIDRM);
}

/** How many wait for semaphore `index` to grow, or to become zero. */
export function countWaiting(k: Kernel, world: World, set: SemaphoreSet, index: number, zero: boolean): number {
  return waitersOf<Sleeper>(k, objectOf(world, set)).filter(({ memory: { operations, blocking, result } }) => {
    const o = operations[blocking]!;
    return result === null && o.index === index && (o.change === 0) === zero;
  }).length;
}
