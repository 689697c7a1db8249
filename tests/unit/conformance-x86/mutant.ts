/**
 * Rows with one mistake in them: a builder that mishears one kind of thing that the row says. Used to show that the
 * recorded vectors would find it.
 */
import type { FlagOptions } from '../../../src/isa/microop/builder.ts';
import type { Address, BinaryKind, FlagRule, Op, Slice, Value, Width } from '../../../src/isa/microop/op.ts';
import { X86 } from '../../../src/isa/x86/builder.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';

export type Mistake =
  | 'writes one too many'
  | 'takes the wrong flag rule'
  | 'tests the opposite condition'
  | 'reads one byte further on'
  | 'writes one byte further on'
  | 'swaps operands'
  | 'forgets a sign'
  | 'jumps one too far'
  | 'writes the neighbouring register';

export const MISTAKES: readonly Mistake[] = [
  'writes one too many',
  'takes the wrong flag rule',
  'tests the opposite condition',
  'reads one byte further on',
  'writes one byte further on',
  'swaps operands',
  'forgets a sign',
  'jumps one too far',
  'writes the neighbouring register',
];

const WRONG: Readonly<Record<string, FlagRule>> = {
  add: 'sub',
  sub: 'add',
  logic: 'inc',
  adc: 'sbb',
  sbb: 'adc',
  inc: 'dec',
  dec: 'inc',
  shl: 'shr',
  shr: 'shl',
  sar: 'shl',
};
const ORDERED: ReadonlySet<BinaryKind> = new Set(['sub', 'shl', 'shr', 'sar', 'rotl', 'rotr', 'ltu', 'lts']);

export class Mutant extends X86 {
  /** Whether the mistake was made: the row said the thing at least once. */
  made = false;
  private readonly mistake: Mistake;

  constructor(instruction: X86Instruction, mistake: Mistake) {
    super(instruction);
    this.mistake = mistake;
  }

  /** True the first time that the row says what this mistake is about. */
  private now(mistake: Mistake): boolean {
    if (this.mistake !== mistake || this.made) return false;
    this.made = true;
    return true;
  }

  override putSlice(to: Slice, value: Value): void {
    if (this.now('writes one too many')) super.putSlice(to, super.binary('add', value, this.const(1)));
    else if (this.now('writes the neighbouring register')) super.putSlice({ ...to, word: to.word ^ 1 }, value);
    else super.putSlice(to, value);
  }
  override setFlags(
    rule: FlagRule,
    width: Width,
    a: Value | undefined,
    b: Value | undefined,
    result: Value,
    options: FlagOptions = {},
  ): void {
    if (!this.now('takes the wrong flag rule')) super.setFlags(rule, width, a, b, result, options);
    else if (rule === 'set') super.setFlags('set', width, a, b, super.binary('xor', result, this.const(options.mask ?? 0)), options);
    else super.setFlags(WRONG[rule]!, width, a, b, result, options);
  }
  override condition(code: number): Value {
    return super.condition(this.now('tests the opposite condition') ? code ^ 1 : code);
  }
  override branchTo(when: Value, to: number, otherwise: number): void {
    super.branchTo(when, this.now('jumps one too far') ? to + 1 : to, otherwise);
  }
  override jumpTo(to: Value, as: 'jump' | 'call' | 'return' | 'repeat' = 'jump'): void {
    super.jumpTo(this.now('jumps one too far') ? super.binary('add', to, this.const(1)) : to, as);
  }
  override loadFrom(at: Address, width: Width, signed: boolean, aligned: boolean): Value {
    return super.loadFrom(this.now('reads one byte further on') ? this.further(at) : at, width, signed, aligned);
  }
  override storeTo(at: Address, width: Width, value: Value, aligned: boolean): void {
    super.storeTo(this.now('writes one byte further on') ? this.further(at) : at, width, value, aligned);
  }
  override binary(k: BinaryKind, a: Value, b: Value): Value {
    return ORDERED.has(k) && a !== b && this.now('swaps operands') ? super.binary(k, b, a) : super.binary(k, a, b);
  }
  override extend(value: Value, width: Width, signed: boolean): Value {
    return super.extend(value, width, signed && this.now('forgets a sign') ? false : signed);
  }
  private further(at: Address): Address {
    return { segment: at.segment, offset: super.binary('add', at.offset, this.const(1)) };
  }
}

/** The instruction's micro-ops with the mistake in them, or null when the row says nothing that could be misheard so. */
export function mutate(instruction: X86Instruction, mistake: Mistake): readonly Op[] | null {
  const mutant = new Mutant(instruction, mistake);
  instruction.row.means(mutant);
  return mutant.made ? mutant.finish() : null;
}
