/**
 * Text in pictures: how wide it is, how numbers are written, and the table that stands beside every picture. Pure.
 *
 * Widths come from the faces themselves (Atkinson Hyperlegible Mono and Next): the code face is exact, the other an
 * average over English words. No Intl: the same number reads the same everywhere.
 */

/** Advance of one character of code at 13 px. */
export const CODE_ADVANCE = 8.216;
/** Mean advance of a character of interface text at 14 px. */
export const TEXT_ADVANCE = 6.5;

/** The same facts as the picture, for reading and for copying. */
export interface PanelTable {
  readonly columns: readonly { readonly label: string; readonly mono?: boolean; readonly right?: boolean }[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** How much a text stands out; words and values that matter are ink. */
export type Tone = 'ink' | 'soft' | 'faint' | 'hue';
/** A line of interface text at a place. */
export interface Label {
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly end: boolean;
  readonly tone: Tone;
  readonly strong: boolean;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** To a tenth of a pixel, so that goldens do not hang on the last bit. */
export const round = (n: number): number => Math.round(n * 10) / 10 + 0;

export const clamp = (n: number, low: number, high: number): number => Math.max(low, Math.min(high, n));

/** "1,246": groups of three, a true minus sign. */
export function grouped(n: number): string {
  const whole = Math.round(Math.abs(n))
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
  return n < 0 && whole !== '0' ? `\u2212${whole}` : whole;
}

/** Three digits that matter: "0.85", "3.1", "37.5", "480", "12,300". */
export function short(n: number): string {
  const size = Math.abs(n);
  if (size >= 100) return grouped(n);
  const text = (size >= 10 ? n.toFixed(1) : n.toFixed(2)).replace(/\.?0+$/, '');
  return text.replace('-', '\u2212');
}

export const hex = (n: number, digits = 8): string => (n >>> 0).toString(16).padStart(digits, '0');

/** An address without the zeros in front, at least six digits wide. */
export const address = (n: number): string => hex(n, 6);

export const plural = (n: number, one: string, many = `${one}s`): string => `${grouped(n)} ${n === 1 ? one : many}`;

/** Cuts text that is longer than `length` characters and ends it with an ellipsis. */
export const cut = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, Math.max(0, length - 1))}\u2026`;

/** Cuts the middle out: names that begin alike differ at their ends. */
export function cutMiddle(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.min(text.length - 1, Math.ceil((length - 1) / 2));
  return `${text.slice(0, Math.max(0, length - 1 - tail))}\u2026${text.slice(-tail)}`;
}

/** Breaks a sentence into lines of at most `length` characters; a longer word stands alone. */
export function wrap(sentence: string, length: number): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(' ')) {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + 1 + word.length <= length) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
