/**
 * A window of guest memory as cells: words or bytes, with what was last read or written and what is next. Filled: just done;
 * outlined: next; grey: not mapped. Pure.
 */
import type { MemoryView } from '../../protocol/views.ts';
import { address, CODE_ADVANCE as A, grouped, hex, plural, round, type Label, type PanelTable, type Size } from '../shared/text.ts';

export type Unit = 'words' | 'bytes';
export interface MemoryOptions {
  readonly unit: Unit;
}

export interface Cell {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly state: 'plain' | 'read' | 'written' | 'next' | 'unmapped';
  readonly title: string;
}
export interface MemoryScene {
  readonly width: number;
  readonly height: number;
  readonly cells: readonly Cell[];
  readonly rows: readonly Label[];
  readonly says: string;
}
export const describe = (scene: MemoryScene): string => scene.says;

const CELL = 26,
  ROW = 29;
interface Range {
  readonly address: number;
  readonly length: number;
}
const touches = (range: Range | null, at: number, size: number): boolean =>
  range !== null && at < range.address + range.length && range.address < at + size;

/** Unsigned word, little-endian, at a byte offset of the window. */
function word(view: MemoryView, offset: number): number {
  const byte = (i: number) => view.bytes[offset + i] ?? 0;
  return (byte(0) | (byte(1) << 8) | (byte(2) << 16) | (byte(3) << 24)) >>> 0;
}

const unmapped = (view: MemoryView, at: number): boolean => view.unmapped.some(([from, to]) => at >= from && at < to);

/** A small number stands for itself, others as eight hex digits. */
const wordText = (n: number): string => (n < 10_000 ? String(n) : n > 0xffff_ff00 ? grouped(n - 2 ** 32) : hex(n));

function stateOf(view: MemoryView, at: number, size: number): Cell['state'] {
  if (unmapped(view, at)) return 'unmapped';
  if (touches(view.next, at, size)) return 'next';
  if (touches(view.lastWrite, at, size)) return 'written';
  return touches(view.lastRead, at, size) ? 'read' : 'plain';
}

const STATES: Readonly<Record<Cell['state'], string>> = {
  plain: '',
  read: ', just read',
  written: ', just written',
  next: '',
  unmapped: ', not mapped',
};

export function layout(view: MemoryView, size: Size, options: MemoryOptions): MemoryScene {
  const unit = options.unit === 'words' ? 4 : 1,
    count = Math.floor(view.bytes.length / unit);
  const texts = Array.from({ length: count }, (_, i) =>
    unmapped(view, view.start + i * unit) ? '' : unit === 4 ? wordText(word(view, i * 4)) : hex(view.bytes[i] ?? 0, 2),
  );
  const widest = Math.max(2, ...texts.map((t) => t.length));
  const least = Math.max(22, widest * A + 5),
    left = 4 * A + 4;
  const columns = [16, 8, 4, 2, 1].find((n) => left + n * (least + 2) <= size.width) ?? 1;
  const width = Math.min(56, (size.width - left) / columns - 2);
  const cells = texts.map((text, i): Cell => {
    const at = view.start + i * unit,
      state = stateOf(view, at, unit);
    const next = state === 'next' ? (view.next?.write === true ? ', written next' : ', read next') : '';
    return {
      id: `c${at}`,
      x: round(left + (i % columns) * (Math.max(width, least) + 2)),
      y: Math.floor(i / columns) * ROW + 1,
      width: round(Math.max(width, least)),
      height: CELL,
      text,
      state,
      title: `${address(at)}: ${text === '' ? 'nothing' : text}${STATES[state]}${next}`,
    };
  });
  const rows = Array.from({ length: Math.ceil(count / columns) }, (_, row): Label => ({
    id: `r${row}`,
    x: 0,
    y: row * ROW + 19,
    text: hex(view.start + row * columns * unit).slice(-4),
    end: false,
    tone: 'faint',
    strong: false,
  }));
  return { width: size.width, height: rows.length * ROW + 2, cells, rows, says: says(view) };
}

function says(view: MemoryView): string {
  const { lastRead, lastWrite, next } = view;
  const value = (r: Range) => {
    const offset = r.address - view.start;
    return offset >= 0 && offset + r.length <= view.bytes.length && r.length === 4 ? wordText(word(view, offset)) : null;
  };
  const phrase = (verb: string, r: Range) =>
    `${verb} ${plural(r.length, 'byte')} at ${address(r.address)}${value(r) === null ? '' : ` (${value(r)})`}`;
  const parts = [
    ...(lastWrite === null ? [] : [phrase('Just wrote', lastWrite)]),
    ...(lastRead === null ? [] : [phrase('Just read', lastRead)]),
    ...(next === null ? [] : [phrase(next.write ? 'Next writes' : 'Next reads', next)]),
  ];
  return parts.length === 0 ? `Memory from ${address(view.start)}. The last step did not touch memory.` : `${parts.join('. ')}.`;
}

export function table(view: MemoryView): PanelTable {
  const rows = Array.from({ length: Math.floor(view.bytes.length / 4) }, (_, i) => {
    const at = view.start + i * 4,
      state = stateOf(view, at, 4);
    const gone = state === 'unmapped';
    return [
      address(at),
      gone ? '' : Array.from(view.bytes.slice(i * 4, i * 4 + 4), (b) => hex(b, 2)).join(' '),
      gone ? '' : grouped(word(view, i * 4)),
      state === 'plain'
        ? ''
        : state === 'next'
          ? view.next?.write === true
            ? 'written next'
            : 'read next'
          : state === 'unmapped'
            ? 'not mapped'
            : `just ${state}`,
    ];
  });
  return {
    columns: [
      { label: 'Address', mono: true },
      { label: 'Bytes', mono: true },
      { label: 'As a number', right: true },
      { label: 'What happens' },
    ],
    rows,
  };
}

/** An address as people type it: hex with or without 0x. Null when it is none. */
export function parseAddress(text: string): number | null {
  const digits = text.trim().replace(/^0x/i, '');
  return /^[0-9a-f]{1,8}$/i.test(digits) ? Number.parseInt(digits, 16) : null;
}
