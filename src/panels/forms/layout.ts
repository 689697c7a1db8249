/**
 * "One block, three forms": where each row and ribbon stands. Host rows keep the order of memory and set the scale; micro-ops
 * and guest instructions stand as near as they can to what came of them, so that ribbons are short and a delay slot shows as
 * two ribbons that cross. While the host rows scroll, the shorter columns stay in the window. Pure.
 */
import type { FormsView } from '../../protocol/views.ts';
import { cubicPath, level, ribbonPath, type Cubic } from '../shared/curve.ts';
import { fillWishes, place } from '../shared/place.ts';
import { address, CODE_ADVANCE as A, cut, hex, plural, round, wrap, type Label, type Size } from '../shared/text.ts';
import { columns, type Columns } from './columns.ts';
import { BYTE_PITCH, guestText, guestUnderlines, hostUnderlines, immediateOf } from './fields.ts';
import { linksOf, rowsOf, type Link, type Links } from './links.ts';
import { nested } from './nested.ts';
import type { FormsOptions, FormsScene, Part, Ribbon, Row, Underline, WideScene } from './scene.ts';
import { crossingSentence, hostHead, says } from './words.ts';

export type * from './scene.ts';
export { summary, table } from './words.ts';

/** What the scene shows, in words. */
export const describe = (scene: FormsScene): string => scene.says;

const ROW = 22,
  HOST_PITCH = 25,
  GUEST_PITCH = 28,
  HEAD = 30;
/** Below this width ribbons give way to a nested disclosure. */
export const NARROW = 640;

/** The guest instruction that is followed. */
export const followed = (view: FormsView, options: FormsOptions): number | null =>
  view.guest.some((g) => g.index === options.selected) ? options.selected : view.at.guest;

export function layout(view: FormsView, size: Size, options: FormsOptions): FormsScene {
  return size.width < NARROW ? nested(view, size, followed(view, options)) : wide(view, size, options);
}

interface Centres {
  readonly guest: readonly number[];
  readonly micro: readonly number[];
  readonly host: readonly number[];
}

function wide(view: FormsView, size: Size, options: FormsOptions): WideScene {
  const room = Math.max(ROW, size.height - HEAD);
  const content = Math.max(view.host.length * HOST_PITCH, view.guest.length * GUEST_PITCH, view.micro.length * HOST_PITCH) + 6;
  const scroll = Math.max(0, Math.min(options.scroll, content - room));
  const c = columns(view, size.width),
    links = linksOf(view),
    selected = followed(view, options);
  const centres = centresOf(view, links, room, scroll);
  const rows = allRows(view, c, centres, selected);
  return {
    kind: 'wide',
    says: says(view, selected),
    width: size.width,
    height: size.height,
    top: HEAD,
    content: Math.ceil(content),
    heads: heads(view, c),
    rows,
    ribbons: ribbonsOf(view, links, c, centres, selected),
    underlines: selected === null ? [] : underlinesOf(view, c, rows, selected),
    ...notes(view, links, c, centres, selected, size),
    shares: shares(view, links, c, centres, size),
    way: wayOf(view, c, centres),
    reveal: revealOf(view, selected),
  };
}

const mean = (from: number, to: number): number => (from + to) / 2;

/** Host rows in order; the others at the middle of the part of their rows that can be seen. */
function centresOf(view: FormsView, links: Links, room: number, scroll: number): Centres {
  const first = HEAD + 3 + ROW / 2;
  const window: [number, number] = [first, HEAD + room - ROW / 2 - 3];
  const host = view.host.map((_, i) => first + i * HOST_PITCH - scroll);
  const seen = (from: number, to: number): number =>
    to < window[0] || from > window[1] ? mean(from, to) : mean(Math.max(from, window[0]), Math.min(to, window[1]));
  const wishes = (count: number, ...sources: (readonly [readonly Link[], readonly number[]])[]): (number | null)[] =>
    Array.from({ length: count }, (_, row) => {
      const source = sources.find(([list]) => list.some((link) => link.from === row));
      const own = source?.[0].find((link) => link.from === row);
      const at = (i: number) => source?.[1][i] ?? first;
      return own === undefined ? null : seen(at(own.to.from), at(own.to.to));
    });
  const micro = place(fillWishes(wishes(view.micro.length, [links.microHost, host]), HOST_PITCH, first), HOST_PITCH, window);
  const guest = place(
    fillWishes(wishes(view.guest.length, [links.guestMicro, micro], [links.guestHost, host]), GUEST_PITCH, first),
    GUEST_PITCH,
    window,
  );
  return { guest, micro, host };
}

