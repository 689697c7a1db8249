/** The levels that a page loads at once; the others of registry.ts come when a program first asks for one. */
import { isaLevel } from './isa/level.ts';
import type { Level } from './level.ts';
import { native } from './native/native.ts';

export const EARLY_LEVELS: readonly Level[] = [native, isaLevel];
