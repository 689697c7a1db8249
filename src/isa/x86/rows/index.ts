/**
 * All IA-32 rows. What came after SSE2 has no rows: its encodings decode to UNDEFINED and raise #UD.
 */
import type { X86Row } from '../row.ts';
import { INTEGER_ROWS } from './early.ts';
import { SSE } from './sse.ts';
import { X87_ROWS } from './x87.ts';

export { TOO_LONG, UNDEFINED } from './early.ts';

export const ROWS: readonly X86Row[] = [...INTEGER_ROWS, ...X87_ROWS, ...SSE];
