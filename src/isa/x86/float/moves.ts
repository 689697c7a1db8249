/** Moves between registers of the x87's stack: loads, exchanges, conditional moves, signs. */
import { FPU_REGISTERS, FPU_STATUS, FPU_TAGS } from '../state.ts';
import { INDEFINITE } from './f80.ts';
import { pushFast } from './fast-memory.ts';
import { C1, commitUnderflow, get, isEmpty, placeOf, pop, push, pushOutcome, set, topOf, underflows } from './stack.ts';

export function loadRegister(w: Int32Array, i: number): number {
  const at = placeOf(w, i);
  if (!isEmpty(w, i) && pushFast(w, w[at]!, w[at + 1]!, w[at + 2]!)) return 0;
  if (isEmpty(w, i)) {
    // The register is missing and the stack may be full as well; an underflow is told first.
    if (underflows(w)) push(w, INDEFINITE);
    return 0;
  }
  pushOutcome(w, get(w, i), 0, false);
  return 0;
}
function copyTop(w: Int32Array, i: number): void {
  const from = placeOf(w, 0),
    to = placeOf(w, i);
  w[to] = w[from]!;
  w[to + 1] = w[from + 1]!;
  w[to + 2] = w[from + 2]!;
  w[FPU_TAGS]! |= 1 << ((topOf(w) + i) & 7);
}
export function storeRegister(w: Int32Array, i: number, pops: number): number {
  let done = true;
  if (isEmpty(w, 0)) done = commitUnderflow(w, i);
  else {
    w[FPU_STATUS]! &= ~C1;
    copyTop(w, i);
  }
  if (done && pops !== 0) pop(w);
  return 0;
}
export function exchange(w: Int32Array, i: number): number {
  const top = topOf(w),
    n = (top + i) & 7,
    both = (1 << top) | (1 << n);
  if ((w[FPU_TAGS]! & both) === both) {
    const a = FPU_REGISTERS + 3 * top,
      b = FPU_REGISTERS + 3 * n;
    for (let k = 0; k < 3; k++) {
      const word = w[a + k]!;
      w[a + k] = w[b + k]!;
      w[b + k] = word;
    }
    w[FPU_STATUS]! &= ~C1;
    return 0;
  }
  if (isEmpty(w, 0) || isEmpty(w, i)) {
    if (!underflows(w)) return 0;
    if (isEmpty(w, 0)) set(w, 0, INDEFINITE);
    if (isEmpty(w, i)) set(w, i, INDEFINITE);
  }
  const a = get(w, 0),
    b = get(w, i);
  set(w, 0, b);
  set(w, i, a);
  return 0;
}
export function moveIf(w: Int32Array, i: number, when: number): number {
  if (isEmpty(w, 0) || isEmpty(w, i)) {
    commitUnderflow(w, 0);
    return 0;
  }
  if (when !== 0) set(w, 0, get(w, i));
  return 0;
}
export function changeSign(w: Int32Array, absolute: number): number {
  if (isEmpty(w, 0)) {
    commitUnderflow(w, 0);
    return 0;
  }
  w[FPU_STATUS]! &= ~C1;
  const at = placeOf(w, 0) + 2,
    se = w[at]!;
  w[at] = absolute !== 0 ? se & 0x7fff : se ^ 0x8000;
  return 0;
}
