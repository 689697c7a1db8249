/** The functions behind the services of the MIPS FPU, loaded late (bits/late.ts). */
import { Late } from '../../bits/late.ts';
import type { Cop1Service, FloatFunction } from './float/services.ts';

export const COP1 = new Late<Readonly<Record<Cop1Service, FloatFunction>>>('floating point');

export const isCop1Service = (name: string): name is Cop1Service => name.startsWith('cop1.');
