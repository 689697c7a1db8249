/**
 * Exceptions of a process: pages to be filled, work for a personality, or a signal with a sentence that says what happened.
 */
import { hex32 } from '../bits/hex.ts';
import { ACV, BP, BR, DB, DE, EIP, GP, MF, NM, NP, OFV, PFV, SSV, UD } from '../isa/x86/state.ts';
import type { Trap } from '../machine/types.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';
import { force } from './delivery.ts';
import { SIGBUS, SIGFPE, SIGILL, SIGKILL, SIGSEGV, SIGTRAP } from './signal-names.ts';

const WRITE = 2;

/** Vector: signal, si_code, and how the sentence begins. */
const SIGNAL_OF: Readonly<Record<number, readonly [number, number, string]>> = {
  [DE]: [SIGFPE, 1, 'Integer division by zero or overflow'],
  [DB]: [SIGTRAP, 2, 'Debug trap'],
  [BP]: [SIGTRAP, 0x80, 'Breakpoint trap'],
  [OFV]: [SIGSEGV, 0x80, 'Overflow trap (INTO)'],
  [BR]: [SIGSEGV, 0x80, 'Bound range exceeded'],
  [UD]: [SIGILL, 2, 'Illegal instruction'],
  [NM]: [SIGILL, 2, 'Floating-point unit not available'],
  [NP]: [SIGBUS, 0x80, 'Segment not present'],
  [SSV]: [SIGBUS, 0x80, 'Stack segment fault'],
  [GP]: [SIGSEGV, 0x80, 'General protection fault'],
  [MF]: [SIGFPE, 0, 'Floating-point exception'],
  /** #XM: an SSE exception that MXCSR does not mask. */
  19: [SIGFPE, 0, 'Floating-point exception'],
  [ACV]: [SIGBUS, 1, 'Unaligned access'],
};

export function onFault(k: Kernel, p: Process, trap: Trap): void {
  if (trap.vector === PFV) pageFault(k, p, trap);
  else if (!k.personalities.get(p.pid)?.fault(p, trap)) signalFor(k, p, trap);
}

function signalFor(k: Kernel, p: Process, trap: Trap): void {
  // INT n for other n: the gates of Linux's IDT are not for ring 3, which is a general protection fault.
  const vector = trap.kind === 'software' && trap.vector > 4 ? GP : trap.vector;
  const [signal, code, words] = SIGNAL_OF[vector] ?? [SIGSEGV, 0x80, `Exception ${trap.vector}`];
  const eip = k.machine.words[EIP]!;
  force(k, p, signal, { code, address: eip, sentence: `${words} at ${hex32(eip)}.` });
}

function pageFault(k: Kernel, p: Process, trap: Trap): void {
  const linear = trap.address! >>> 0,
    write = (trap.error! & WRITE) !== 0;
  p.faults++;
  k.counts.pageFaults++;
  const outcome = k.spaceOf(p).fault(linear, write);
  k.emit('pagefault', () => ({ address: linear, write, outcome, eip: k.machine.words[EIP]! >>> 0 }));
  if (outcome === 'ok') return;
  if (outcome === 'memory') {
    const { free, total } = k.frames;
    const inGroup = free > 0 ? k.control.whyKilled(p) : null;
    k.kill(p, SIGKILL, inGroup ?? `Out of memory: no frame is free for page ${hex32(linear)} (all ${total} are in use).`);
    return;
  }
  if (k.personalities.get(p.pid)?.fault(p, trap)) return;
  const at = hex32(k.machine.words[EIP]!),
    what = `${write ? 'write to' : 'read of'} ${hex32(linear)}`;
  if (outcome === 'bus')
    force(k, p, SIGBUS, { code: 2, address: linear, sentence: `Bus error at ${at}: ${what}, behind the end of the mapped file.` });
  else force(k, p, SIGSEGV, { code: outcome === 'unmapped' ? 1 : 2, address: linear, sentence: `Segmentation fault at ${at}: ${what}.` });
}
