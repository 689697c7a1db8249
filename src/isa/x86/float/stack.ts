/**
 * The x87's registers as a stack on the state's words: values by place, tags, and what exceptions leave in the status word
 * (SDM vol. 1, 8.1 and 8.5).
 *
 * Invariant: ES and B of the status word are set exactly when an exception flag is set whose mask bit is clear. A tag says
 * only whether a register is empty; the full tag word is made when an environment is stored. Left out: arithmetic.
 */
import { INVALID } from '../../../bits/float/core.ts';
import { FPU_CONTROL, FPU_REGISTERS, FPU_STATUS, FPU_TAGS } from '../state.ts';
import { type F80, f80, INDEFINITE, kindOf } from './f80.ts';
import type { Outcome } from './x87arith.ts';

/** Bits of the status word. */
export const STACK_FAULT = 0x40,
  ERROR_SUMMARY = 0x80,
  C0 = 0x100,
  C1 = 0x200,
  C2 = 0x400,
  C3 = 0x4000,
  BUSY = 0x8000;
export const CONDITIONS = C0 | C1 | C2 | C3;
const TOP = 0x3800;
export const EXCEPTIONS = 0x3f;

export const topOf = (w: Int32Array): number => (w[FPU_STATUS]! >> 11) & 7;
/** The first word of ST(i). */
export const placeOf = (w: Int32Array, i: number): number => FPU_REGISTERS + 3 * ((topOf(w) + i) & 7);
export const isEmpty = (w: Int32Array, i: number): boolean => ((w[FPU_TAGS]! >> ((topOf(w) + i) & 7)) & 1) === 0;
export const maskedIn = (w: Int32Array, flags: number): boolean => (flags & ~w[FPU_CONTROL]! & EXCEPTIONS) === 0;

export function get(w: Int32Array, i: number): F80 {
  const at = placeOf(w, i);
  return f80(w[at + 2]!, w[at + 1]!, w[at]!);
}

export function setPlace(w: Int32Array, at: number, value: F80): void {
  w[at] = value.lo;
  w[at + 1] = value.hi;
  w[at + 2] = value.se;
}

/** Writes ST(i), which is then not empty. */
export function set(w: Int32Array, i: number, value: F80): void {
  setPlace(w, placeOf(w, i), value);
  w[FPU_TAGS]! |= 1 << ((topOf(w) + i) & 7);
}

export function setTop(w: Int32Array, top: number): void {
  w[FPU_STATUS] = (w[FPU_STATUS]! & ~TOP) | ((top & 7) << 11);
}

export function free(w: Int32Array, i: number): void {
  w[FPU_TAGS]! &= ~(1 << ((topOf(w) + i) & 7));
}

export function pop(w: Int32Array): void {
  free(w, 0);
  setTop(w, topOf(w) + 1);
}

export function push(w: Int32Array, value: F80): void {
  setTop(w, topOf(w) - 1);
  set(w, 0, value);
}

/** ES and B follow from flags and masks. */
export function summarize(w: Int32Array): void {
  const status = w[FPU_STATUS]!;
  const pending = (status & ~w[FPU_CONTROL]! & EXCEPTIONS) !== 0;
  w[FPU_STATUS] = pending ? status | ERROR_SUMMARY | BUSY : status & ~(ERROR_SUMMARY | BUSY);
}

/** Adds exception flags and sets C1. */
export function raise(w: Int32Array, flags: number, c1: boolean): void {
  w[FPU_STATUS] = (w[FPU_STATUS]! & ~C1) | flags | (c1 ? C1 : 0);
  if (flags !== 0) summarize(w);
}

export function setConditions(w: Int32Array, bits: number): void {
  w[FPU_STATUS] = (w[FPU_STATUS]! & ~CONDITIONS) | bits;
}

/** A register was needed that is empty. True when masked: the instruction goes on with the indefinite value. */
export function underflows(w: Int32Array): boolean {
  raise(w, INVALID | STACK_FAULT, false);
  return maskedIn(w, INVALID);
}

/** Pushes, or finds the stack full. `value` null: an unmasked exception came before, so nothing is pushed. */
export function pushOutcome(w: Int32Array, value: F80 | null, flags: number, c1: boolean): void {
  if (isEmpty(w, 7)) {
    raise(w, flags, c1);
    if (value !== null) push(w, value);
    return;
  }
  raise(w, INVALID | STACK_FAULT, true);
  if (maskedIn(w, INVALID)) push(w, INDEFINITE);
}

/** The two tag bits of each physical register: 0 valid, 1 zero, 2 special, 3 empty (SDM vol. 1, 8.1.7). */
export function fullTags(w: Int32Array): number {
  let tags = 0;
  for (let n = 0; n < 8; n++) tags |= tagOf(w, n) << (2 * n);
  return tags;
}
function tagOf(w: Int32Array, n: number): number {
  if (((w[FPU_TAGS]! >> n) & 1) === 0) return 3;
  const at = FPU_REGISTERS + 3 * n;
  const value = f80(w[at + 2]!, w[at + 1]!, w[at]!);
  const kind = kindOf(value);
  return kind === 'zero' ? 1 : kind === 'finite' && (value.se & 0x7fff) !== 0 ? 0 : 2;
}

export const control = (w: Int32Array): number => w[FPU_CONTROL]!;

/** Writes an outcome to ST(i); whether the instruction may pop. */
export function commit(w: Int32Array, i: number, outcome: Outcome): boolean {
  raise(w, outcome.flags, outcome.up);
  if (outcome.value === null) return false;
  set(w, i, outcome.value);
  return true;
}
/** ST(i) when a needed register is empty. */
export function commitUnderflow(w: Int32Array, i: number): boolean {
  if (!underflows(w)) return false;
  set(w, i, INDEFINITE);
  return true;
}
