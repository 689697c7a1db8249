/** Loading this module gives the lab every level and all that is loaded late. Apart: pages of the first levels need not load it. */
import './late.ts';
import { LEVELS } from '../levels/registry.ts';
import { provideLevels } from './source.ts';

provideLevels(LEVELS);
