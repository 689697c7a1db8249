/**
 * One file system, laid down in layers: a column is a path, a row a layer in its true order, and the dashed row on top is what the
 * container sees: each file from the highest layer that has it. An arc is a copy up. Pure.
 */
import type { CopyUp, LayerFile, LayerInfo, LayersView } from '../../protocol/os-views.ts';
import { cubicPath, type Cubic } from '../shared/curve.ts';
import { box, path, text, type Mark, type MarksScene } from '../shared/marks.ts';
import { clamp, CODE_ADVANCE, cut, cutMiddle, grouped, listed, plural, round, type PanelTable, type Size } from '../shared/text.ts';
import { edge, slab } from '../tower/layout.ts';

export { describe } from '../shared/marks.ts';

const LABEL = 158,
  CELL = 70,
  /** Narrowest column: names of paths stand over them. */
  COLUMN = 86,
  TOP = 22;

const cellHigh = (tall: number): number => Math.min(26, tall - 4);

/**
 * A name and what is to be said of it, the first wording that fits: two lines within a row, closer together where it is low, one where
 * it is lower.
 */
function twoLines(id: string, y: number, tall: number, name: string, says: readonly string[], label: number): Mark[] {
  if (tall < 31) {
    const at = 14 + name.length * 7.6 + 8,
      short = says.find((words) => words.length <= Math.floor((label - at) / 6.4));
    return [
      text(id, 14, y + tall / 2 + 5, name, 't-strong'),
      ...(short !== undefined ? [text(`sub-${id}`, at, y + tall / 2 + 5, short, 't-soft t-small')] : []),
    ];
  }
  return [
    text(id, 14, y + tall / 2 - (tall < 38 ? 4 : 2), name, 't-strong'),
    text(
      `sub-${id}`,
      14,
      y + tall / 2 + (tall < 38 ? 10 : 14),
      says.find((words) => words.length <= Math.floor((label - 14) / 6.4)) ?? cut(says.at(-1)!, Math.floor((label - 14) / 6.4)),
      't-soft t-small',
    ),
  ];
}

const isPlain = (file: LayerFile): boolean => file.kind !== 'directory';

/** Paths worth a column: changed ones first, the latest copy up before all; then those that several layers hold. */
export function columnsOf(view: LayersView, most: number): readonly string[] {
  const weight = new Map<string, number>();
  const order: string[] = [];
  for (const layer of view.layers)
    for (const file of layer.files.filter(isPlain)) {
      if (!weight.has(file.path)) order.push(file.path);
      weight.set(file.path, (weight.get(file.path) ?? 0) + 1 + (file.change === null ? 0 : 4));
    }
  view.copyUps.forEach((copy, i) => {
    if (weight.has(copy.path)) weight.set(copy.path, (weight.get(copy.path) ?? 0) + 10 + i);
  });
  const kept = new Set(order.toSorted((a, b) => (weight.get(b) ?? 0) - (weight.get(a) ?? 0)).slice(0, most));
  return order.filter((name) => kept.has(name)).sort();
}

/** The copy up that has just been made, if one has: whether one came to this moment from before or from after. */
export const latestCopy = (view: LayersView): CopyUp | null => (view.fresh === true ? (view.copyUps.at(-1) ?? null) : null);

/** Where the merged view takes a path from; null when it has none. */
export const sourceOf = (view: LayersView, name: string): LayerInfo | null =>
  view.layers.find((layer) => layer.files.some((f) => f.path === name && f.visible && f.kind !== 'whiteout')) ?? null;

