/** Loading this module provides everything that is loaded late (parts.ts). Tests and the command line begin with it. */
import '../isa/late.ts';
import '../kernel/rest.ts';
import { LEVELS } from '../levels/registry.ts';
import './assembly.ts';
import './runs.ts';
import { provideLevel } from './source.ts';

LEVELS.forEach(provideLevel);
