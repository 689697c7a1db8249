/** Draws the bar of the ledger with D3. */
import { categoryFill, categoryTexture, sized, svgRoot, type Drawing } from '../shared/dom.ts';
import type { LedgerScene, Slice } from './layout.ts';

const HIGH = 22;

export function create(host: HTMLElement): Drawing<LedgerScene> {
  const root = svgRoot(host, 'ledger').attr('role', 'img').attr('aria-label', 'Shares of the host instructions so far');
  return {
    update(scene) {
      sized(root, scene.width, HIGH);
      const all = root
        .selectAll<SVGGElement, Slice>('g')
        .data(scene.slices, (d) => d.id)
        .join((enter) => {
          const g = enter.append('g');
          g.append('rect').attr('class', 'fill');
          g.append('rect').attr('class', 'texture');
          g.append('title');
          return g;
        })
        .order();
      all.attr('transform', (d) => `translate(${d.x} 0)`);
      all.select('title').text((d) => d.title);
      // A hollow slice is an outline inside its own bounds, so that neighbours keep their widths.
      all
        .select('.fill')
        .attr('x', (d) => (d.hollow ? 1 : 0))
        .attr('y', (d) => (d.hollow ? 1 : 0))
        .attr('width', (d) => Math.max(0, d.width - (d.hollow ? 2 : 0)))
        .attr('height', (d) => HIGH - (d.hollow ? 2 : 0))
        .attr('fill', (d) => (d.hollow ? 'none' : categoryFill(d.category)))
        .attr('stroke', (d) => (d.hollow ? categoryFill(d.category) : 'none'))
        .attr('stroke-width', 2);
      all
        .select('.texture')
        .attr('width', (d) => d.width)
        .attr('height', HIGH)
        .attr('fill', (d) => (d.hollow ? 'none' : (categoryTexture(d.category) ?? 'none')));
    },
    destroy() {
      root.remove();
    },
  };
}
