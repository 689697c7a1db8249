/**
 * Frames of signal handlers on the process's stack, and the return from them (arch/x86/kernel/signal.c,
 * arch/x86/include/uapi/asm/sigcontext.h): registers, mask, and the state of x87 and SSE as FXSAVE writes it.
 */
import { get32, StructWriter } from '../bits/bytes.ts';
import { CS, CR2, DS, EAX, EBP, EBX, ECX, EDI, EDX, EIP, ES, ESI, ESP, FS, GS, SELECTOR, SS } from '../isa/x86/state.ts';
import { FPU_FRAME, fpuBytes, fpuFromBytes } from './fpustate.ts';
import type { Kernel } from './kernel.ts';
import { flatSegments, loadSelector } from './segments.ts';
import { seenUid } from './ns/usermap.ts';
import type { Bits64, Process, QueuedSignal, SignalAction } from './task.ts';
import { copyIn, copyOut } from './user.ts';

const SA_SIGINFO = 4,
  SA_RESTORER = 0x0400_0000,
  SA_ONSTACK = 0x0800_0000;
const SS_ONSTACK = 1,
  SS_DISABLE = 2,
  SS_AUTODISARM = 0x8000_0000 | 0;

/** Registers as struct sigcontext_32 has them: 22 words. */
const CONTEXT: readonly number[] = [SELECTOR + GS, SELECTOR + FS, SELECTOR + ES, SELECTOR + DS, EDI, ESI, EBP, ESP, EBX, EDX, ECX, EAX];

function sigcontext(k: Kernel, p: Process, fpu: number, mask: Bits64): Uint8Array {
  const w = k.registers(p),
    s = new StructWriter();
  for (const word of CONTEXT) s.u32(w[word]!);
  s.u32(p.trapped?.vector ?? 0)
    .u32(p.trapped?.error ?? 0)
    .u32(w[EIP]!)
    .u32(w[SELECTOR + CS]!)
    .u32(k.flagsOf(p))
    .u32(w[ESP]!)
    .u32(w[SELECTOR + SS]!);
  return s.u32(fpu).u32(mask[0]).u32(k.machine.words[CR2]!).done();
}

const SIGCHLD = 17,
  SI_TIMER = -2;

/** siginfo_t: signal, errno, code, and the words that its kind has. Sender or child is numbered as the receiver sees it. */
export function siginfo(k: Kernel, p: Process, one: QueuedSignal): Uint8Array {
  const s = new StructWriter()
    .u32(one.signal)
    .u32(one.errno ?? 0)
    .u32(one.code);
  const [first = 0, second = 0] = one.fields,
    fromProcess = ((one.code <= 0 && one.code !== SI_TIMER) || one.signal === SIGCHLD) && first > 0 && !k.ns.isHost(p);
  const fields = fromProcess ? [k.ns.numberOf(first, p), seenUid(p.credentials, second), ...one.fields.slice(2)] : one.fields;
  for (const field of fields) s.u32(field);
  return s.pad(128).done();
}

/** Whether the stack pointer lies in the alternative stack. */
export function onAltstack(p: Process, sp: number): boolean {
  const { at, size, flags } = p.signals.altstack;
  return (flags & SS_AUTODISARM) === 0 && size > 0 && sp > at >>> 0 && sp <= (at >>> 0) + size;
}

/** Where the frame begins to be put: the alternative stack, when the handler wants it and does not run there already. */
export function stackFor(p: Process, action: Pick<SignalAction, 'flags'>, sp: number): number {
  const { at, size } = p.signals.altstack;
  return action.flags & SA_ONSTACK && size > 0 && !onAltstack(p, sp) ? (at >>> 0) + size : sp;
}

/** stack_t as sigaltstack reports it. */
export function altstackBytes(p: Process, sp: number): StructWriter {
  const { at, size, flags } = p.signals.altstack;
  const state = size === 0 ? SS_DISABLE : onAltstack(p, sp) ? SS_ONSTACK : 0;
  return new StructWriter()
    .u32(at)
    .u32(state | flags)
    .u32(size);
}

export function pushFrame(k: Kernel, p: Process, action: SignalAction, one: QueuedSignal): void {
  const w = k.registers(p),
    mask = p.signals.saved ?? p.signals.blocked,
    rt = (action.flags & SA_SIGINFO) !== 0;
  const fpu = ((stackFor(p, action, w[ESP]! >>> 0) - FPU_FRAME) & ~63) >>> 0;
  const size = rt ? 4 * 4 + 128 + 20 + 88 + 8 + 8 : 8 + 88 + 4 + 8;
  // The ABI wants (esp + 4) divisible by 16 at the entry of a function.
  const at = (((fpu - size) & ~15) >>> 0) - 4;
  const context = sigcontext(k, p, fpu, mask);
  const returnTo = action.flags & SA_RESTORER ? action.restorer : at + size - 8;
  const frame = new StructWriter().u32(returnTo).u32(one.signal);
  if (rt) {
    frame
      .u32(at + 16)
      .u32(at + 16 + 128)
      .bytes(siginfo(k, p, one))
      .u32(0)
      .u32(0);
    frame
      .bytes(altstackBytes(p, w[ESP]! >>> 0).done())
      .bytes(context)
      .u32(mask[0])
      .u32(mask[1]);
    frame.bytes([0xb8, 173, 0, 0, 0, 0xcd, 0x80, 0]);
  } else frame.bytes(context).u32(mask[1]).bytes([0x58, 0xb8, 119, 0, 0, 0, 0xcd, 0x80]);
  copyOut(k, p, fpu, fpuBytes(w));
  copyOut(k, p, at, frame.done());
  flatSegments(w);
  w[ESP] = at;
  w[EIP] = action.handler;
  w[EAX] = one.signal;
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
    else loadSelector(w, p.tls, word - SELECTOR, get32(c, i * 4) & 0xffff);
  });
  loadSelector(w, p.tls, CS, (get32(c, 15 * 4) & 0xffff) | 3);
  loadSelector(w, p.tls, SS, (get32(c, 18 * 4) & 0xffff) | 3);
  w[EIP] = get32(c, 14 * 4);
  const changeable = 0x40dd5;
  k.setFlagsOf(p, (k.flagsOf(p) & ~changeable) | (get32(c, 16 * 4) & changeable));
  const mask: Bits64 = rt ? [get32(c, 88), get32(c, 92)] : [get32(c, 80), get32(c, 88)];
  p.signals.blocked = [mask[0] & ~0x4_0100, mask[1]];
  const fpu = get32(c, 19 * 4);
  if (fpu !== 0) fpuFromBytes(w, copyIn(k, p, fpu, FPU_FRAME));
  return w[EAX]!;
}
