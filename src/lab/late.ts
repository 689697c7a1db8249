/** Loading this module provides everything that is loaded late (bits/late.ts). Tests and the command line begin with it. */
import '../isa/late.ts';
import '../kernel/rest.ts';