export function layout(view: LayersView, size: Size): MarksScene {
  const label = size.width < 400 ? 92 : size.width < 560 ? 108 : LABEL;
  const most = Math.max(1, Math.floor((size.width - label - 8) / COLUMN));
  const columns = columnsOf(view, most);
  const rows = view.layers.length + 1;
  const pitch = clamp((size.height - TOP) / rows, 29, 62);
  const column = Math.min(128, (size.width - label - 8) / Math.max(1, columns.length));
  const x = (i: number): number => label + i * column + (column - CELL) / 2;
  const y = (row: number): number => TOP + row * pitch;
  const marks: Mark[] = columns.map((name, i) =>
    text(`path-${name}`, x(i) + CELL / 2, 13, cutMiddle(name, Math.floor((column - 4) / CODE_ADVANCE)), 't-code', 'middle'),
  );
  const tall = pitch - 8;
  marks.push(
    box('merged', 2, y(0), size.width - 4, tall, 'merged', { rx: 3 }),
    ...twoLines('merged-name', y(0), tall, 'merged', [`what ${view.container} sees`, 'as it is seen', 'seen'], label),
  );
  columns.forEach((name, i) => marks.push(...mergedMarks(view, name, x(i), y(0), tall)));
  const copy = latestCopy(view);
  view.layers.forEach((layer, row) => marks.push(...layerMarks(view, layer, row, { y: y(row + 1), tall, width: size.width - 4, label })));
  view.layers.forEach((layer, row) =>
    columns.forEach((name, i) => {
      const file = layer.files.find((f) => f.path === name && isPlain(f));
      if (file !== undefined)
        marks.push(...cellMarks(layer, file, x(i), y(row + 1), tall, copy !== null && copy.path === name && layer.writable));
    }),
  );
  const at = copy === null ? -1 : columns.indexOf(copy.path);
  if (copy !== null && at >= 0) marks.push(...arcMarks(view, copy, x(at), (row) => y(row + 1) + tall / 2));
  return { width: size.width, height: Math.max(TOP + rows * pitch, 80), marks, says: says(view, copy) };
}

/** What to call a layer: the writable one is always `upper`, the others have names in their image. */
const called = (layer: LayerInfo): string => (layer.writable ? 'upper' : layer.source);
/** The same by the name that a copy up tells. */
export const calledOf = (view: LayersView, name: string): string => {
  const layer = view.layers.find((one) => one.name === name);
  return layer === undefined ? name : called(layer);
};

function mergedMarks(view: LayersView, name: string, x: number, top: number, tall: number): Mark[] {
  const high = cellHigh(tall),
    y = top + (tall - high) / 2;
  const from = sourceOf(view, name);
  if (from === null) return [text(`gone-${name}`, x + CELL / 2, y + high / 2 + 4.5, 'gone', 't-faint t-small', 'middle')];
  return [
    box(`seen-${name}`, x, y, CELL, high, 'cell', { rx: 2, title: `${name} is read from ${called(from)}` }),
    text(`seen-${name}`, x + CELL / 2, y + high / 2 + 4.5, cut(called(from), 9), 't-small', 'middle'),
  ];
}

interface Band {
  readonly y: number;
  readonly tall: number;
  readonly width: number;
  readonly label: number;
}

/** What is to be said of a layer, the longest wording first. */
function wordings(view: LayersView, { writable, sharedWith: rooms }: LayerInfo): readonly string[] {
  if (writable) return [`${view.container} may write`, 'may be written', 'writable'];
  if (rooms.length === 0) return ['read only'];
  return [
    `read only, also ${listed(rooms.slice(0, 2))}${rooms.length > 2 ? ` and ${rooms.length - 2} more` : ''}`,
    'read only, shared',
    'shared',
  ];
}

/** A layer is a stratum: the one that may be written has the level's hue, the others are rock. */
function layerMarks(view: LayersView, layer: LayerInfo, row: number, { y, tall, width, label }: Band): Mark[] {
  const id = layer.name;
  const shift = (points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] =>
    points.map(([a, b]) => [a + 2, b] as const);
  const shape = slab(shift(edge(row * 3 + 5, width, 2)), y, shift(edge(row * 3 + 4, width, 2)), y + tall);
  return [
    path(`layer-${id}`, shape, layer.writable ? 'layer writable' : `layer rock${row % 2}`, layer.writable ? { texture: 'I3' } : {}),
    ...twoLines(`layer-${id}`, y, tall, cut(called(layer), 12), wordings(view, layer), label),
  ];
}

