/**
 * Host instructions per guest instruction over time: x guest instructions, y logarithmic. The blue line is the cost of each
 * stretch, the ink line the average since the start; what lies after now is dashed. Spans that ran translated have a ground.
 * Pure.
 */
import { scaleLinear, scaleLog } from 'd3-scale';
import type { CostView, RivalView } from '../../protocol/views.ts';
import { clamp, grouped, plural, round, short, TEXT_ADVANCE, type Label, type PanelTable, type Size } from '../shared/text.ts';

export interface CostOptions {
  /** Guest instructions begun: where now is. */
  readonly now: number;
  readonly rival: RivalView | null;
}

export interface CostScene {
  readonly width: number;
  readonly height: number;
  readonly grid: readonly { readonly id: string; readonly y: number; readonly minor: boolean }[];
  readonly x0: number;
  readonly x1: number;
  readonly y0: number;
  readonly y1: number;
  readonly spans: readonly {
    readonly id: string;
    readonly x: number;
    readonly width: number;
    readonly y: number;
    readonly height: number;
  }[];
  /** Paths up to now and after. */
  readonly step: readonly [string, string];
  readonly average: readonly [string, string];
  readonly rival: { readonly y: number; readonly x: number } | null;
  readonly now: number;
  readonly labels: readonly Label[];
  readonly says: string;
}

export const describe = (scene: CostScene): string => scene.says;

interface Sample {
  readonly guest: number;
  readonly step: number;
  readonly average: number;
}

/** Time before the first guest instruction. */
const loading = (view: CostView): number => (view.guest[0] === 0 ? (view.time[0] ?? 0) : 0);

/**
 * Cost of each stretch between samples, and the average since the first guest instruction, at its end. What came before it
 * (the kernel loads the program) is no cost of an instruction.
 */
export function samples(view: CostView): Sample[] {
  const made: Sample[] = [];
  const before = loading(view);
  for (let i = 1; i < view.guest.length; i += 1) {
    const g0 = view.guest[i - 1] as number,
      g1 = view.guest[i] as number,
      t0 = Math.max(before, view.time[i - 1] as number),
      t1 = view.time[i] as number;
    if (g1 > g0 && t1 > before) made.push({ guest: g1, step: Math.max(0.1, (t1 - t0) / (g1 - g0)), average: (t1 - before) / g1 });
  }
  return made;
}

/** The scale covers the averages once they have settled; dearer beginnings leave it, and are labelled. */
function settled(all: readonly Sample[], end: number): readonly Sample[] {
  const late = all.filter((s) => s.guest >= end / 20);
  return late.length > 0 ? late : all;
}

/** The power of ten at or beyond `v`, and at least (or at most) `common`. */
function decade(v: number, toward: (n: number) => number, common: number): number {
  const power = 10 ** toward(Math.log10(clamp(v, 0.1, 1e6)) + (toward === Math.ceil ? -1e-9 : 1e-9));
  return toward === Math.ceil ? Math.max(common, power) : Math.min(common, power);
}

const LEFT = 40,
  RIGHT = 12,
  TOP = 18,
  BOTTOM = 26,
  SENTENCE = 26;

