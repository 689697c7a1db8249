/**
 * What the hardware does in microcode, in units of time (one retired instruction = 1). Every figure is marked: `sourced`
 * from the literature, `calibrated` by counting on this machine, or `assumed`. All can be changed as an experiment.
 */
export type Mark = 'sourced' | 'calibrated' | 'assumed';
export interface Cost {
  units: number;
  readonly mark: Mark;
  readonly why: string;
}

export type HardwareCost = 'walkReference' | 'exceptionEntry' | 'interruptReturn' | 'interruptEntry';
export type CostTable = Record<HardwareCost, Cost>;

export const createCosts = (): CostTable => ({
  walkReference: {
    units: 1,
    mark: 'assumed',
    why: 'one reference to a page-table entry that is in the cache; a TLB refill makes two (one for a 4 MiB page)',
  },
  exceptionEntry: {
    units: 120,
    mark: 'assumed',
    why: 'half of 242 cycles for a native system call there and back (Adams and Agesen, ASPLOS 2006)',
  },
  interruptEntry: { units: 120, mark: 'assumed', why: 'as an exception: acknowledge, read the gate, switch stacks, push the frame' },
  interruptReturn: { units: 60, mark: 'assumed', why: 'iret to another privilege level: a quarter of 242 cycles' },
});
