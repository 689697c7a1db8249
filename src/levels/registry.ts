/** The levels that there are, in the order of the book's figure 3.2 from the hardware side upwards, native first. */
import { isaLevel } from './isa/level.ts';
import type { Level } from './level.ts';
import { native } from './native/native.ts';
import { osLevel } from './os/level.ts';

export const LEVELS: readonly Level[] = [native, isaLevel, osLevel];
