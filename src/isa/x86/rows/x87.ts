/** The rows of the x87 and of MMX, which stands on its registers; they come late (isa/late.ts); and which bytes are theirs, so that it is known when they are missing. */
import type { X86Row } from '../row.ts';
import { FPU_ARITHMETIC } from './fpu.ts';
import { FPU_CONTROL_ROWS } from './fpu-control.ts';
import { FPU_MOVE } from './fpu-move.ts';
import { MMX } from './mmx.ts';

export const X87_ROWS: readonly X86Row[] = [...FPU_MOVE, ...FPU_ARITHMETIC, ...FPU_CONTROL_ROWS, ...MMX];
