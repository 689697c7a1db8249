/** Loading this module provides what the instruction sets load late. */
import { COP1_FUNCTIONS } from './mips/float/services.ts';
import { COP1 } from './mips/floating.ts';
import { FPU_FUNCTIONS } from './x86/float/services.ts';
import { FLOATING } from './x86/floating.ts';
import { SSE_FUNCTIONS } from './x86/sse/services.ts';

COP1.provide(COP1_FUNCTIONS);
FLOATING.provide({ ...FPU_FUNCTIONS, ...SSE_FUNCTIONS });