export function layout(view: CostView, size: Size, options: CostOptions): CostScene {
  const all = samples(view),
    now = options.now;
  const end = Math.max(1, all[all.length - 1]?.guest ?? 1, now);
  const lines = Math.ceil((sentence(view).length * TEXT_ADVANCE) / Math.max(80, size.width));
  const x0 = LEFT,
    x1 = Math.max(LEFT + 40, size.width - RIGHT),
    y0 = Math.max(TOP + 40, size.height - BOTTOM - SENTENCE - 18 * (lines - 1)),
    y1 = TOP;
  const known = [view.interpreted ?? 10, view.translated ?? 1];
  const top = decade(Math.max(...settled(all, end).map((s) => s.average), ...known), Math.ceil, 10),
    low = decade(Math.min(...all.map((s) => s.step), ...known), Math.floor, 1);
  const x = scaleLinear([0, end], [x0, x1]),
    yOf = scaleLog([low, top], [y0, y1]);
  const y = (v: number) => yOf(clamp(v, low, top));
  const before = all.filter((s) => s.guest <= now),
    after = all.filter((s) => s.guest > now);
  const joint = before[before.length - 1];
  const base = { width: size.width, height: size.height, x0, x1: round(x1), y0: round(y0), y1 };
  const rivalAverage =
    options.rival === null || options.rival.guestRetired === 0
      ? null
      : Math.max(0.1, options.rival.time - loading(view)) / options.rival.guestRetired;
  return {
    ...base,
    grid: gridOf(low, top).map(({ v, minor }) => ({ id: `y${v}`, y: round(y(v)), minor })),
    spans: view.translatedSpans.map(([from, to], i) => ({
      id: `s${i}`,
      x: round(x(Math.min(from, end))),
      width: round(Math.max(1, x(Math.min(to, end)) - x(Math.min(from, end)))),
      y: round(y(view.interpreted ?? top)),
      height: round(y0 - y(view.interpreted ?? top)),
    })),
    step: [stepPath(before, 0, x, y), stepPath(after, joint?.guest ?? 0, x, y)],
    average: [linePath(before, x, y), linePath(joint === undefined ? after : [joint, ...after], x, y)],
    rival:
      rivalAverage === null || options.rival === null
        ? null
        : { y: round(y(rivalAverage)), x: round(x(Math.min(end, options.rival.guestRetired))) },
    now: round(x(Math.min(now, end))),
    labels: [
      ...axisLabels(low, top, end, x, y, base),
      ...valueLabels(view, joint, rivalAverage, options, x, y, base),
      ...sentenceLabels(view, size, y0),
      ...peak(all, top, x, base),
    ],
    says: says(view, joint, rivalAverage, options),
  };
}

type Scale = (v: number) => number;
type Base = Pick<CostScene, 'x0' | 'x1' | 'y0' | 'y1' | 'width'>;

function gridOf(low: number, top: number): { v: number; minor: boolean }[] {
  const lines: { v: number; minor: boolean }[] = [];
  for (let decade = low; decade <= top * 1.001; decade *= 10) {
    lines.push({ v: decade, minor: false });
    if (decade < top * 0.999 && top / low <= 1000) lines.push({ v: 2 * decade, minor: true }, { v: 5 * decade, minor: true });
  }
  return lines;
}

/** A stretch costs the same from its start to its end. */
function stepPath(list: readonly Sample[], start: number, x: Scale, y: Scale): string {
  let from = start;
  return list
    .map((s, i) => {
      const part = `${i === 0 ? 'M' : 'L'}${round(x(from))} ${round(y(s.step))}H${round(x(s.guest))}`;
      from = s.guest;
      return part;
    })
    .join('');
}

const linePath = (list: readonly Sample[], x: Scale, y: Scale): string =>
  list.map((s, i) => `${i === 0 ? 'M' : 'L'}${round(x(s.guest))} ${round(y(s.average))}`).join('');

const label = (id: string, x: number, y: number, text: string, end: boolean, tone: Label['tone'] = 'faint', strong = false): Label => ({
  id,
  x: round(x),
  y: round(y),
  text,
  end,
  tone,
  strong,
});

function axisLabels(low: number, top: number, end: number, x: Scale, y: Scale, base: Base): Label[] {
  const apart = Math.abs(y(2 * low) - y(low)) >= 12;
  const ys = gridOf(low, top)
    .filter(({ v, minor }) => (minor ? v === 2 * low : apart || v !== low))
    .map(({ v }) => label(`ty${v}`, base.x0 - 6, y(v) + 4, v >= 1000 ? `${short(v / 1000)}k` : short(v), true));
  const tick = x(end / 2) - x(0) > 130 ? niceBelow(end / 2) : 0;
  const half =
    tick > 0 && base.x1 - x(tick) > 130 + grouped(tick).length * 4
      ? [label('tx1', x(tick) + grouped(tick).length * 3.5, base.y0 + 18, grouped(tick), true)]
      : [];
  return [
    ...ys,
    label('tx0', base.x0, base.y0 + 18, '0', false),
    ...half,
    label('tx', base.x1, base.y0 + 18, `${grouped(end)} guest instructions`, true),
  ];
}

function niceBelow(n: number): number {
  const unit = 10 ** Math.floor(Math.log10(Math.max(1, n)));
  return [5, 2, 1].map((k) => k * unit).find((v) => v <= n) ?? 0;
}

