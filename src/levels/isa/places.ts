/** From a host address in translated code to the guest: which instruction is under way there, and how its registers are found. */
import type { Recovery } from '../../translate/lower.ts';
import type { BlockCode } from '../../translate/lower-block.ts';
import type { TranslatedBlock } from './lowering.ts';

export interface GuestHere {
  readonly pc: number;
  /** Index in the block. */
  readonly guest: number;
  readonly recovery: Recovery | null;
  /** Whether the guest instruction begins exactly here. */
  readonly begins: boolean;
}

const starts = new WeakMap<BlockCode, readonly number[]>();

/** By guest instruction: the offset of the host instruction at which it begins. */
export function guestStarts(code: BlockCode): readonly number[] {
  let known = starts.get(code);
  if (known) return known;
  const offsets: number[] = [];
  for (const line of code.piece.placed) for (let n = 0; n < line.code.marks; n++) offsets.push(line.offset);
  starts.set(code, (known = offsets));
  return known;
}

export function guestAt(block: TranslatedBlock, host: number): GuestHere | null {
  const offset = host - block.host;
  const line = block.code.piece.placed.find((placed) => placed.offset <= offset && offset < placed.offset + placed.length);
  if (!line) return null;
  const exact = block.code.recoveries.get(line.offset);
  const offsets = guestStarts(block.code);
  // A recovery names its instruction; else it is the last that began at or before this place, the first of those that begin together.
  let guest = exact?.guest ?? line.code.guest ?? 0;
  const beginning = offsets.indexOf(line.offset);
  if (!exact && beginning >= 0) guest = beginning;
  const recovery = exact ?? (beginning >= 0 ? (block.code.boundaries.get(guest) ?? null) : null);
  return { pc: (block.start + 4 * guest) >>> 0, guest, recovery, begins: beginning >= 0 };
}
