/**
 * Builds the ops of a row for an interpreter's handler: the instruction word is a run-time value, so fields are shifts and
 * masks of it, registers are getAt and putAt, targets are computed from PC.
 *
 * How to lower what `handlerOps` gives:
 * - `get` of state word INSTRUCTION is the word being interpreted (keep it in a host register), `get` of PC the address.
 * - `getAt`/`putAt` have the register number as index. putAt may name word 0: the interpreter writes 0 there again.
 * - A jump is the flow op `jump`. A branch is a `jump` too, whose `to` is a `select` of the condition (0 or 1), the target
 *   and PC + 8; `branch` names the condition and the target, so that a generator may lower it as a host branch instead.
 * - Flow is taken after the delay slot (NPC), except that a row with `likely` skips the slot when it is not taken.
 *   A row without a flow op goes on at NPC.
 */
import type { Op, Value } from '../microop/op.ts';
import { FIELDS } from './fields.ts';
import type { FieldLetter } from './fields.ts';
import type { MipsRow } from './row.ts';
import { INSTRUCTION, PC } from './state.ts';
import { MipsTerms } from './terms.ts';
import type { RegisterField } from './terms.ts';

export interface HandlerBranch {
  readonly when: Value;
  readonly target: Value;
}

export class MipsHandlerBuilder extends MipsTerms {
  private readonly known = new Map<string, Value>();
  private branched: HandlerBranch | null = null;

  private once(name: string, make: () => Value): Value {
    const value = this.known.get(name) ?? make();
    this.known.set(name, value);
    return value;
  }

  get instruction(): Value {
    return this.once('instruction', () => this.getSlice({ word: INSTRUCTION, low: 0, width: 32 }));
  }
  override get pc(): Value {
    return this.once('pc', () => this.getSlice({ word: PC, low: 0, width: 32 }));
  }

  override field(letter: FieldLetter): Value {
    const f = FIELDS[letter];
    if (f.low === 0 && f.width === 16) return this.once(`f${f.low}`, () => this.extend(this.instruction, 16, false));
    return this.once(`f${f.low}.${f.width}`, () => this.and(this.shr(this.instruction, this.const(f.low)), this.const(2 ** f.width - 1)));
  }
  protected override signedField(_letter: 'i' | 'o'): Value {
    return this.once('simm', () => this.extend(this.instruction, 16, true));
  }
  protected override register(field: RegisterField): Value {
    return this.once(`r${field}`, () => this.getAt(this.field(field)));
  }
  protected override setRegister(field: RegisterField, value: Value): void {
    this.putAt(this.field(field), value);
  }

  override get branchTarget(): Value {
    return this.once('branchTarget', () => this.add(this.add(this.pc, this.const(4)), this.shl(this.signedField('o'), this.const(2))));
  }
  override get target(): Value {
    return this.once('target', () => {
      const region = this.and(this.add(this.pc, this.const(4)), this.const(0xf0000000));
      return this.or(region, this.shr(this.shl(this.instruction, this.const(6)), this.const(4)));
    });
  }

  override branch(when: Value): void {
    const target = this.branchTarget;
    this.branched = { when, target };
    this.jumpTo(this.select(when, target, this.add(this.pc, this.const(8))), 'jump');
  }
  override jump(to: Value, as: 'jump' | 'call' = 'jump'): void {
    this.jumpTo(to, as);
  }
  override jumpRegister(): void {
    this.jumpTo(this.rs, 'jump');
  }

  /** Condition and target, when the row is a branch. */
  get branchTaken(): HandlerBranch | null {
    return this.branched;
  }
}

export interface Handler {
  readonly row: MipsRow;
  readonly ops: readonly Op[];
  readonly branch: HandlerBranch | null;
}

export function handlerOps(row: MipsRow): Handler {
  const m = new MipsHandlerBuilder();
  row.means(m);
  return { row, ops: m.finish(), branch: m.branchTaken };
}
