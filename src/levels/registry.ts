/** The levels that there are, in the order of the book's figure 3.2 from the hardware side upwards, native first. */
import { EARLY_LEVELS } from './early.ts';
import type { Level } from './level.ts';
import { osLevel } from './os/level.ts';

export const LEVELS: readonly Level[] = [...EARLY_LEVELS, osLevel];
