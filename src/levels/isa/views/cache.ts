/** The code cache: which blocks there are, how hot, where their code lies, and how their exits are linked. */
import { wordAt } from './listing.ts';
import type { CacheBlock, CacheView } from '../../../protocol/views.ts';
import { symbolNear } from '../../../formats/elf.ts';
import { blockEnd } from '../blocks.ts';
import { hostAddress } from '../captions.ts';
import type { RunningIsa } from '../running.ts';
import type { KnownBlock } from '../translator.ts';

/** Pictures show the hottest of very many. */
const MOST = 200;

export function cacheView(running: RunningIsa): CacheView {
  const { emulator, translator } = running.process,
    { cache, knobs, counts } = translator;
  const known = [...translator.known.values()].map((block) => ({ block, runs: emulator.runs(block.counter) }));
  const shown =
    known.length <= MOST
      ? known
      : known
          .toSorted((a, b) => b.runs - a.runs)
          .slice(0, MOST)
          .sort((a, b) => a.block.counter - b.block.counter);
  const current = translator.blockAt(hostAddress(running));
  return {
    threshold: knobs.threshold,
    chaining: knobs.chaining,
    used: cache.used,
    capacity: cache.capacity,
    flushes: counts.flushes,
    invalidations: counts.invalidations,
    dispatches: emulator.dispatches,
    blocks: shown.map(({ block, runs }) => cacheBlock(running, block, runs)),
    current: current ? (translator.known.get(current.start)?.counter ?? null) : null,
  };
}

/** Ids are the numbers of the run counters: they stay while the program is open. */
function cacheBlock(running: RunningIsa, known: KnownBlock, runs: number): CacheBlock {
  const { translator } = running.process;
  const code = translator.translated(known.start);
  const end = code?.end ?? blockEnd(known.start, (at) => wordAt(running, at));
  return {
    id: known.counter,
    address: known.start,
    label: labelOf(running, known.start),
    guestLength: (end - known.start) >> 2,
    state: code ? 'translated' : 'interpreted',
    runs,
    host: code ? { address: code.host, size: code.size } : null,
    exits: (code?.exits ?? []).map((exit) => ({
      to: exit.to,
      kind: exit.to === null ? ('lookup' as const) : exit.target ? ('chained' as const) : ('dispatcher' as const),
      taken: exit.target !== null,
    })),
  };
}

export function labelOf(running: RunningIsa, address: number): string {
  const near = symbolNear(running.elf, address);
  if (!near) return address.toString(16).padStart(8, '0');
  return near.offset === 0 ? near.name : `${near.name}+${near.offset.toString(16)}`;
}
