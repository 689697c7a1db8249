/**
 * Basic blocks of the guest: from an address to the first branch with its delay slot, or to a system call, a limit, or an
 * instruction that is better interpreted.
 *
 * Invariant: a block always holds whole branch-and-slot pairs. Left out of blocks (the interpreter does them): services
 * (rdhwr of the cycle counter), branches and system calls in delay slots, pages that cannot be read.
 */
import { decode } from '../../isa/mips/decode.ts';
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import { isFloatService } from '../../translate/lower-float.ts';

/** Most instructions in a block. */
export const BLOCK_LIMIT = 64;

/** The guest's word at an address; null when it cannot be read. */
export type ReadWord = (address: number) => number | null;

const isService = (instruction: MipsInstruction): boolean => instruction.ops.some((op) => op.k === 'service' && !isFloatService(op.name));
const alwaysTraps = (instruction: MipsInstruction): boolean => instruction.ops.some((op) => op.k === 'trapIf' && op.when.k === 'const');

export function formBlock(start: number, read: ReadWord, limit = BLOCK_LIMIT): MipsInstruction[] {
  const block: MipsInstruction[] = [];
  for (let at = start; block.length < limit; at = (at + 4) >>> 0) {
    const word = read(at);
    if (word === null) break;
    const instruction = decode(word, at);
    if (isService(instruction)) break;
    if (instruction.slot) {
      const slot = slotOf(at, read);
      if (slot) block.push(instruction, slot);
      break;
    }
    block.push(instruction);
    if (alwaysTraps(instruction)) break;
  }
  return block;
}

function slotOf(branch: number, read: ReadWord): MipsInstruction | null {
  const word = read((branch + 4) >>> 0);
  if (word === null) return null;
  const slot = decode(word, (branch + 4) >>> 0);
  return slot.slot || isService(slot) || alwaysTraps(slot) ? null : slot;
}

/** Where a block that starts here ends, for counts and listings: address behind its last instruction. */
export function blockEnd(start: number, read: ReadWord): number {
  let at = start;
  for (let n = 0; n < BLOCK_LIMIT; n++, at += 4) {
    const word = read(at);
    if (word === null) return at;
    const instruction = decode(word, at);
    if (instruction.slot) return at + 8;
    if (alwaysTraps(instruction)) return at + 4;
  }
  return at;
}
