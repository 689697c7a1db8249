/**
 * Services that an engine may run inside a block: they change floating-point state alone, see no memory, change no flow, and
 * do not fault (an exception is a value that the row then traps on). Running one twice with the same state is harmless up
 * to the point where the instruction commits.
 */
import { type FloatFunction, FLOATING, type FloatService, isFloating } from '../isa/x86/floating.ts';

/** By number. Each is linked when it is first called: the functions may not be there yet. */
export const INLINE_FUNCTIONS: FloatFunction[] = [];
const numbers = new Map<FloatService, number>();

/** Number of the service in INLINE_FUNCTIONS, or -1. */
export function inlineNumber(name: string): number {
  if (!isFloating(name)) return -1;
  const known = numbers.get(name);
  if (known !== undefined) return known;
  const number = INLINE_FUNCTIONS.length;
  numbers.set(name, number);
  INLINE_FUNCTIONS.push((...args) => (INLINE_FUNCTIONS[number] = FLOATING.get()[name])(...args));
  return number;
}

/** A service that does nothing while its first argument is 0: flat code leaves to `step` when it is not. */
export const isRefusal = (name: string): boolean => name === 'fpu.refuse';
