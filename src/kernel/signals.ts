/**
 * Signals: default actions, handlers with their frames on the process's stack, and return from them (signal(7),
 * arch/x86/include/uapi/asm/sigcontext.h). Delivery happens on the way back to the process, never in the middle of a call.
 *
 * Left out: queues of real-time signals (one pending each), stopping a process (the default of SIGSTOP and its like is
 * refused with a sentence), x87 state in frames.
 */
import { get32, StructWriter } from '../bits/bytes.ts';
import { hex32 } from '../bits/hex.ts';
import { CS, CR2, DS, EAX, EBP, EBX, ECX, EDI, EDX, EIP, ES, ESI, ESP, FS, GS, SELECTOR, SS } from '../isa/x86/state.ts';
import { Errno } from './errno.ts';
import type { Kernel } from './kernel.ts';
import type { Process, SignalAction } from './task.ts';
import { copyIn, copyOut } from './user.ts';

export const SIGNALS = [
  '',
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGILL',
  'SIGTRAP',
  'SIGABRT',
  'SIGBUS',
  'SIGFPE',
  'SIGKILL',
  'SIGUSR1',
  'SIGSEGV',
  'SIGUSR2',
  'SIGPIPE',
  'SIGALRM',
  'SIGTERM',
  'SIGSTKFLT',
  'SIGCHLD',
  'SIGCONT',
  'SIGSTOP',
  'SIGTSTP',
  'SIGTTIN',
  'SIGTTOU',
  'SIGURG',
  'SIGXCPU',
  'SIGXFSZ',
  'SIGVTALRM',
  'SIGPROF',
  'SIGWINCH',
  'SIGIO',
  'SIGPWR',
  'SIGSYS',
] as const;
export const SIGILL = 4,
  SIGTRAP = 5,
  SIGABRT = 6,
  SIGBUS = 7,
  SIGFPE = 8,
  SIGKILL = 9,
  SIGSEGV = 11,
  SIGPIPE = 13,
  SIGALRM = 14,
  SIGCHLD = 17,
  SIGCONT = 18,
  SIGSTOP = 19;
export const signalName = (n: number): string => SIGNALS[n] || `SIGRT_${n - 32}`;

/** As strsignal(3) says them. */
const WORDS: Readonly<Record<number, string>> = {
  1: 'Hangup',
  2: 'Interrupt',
  3: 'Quit',
  4: 'Illegal instruction',
  5: 'Trace/breakpoint trap',
  6: 'Aborted',
  7: 'Bus error',
  8: 'Floating point exception',
  9: 'Killed',
  10: 'User defined signal 1',
  11: 'Segmentation fault',
  12: 'User defined signal 2',
  13: 'Broken pipe',
  14: 'Alarm clock',
  15: 'Terminated',
  31: 'Bad system call',
};
export const signalWords = (n: number): string => WORDS[n] ?? signalName(n);

const IGNORED_BY_DEFAULT = [17, 18, 23, 28],
  STOPPING = [19, 20, 21, 22];
export const SIG_DFL = 0,
  SIG_IGN = 1;
const SA_SIGINFO = 4,
  SA_RESTORER = 0x0400_0000,
  SA_NODEFER = 0x4000_0000,
  SA_RESETHAND = 0x8000_0000 | 0;
export const SA_RESTART = 0x1000_0000;

type Mask = readonly [number, number];
const bit = (n: number): Mask => (n <= 32 ? [1 << (n - 1), 0] : [0, 1 << (n - 33)]);
export const has = (mask: Mask, n: number): boolean => (mask[n <= 32 ? 0 : 1] & (1 << ((n - 1) & 31))) !== 0;
export const or = (a: Mask, b: Mask): Mask => [a[0] | b[0], a[1] | b[1]];
export const without = (a: Mask, b: Mask): Mask => [a[0] & ~b[0], a[1] & ~b[1]];

/** What a signal of one's own doing carries: siginfo's code and address. */
export interface SignalInfo {
  readonly code: number;
  readonly address: number;
  readonly sentence: string;
}

/** Makes a signal pending; what is ignored vanishes at once. */
export function send(k: Kernel, p: Process, signal: number): void {
  if (p.state === 'zombie' || isIgnored(p, signal)) return;
  p.signals.pending = or(p.signals.pending, bit(signal));
  k.charge('signal');
  if (p.state === 'blocked' && deliverable(p) !== 0) k.interrupt(p);
}

function isIgnored(p: Process, signal: number): boolean {
  const handler = p.signals.actions[signal]?.handler ?? SIG_DFL;
  return handler === SIG_IGN || (handler === SIG_DFL && IGNORED_BY_DEFAULT.includes(signal));
}

/** A fault of the process itself: delivered now; a blocked or ignored one kills (force_sig). */
export function force(k: Kernel, p: Process, signal: number, info: SignalInfo): void {
  k.emit('signal', () => ({ signal: signalName(signal), sentence: info.sentence }));
  const action = p.signals.actions[signal];
  if (!action || action.handler <= SIG_IGN || has(p.signals.blocked, signal)) k.kill(p, signal, info.sentence);
  else handle(k, p, signal, action, info);
}

/** The lowest pending signal that is not blocked; 0 for none. */
export function deliverable(p: Process): number {
  const open = without(p.signals.pending, p.signals.blocked);
  if (open[0] === 0 && open[1] === 0) return 0;
  for (let n = 1; n <= 64; n++) if (has(open, n)) return n;
  return 0;
}

