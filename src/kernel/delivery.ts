/**
 * Delivery of signals, on the way back to the process and never in the middle of a call: default actions, handlers.
 *
 * Invariant: a task that waits in a call keeps that call until a handler runs or the call is over, so that stopping and
 * going on leaves no mark.
 */
import { LATE } from './late.ts';
import { hex32 } from '../bits/hex.ts';
import { ESP } from '../isa/x86/state.ts';
import { Errno } from './errno.ts';
import { leaderOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { SIGKILL, SIGSEGV, signalName, signalWords } from './signal-names.ts';
import {
  bit,
  fatalPending,
  has,
  IGNORED_BY_DEFAULT,
  or,
  SA_RESTART,
  setAction,
  SI_KERNEL,
  SIG_DFL,
  SIG_IGN,
  stopGroup,
  STOPPING,
  unblockable,
  type SignalInfo,
} from './signals.ts';
import { SI_TIMER } from './timers.ts';
import { stopsForTracer } from './trace.ts';
import type { Bits64, Process, QueuedSignal, SignalAction } from './task.ts';
import { endWait } from './waiting.ts';

const SA_NODEFER = 0x4000_0000,
  SA_RESETHAND = 0x8000_0000 | 0;

/** A fault of the process itself: delivered now; a blocked or ignored one kills (force_sig). */
export function force(k: Kernel, p: Process, signal: number, info: SignalInfo): void {
  k.emit('signal', () => ({ signal: signalName(signal), sentence: info.sentence }));
  const action = p.signals.actions[signal];
  if (!action || action.handler <= SIG_IGN || has(p.signals.blocked, signal)) k.kill(p, signal, info.sentence);
  else
    handle(k, p, action, {
      signal,
      code: info.code,
      fields: [info.address, ...(info.more ?? [])],
      ...(info.errno ? { errno: info.errno } : {}),
    });
}

/** The lowest pending signal that is not blocked; 0 for none. */
export function deliverable(k: Kernel, p: Process): number {
  const { queue, blocked } = p.signals,
    { shared } = leaderOf(k, p).signals;
  if (queue.length === 0 && shared.length === 0) return 0;
  // The parent in vfork waits for its child and nothing else: the child is on its stack (wait_for_vfork_done is killable only).
  if (p.blocked?.wait.kind === 'vfork') return fatalPending(k, p);
  let lowest = 0;
  for (const q of queue) if (!has(blocked, q.signal) && (lowest === 0 || q.signal < lowest)) lowest = q.signal;
  for (const q of shared) if (!has(blocked, q.signal) && (lowest === 0 || q.signal < lowest)) lowest = q.signal;
  return lowest;
}

/** Takes one pending signal of this number out of its queue. */
export function dequeue(k: Kernel, p: Process, signal: number): QueuedSignal {
  const one = take(k, p, signal);
  if (one.code === SI_TIMER) k.timers.delivered(one.fields[0]!, one.fields[1]!);
  return one;
}

function take(k: Kernel, p: Process, signal: number): QueuedSignal {
  const leader = leaderOf(k, p);
  const own = p.signals.queue.findIndex((q) => q.signal === signal);
  if (own >= 0) {
    const one = p.signals.queue[own]!;
    p.signals.queue = p.signals.queue.toSpliced(own, 1);
    return one;
  }
  const at = leader.signals.shared.findIndex((q) => q.signal === signal);
  const one = leader.signals.shared[at]!;
  leader.signals.shared = leader.signals.shared.toSpliced(at, 1);
  return one;
}

/** Delivers what is pending, on the way back to the process. A call that waits goes on waiting when no handler ran. */
export function deliver(k: Kernel, p: Process): void {
  for (let signal = deliverable(k, p); signal !== 0 && p.state === 'runnable'; signal = deliverable(k, p)) {
    // A fatal one comes before all others.
    const waiting = p.signals.queue.some((q) => q.signal === SIGKILL) || leaderOf(k, p).signals.shared.some((q) => q.signal === SIGKILL);
    deliverOne(k, p, dequeue(k, p, waiting ? SIGKILL : signal));
  }
  if (p.state === 'runnable' && p.blocked) p.state = 'blocked';
}

function deliverOne(k: Kernel, p: Process, one: QueuedSignal): void {
  const { signal } = one,
    action = p.signals.actions[signal];
  k.emit('signal', () => ({ signal: signalName(signal), handled: action !== undefined && action.handler > SIG_IGN }));
  if (signal !== SIGKILL && stopsForTracer(k, p, one)) return;
  if (action && action.handler !== SIG_DFL) {
    if (action.handler === SIG_IGN) return;
    if (p.blocked) endWait(k, p, (action.flags & SA_RESTART) !== 0);
    if (p.state === 'runnable') handle(k, p, action, one);
  } else if (IGNORED_BY_DEFAULT.includes(signal)) return;
  else if (STOPPING.includes(signal)) stopGroup(k, p, signal);
  else k.kill(p, signal, `${signalWords(signal)}.`);
}

function handle(k: Kernel, p: Process, action: SignalAction, one: QueuedSignal): void {
  const { signal } = one;
  k.charge('signal');
  try {
    if (k.personalities.has(p.pid)) {
      if (!k.personalitySignal(p, action, one)) k.kill(p, signal, `${signalWords(signal)}: handlers are not delivered at this level yet.`);
    } else LATE.get().pushFrame(k, p, action, one);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const sentence = `Segmentation fault: no stack at ${hex32(k.registers(p)[ESP]!)} for the handler of ${signalName(signal)}.`;
    // force_sigsegv: its own handler may stand on the alternative stack.
    if (signal === SIGSEGV) k.kill(p, SIGSEGV, sentence);
    else force(k, p, SIGSEGV, { code: SI_KERNEL, address: 0, sentence });
    return;
  }
  const own: Bits64 = (action.flags & SA_NODEFER) === 0 ? bit(signal) : [0, 0];
  p.signals.saved = null;
  p.signals.blocked = unblockable(or(p.signals.blocked, or(action.mask, own)));
  if (action.flags & SA_RESETHAND) setAction(k, p, signal, null);
}
