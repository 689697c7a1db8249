/**
 * Conditions as IA-32 has them: a compare or test, and the condition code that is true when the value is not zero.
 * Deferred comparisons are made here, next to the jump or cmov that wants them.
 */
import { imm, r32 } from '../isa/x86/operand.ts';
import type { Operand } from '../isa/x86/operand.ts';
import type { Value } from '../isa/microop/op.ts';
import { isBoolean } from './optimise-fold.ts';
import type { Lowering } from './lower.ts';

export type Code = 'e' | 'ne' | 'b' | 'ae' | 'be' | 'a' | 'l' | 'ge' | 'le' | 'g' | 's' | 'ns';

const INVERSE: Readonly<Record<Code, Code>> = {
  e: 'ne',
  ne: 'e',
  b: 'ae',
  ae: 'b',
  be: 'a',
  a: 'be',
  l: 'ge',
  ge: 'l',
  le: 'g',
  g: 'le',
  s: 'ns',
  ns: 's',
};
/** The code for swapped operands. */
const MIRROR = { eq: 'e', ltu: 'a', lts: 'g' } as const;
const DIRECT = { eq: 'e', ltu: 'b', lts: 'l' } as const;

type Compare = Extract<Value, { a: Value; b: Value }> & { readonly k: 'eq' | 'ltu' | 'lts' };
const isCompare = (v: Value): v is Compare => v.k === 'eq' || v.k === 'ltu' || v.k === 'lts';

/** Emits the compare. Nothing may change the flags between this and the use of the code. */
export function emitCondition(l: Lowering, v: Value): Code {
  const fused = isCompare(v) && l.registers.registerOf(v) === null && l.registers.memoryOf(v) === null;
  if (fused) return emitCompare(l, v);
  emitTest(l, v);
  return 'ne';
}

/** The compare of a value that is wanted as a number too. */
export function emitCompare(l: Lowering, v: Compare): Code {
  const { a, b } = v;
  if (v.k === 'eq' && isZero(b)) {
    if (isCompare(a) && isBoolean(a)) return INVERSE[emitCondition(l, a)];
    emitTest(l, a);
    return 'e';
  }
  if (v.k === 'ltu' && isZero(a)) {
    emitTest(l, b);
    return 'ne';
  }
  if (v.k === 'lts' && isZero(b)) {
    emitTest(l, a);
    return 's';
  }
  if (a.k === 'const') {
    emitCmp(l, b, a);
    return MIRROR[v.k];
  }
  emitCmp(l, a, b);
  return DIRECT[v.k];
}

const isZero = (v: Value): boolean => v.k === 'const' && v.n === 0;

function emitTest(l: Lowering, v: Value): void {
  const place = l.registerOrMemory(v);
  if (place.k === 'reg') l.code.emit('test', place, place);
  else if (l.registers.neededAfter(v)) {
    const register = r32(l.inRegister(v));
    l.code.emit('test', register, register);
  } else l.code.emit('cmp', place, imm(0));
}

/** cmp a, b with at most one of them in memory. */
function emitCmp(l: Lowering, a: Value, b: Value): void {
  let left: Operand = l.registerOrMemory(a),
    right: Operand = l.operand(b);
  if (left.k === 'mem' && (right.k === 'mem' || l.registers.neededAfter(a))) left = r32(l.inRegister(a));
  if (right.k === 'mem' && l.registers.neededAfter(b)) right = r32(l.inRegister(b));
  l.code.emit('cmp', left, right);
}
