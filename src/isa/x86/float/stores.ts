/**
 * Stores of the x87, in steps: the value is prepared, its words are taken, and last is told that it was stored.
 *
 * Invariant: what stands in `prepared` lives no longer than the instruction.
 */
import { INVALID } from '../../../bits/float/core.ts';
import { FPU_CS, FPU_DP, FPU_DS, FPU_IP, FPU_OPCODE } from '../state.ts';
import { INDEFINITE_STORED, type Stored, store32, store64, storeInteger } from './convert.ts';
import type { F80 } from './f80.ts';
import { prepared, storeFast32, storeFast64, storeFastInteger } from './fast-memory.ts';
import { STACK_FAULT, control, get, isEmpty, maskedIn, placeOf, pop, raise } from './stack.ts';

/** Leaves the value for `fpu.word` and `fpu.stored`; 1 when an unmasked exception forbids the store. */
export function prepare(
  w: Int32Array,
  kind: 'float' | 'integer' | 'decimal',
  width: number,
  convert: (x: F80, word: number) => Stored,
): number {
  if (!isEmpty(w, 0)) return keep(convert(get(w, 0), control(w)));
  return keep({
    ...INDEFINITE_STORED(width, kind, control(w) | INVALID),
    flags: INVALID | STACK_FAULT,
    up: false,
    blocked: !maskedIn(w, INVALID),
  });
}
function keep({ lo, hi, top, flags, up, blocked }: Stored): number {
  prepared[0] = lo;
  prepared[1] = hi;
  prepared[2] = top;
  prepared[3] = flags;
  prepared[4] = up ? 1 : 0;
  return blocked ? 1 : 0;
}
export const prepare32 = (w: Int32Array): number =>
  !isEmpty(w, 0) && storeFast32(w, placeOf(w, 0)) ? 0 : prepare(w, 'float', 32, store32);
export const prepare64 = (w: Int32Array): number =>
  !isEmpty(w, 0) && storeFast64(w, placeOf(w, 0)) ? 0 : prepare(w, 'float', 64, store64);
export const prepareInteger = (w: Int32Array, width: number): number =>
  !isEmpty(w, 0) && storeFastInteger(w, placeOf(w, 0), width)
    ? 0
    : prepare(w, 'integer', width, (x, word) => storeInteger(x, width, word, false));
export const word = (_: Int32Array, n: number): number => prepared[n]!;
export function stored(w: Int32Array, pops: number): number {
  raise(w, prepared[3]!, prepared[4] !== 0);
  if (pops !== 0) pop(w);
  return 0;
}
/** The exception that forbade the store is noted, and which instruction met it; nothing else happens. */
export function refuse(w: Int32Array, blocked: number, ip: number, opcode: number, code: number, offset: number, data: number): number {
  if (blocked === 0) return 0;
  raise(w, prepared[3]!, prepared[4] !== 0);
  w[FPU_IP] = ip;
  w[FPU_OPCODE] = opcode;
  w[FPU_CS] = code;
  w[FPU_DP] = offset;
  w[FPU_DS] = data;
  return 0;
}
