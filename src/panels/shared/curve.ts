/** Ribbons, arrows and the way along them, as numbers and path texts. Pure; position on a curve is a function of t alone. */
import { round } from './text.ts';

export interface Point {
  readonly x: number;
  readonly y: number;
}
/** A cubic Bezier curve. */
export interface Cubic {
  readonly from: Point;
  readonly a: Point;
  readonly b: Point;
  readonly to: Point;
}

const at = (p: Point): string => `${round(p.x)} ${round(p.y)}`;

/** From left to right, level at both ends. */
export function level(from: Point, to: Point): Cubic {
  const middle = (from.x + to.x) / 2;
  return { from, a: { x: middle, y: from.y }, b: { x: middle, y: to.y }, to };
}

export const cubicPath = (c: Cubic): string => `M${at(c.from)}C${at(c.a)} ${at(c.b)} ${at(c.to)}`;

/** A band between two vertical edges: [top, bottom] at x0 to [top, bottom] at x1. */
export function ribbonPath(x0: number, left: readonly [number, number], x1: number, right: readonly [number, number]): string {
  const top = level({ x: x0, y: left[0] }, { x: x1, y: right[0] });
  const bottom = level({ x: x1, y: right[1] }, { x: x0, y: left[1] });
  return `${cubicPath(top)}V${round(right[1])}C${at(bottom.a)} ${at(bottom.b)} ${at(bottom.to)}Z`;
}

function onCubic(c: Cubic, t: number): Point {
  const u = 1 - t,
    k = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t] as const;
  return {
    x: k[0] * c.from.x + k[1] * c.a.x + k[2] * c.b.x + k[3] * c.to.x,
    y: k[0] * c.from.y + k[1] * c.a.y + k[2] * c.b.y + k[3] * c.to.y,
  };
}

/** Where a traveller is on a chain of curves after the share `t` of the way, each curve taking as long as its ends are apart. */
export function along(curves: readonly Cubic[], t: number): Point | null {
  const lengths = curves.map((c) => Math.sqrt((c.to.x - c.from.x) ** 2 + (c.to.y - c.from.y) ** 2) || 1e-6);
  let left = t * lengths.reduce((sum, n) => sum + n, 0);
  for (const [i, curve] of curves.entries()) {
    const length = lengths[i] as number;
    if (left <= length || i === curves.length - 1) {
      const p = onCubic(curve, Math.min(1, left / length));
      return { x: round(p.x), y: round(p.y) };
    }
    left -= length;
  }
  return null;
}
