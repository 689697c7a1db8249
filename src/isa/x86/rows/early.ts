/** The rows that every program needs, and the two that stand for what is not an instruction. */
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import { GP, UD } from '../state.ts';
import { ALU } from './alu.ts';
import { BCD } from './bcd.ts';
import { BITS } from './bits.ts';
import { CONTROL } from './control.ts';
import { FLAGS } from './flags.ts';
import { MOVE } from './move.ts';
import { MULTIPLY } from './multiply.ts';
import { SHIFTS } from './shift.ts';
import { SSE } from './sse.ts';
import { STACK } from './stack.ts';
import { STRINGS } from './string.ts';
import { SYSTEM } from './system.ts';

export const INTEGER_ROWS: readonly X86Row[] = [
  ...ALU, ...MOVE, ...STACK, ...SHIFTS, ...MULTIPLY, ...BITS, ...STRINGS, ...CONTROL, ...BCD, ...FLAGS, ...SYSTEM,
];

export const EARLY_ROWS: readonly X86Row[] = [...INTEGER_ROWS, ...SSE];

/** Bytes that encode no instruction, or a prefix where the manual forbids it: #UD. Not in ROWS. */
export const UNDEFINED: X86Row = ia32('(bad)', '', 'FF', (m) => m.trap(UD), { flow: 'trap', entry: 'UD', says: 'Not an instruction: raises #UD.' });
/** More than 15 bytes: #GP(0) (SDM vol. 2A, 2.3.11). Not in ROWS. */
export const TOO_LONG: X86Row = ia32('(too long)', '', 'FF', (m) => m.trap(GP, 0), { flow: 'trap', entry: 'UD', says: 'Longer than 15 bytes: raises #GP(0).' });
