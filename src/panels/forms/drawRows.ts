/** Rows of code with their marks, and the underlines below bytes: the same for the wide and the narrow picture. */
import { categoryFill, categoryTexture, textClass, type Group } from '../shared/dom.ts';
import type { Row, Underline } from './scene.ts';

export type Follow = (guest: number | null, firmly: boolean) => void;

/** What a row looks like but for its height above the others: rows that only moved need not be drawn again. */
const look = (r: Row): string =>
  `${r.x}/${r.width}/${r.category}/${r.title}/${r.parts.map((p) => `${p.x}${p.tone}${p.strong}${p.text}`).join('|')}`;
const drawn = new WeakMap<Element, string>();

export function drawRows(group: Group, rows: readonly Row[], follow: Follow): void {
  const rowsNow = group
    .selectAll<SVGGElement, Row>('g.row')
    .data(rows, (r) => r.id)
    .join((enter) => {
      const g = enter
        .append('g')
        .on('pointerenter', (_, r) => follow(r.guest, false))
        .on('click', (_, r) => follow(r.guest, true));
      g.append('rect').attr('class', 'ground').attr('rx', 2);
      g.append('rect').attr('class', 'band');
      g.append('rect').attr('class', 'band-texture');
      g.append('g').attr('class', 'parts');
      g.append('title');
      return g;
    });
  rowsNow
    .attr(
      'class',
      (r) => `row ${r.column}${r.selected ? ' on' : ''}${r.state === null ? '' : ` ${r.state}`}${r.category === null ? '' : ' spent'}`,
    )
    .attr('transform', (r) => `translate(${r.x} ${r.y})`);
  const all = rowsNow.filter(function changed(r) {
    const now = look(r);
    if (drawn.get(this) === now) return false;
    drawn.set(this, now);
    return true;
  });
  all
    .select<SVGRectElement>('.ground')
    .style('--spent', (r) => (r.category === null ? null : categoryFill(r.category)))
    .attr('width', (r) => r.width)
    .attr('height', (r) => r.height);
  all
    .select('.band')
    .attr('width', (r) => (r.category === null ? 0 : 5))
    .attr('height', (r) => r.height)
    .attr('fill', (r) => categoryFill(r.category ?? 'guest'));
  all
    .select('.band-texture')
    .attr('width', (r) => (r.category === null ? 0 : 5))
    .attr('height', (r) => r.height)
    .attr('fill', (r) => categoryTexture(r.category ?? 'guest') ?? 'none');
  all.select('title').text((r) => r.title);
  all
    .select<SVGGElement>('.parts')
    .selectAll<SVGTextElement, Row['parts'][number]>('text')
    .data((r) => r.parts.map((p) => ({ ...p, x: p.x - r.x, y: r.height / 2 + 4.5 })))
    .join('text')
    .attr('class', (p) => textClass(p.tone, p.strong, true))
    .attr('x', (p) => p.x)
    .attr('y', (p) => p.y)
    .text((p) => p.text);
}

export function drawUnderlines(group: Group, lines: readonly Underline[]): void {
  group
    .selectAll<SVGLineElement, Underline>('line')
    .data(lines, (u) => u.id)
    .join('line')
    .attr('class', (u) => `underline${u.dashed ? ' dashed' : ''}`)
    .attr('x1', (u) => u.x1)
    .attr('x2', (u) => u.x2)
    .attr('y1', (u) => u.y)
    .attr('y2', (u) => u.y);
}
