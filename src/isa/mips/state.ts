/**
 * The MIPS32 processor's user-visible state as numbered 32-bit words. Word 0 is $zero and is always 0.
 *
 * Invariant: `NPC` is the address of the instruction after the one at `PC`: they differ by 4 except in a delay slot whose
 * branch is taken. Left out: coprocessor 0 (Strata runs user programs). FCSR and f0..f31 are kept for the FPU.
 */
export const HI = 32,
  LO = 33,
  PC = 34,
  NPC = 35;
/** ll/sc: the reserved address and the value read there; LL_BIT is 1 while the reservation holds. */
export const LL_BIT = 36,
  LL_ADDRESS = 37,
  LL_VALUE = 38;
/** What rdhwr $29 gives (the thread pointer); set by the system call set_thread_area. */
export const USER_LOCAL = 39;
export const FCSR = 40;
/** f0..f31 = FPR + n. */
export const FPR = 41;
export const MIPS_WORDS = 73;

/** Exception codes (MIPS32 vol. III, Cause.ExcCode). */
export const ADEL = 4,
  ADES = 5,
  SYS = 8,
  BREAK = 9,
  RI = 10,
  CPU = 11,
  OV = 12,
  TRAP = 13,
  FPE = 15;

export const MIPS_REGISTERS = [
  'zero',
  'at',
  'v0',
  'v1',
  'a0',
  'a1',
  'a2',
  'a3',
  't0',
  't1',
  't2',
  't3',
  't4',
  't5',
  't6',
  't7',
  's0',
  's1',
  's2',
  's3',
  's4',
  's5',
  's6',
  's7',
  't8',
  't9',
  'k0',
  'k1',
  'gp',
  'sp',
  'fp',
  'ra',
] as const;

/**
 * Not architecture: where a handler's ops read the instruction word that is being interpreted (see handler.ts). A state that
 * handlers are evaluated on has this word behind the MIPS_WORDS of the processor; hashes and checkpoints never see it.
 */
export const INSTRUCTION = MIPS_WORDS;
