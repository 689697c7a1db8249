/**
 * Which signal a MIPS exception is to a Linux process, and in which words. Pure. Faults of memory are the emulator's: they need to
 * know what is mapped.
 */
import { ADEL, ADES, BREAK, CPU, FPE, OV, RI, TRAP } from '../../isa/mips/state.ts';

const SIGTRAP = 5;
export const SIGILL = 4,
  SIGBUS = 7,
  SIGFPE = 8,
  SIGSEGV = 11;
/** si_code of a signal that the kernel sends for no reason of its own. */
export const SI_KERNEL = 0x80;

export interface GuestSignal {
  /** By its number on the host. */
  readonly signal: number;
  readonly code: number;
  readonly words: string;
}

const EXCEPTIONS: Readonly<Record<number, GuestSignal>> = {
  [RI]: { signal: SIGILL, code: SI_KERNEL, words: 'Reserved instruction' },
  [OV]: { signal: SIGFPE, code: 2, words: 'Integer overflow' },
  [FPE]: { signal: SIGFPE, code: 0, words: 'Floating-point exception' },
  [ADEL]: { signal: SIGBUS, code: 1, words: 'Address error' },
  [ADES]: { signal: SIGBUS, code: 1, words: 'Address error' },
};
const OTHER: GuestSignal = { signal: SIGSEGV, code: 1, words: 'Address error' };

/** `word` is the instruction that raised it, `trapped` the one at the exception's address: the branch before a delay slot. */
export function exceptionSignal(vector: number, word: number, trapped: number): GuestSignal {
  if (vector === CPU) return { signal: SIGILL, code: SI_KERNEL, words: unusable(trapped) };
  if (vector === BREAK) return { signal: SIGTRAP, code: 1, words: CODES[breakCode(word)] ?? 'Breakpoint' };
  if (vector === TRAP) return { signal: SIGTRAP, code: SI_KERNEL, words: CODES[trapCode(word)] ?? 'Trap instruction' };
  return EXCEPTIONS[vector] ?? OTHER;
}

/**
 * BRK_OVERFLOW and BRK_DIVZERO (arch/mips/include/uapi/asm/break.h): compilers test sums and divisors so. Linux then sends SIGFPE; the
 * user mode of QEMU 7.2, which this level is compared with, sends SIGTRAP for every code, and so does this.
 */
const CODES: Readonly<Record<number, string>> = { 6: 'Integer overflow', 7: 'Integer division by zero' };
/** The code of `break`: its low ten bits stand above the others when they are used. */
function breakCode(word: number): number {
  const code = (word >>> 6) & 0xf_ffff;
  return code < 0x400 ? code : ((code & 0x3ff) << 10) | (code >>> 10);
}
/** Traps on an immediate have no code. */
const trapCode = (word: number): number => (word >>> 26 === 0 ? (word >>> 6) & 0x3ff : 0);

/** Coprocessor Unusable: coprocessor 0 is the kernel's, 1 the FPU, 2 absent. */
function unusable(word: number): string {
  const opcode = word >>> 26;
  if (opcode === 0x10 || opcode === 0x2f) return 'Instruction for the kernel only';
  return [0x12, 0x32, 0x36, 0x3a, 0x3e].includes(opcode) ? 'Instruction of an absent coprocessor' : 'Coprocessor instruction';
}
