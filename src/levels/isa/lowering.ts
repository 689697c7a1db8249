/**
 * One block of the guest made into host code: joined, optimised and lowered for the place it will stand at, and what that is
 * charged. Left out: which blocks there are and how they are linked (translator.ts).
 */
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import type { CachedBlock, CachedExit } from '../../translate/codecache.ts';
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
/** Code made before: time travel comes back to the same blocks. */
export type BlockMemo = Map<string, TranslatedBlock>;

const entry = (name: string): number => interpreterImage().entries.get(name)!;

/** The block's code for the place it is to stand at; from the memo when it was made before. */
export function makeBlock(place: BlockPlace, instructions: readonly MipsInstruction[], memo: BlockMemo): TranslatedBlock {
  const key = `${place.id}/${place.start}/${place.host}/${place.firstExit}/${place.counter}/${place.counted}/${place.words.join()}`;
  const before = memo.get(key);
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
  const exits: CachedExit[] = [];
  const block: TranslatedBlock = {
    ...place,
    end: place.start + 4 * code.plan.block.guests,
    size: code.piece.bytes.length,
    exits,
    instructions,
    code,
    cost: before?.cost ?? costOf(code),
  };
  code.exits.forEach((exit, i) =>
    exits.push({
      number: place.firstExit + i,
      to: exit.to,
      patchAt: place.host + exit.patch,
      stub: place.host + exit.stub,
      owner: block,
      target: null,
    }),
  );
  if (!before) memo.set(key, block);
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