/** Delivers what is pending, on the way back to the process. */
export function deliver(k: Kernel, p: Process): void {
  for (let signal = deliverable(p); signal !== 0 && p.state === 'runnable'; signal = deliverable(p)) {
    p.signals.pending = without(p.signals.pending, bit(signal));
    const action = p.signals.actions[signal];
    k.emit('signal', () => ({ signal: signalName(signal), handled: action !== undefined && action.handler > SIG_IGN }));
    if (action && action.handler !== SIG_DFL) {
      if (action.handler !== SIG_IGN) handle(k, p, signal, action, { code: 0, address: 0, sentence: '' });
    } else if (STOPPING.includes(signal)) k.kill(p, signal, `${signalName(signal)} would stop the process, which is not modelled yet.`);
    else if (!IGNORED_BY_DEFAULT.includes(signal)) k.kill(p, signal, `${signalWords(signal)}.`);
  }
}

function handle(k: Kernel, p: Process, signal: number, action: SignalAction, info: SignalInfo): void {
  k.charge('signal');
  try {
    if (k.personalities.has(p.pid)) {
      if (!k.personalitySignal(p, signal, action, info))
        k.kill(p, signal, `${signalWords(signal)}: handlers are not delivered at this level yet.`);
    } else pushFrame(k, p, signal, action, info);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    k.kill(p, SIGSEGV, `Segmentation fault: no stack at ${hex32(k.registers(p)[ESP]!)} for the handler of ${signalName(signal)}.`);
    return;
  }
  const own: Mask = (action.flags & SA_NODEFER) === 0 ? bit(signal) : [0, 0];
  p.signals.blocked = or(p.signals.blocked, or(action.mask, own));
  if (action.flags & SA_RESETHAND) delete p.signals.actions[signal];
}

/** Registers as struct sigcontext_32 has them: 22 words. */
const CONTEXT: readonly number[] = [SELECTOR + GS, SELECTOR + FS, SELECTOR + ES, SELECTOR + DS, EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX];

function sigcontext(k: Kernel, p: Process): StructWriter {
  const w = k.registers(p),
    s = new StructWriter();
  for (const word of CONTEXT) s.u32(w[word]!);
  return s
    .u32(0)
    .u32(0)
    .u32(w[EIP]!)
    .u32(w[SELECTOR + CS]!)
    .u32(k.flagsOf(p))
    .u32(w[ESP]!)
    .u32(w[SELECTOR + SS]!)
    .u32(0)
    .u32(p.signals.blocked[0])
    .u32(k.machine.words[CR2]!);
}

function pushFrame(k: Kernel, p: Process, signal: number, action: SignalAction, info: SignalInfo): void {
  const w = k.registers(p);
  const top = ((w[ESP]! >>> 0) & ~15) >>> 0;
  const context = sigcontext(k, p).done();
  const rt = (action.flags & SA_SIGINFO) !== 0;
  const size = rt ? 4 * 4 + 128 + 20 + 88 + 8 + 8 : 8 + 88 + 4 + 8;
  // The ABI wants (esp + 4) divisible by 16 at the entry of a function.
  const at = (((top - size) & ~15) >>> 0) - 4;
  const code = at + size - 8;
  const returnTo = action.flags & SA_RESTORER ? action.restorer : code;
  const frame = new StructWriter().u32(returnTo).u32(signal);
  if (rt) {
    const siginfoAt = at + 16,
      ucontextAt = siginfoAt + 128;
    frame.u32(siginfoAt).u32(ucontextAt);
    frame.bytes(new StructWriter().u32(signal).u32(0).u32(info.code).u32(info.address).pad(128).done());
    frame.u32(0).u32(0).u32(0).u32(2).u32(0).bytes(context).u32(p.signals.blocked[0]).u32(p.signals.blocked[1]);
    frame.bytes([0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0]);
  } else {
    frame.bytes(context).u32(p.signals.blocked[1]).bytes([0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80]);
  }
  copyOut(k, p, at, frame.done());
  w[ESP] = at;
  w[EIP] = action.handler;
  w[EAX] = signal;
  w[EDX] = rt ? at + 16 : 0;
  w[ECX] = rt ? at + 16 + 128 : 0;
  k.setFlagsOf(p, k.flagsOf(p) & ~0x500);
}

/** sigreturn (frame after pretcode and the popped signal) and rt_sigreturn: everything as it was, EAX included. */
export function sigreturn(k: Kernel, p: Process, rt: boolean): number {
  const w = k.registers(p),
    esp = w[ESP]! >>> 0;
  const at = rt ? esp + 12 + 128 + 20 : esp;
  const c = copyIn(k, p, at, rt ? 96 : 92);
  CONTEXT.forEach((word, i) => {
    if (word < SELECTOR) w[word] = get32(c, i * 4);
  });
  w[EIP] = get32(c, 14 * 4);
  const changeable = 0x40dd5;
  k.setFlagsOf(p, (k.flagsOf(p) & ~changeable) | (get32(c, 16 * 4) & changeable));
  p.signals.blocked = rt ? [get32(c, 88), get32(c, 92)] : [get32(c, 80), get32(c, 88)];
  return w[EAX]!;
}
