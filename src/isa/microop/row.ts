/**
 * One row of an instruction table, and the instruction that a decoder makes of it. A row is one encoding, written as the
 * manual writes it; decoder, encoder, assembler, disassembler, captions and tests are derived from it.
 *
 * Invariant: `means` is the only place where the row's meaning is written, and it speaks only through the builder `M`.
 */
import type { Op } from './op.ts';

export type Flow = 'next' | 'jump' | 'branch' | 'call' | 'return' | 'trap' | 'halt' | 'repeat';

/** Letters of the status flags, as the manual orders them: O S Z A P C, and D, I for DF and IF. Empty for MIPS. */
export type FlagLetters = string;

export interface Row<M> {
  readonly name: string;
  readonly operands: string;
  readonly encoding: string;
  readonly means: (m: M) => void;
  readonly flow: Flow;
  readonly reads: FlagLetters;
  /** Flags that the row defines; those the manual leaves undefined are in `undefines`. */
  readonly writes: FlagLetters;
  readonly undefines: FlagLetters;
  readonly privilege: 'user' | 'iopl' | 'kernel';
  /** A branch whose next instruction (the delay slot) executes before the jump takes effect. */
  readonly slot: boolean;
  /** Manual, volume and entry: "SDM 2A ADD", "MIPS32 II ADDIU". */
  readonly manual: string;
  /** One plain sentence for captions, e.g. "Adds the source to the destination." */
  readonly says: string;
}

/** A decoded instruction at an address. `ops` are built on first use and cached by the decoder. */
export interface Instruction {
  readonly address: number;
  /** Bytes. */
  readonly length: number;
  readonly row: Row<never>;
  /** Disassembly in the manual's notation, without the address. */
  readonly text: string;
  readonly ops: readonly Op[];
}
