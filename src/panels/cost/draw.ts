/** Draws host instructions per guest instruction with D3. */
import { labels, sized, svgRoot, type Drawing } from '../shared/dom.ts';
import type { CostScene } from './layout.ts';

export function create(host: HTMLElement): Drawing<CostScene> {
  const root = svgRoot(host, 'cost').attr('aria-label', 'Chart');
  const spans = root.append('g'),
    grid = root.append('g'),
    lines = root.append('g'),
    words = root.append('g').attr('class', 'words');
  return {
    update(scene) {
      sized(root, scene.width, scene.height);
      spans
        .selectAll<SVGRectElement, CostScene['spans'][number]>('rect')
        .data(scene.spans, (d) => d.id)
        .join('rect')
        .attr('class', 'span')
        .attr('x', (d) => d.x)
        .attr('y', (d) => d.y)
        .attr('width', (d) => d.width)
        .attr('height', (d) => Math.max(0, d.height));
      grid
        .selectAll<SVGLineElement, CostScene['grid'][number]>('line')
        .data(scene.grid, (d) => d.id)
        .join('line')
        .attr('class', (d) => `grid${d.minor ? ' minor' : ''}`)
        .attr('x1', scene.x0)
        .attr('x2', scene.x1)
        .attr('y1', (d) => d.y)
        .attr('y2', (d) => d.y);
      const paths = [
        ['rival', scene.rival === null ? '' : `M${scene.x0} ${scene.rival.y}H${scene.rival.x}`],
        ['step future', scene.step[1]],
        ['average future', scene.average[1]],
        ['step', scene.step[0]],
        ['average', scene.average[0]],
        ['now', `M${scene.now} ${scene.y1 - 6}V${scene.y0}`],
      ] as const;
      lines
        .selectAll<SVGPathElement, (typeof paths)[number]>('path')
        .data(paths, (d) => d[0])
        .join('path')
        .attr('class', (d) => d[0])
        .attr('d', (d) => d[1]);
      labels(words, scene.labels);
      words.selectAll('text').classed('halo', true);
    },
    destroy() {
      root.remove();
    },
  };
}
