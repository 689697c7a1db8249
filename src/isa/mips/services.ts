/** The named services that MIPS rows call for what is not data flow. Levels that run MIPS programs implement every one. */
export const CYCLE_COUNT = 'mips.count';

export const MIPS_SERVICES = {
  /** The cycle counter that rdhwr $2 reads: simulated time. */
  [CYCLE_COUNT]: [],
} as const satisfies Record<string, readonly string[]>;
