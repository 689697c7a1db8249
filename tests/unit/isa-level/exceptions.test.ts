/** What an exception is to a process: words of real instructions as objdump prints them, signals as qemu-mipsel 7.2 delivers them. */
import { expect, it } from 'vitest';
import { BREAK, CPU, TRAP } from '../../../src/isa/mips/state.ts';
import { exceptionSignal } from '../../../src/levels/isa/exceptions.ts';

it.each([
  ['teq zero,zero,0x7', TRAP, 0x000001f4, 128, 'Integer division by zero'],
  ['teq zero,zero,0x6', TRAP, 0x000001b4, 128, 'Integer overflow'],
  ['teq v1,zero', TRAP, 0x00600034, 128, 'Trap instruction'],
  ['tgei v0,0x1c0', TRAP, 0x044801c0, 128, 'Trap instruction'],
  ['break 0x7', BREAK, 0x0007000d, 1, 'Integer division by zero'],
  ['break 0x0,0x7', BREAK, 0x000001cd, 1, 'Integer division by zero'],
  ['break', BREAK, 0x0000000d, 1, 'Breakpoint'],
])('%s is SIGTRAP, and says why', (_text, vector, word, code, words) => {
  expect(exceptionSignal(vector, word, word)).toEqual({ signal: 5, code, words });
});

it.each([
  ['mfc0 v0,c0_status', 0x40026000, 'Instruction for the kernel only'],
  ['lwc2 $2,0(a0)', 0xc8820000, 'Instruction of an absent coprocessor'],
])('%s in the delay slot of any instruction is SIGILL', (_text, word, words) => {
  expect(exceptionSignal(CPU, 0, word)).toMatchObject({ signal: 4, words });
});
