/**
 * The tower as numbers: six strata of rock, a sill at each of the five cuts, the band that leads from each sill to its words, and the
 * request on its way. Pure. Edges are wavy here and nowhere else; the waves come from a fixed sequence, so the rock never changes.
 */
import { LEVELS, STRATA } from './levels.ts';

export interface TowerInput {
  readonly width: number;
  readonly height: number;
  /** 0 to 6, as in STEPS. */
  readonly step: number;
  /** The one cut that has a layer (level number), or null: all five are shown as possible. */
  readonly cut: number | null;
  /** Whether there is room beside the core for the bands that lead to the words. */
  readonly wide: boolean;
}

export interface Stratum {
  readonly id: string;
  readonly y: number;
  readonly height: number;
  readonly path: string;
  readonly name: string;
  readonly code: string;
  readonly shade: 0 | 1;
  readonly reached: boolean;
}
export interface Sill {
  readonly n: number;
  readonly y: number;
  readonly height: number;
  readonly path: string;
  readonly band: string | null;
  readonly label: string;
  readonly labelWidth: number;
  /** 1: as thick as it gets; less when another cut has the layer. */
  readonly open: number;
  readonly state: 'passed' | 'here' | 'ahead';
}
export interface TowerScene {
  readonly width: number;
  readonly height: number;
  readonly core: number;
  readonly strata: readonly Stratum[];
  readonly sills: readonly Sill[];
  /** The request: its column, where it began, where it is, where it would end. */
  readonly way: { readonly x: number; readonly from: number; readonly at: number; readonly to: number };
  /** Top of each level's words, level 5 first. */
  readonly rows: readonly number[];
  readonly rowHeight: number;
}

/** Heights in units: the first and last stratum, those between, a sill. */
const EDGE = 84,
  BETWEEN = 76,
  SILL = 52;
export const UNITS = 2 * EDGE + 4 * BETWEEN + 5 * SILL;
const CLOSED = 0.28;

/** A fixed sequence of numbers in [-1, 1]: the same rock each time. */
function wave(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x7fffffff - 1;
  };
}

/** Offsets of an edge from its level line, every 40 px or so. */
export function edge(seed: number, width: number, amplitude: number): readonly (readonly [number, number])[] {
  const next = wave(seed);
  const count = Math.max(4, Math.round(width / 40));
  return Array.from({ length: count + 1 }, (_, i) => [(i / count) * width, next() * amplitude] as const);
}

const f = (n: number): string => n.toFixed(1);
/** A smooth line through points, continued from the current point. */
function smooth(points: readonly (readonly [number, number])[]): string {
  return points
    .slice(1)
    .map(([x, y], i) => {
      const [px, py] = points[i]!;
      const middle = (px + x) / 2;
      return `C${f(middle)} ${f(py)} ${f(middle)} ${f(y)} ${f(x)} ${f(y)}`;
    })
    .join('');
}

/** A closed band between two wavy edges. */
export function slab(
  top: readonly (readonly [number, number])[],
  y0: number,
  bottom: readonly (readonly [number, number])[],
  y1: number,
): string {
  const upper = top.map(([x, d]) => [x, y0 + d] as const);
  const lower = bottom.map(([x, d]) => [x, y1 + d] as const).toReversed();
  return `M${f(upper[0]![0])} ${f(upper[0]![1])}${smooth(upper)}L${f(lower[0]![0])} ${f(lower[0]![1])}${smooth(lower)}Z`;
}

export function coreWidth(width: number, wide: boolean): number {
  return wide ? Math.round(Math.max(250, Math.min(406, width * 0.39))) : width;
}

