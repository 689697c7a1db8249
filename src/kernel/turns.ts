/**
 * Whose turn it is: from the end of one task's stretch in the kernel to the beginning of another's, switching between them, and what
 * happens when nobody can go on. Who comes next is decided in fair.ts, who may wake in schedule.ts.
 */
import { deliver, deliverable } from './delivery.ts';
import { retry } from './dispatch.ts';
import { account, anyRunnable, chooseNext, pushesAside, sliceOf } from './fair.ts';
import type { Kernel } from './kernel.ts';
import { takeOwnPages } from './ownpages.ts';
import { earliestWake, wakeAll } from './schedule.ts';
import { enterIdle, enterPaging, loadTls, loadWords, saveWords } from './segments.ts';
import type { Process } from './task.ts';
import { giveResult } from './waiting.ts';

/** On the way back to the process: signals, and a change of process when it cannot go on or another is to be preferred. */
export function leave(k: Kernel, p: Process): void {
  // A signal that waits already, and is no longer blocked, ends a wait as it begins.
  if (p.state === 'blocked' && deliverable(k, p) !== 0) p.state = 'runnable';
  if (p.state === 'runnable' && deliverable(k, p) !== 0) deliver(k, p);
  if (p.state !== 'runnable' || p !== k.current) return schedule(k);
  if (!k.woken && !k.signalled && k.changes === k.seenChanges) return;
  account(k);
  wakeAll(k);
  k.woken = k.signalled = false;
  if (pushesAside(k, p)) schedule(k);
  else if (k.sliceEnd === Infinity && anyRunnable(k, p)) setDeadline(k, p);
  else k.timersChanged();
}

/** Chooses who runs next and sets the deadline; when nobody can, lets time jump or goes idle until input comes. */
export function schedule(k: Kernel): void {
  k.charge('schedule');
  account(k);
  for (;;) {
    wakeAll(k);
    k.woken = k.signalled = false;
    if (k.exit !== null) return idle(k, 'exit');
    const next = chooseNext(k);
    if (next !== null) {
      switchTo(k, next);
      if (!resume(k, next)) continue;
      setDeadline(k, next);
      return;
    }
    const time = earliestWake(k);
    if (time === Infinity) return idle(k, waitsLater(k) ? 'input' : 'deadlock');
    k.emit('idle', () => ({ until: time }));
    k.machine.ledger.setOwner(0);
    k.machine.skipTo(time);
    k.accounted = { retired: k.machine.retired, time: k.machine.time };
  }
}

/** Brings a task that was chosen back to its own code: the call it waits in, then its signals. False: it cannot go on yet. */
function resume(k: Kernel, p: Process): boolean {
  if (p.result !== null) {
    const { result } = p;
    p.result = null;
    giveResult(k, p, result);
  }
  if (p.blocked !== null) retry(k, p);
  if (p.blocked !== null && p.state === 'blocked') p.state = 'runnable';
  if (p.state === 'runnable') deliver(k, p);
  account(k);
  return p.state === 'runnable';
}

/** Only something from outside can change what is: somebody waits for input, or a key may send a signal. */
export function waitsLater(k: Kernel): boolean {
  if (k.console.terminal && !k.console.ended && k.ttys.get(0)!.foreground !== 0) return true;
  return [...k.processes.values()].some(
    ({ blocked }) => blocked?.wait.kind === 'input' || (blocked?.wait.kind === 'poll' && blocked.wait.input),
  );
}

function switchTo(k: Kernel, p: Process): void {
  if (p === k.current) return;
  if (k.current) {
    saveWords(k.machine, k.current.words);
    k.current.switches++;
    k.charge('switch');
    k.counts.switches++;
    k.emit('switch', () => ({ to: p.pid }));
  }
  const space = k.spaceOf(p);
  if (space.holder !== p.pid) takeOwnPages(k, space, p);
  account(k);
  k.current = p;
  loadWords(k.machine, p.words);
  loadTls(k.machine, k.page, p.tls);
  enterPaging(k.machine, space.directory);
  k.useCodeMap();
  k.machine.ledger.setOwner(p.owner);
}

function idle(k: Kernel, reason: 'exit' | 'input' | 'deadlock'): void {
  if (k.current) saveWords(k.machine, k.current.words);
  k.current = null;
  k.machine.ledger.setOwner(0);
  enterIdle(k.machine);
  k.machine.idle();
  k.machine.deadline = Infinity;
  if (reason !== 'deadlock') k.machine.requestStop(reason);
}

export function setDeadline(k: Kernel, p: Process): void {
  k.sliceEnd = k.machine.time + sliceOf(k, p);
  k.timersChanged();
}
