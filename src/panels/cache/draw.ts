/** Draws the code cache with D3. Blocks are buttons; when there are more than fit, the drawing can be moved and enlarged. */
import { select } from 'd3-selection';
import { zoom, zoomIdentity, type D3ZoomEvent } from 'd3-zoom';
import { labels, sized, svgRoot, textClass, type Drawing, type Group } from '../shared/dom.ts';
import type { Arc, BlockNode, CacheScene, Stub } from './scene.ts';

export interface CacheCallbacks {
  choose(address: number): void;
}

const HEAD = 'M0 0L-9 -5.5L-9 5.5z';

export function create(host: HTMLElement, callbacks: CacheCallbacks): Drawing<CacheScene> {
  const root = svgRoot(host, 'cache').attr('aria-label', 'Blocks of the code cache');
  const view = root.append('g').attr('class', 'view');
  const g = Object.fromEntries(
    ['lanes', 'arcs', 'stubs', 'dispatcher', 'blocks', 'labels'].map((name) => [name, view.append('g').attr('class', `layer-${name}`)]),
  ) as Record<string, Group>;
  const store = root.append('g').attr('class', 'store-group');
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent([0.4, 2.5])
    .filter((event: Event) =>
      event instanceof WheelEvent
        ? event.ctrlKey || event.metaKey
        : !(event.target as Element).closest('.block') && !(event as MouseEvent).button,
    )
    .on('zoom', (event: D3ZoomEvent<SVGSVGElement, unknown>) => view.attr('transform', event.transform.toString()));
  let fitted = '';
  root.call(behaviour).on('dblclick.zoom', null);
  root.on('keydown', (event: KeyboardEvent) => {
    const by: Record<string, number> = { '+': 1.25, '=': 1.25, '-': 0.8 };
    if (event.key === '0') root.call(behaviour.transform, zoomIdentity);
    else if (by[event.key] !== undefined) root.call(behaviour.scaleBy, by[event.key] as number);
    else return;
    event.preventDefault();
  });
  return {
    update(scene) {
      sized(root, scene.width, scene.height);
      behaviour
        .extent([
          [0, 0],
          [scene.width, scene.height],
        ])
        .translateExtent([
          [-40, -40],
          [scene.content.width + 40, scene.content.height + 60],
        ]);
      const fit = `${scene.width}x${scene.height}/${scene.fit}`;
      if (fit !== fitted) {
        fitted = fit;
        root.call(behaviour.transform, zoomIdentity.scale(scene.fit));
      }
      g.lanes
        ?.selectAll<SVGPathElement, CacheScene['lanes'][number]>('path')
        .data(scene.lanes, (d) => d.id)
        .join('path')
        .attr('class', 'lane')
        .attr('d', (d) => d.path);
      drawArcs(g.arcs as Group, scene.arcs);
      drawStubs(g.stubs as Group, scene.stubs);
      drawDispatcher(g.dispatcher as Group, scene);
      drawBlocks(g.blocks as Group, scene.nodes, callbacks);
      labels(g.labels as Group, scene.labels);
      drawStore(store, scene);
    },
    destroy() {
      root.on('.zoom', null).on('keydown', null).remove();
    },
  };
}

function drawArcs(group: Group, arcs: readonly Arc[]): void {
  const all = group
    .selectAll<SVGGElement, Arc>('g')
    .data(arcs, (d) => d.id)
    .join((enter) => {
      const g = enter.append('g');
      g.append('path').attr('class', 'chain');
      g.append('path').attr('class', 'arrow-head').attr('d', HEAD);
      return g;
    });
  all
    .select('.chain')
    .attr('class', (d) => `chain${d.taken ? ' taken' : ''}`)
    .attr('d', (d) => d.path);
  all.select('.arrow-head').attr('transform', (d) => `translate(${d.head.x} ${d.head.y}) rotate(${d.head.angle})`);
}

function drawStubs(group: Group, stubs: readonly Stub[]): void {
  const all = group
    .selectAll<SVGGElement, Stub>('g')
    .data(stubs, (d) => d.id)
    .join((enter) => {
      const g = enter.append('g');
      g.append('line');
      g.append('path').attr('class', 'stub-head').attr('d', 'M0 0L-3.5 -7L3.5 -7z');
      return g;
    });
  all
    .select('line')
    .attr('class', (d) => `stub ${d.out ? 'out' : 'in'}`)
    .attr('x1', (d) => d.x)
    .attr('x2', (d) => d.x)
    .attr('y1', (d) => d.from)
    .attr('y2', (d) => d.to);
  all.select('.stub-head').attr('transform', (d) => (d.out ? `translate(${d.x} ${d.to})` : `translate(${d.x} ${d.from}) rotate(180)`));
}

