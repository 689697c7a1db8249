/**
 * Where the emulator keeps its things in the simulated process, and the numbers of its gates. The guest has linear addresses
 * 0 to 2 GiB, which are its own (DS and ES end there); everything here lies above, reached through SS and CS only.
 *
 * Invariant: nothing below GUEST_END belongs to the emulator, so no guest address, however wrong, reaches its state.
 */
import { INSTRUCTION } from '../../isa/mips/state.ts';
import { EBP_BIAS } from '../../translate/lower-registers.ts';

export const GUEST_END = 0x8000_0000;

/** The guest state block. EBP points EBP_BIAS bytes into it, so words 0..63 have 8-bit displacements. */
export const STATE = 0x8000_0000;
export const EBP_VALUE = STATE + EBP_BIAS;
/** Words of the state block behind the processor's. */
export const SERVICE_RESULT = INSTRUCTION + 1;
/** How many runs make a block hot (unsigned; -1: never). */
export const THRESHOLD = INSTRUCTION + 2;
/** How often the dispatcher was asked for the next block. */
export const DISPATCHES = INSTRUCTION + 3;
/** MXCSR of the guest's floating point (translate/lower-float.ts): just now, after the last operation, between operations. */
export const FLOAT_NOW = INSTRUCTION + 4,
  FLOAT_LAST = INSTRUCTION + 5,
  FLOAT_CLEAN = INSTRUCTION + 6;
export const SPILL_WORD = 96,
  SPILL_WORDS = 32;
export const STATE_WORDS = 128;

/** Jump tables of the interpreter's decoder. */
export const TABLES = STATE + 0x1000,
  TABLES_SIZE = 0x3000;
export const INTERPRETER = STATE + 0x1_0000,
  INTERPRETER_SIZE = 0x2_0000;
/** Look-up by guest address: entries of [guest address, host code, host code when chaining is possible, counter]. */
export const LOOKUP = STATE + 0x4_0000,
  LOOKUP_ENTRIES = 4096,
  LOOKUP_ENTRY = 16;
/** One 32-bit run counter for each known block. */
export const COUNTERS = STATE + 0x6_0000,
  COUNTER_COUNT = 0x8000;
/** Where system calls convert structures. */
export const SCRATCH = STATE + 0x8_0000,
  SCRATCH_SIZE = 0x2_0000;
export const CODE_CACHE = STATE + 0x10_0000,
  CODE_CACHE_MOST = 0x100_0000;
export const EMULATOR_END = CODE_CACHE + CODE_CACHE_MOST;

/** Displacement from EBP. */
export const fromEbp = (linear: number): number => linear - EBP_VALUE;
export const wordDisplacement = (word: number): number => 4 * word - EBP_BIAS;

/** Gates: what simulated code asks the level for. */
export const GATE_TRAP = 0x4d00;
export const GATE_MISS_HEAD = 0x4d40,
  GATE_MISS_EXIT = 0x4d41,
  GATE_HOT = 0x4d42,
  GATE_CHAIN = 0x4d43,
  GATE_COUNT = 0x4d44,
  GATE_FLOAT = 0x4d45;
export const FLOAT_WORDS = { gate: GATE_FLOAT, now: FLOAT_NOW, last: FLOAT_LAST, clean: FLOAT_CLEAN } as const;
export const trapGate = (vector: number): number => GATE_TRAP + vector;
