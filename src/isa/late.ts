/** Loading this module provides what the instruction sets load late. */
import { COP1_FUNCTIONS } from './mips/float/services.ts';
import { COP1 } from './mips/floating.ts';
import { FPU_FUNCTIONS } from './x86/float/services.ts';
import { FLOATING } from './x86/floating.ts';
import { enterNames } from './x86/names.ts';
import { X87_ROWS } from './x86/rows/x87.ts';
import { SSE_FUNCTIONS } from './x86/sse/services.ts';
import { installX87 } from './x86/tables.ts';

COP1.provide(COP1_FUNCTIONS);
FLOATING.provide({ ...FPU_FUNCTIONS, ...SSE_FUNCTIONS });
installX87(X87_ROWS);
enterNames(X87_ROWS);
