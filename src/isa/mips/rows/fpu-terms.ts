/**
 * FPU registers in the words of rows. They are as with Status.FR = 0, the mode of o32: 32 registers of 32 bits; a double lies
 * in an even register (low word) and the odd one behind it. Arithmetic on doubles in odd registers is reserved.
 */
import type { Value } from '../../microop/op.ts';
import type { FieldLetter } from '../fields.ts';
import { FCSR, FPR, RI } from '../state.ts';
import type { MipsTerms } from '../terms.ts';

export type Half = 'own' | 'low' | 'high';

/** Number of the state word. `low` and `high` are the halves of a double. */
export function word(m: MipsTerms, field: FieldLetter, half: Half = 'own'): Value {
  const n = m.field(field);
  const register = half === 'own' ? n : half === 'low' ? m.and(n, m.const(0x1e)) : m.or(n, m.const(1));
  return m.add(register, m.const(FPR));
}
export const get = (m: MipsTerms, field: FieldLetter, half: Half): Value => m.getAt(word(m, field, half));
export const put = (m: MipsTerms, field: FieldLetter, half: Half, value: Value): void => m.putAt(word(m, field, half), value);

/** Reserved Instruction when a register of a double is odd. */
export function even(m: MipsTerms, ...fields: readonly FieldLetter[]): void {
  const any = fields.map((field) => m.field(field)).reduce((sum, n) => m.or(sum, n));
  m.trapIf(m.and(any, m.const(1)), RI);
}

/** Place in FCSR of the condition that a field names: bit 23, then 25 to 31. */
export const conditionBit = (m: MipsTerms, field: FieldLetter): Value => {
  const n = m.field(field);
  return m.add(m.add(n, m.const(23)), m.bool(n));
};
/** 1 when the condition holds. */
export const holds = (m: MipsTerms, field: FieldLetter): Value => m.and(m.shr(m.word(FCSR), conditionBit(m, field)), m.const(1));
