/**
 * The whole MIPS32 release 2 table, by family. Where two rows match a word, the one with more fixed bits is meant
 * (decode.ts orders them); a word that no row matches is RESERVED.
 */
import { mips } from '../row.ts';
import type { MipsRow } from '../row.ts';
import { RI } from '../state.ts';
import { ARITHMETIC } from './arithmetic.ts';
import { BITS } from './bits.ts';
import { BRANCH } from './branch.ts';
import { COPROCESSOR_0, COPROCESSOR_1, COPROCESSOR_2 } from './coprocessor.ts';
import { FPU_ARITHMETIC } from './fpu.ts';
import { FPU_COMPARE } from './fpu-compare.ts';
import { FPU_MOVE } from './fpu-move.ts';
import { JUMP } from './jump.ts';
import { LOGIC } from './logic.ts';
import { MEMORY } from './memory.ts';
import { MULTIPLY } from './multiply.ts';
import { SHIFT } from './shift.ts';
import { SYSTEM } from './system.ts';
import { TRAP } from './trap.ts';

export const MIPS_FAMILIES = {
  arithmetic: ARITHMETIC, logic: LOGIC, shift: SHIFT, bits: BITS, multiply: MULTIPLY, memory: MEMORY,
  branch: BRANCH, jump: JUMP, trap: TRAP, system: SYSTEM, cop0: COPROCESSOR_0, cop1: [...FPU_MOVE, ...FPU_ARITHMETIC, ...FPU_COMPARE, ...COPROCESSOR_1], cop2: COPROCESSOR_2,
} as const satisfies Record<string, readonly MipsRow[]>;

export const MIPS_ROWS: readonly MipsRow[] = Object.values(MIPS_FAMILIES).flat();

/** What an undefined word is: it raises Reserved Instruction. All of it counts as undefined, hence no fixed bits. */
export const RESERVED: MipsRow = {
  ...mips('reserved', 'word', '000000 n', 'Not a defined instruction: raises Reserved Instruction.', (m) => m.trap(RI), { flow: 'trap' }),
  mask: 0, match: 0, fields: [],
};
