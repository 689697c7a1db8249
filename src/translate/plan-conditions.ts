/**
 * Conditions of branches and SETcc, lowered to a comparison of the words in which flags are remembered, where the
 * operation that made them is known.
 */
import type { LazyRule } from '../isa/x86/flags.ts';
import { LAZY_A, LAZY_B, LAZY_RESULT } from '../isa/x86/state.ts';
import type { FlatName } from './flat-ops.ts';

/** A comparison of two words, perhaps negated. */
export interface Lowered {
  readonly op: 'Eq' | 'Ltu' | 'Lts';
  readonly a: number;
  readonly b: number;
  readonly not: boolean;
}

export interface KnownFlags {
  readonly known: { readonly rule: LazyRule; readonly width: number } | null;
  constant(n: number): number;
}

/** What condition `code` comes down to; null when only its flags can tell. Pairs: 1 B, 2 E, 3 BE, 4 S, 6 L, 7 LE. */
export function lowerCondition(code: number, flags: KnownFlags): Lowered | null {
  const { known } = flags;
  if (known === null) return null;
  const not = (code & 1) === 1,
    pair = code >> 1;
  const { rule } = known;
  const zero = flags.constant(0);
  if (pair === 2) return rule === 'sub' ? { op: 'Eq', a: LAZY_A, b: LAZY_B, not } : { op: 'Eq', a: LAZY_RESULT, b: zero, not };
  if (pair === 4) return { op: 'Lts', a: LAZY_RESULT, b: zero, not };
  if (rule === 'sub') {
    if (pair === 1) return { op: 'Ltu', a: LAZY_A, b: LAZY_B, not };
    if (pair === 3) return { op: 'Ltu', a: LAZY_B, b: LAZY_A, not: !not };
    if (pair === 6) return { op: 'Lts', a: LAZY_A, b: LAZY_B, not };
    if (pair === 7) return { op: 'Lts', a: LAZY_B, b: LAZY_A, not: !not };
  }
  if (rule === 'logic') {
    if (pair === 3) return { op: 'Eq', a: LAZY_RESULT, b: zero, not };
    if (pair === 6) return { op: 'Lts', a: LAZY_RESULT, b: zero, not };
    if (pair === 7) return { op: 'Lts', a: zero, b: LAZY_RESULT, not: !not };
  }
  if (rule === 'add' && pair === 1) return { op: 'Ltu', a: LAZY_RESULT, b: LAZY_A, not };
  return null;
}

/** Compare and branch, test and branch, in one operation, by condition code. */
export const COMPARE: readonly (FlatName | null)[] = [
  null,
  null,
  'compareLtu',
  'compareGeu',
  'compareEq',
  'compareNe',
  'compareLeu',
  'compareGtu',
  null,
  null,
  null,
  null,
  'compareLts',
  'compareGes',
  'compareLes',
  'compareGts',
];
export const TEST: readonly (FlatName | null)[] = [
  null,
  null,
  null,
  null,
  'testEq',
  'testNe',
  'testEq',
  'testNe',
  'testLts',
  'testGes',
  null,
  null,
  'testLts',
  'testGes',
  null,
  null,
];
