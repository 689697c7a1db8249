/**
 * What the level's TypeScript charges for its work, in host instructions an operation. The sum over what was really done is
 * charged as `service`: drawn hollow, next to the counted instructions of interpreter and translated code.
 *
 * `mark` says where a weight comes from: sourced (a figure from the literature), calibrated (counted on equivalent C code, which
 * tests/calibration holds: compiled, run on the simulated machine over real MIPS code, and compared with this table by a test) or
 * assumed (an estimate). All are open to experiment in the page.
 *
 * Check: Hu and Smith (ISCA 2006) give about 105 native instructions for each translated x86 instruction of a simple basic-block
 * translator and about 1700 for superblocks; the sum below comes to about 600 for a MIPS instruction: a block
 * translator that optimises.
 */
export interface Weight {
  readonly units: number;
  readonly mark: 'sourced' | 'calibrated' | 'assumed';
  readonly why: string;
}

export const ISA_COSTS = {
  decode: { units: 50, mark: 'calibrated', why: 'one guest instruction fetched and found by two table look-ups, its fields extracted' },
  'micro-op': { units: 29, mark: 'calibrated', why: 'one micro-op made: allocated, linked, constants folded' },
  value: { units: 54, mark: 'calibrated', why: 'one value numbered: hashed, looked up, entered' },
  liveness: { units: 27, mark: 'calibrated', why: 'one item visited by the backward pass' },
  'host instruction': { units: 77, mark: 'calibrated', why: 'one host instruction chosen, registers allocated' },
  byte: { units: 9, mark: 'calibrated', why: 'one byte encoded and written' },
  block: { units: 123, mark: 'calibrated', why: 'one block entered into the tables' },
  'look-up': { units: 16, mark: 'calibrated', why: 'one search of the block table by guest address' },
  link: { units: 27, mark: 'calibrated', why: 'one jump patched' },
  recover: { units: 9, mark: 'calibrated', why: 'one guest register recovered after a fault in the middle of a block' },
  flush: { units: 2316, mark: 'calibrated', why: 'the cache emptied, fixed part' },
  'entry cleared': { units: 4, mark: 'calibrated', why: 'one entry of the look-up table cleared' },
  float: {
    units: 68,
    mark: 'calibrated',
    why: 'one floating-point operation that host arithmetic cannot do exactly: a decode, integer arithmetic, a rounding',
  },
  argument: { units: 19, mark: 'calibrated', why: 'one argument of a system call mapped from MIPS to i386' },
  'structure word': { units: 9, mark: 'calibrated', why: 'one word of a structure converted between the two layouts' },
} as const satisfies Record<string, Weight>;

export type IsaCost = keyof typeof ISA_COSTS;
