/** Loading this module provides what late.ts names. */
import { LINUX } from './late.ts';
import { SPECIAL, levelsToMips, readSignals } from './special.ts';
import { RARE_STRUCTURES } from './structures-rest.ts';
import { OTHERS, REST_CALLS } from './table-rest.ts';

const calls = new Map(
  [...REST_CALLS].map(([number, row]) => [number, number in SPECIAL ? { ...row, special: SPECIAL[number]! } : row] as const),
);
LINUX.provide({ calls, others: OTHERS, levelsToMips, readSignals, structures: RARE_STRUCTURES });
