/** Loading this module provides what leaves the lab as files and comes back. */
import { exportRun, importRun, traceAs } from './exports.ts';
import { EXPORTS } from './lab.ts';

EXPORTS.provide({ exportRun, importRun, traceAs });
