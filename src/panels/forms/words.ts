/** The three forms of a block in words and as a table. */
import type { FormsView } from '../../protocol/views.ts';
import { address, hex, listed, plural, type PanelTable } from '../shared/text.ts';
import { guestText } from './fields.ts';
import { rowsOf } from './links.ts';

export const crossingSentence = 'The branch decides, its delay slot runs, then it jumps: the bands cross.';

/** The longest that fits. */
export function hostHead(view: FormsView, length: number): string {
  const heads =
    view.state === 'translated'
      ? [`IA-32 in the code cache at ${hex(view.hostBase)}`, 'IA-32 in the code cache', `IA-32 at ${hex(view.hostBase)}`]
      : [`The interpreter\u2019s code, at ${hex(view.hostBase)}`, 'The interpreter\u2019s code'];
  return heads.find((head) => head.length <= length) ?? 'IA-32';
}

/** What a part of an interpreter does, of one instruction and of several. */
const SHARES: Readonly<Record<string, readonly [string, string]>> = {
  guest: ['does the work', 'do the work'],
  decode: ['fetches and decodes', 'fetch and decode'],
  dispatch: ['dispatches', 'dispatch'],
};

/** "31 host instructions for one: 20 fetch and decode, 4 do the work and 7 dispatch." */
export function summary(view: FormsView): string {
  if (view.state === 'translated') {
    return `${plural(view.guest.length, 'MIPS instruction')}, ${plural(view.micro.length, 'micro-op')}, ${plural(view.host.length, 'IA-32 instruction')}.`;
  }
  const counts = new Map<string, number>();
  for (const line of view.host) counts.set(line.category, (counts.get(line.category) ?? 0) + 1);
  const parts = [...counts].map(([category, n]) => `${n} ${SHARES[category]?.[n === 1 ? 0 : 1] ?? category}`);
  return `${plural(view.host.length, 'host instruction')} for one: ${listed(parts)}.`;
}

/** What the picture says, for assistive technology. */
export function says(view: FormsView, selected: number | null): string {
  const state = view.state === 'translated' ? 'translated' : 'interpreted';
  const opening = `Block ${hex(view.block)}, ${state}. ${summary(view)}`;
  const line = view.guest.find((g) => g.index === (selected ?? view.at.guest));
  const crossing = view.guest.some((g) => g.slot) ? ' Its last instruction stands in a delay slot: it runs before the branch jumps.' : '';
  if (line === undefined) return opening + crossing;
  const { micro, host } = rowsOf(view, line.index);
  const texts = (rows: readonly number[], of: readonly { text: string }[]) => rows.map((i) => of[i]?.text ?? '').join('; ');
  const becomes =
    micro.length === 0 && host.length === 0
      ? 'nothing: it was left out'
      : `${plural(micro.length, 'micro-op')} (${texts(micro, view.micro)}) and ${plural(host.length, 'host instruction')} (${texts(host, view.host)})`;
  return `${opening}${crossing} ${address(line.address)} ${guestText(line).replace(/ +/g, ' ')} becomes ${becomes}.`;
}

/** One row a host instruction; micro-ops and guest instructions without any have a row of their own. */
export function table(view: FormsView): PanelTable {
  const guestCell = (index: number | null) => {
    const line = view.guest.find((g) => g.index === index);
    return line === undefined ? '' : `${address(line.address)} ${guestText(line).replace(/ +/g, ' ')}`;
  };
  const hosts = view.host.map((h) => {
    const micro = view.micro.find((m) => m.id === h.micro);
    return [
      `+${hex(h.offset, 2)}`,
      h.bytes.map((b) => hex(b, 2)).join(' '),
      h.text,
      micro?.text ?? '',
      guestCell(micro?.guest ?? h.guest),
      h.category,
    ];
  });
  const alone = view.micro.filter((m) => !view.host.some((h) => h.micro === m.id)).map((m) => ['', '', '', m.text, guestCell(m.guest), '']);
  const lost = view.guest
    .filter((g) => !view.micro.some((m) => m.guest === g.index) && !view.host.some((h) => h.guest === g.index))
    .map((g) => ['', '', '', '', guestCell(g.index), '']);
  return {
    columns: [
      { label: 'Offset', mono: true },
      { label: 'Bytes', mono: true },
      { label: 'IA-32', mono: true },
      { label: 'Micro-op (V-ISA)', mono: true },
      { label: 'MIPS', mono: true },
      { label: 'Spent on' },
    ],
    rows: [...hosts, ...alone, ...lost],
  };
}
