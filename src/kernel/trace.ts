/**
 * Tracing stops (ptrace(2)): a traced task stops before a signal is delivered, and its tracer hears of it by wait. What the
 * tracer then asks for is in sys/ptrace.ts.
 *
 * Left out: stops at system calls, at single steps and at events; the tracer of a task that is not its child hears of its stops, but
 * not of its end.
 */
import { wakeUp } from './fair.ts';
import { threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { send, SIGCHLD } from './signals.ts';
import type { Process, QueuedSignal } from './task.ts';

export const CLD_TRAPPED = 4;

/** The signal of the stop goes to the tracer instead. False: it is to be delivered, the tracer has seen it. */
export function stopsForTracer(k: Kernel, p: Process, one: QueuedSignal): boolean {
  if (!p.trace) return false;
  if (p.trace.pass) {
    p.trace = { ...p.trace, pass: false };
    return false;
  }
  const tracer = k.processes.get(p.trace.by);
  if (!tracer || tracer.state === 'zombie') {
    delete p.trace;
    return false;
  }
  p.trace = { ...p.trace, stop: one, told: false };
  p.state = 'stopped';
  send(k, tracer, SIGCHLD, { code: CLD_TRAPPED, fields: [p.pid, p.credentials.uid, one.signal] });
  for (const t of threadsOf(k, tracer)) if (t.state === 'blocked' && t.blocked?.wait.kind === 'child') wakeUp(k, t);
  return true;
}

/** Goes on, with this signal (0: none) delivered; the waiting call it was stopped in is kept. */
export function continueTraced(k: Kernel, p: Process, signal: number): void {
  const { trace } = p;
  if (!trace) return;
  const stop = trace.stop;
  p.trace = { by: trace.by, stop: null, told: false, pass: signal !== 0 };
  if (signal !== 0) p.signals.queue = [stop?.signal === signal ? stop : { signal, code: 0, fields: [] }, ...p.signals.queue];
  if (p.state !== 'stopped') return;
  if (p.blocked && signal === 0) p.state = 'blocked';
  else wakeUp(k, p);
  k.signalled = true;
}

/** Nobody traces it any more. */
export function detach(k: Kernel, p: Process, signal: number): void {
  continueTraced(k, p, signal);
  delete p.trace;
}

/** A tracer ends: those it traced go on alone. */
export function forgetTracer(k: Kernel, tracer: Process): void {
  for (const p of k.processes.values()) if (p.trace?.by === tracer.tgid && p.state !== 'zombie') detach(k, p, 0);
}
