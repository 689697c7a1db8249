/**
 * One block of the guest made into host code: joined, optimised and lowered for the place it will stand at, and what that is
 * charged. Left out: which blocks there are and how they are linked (translator.ts).
 */
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import type { CachedBlock } from '../../translate/codecache.ts';
import { join } from '../../translate/join.ts';
import { lowerBlock } from '../../translate/lower-block.ts';
import type { BlockCode } from '../../translate/lower-block.ts';
import { ALL_REGISTERS } from '../../translate/lower-registers.ts';
import { ISA_COSTS } from './costs.ts';
import type { IsaCost } from './costs.ts';
import { interpreterImage } from './interpreter.ts';
import { COUNTERS, FLOAT_WORDS, GATE_COUNT, SERVICE_RESULT, SPILL_WORD, SPILL_WORDS, fromEbp, trapGate } from './layout.ts';
import { emitLookup } from './runtime.ts';

/** A translated block with everything known of it. The code can be made again from words, place and exit number. */
export interface TranslatedBlock extends CachedBlock {
  readonly words: readonly number[];
  readonly firstExit: number;
  readonly counted: boolean;
  readonly counter: number;
  readonly instructions: readonly MipsInstruction[];
  readonly code: BlockCode;
  /** Charged for it. */
  readonly cost: number;
}

/** What a block's code follows from; saved with the translator. */
export interface BlockPlace {
  readonly id: number;
  readonly start: number;
  readonly host: number;
  readonly firstExit: number;
  readonly counted: boolean;
  readonly counter: number;
  readonly words: readonly number[];
  live: boolean;
}
/** Code made before, by guest address: time travel and other processes come back to the same blocks. */
export type BlockMemo = Map<number, TranslatedBlock[]>;

/** Whether the code of one is that of the other. */
const sameCode = (a: BlockPlace, b: BlockPlace): boolean =>
  a.host === b.host &&
  a.firstExit === b.firstExit &&
  a.counter === b.counter &&
  a.counted === b.counted &&
  (a.words === b.words || (a.words.length === b.words.length && a.words.every((word, i) => word === b.words[i])));

const entry = (name: string): number => interpreterImage().entries.get(name)!;

/** The block's code for the place it is to stand at; from the memo when it was made before. */
export function makeBlock(place: BlockPlace, decoded: () => readonly MipsInstruction[], memo: BlockMemo): TranslatedBlock {
  const known = memo.get(place.start);
  const before = known?.find((block) => sameCode(block, place));
  const instructions = before?.instructions ?? decoded();
  const code =
    before?.code ??
    lowerBlock(join(instructions, place.start + 4 * instructions.length), place.host, {
      frame: { registers: ALL_REGISTERS, pinned: new Map(), homeless: new Set(), spillWord: SPILL_WORD, spillWords: SPILL_WORDS },
      trapGate,
      service: { gate: () => GATE_COUNT, resultWord: SERVICE_RESULT, float: FLOAT_WORDS },
      lookup: emitLookup,
      runtime: new Map([
        ['exit', entry('exit')],
        ['miss.head', entry('miss.head')],
      ]),
      firstExit: place.firstExit,
      counter: place.counted ? fromEbp(COUNTERS) + 4 * place.counter : null,
    });
  const block = withExits({
    ...place,
    end: place.start + 4 * code.plan.block.guests,
    size: code.piece.bytes.length,
    exits: [],
    instructions,
    code,
    cost: before?.cost ?? costOf(code),
  });
  if (!before) {
    if (known) known.push(block);
    else memo.set(place.start, [block]);
  }
  return block;
}

/** The same block in the cache of another process. */
export const ownBlock = (block: TranslatedBlock): TranslatedBlock => withExits({ ...block, exits: [] });

function withExits(block: TranslatedBlock): TranslatedBlock {
  const { code, exits, firstExit, host } = block;
  code.exits.forEach((exit, i) =>
    exits.push({
      number: firstExit + i,
      to: exit.to,
      patchAt: host + exit.patch,
      stub: host + exit.stub,
      owner: block,
      target: null,
    }),
  );
  return block;
}

/** The sum over what translating the block took. */
function costOf(code: BlockCode): number {
  const { items, guests } = code.plan.block;
  const values = items.filter((item) => item.k === 'value').length;
  const operations: readonly (readonly [IsaCost, number])[] = [
    ['block', 1],
    ['decode', guests],
    ['micro-op', items.length],
    ['value', values],
    ['liveness', items.length],
    ['host instruction', code.piece.placed.length],
    ['byte', code.piece.bytes.length],
  ];
  return operations.reduce((sum, [cost, count]) => sum + ISA_COSTS[cost].units * count, 0);
}