const part = (x: number, text: string, tone: Part['tone'] = 'ink', strong = false): Part => ({ x: round(x), text, tone, strong });

const stateOf = <T>(own: T, at: T | null, done: T | null | undefined): Row['state'] => (at === own ? 'next' : done === own ? 'done' : null);

function allRows(view: FormsView, c: Columns, centres: Centres, selected: number | null): Row[] {
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
      state: stateOf(m.id, view.at.micro, view.done?.micro),
      category: null,
      title: m.value === null ? m.text : `${m.text}, which is ${m.value}`,
      parts: [part(c.micro.x + 6, text, 'ink', on), ...value],
    };
  });
  const host = view.host.map((h, i): Row => {
    const on = chosen.host.includes(i) && (view.state === 'translated' || h.micro !== null),
      more = h.bytes.length > c.hostBytes;
    const bytes = h.bytes
      .slice(0, more ? c.hostBytes - 1 : c.hostBytes)
      .map((b, k) => part(c.hostBytesAt + k * BYTE_PITCH, hex(b, 2), 'soft'));
    return {
      id: `h${hex(h.address)}`,
      column: 'host',
      guest: guestOf(view, i),
      ...box(c.host, centres.host[i] as number),
      selected: on,
      state: stateOf(h.offset, view.at.host, view.done?.host),
      category: h.category === 'guest' ? null : h.category,
      title: `${h.text}, ${plural(h.bytes.length, 'byte')} at ${hex(h.address)}`,
      parts: [
        part(c.host.x + 6, `+${hex(h.offset, 2)}`, 'faint'),
        ...bytes,
        ...(more ? [part(c.hostBytesAt + (c.hostBytes - 1) * BYTE_PITCH, '\u2026', 'soft')] : []),
        part(c.hostTextAt, cut(h.text, c.hostChars), 'ink', on),
        ...purpose(view, i, c),
      ],
    };
  });
  return [...guest, ...micro, ...host];
}

const PURPOSE: Readonly<Record<string, string>> = {
  guest: 'the work itself',
  decode: 'fetch and decode',
  dispatch: 'dispatch',
  translate: 'translate',
  kernel: 'kernel',
};

/** At the first row of a stretch of translated code that is not guest work, at the right edge: what it is for. */
function purpose(view: FormsView, i: number, c: Columns): Part[] {
  const line = view.host[i],
    before = view.host[i - 1];
  if (line === undefined || view.state === 'interpreted' || line.category === before?.category || line.category === 'guest') return [];
  const text = PURPOSE[line.category] ?? line.category;
  const x = c.host.x + c.host.width - 6 - text.length * A;
  return x > c.hostTextAt + (Math.min(line.text.length, c.hostChars) + 1) * A ? [part(x, text, 'hue')] : [];
}

/** Beside each stretch of an interpreter's handler that does not do the work: how much of it, for what. On its ribbon. */
function shares(view: FormsView, links: Links, c: Columns, centres: Centres, size: Size): Label[] {
  if (view.state === 'translated') return [];
  return links.guestHost.flatMap((link, i) => {
    const category = view.host[link.to.from]?.category ?? 'guest';
    const top = Math.max(HEAD + 4, (centres.host[link.to.from] as number) - ROW / 2),
      bottom = Math.min(size.height, (centres.host[link.to.to] as number) + ROW / 2);
    if (bottom - top < ROW || category === 'guest') return [];
    const text = `${link.to.to - link.to.from + 1} ${PURPOSE[category] ?? category}`;
    return [{ id: `share${i}`, x: round(c.host.x - 8), y: round(top + 16), text, end: true, tone: 'hue', strong: true }];
  });
}

