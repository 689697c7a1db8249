/**
 * The timeline as numbers: where each marker, label, phase, ledger segment and tick stands, and where now is. Pure; x is linear in
 * host time. Labels never overlap a marker or each other; what finds no room keeps its shape and is named in the list.
 */
import type { TimelineView } from '../../protocol/views.ts';

export interface TimelineSize {
  readonly width: number;
  readonly height: number;
}
/** Rows of the picture, in pixels from the top. */
export interface Rows {
  readonly phases: number;
  readonly markers: number;
  readonly strip: number;
  readonly stripHeight: number;
  readonly ticks: number;
}

export interface PlacedMarker {
  readonly id: number;
  readonly kind: string;
  readonly shape: string;
  readonly label: string;
  readonly x: number;
  readonly time: number;
  readonly retired: number;
  /** Drawn label and its side, or none where there is no room. */
  readonly side: 'right' | 'left' | null;
}
export interface TimelineScene {
  readonly width: number;
  readonly height: number;
  readonly rows: Rows;
  readonly start: number;
  readonly end: number;
  readonly left: number;
  readonly right: number;
  readonly now: number;
  readonly nowTime: number;
  /** x up to which the run is known. */
  readonly known: number;
  /** Whether the run's end is known: then the axis ends there. */
  readonly complete: boolean;
  readonly markers: readonly PlacedMarker[];
  readonly unlabelled: number;
  /** One path a category: all of its pieces of the strip. */
  readonly strip: readonly { readonly category: string; readonly path: string }[];
  readonly phases: readonly { readonly x: number; readonly width: number; readonly label: string; readonly text: string }[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Where the axis does not begin at 0: what happened before it. */
  readonly before: string | null;
}

export interface TimelineInput {
  readonly view: TimelineView;
  readonly now: number;
  readonly knownTime: number;
  readonly shapes: Readonly<Record<string, string>>;
  /** Order of categories in the strip, bottom first. */
  readonly order: (category: string) => number;
}

const PAD = 16;
/** Mean width of a letter of the interface face at 14 px, and of figures at 13 px. */
const LETTER = 7;
const FIGURE = 7.2;
const GAP = 8;
/** Markers nearer than this of one kind are drawn as one. */
const CROWD = 7;

export function rowsFor(height: number, compact: boolean): Rows {
  if (compact) return { phases: -20, markers: 12, strip: 24, stripHeight: 18, ticks: -20 };
  return { phases: 17, markers: Math.round(height * 0.36), strip: Math.round(height * 0.52), stripHeight: 20, ticks: height - 12 };
}

/** "12,300" */
export function grouped(n: number): string {
  return String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');
}

export function timeScale(size: TimelineSize, start: number, end: number): (time: number) => number {
  const right = Math.max(PAD + 1, size.width - PAD);
  return (time) => PAD + (Math.max(0, time - start) / Math.max(1, end - start)) * (right - PAD);
}

/** Loading a program takes time before its first instruction; where that would fill the picture, the axis begins after it. */
function startOf(view: TimelineView, known: number): number {
  const first = view.strip[0]?.from ?? 0;
  return first > known * 0.04 ? first : 0;
}

export function layoutTimeline(input: TimelineInput, size: TimelineSize, compact = false): TimelineScene {
  const { view, now, knownTime } = input;
  const { complete } = view;
  const known = Math.max(view.end, knownTime, now);
  const start = startOf(view, known);
  const end = complete ? Math.max(start + 1, known) : start + niceEnd(known - start);
  const x = timeScale(size, start, end);
  const rows = rowsFor(size.height, compact);
  const markers = placeMarkers(input, x, size.width - PAD, compact);
  return {
    ...size,
    rows,
    start,
    end,
    left: PAD,
    right: size.width - PAD,
    now: x(now),
    nowTime: now,
    known: x(known),
    complete,
    markers,
    unlabelled: markers.filter((m) => m.side === null).length,
    strip: stripPaths(view.strip, x, rows, input.order),
    phases: compact ? [] : view.phases.flatMap((phase) => placePhase(phase, x)),
    ticks: compact ? [] : ticksOf(x, start, end, size.width),
    before: compact || start === 0 ? null : `loaded by ${grouped(start)}`,
  };
}

/** While the end is unknown, the axis grows in steps of 1, 2, 5, so that it stands still most of the time. */
export function niceEnd(known: number): number {
  if (known <= 94) return 100;
  const size = 10 ** (String(Math.floor(known)).length - 1);
  for (const step of [1, 1.5, 2, 3, 5, 7.5, 10]) if (known <= step * size * 0.94) return step * size;
  return 10 * size * 1.5;
}

/** Round times between two: multiples of 1, 2 or 5 of a power of ten, about `count` of them. */
function roundTimes(start: number, end: number, count: number): readonly number[] {
  const rough = Math.max(1, (end - start) / count),
    power = 10 ** (String(Math.floor(rough)).length - 1);
  const ratio = rough / power,
    step = power * (ratio >= 7 ? 10 : ratio >= 3.2 ? 5 : ratio >= 1.4 ? 2 : 1);
  return Array.from({ length: Math.floor(end / step) - Math.ceil(start / step) + 1 }, (_, i) => (Math.ceil(start / step) + i) * step);
}

function ticksOf(x: (time: number) => number, start: number, end: number, width: number): TimelineScene['ticks'] {
  const count = Math.max(2, Math.floor(width / 180));
  const all = roundTimes(start, end, count).map((t) => ({ x: x(t), label: grouped(t) }));
  const clear = width - PAD - 74,
    first = start === 0 ? 0 : PAD + 10 + `loaded by ${grouped(start)}`.length * LETTER + GAP;
  const half = (label: string): number => (label.length * FIGURE) / 2;
  return all.filter((tick) => tick.x + half(tick.label) < clear && (start === 0 || tick.x - half(tick.label) > first));
}

function placePhase(phase: TimelineView['phases'][number], x: (t: number) => number): TimelineScene['phases'] {
  const from = x(phase.from);
  const width = x(phase.to) - from;
  const letters = Math.floor((width - GAP) / (LETTER * 0.98));
  if (letters < 4) return [];
  const text = phase.label.length <= letters ? phase.label : `${phase.label.slice(0, letters - 1).trimEnd()}…`;
  return [{ x: from, width, label: phase.label, text }];
}

/** Adjacent segments become one path a category; shares of a mixed segment are stacked. */
function stripPaths(
  strip: TimelineView['strip'],
  x: (t: number) => number,
  rows: Rows,
  order: (category: string) => number,
): TimelineScene['strip'] {
  const pieces = new Map<string, string[]>();
  for (const { from, to, shares } of strip) {
    const x0 = x(from),
      width = x(to) - x0;
    let bottom = rows.strip + rows.stripHeight;
    for (const [category, share] of Object.entries(shares).toSorted(([a], [b]) => order(a) - order(b))) {
      const height = rows.stripHeight * share;
      bottom -= height;
      const list = pieces.get(category) ?? [];
      list.push(`M${x0.toFixed(2)} ${bottom.toFixed(2)}h${width.toFixed(2)}v${height.toFixed(2)}h${(-width).toFixed(2)}z`);
      pieces.set(category, list);
    }
  }
  return [...pieces].toSorted(([a], [b]) => order(a) - order(b)).map(([category, list]) => ({ category, path: list.join('') }));
}

interface Span {
  readonly from: number;
  readonly to: number;
}
const free = (span: Span, taken: readonly Span[]): boolean =>
  taken.every((other) => span.to + GAP <= other.from || span.from >= other.to + GAP);

function placeMarkers(input: TimelineInput, x: (t: number) => number, right: number, compact: boolean): readonly PlacedMarker[] {
  const shown = thin(input.view.markers.map((m) => ({ ...m, x: x(m.time), shape: input.shapes[m.kind] ?? m.kind, side: null })));
  if (compact) return shown;
  const counts = new Map<string, number>();
  for (const marker of shown) counts.set(marker.kind, (counts.get(marker.kind) ?? 0) + 1);
  const taken: Span[] = shown.map((m) => ({ from: m.x - 6, to: m.x + 6 }));
  const sides = new Map<number, 'right' | 'left'>();
  // The rarest kinds are named first: they carry the story.
  for (const marker of shown.toSorted((a, b) => counts.get(a.kind)! - counts.get(b.kind)! || a.x - b.x)) {
    const width = marker.label.length * LETTER;
    const own = { from: marker.x - 6, to: marker.x + 6 };
    const others = taken.filter((span) => span.from !== own.from || span.to !== own.to);
    const spans = { right: { from: marker.x + 10, to: marker.x + 10 + width }, left: { from: marker.x - 10 - width, to: marker.x - 10 } };
    const side =
      spans.right.to <= right && free(spans.right, others) ? 'right' : spans.left.from >= PAD && free(spans.left, others) ? 'left' : null;
    if (side === null) continue;
    sides.set(marker.id, side);
    taken.push(spans[side]);
  }
  return shown.map((marker) => ({ ...marker, side: sides.get(marker.id) ?? null }));
}

/** Of markers of one kind that would lie on each other, the first. */
function thin(markers: readonly PlacedMarker[]): readonly PlacedMarker[] {
  const last = new Map<string, number>();
  return markers.filter((marker) => {
    const before = last.get(marker.kind);
    if (before !== undefined && marker.x - before < CROWD) return false;
    last.set(marker.kind, marker.x);
    return true;
  });
}

/** What the timeline shows, for those who do not see it. */
export function describeTimeline(scene: TimelineScene, kinds: Readonly<Record<string, string>>): string {
  const counts = new Map<string, number>();
  for (const marker of scene.markers) counts.set(marker.kind, (counts.get(marker.kind) ?? 0) + 1);
  const events = [...counts].map(([kind, n]) => `${n} ${kinds[kind] ?? kind}`).join(', ');
  const where = `Now at host time ${grouped(scene.nowTime)} of ${grouped(scene.end)}${scene.complete ? '' : ' shown'}.`;
  return events === '' ? where : `${where} Marked: ${events}.`;
}
