/** The parts of the engine that are loaded when they are first needed, by the name that `Absent` says (bits/late.ts). */
import { LEVEL_LOADERS, LEVEL_NAMES, PARTS_OF_LEVELS } from '../levels/loading.ts';
import { provideLevel } from './source.ts';

const LOADERS: ReadonlyMap<string, () => Promise<unknown>> = new Map<string, () => Promise<unknown>>([
  ['assembler', () => import('./assembly.ts')],
  ['floating point', () => import('../isa/late.ts')],
  ['kernel', () => import('../kernel/rest.ts')],
  ['runs', () => import('./runs.ts')],
  ...Object.entries(PARTS_OF_LEVELS),
  ...LEVEL_NAMES.map((name) => [name, async () => provideLevel(await LEVEL_LOADERS[name]())] as const),
]);

export const loadPart = (name: string): Promise<unknown> => LOADERS.get(name)!();
