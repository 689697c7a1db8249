/**
 * Who holds what of the machine: processor, memory and input and output, all on one scale, the whole machine. A row is a holder. Solid is
 * held, dashes are throttled, an outline is wanted and not had. Pure; knows nothing of a level.
 */
import type { AllocationView, Holder } from '../../protocol/os-views.ts';
import { box, path, text, v, type Mark, type MarksScene } from '../shared/marks.ts';
import { cut, grouped, plural, type PanelTable, type Size } from '../shared/text.ts';

export { describe } from '../shared/marks.ts';

export interface AllocationOptions {
  readonly chosen: string | null;
}

const LABEL = 92,
  TOP = 36,
  GAP = 20,
  VALUE = 56;
const KINDS = ['Processor', 'Memory', 'Input and output'] as const;

/** One kind of thing: where its scale lies, and its first row. */
interface Column {
  readonly x: number;
  readonly width: number;
  readonly top: number;
}

/** Side by side, or one below the other where there is no room. */
export function layout(view: AllocationView, size: Size, { chosen }: AllocationOptions): MarksScene {
  const narrow = size.width < 520;
  const rows = narrow ? size.height * 3 : size.height;
  const pitch = narrow ? 26 : Math.max(20, Math.min(34, (rows - TOP - 4) / (view.holders.length + 1)));
  const tall = Math.min(20, pitch - 6);
  const most = narrow ? 6 : Math.max(1, Math.floor((rows - TOP - 4) / pitch) - 1);
  const shown = fitting(view.holders, most, chosen);
  const high = (shown.length + 1) * pitch;
  const width = narrow ? size.width - LABEL - 2 : (size.width - LABEL - 2 - GAP * 2) / 3;
  const columns = KINDS.map((_, i): Column => ({
    x: narrow ? LABEL : LABEL + i * (width + GAP),
    width: width - VALUE,
    top: narrow ? TOP + i * (high + TOP + 8) : TOP,
  }));
  const moved = view.holders.reduce((sum, holder) => sum + holder.read + holder.written, 0);
  const marks: Mark[] = columns.flatMap((column, i) => headMarks(column, KINDS[i]!, column.top + high));
  const labelled = narrow ? columns : columns.slice(0, 1);
  shown.forEach((holder, i) => {
    const look = `t-strong${holder.label === chosen ? ' t-hue' : ''}`;
    labelled.forEach(({ top }, n) =>
      marks.push(text(`name-${holder.id}-${n}`, 2, top + i * pitch + tall / 2 + 5, cut(holder.label, 12), look)),
    );
    marks.push(...holderMarks(holder, i * pitch, tall, columns, view, moved));
  });
  labelled.forEach(({ top }, n) => marks.push(text(`name-rest-${n}`, 2, top + shown.length * pitch + tall / 2 + 5, 'nobody', 't-faint')));
  marks.push(...restMarks(view, shown.length * pitch, tall, columns));
  const height = Math.max(size.height, columns[2]!.top + high);
  return { width: size.width, height, marks, says: says(view, shown.length) };
}

function fitting(holders: readonly Holder[], most: number, chosen: string | null): readonly Holder[] {
  if (holders.length <= most) return holders;
  const use = (h: Holder): number => h.cpu + h.cpuThrottled + h.cpuWaiting + (h.label === chosen ? 10 : 0);
  const kept = new Set(holders.toSorted((a, b) => use(b) - use(a)).slice(0, most));
  return holders.filter((h) => kept.has(h));
}

function headMarks({ x, width, top }: Column, name: string, bottom: number): Mark[] {
  return [
    text(`head-${name}`, x, top - 23, name, 't-strong'),
    ...[0, 0.5, 1].flatMap((share) => [
      path(`rule-${name}-${share}`, v(x + share * width, top - 6, bottom), 'rule'),
      text(
        `tick-${name}-${share}`,
        x + share * width,
        top - 9,
        `${share * 100}${share === 1 ? ' %' : ''}`,
        't-faint t-small',
        share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      ),
    ]),
  ];
}

const percent = (share: number): string => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;

