/** Control, status and tag words of the x87, its environment, and what FXRSTOR and FRSTOR put back (SDM vol. 1, 8.1). */
import { FPU_CONTROL, FPU_REGISTERS, FPU_STATUS, FPU_TAGS } from '../state.ts';
import { f80 } from './f80.ts';
import { C1, EXCEPTIONS, free, pop, setPlace, setTop, summarize, topOf } from './stack.ts';

export function initialise(w: Int32Array): number {
  w[FPU_CONTROL] = 0x37f;
  w[FPU_STATUS] = 0;
  w[FPU_TAGS] = 0;
  return 0;
}
/** Bit 6 reads as one; bits 7, 13 to 15 as zero. */
export function setControl(w: Int32Array, value: number): number {
  w[FPU_CONTROL] = (value & 0x1f3f) | 0x40;
  summarize(w);
  return 0;
}
export function setEnvironment(w: Int32Array, value: number, status: number, tags: number): number {
  w[FPU_STATUS] = status & 0x7f7f;
  setControl(w, value);
  w[FPU_TAGS] = 0;
  for (let n = 0; n < 8; n++) if (((tags >> (2 * n)) & 3) !== 3) w[FPU_TAGS]! |= 1 << n;
  return 0;
}
/** FXRSTOR: tags are one bit a register there. */
export function setExtended(w: Int32Array, value: number, status: number, tags: number): number {
  w[FPU_STATUS] = status & 0x7f7f;
  setControl(w, value);
  w[FPU_TAGS] = tags & 0xff;
  return 0;
}
export function setRegister(w: Int32Array, i: number, lo: number, hi: number, se: number): number {
  setPlace(w, FPU_REGISTERS + 3 * ((topOf(w) + i) & 7), f80(se, hi, lo));
  return 0;
}
/** Word 0 to 2 of ST(i). */
export const registerWord = (w: Int32Array, i: number, n: number): number => w[FPU_REGISTERS + 3 * ((topOf(w) + i) & 7) + n]!;
export function clearExceptions(w: Int32Array): number {
  w[FPU_STATUS]! &= ~0x80ff;
  return 0;
}
/** FSTENV and FSAVE mask what is still pending. */
export function environmentStored(w: Int32Array): number {
  w[FPU_CONTROL]! |= EXCEPTIONS;
  summarize(w);
  return 0;
}
export function rotate(w: Int32Array, by: number): number {
  w[FPU_STATUS]! &= ~C1;
  setTop(w, topOf(w) + by);
  return 0;
}
export function freeRegister(w: Int32Array, i: number, pops: number): number {
  w[FPU_STATUS]! &= ~C1;
  free(w, i);
  if (pops !== 0) pop(w);
  return 0;
}
