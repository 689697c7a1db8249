/**
 * Shares of the processor: x is machine time, a row is a control group, a slice is a stretch in which it ran, dashes are a stretch in
 * which its quota was spent. Where slices are too fine to be drawn one by one, a column's height is the share of that stretch. Pure.
 */
import type { CgroupInfo, CgroupsView, Slice } from '../../protocol/os-views.ts';
import { box, path, text, v, type Mark, type MarksScene } from '../shared/marks.ts';
import { cut, grouped, plural, round, short, type PanelTable, type Size } from '../shared/text.ts';

export { describe } from '../shared/marks.ts';

export interface SharesOptions {
  readonly chosen: string | null;
  /** Units of machine time a microsecond. */
  readonly unitsPerMicro: number;
  /** Periods on show. */
  readonly periods?: number;
}

const LABEL = 92,
  SHARE = 46,
  TOP = 8,
  AXIS = 24,
  FINE = 1.5;

/** What a group is called on the page: its container, else its path. */
export const groupName = (group: CgroupInfo): string => group.container ?? group.path;

/** Groups that hold a container or have run, without the root's idle: rows of the picture. */
export function rowsOf(view: CgroupsView): readonly CgroupInfo[] {
  const ran = new Set(view.slices.map((s) => s.group));
  return view.groups.filter((g) => g.container !== null || (ran.has(g.path) && g.path !== ''));
}

export interface Window {
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Boundaries of periods within it. */
  readonly ticks: readonly number[];
}

/** The last few periods up to now, and a little of what is to come. */
export function windowOf(view: CgroupsView, unitsPerMicro: number, periods = 4): Window {
  const groups = rowsOf(view);
  // Before the first period is over nothing is said by periods, unless somebody has a quota: then all that has passed is shown.
  if (view.time > 0 && view.time < 100_000 * unitsPerMicro && groups.every((g) => g.cpu.quota === null)) return firstMoments(view.time);
  const timed = groups.find((g) => g.cpu.periodEnd !== null) ?? groups[0];
  const period = Math.max(1, (timed?.cpu.period ?? 100_000) * unitsPerMicro);
  const end = timed?.cpu.periodEnd ?? Math.ceil((view.time + 1) / period) * period;
  const from = Math.max(0, Math.min(end - periods * period, view.time - (periods - 1) * period));
  const to = Math.max(end, view.time + period / 4);
  const ticks: number[] = [];
  for (let t = end; t >= from && ticks.length < 40; t -= period) ticks.push(t);
  return { from, to, now: view.time, ticks: ticks.reverse() };
}

function firstMoments(now: number): Window {
  const step = 10 ** Math.floor(Math.log10(now)) * (now >= 5 * 10 ** Math.floor(Math.log10(now)) ? 2 : 1);
  const to = now * 1.15;
  return { from: 0, to, now, ticks: Array.from({ length: Math.floor(to / step) + 1 }, (_, i) => i * step) };
}

const inside = (slices: readonly Slice[], group: string, from: number, to: number): readonly (readonly [number, number])[] =>
  slices.filter((s) => s.group === group && s.to > from && s.from < to).map((s) => [Math.max(s.from, from), Math.min(s.to, to)] as const);

export const total = (spans: readonly (readonly [number, number])[]): number => spans.reduce((sum, [a, b]) => sum + b - a, 0);

/** A group ran for itself and for the groups below it. */
export const ofGroup = (slices: readonly Slice[], path: string): readonly Slice[] =>
  slices.map((s) => (s.group === path || s.group.startsWith(path === '/' ? '/' : `${path}/`) ? { ...s, group: path } : s));

