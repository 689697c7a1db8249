/** Draws the cells of a window of memory with D3. */
import { labels, sized, svgRoot, type Drawing } from '../shared/dom.ts';
import type { Cell, MemoryScene } from './layout.ts';

export function create(host: HTMLElement): Drawing<MemoryScene> {
  const root = svgRoot(host, 'memory').attr('role', 'img').attr('aria-label', 'Cells of memory');
  const rows = root.append('g').attr('class', 'addresses'),
    cells = root.append('g');
  let shown = '';
  return {
    update(scene) {
      sized(root, scene.width, scene.height);
      labels(rows, scene.rows);
      rows.selectAll('text').classed('t-code', true);
      const all = cells
        .selectAll<SVGGElement, Cell>('g')
        .data(scene.cells, (d) => d.id)
        .join((enter) => {
          const g = enter.append('g');
          g.append('rect').attr('rx', 2);
          g.append('text').attr('class', 't-code').attr('text-anchor', 'middle');
          g.append('title');
          return g;
        });
      all.attr('class', (d) => `cell ${d.state}`).attr('transform', (d) => `translate(${d.x} ${d.y})`);
      all
        .select('rect')
        .attr('width', (d) => d.width)
        .attr('height', (d) => d.height);
      all
        .select('text')
        .attr('x', (d) => d.width / 2)
        .attr('y', 17.5)
        .text((d) => d.text);
      all.select('title').text((d) => d.title);
      const touched = scene.cells.find((c) => c.state === 'next') ?? scene.cells.find((c) => c.state === 'read' || c.state === 'written');
      if (touched !== undefined && touched.id !== shown) reveal(host, touched);
      shown = touched?.id ?? '';
    },
    destroy() {
      root.remove();
    },
  };
}

/** Brings a cell into view within the panel alone; the page around it stays where it is. */
function reveal(host: HTMLElement, cell: Cell): void {
  const box = host.closest<HTMLElement>('.body');
  if (box === null) return;
  const top = host.offsetTop + cell.y;
  if (top < box.scrollTop || top + cell.height > box.scrollTop + box.clientHeight) box.scrollTop = Math.max(0, top - cell.height);
}
