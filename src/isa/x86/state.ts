/**
 * The IA-32 processor's architectural state as numbered 32-bit words: which word holds what.
 *
 * Invariant: everything that a program can observe of the processor is in these words (or in memory); status flags are
 * either in EFLAGS (LAZY_RULE = 0) or follow from the LAZY words. Hashes and the user see flags materialised.
 * Words 0..63 are the architecture's; from MACHINE_WORDS on they belong to machine/; x87 state stands from FPU_WORDS on.
 * SSE state: MXCSR and eight XMM registers of four words. Registers of MMX are the mantissas of the x87's.
 */
export const EAX = 0,
  ECX = 1,
  EDX = 2,
  EBX = 3,
  ESP = 4,
  EBP = 5,
  ESI = 6,
  EDI = 7;
export const EIP = 8;
/** All of EFLAGS; the status bits OSZAPC are valid only while LAZY_RULE is 0. */
export const EFLAGS = 9;
/** 0: flags are in EFLAGS. Else 1 + rule * 4 + log2(width / 8); see isa/x86/flags.ts. */
export const LAZY_RULE = 10,
  LAZY_A = 11,
  LAZY_B = 12,
  LAZY_RESULT = 13;
/** Carry into adc and sbb; CF kept by inc and dec. */
export const LAZY_CARRY = 14;

/** Segment registers in the encoding's order: ES CS SS DS FS GS. Word = group + number. */
export const ES = 0,
  CS = 1,
  SS = 2,
  DS = 3,
  FS = 4,
  GS = 5;
export const SELECTOR = 16,
  SEGMENT_BASE = 22,
  SEGMENT_LIMIT = 28;
/** Access rights as in the descriptor's second dword, bits 8..23 (type, S, DPL, P, AVL, D/B, G); 0 = null selector loaded. */
export const SEGMENT_RIGHTS = 34;

export const CR0 = 40,
  CR2 = 41,
  CR3 = 42,
  CR4 = 43;
export const GDTR_BASE = 44,
  GDTR_LIMIT = 45,
  IDTR_BASE = 46,
  IDTR_LIMIT = 47;
export const LDTR = 48,
  LDTR_BASE = 49,
  LDTR_LIMIT = 50,
  LDTR_RIGHTS = 51;
export const TR = 52,
  TR_BASE = 53,
  TR_LIMIT = 54,
  TR_RIGHTS = 55;
/** DR0..DR7 = DEBUG + n. */
export const DEBUG = 56;

export const MACHINE_WORDS = 64;
/** Current privilege level, 0..3. */
export const CPL = 64;
export const FPU_WORDS = 128;
/** Physical register n of the x87: bits 0..31, bits 32..63, sign and exponent in the words FPU_REGISTERS + 3 n, + 1, + 2. */
export const FPU_REGISTERS = 128;
/** Control word; status word with TOP, ES and B in their places; bit n set: physical register n is not empty (as in FXSAVE). */
export const FPU_CONTROL = 152,
  FPU_STATUS = 153,
  FPU_TAGS = 154;
/** The last instruction that was not a control instruction: its address, operand's offset, 11 opcode bits; selectors: code low, data high. */
export const FPU_IP = 155,
  FPU_DP = 156,
  FPU_OPCODE = 157,
  FPU_CS = 158,
  FPU_DS = 159;

/** SSE: control and status; XMM register n is in the words XMM + 4 n .. + 3, the lowest first. */
export const MXCSR = 160,
  XMM = 192;

/** Bits of EFLAGS. */
export const CF = 1,
  PF = 4,
  AF = 0x10,
  ZF = 0x40,
  SF = 0x80,
  TF = 0x100,
  IF = 0x200,
  DF = 0x400,
  OF = 0x800;
export const IOPL = 0x3000,
  NT = 0x4000,
  RF = 0x10000,
  VM = 0x20000,
  AC = 0x40000,
  ID = 0x200000;
export const STATUS_FLAGS = CF | PF | AF | ZF | SF | OF;

/** Exception vectors (SDM vol. 3, 6.3.1). */
export const DE = 0,
  DB = 1,
  BP = 3,
  OFV = 4,
  BR = 5,
  UD = 6,
  NM = 7,
  DFV = 8,
  TS = 10,
  NP = 11,
  SSV = 12,
  GP = 13,
  PFV = 14,
  MF = 16,
  ACV = 17,
  XF = 19;

export const REGISTERS_32 = ['eax', 'ecx', 'edx', 'ebx', 'esp', 'ebp', 'esi', 'edi'] as const;
export const SEGMENTS = ['es', 'cs', 'ss', 'ds', 'fs', 'gs'] as const;