export function layout(view: CgroupsView, size: Size, { chosen, unitsPerMicro, periods = 4 }: SharesOptions): MarksScene {
  const w = windowOf(view, unitsPerMicro, periods);
  const all = rowsOf(view);
  const most = Math.max(1, Math.floor((size.height - TOP - AXIS) / 19));
  const rows = fitting(all, most, chosen);
  const pitch = Math.min(38, (size.height - TOP - AXIS) / Math.max(1, rows.length));
  const left = LABEL,
    right = size.width - SHARE;
  const x = (t: number): number => left + ((t - w.from) / (w.to - w.from)) * (right - left);
  const bottom = TOP + rows.length * pitch;
  const marks: Mark[] = [];
  rows.forEach((group, i) =>
    marks.push(...rowMarks(view, group, TOP + i * pitch, Math.min(26, pitch - (pitch < 24 ? 3 : 6)), { w, x, right, chosen })),
  );
  for (const [i, tick] of w.ticks.entries()) marks.push(path(`tick-${i}`, v(x(tick), TOP - 4, bottom), 'period'));
  marks.push(path('now', v(x(w.now), TOP - 6, bottom + 4), 'now'));
  marks.push(...axis(w, x, bottom, right));
  if (rows.length < all.length) marks.push(text('more', 2, bottom + 18, `and ${all.length - rows.length} more`, 't-faint t-small'));
  return { width: size.width, height: size.height, marks, says: says(view, w, all) };
}

function fitting(groups: readonly CgroupInfo[], most: number, chosen: string | null): readonly CgroupInfo[] {
  if (groups.length <= most) return groups;
  const first = groups.slice(0, most);
  const wanted = groups.find((g) => g.container !== null && g.container === chosen);
  return wanted === undefined || first.includes(wanted) ? first : [...first.slice(0, most - 1), wanted];
}

interface Frame {
  readonly w: Window;
  readonly x: (t: number) => number;
  readonly right: number;
  readonly chosen: string | null;
}

function rowMarks(view: CgroupsView, group: CgroupInfo, y: number, height: number, { w, x, right, chosen }: Frame): Mark[] {
  const id = group.path;
  const ran = inside(ofGroup(view.slices, id), id, w.from, w.now);
  const throttled = inside(ofGroup(view.throttles, id), id, w.from, w.now);
  const share = w.now > w.from ? total(ran) / (w.now - w.from) : 0;
  const name = groupName(group);
  const marks: Mark[] = [
    box(`lane-${id}`, x(w.from), y, right - x(w.from), height, 'lane'),
    text(`name-${id}`, 2, y + (height > 24 ? 11 : height / 2 + 5), cut(name, 12), `t-strong${name === chosen ? ' t-hue' : ''}`),
    ...(height > 24 ? [text(`weight-${id}`, 2, y + 25, limitWords(group), 't-faint t-small')] : []),
    ...spansAsMarks(`ran-${id}`, ran, x, y, height, 'ran'),
    ...throttled.map(([a, b], i) =>
      box(`throttled-${id}-${i}`, x(a), y, Math.max(1, x(b) - x(a)), height, 'throttled', {
        texture: 'Kcontainment',
        title: `${name} throttled from ${grouped(a)} to ${grouped(b)}`,
      }),
    ),
    text(`share-${id}`, right + SHARE - 2, y + height / 2 + 5, percent(share), 't-strong', 'end'),
  ];
  const rest = quotaWords(group);
  if (rest !== null && right - x(w.now) > rest.length * 6.2 + 10)
    marks.push(text(`left-${id}`, x(w.now) + 8, y + height / 2 + 5, rest, 't-faint t-small'));
  return marks;
}

