/**
 * Where a block of flat code ends, and which flags its instructions must leave: the looking-ahead before anything is emitted.
 *
 * Invariant: every instruction of a block has a flat form (plan.ts) and lies on the block's page.
 */
import { decode } from '../isa/x86/decode.ts';
import type { DecodeMode, X86Instruction } from '../isa/x86/instruction.ts';
import { canPlan, definesAllFlags, mayLeave, readsFlags, refuses } from './plan.ts';
import type { SegmentClass } from './plan-places.ts';

export const LONGEST_BLOCK = 64;

/** What bounds a block beside its own instructions. */
interface Bounds {
  classOf(segment: number, write: boolean): SegmentClass;
  /** An address that is for the run loop to look at first. */
  mustStop(address: number): boolean;
}

/** The instructions of the block at `eip`, whose bytes stand at `physical`. `stopped`: it ends before one that flat code cannot do. */
export function decodeBlock(
  bytes: Uint8Array,
  physical: number,
  eip: number,
  mode: DecodeMode,
  bounds: Bounds,
): { readonly instructions: readonly X86Instruction[]; readonly stopped: boolean } {
  const pageEnd = (physical & ~0xfff) + 0x1000;
  const instructions: X86Instruction[] = [];
  for (let at = physical, address = eip; at < pageEnd && instructions.length < LONGEST_BLOCK;) {
    if (instructions.length > 0 && bounds.mustStop(address)) break;
    const instruction = decode(bytes, at, pageEnd, address, mode);
    if (instruction === null || !canPlan(instruction) || !segmentsFit(instruction, bounds)) return { instructions, stopped: true };
    const repeats = instruction.ops.some((op) => op.k === 'leaveIf') && !refuses(instruction);
    const loops = repeats && instruction.ops.some((op) => op.k === 'branch');
    if (loops && instructions.length > 0) break;
    instructions.push(instruction);
    if (repeats || instruction.ops.some((op) => op.k === 'jump' || op.k === 'branch')) break;
    at += instruction.length;
    address = (address + instruction.length) | 0;
  }
  return { instructions, stopped: false };
}

const segmentsFit = (instruction: X86Instruction, bounds: Bounds): boolean =>
  instruction.ops.every(
    (op) => (op.k !== 'load' && op.k !== 'store') || op.at.segment === null || bounds.classOf(op.at.segment, op.k === 'store') !== 'other',
  );

/** For each instruction, whether anybody may look at the flags that it makes. */
export function liveFlags(instructions: readonly X86Instruction[]): readonly boolean[] {
  const result = new Array<boolean>(instructions.length).fill(true);
  let live = true;
  for (let i = instructions.length - 1; i >= 0; i--) {
    result[i] = live;
    const { ops } = instructions[i]!;
    if (ops.some(definesAllFlags)) live = false;
    if (ops.some((op) => readsFlags(op) || mayLeave(op))) live = true;
  }
  return result;
}