/** What a layer holds at a path, in a word. */
export function word(layer: LayerInfo, file: LayerFile): string {
  if (file.kind === 'whiteout') return 'whiteout';
  if (file.kind === 'opaque directory') return 'opaque';
  if (!file.visible) return 'hidden';
  if (layer.writable) return file.change === 'copied up' ? 'copy' : 'new';
  return file.kind;
}

function cellMarks(layer: LayerInfo, file: LayerFile, x: number, top: number, tall: number, fresh: boolean): Mark[] {
  const high = cellHigh(tall),
    y = top + (tall - high) / 2;
  const id = `${layer.name}:${file.path}`;
  const what = word(layer, file);
  const look = what === 'whiteout' || what === 'opaque' ? 'whiteout' : what === 'hidden' ? 'hidden' : fresh ? 'fresh' : '';
  const title = `${file.path} in ${called(layer)}: ${file.kind}, ${plural(file.size, 'byte')}${file.visible ? '' : ', hidden by a layer above'}`;
  return [
    box(id, x, y, CELL, high, `cell ${look}`, { rx: 2, title }),
    text(
      id,
      x + CELL / 2,
      y + high / 2 + 4.5,
      fresh ? 'new copy' : what,
      `t-small${look === 'hidden' ? ' t-faint' : look === 'fresh' ? ' fresh' : ''}`,
      'middle',
    ),
  ];
}

function arcMarks(view: LayersView, copy: CopyUp, x: number, middle: (row: number) => number): Mark[] {
  const from = view.layers.findIndex((layer) => layer.name === copy.from),
    to = view.layers.findIndex((layer) => layer.writable);
  if (from < 0 || to < 0) return [];
  const right = x + CELL,
    start = middle(from),
    end = middle(to);
  const curve: Cubic = {
    from: { x: right, y: round(start) },
    a: { x: right + 26, y: round(start) },
    b: { x: right + 26, y: round(end) },
    to: { x: right + 3, y: round(end) },
  };
  return [
    path('copy', cubicPath(curve), 'copy', { head: true }),
    text('copy', right + 24, (start + end) / 2 + 4, 'copy up', 't-strong t-small halo'),
    { k: 'travel', id: 'copy', curves: [curve] },
  ];
}

function says(view: LayersView, copy: CopyUp | null): string {
  const changed = view.layers.find((l) => l.writable)?.files.filter(isPlain) ?? [];
  const gone = changed.filter((f) => f.kind === 'whiteout').length;
  const just =
    copy === null
      ? ''
      : ` Just copied up: ${copy.path}, ${plural(copy.bytes, 'byte')} from ${calledOf(view, copy.from)}, for ${grouped(copy.units)} units.`;
  return (
    `${view.container} stands on ${plural(view.layers.length, 'layer')}. Its own layer holds ${plural(changed.length - gone, 'changed or new file')}` +
    `${gone > 0 ? ` and ${plural(gone, 'whiteout')}` : ''}.${just}`
  );
}

export function table(view: LayersView): PanelTable {
  return {
    columns: [
      { label: 'Layer' },
      { label: 'Path', mono: true },
      { label: 'Kind' },
      { label: 'Bytes', right: true },
      { label: 'Seen' },
      { label: 'Change' },
    ],
    rows: view.layers.flatMap((layer) =>
      layer.files.map((f) => [called(layer), f.path, f.kind, grouped(f.size), f.visible ? 'yes' : 'hidden', f.change ?? '']),
    ),
  };
}

/** "Pages of files: 14 held for 2 containers, which alone would hold 28." */
export function pagesWords(view: LayersView): string {
  const { referenced, held } = view.pages;
  if (held === 0) return 'No page of a file is in memory yet.';
  return referenced > held
    ? `Pages of files in memory: ${grouped(held)}, held once for all; each container alone would make it ${grouped(referenced)}.`
    : `Pages of files in memory: ${grouped(held)}.`;
}
