/**
 * A picture as a list of marks: boxes, lines, texts and at most one thing that travels. A layout makes them, drawMarks.ts draws them, so
 * that panels made of plain marks share one drawing. Ids are unique in a picture and stable, so that a mark keeps its element.
 */
import type { Cubic } from './curve.ts';

export interface BoxMark {
  readonly k: 'box';
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Class names: what the mark is; the style sheet says how that looks. */
  readonly cls: string;
  readonly rx?: number;
  /** Id of a pattern laid over its fill. */
  readonly texture?: string;
  readonly title?: string;
  /** A button: what it is called, whether it is on; `press` is handed to the callback. */
  readonly button?: { readonly press: string; readonly label: string; readonly on: boolean };
}
export interface PathMark {
  readonly k: 'path';
  readonly id: string;
  readonly d: string;
  readonly cls: string;
  readonly texture?: string;
  /** An arrow head at its end. */
  readonly head?: boolean;
}
export interface TextMark {
  readonly k: 'text';
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly cls: string;
  readonly anchor?: 'start' | 'middle' | 'end';
}
/** What the caption names, on its way: its place is a function of the step's progress alone. */
export interface TravelMark {
  readonly k: 'travel';
  readonly id: string;
  readonly curves: readonly Cubic[];
}
export type Mark = BoxMark | PathMark | TextMark | TravelMark;

export interface MarksScene {
  readonly width: number;
  readonly height: number;
  /** In the order of drawing. */
  readonly marks: readonly Mark[];
  readonly says: string;
}
export const describe = (scene: MarksScene): string => scene.says;

export const box = (
  id: string,
  x: number,
  y: number,
  width: number,
  height: number,
  cls: string,
  more: Partial<BoxMark> = {},
): BoxMark => ({
  k: 'box',
  id,
  x: r(x),
  y: r(y),
  width: r(Math.max(0, width)),
  height: r(Math.max(0, height)),
  cls,
  ...more,
});
export const path = (id: string, d: string, cls: string, more: Partial<PathMark> = {}): PathMark => ({ k: 'path', id, d, cls, ...more });
export const text = (id: string, x: number, y: number, words: string, cls = '', anchor?: TextMark['anchor']): TextMark => ({
  k: 'text',
  id,
  x: r(x),
  y: r(y),
  text: words,
  cls,
  ...(anchor === undefined ? {} : { anchor }),
});

const r = (n: number): number => Math.round(n * 10) / 10 + 0;
/** "M10 20H30" with rounded numbers. */
export const h = (x: number, y: number, to: number): string => `M${r(x)} ${r(y)}H${r(to)}`;
export const v = (x: number, y: number, to: number): string => `M${r(x)} ${r(y)}V${r(to)}`;