export function layoutTower(input: TowerInput): TowerScene {
  const { width, height, step, cut, wide } = input;
  const core = coreWidth(width, wide);
  const k = height / UNITS;
  const amplitude = Math.min(4, 4 * k);
  const stop = cut === null ? step : Math.min(step, 6 - cut);
  const strata: Stratum[] = [];
  const sills: Sill[] = [];
  const rows: number[] = [];
  let y = 0;
  STRATA.forEach((stratum, i) => {
    const tall = (i === 0 || i === STRATA.length - 1 ? EDGE : BETWEEN) * k;
    const top = edge(i === 0 ? 90 : 100 + i, core, i === 0 ? amplitude * 0.6 : 0);
    const bottom = edge(i === 5 ? 99 : 110 + i, core, i === 5 ? amplitude * 0.6 : 0);
    // Rock runs on below the sills, so that their waves never show a gap.
    const under = i === 5 ? 0 : (SILL * k) / 2,
      over = i === 0 ? 0 : (SILL * k) / 2;
    strata.push({
      id: stratum.name,
      y,
      height: tall,
      path: slab(top, y - over, bottom, y + tall + under),
      name: stratum.name,
      code: stratum.code,
      shade: i % 2 === 0 ? 0 : 1,
      reached: step > 0 && i < (stop >= 6 ? 6 : stop),
    });
    y += tall;
    const level = LEVELS[i];
    if (level === undefined) return;
    sills.push(layoutSill(level.n, level.cut, { y, k, core, amplitude, cut, stop, at: i, wide }));
    rows.push(y - 8 * k);
    y += SILL * k;
  });
  const x = core - Math.min(40, core * 0.1);
  const from = EDGE * k * 0.5;
  return {
    width,
    height,
    core,
    strata,
    sills,
    way: { x, from, at: wayAt(sills, stop, from, height - EDGE * k * 0.45), to: height - EDGE * k * 0.45 },
    rows,
    rowHeight: (SILL + BETWEEN) * k,
  };
}

interface SillPlace {
  readonly y: number;
  readonly k: number;
  readonly core: number;
  readonly amplitude: number;
  readonly cut: number | null;
  readonly stop: number;
  readonly at: number;
  readonly wide: boolean;
}
function layoutSill(n: number, label: string, place: SillPlace): Sill {
  const { y, k, core, amplitude, cut, stop, at, wide } = place;
  const open = cut === null || cut === n ? 1 : CLOSED;
  const tall = SILL * k * open;
  const top = y + (SILL * k - tall) / 2;
  const wavy = amplitude * Math.max(0.4, open);
  const upper = edge(n * 2, core, wavy),
    lower = edge(n * 2 + 1, core, wavy);
  const y0 = top + upper.at(-1)![1],
    y1 = top + tall + lower.at(-1)![1],
    rule = y - 8 * k;
  const band = wide
    ? `M${f(core)} ${f(y0)}C${f(core + 24)} ${f(y0)} ${f(core + 20)} ${f(rule)} ${f(core + 50)} ${f(rule)}V${f(rule + 4)}C${f(core + 26)} ${f(rule + 4)} ${f(core + 24)} ${f(y1)} ${f(core)} ${f(y1)}Z`
    : null;
  return {
    n,
    y: top,
    height: tall,
    path: slab(upper, top, lower, top + tall),
    band,
    label,
    labelWidth: Math.round(label.length * 7.1 + 20),
    open,
    state: stop > at + 1 ? 'passed' : stop === at + 1 ? 'here' : 'ahead',
  };
}

function wayAt(sills: readonly Sill[], step: number, from: number, to: number): number {
  if (step <= 0) return from;
  const sill = sills[step - 1];
  return sill === undefined ? to : sill.y + sill.height / 2;
}

export function describeTower({ step, cut }: Pick<TowerInput, 'step' | 'cut'>): string {
  const names = LEVELS.map((level) => `${level.n} ${level.title}`).join(', ');
  const where =
    step === 0 ? 'The request has not begun.' : step > 5 ? 'The request has passed all five.' : `The request is at cut ${6 - step}.`;
  return `A computer from program to processor with five possible cuts, from the top: ${names}. ${cut === null ? where : `A layer stands at cut ${cut}. ${where}`}`;
}
