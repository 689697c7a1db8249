/** Draws the narrow form of "one block, three forms": a list of folds, each a button. */
import { textClass, type Group } from '../shared/dom.ts';
import { drawRows, drawUnderlines, type Follow } from './drawRows.ts';
import type { Fold, NestedScene } from './scene.ts';

const TRIANGLE = { open: 'M-5 -3.5h10l-5 7z', closed: 'M-3.5 -5v10l7 -5z' } as const;

export function drawNested(group: Group, scene: NestedScene, follow: Follow): void {
  const folds = group
    .selectAll<SVGGElement, Fold>('g.fold')
    .data(scene.folds, (f) => f.id)
    .join((enter) => {
      const g = enter.append('g');
      g.append('rect').attr('class', 'ground').attr('rx', 4);
      g.append('path').attr('class', 'triangle');
      for (const name of ['parts', 'pips', 'steps', 'lines']) g.append('g').attr('class', name);
      // The button lies over the texts, so that its name is one sentence.
      g.append('rect').attr('class', 'hit').attr('rx', 4).attr('role', 'button').attr('tabindex', 0);
      return g;
    });
  const toggle = (f: Fold) => follow(f.open ? null : f.guest, true);
  folds.attr('class', (f) => `fold${f.open ? ' open' : ''}${f.state === null ? '' : ` ${f.state}`}`);
  folds
    .select<SVGRectElement>('.hit')
    .attr('x', (f) => f.x)
    .attr('y', (f) => f.y)
    .attr('width', (f) => f.width)
    .attr('height', (f) => f.height)
    .attr('aria-expanded', (f) => String(f.open))
    .attr('aria-label', (f) => f.title)
    .on('click', (_, f) => toggle(f))
    .on('keydown', (event: KeyboardEvent, f) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        event.stopPropagation();
        toggle(f);
      }
    });
  folds
    .select('.ground')
    .attr('x', (f) => f.x)
    .attr('y', (f) => f.y)
    .attr('width', (f) => f.width)
    .attr('height', (f) => f.height);
  folds
    .select('.triangle')
    .attr('d', (f) => (f.open ? TRIANGLE.open : TRIANGLE.closed))
    .attr('transform', (f) => `translate(${f.x + 15} ${f.y + 22})`);
  folds
    .select<SVGGElement>('.parts')
    .selectAll<SVGTextElement, Fold['parts'][number] & { y: number }>('text')
    .data((f) => f.parts.map((p) => ({ ...p, y: f.y + 26.5 })))
    .join('text')
    .attr('class', (p) => textClass(p.tone, p.strong, true))
    .attr('x', (p) => p.x)
    .attr('y', (p) => p.y)
    .text((p) => p.text);
  folds
    .select<SVGGElement>('.pips')
    .selectAll<SVGRectElement, Fold['pips'][number]>('rect')
    .data((f) => f.pips)
    .join('rect')
    .attr('class', 'pip')
    .attr('x', (p) => p.x)
    .attr('y', (p) => p.y)
    .attr('width', 8)
    .attr('height', 10)
    .attr('rx', 1);
  const steps = folds
    .select<SVGGElement>('.steps')
    .selectAll<SVGGElement, Fold['steps'][number] & { x: number }>('g')
    .data((f) => f.steps.map((s) => ({ ...s, x: f.x })))
    .join((enter) => {
      const g = enter.append('g');
      g.append('path').attr('class', 'arrow').attr('d', 'M0 -2v14m-5 -5l5 6l5 -6');
      g.append('text').attr('class', 't-faint').attr('x', 21).attr('y', 11);
      return g;
    });
  steps
    .attr('transform', (s) => `translate(${s.x + 37} ${s.y + 5})`)
    .select('text')
    .text((s) => s.text);
  folds.select<SVGGElement>('.lines').each(function draw(f) {
    const own = folds.filter((d) => d === f).select<SVGGElement>('.lines') as unknown as Group;
    drawRows(own, f.lines, () => {});
  });
  const lines = group.selectAll<SVGGElement, null>('g.underlines').data([null]).join('g').attr('class', 'underlines');
  drawUnderlines(lines.raise() as unknown as Group, scene.underlines);
}
