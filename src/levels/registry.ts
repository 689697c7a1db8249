/** The levels that there are, in the order of the book's figure 3.2 from the hardware side upwards, native first. */
import { isaLevel } from './isa/level.ts';
import './isa/linux/rest.ts';
import type { Level } from './level.ts';
import { native } from './native/native.ts';
import { ATTEMPTS } from './os/attempts.ts';
import { tryAttempt } from './os/battery.ts';
import { osLevel } from './os/level.ts';

export const LEVELS: readonly Level[] = [native, isaLevel, osLevel];

/** Attempts to interfere and to escape, with how each is carried out inside the level's layer and outside. */
export const BATTERIES = { os: { attempts: ATTEMPTS, tryAttempt } } as const;
