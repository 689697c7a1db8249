/**
 * A decoded IA-32 instruction: the common Instruction, and beside it operands, prefixes and byte fields as data for panels,
 * the assembler's tests and the micro-op builder.
 */
import type { Instruction } from '../microop/row.ts';
import type { Operand } from './operand.ts';
import type { X86Row } from './row.ts';

/** Which decoding the code segment and the stack segment ask for: their D/B bits. */
export interface DecodeMode {
  readonly code32: boolean;
  readonly stack32: boolean;
}

/** Byte offsets within the instruction; a field that is absent has length 0. */
export interface ByteFields {
  readonly prefixes: number;
  readonly opcode: { readonly at: number; readonly length: number };
  readonly modrm: number | null;
  readonly sib: number | null;
  readonly displacement: { readonly at: number; readonly length: number };
  readonly immediate: { readonly at: number; readonly length: number };
}

export interface X86Instruction extends Instruction {
  readonly row: X86Row;
  /** The mnemonic with its condition: "jne". */
  readonly mnemonic: string;
  /** Condition code 0..15 of a +cc row, else 0. */
  readonly cc: number;
  readonly operands: readonly Operand[];
  readonly operandSize: 16 | 32;
  readonly addressSize: 16 | 32;
  readonly mode: DecodeMode;
  /** Segment override 0..5, or null. */
  readonly segment: number | null;
  /** The F2 or F3 prefix that stands before the instruction (0: none), unless it is part of the opcode. */
  readonly repeat: 0 | 0xf2 | 0xf3;
  readonly lock: boolean;
  /** The ModRM byte; 0 where there is none. */
  readonly modrm: number;
  readonly fields: ByteFields;
}
