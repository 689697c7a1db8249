/**
 * Builds the ops of one decoded instruction: fields are constants, $zero reads as 0, writes to $zero are dropped, branch and
 * jump targets are absolute addresses.
 *
 * Flow convention: `to` is taken after the delay slot; `otherwise` is address + 8. A branch that is always taken becomes a
 * jump. Link registers are ordinary puts. The row says whether there is a slot (all branches and jumps) and whether it is
 * annulled when the branch is not taken (`likely`).
 */
import type { Value } from '../microop/op.ts';
import { FIELDS, extractField } from './fields.ts';
import type { FieldLetter } from './fields.ts';
import { MipsTerms } from './terms.ts';
import type { RegisterField } from './terms.ts';

export class MipsBuilder extends MipsTerms {
  private readonly registers = new Map<number, Value>();
  private readonly instruction: number;
  private readonly at: number;

  constructor(instruction: number, address: number) {
    super();
    this.instruction = instruction;
    this.at = address;
  }

  private number(field: FieldLetter): number {
    return extractField(this.instruction, FIELDS[field]);
  }

  protected override register(field: RegisterField): Value {
    const n = this.number(field);
    if (n === 0) return this.const(0);
    const known = this.registers.get(n);
    if (known) return known;
    const value = this.getSlice({ word: n, low: 0, width: 32 });
    this.registers.set(n, value);
    return value;
  }
  protected override setRegister(field: RegisterField, value: Value): void {
    const n = this.number(field);
    if (n !== 0) this.putSlice({ word: n, low: 0, width: 32 }, value);
  }

  override field(letter: FieldLetter): Value {
    return this.const(this.number(letter));
  }
  protected override signedField(letter: 'i' | 'o'): Value {
    return this.const((this.number(letter) << 16) >> 16);
  }
  override get pc(): Value {
    return this.const(this.at);
  }
  override get branchTarget(): Value {
    return this.const(branchTarget(this.instruction, this.at));
  }
  override get target(): Value {
    return this.const(jumpTarget(this.instruction, this.at));
  }

  override branch(when: Value): void {
    const to = branchTarget(this.instruction, this.at);
    if (when.k === 'const' && when.n !== 0) this.jumpTo(this.const(to), 'jump');
    else this.branchTo(when, to | 0, (this.at + 8) | 0);
  }
  override jump(to: Value, as: 'jump' | 'call' = 'jump'): void {
    this.jumpTo(to, as);
  }
  override jumpRegister(): void {
    this.jumpTo(this.rs, this.number('s') === 31 ? 'return' : 'jump');
  }
}

/** Absolute targets as unsigned addresses. */
export const branchTarget = (word: number, address: number): number => (address + 4 + ((word << 16) >> 14)) >>> 0;
export const jumpTarget = (word: number, address: number): number => (((address + 4) & 0xf0000000) | ((word << 6) >>> 4)) >>> 0;
