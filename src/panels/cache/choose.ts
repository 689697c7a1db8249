/** Which blocks are shown, in which order, and the words about them. Pure. */
import type { CacheBlock, CacheView } from '../../protocol/views.ts';
import { address, grouped, plural, type PanelTable } from '../shared/text.ts';

/** More than this many do not fit a glance. */
export const MANY = 12;

export const nameOf = (block: CacheBlock): string => (isNamed(block) ? block.label : address(block.address));
/** A label that is only the address again is no name. */
export const isNamed = (block: CacheBlock): boolean => block.label !== '' && Number.parseInt(block.label, 16) !== block.address;

/** The block that an exit leads to, by guest address, when it is known. */
export const targetOf = (view: CacheView, to: number | null): CacheBlock | undefined =>
  to === null ? undefined : view.blocks.find((b) => b.address === to);

/** All blocks when they are few; else the current and the chosen one with what they lead to and come from, then the hottest. */
export function choose(view: CacheView, chosen: number | null): CacheBlock[] {
  if (view.blocks.length <= MANY) return inOrder(view.blocks);
  const picked = new Set<CacheBlock>();
  const pick = (block: CacheBlock | undefined) => {
    if (block !== undefined && picked.size < MANY) picked.add(block);
  };
  for (const centre of [view.blocks.find((b) => b.id === view.current), view.blocks.find((b) => b.address === chosen)]) {
    pick(centre);
    for (const exit of centre?.exits ?? []) pick(targetOf(view, exit.to));
    for (const block of view.blocks)
      if (picked.size < MANY / 2 && block.exits.some((e) => centre !== undefined && e.to === centre.address)) pick(block);
  }
  for (const block of view.blocks.toSorted((a, b) => b.runs - a.runs || a.address - b.address)) pick(block);
  return inOrder([...picked]);
}

/** Control flow order: programs are laid out so that falling through is the next address. */
const inOrder = (blocks: readonly CacheBlock[]): CacheBlock[] => blocks.toSorted((a, b) => a.address - b.address);

const NUMBERS = ['None', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine', 'Ten', 'Eleven', 'Twelve'];
const spelled = (n: number): string => NUMBERS[n] ?? grouped(n);

export function summary(view: CacheView, shown: number): string {
  const all = view.blocks.length,
    translated = view.blocks.filter((b) => b.state === 'translated').length;
  if (all === 0) return 'No block has run yet.';
  if (translated === all) {
    const every = all <= 12 ? spelled(all).toLowerCase() : grouped(all);
    return all === 1 ? 'The only block is translated.' : `All ${every} blocks are translated.`;
  }
  const state = `${spelled(translated)} of ${plural(all, 'block')} translated`;
  return shown < all ? `${state}; the ${shown} nearest and hottest are shown.` : `${state}; the others still wait.`;
}

export function storeWords(view: CacheView): string {
  const parts = [`${grouped(view.used)} of ${grouped(view.capacity)} bytes of code`];
  if (view.flushes > 0) parts.push(`${plural(view.flushes, 'flush', 'flushes')}`);
  if (view.invalidations > 0) parts.push(`${plural(view.invalidations, 'block')} thrown away`);
  return parts.join(', ');
}

const exitWords = (view: CacheView, exit: CacheBlock['exits'][number]): string => {
  const target = targetOf(view, exit.to);
  const to = target === undefined ? '' : ` to ${nameOf(target)}`;
  return exit.kind === 'chained' ? `chained${to}` : exit.kind === 'lookup' ? `looked up${to}` : `dispatcher${to}`;
};

export function blockTitle(view: CacheView, block: CacheBlock): string {
  const state =
    block.state === 'translated' ? `translated, ran ${plural(block.runs, 'time')}` : `interpreted, ${block.runs} of ${view.threshold} runs`;
  const exits = block.exits.map((e) => exitWords(view, e)).join('; ');
  return `${nameOf(block)} at ${address(block.address)}: ${state}${exits === '' ? '' : `; ${exits}`}`;
}

export function says(view: CacheView, shown: number): string {
  const current = view.blocks.find((b) => b.id === view.current);
  const now = current === undefined ? '' : ` Now in ${blockTitle(view, current)}.`;
  return `${summary(view, shown)} ${storeWords(view)}. The dispatcher was asked ${plural(view.dispatches, 'time')}.${now}`;
}

export function table(view: CacheView): PanelTable {
  return {
    columns: [
      { label: 'Block' },
      { label: 'Address', mono: true },
      { label: 'MIPS instructions', right: true },
      { label: 'State' },
      { label: 'Runs', right: true },
      { label: 'In the cache at', mono: true },
      { label: 'Bytes', right: true },
      { label: 'Exits' },
    ],
    rows: inOrder(view.blocks).map((b) => [
      nameOf(b),
      address(b.address),
      b.guestLength,
      b.state,
      grouped(b.runs),
      b.host === null ? '' : address(b.host.address),
      b.host === null ? '' : b.host.size,
      b.exits.map((e) => exitWords(view, e)).join('; '),
    ]),
  };
}
