/** The x87's comparisons: condition codes, or the flags of FCOMI and its kin (SDM vol. 1, 8.3.6), and FXAM. */
import { DENORMAL, INVALID } from '../../../bits/float/core.ts';
import { CF, FPU_STATUS, PF, ZF } from '../state.ts';
import { load32, load64 } from './convert.ts';
import { type F80, kindOf, signOf } from './f80.ts';
import { wideExponent32, wideExponent64, wideHigh32, wideHigh64 } from './fast-memory.ts';
import { compareFast } from './fast.ts';
import { ALL_MASKED, raw } from './operate.ts';
import { C0, C1, C2, C3, STACK_FAULT, control, get, isEmpty, maskedIn, placeOf, pop, raise, setConditions } from './stack.ts';
import { compare } from './x87arith.ts';

const ORDER = { greater: 0, less: C0, equal: C3, unordered: C0 | C2 | C3 } as const;
const FLAGS = { greater: 0, less: CF, equal: ZF, unordered: CF | PF | ZF } as const;

/** Condition codes of ST beside a value; `value` null when a register is empty. */
export function compareWith(w: Int32Array, value: F80 | null, pops: number, quiet: boolean, denormal = 0): number {
  const empty = value === null || isEmpty(w, 0);
  const result = empty ? { order: 'unordered' as const, flags: INVALID | STACK_FAULT } : compare(get(w, 0), value, quiet, control(w));
  const flags = result.flags | ((result.flags & INVALID) === 0 && result.order !== 'unordered' ? denormal : 0);
  raise(w, flags, false);
  setConditions(w, ORDER[result.order]);
  if (!maskedIn(w, flags & (INVALID | DENORMAL))) return 0;
  for (let i = 0; i < pops; i++) pop(w);
  return 0;
}
const QUICK_ORDER = [C0, C3, 0],
  QUICK_FLAGS = [CF, ZF, 0];
/** Condition codes for ST beside three words, when both are plain numbers. */
function compareQuick(w: Int32Array, lo: number, hi: number, se: number, pops: number): boolean {
  if (isEmpty(w, 0)) return false;
  const at = placeOf(w, 0),
    order = compareFast(w[at]!, w[at + 1]!, w[at + 2]!, lo, hi, se);
  if (order === 2) return false;
  setConditions(w, QUICK_ORDER[order + 1]!);
  for (let i = 0; i < pops; i++) pop(w);
  return true;
}
export function compareRegister(w: Int32Array, i: number, pops: number, quiet: number): number {
  const at = placeOf(w, i);
  if (!isEmpty(w, i) && compareQuick(w, w[at]!, w[at + 1]!, w[at + 2]!, pops)) return 0;
  return compareWith(w, registerOrNull(w, i), pops, quiet !== 0);
}
export function compare64(w: Int32Array, lo: number, hi: number, pops: number): number {
  const se = wideExponent64(lo, hi);
  if (se >= 0 && compareQuick(w, lo << 11, wideHigh64(lo, hi), se, pops)) return 0;
  const o = load64(lo, hi, ALL_MASKED);
  return compareWith(w, raw(o), pops, false, o.flags & DENORMAL);
}
export function compare32(w: Int32Array, bits: number, pops: number): number {
  const se = wideExponent32(bits);
  if (se >= 0 && compareQuick(w, 0, wideHigh32(bits), se, pops)) return 0;
  const o = load32(bits, ALL_MASKED);
  return compareWith(w, raw(o), pops, false, o.flags & DENORMAL);
}
const registerOrNull = (w: Int32Array, i: number): F80 | null => (isEmpty(w, i) ? null : get(w, i));

/** FCOMI and its kin: ZF, PF and CF as they are to be. Without an exception C1 stays as it was. */
export function compareFlags(w: Int32Array, i: number, pops: number, quiet: number): number {
  if (!isEmpty(w, i) && !isEmpty(w, 0)) {
    const a = placeOf(w, 0),
      b = placeOf(w, i),
      order = compareFast(w[a]!, w[a + 1]!, w[a + 2]!, w[b]!, w[b + 1]!, w[b + 2]!);
    if (order !== 2) {
      if (pops !== 0) pop(w);
      return QUICK_FLAGS[order + 1]!;
    }
  }
  const value = registerOrNull(w, i);
  const result =
    value === null || isEmpty(w, 0)
      ? { order: 'unordered' as const, flags: INVALID | STACK_FAULT }
      : compare(get(w, 0), value, quiet !== 0, control(w));
  if (result.flags !== 0) raise(w, result.flags, (result.flags & STACK_FAULT) === 0 && (w[FPU_STATUS]! & C1) !== 0);
  if (pops !== 0 && maskedIn(w, result.flags & (INVALID | DENORMAL))) pop(w);
  return FLAGS[result.order];
}

const CLASS = { unsupported: 0, signaling: C0, quiet: C0, finite: C2, infinity: C2 | C0, zero: C3 } as const;
export function examine(w: Int32Array): number {
  const value = get(w, 0),
    kind = kindOf(value);
  const bits = isEmpty(w, 0) ? C3 | C0 : kind === 'finite' && (value.se & 0x7fff) === 0 ? C3 | C2 : CLASS[kind];
  setConditions(w, bits | (signOf(value) ? C1 : 0));
  return 0;
}