function guestOf(view: FormsView, host: number): number | null {
  const line = view.host[host];
  if (line === undefined) return null;
  return line.micro === null ? line.guest : (view.micro.find((m) => m.id === line.micro)?.guest ?? line.guest);
}

export function guestTitle(view: FormsView, index: number): string {
  const line = view.guest.find((g) => g.index === index);
  if (line === undefined) return '';
  const { micro, host } = rowsOf(view, index);
  const slot = line.slot ? ', in the delay slot' : '';
  return `${address(line.address)} ${guestText(line).replace(/ +/g, ' ')}${slot}: ${plural(micro.length, 'micro-op')}, ${plural(host.length, 'host instruction')}`;
}

function ribbonsOf(view: FormsView, links: Links, c: Columns, centres: Centres, selected: number | null): Ribbon[] {
  const guestEdge = c.guest.x + c.guest.width,
    microEdge = c.micro.x + c.micro.width;
  const fan = (all: readonly Link[], link: Link, centre: number, height: number): [number, number] => {
    const own = all.filter((l) => l.from === link.from),
      share = height / own.length,
      top = centre - height / 2 + own.indexOf(link) * share;
    return [top + 0.4, top + share - 0.4];
  };
  const span = (list: readonly number[], link: Link): [number, number] => [
    (list[link.to.from] as number) - ROW / 2 + 2,
    (list[link.to.to] as number) + ROW / 2 - 2,
  ];
  const made = (
    kind: string,
    link: Link,
    guest: number,
    x0: number,
    left: [number, number],
    x1: number,
    right: [number, number],
  ): Ribbon => ({
    id: `${kind}${link.from}-${link.to.from}`,
    path: ribbonPath(x0, left, x1, right),
    guest,
    selected: guest === selected,
    category: kind === 'gh' ? categoryOf(view, link) : null,
    crossing: links.crossing.some((row) => view.guest[row]?.index === guest || (view.guest[row]?.index ?? 0) - 1 === guest),
  });
  const guestAt = (row: number) => view.guest[row]?.index ?? -1;
  return [
    ...links.guestMicro.map((l) =>
      made(
        'gm',
        l,
        guestAt(l.from),
        guestEdge,
        fan(links.guestMicro, l, centres.guest[l.from] as number, 18),
        c.micro.x,
        span(centres.micro, l),
      ),
    ),
    ...links.microHost.map((l) =>
      made(
        'mh',
        l,
        view.micro[l.from]?.guest ?? -1,
        microEdge,
        fan(links.microHost, l, centres.micro[l.from] as number, 18),
        c.host.x,
        span(centres.host, l),
      ),
    ),
    ...links.guestHost
      .filter((l) => guestAt(l.from) === selected)
      .map((l) =>
        made(
          'gh',
          l,
          guestAt(l.from),
          guestEdge,
          fan(links.guestHost, l, centres.guest[l.from] as number, 6),
          c.host.x,
          span(centres.host, l),
        ),
      ),
  ].toSorted((a, b) => Number(a.selected) - Number(b.selected) || Number(b.category !== null) - Number(a.category !== null));
}

function categoryOf(view: FormsView, link: Link): string | null {
  const category = view.host[link.to.from]?.category ?? 'guest';
  return category === 'guest' ? null : category;
}

function underlinesOf(view: FormsView, c: Columns, rows: readonly Row[], selected: number): Underline[] {
  const at = (id: string) => (rows.find((r) => r.id === id)?.y ?? 0) + ROW - 3;
  const guest = view.guest
    .filter((g) => g.index === selected)
    .flatMap((g) => guestUnderlines(g, `g${hex(g.address)}`, c.bytesAt, at(`g${hex(g.address)}`)));
  const hosts = rowsOf(view, selected).host.flatMap((i) => view.host[i] ?? []);
  return [
    ...guest,
    ...hosts.flatMap((h) =>
      hostUnderlines(
        h,
        `h${hex(h.address)}`,
        c.hostBytesAt,
        at(`h${hex(h.address)}`),
        h.bytes.length > c.hostBytes ? c.hostBytes - 1 : c.hostBytes,
      ),
    ),
  ];
}

