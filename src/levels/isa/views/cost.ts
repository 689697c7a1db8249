/**
 * What a guest instruction costs in either form, so far. Runs of translated blocks are counted by the blocks themselves, and
 * their code is straight, so what they executed is known; what is left was interpreted.
 *
 * Left out: side exits are taken to be rare (the whole block is counted), and with the counting knob off nothing is known.
 */
import type { CostView } from '../../../protocol/views.ts';
import type { RunningIsa } from '../running.ts';
import type { TranslatedBlock } from '../lowering.ts';

const FEW = 16;

export function costView(running: RunningIsa): Pick<CostView, 'interpreted' | 'translated' | 'translationCost' | 'breakEven'> {
  const { emulator, translator } = running.process,
    { counts } = translator;
  let host = 0,
    guest = 0;
  for (const block of translator.blocks) {
    if (!block.live || !block.counted) continue;
    const runs = Math.max(0, emulator.runs(block.counter) - translator.knobs.threshold + 1);
    host += runs * hotLength(block);
    guest += runs * block.instructions.length;
  }
  const { machine } = running;
  const restGuest = machine.guestRetired - guest,
    restHost = machine.retired - host;
  const interpreted = restGuest >= FEW && restHost > 0 ? restHost / restGuest : null;
  const translated = guest >= FEW ? host / guest : null;
  const translationCost = counts.instructions > 0 ? counts.cost / counts.instructions : null;
  const breakEven =
    interpreted !== null && translated !== null && translationCost !== null && interpreted > translated
      ? translationCost / (interpreted - translated)
      : null;
  return { interpreted, translated, translationCost, breakEven };
}

/** Host instructions of one pass: up to the last exit jump, less the other way of a branch. */
function hotLength(block: TranslatedBlock): number {
  const stubs = block.code.exits.map((exit) => exit.stub).filter((at) => at >= 0);
  const end = stubs.length > 0 ? Math.min(...stubs) : block.size;
  return block.code.piece.placed.filter((line) => line.offset < end).length - (block.code.plan.block.flow.k === 'branch' ? 0.5 : 0);
}
