/** All rows of SSE and SSE2. */
import type { X86Row } from '../row.ts';
import { SSE_FLOAT } from './sse-float.ts';
import { SSE_INTEGER } from './sse-integer.ts';
import { SSE_MOVE } from './sse-move.ts';

export const SSE: readonly X86Row[] = [...SSE_MOVE, ...SSE_FLOAT, ...SSE_INTEGER];
