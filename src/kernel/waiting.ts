/** The end of a call that had to wait: its result goes to the process, or the call is made anew. */
import { EAX, EIP } from '../isa/x86/state.ts';
import { ERRNO } from './errno.ts';
import type { Kernel } from './kernel.ts';
import type { Process, Wait } from './task.ts';

export function giveResult(k: Kernel, p: Process, result: number): void {
  if (p.forGuest) k.personalities.get(p.pid)?.resumed(p, result);
  else k.registers(p)[EAX] = result;
  p.forGuest = false;
}

/** Waits after which a call is never made anew, whatever SA_RESTART says (signal(7)). */
const NEVER_AGAIN: readonly Wait['kind'][] = ['until', 'poll', 'signal', 'ipc'];

/** A handler is about to run: the call ends with EINTR, or is made anew after the handler. */
export function endWait(k: Kernel, p: Process, mayRestart: boolean): void {
  const { number, args, wait, memory } = p.blocked!;
  p.call = -1;
  const timed = wait.kind === 'socket' && wait.until !== null;
  const done = k.interrupted(p, number, args, memory);
  p.blocked = null;
  if (done === null && mayRestart && !timed && !NEVER_AGAIN.includes(wait.kind)) return restart(k, p, number);
  giveResult(k, p, done ?? -ERRNO.EINTR);
}

/** The processor stands behind INT 80h, two bytes long. */
function restart(k: Kernel, p: Process, number: number): void {
  if (p.forGuest) k.personalities.get(p.pid)?.restart(p);
  else {
    const w = k.registers(p);
    w[EIP] = w[EIP]! - 2;
    w[EAX] = number;
  }
  p.forGuest = false;
}
