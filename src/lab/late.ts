/** Loading this module provides everything that is loaded late (bits/late.ts). Tests and the command line begin with it. */
import '../isa/late.ts';
import '../kernel/rest.ts';
import { exportRun, importRun, traceAs } from './exports.ts';
import { EXPORTS } from './lab.ts';

EXPORTS.provide({ exportRun, importRun, traceAs });
