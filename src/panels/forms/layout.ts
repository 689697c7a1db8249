/**
 * "One block, three forms": where each row and ribbon stands. Host rows keep the order of memory and set the scale; micro-ops
 * and guest instructions stand as near as they can to what came of them, so that ribbons are short and a delay slot shows as
 * two ribbons that cross. While the host rows scroll, the shorter columns stay in the window. Pure.
 */
import type { FormsView } from '../../protocol/views.ts';
import { fillWishes, place } from '../shared/place.ts';
import { hex, round, type Label, type Size } from '../shared/text.ts';
import { columns, type Columns } from './columns.ts';
import { guestUnderlines, hostUnderlines } from './fields.ts';
import { linksOf, rowsOf, type Link, type Links } from './links.ts';
import { nested } from './nested.ts';
import { notes, shares } from './notes.ts';
import { GUEST_PITCH, HEAD, HOST_PITCH, ROW, type Centres, type Plan } from './plan.ts';
import { ribbonsOf, wayOf } from './ribbons.ts';
import { allRows } from './rows.ts';
import type { FormsOptions, FormsScene, Row, Underline, WideScene } from './scene.ts';
import { hostHead, says } from './words.ts';

export type * from './scene.ts';
export { wayPath } from './ribbons.ts';
export { summary, table } from './words.ts';

/** What the scene shows, in words. */
export const describe = (scene: FormsScene): string => scene.says;

/** Below this width ribbons give way to a nested disclosure. */
export const NARROW = 640;

/** The guest instruction that is followed. */
export const followed = (view: FormsView, options: FormsOptions): number | null =>
  view.guest.some((g) => g.index === options.selected) ? options.selected : view.at.guest;

export function layout(view: FormsView, size: Size, options: FormsOptions): FormsScene {
  return size.width < NARROW ? nested(view, size, followed(view, options)) : wide(view, size, options);
}

function wide(view: FormsView, size: Size, options: FormsOptions): WideScene {
  const room = Math.max(ROW, size.height - HEAD);
  const content = Math.max(view.host.length * HOST_PITCH, view.guest.length * GUEST_PITCH, view.micro.length * HOST_PITCH) + 6;
  const scroll = Math.max(0, Math.min(options.scroll, content - room));
  const links = linksOf(view),
    selected = followed(view, options);
  const plan: Plan = { view, links, c: columns(view, size.width), centres: centresOf(view, links, room, scroll), selected, size };
  const rows = allRows(plan);
  return {
    kind: 'wide',
    says: says(view, selected),
    width: size.width,
    height: size.height,
    top: HEAD,
    content: Math.ceil(content),
    heads: heads(view, plan.c),
    rows,
    ribbons: ribbonsOf(plan),
    underlines: selected === null ? [] : underlinesOf(view, plan.c, rows, selected),
    ...notes(plan),
    shares: shares(plan),
    way: wayOf(plan),
    reveal: options.running === true ? null : revealOf(view, selected),
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

function underlinesOf(view: FormsView, c: Columns, rows: readonly Row[], selected: number): Underline[] {
  const at = (id: string) => (rows.find((r) => r.id === id)?.y ?? 0) + ROW - 3;
  const guest = view.guest
    .filter((g) => g.index === selected)
    .flatMap((g) => guestUnderlines(g, `g${hex(g.address)}`, c.bytesAt, at(`g${hex(g.address)}`)));
  // An interpreter reads the fields at run time: none of its bytes come from this instruction.
  const hosts = view.state === 'interpreted' ? [] : rowsOf(view, selected).host.flatMap((i) => view.host[i] ?? []);
  return [
    ...guest,
    ...hosts.flatMap((h) =>
      hostUnderlines(
        h,
        `h${hex(h.address)}`,
        c.hostBytesAt,
        at(`h${hex(h.address)}`),
        Math.max(0, h.bytes.length > c.hostBytes ? c.hostBytes - 1 : c.hostBytes),
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
    label('host', c.host.x + 6, hostHead(view, Math.floor((c.host.width - 60) / 7))),
    label('host-size', last - 6, `${hostBytes} B`, true),
  ];
}

function revealOf(view: FormsView, selected: number | null): WideScene['reveal'] {
  const host = view.host.findIndex((h) => h.offset === view.at.host);
  const rows = host >= 0 && view.at.guest === selected ? [host] : selected === null ? [] : rowsOf(view, selected).host;
  const first = rows[0],
    last = rows[rows.length - 1];
  if (first === undefined || last === undefined) return null;
  return { key: `${view.block}:${selected}:${view.at.host}`, from: first * HOST_PITCH, to: (last + 1) * HOST_PITCH + 6 };
}
