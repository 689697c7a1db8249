/**
 * The few D3 helpers that every drawing uses: a root under the host that destroy() takes away with its listeners, texts, and
 * the look of a ledger category. Nothing here knows a view.
 */
import { select, type Selection } from 'd3-selection';
import type { Label } from './text.ts';

export type Group<D = unknown> = Selection<SVGGElement, D, null, undefined>;
export type Root = Selection<SVGSVGElement, unknown, null, undefined>;

/** What each drawing offers to its panel. `progress` is the share of the step that has passed on the playback clock, 0 to 1. */
export interface Drawing<S> {
  update(scene: S, progress: number): void;
  destroy(): void;
}

export function svgRoot(host: HTMLElement, name: string): Root {
  return select(host).append('svg').attr('class', `picture ${name}`).attr('role', 'group');
}

export function sized(root: Root, width: number, height: number): void {
  root.attr('width', width).attr('height', height).attr('viewBox', `0 0 ${width} ${height}`);
}

/** The look of a ledger category: token `--k-<id>` and pattern `#K<id>` (ui/patterns.tsx). */
export const categoryFill = (category: string): string => `var(--k-${category})`;
export const categoryTexture = (category: string): string | null => (category === 'guest' ? null : `url(#K${category})`);

/** Class names of a text: tone, weight, face. */
export const textClass = (tone: string, strong: boolean, code: boolean): string =>
  `t-${tone}${strong ? ' t-strong' : ''}${code ? ' t-code' : ''}`;

export function labels(group: Group, data: readonly Label[]): void {
  group
    .selectAll<SVGTextElement, Label>('text')
    .data(data, (d) => d.id)
    .join('text')
    .attr('class', (d) => textClass(d.tone, d.strong, false))
    .attr('x', (d) => d.x)
    .attr('y', (d) => d.y)
    .attr('text-anchor', (d) => (d.end ? 'end' : null))
    .text((d) => d.text);
}
