/** Draws the tower with D3: rock, sills, the bands to the words, and the request. `progress` is how far it is from the scene before. */
import { select, type Selection } from 'd3-selection';
import type { Sill, Stratum, TowerScene } from './layout.ts';

export interface TowerDrawing {
  update(scene: TowerScene, progress: number): void;
  destroy(): void;
}
type Layer = Selection<SVGGElement, unknown, null, undefined>;

export function createTower(host: HTMLElement, onCut: (n: number) => void): TowerDrawing {
  const svg = select(host).append('svg').attr('class', 'tower-picture').attr('aria-hidden', 'true');
  const rock = svg.append('g'),
    bands = svg.append('g'),
    sills = svg.append('g'),
    walls = svg.append('g').attr('class', 'tower-walls'),
    words = svg.append('g'),
    way = svg.append('g').attr('class', 'tower-way');
  for (const name of ['ahead', 'behind']) way.append('line').attr('class', name);
  way.append('circle').attr('class', 'begin').attr('r', 5);
  const stops = way.append('g');
  const dot = way.append('g').attr('class', 'dot');
  dot.append('circle').attr('class', 'ring').attr('r', 15);
  dot.append('circle').attr('class', 'core').attr('r', 8);
  let shown: TowerScene | null = null;
  let from: TowerScene | null = null;

  const update = (scene: TowerScene, progress: number): void => {
    if (scene !== shown) {
      from = shown;
      shown = scene;
      svg
        .attr('width', scene.width)
        .attr('height', scene.height + 8)
        .attr('viewBox', `0 -4 ${scene.width} ${scene.height + 8}`);
      drawRock(rock, scene);
      drawSills(sills, bands, scene, onCut);
      drawWords(words, scene);
      walls
        .selectAll('line')
        .data([0.5, scene.core - 0.5])
        .join('line')
        .attr('x1', (d) => d)
        .attr('x2', (d) => d)
        .attr('y1', 0)
        .attr('y2', scene.height);
    }
    const begin = from?.way.at ?? scene.way.at;
    const at = begin + (scene.way.at - begin) * progress;
    drawWay(way, stops, scene, at);
    dot.attr('transform', `translate(${scene.way.x} ${at.toFixed(1)})`);
  };
  return {
    update,
    destroy: () => {
      svg.remove();
    },
  };
}

function drawRock(layer: Selection<SVGGElement, unknown, null, undefined>, scene: TowerScene): void {
  layer
    .selectAll<SVGPathElement, Stratum>('path')
    .data(scene.strata, (d) => d.id)
    .join('path')
    .attr('class', (d) => `rock${d.shade}`)
    .attr('d', (d) => d.path);
}

const middle = (d: Sill): number => d.y + d.height / 2;

function drawSills(layer: Layer, bands: Layer, scene: TowerScene, onCut: (n: number) => void): void {
  bands
    .selectAll<SVGPathElement, Sill>('path')
    .data(
      scene.sills.filter((s) => s.band !== null),
      (d) => d.n,
    )
    .join('path')
    .attr('fill', (d) => `var(--l${d.n})`)
    .attr('opacity', (d) => (d.open < 1 ? 0.35 : 1))
    .attr('d', (d) => d.band);
  const all = layer
    .selectAll<SVGGElement, Sill>('g.sill')
    .data(scene.sills, (d) => d.n)
    .join((enter) => {
      const g = enter
        .append('g')
        .attr('class', 'sill')
        .on('click', (_, d) => onCut(d.n));
      g.append('path').attr('class', 'area');
      g.append('path').attr('class', 'texture');
      g.append('rect').attr('class', 'seat').attr('width', 30).attr('height', 28).attr('rx', 3);
      g.append('text').attr('class', 'n');
      g.append('rect').attr('class', 'plate').attr('height', 28).attr('rx', 3);
      g.append('text').attr('class', 'what');
      return g;
    });
  all.attr('data-open', (d) => d.open);
  all
    .select('.area')
    .attr('d', (d) => d.path)
    .attr('fill', (d) => `var(--l${d.n})`);
  all
    .select('.texture')
    .attr('d', (d) => d.path)
    .attr('fill', (d) => `url(#L${d.n})`);
  all
    .select('.seat')
    .attr('x', 14)
    .attr('y', (d) => middle(d) - 14);
  all
    .select('.n')
    .attr('x', 29)
    .attr('y', (d) => middle(d) + 6.5)
    .attr('fill', (d) => `var(--l${d.n}-ink)`)
    .attr('text-anchor', 'middle')
    .style('fill', (d) => `var(--l${d.n}-ink)`)
    .text((d) => d.n);
  all
    .select('.plate')
    .attr('x', 50)
    .attr('y', (d) => middle(d) - 14)
    .attr('width', (d) => d.labelWidth);
  all
    .select('.what')
    .attr('x', 60)
    .attr('y', (d) => middle(d) + 5)
    .text((d) => d.label);
  for (const part of ['.seat', '.n', '.plate', '.what']) all.select(part).attr('visibility', (d) => (d.open < 1 ? 'hidden' : 'visible'));
}

const top = (d: Stratum): number => d.y + d.height / 2 - 4;

function drawWords(layer: Layer, scene: TowerScene): void {
  const all = layer
    .selectAll<SVGGElement, Stratum>('g')
    .data(scene.strata, (d) => d.id)
    .join((enter) => {
      const g = enter.append('g');
      g.append('text').attr('class', 'name');
      g.append('text').attr('class', 'mono code');
      return g;
    });
  all
    .select('.name')
    .attr('x', 20)
    .attr('y', top)
    .text((d) => d.name);
  all
    .select('.code')
    .attr('x', 20)
    .attr('y', (d) => top(d) + 22)
    .text((d) => d.code)
    .classed('reached', (d) => d.reached);
}

const TICK = 'M-4 0l3 3 5-6';
function drawWay(layer: Layer, stops: Layer, scene: TowerScene, at: number): void {
  const { x, from, to } = scene.way;
  layer.select('.ahead').attr('x1', x).attr('x2', x).attr('y1', at).attr('y2', to);
  layer.select('.behind').attr('x1', x).attr('x2', x).attr('y1', from).attr('y2', at);
  layer.select('.begin').attr('cx', x).attr('cy', from);
  const all = stops
    .selectAll<SVGGElement, Sill>('g')
    .data(scene.sills, (d) => d.n)
    .join((enter) => {
      const g = enter.append('g');
      g.append('circle').attr('r', 9);
      g.append('path').attr('d', TICK);
      return g;
    });
  all.attr('class', (d) => d.state).attr('transform', (d) => `translate(${x} ${(d.y + d.height / 2).toFixed(1)})`);
}
