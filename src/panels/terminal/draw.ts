/**
 * The terminal itself: xterm, in the page's faces and colours. What is typed goes out by `typed`; nothing is echoed here, because the
 * kernel's terminal does that. Loaded when the panel is opened.
 */
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import { columnsIn, type Feed } from './layout.ts';

export interface TerminalDrawing {
  feed(feed: Feed): void;
  fit(): void;
  focus(): void;
  recolour(): void;
  destroy(): void;
}

const SIZE = 13,
  LINE = 1.25;
const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const theme = (): Record<string, string> => ({
  background: token('--sunken'),
  foreground: token('--ink'),
  cursor: token('--ink'),
  cursorAccent: token('--sunken'),
  selectionBackground: token('--mark'),
  selectionForeground: token('--mark-ink'),
});

export function create(host: HTMLElement, label: string, typed: (text: string) => void): TerminalDrawing {
  const terminal = new Terminal({
    fontFamily: token('--font-code') || 'monospace',
    fontSize: SIZE,
    lineHeight: LINE,
    convertEol: true,
    cursorBlink: false,
    scrollback: 2000,
    screenReaderMode: true,
    theme: theme(),
  });
  terminal.open(host);
  terminal.textarea?.setAttribute('aria-label', label);
  const ends = terminal.onData(typed);
  // Tab leaves the terminal, so that the keyboard is not caught in it; Escape and the arrows go to the program.
  terminal.attachCustomKeyEventHandler((event) => event.key !== 'Tab');
  const fit = (): void => {
    const advance = advanceOf(host) ?? 8;
    const rows = Math.max(3, Math.floor(inner(host) / (rowHeight(host) ?? SIZE * LINE * 1.16)));
    const columns = columnsIn(host.clientWidth - 4, advance);
    if (columns !== terminal.cols || rows !== terminal.rows) terminal.resize(columns, rows);
  };
  fit();
  return {
    feed(next) {
      if (next.reset) terminal.reset();
      if (next.bytes.length > 0) terminal.write(next.bytes);
    },
    fit,
    focus: () => terminal.focus(),
    recolour: () => {
      terminal.options.theme = theme();
    },
    destroy() {
      ends.dispose();
      host.replaceChildren();
      // It has work of its own under way just after it was opened, which must find it whole.
      setTimeout(() => terminal.dispose(), 200);
    },
  };
}

/** Width of a character as the terminal lays it out. */
function advanceOf(host: HTMLElement): number | null {
  const probe = host.querySelector<HTMLElement>('.xterm-char-measure-element');
  const text = probe?.textContent ?? '';
  const width = probe?.getBoundingClientRect().width ?? 0;
  return width > 0 && text.length > 0 ? width / text.length : null;
}

/** Height of a row as the terminal lays it out, and the height there is for rows. */
function rowHeight(host: HTMLElement): number | null {
  const height = host.querySelector('.xterm-rows > div')?.getBoundingClientRect().height ?? 0;
  return height > 0 ? height : null;
}
function inner(host: HTMLElement): number {
  const { paddingTop, paddingBottom } = getComputedStyle(host);
  return host.clientHeight - (Number.parseFloat(paddingTop) || 0) - (Number.parseFloat(paddingBottom) || 0);
}
