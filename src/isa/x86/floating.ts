/**
 * The functions behind the services of x87, SSE and SSE2, by name: on the state's words and 32-bit values. They change
 * floating-point state alone, see no memory, change no flow and do not fault. Loaded late (bits/late.ts): few programs need them.
 */
import { Late } from '../../bits/late.ts';
import type { FpuService } from './services.ts';
import type { SsePure } from './sse/services.ts';

export type FloatFunction = (w: Int32Array, a: number, b: number, c: number, d: number, e: number, f: number) => number;

export type FloatService = FpuService | SsePure;

export const FLOATING = new Late<Readonly<Record<FloatService, FloatFunction>>>('floating point');

/** Every name of x87 and SSE but the one that stores to memory, which is the processor's (machine/services/sse.ts). */
export const isFloating = (name: string): name is FloatService =>
  (name.startsWith('fpu.') || name.startsWith('sse.')) && name !== 'sse.maskmovdqu';
