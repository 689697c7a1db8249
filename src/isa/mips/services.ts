/** The named services that MIPS rows call for what is not data flow. Levels that run MIPS programs implement every one. */
import { COP1_ARGUMENTS } from './float/services.ts';

export const CYCLE_COUNT = 'mips.count';

export const MIPS_SERVICES = {
  /** The cycle counter that rdhwr $2 reads: simulated time. */
  [CYCLE_COUNT]: [],
  /** The FPU (float/services.ts): numbers of state words. They set FCSR, and may raise FPE. */
  ...COP1_ARGUMENTS,
} as const satisfies Record<string, readonly string[]>;