function holderMarks(holder: Holder, y: number, tall: number, columns: readonly Column[], view: AllocationView, moved: number): Mark[] {
  const { id } = holder;
  const [cpu, memory, io] = columns as readonly [Column, Column, Column];
  const held = view.framesTotal === 0 ? 0 : holder.frames / view.framesTotal,
    bytes = holder.read + holder.written;
  const value = (what: string, column: Column, words: string): Mark =>
    text(`${what}-${id}`, column.x + column.width + VALUE - 2, column.top + y + tall / 2 + 5, words, 't-small', 'end');
  const { framesLimit: limit } = holder;
  const edge = memory.top + y;
  const holds = `${holder.label} holds ${plural(holder.frames, 'frame')}`;
  const moves = `${holder.label}: ${plural(holder.read, 'byte')} read, ${grouped(holder.written)} written`;
  return [
    ...cpuMarks(holder, cpu, cpu.top + y, tall),
    value('cpu', cpu, percent(holder.cpu)),
    box(`frames-${id}`, memory.x, edge, held * memory.width, tall, 'held', { title: holds }),
    value('mem', memory, grouped(holder.frames)),
    ...(limit === null || limit >= view.framesTotal
      ? []
      : [path(`limit-${id}`, v(memory.x + (limit / view.framesTotal) * memory.width, edge - 2, edge + tall + 2), 'limit')]),
    ...(moved === 0 ? [] : [box(`io-${id}`, io.x, io.top + y, (bytes / moved) * io.width, tall, 'held', { title: moves })]),
    value('bytes', io, `${grouped(bytes)} B`),
  ];
}

/** Held, throttled, and ready without getting it, one after the other. */
function cpuMarks(holder: Holder, { x: left, width: whole }: Column, y: number, tall: number): Mark[] {
  const marks: Mark[] = [];
  let x = left;
  for (const [what, share, words] of [
    ['held', holder.cpu, 'held'],
    ['throttled', holder.cpuThrottled, 'throttled'],
    ['waits', holder.cpuWaiting, 'ready, and waited'],
  ] as const) {
    const width = Math.min(share * whole, left + whole - x);
    if (width <= 0.3) continue;
    const title = `${holder.label}: ${words} ${percent(share)} of the time`;
    marks.push(
      box(`${what}-${holder.id}`, x, y, width, tall, what, { title, ...(what === 'throttled' ? { texture: 'Kcontainment' } : {}) }),
    );
    x += width;
  }
  return marks;
}

/** The last row: what nobody holds. */
function restMarks(view: AllocationView, y: number, tall: number, columns: readonly Column[]): Mark[] {
  const [cpu, memory] = columns as readonly [Column, Column, Column];
  const value = (what: string, column: Column, words: string): Mark =>
    text(what, column.x + column.width + VALUE - 2, column.top + y + tall / 2 + 5, words, 't-faint t-small', 'end');
  const share = (frames: number): number => (frames / Math.max(1, view.framesTotal)) * memory.width;
  const once = `${plural(view.framesShared, 'frame')} of files, held once for all`;
  return [
    box('idle', cpu.x, cpu.top + y, view.idle * cpu.width, tall, 'free', { title: `idle ${percent(view.idle)} of the time` }),
    value('idle-words', cpu, percent(view.idle)),
    box('shared', memory.x, memory.top + y, share(view.framesShared), tall, 'shared', { title: once }),
    box('free', memory.x + share(view.framesShared), memory.top + y, share(view.framesFree), tall, 'free', {
      title: `${plural(view.framesFree, 'frame')} free`,
    }),
    value('free-words', memory, grouped(view.framesFree)),
  ];
}

function says(view: AllocationView, shown: number): string {
  const parts = view.holders.slice(0, 6).map((h) => {
    const wants =
      h.cpuThrottled > 0.005 ? `, throttled ${percent(h.cpuThrottled)}` : h.cpuWaiting > 0.005 ? `, waited ${percent(h.cpuWaiting)}` : '';
    return `${h.label}: processor ${percent(h.cpu)}${wants}, ${plural(h.frames, 'frame')}`;
  });
  const more = view.holders.length > shown ? ` ${plural(view.holders.length - shown, 'holder is', 'holders are')} not drawn.` : '';
  return `Of the last ${grouped(view.to - view.from)} units of time: ${parts.join('; ')}. Idle ${percent(view.idle)}.${more}`;
}

export function table(view: AllocationView): PanelTable {
  return {
    columns: [
      { label: 'Who' },
      { label: 'Processor', right: true },
      { label: 'Throttled', right: true },
      { label: 'Waited', right: true },
      { label: 'Frames', right: true },
      { label: 'Frames, at most', right: true },
      { label: 'Bytes read', right: true },
      { label: 'Bytes written', right: true },
    ],
    rows: [
      ...view.holders.map((h) => [
        h.label,
        percent(h.cpu),
        percent(h.cpuThrottled),
        percent(h.cpuWaiting),
        grouped(h.frames),
        h.framesLimit === null ? 'no limit' : grouped(h.framesLimit),
        grouped(h.read),
        grouped(h.written),
      ]),
      ['held once for all', '', '', '', grouped(view.framesShared), '', '', ''],
      ['nobody', percent(view.idle), '', '', grouped(view.framesFree), '', '', ''],
    ],
  };
}