function drawDispatcher(group: Group, scene: CacheScene): void {
  const { dispatcher } = scene;
  group
    .selectAll('rect')
    .data([dispatcher])
    .join('rect')
    .attr('class', 'dispatcher')
    .attr('x', (d) => d.x)
    .attr('y', (d) => d.y)
    .attr('width', (d) => d.width)
    .attr('height', (d) => d.height);
  labels(group, dispatcher.lines);
}

const inset = (d: BlockNode): number => (d.compact ? 9 : 14);
const rim = (d: BlockNode): number => (d.compact ? 4 : 6);

function drawBlocks(group: Group, nodes: readonly BlockNode[], callbacks: CacheCallbacks): void {
  const all = group
    .selectAll<SVGGElement, BlockNode>('g.block')
    .data(nodes, (d) => d.id)
    .join((enter) => {
      const g = enter.append('g').attr('class', 'block');
      for (const name of ['box', 'box-texture', 'inner'])
        g.append('rect')
          .attr('class', name)
          .attr('rx', name === 'inner' ? 2 : 3);
      for (const name of ['name', 'where', 'state']) g.append('text').attr('class', name).attr('aria-hidden', 'true');
      g.append('g').attr('class', 'heat-bar');
      // The button lies over the texts, so that its name is one sentence.
      g.append('rect').attr('class', 'frame').attr('rx', 4).attr('role', 'button').attr('tabindex', 0).append('title');
      return g;
    });
  all
    .attr('class', (d) => `block${d.translated ? ' translated' : ''}${d.current ? ' current' : ''}${d.chosen ? ' chosen' : ''}`)
    .attr('transform', (d) => `translate(${d.x} ${d.y})`);
  all
    .select<SVGRectElement>('.frame')
    .attr('aria-label', (d) => d.title)
    .attr('aria-pressed', (d) => String(d.chosen))
    .on('click', (_, d) => callbacks.choose(d.address))
    .on('keydown', (event: KeyboardEvent, d) => {
      if (event.key === 'Enter' || event.key === ' ') {
        event.preventDefault();
        event.stopPropagation();
        callbacks.choose(d.address);
      }
    });
  all
    .select('.box')
    .attr('width', (d) => d.width)
    .attr('height', (d) => d.height);
  all
    .select('.box-texture')
    .attr('width', (d) => d.width)
    .attr('height', (d) => d.height)
    .attr('fill', 'url(#L1)');
  all
    .select('.inner')
    .attr('x', rim)
    .attr('y', rim)
    .attr('width', (d) => d.width - 2 * rim(d))
    .attr('height', (d) => d.height - 2 * rim(d));
  all
    .select('.frame')
    .attr('x', -3)
    .attr('y', -3)
    .attr('width', (d) => d.width + 6)
    .attr('height', (d) => d.height + 6);
  all
    .select('.name')
    .attr('class', `name ${textClass('ink', true, false)}`)
    .attr('x', (d) => inset(d))
    .attr('y', (d) => (d.compact ? 21 : 24))
    .text((d) => d.name);
  all
    .select('.where')
    .attr('class', (d) => `where ${textClass('faint', false, !d.compact)}${d.compact ? ' t-small' : ''}`)
    .attr('x', (d) => d.width - inset(d))
    .attr('y', (d) => (d.compact ? 21 : 24))
    .attr('text-anchor', 'end')
    .text((d) => d.where);
  all
    .select('.state')
    .attr('class', `state ${textClass('soft', false, false)}`)
    .attr('x', 14)
    .attr('y', 43)
    .text((d) => (d.compact ? '' : d.state));
  all.select('title').text((d) => d.title);
  all.each(function bar(d) {
    const span = d.width - 2 * inset(d),
      step = span / d.heat.steps;
    select(this)
      .select('.heat-bar')
      .selectAll('rect')
      .data(Array.from({ length: d.heat.steps }, (_, i) => i))
      .join('rect')
      .attr('class', (i) => `heat${i < d.heat.lit ? ' on' : ''}`)
      .attr('x', (i) => inset(d) + i * step)
      .attr('y', d.compact ? 27 : 53)
      .attr('height', d.compact ? 4 : 7)
      .attr('width', d.heat.steps === 1 ? span : Math.max(1, step - 2.5));
  });
}

function drawStore(group: Group, scene: CacheScene): void {
  const { store } = scene;
  group
    .selectAll('rect')
    .data([
      { w: store.width, name: 'store' },
      { w: store.used, name: 'store-used' },
    ])
    .join('rect')
    .attr('class', (d) => d.name)
    .attr('x', store.x + 0.5)
    .attr('y', store.y + 0.5)
    .attr('height', 9)
    .attr('width', (d) => d.w);
  group
    .selectAll('text')
    .data([store.text])
    .join('text')
    .attr('class', 't-faint t-small')
    .attr('x', store.x + store.width + 8)
    .attr('y', store.y + 9.5)
    .text((d) => d);
}
