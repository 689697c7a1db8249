/** The bands between the columns, and the one way along them that a step is about. Pure. */
import type { FormsView } from '../../protocol/views.ts';
import { cubicPath, level, ribbonPath, type Cubic } from '../shared/curve.ts';
import { rowsOf, type Link } from './links.ts';
import { ROW, type Plan } from './plan.ts';
import type { Ribbon } from './scene.ts';

export function ribbonsOf({ view, links, c, centres, selected }: Plan): Ribbon[] {
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
    category: kind === 'gh' || (kind === 'mh' && view.state === 'interpreted') ? categoryOf(view, link) : null,
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

/** The one way that the step is about: what was just done, or else what is next. */
export function wayOf({ view, c, centres }: Plan): Cubic[] {
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
