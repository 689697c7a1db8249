/** Conditional traps. Their code is for software: a trap handler reads it from the instruction word. */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import { TRAP as TR } from '../state.ts';
import type { MipsTerms } from '../terms.ts';

type Condition = (m: MipsTerms, a: Value, b: Value) => Value;
const CONDITIONS: readonly (readonly [name: string, low: string, when: string, condition: Condition])[] = [
  ['tge', '000', 'rs is at least the second operand (signed)', (m, a, b) => m.ge(a, b)],
  ['tgeu', '001', 'rs is at least the second operand (unsigned)', (m, a, b) => m.geu(a, b)],
  ['tlt', '010', 'rs is less than the second operand (signed)', (m, a, b) => m.lts(a, b)],
  ['tltu', '011', 'rs is less than the second operand (unsigned)', (m, a, b) => m.ltu(a, b)],
  ['teq', '100', 'the operands are equal', (m, a, b) => m.eq(a, b)],
  ['tne', '110', 'the operands differ', (m, a, b) => m.not(m.eq(a, b))],
];
/** tgei, tgeiu, tlti, tltiu, teqi, tnei: the u comes last. */
const immediateName = (name: string): string => (name.endsWith('u') ? `${name.slice(0, -1)}iu` : `${name}i`);

export const TRAP = CONDITIONS.flatMap(([name, low, when, condition]) => [
  mips(name, 'rs, rt, code10', `000000 s t e 110${low}`, `Traps if ${when}.`, (m) => m.trapIf(condition(m, m.rs, m.rt), TR)),
  mips(immediateName(name), 'rs, simm', `000001 s 01${low} i`, `Traps if ${when}.`, (m) => m.trapIf(condition(m, m.rs, m.simm), TR)),
]);