/** The values beside their lines, moved apart where they would meet. */
function valueLabels(
  view: CostView,
  joint: Sample | undefined,
  rival: number | null,
  options: CostOptions,
  x: Scale,
  y: Scale,
  base: Base,
): Label[] {
  const wanted: { id: string; v: number; text: string; tone: Label['tone']; strong: boolean }[] = [
    ...(joint === undefined
      ? []
      : [{ id: 'average', v: joint.average, text: `average ${short(joint.average)}`, tone: 'ink' as const, strong: true }]),
    ...(view.interpreted === null
      ? []
      : [{ id: 'interpreted', v: view.interpreted, text: `interpreted ${short(view.interpreted)}`, tone: 'hue' as const, strong: false }]),
    ...(view.translated === null
      ? []
      : [{ id: 'translated', v: view.translated, text: `translated ${short(view.translated)}`, tone: 'hue' as const, strong: false }]),
    ...(rival === null
      ? []
      : [{ id: 'rival', v: rival, text: `${rivalName(options)} ${short(rival)}`, tone: 'soft' as const, strong: true }]),
  ].toSorted((a, b) => b.v - a.v);
  const widest = Math.max(0, ...wanted.map(({ text }) => text.length * (TEXT_ADVANCE + 0.4)));
  const right = base.x1 - x(options.now) > widest + 8;
  const at = right ? x(options.now) + 8 : x(options.now) - 8;
  let last = -99;
  return wanted.map(({ id, v, text, tone, strong }) => {
    last = Math.max(last + 17, Math.max(base.y1 + 8, y(v) - 5));
    return label(id, at, last, text, !right, tone, strong);
  });
}

/** A stretch that leaves the scale is broken openly: its cost is written where it leaves. */
function peak(all: readonly Sample[], top: number, x: Scale, base: Base): Label[] {
  const highest = all.reduce<Sample | null>((best, s) => (s.step > top && s.step > (best?.step ?? 0) ? s : best), null);
  if (highest === null) return [];
  const at = x(highest.guest),
    end = at > (base.x0 + base.x1) / 2;
  return [label('peak', at + (end ? -6 : 6), base.y1 - 2, `up to ${grouped(highest.step)}`, end)];
}

const rivalName = (options: CostOptions): string =>
  options.rival?.mode === 'interpret' ? 'interpreter alone' : `the other, ${options.rival?.mode ?? ''}`;

/** "Translating pays after 480 / (37 − 2) = 14 runs." */
export function sentence(view: CostView): string {
  const { interpreted, translated, translationCost: cost } = view;
  if (cost === null) return 'When a block is translated, this will say after how many runs it pays.';
  if (interpreted === null || translated === null)
    return `Translating costs ${short(cost)} for each instruction; what it saves is not known yet.`;
  if (translated >= interpreted)
    return `Translating costs ${short(cost)} and does not pay here: ${short(translated)} is not less than ${short(interpreted)}.`;
  const runs = view.breakEven ?? cost / (interpreted - translated);
  return `Translating pays after ${short(cost)} / (${short(interpreted)} \u2212 ${short(translated)}) = ${plural(Math.ceil(runs), 'run')}.`;
}

function sentenceLabels(view: CostView, size: Size, y0: number): Label[] {
  const chars = Math.max(12, Math.floor(size.width / TEXT_ADVANCE));
  const words = sentence(view).split(' '),
    lines: string[] = [''];
  for (const word of words) {
    const last = lines[lines.length - 1] as string;
    if (last === '' || last.length + word.length < chars) lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((text, i) => label(`sentence${i}`, 0, y0 + BOTTOM + 20 + 18 * i, text, false));
}

function says(view: CostView, joint: Sample | undefined, rival: number | null, options: CostOptions): string {
  if (joint === undefined) return 'Nothing has run yet.';
  const beside = rival === null ? '' : ` ${rivalName(options)}: ${short(rival)}.`;
  return `After ${plural(joint.guest, 'guest instruction')} each has cost ${short(joint.average)} host instructions on average, the last stretch ${short(joint.step)}. ${sentence(view)}${beside}`;
}

export function table(view: CostView): PanelTable {
  return {
    columns: [
      { label: 'Guest instructions', right: true },
      { label: 'Host instructions each, in this stretch', right: true },
      { label: 'On average so far', right: true },
      { label: 'Ran' },
    ],
    rows: samples(view).map((s) => [
      grouped(s.guest),
      short(s.step),
      short(s.average),
      view.translatedSpans.some(([from, to]) => s.guest > from && s.guest <= to) ? 'translated' : 'interpreted',
    ]),
  };
}