/** As slices, or as columns where there are more slices than can be told apart. */
function spansAsMarks(
  id: string,
  spans: readonly (readonly [number, number])[],
  x: (t: number) => number,
  y: number,
  height: number,
  cls: string,
): Mark[] {
  const first = spans[0],
    last = spans.at(-1);
  if (first === undefined || last === undefined) return [];
  const fine = spans.length > 24 && (x(last[1]) - x(first[0])) / spans.length < 2 * FINE;
  if (!fine) return spans.map(([a, b], i) => box(`${id}-${i}`, x(a), y, Math.max(0.6, x(b) - x(a)), height, cls));
  const held = new Map<number, number>();
  for (const [a, b] of spans) {
    const from = x(a),
      to = x(b);
    for (let column = Math.floor(from / FINE); column * FINE < to; column++) {
      const part = Math.min(to, (column + 1) * FINE) - Math.max(from, column * FINE);
      held.set(column, (held.get(column) ?? 0) + part);
    }
  }
  const columns = [...held].toSorted((a, b) => a[0] - b[0]);
  const d = columns
    .map(([column, part]) => {
      const tall = Math.min(1, part / FINE) * height;
      return `M${round(column * FINE)} ${round(y + height)}v${round(-tall)}h${FINE}v${round(tall)}z`;
    })
    .join('');
  return [path(`${id}-columns`, d, cls)];
}

const percent = (share: number): string => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;

export function limitWords(group: CgroupInfo): string {
  const { weight, quota, period } = group.cpu;
  return quota === null ? `weight ${weight}` : `at most ${short((100 * quota) / Math.max(1, period))} %`;
}

function quotaWords({ cpu }: CgroupInfo): string | null {
  if (cpu.quota === null || cpu.left === null) return null;
  return cpu.isThrottled ? 'quota spent' : `${grouped(cpu.left)} of quota left`;
}

function axis(w: Window, x: (t: number) => number, y: number, right: number): Mark[] {
  const marks: Mark[] = [];
  let free = -Infinity;
  w.ticks.forEach((tick, i) => {
    const at = x(tick),
      words = grouped(tick);
    if (at - free < words.length * 7 + 16 || at > right - 84) return;
    free = at;
    marks.push(text(`axis-${i}`, at, y + 18, words, 't-faint t-small', 'middle'));
  });
  marks.push(text('unit', right, y + 18, 'host instr.', 't-faint t-small', 'end'));
  return marks;
}

function says(view: CgroupsView, w: Window, rows: readonly CgroupInfo[]): string {
  if (rows.length === 0) return 'No group has run yet.';
  const span = Math.max(1, w.now - w.from);
  const parts = rows.map((g) => `${groupName(g)} ${percent(total(inside(ofGroup(view.slices, g.path), g.path, w.from, w.now)) / span)}`);
  const held = rows.filter((g) => g.cpu.isThrottled).map(groupName);
  return `Of the last ${grouped(span)} units of time: ${parts.join(', ')}.${held.length > 0 ? ` Throttled now: ${held.join(', ')}.` : ''}`;
}

export function table(view: CgroupsView): PanelTable {
  return {
    columns: [
      { label: 'Group', mono: true },
      { label: 'cpu.weight', right: true },
      { label: 'cpu.max', mono: true, right: true },
      { label: 'Used', right: true },
      { label: 'Periods', right: true },
      { label: 'Throttled', right: true },
      { label: 'Time throttled', right: true },
    ],
    rows: view.groups.map(({ path: name, cpu }) => [
      name,
      cpu.weight,
      `${cpu.quota ?? 'max'} ${cpu.period}`,
      grouped(cpu.usage),
      grouped(cpu.periods),
      grouped(cpu.throttled),
      grouped(cpu.throttledTime),
    ]),
  };
}

export const summary = (view: CgroupsView, chosen: CgroupInfo | null): string => {
  if (chosen === null) return plural(view.groups.length, 'group');
  const { cpu } = chosen;
  if (cpu.quota === null) return `${groupName(chosen)} has weight ${cpu.weight} and no quota.`;
  const percentOf = short((100 * cpu.quota) / Math.max(1, cpu.period));
  return `cpu.max of ${groupName(chosen)} is ${percentOf} %: throttled in ${grouped(cpu.throttled)} of ${plural(cpu.periods, 'period')}.`;
};
