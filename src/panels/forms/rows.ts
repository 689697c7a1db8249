/** The rows of the three columns: where, which texts, which marks. Pure. */
import type { FormsView } from '../../protocol/views.ts';
import { address, CODE_ADVANCE as A, cut, hex, plural, round } from '../shared/text.ts';
import type { Columns } from './columns.ts';
import { BYTE_PITCH, guestText, hostText } from './fields.ts';
import { rowsOf } from './links.ts';
import { purposeOf, ROW, type Plan } from './plan.ts';
import type { Part, Row } from './scene.ts';

const part = (x: number, text: string, tone: Part['tone'] = 'ink', strong = false): Part => ({ x: round(x), text, tone, strong });

const stateOf = <T>(own: T, at: T | null, done: T | null | undefined): Row['state'] => (at === own ? 'next' : done === own ? 'done' : null);

export function allRows({ view, c, centres, selected }: Plan): Row[] {
  const box = (span: { x: number; width: number }, centre: number) => ({
    x: round(span.x),
    y: round(centre - ROW / 2),
    width: round(span.width),
    height: ROW,
  });
  const chosen = selected === null ? { micro: [], host: [] } : rowsOf(view, selected);
  const guest = view.guest.map((g, i): Row => ({
    id: `g${hex(g.address)}`,
    column: 'guest',
    guest: g.index,
    ...box(c.guest, centres.guest[i] as number),
    selected: g.index === selected,
    state: stateOf(g.index, view.at.guest, view.done?.guest),
    category: null,
    title: guestTitle(view, g.index),
    parts: [
      part(c.guest.x + 6, address(g.address), 'faint'),
      part(c.bytesAt, g.bytes, 'soft'),
      part(c.guestTextAt, cut(guestText(g), c.guestChars), 'ink', g.index === selected),
    ],
  }));
  const micro = view.micro.map((m, i): Row => {
    const on = chosen.micro.includes(i),
      text = cut(m.text, c.microChars);
    const value =
      m.value !== null && text.length + m.value.length + 2 <= c.microChars
        ? [part(c.micro.x + c.micro.width - 6 - m.value.length * A, m.value, 'faint')]
        : [];
    return {
      id: `m${m.id}`,
      column: 'micro',
      guest: m.guest,
      ...box(c.micro, centres.micro[i] as number),
      selected: on,
      state: stateOf(m.id, view.at.micro, m.guest === view.done?.guest ? view.done.micro : null),
      category: null,
      title: m.value === null ? m.text : `${m.text}, which is ${m.value}`,
      parts: [part(c.micro.x + 6, text, 'ink', on), ...value],
    };
  });
  const host = view.host.map((h, i): Row => {
    const on = chosen.host.includes(i) && (view.state === 'translated' || h.category === 'guest'),
      more = h.bytes.length > c.hostBytes;
    const bytes = h.bytes
      .slice(0, Math.max(0, more ? c.hostBytes - 1 : c.hostBytes))
      .map((b, k) => part(c.hostBytesAt + k * BYTE_PITCH, hex(b, 2), 'soft'));
    return {
      id: `h${hex(h.address)}`,
      column: 'host',
      guest: guestOf(view, i),
      ...box(c.host, centres.host[i] as number),
      selected: on,
      state: stateOf(h.offset, view.at.host, guestOf(view, i) === view.done?.guest ? view.done?.host : null),
      category: h.category === 'guest' ? null : h.category,
      title: `${h.text}, ${plural(h.bytes.length, 'byte')} at ${hex(h.address)}`,
      parts: [
        part(c.host.x + 6, `+${hex(h.offset, 2)}`, 'faint'),
        ...bytes,
        ...(more && c.hostBytes > 0 ? [part(c.hostBytesAt + (c.hostBytes - 1) * BYTE_PITCH, '\u2026', 'soft')] : []),
        part(c.hostTextAt, cut(hostText(h), c.hostChars), 'ink', on),
        ...purpose(view, i, c),
      ],
    };
  });
  return [...guest, ...micro, ...host];
}

/** At the first row of a stretch of translated code that is not guest work, at the right edge: what it is for. */
function purpose(view: FormsView, i: number, c: Columns): Part[] {
  const line = view.host[i],
    before = view.host[i - 1];
  if (line === undefined || view.state === 'interpreted' || line.category === before?.category || line.category === 'guest') return [];
  const text = purposeOf(line.category);
  const x = c.host.x + c.host.width - 6 - text.length * A;
  return x > c.hostTextAt + (Math.min(hostText(line).length, c.hostChars) + 1) * A ? [part(x, text, 'hue')] : [];
}

function guestOf(view: FormsView, host: number): number | null {
  const line = view.host[host];
  if (line === undefined) return null;
  return line.micro === null ? line.guest : (view.micro.find((m) => m.id === line.micro)?.guest ?? line.guest);
}

function guestTitle(view: FormsView, index: number): string {
  const line = view.guest.find((g) => g.index === index);
  if (line === undefined) return '';
  const { micro, host } = rowsOf(view, index);
  const slot = line.slot ? ', in the delay slot' : '';
  return `${address(line.address)} ${guestText(line).replace(/ +/g, ' ')}${slot}: ${plural(micro.length, 'micro-op')}, ${plural(host.length, 'host instruction')}`;
}
