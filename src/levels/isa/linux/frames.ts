/**
 * Signal frames of Linux on MIPS o32 (arch/mips/kernel/signal.c): what lies on the guest's stack while its handler runs, and
 * how everything comes back. The return code stands in a page of its own, as the vDSO.
 *
 * Left out: DSP accumulators; what the handler changes in the alternate stack of its frame.
 */
import { StructWriter, get32 } from '../../../bits/bytes.ts';
import { FCSR, FPR, HI, LO } from '../../../isa/mips/state.ts';
import { maskToI386, maskToMips } from './numbers.ts';
import type { Mask } from './numbers.ts';

/** The return code: li v0, 4193; syscall and li v0, 4119; syscall. */
export const VDSO = 0x7fff_8000,
  RT_RETURN = VDSO,
  PLAIN_RETURN = VDSO + 8;
export const VDSO_WORDS: readonly number[] = [0x2402_1061, 0xc, 0x2402_1017, 0xc];

const CONTEXT_SIZE = 592,
  SIGINFO_SIZE = 128,
  ARGUMENTS = 24,
  UCONTEXT_HEAD = 24;
const SA_SIGINFO = 4;

/** Reads and writes guest words by number. */
export interface GuestWords {
  get(word: number): number;
  set(word: number, value: number): void;
}

export interface FrameRequest {
  /** MIPS number. */
  readonly signal: number;
  /** siginfo_t as MIPS has it. */
  readonly info: Uint8Array;
  readonly pc: number;
  readonly handler: number;
  /** i386 flags. */
  readonly flags: number;
  /** Mask to come back, as i386 has it. */
  readonly mask: Mask;
}

const long = (s: StructWriter, value: number): StructWriter => s.u32(value).u32(value >> 31);

function sigcontext(words: GuestWords, pc: number): Uint8Array {
  const s = new StructWriter().u32(0).u32(0);
  long(s, pc);
  for (let n = 0; n < 32; n++) long(s, words.get(n));
  for (let n = 0; n < 32; n++) s.u32(words.get(FPR + n)).u32(0);
  s.u32(0).u32(words.get(FCSR)).u32(0).u32(1).u32(0).u32(0);
  long(s, words.get(HI));
  long(s, words.get(LO));
  return s.pad(CONTEXT_SIZE).done();
}

const sigset = (mask: Mask): readonly number[] => [...maskToMips(mask), 0, 0];

/** The frame's bytes and the registers with which the handler begins. `sp`: below which the frame is put. */
export function buildFrame(
  words: GuestWords,
  sp: number,
  request: FrameRequest & { readonly altstack: Uint8Array },
): { readonly at: number; readonly bytes: Uint8Array; readonly registers: readonly (readonly [number, number])[] } {
  const rt = (request.flags & SA_SIGINFO) !== 0;
  const context = sigcontext(words, request.pc);
  const frame = new StructWriter().pad(ARGUMENTS);
  if (rt) {
    frame.bytes(request.info);
    frame.bytes(new StructWriter().u32(0).u32(0).bytes(request.altstack).pad(UCONTEXT_HEAD).done()).bytes(context);
  } else frame.bytes(context);
  for (const word of sigset(request.mask)) frame.u32(word);
  const bytes = frame.done(),
    at = ((sp - 32 - bytes.length) & ~15) >>> 0;
  const second = rt ? at + ARGUMENTS : 0,
    third = at + ARGUMENTS + (rt ? SIGINFO_SIZE : 0);
  return {
    at,
    bytes,
    registers: [
      [4, request.signal],
      [5, second],
      [6, third],
      [29, at],
      [31, rt ? RT_RETURN : PLAIN_RETURN],
      [25, request.handler],
    ],
  };
}

export const frameSize = (rt: boolean): number => ARGUMENTS + (rt ? SIGINFO_SIZE + UCONTEXT_HEAD : 0) + CONTEXT_SIZE + 16;

/** Everything as the frame has it: registers are set, and the program counter and the i386 mask come back. */
export function readFrame(bytes: Uint8Array, rt: boolean, words: GuestWords): { readonly pc: number; readonly mask: Mask } {
  const at = ARGUMENTS + (rt ? SIGINFO_SIZE + UCONTEXT_HEAD : 0);
  for (let n = 1; n < 32; n++) words.set(n, get32(bytes, at + 16 + 8 * n));
  for (let n = 0; n < 32; n++) words.set(FPR + n, get32(bytes, at + 272 + 8 * n));
  words.set(FCSR, get32(bytes, at + 532));
  words.set(HI, get32(bytes, at + 552));
  words.set(LO, get32(bytes, at + 560));
  const mask = at + CONTEXT_SIZE;
  return { pc: get32(bytes, at + 8) >>> 0, mask: maskToI386([get32(bytes, mask), get32(bytes, mask + 4)]) };
}
