/** The levels of registry.ts, each loaded by itself, so that a page at one level loads that one. A test compares the two. */
import type { Level } from './level.ts';

export const LEVEL_LOADERS = {
  native: async (): Promise<Level> => (await import('./native/native.ts')).native,
  isa: async (): Promise<Level> => (await import('./isa/level.ts')).isaLevel,
  os: async (): Promise<Level> => (await import('./os/level.ts')).osLevel,
} as const;

/** Parts of a level that only some programs need, by the names that `Absent` says (bits/late.ts). */
export const PARTS_OF_LEVELS = {
  'linux of mips': (): Promise<unknown> => import('./isa/linux/rest.ts'),
} as const;

export const LEVEL_NAMES = Object.keys(LEVEL_LOADERS) as readonly (keyof typeof LEVEL_LOADERS)[];
