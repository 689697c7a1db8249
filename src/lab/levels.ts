/** Loading this module gives the lab every level. Apart, so that a page which stays at the first levels need not load the rest. */
import { LEVELS } from '../levels/registry.ts';
import { provideLevels } from './source.ts';

provideLevels(LEVELS);
