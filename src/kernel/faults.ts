/**
 * Exceptions of a process: pages to be filled, work for a personality, or a signal with a sentence that says what happened.
 */
import { hex32 } from '../bits/hex.ts';
import { ACV, BP, BR, DB, DE, EIP, FPU_CONTROL, FPU_STATUS, GP, MF, MXCSR, NM, NP, OFV, PFV, SSV, UD } from '../isa/x86/state.ts';
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
  [MF]: [SIGFPE, 7, 'Floating-point exception'],
  /** #XM: an SSE exception that MXCSR does not mask. */
  19: [SIGFPE, 7, 'Floating-point exception'],
  [ACV]: [SIGBUS, 1, 'Unaligned access'],
};
/** These say where: the others have SI_KERNEL and no address. */
const WITH_ADDRESS: readonly number[] = [DE, DB, UD, MF, 19];

/** si_code of an exception of the x87 or of SSE, by what is set and not masked (fpu__exception_code). */
function floatCode(k: Kernel, vector: number): number {
  const w = k.machine.words;
  const raised = vector === MF ? w[FPU_STATUS]! & ~w[FPU_CONTROL]! & 0x3f : w[MXCSR]! & ~(w[MXCSR]! >> 7) & 0x3f;
  const [FLTDIV, FLTOVF, FLTUND, FLTRES, FLTINV] = [3, 4, 5, 6, 7] as const;
  if (raised & 1) return FLTINV;
  if (raised & 4) return FLTDIV;
  if (raised & 8) return FLTOVF;
  if (raised & 0x12) return FLTUND;
  return raised & 0x20 ? FLTRES : 0;
}

export function onFault(k: Kernel, p: Process, trap: Trap): void {
  if (trap.vector === PFV) pageFault(k, p, trap);
  else if (!k.personalities.get(p.pid)?.fault(p, trap)) signalFor(k, p, trap);
}

function signalFor(k: Kernel, p: Process, trap: Trap): void {
  // INT n for other n: the gates of Linux's IDT are not for ring 3, which is a general protection fault.
  const vector = trap.kind === 'software' && trap.vector > 4 ? GP : trap.vector;
  const [signal, code, words] = SIGNAL_OF[vector] ?? [SIGSEGV, 0x80, `Exception ${trap.vector}`];
  const eip = k.machine.words[EIP]!;
  // The error code of a gate that ring 3 may not use is its entry of the IDT (SDM vol. 3, 6.13).
  p.trapped = { vector, error: vector === trap.vector ? (trap.error ?? 0) : (trap.vector << 3) | 2 };
  const address = WITH_ADDRESS.includes(vector) ? eip : 0;
  force(k, p, signal, {
    code: vector === MF || vector === 19 ? floatCode(k, vector) : code,
    address,
    sentence: `${words} at ${hex32(eip)}.`,
  });
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
  p.trapped = { vector: PFV, error: trap.error! };
  const at = hex32(k.machine.words[EIP]!),
    what = `${write ? 'write to' : 'read of'} ${hex32(linear)}`;
  if (outcome === 'bus')
    force(k, p, SIGBUS, { code: 2, address: linear, sentence: `Bus error at ${at}: ${what}, behind the end of the mapped file.` });
  else force(k, p, SIGSEGV, { code: outcome === 'unmapped' ? 1 : 2, address: linear, sentence: `Segmentation fault at ${at}: ${what}.` });
}
