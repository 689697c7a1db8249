/**
 * Services that an engine may run inside a block: they change floating-point state alone, see no memory, change no flow, and
 * do not fault (an exception is a value that the row then traps on). Running one twice with the same state is harmless up
 * to the point where the instruction commits.
 */
import { FPU_SERVICES } from '../isa/x86/float/services.ts';
import { SSE_FUNCTIONS } from '../isa/x86/sse/services.ts';

export type InlineFunction = (words: Int32Array, a: number, b: number, c: number, d: number, e: number, f: number) => number;

const entries: readonly (readonly [string, InlineFunction])[] = [
  ...Object.entries(FPU_SERVICES).map(([name, { run }]) => [name, run] as const),
  ...Object.entries(SSE_FUNCTIONS),
];

export const INLINE_FUNCTIONS: readonly InlineFunction[] = entries.map(([, run]) => run);
const numbers = new Map(entries.map(([name], i) => [name, i]));
/** Number of the service in INLINE_FUNCTIONS, or -1. */
export const inlineNumber = (name: string): number => numbers.get(name) ?? -1;

/** Services that do nothing while their first argument is 0: flat code leaves to `step` when it is not. */
const refusals = new Set<string>(
  Object.entries(FPU_SERVICES)
    .filter(([, { effect }]) => effect === 'when')
    .map(([name]) => name),
);
export const isRefusal = (name: string): boolean => refusals.has(name);
