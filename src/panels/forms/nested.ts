/** The three forms on a narrow page: a list of guest instructions, of which the followed one is open. Pure. */
import type { FormsView } from '../../protocol/views.ts';
import { address, CODE_ADVANCE as A, cut, hex, plural, round, type Size } from '../shared/text.ts';
import { BYTE_PITCH, guestText, hostText, hostUnderlines } from './fields.ts';
import { rowsOf } from './links.ts';
import { says } from './words.ts';
import type { Fold, NestedScene, Row, Underline } from './scene.ts';

const EDGE = 1,
  CLOSED = 44,
  LINE = 26,
  STEP = 28,
  GAP = 4;
const number = (n: number, one: string): string => (n === 0 ? `no ${one}` : n === 1 ? `one ${one}` : plural(n, one));

export function nested(view: FormsView, size: Size, followed: number | null): NestedScene {
  const folds: Fold[] = [],
    underlines: Underline[] = [];
  let y = 1;
  for (const line of view.guest) {
    const fold = foldOf(view, line, size.width - 2 * EDGE, y, line.index === followed, underlines);
    folds.push(fold);
    y += fold.height + GAP;
  }
  return { kind: 'nested', says: says(view, followed), width: size.width, height: Math.ceil(y), folds, underlines };
}

function foldOf(view: FormsView, line: FormsView['guest'][number], width: number, y: number, open: boolean, underlines: Underline[]): Fold {
  const { micro, host } = rowsOf(view, line.index);
  const id = `g${hex(line.address)}`,
    chars = Math.floor((width - 40 - 8) / A);
  const bytes = host.reduce((sum, i) => sum + (view.host[i]?.bytes.length ?? 0), 0);
  const steps: { y: number; text: string }[] = [],
    lines: Row[] = [];
  let below = y + CLOSED;
  if (open) {
    const step = (text: string) => {
      steps.push({ y: round(below), text });
      below += STEP;
    };
    const row = (made: Row) => {
      lines.push(made);
      below += LINE + 2;
    };
    const shown = Math.min(5, Math.max(2, ...host.map((i) => view.host[i]?.bytes.length ?? 0)));
    step(number(micro.length, 'micro-op'));
    for (const i of micro) row(microRow(view, i, below, width));
    step(`${number(host.length, 'IA-32 instruction')}, ${plural(bytes, 'byte')}`);
    for (const i of host) row(hostRow(view, i, below, width, shown, underlines));
    below += 4;
  }
  const count = Math.min(host.length, 12);
  return {
    id,
    guest: line.index,
    x: EDGE,
    y: round(y),
    width,
    height: round(below - y),
    open,
    state: view.at.guest === line.index ? 'next' : view.done?.guest === line.index ? 'done' : null,
    parts: [
      { x: EDGE + 28, text: address(line.address), tone: 'faint', strong: false },
      { x: round(EDGE + 28 + (address(line.address).length + 1) * A), text: cut(guestText(line), chars - 8), tone: 'ink', strong: open },
    ],
    pips: open ? [] : Array.from({ length: count }, (_, i) => ({ x: EDGE + width - 22 - i * 10, y: round(y + CLOSED / 2 - 5) })),
    steps,
    lines,
    title: `${address(line.address)} ${guestText(line).replace(/ +/g, ' ')}: ${number(micro.length, 'micro-op')}, ${number(host.length, 'host instruction')}`,
  };
}

const inner = (width: number, y: number) => ({ x: EDGE + 18, y: round(y), width: width - 36, height: LINE });

function microRow(view: FormsView, i: number, y: number, width: number): Row {
  const m = view.micro[i] as FormsView['micro'][number];
  return {
    id: `m${m.id}`,
    column: 'micro',
    guest: m.guest,
    ...inner(width, y),
    selected: false,
    category: null,
    title: m.text,
    state: view.at.micro === m.id ? 'next' : view.done?.micro === m.id ? 'done' : null,
    parts: [
      {
        x: EDGE + 28,
        text: cut(m.value === null ? m.text : `${m.text}  ${m.value}`, Math.floor((width - 56) / A)),
        tone: 'ink',
        strong: false,
      },
    ],
  };
}

function hostRow(view: FormsView, i: number, y: number, width: number, room: number, underlines: Underline[]): Row {
  const h = view.host[i] as FormsView['host'][number],
    x = EDGE + 26,
    more = h.bytes.length > room;
  const shown = more ? room - 1 : h.bytes.length,
    textAt = x + room * BYTE_PITCH + 6;
  const id = `h${hex(h.address)}`;
  underlines.push(...hostUnderlines(h, id, x, round(y + LINE - 4), shown));
  return {
    id,
    column: 'host',
    guest: h.guest,
    ...inner(width, y),
    selected: false,
    title: h.text,
    category: h.category === 'guest' ? null : h.category,
    state: view.at.host === h.offset ? 'next' : view.done?.host === h.offset ? 'done' : null,
    parts: [
      ...h.bytes
        .slice(0, more ? room : shown)
        .map((b, k) => ({ x: round(x + k * BYTE_PITCH), text: k === shown ? '\u2026' : hex(b, 2), tone: 'soft' as const, strong: false })),
      { x: round(textAt), text: cut(hostText(h), Math.floor((width + EDGE - 18 - textAt) / A)), tone: 'ink', strong: true },
    ],
  };
}
