/**
 * Draws the timeline with D3 into one host element: ledger strip, markers, phases, axis and the playhead. Its own listeners are
 * scrubbing (drag or click anywhere on the strip) and markers (click). Keys belong to the panel.
 */
import { select, type Selection } from 'd3-selection';
import type { TimelineScene } from './layout.ts';
import { markerLook } from './shapes.ts';

export interface TimelineCallbacks {
  readonly onScrub: (time: number) => void;
  readonly onScrubEnd: () => void;
  readonly onMarker: (retired: number) => void;
}
type Svg = Selection<SVGSVGElement, unknown, null, undefined>;
type Layer = Selection<SVGGElement, unknown, null, undefined>;

export interface TimelineDrawing {
  update(scene: TimelineScene): void;
  destroy(): void;
}

export function createTimeline(host: HTMLElement, callbacks: TimelineCallbacks): TimelineDrawing {
  const svg: Svg = select(host).append('svg').attr('class', 'timeline-picture').attr('aria-hidden', 'true');
  const future = svg.append('rect').attr('class', 'tl-future');
  const layer = (name: string): Layer => svg.append('g').attr('class', name);
  const strip = layer('tl-strip'),
    axis = layer('tl-axis');
  const veil = svg.append('rect').attr('class', 'tl-veil');
  const frame = svg.append('rect').attr('class', 'tl-frame');
  const phases = layer('tl-phases'),
    markers = layer('tl-markers');
  const now = layer('tl-now');
  now.append('line');
  now.append('path').attr('d', 'M-6-10h12v6L0 2l-6-6z');
  const name = layer('tl-name');
  name.append('rect').attr('rx', 2);
  name.append('text');
  let scene: TimelineScene | null = null;

  const timeAt = (x: number): number => {
    if (scene === null) return 0;
    const share = (x - scene.left) / Math.max(1, scene.right - scene.left);
    return scene.start + Math.max(0, Math.min(1, share)) * (scene.end - scene.start);
  };
  // The hand keeps the playhead wherever it goes until it lets go.
  let hand: number | null = null;
  const scrub = (event: PointerEvent): void => {
    const { left, width } = svg.node()!.getBoundingClientRect();
    callbacks.onScrub(timeAt(((event.clientX - left) * (scene?.width ?? width)) / Math.max(1, width)));
  };
  const letGo = (event: PointerEvent): void => {
    if (event.pointerId !== hand) return;
    hand = null;
    callbacks.onScrubEnd();
  };
  svg
    .on('pointerdown', (event: PointerEvent) => {
      if (event.button !== 0 || hand !== null || (event.target as Element).closest('.tl-marker') !== null) return;
      hand = event.pointerId;
      svg.node()!.setPointerCapture(hand);
      scrub(event);
    })
    .on('pointermove.scrub', (event: PointerEvent) => {
      if (event.pointerId === hand) scrub(event);
    })
    .on('pointerup', letGo)
    .on('pointercancel', letGo);
  const showName = (text: string | null, x: number): void => {
    name.attr('visibility', text === null ? 'hidden' : 'visible');
    if (text === null || scene === null) return;
    const label = name.select<SVGTextElement>('text').text(text).attr('x', 6).attr('y', 15);
    const width = (label.node()?.getComputedTextLength() ?? 0) + 12;
    name.select('rect').attr('width', width).attr('height', 21);
    name.attr(
      'transform',
      `translate(${Math.max(0, Math.min(scene.width - width, x - width / 2))} ${Math.max(0, scene.rows.markers - 33)})`,
    );
  };
  showName(null, 0);
  svg
    .on('pointermove', (event: PointerEvent) => {
      const over = (event.target as Element).closest('.tl-marker');
      if (over === null) {
        showName(null, 0);
        return;
      }
      const { label, x } = select<Element, TimelineScene['markers'][number]>(over).datum();
      showName(label, x);
    })
    .on('pointerleave', () => showName(null, 0));

  const update = (next: TimelineScene): void => {
    const before = scene;
    scene = next;
    const { width, height, rows } = next;
    svg.attr('width', width).attr('height', height).attr('viewBox', `0 0 ${width} ${height}`);
    if (before?.strip !== next.strip) drawStrip(strip, next);
    if (before?.markers !== next.markers) drawMarkers(markers, next, callbacks);
    if (before?.ticks !== next.ticks) {
      drawAxis(axis, next);
      drawBefore(axis, next);
    }
    if (before?.phases !== next.phases) drawPhases(phases, next);
    if (before?.now !== next.now || before.markers !== next.markers) {
      markers.selectAll<SVGGElement, TimelineScene['markers'][number]>('g').classed('ahead', (d) => d.x > next.now + 0.5);
      phases.selectAll<SVGTextElement, TimelineScene['phases'][number]>('text').classed('ahead', (d) => d.x > next.now + 0.5);
    }
    frame
      .attr('x', next.left)
      .attr('y', rows.strip)
      .attr('width', Math.max(0, next.known - next.left))
      .attr('height', rows.stripHeight);
    future
      .attr('x', next.now)
      .attr('y', 0)
      .attr('width', Math.max(0, width - next.now))
      .attr('height', height);
    veil
      .attr('x', next.now)
      .attr('y', 0)
      .attr('width', Math.max(0, width - next.now))
      .attr('height', height);
    now.attr('transform', `translate(${next.now.toFixed(2)} 0)`);
    now
      .select('line')
      .attr('y1', Math.max(0, rows.phases - 13))
      .attr('y2', height - 10);
    now.select('path').attr('transform', `translate(0 ${height - 3})`);
  };
  return {
    update,
    destroy: () => {
      svg.remove();
    },
  };
}

