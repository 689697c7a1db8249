/**
 * What the level's TypeScript charges for its work, in host instructions an operation. The sum over what was really done is
 * charged as `service`: drawn hollow, next to the counted instructions of interpreter and translated code.
 *
 * `mark` says where a weight comes from: sourced (a figure from the literature), calibrated (counted on equivalent C code) or
 * assumed (an estimate, open to experiment in the page).
 *
 * Check: Hu and Smith (ISCA 2006) give about 105 native instructions for each translated x86 instruction of a simple basic-block translator;
 * the sum below comes to about twice that for a MIPS instruction, because it optimises the block.
 */
export interface Weight {
  readonly units: number;
  readonly mark: 'sourced' | 'calibrated' | 'assumed';
  readonly why: string;
}

export const ISA_COSTS = {
  decode: { units: 30, mark: 'assumed', why: 'one guest instruction fetched and found by two table look-ups, its fields extracted' },
  'micro-op': { units: 15, mark: 'assumed', why: 'one micro-op made: allocated, linked, constants folded' },
  value: { units: 20, mark: 'assumed', why: 'one value numbered: hashed, looked up, entered' },
  liveness: { units: 8, mark: 'assumed', why: 'one item visited by the backward pass' },
  'host instruction': { units: 25, mark: 'assumed', why: 'one host instruction chosen, registers allocated' },
  byte: { units: 3, mark: 'assumed', why: 'one byte encoded and written' },
  block: { units: 150, mark: 'assumed', why: 'one block entered into the tables' },
  'look-up': { units: 20, mark: 'assumed', why: 'one search of the block table by guest address' },
  link: { units: 30, mark: 'assumed', why: 'one jump patched' },
  recover: { units: 40, mark: 'assumed', why: 'one guest register recovered after a fault in the middle of a block' },
  flush: { units: 500, mark: 'assumed', why: 'the cache emptied, fixed part' },
  'entry cleared': { units: 4, mark: 'assumed', why: 'one entry of the look-up table cleared' },
  float: {
    units: 80,
    mark: 'assumed',
    why: 'one floating-point operation that host arithmetic cannot do exactly: a decode, integer arithmetic, a rounding',
  },
  argument: { units: 4, mark: 'assumed', why: 'one argument of a system call mapped from MIPS to i386' },
  'structure word': { units: 4, mark: 'assumed', why: 'one word of a structure converted between the two layouts' },
} as const satisfies Record<string, Weight>;

export type IsaCost = keyof typeof ISA_COSTS;
