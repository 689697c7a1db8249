/** Run counts of the guest's blocks, beside the listing. */
import { wordAt } from './listing.ts';
import type { CountsView } from '../../../protocol/views.ts';
import { blockEnd } from '../blocks.ts';
import type { RunningIsa } from '../running.ts';
import type { Parameters } from './views.ts';

const MOST = 5000;

/** `last`: the guest address before the last step, from whoever stepped. */
export function countsView(running: RunningIsa, parameters: Parameters): CountsView {
  const { emulator, translator } = running.process;
  const known = [...translator.known.values()].slice(0, MOST);
  return {
    pc: running.guestPc(),
    last: typeof parameters['last'] === 'number' ? parameters['last'] : null,
    blocks: known.map(({ start, counter }) => ({
      address: start,
      end: translator.translated(start)?.end ?? blockEnd(start, (at) => wordAt(running, at)),
      runs: emulator.runs(counter),
      state: translator.translated(start) ? ('translated' as const) : ('interpreted' as const),
    })),
  };
}
