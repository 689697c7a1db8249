/** The named services that MIPS rows call for what is not data flow. Levels that run MIPS programs implement every one. */
import type { Cop1Service } from './float/services.ts';

export const CYCLE_COUNT = 'mips.count';

export const MIPS_SERVICES = {
  /** The cycle counter that rdhwr $2 reads: simulated time. */
  [CYCLE_COUNT]: [],
} as const satisfies Record<string, readonly string[]>;

/** The FPU names its own (float/services.ts): their arguments are numbers of state words; they set FCSR, and may raise FPE. */
export type MipsService = keyof typeof MIPS_SERVICES | Cop1Service;