function drawStrip(layer: Layer, scene: TimelineScene): void {
  layer
    .selectAll<SVGGElement, TimelineScene['strip'][number]>('g')
    .data(scene.strip, (d) => d.category)
    .join((enter) => {
      const g = enter.append('g').attr('data-category', (d) => d.category);
      g.append('path').attr('fill', (d) => `var(--k-${d.category})`);
      g.filter((d) => d.category !== 'guest')
        .append('path')
        .attr('fill', (d) => `url(#K${d.category})`);
      return g;
    })
    .order()
    .each(function paths(d) {
      select(this).selectAll('path').attr('d', d.path);
    });
}

function drawMarkers(layer: Layer, scene: TimelineScene, callbacks: TimelineCallbacks): void {
  const all = layer
    .selectAll<SVGGElement, TimelineScene['markers'][number]>('g')
    .data(scene.markers, (d) => d.id)
    .join((enter) => {
      const g = enter
        .append('g')
        .attr('class', 'tl-marker')
        .on('click', (_, d) => callbacks.onMarker(d.retired));
      g.append('rect').attr('class', 'hit').attr('x', -12).attr('y', -12).attr('width', 24).attr('height', 24);
      g.append('path').attr('class', 'shape');
      g.append('text');
      return g;
    });
  all.attr('transform', (d) => `translate(${d.x.toFixed(2)} ${scene.rows.markers})`);
  all.select<SVGPathElement>('.shape').each(function look(d) {
    const { path, outline, ink } = markerLook(d.shape);
    select(this)
      .attr('d', path)
      .attr('fill', outline ? 'none' : ink)
      .attr('stroke', outline ? ink : 'none')
      .attr('stroke-width', outline ? 2 : 0);
  });
  all
    .select('text')
    .text((d) => (d.side === null ? '' : d.label))
    .attr('x', (d) => (d.side === 'left' ? -10 : 10))
    .attr('y', 5)
    .attr('text-anchor', (d) => (d.side === 'left' ? 'end' : 'start'));
}

function drawAxis(layer: Layer, scene: TimelineScene): void {
  layer
    .selectAll<SVGTextElement, TimelineScene['ticks'][number]>('text.at')
    .data(scene.ticks, (d) => d.label)
    .join('text')
    .attr('class', 'at tick')
    .attr('y', scene.rows.ticks)
    .attr('x', (d) => d.x)
    .attr('text-anchor', (d) => (d.label === '0' ? 'start' : 'middle'))
    .text((d) => d.label);
  layer
    .selectAll<SVGLineElement, TimelineScene['ticks'][number]>('line')
    .data(scene.ticks, (d) => d.label)
    .join('line')
    .attr('x1', (d) => d.x)
    .attr('x2', (d) => d.x)
    .attr('y1', scene.rows.strip + scene.rows.stripHeight)
    .attr('y2', scene.rows.strip + scene.rows.stripHeight + 4);
  layer
    .selectAll('text.unit')
    .data(scene.ticks.length > 0 ? [0] : [])
    .join('text')
    .attr('class', 'unit tick')
    .attr('y', scene.rows.ticks)
    .attr('x', scene.right)
    .attr('text-anchor', 'end')
    .text('host instr.');
}

/** What lies left of an axis that does not begin at 0. */
function drawBefore(layer: Layer, scene: TimelineScene): void {
  layer
    .selectAll('text.before')
    .data(scene.before === null ? [] : [scene.before])
    .join('text')
    .attr('class', 'before tick')
    .attr('y', scene.rows.ticks)
    .attr('x', scene.left + 10)
    .text((d) => d);
}

function drawPhases(layer: Layer, scene: TimelineScene): void {
  layer
    .selectAll<SVGTextElement, TimelineScene['phases'][number]>('text')
    .data(scene.phases)
    .join('text')
    .attr('x', (d) => d.x + (d.x === scene.left ? 6 : 0))
    .attr('y', scene.rows.phases)
    .text((d) => d.text);
}