function heads(view: FormsView, c: Columns): Label[] {
  const label = (id: string, x: number, text: string, end = false): Label => ({
    id,
    x: round(x),
    y: 19,
    text,
    end,
    tone: end ? 'faint' : 'ink',
    strong: !end,
  });
  const guestBytes = view.guest.length * 4,
    hostBytes = view.host.reduce((sum, h) => sum + h.bytes.length, 0);
  const last = c.host.x + c.host.width;
  return [
    label('guest', c.guest.x + 6, `MIPS block ${hex(view.block)}`),
    label('guest-size', c.guest.x + c.guest.width - 6, `${guestBytes} B`, true),
    label('micro', c.micro.x + 6, c.micro.width > 190 ? 'Micro-ops, a virtual ISA' : 'Micro-ops (V-ISA)'),
    label('host', c.host.x + 6, cut(hostHead(view), Math.floor((c.host.width - 70) / 7))),
    label('host-size', last - 6, `${hostBytes} B`, true),
  ];
}

/** Under the guest column, where there is room: why ribbons cross, and what the underlines mean. */
function notes(
  view: FormsView,
  links: Links,
  c: Columns,
  centres: Centres,
  selected: number | null,
  size: Size,
): Pick<WideScene, 'notes' | 'keys'> {
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
  const hosts = rowsOf(view, selected).host.flatMap((i) => view.host[i] ?? []);
  const fields = [...view.guest.filter((g) => g.index === selected), ...hosts].flatMap(
    (line) => line.fields as readonly { kind: string }[],
  );
  const value = hosts.map(immediateOf).find((v) => v !== null);
  return [
    ...(fields.some((f) => f.kind === 'immediate')
      ? [{ text: value === undefined ? 'immediate' : `immediate ${value}`, dashed: false }]
      : []),
    ...(fields.some((f) => f.kind === 'target') ? [{ text: 'where it jumps to', dashed: false }] : []),
    ...(fields.some((f) => f.kind === 'register') ? [{ text: 'which register, as its slot in memory', dashed: true }] : []),
  ];
}

/** The one way that the step is about: what was just done, or else what is next. */
function wayOf(view: FormsView, c: Columns, centres: Centres): Cubic[] {
  const point = view.done ?? view.at;
  const micro = view.micro.findIndex((m) => m.id === point.micro),
    host = view.host.findIndex((h) => h.offset === point.host);
  const guest = view.guest.findIndex((g) => g.index === (view.micro[micro]?.guest ?? point.guest));
  if (guest < 0) return [];
  const rows = rowsOf(view, view.guest[guest]?.index ?? -1);
  const toMicro = micro >= 0 ? micro : host >= 0 ? view.micro.findIndex((m) => m.id === view.host[host]?.micro) : (rows.micro[0] ?? -1);
  const ofMicro = view.host.findIndex((h) => h.micro === view.micro[toMicro]?.id);
  const toHost = host >= 0 ? host : ofMicro >= 0 ? ofMicro : (rows.host[0] ?? -1);
  const start = { x: c.guest.x + c.guest.width, y: centres.guest[guest] as number };
  const way: Cubic[] = [];
  let from = start;
  if (toMicro >= 0) {
    const y = centres.micro[toMicro] as number,
      left = { x: c.micro.x, y },
      right = { x: c.micro.x + c.micro.width, y };
    way.push(level(from, left), level(left, right));
    from = right;
  }
  if (toHost >= 0) way.push(level(from, { x: c.host.x, y: centres.host[toHost] as number }));
  return way;
}

export const wayPath = (way: readonly Cubic[]): string => way.map(cubicPath).join('');

function revealOf(view: FormsView, selected: number | null): WideScene['reveal'] {
  const host = view.host.findIndex((h) => h.offset === view.at.host);
  const rows = host >= 0 && view.at.guest === selected ? [host] : selected === null ? [] : rowsOf(view, selected).host;
  const first = rows[0],
    last = rows[rows.length - 1];
  if (first === undefined || last === undefined) return null;
  return { key: `${view.block}:${selected}:${view.at.host}`, from: first * HOST_PITCH, to: (last + 1) * HOST_PITCH + 6 };
}
