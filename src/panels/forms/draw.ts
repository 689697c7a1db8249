/**
 * Draws "one block, three forms" with D3. The rows scroll in an element of their own, so that wheel, touch and keys work as
 * everywhere; the picture stays put in it and is drawn again for each place of the scroll bar.
 */
import { select, type Selection } from 'd3-selection';
import { along } from '../shared/curve.ts';
import { categoryFill, labels, sized, svgRoot, type Drawing, type Group } from '../shared/dom.ts';
import { drawNested } from './drawNested.ts';
import { drawRows, drawUnderlines } from './drawRows.ts';
import { wayPath, type FormsScene, type WideScene } from './layout.ts';

export interface FormsCallbacks {
  /** The learner follows this guest instruction; null: the one that runs. `firmly` by click or key, else by pointing. */
  follow(guest: number | null, firmly: boolean): void;
  scrolled(top: number): void;
}

let serial = 0;

export function create(host: HTMLElement, callbacks: FormsCallbacks): Drawing<FormsScene> {
  const scroller = select(host)
    .append('div')
    .attr('class', 'forms-scroller')
    .attr('tabindex', 0)
    .attr('role', 'group')
    .attr('aria-label', 'One block, three forms');
  const spacer = scroller.append('div').attr('class', 'forms-spacer');
  const root = svgRoot(spacer.node() as HTMLElement, 'forms');
  const clip = `forms-clip-${(serial += 1)}`;
  const window = root.append('defs').append('clipPath').attr('id', clip).append('rect');
  const wide = root.append('g').attr('class', 'wide'),
    narrow = root.append('g').attr('class', 'narrow');
  const heads = wide.append('g');
  const moving = wide.append('g').attr('clip-path', `url(#${clip})`);
  const layers = {
    ribbons: moving.append('g'),
    way: moving.append('g'),
    rows: moving.append('g'),
    lines: moving.append('g'),
    notes: moving.append('g'),
    dot: moving.append('g'),
  };
  const node = scroller.node() as HTMLElement;
  let last: FormsScene | null = null,
    revealed = '';

  const order = (): number[] =>
    last === null
      ? []
      : last.kind === 'nested'
        ? last.folds.map((f) => f.guest)
        : last.rows.flatMap((r) => (r.column === 'guest' ? (r.guest ?? []) : []));
  const chosen = (): number =>
    last === null
      ? -1
      : last.kind === 'nested'
        ? (last.folds.find((f) => f.open)?.guest ?? -1)
        : (last.rows.find((r) => r.column === 'guest' && r.selected)?.guest ?? -1);
  // Kept here, so that drawing never asks the browser where it stands.
  let top = 0;
  scroller.on('scroll', () => {
    top = node.scrollTop;
    callbacks.scrolled(top);
  });
  scroller.on('keydown', (event: KeyboardEvent) => {
    const all = order(),
      at = all.indexOf(chosen());
    const next = event.key === 'ArrowDown' ? all[at + 1] : event.key === 'ArrowUp' ? all[at - 1] : undefined;
    if (event.key === 'Escape') callbacks.follow(null, true);
    else if (next !== undefined) callbacks.follow(next, true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  scroller.on('pointerleave', () => callbacks.follow(null, false));

  const reveal = (scene: WideScene): void => {
    if (scene.reveal === null || scene.reveal.key === revealed) return;
    revealed = scene.reveal.key;
    const { from, to } = scene.reveal,
      room = scene.height - scene.top;
    if (from >= top && to <= top + room) return;
    top = Math.max(0, to - from > room || from < top ? from : to - room);
    node.scrollTop = top;
  };

  return {
    update(scene, progress) {
      const same = scene === last;
      last = scene;
      if (!same) {
        sized(root, scene.width, scene.height);
        scroller.classed('nested', scene.kind === 'nested');
        spacer.style('height', `${scene.kind === 'wide' ? Math.max(scene.height, scene.top + scene.content) : scene.height}px`);
        wide.attr('display', scene.kind === 'wide' ? null : 'none');
        narrow.attr('display', scene.kind === 'wide' ? 'none' : null);
      }
      if (scene.kind === 'nested') {
        if (!same) drawNested(narrow, scene, callbacks.follow);
        return;
      }
      if (!same) {
        narrow.selectAll('*').remove();
        window
          .attr('y', scene.top)
          .attr('width', scene.width)
          .attr('height', Math.max(0, scene.height - scene.top));
        drawWide(heads, layers, scene, callbacks);
        reveal(scene);
      }
      drawTraveller(layers.dot, scene, progress);
    },
    destroy() {
      scroller.on('scroll', null).on('keydown', null).on('pointerleave', null).remove();
    },
  };
}

type Layers = { readonly [name in 'ribbons' | 'way' | 'rows' | 'lines' | 'notes']: Selection<SVGGElement, unknown, null, undefined> };

function drawWide(heads: Group, layers: Layers, scene: WideScene, callbacks: FormsCallbacks): void {
  labels(heads, scene.heads);
  const near = (y: number) => y > scene.top - 60 && y < scene.height + 60;
  layers.ribbons
    .selectAll<SVGPathElement, WideScene['ribbons'][number]>('path')
    .data(scene.ribbons, (r) => r.id)
    .join('path')
    .attr('class', (r) => `ribbon${r.selected ? ' on' : ''}${r.crossing ? ' crossing' : ''}`)
    .attr('d', (r) => r.path)
    .attr('fill', (r) => (r.category === null ? null : categoryFill(r.category)))
    .classed('spent', (r) => r.category !== null)
    .on('pointerenter', (_, r) => callbacks.follow(r.guest, false))
    .on('click', (_, r) => callbacks.follow(r.guest, true))
    .order();
  layers.way
    .selectAll('path')
    .data(scene.way.length > 0 ? [wayPath(scene.way)] : [])
    .join('path')
    .attr('class', 'way')
    .attr('d', (d) => d);
  drawRows(
    layers.rows,
    scene.rows.filter((r) => near(r.y)),
    callbacks.follow,
  );
  drawUnderlines(
    layers.lines,
    scene.underlines.filter((u) => near(u.y)),
  );
  labels(layers.notes, [...scene.notes, ...scene.shares]);
  layers.notes
    .selectAll<SVGLineElement, WideScene['keys'][number]>('line')
    .data(scene.keys)
    .join('line')
    .attr('class', (k) => `underline${k.dashed ? ' dashed' : ''}`)
    .attr('x1', (k) => k.x)
    .attr('x2', (k) => k.x + 26)
    .attr('y1', (k) => k.y)
    .attr('y2', (k) => k.y);
}

/** The request dot: its place is a function of progress alone. */
function drawTraveller(group: Group, scene: WideScene, progress: number): void {
  const at = progress > 0 && progress < 1 ? along(scene.way, progress) : null;
  group
    .selectAll('circle')
    .data(at === null ? [] : [at])
    .join('circle')
    .attr('class', 'traveller')
    .attr('r', 6)
    .attr('cx', (p) => p.x)
    .attr('cy', (p) => p.y);
}
