/**
 * The guest's code as one list of rows: labels with how often they ran, and instructions. What changes at each step is asked of
 * `rowState`, so that a long program is laid out once. Pure.
 */
import type { CountsView, ListingLine, ListingView } from '../../protocol/views.ts';
import { address, grouped, hex, plural, type PanelTable } from '../shared/text.ts';

export type Item =
  | { readonly kind: 'label'; readonly id: string; readonly text: string; readonly address: number }
  | {
      readonly kind: 'line';
      readonly id: string;
      readonly address: number;
      readonly short: string;
      readonly mnemonic: string;
      readonly operands: string;
      readonly line: ListingLine;
    };

export interface ListingScene {
  readonly items: readonly Item[];
  /** Row of an address. */
  readonly at: ReadonlyMap<number, number>;
  readonly says: string;
}
export const describe = (scene: ListingScene): string => scene.says;

export function layout(view: ListingView): ListingScene {
  const lines = view.sections.flatMap((s) => s.lines);
  const low = Math.min(...lines.map((l) => l.address)),
    high = Math.max(...lines.map((l) => l.address));
  const digits = lines.length === 0 ? 3 : Math.min(8, Math.max(3, (high - (low - (low % 0x1000))).toString(16).length));
  const items = view.sections.flatMap((s): Item[] => [
    { kind: 'label', id: `s${hex(s.address)}${s.label}`, text: s.label, address: s.address },
    ...s.lines.map((line): Item => ({
      kind: 'line',
      id: `l${hex(line.address)}`,
      address: line.address,
      short: hex(line.address).slice(-digits),
      mnemonic: line.mnemonic,
      operands: line.operands,
      line,
    })),
  ]);
  const at = new Map(items.flatMap((item, i) => (item.kind === 'line' ? [[item.address, i] as const] : [])));
  return {
    items,
    at,
    says: `${plural(lines.length, 'instruction')} in ${plural(view.sections.length, 'part')}: ${view.sections
      .slice(0, 8)
      .map((s) => s.label)
      .join(', ')}${view.sections.length > 8 ? ' and more' : ''}.`,
  };
}

type Block = CountsView['blocks'][number];

/** The block that covers an address; blocks may overlap, the one that begins last wins. */
export function blockAt(blocks: readonly Block[], at: number): Block | null {
  let found: Block | null = null;
  for (const block of blocks) if (block.address <= at && at < block.end && (found === null || block.address > found.address)) found = block;
  return found;
}

export interface RowState {
  readonly state: 'done' | 'next' | null;
  readonly translated: boolean;
  readonly ran: boolean;
}

/** Looks up many rows against the same counts. */
export function rowStates(counts: CountsView | null): (at: number) => RowState {
  const blocks = (counts?.blocks ?? []).toSorted((a, b) => a.address - b.address);
  return (at) => {
    const block = blockAt(near(blocks, at), at);
    return {
      state: counts?.pc === at ? 'next' : counts?.last === at ? 'done' : null,
      translated: block?.state === 'translated',
      ran: block !== null && block.runs > 0,
    };
  };
}

/** Blocks that may cover an address, out of a list by address: a block is at most 256 instructions long. */
function near(blocks: readonly Block[], at: number): readonly Block[] {
  let low = 0,
    high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle] as Block).address <= at - 1024) low = middle + 1;
    else high = middle;
  }
  let end = low;
  while (end < blocks.length && (blocks[end] as Block).address <= at) end += 1;
  return blocks.slice(low, end);
}

/** "×89": how often the block at a label ran. */
export function runsAt(counts: CountsView | null, at: number): string {
  const runs = counts?.blocks.find((b) => b.address === at)?.runs ?? 0;
  return runs === 0 ? '' : `×${grouped(runs)}`;
}

export function lineTitle(item: Extract<Item, { kind: 'line' }>, state: RowState, breakpoint: boolean): string {
  const words = [
    state.state === 'next' ? 'next' : state.state === 'done' ? 'just done' : '',
    state.translated ? 'translated' : '',
    breakpoint ? 'breakpoint' : '',
  ].filter((w) => w !== '');
  return `${address(item.address)} ${item.mnemonic} ${item.operands}${words.length === 0 ? '' : `, ${words.join(', ')}`}`;
}

export function table(view: ListingView, counts: CountsView | null): PanelTable {
  const state = rowStates(counts);
  return {
    columns: [
      { label: 'Part' },
      { label: 'Address', mono: true },
      { label: 'Bytes', mono: true },
      { label: 'Instruction', mono: true },
      { label: 'Runs', right: true },
      { label: 'State' },
    ],
    rows: view.sections.flatMap((s) =>
      s.lines.map((l) => {
        const row = state(l.address),
          block = blockAt(counts?.blocks ?? [], l.address);
        return [
          s.label,
          address(l.address),
          l.bytes,
          `${l.mnemonic} ${l.operands}`,
          block === null ? '' : grouped(block.runs),
          [row.state ?? '', row.translated ? 'translated' : ''].filter(Boolean).join(', '),
        ];
      }),
    ),
  };
}
