/**
 * From a word to an instruction: finds the row, and gives its operand fields as data. Ops and text are made on first use.
 *
 * Every word decodes: what no row matches raises Reserved Instruction (row RESERVED). Bits that the manual wants zero must be
 * zero, as for objdump. Left out: caching of decoded instructions, which is for whoever knows when code changes.
 */
import type { Op } from '../microop/op.ts';
import type { Flow, Instruction } from '../microop/row.ts';
import { MipsBuilder, branchTarget, jumpTarget } from './builder.ts';
import { formatInstruction } from './disassemble.ts';
import { FIELDS, extractField } from './fields.ts';
import type { Field, FieldLetter } from './fields.ts';
import { findRow } from './find.ts';
import type { MipsRow } from './row.ts';

/** A run of bits of the word, for panels: the fixed bits and the operand fields, from bit 31 down. */
export interface BitRange {
  readonly name: string;
  readonly low: number;
  readonly width: number;
  readonly role: Field['role'] | 'opcode';
  readonly value: number;
}

export class MipsInstruction implements Instruction {
  readonly address: number;
  readonly word: number;
  readonly length = 4;
  readonly row: MipsRow;
  private madeOps: readonly Op[] | null = null;
  private madeText: string | null = null;

  constructor(word: number, address: number, row: MipsRow) {
    this.word = word >>> 0;
    this.address = address >>> 0;
    this.row = row;
  }

  get rs(): number {
    return (this.word >>> 21) & 31;
  }
  get rt(): number {
    return (this.word >>> 16) & 31;
  }
  get rd(): number {
    return (this.word >>> 11) & 31;
  }
  get shamt(): number {
    return (this.word >>> 6) & 31;
  }
  /** The low 16 bits, sign-extended. */
  get imm(): number {
    return (this.word << 16) >> 16;
  }
  field(letter: FieldLetter): number {
    return extractField(this.word, FIELDS[letter]);
  }

  /** Executes the next instruction before its jump takes effect. */
  get slot(): boolean {
    return this.row.slot;
  }
  get likely(): boolean {
    return this.row.likely;
  }
  /** The row's flow, but jr $ra is a return, and a branch that always goes is a jump. */
  get flow(): Flow {
    const op = this.ops[this.ops.length - 1];
    return op?.k === 'jump' ? op.as : this.row.flow;
  }
  /** Where a branch or direct jump goes, else null. */
  get target(): number | null {
    if (this.row.fields.includes(FIELDS.o)) return branchTarget(this.word, this.address);
    return this.row.fields.includes(FIELDS.j) ? jumpTarget(this.word, this.address) : null;
  }

  get ops(): readonly Op[] {
    return (this.madeOps ??= mipsOps(this.row, this.word, this.address));
  }
  get text(): string {
    return (this.madeText ??= formatInstruction(this.row, this.word, this.address));
  }
  get bits(): readonly BitRange[] {
    return bitRanges(this.row, this.word);
  }
}

export function mipsOps(row: MipsRow, word: number, address: number): readonly Op[] {
  const m = new MipsBuilder(word, address);
  row.means(m);
  return m.finish();
}

export const decode = (word: number, address: number): MipsInstruction => new MipsInstruction(word, address, findRow(word));

function bitRanges(row: MipsRow, word: number): BitRange[] {
  const ranges: BitRange[] = [];
  let top = 32;
  const fixed = (low: number): void => {
    // The primary opcode stands by itself.
    for (const [from, to] of [
      [top, Math.max(low, 26)],
      [Math.min(top, 26), low],
    ] as const) {
      if (from > to)
        ranges.push({
          name: to >= 26 ? 'opcode' : 'function',
          low: to,
          width: from - to,
          role: 'opcode',
          value: (word >>> to) & (2 ** (from - to) - 1),
        });
    }
  };
  for (const f of row.fields) {
    fixed(f.low + f.width);
    ranges.push({ name: f.name, low: f.low, width: f.width, role: f.role, value: extractField(word, f) });
    top = f.low;
  }
  fixed(0);
  return ranges;
}
