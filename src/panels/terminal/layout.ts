/** What a terminal must be given to show a view: everything anew, or only what was added since. Pure. */
import type { TerminalView } from '../../protocol/os-views.ts';

export interface Shown {
  readonly container: string;
  /** Bytes of the output that the terminal on the page has had, and a sum over them. */
  readonly length: number;
  readonly sum: number;
}
export const NOTHING: Shown = { container: '', length: 0, sum: 0 };

export interface Feed {
  /** The terminal is cleared first: another container, or an earlier moment. */
  readonly reset: boolean;
  readonly bytes: Uint8Array;
  readonly shown: Shown;
}

/** FNV-1a over the first `length` bytes: tells whether the past is still the same. */
function sumOf(bytes: Uint8Array, length: number): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < length; i++) sum = Math.imul(sum ^ bytes[i]!, 0x01000193);
  return sum >>> 0;
}

export function feed(view: TerminalView, shown: Shown): Feed {
  const length = view.bytes.length;
  const same = shown.container === view.container && length >= shown.length && sumOf(view.bytes, shown.length) === shown.sum;
  const next: Shown = { container: view.container, length, sum: sumOf(view.bytes, length) };
  return { reset: !same, bytes: same ? view.bytes.subarray(shown.length) : view.bytes, shown: next };
}

/** Columns that fit into a width, at the advance of the code face. */
export const columnsIn = (width: number, advance: number): number => Math.max(20, Math.floor(width / advance));

/** The end of what was printed, as plain lines. Control sequences are left out. */
function plainLines(bytes: Uint8Array): readonly string[] {
  const text = new TextDecoder().decode(bytes.subarray(Math.max(0, bytes.length - 2000)));
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/\u001b\[[0-9;?]*[ -/]*[@-~]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
  return plain.trimEnd().split('\n');
}
export const lastLines = (bytes: Uint8Array, count: number): string => plainLines(bytes).slice(-count).join('\n');

/** The last line that holds something, for those who do not see the terminal. */
export const lastLine = (bytes: Uint8Array): string => plainLines(bytes).at(-1) ?? '';

export function describe(view: TerminalView): string {
  const last = lastLine(view.bytes);
  return `Terminal of ${view.container}. ${last === '' ? 'Nothing has been printed.' : `Last line: ${last}`}${view.waiting ? ' It waits for you to type.' : ''}`;
}
