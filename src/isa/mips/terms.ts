/**
 * The words in which MIPS rows say what they mean. Rows use this class only; what an operand field is, a constant of a decoded
 * instruction or a run-time value of an interpreter's handler, is decided by the two classes that complete it:
 * MipsBuilder (builder.ts) and MipsHandlerBuilder (handler.ts).
 *
 * Invariant: a row's meaning contains no test on a field's value, so both give the same instruction.
 */
import { Builder } from '../microop/builder.ts';
import type { Value, Width } from '../microop/op.ts';
import type { FieldLetter } from './fields.ts';
import { HI, LO } from './state.ts';

export type RegisterField = 's' | 't' | 'd';
const whole = (word: number) => ({ word, low: 0, width: 32 }) as const;

export abstract class MipsTerms extends Builder {
  /** The general register that a field names, before the instruction. */
  protected abstract register(field: RegisterField): Value;
  /** Writes it at the instruction's end. Writes to $zero have no effect. */
  protected abstract setRegister(field: RegisterField, value: Value): void;
  /** An operand field, zero-extended. */
  abstract field(letter: FieldLetter): Value;
  /** A 16-bit operand field, sign-extended. */
  protected abstract signedField(letter: 'i' | 'o'): Value;
  /** The instruction's own address. */
  abstract get pc(): Value;
  /** The target of a branch: address + 4 + offset * 4. */
  abstract get branchTarget(): Value;
  /** The target of j and jal: instr_index * 4 in the 256 MiB region of the delay slot. */
  abstract get target(): Value;
  /** Branches to `branchTarget` when the value is 1 (after the slot). */
  abstract branch(when: Value): void;
  /** Jumps (after the slot). A register jump through $ra is a return where the field is known. */
  abstract jump(to: Value, as?: 'jump' | 'call'): void;
  abstract jumpRegister(): void;

  get rs(): Value {
    return this.register('s');
  }
  get rt(): Value {
    return this.register('t');
  }
  get rd(): Value {
    return this.register('d');
  }
  setRt(value: Value): void {
    this.setRegister('t', value);
  }
  setRd(value: Value): void {
    this.setRegister('d', value);
  }

  get simm(): Value {
    return this.signedField('i');
  }
  get uimm(): Value {
    return this.field('i');
  }
  get shamt(): Value {
    return this.field('h');
  }

  get hi(): Value {
    return this.getSlice(whole(HI));
  }
  get lo(): Value {
    return this.getSlice(whole(LO));
  }
  setHi(value: Value): void {
    this.putSlice(whole(HI), value);
  }
  setLo(value: Value): void {
    this.putSlice(whole(LO), value);
  }
  setHiLo(high: Value, low: Value): void {
    this.setHi(high);
    this.setLo(low);
  }

  /** Reads or writes a word of the state that is not a general register. */
  word(word: number): Value {
    return this.getSlice(whole(word));
  }
  setWord(word: number, value: Value): void {
    this.putSlice(whole(word), value);
  }

  /** The effective address of a load or store: rs + simm. */
  address(): Value {
    return this.add(this.rs, this.simm);
  }
  /** Halfwords and words must be aligned: else AdEL, AdES. */
  load(at: Value, width: Width, signed: boolean): Value {
    return this.loadFrom({ segment: null, offset: at }, width, signed, width !== 8);
  }
  store(at: Value, width: Width, value: Value): void {
    this.storeTo({ segment: null, offset: at }, width, value, width !== 8);
  }

  /** $ra := the address behind the delay slot. */
  link(): void {
    this.setWord(31, this.add(this.pc, this.const(8)));
  }
  /** rd := the address behind the delay slot. */
  linkRd(): void {
    this.setRd(this.add(this.pc, this.const(8)));
  }

  nor(a: Value, b: Value): Value {
    return this.xor(this.or(a, b), this.const(-1));
  }
  invert(a: Value): Value {
    return this.xor(a, this.const(-1));
  }
  /** 1 when a >= b, signed or unsigned. */
  ge(a: Value, b: Value): Value {
    return this.not(this.lts(a, b));
  }
  geu(a: Value, b: Value): Value {
    return this.not(this.ltu(a, b));
  }
  /** 1 when bit 31 is set. */
  negative(a: Value): Value {
    return this.lts(a, this.const(0));
  }
  /** The 64-bit product. */
  mulWide(a: Value, b: Value, signed: boolean): { readonly high: Value; readonly low: Value } {
    return { high: this.binary(signed ? 'mulhs' : 'mulhu', a, b), low: this.mul(a, b) };
  }
  /** Raises the exception always: the instruction does nothing else. */
  trap(code: number, error?: number): void {
    this.trapIf(this.const(1), code, error);
  }
}
