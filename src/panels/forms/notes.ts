/** Words in the picture: why ribbons cross, what underlines mean, what an interpreter's code is for. Pure. */
import type { FormsView } from '../../protocol/views.ts';
import { round, wrap, type Label } from '../shared/text.ts';
import { immediateOf } from './fields.ts';
import { rowsOf } from './links.ts';
import { HEAD, purposeOf, ROW, type Plan } from './plan.ts';
import type { WideScene } from './scene.ts';
import { crossingSentence } from './words.ts';

/** Beside each stretch of an interpreter's handler that does not do the work: how much of it, for what. On its ribbon. */
export function shares({ view, links, c, centres, size }: Plan): Label[] {
  if (view.state === 'translated') return [];
  const said = new Set<string>();
  return links.guestHost.flatMap((link, i) => {
    const category = view.host[link.to.from]?.category ?? 'guest';
    const top = Math.max(HEAD + 4, (centres.host[link.to.from] as number) - ROW / 2),
      bottom = Math.min(size.height, (centres.host[link.to.to] as number) + ROW / 2);
    const covers = centres.micro.some((y) => Math.abs(y - top - 11) < ROW);
    if (bottom - top < ROW || category === 'guest' || covers || said.has(category)) return [];
    said.add(category);
    const text = `${view.host.filter((h) => h.category === category).length} ${purposeOf(category)}`;
    return [{ id: `share${i}`, x: round(c.host.x - 8), y: round(top + 16), text, end: true, tone: 'hue', strong: true }];
  });
}

/** Under the guest column, where there is room: why ribbons cross, and what the underlines mean. */
export function notes({ view, links, c, centres, selected, size }: Plan): Pick<WideScene, 'notes' | 'keys'> {
  const labels: Label[] = [],
    keys: { x: number; y: number; dashed: boolean }[] = [];
  let y = Math.max(HEAD, (centres.guest[centres.guest.length - 1] ?? HEAD) + ROW / 2) + 22;
  const add = (id: string, x: number, text: string) =>
    labels.push({ id, x: round(x), y: round(y), text, end: false, tone: 'faint', strong: false });
  const sentence = links.crossing.length > 0 ? wrap(crossingSentence, Math.floor((c.guest.width - 8) / 6.6)) : [];
  const kinds = selected === null ? [] : keysOf(view, selected);
  if (y + sentence.length * 18 > size.height + 12) return { notes: [], keys: [] };
  sentence.forEach((line, i) => {
    add(`sentence${i}`, c.guest.x + 6, line);
    y += 18;
  });
  for (const { text, dashed } of kinds) {
    if (y > size.height - 4) break;
    keys.push({ x: round(c.guest.x + 8), y: round(y - 4), dashed });
    add(`key${text}`, c.guest.x + 42, text);
    y += 20;
  }
  return { notes: labels, keys };
}

function keysOf(view: FormsView, selected: number): { text: string; dashed: boolean }[] {
  const hosts = view.state === 'interpreted' ? [] : rowsOf(view, selected).host.flatMap((i) => view.host[i] ?? []);
  const fields = [...view.guest.filter((g) => g.index === selected), ...hosts].flatMap(
    (line) => line.fields as readonly { kind: string }[],
  );
  const value = hosts.map(immediateOf).find((v) => v !== null);
  return [
    ...(fields.some((f) => f.kind === 'immediate')
      ? [{ text: value === undefined ? 'immediate' : `immediate ${value}`, dashed: false }]
      : []),
    ...(fields.some((f) => f.kind === 'target') ? [{ text: 'where it jumps to', dashed: false }] : []),
    ...(fields.some((f) => f.kind === 'register')
      ? [{ text: view.state === 'translated' ? 'register, as its slot in memory' : 'register numbers', dashed: true }]
      : []),
  ];
}
