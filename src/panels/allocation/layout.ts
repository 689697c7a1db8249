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

interface Column {
  readonly x: number;
  readonly width: number;
}

export function layout(view: AllocationView, size: Size, { chosen }: AllocationOptions): MarksScene {
  const narrow = size.width < 520;
  const label = narrow ? 64 : LABEL;
  const gap = narrow ? 8 : GAP;
  const width = (size.width - label - 2 - gap * 2) / 3;
  const columns = KINDS.map((_, i): Column => ({ x: label + i * (width + gap), width: width - (narrow ? 0 : VALUE) }));
  const pitch = Math.max(20, Math.min(34, (size.height - TOP - 4) / (view.holders.length + 1)));
  const tall = Math.min(20, pitch - 6);
  const most = Math.max(1, Math.floor((size.height - TOP - 4) / pitch) - 1);
  const shown = fitting(view.holders, most, chosen);
  const moved = view.holders.reduce((sum, holder) => sum + holder.read + holder.written, 0);
  const marks: Mark[] = columns.flatMap((column, i) =>
    headMarks(column, narrow ? (KINDS[i]!.split(' ')[0] ?? '') : KINDS[i]!, TOP + (shown.length + 1) * pitch),
  );
  shown.forEach((holder, i) => marks.push(...holderMarks(holder, TOP + i * pitch, tall, columns, { view, moved, chosen, narrow })));
  marks.push(...restMarks(view, TOP + shown.length * pitch, tall, columns, narrow));
  return { width: size.width, height: Math.max(size.height, TOP + (shown.length + 1) * pitch), marks, says: says(view, shown.length) };
}

function fitting(holders: readonly Holder[], most: number, chosen: string | null): readonly Holder[] {
  if (holders.length <= most) return holders;
  const use = (h: Holder): number => h.cpu + h.cpuThrottled + h.cpuWaiting + (h.label === chosen ? 10 : 0);
  const kept = new Set(holders.toSorted((a, b) => use(b) - use(a)).slice(0, most));
  return holders.filter((h) => kept.has(h));
}

function headMarks({ x, width }: Column, name: string, bottom: number): Mark[] {
  return [
    text(`head-${name}`, x, 13, name, 't-strong'),
    ...[0, 0.5, 1].flatMap((share) => [
      path(`rule-${name}-${share}`, v(x + share * width, TOP - 6, bottom), 'rule'),
      text(
        `tick-${name}-${share}`,
        x + share * width,
        TOP - 9,
        `${share * 100}${share === 1 ? ' %' : ''}`,
        't-faint t-small',
        share === 0 ? 'start' : share === 1 ? 'end' : 'middle',
      ),
    ]),
  ];
}

interface Context {
  readonly view: AllocationView;
  /** Bytes that all moved. */
  readonly moved: number;
  readonly chosen: string | null;
  readonly narrow: boolean;
}

const percent = (share: number): string => `${share > 0 && share < 0.1 ? (share * 100).toFixed(1) : Math.round(share * 100)} %`;

function holderMarks(
  holder: Holder,
  y: number,
  tall: number,
  [cpu, memory, io]: readonly Column[],
  { view, moved, chosen, narrow }: Context,
): Mark[] {
  const { id } = holder;
  const held = view.framesTotal === 0 ? 0 : holder.frames / view.framesTotal,
    bytes = holder.read + holder.written;
  const marks: Mark[] = [
    text(`name-${id}`, 2, y + tall / 2 + 5, cut(holder.label, narrow ? 8 : 12), `t-strong${holder.label === chosen ? ' t-hue' : ''}`),
  ];
  const value = (what: string, column: Column, words: string): Mark =>
    text(
      `${what}-${id}`,
      column.x + column.width + (narrow ? 0 : VALUE - 2),
      y + tall / 2 + 5,
      words,
      `t-small${narrow ? ' halo' : ''}`,
      'end',
    );
  if (cpu !== undefined) marks.push(...cpuMarks(holder, cpu, y, tall), value('cpu', cpu, percent(holder.cpu)));
  if (memory !== undefined) {
    const title = `${holder.label} holds ${plural(holder.frames, 'frame')}`;
    marks.push(
      box(`frames-${id}`, memory.x, y, held * memory.width, tall, 'held', { title }),
      value('mem', memory, grouped(holder.frames)),
    );
    if (holder.framesLimit !== null && holder.framesLimit < view.framesTotal)
      marks.push(path(`limit-${id}`, v(memory.x + (holder.framesLimit / view.framesTotal) * memory.width, y - 2, y + tall + 2), 'limit'));
  }
  if (io !== undefined && moved > 0) {
    const title = `${holder.label}: ${plural(holder.read, 'byte')} read, ${grouped(holder.written)} written`;
    marks.push(
      box(`io-${id}`, io.x, y, (bytes / moved) * io.width, tall, 'held', { title }),
      value('bytes', io, `${grouped(bytes)}${narrow ? '' : ' B'}`),
    );
  }
  return marks;
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
function restMarks(view: AllocationView, y: number, tall: number, [cpu, memory]: readonly Column[], narrow: boolean): Mark[] {
  const marks: Mark[] = [text('name-rest', 2, y + tall / 2 + 5, 'nobody', 't-faint')];
  const value = (what: string, column: Column, words: string): Mark =>
    text(
      what,
      column.x + column.width + (narrow ? 0 : VALUE - 2),
      y + tall / 2 + 5,
      words,
      `t-faint t-small${narrow ? ' halo' : ''}`,
      'end',
    );
  if (cpu !== undefined)
    marks.push(
      box('idle', cpu.x, y, view.idle * cpu.width, tall, 'free', { title: `idle ${percent(view.idle)} of the time` }),
      value('idle-words', cpu, percent(view.idle)),
    );
  if (memory !== undefined && view.framesTotal > 0) {
    const shared = (view.framesShared / view.framesTotal) * memory.width,
      free = (view.framesFree / view.framesTotal) * memory.width;
    marks.push(
      box('shared', memory.x, y, shared, tall, 'shared', { title: `${plural(view.framesShared, 'frame')} of files, held once for all` }),
      box('free', memory.x + shared, y, free, tall, 'free', { title: `${plural(view.framesFree, 'frame')} free` }),
      value('free-words', memory, grouped(view.framesFree)),
    );
  }
  return marks;
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
