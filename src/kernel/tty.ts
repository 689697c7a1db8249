/**
 * A terminal as the kernel sees it: settings, the session it controls, and the line discipline between what is typed and what
 * programs read (termios(3)): line editing, echo, signals from keys. A pseudo-terminal (pty/pty.ts) is one of these with more of the
 * line discipline, and with a file at its other end instead of a console.
 *
 * Left out for consoles: flow control, delays, output processing (whoever shows the output makes a new line of "\n").
 */
import { concatBytes, get32, StructWriter } from '../bits/bytes.ts';
import type { Plain } from '../bits/plain.ts';
import { fromLatin1 } from '../bits/utf8.ts';
import type { Console } from './console.ts';
import { groupMembers } from './groups.ts';
import type { Kernel } from './kernel.ts';
import { send, SIGINT, SIGQUIT, SIGTSTP, SIGWINCH } from './signals.ts';

const ICRNL = 0o400,
  INLCR = 0o100,
  IGNCR = 0o200;
const ISIG = 1,
  ICANON = 2,
  ECHO = 8,
  ECHOE = 0o20,
  ECHOK = 0o40,
  ECHONL = 0o100,
  NOFLSH = 0o200,
  ECHOCTL = 0o1000,
  IEXTEN = 0o100000;
export const TOSTOP = 0o400;
const VINTR = 0,
  VQUIT = 1,
  VERASE = 2,
  VKILL = 3,
  VEOF = 4,
  VMIN = 6,
  VSUSP = 10,
  VEOL = 11,
  VWERASE = 14,
  VEOL2 = 16;
const NEWLINE = 10,
  RETURN = 13,
  SPACE = 32,
  DELETE = 127;
/** ^C ^\ DEL ^U ^D, VTIME 0, VMIN 1, ^Q ^S ^Z, ^R ^O ^W ^V. */
const CONTROL = [3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22, 0, 0, 0];

export interface Termios {
  readonly iflag: number;
  readonly oflag: number;
  readonly cflag: number;
  readonly lflag: number;
  readonly cc: readonly number[];
}
/** A fresh Linux terminal: cooked, echo, 38400 baud. */
const FRESH: Termios = {
  iflag: 0o2400 | 0o100,
  oflag: 5,
  cflag: 0o277,
  cc: CONTROL,
  lflag: ISIG | ICANON | ECHO | ECHOE | ECHOK | ECHOCTL | 0o4000 | IEXTEN,
};

/** Where a terminal stands in a devpts, and as what file (pty/devpts.ts). Replaced, never changed. */
export interface PtsEntry {
  readonly fs: number;
  readonly index: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** When the file was made. */
  readonly time: number;
  /** Its master has gone: no name leads to it any more. */
  readonly gone?: boolean;
}

export interface SavedTty {
  readonly id: number;
  /** What a pseudo-terminal has beside the rest; null for a console. */
  readonly pty: Plain;
  readonly pts: PtsEntry | null;
  readonly termios: Termios;
  readonly session: number;
  readonly foreground: number;
  readonly rows: number;
  readonly columns: number;
  readonly pixels: readonly [number, number];
  readonly cooked: Uint8Array;
  readonly line: Uint8Array;
  readonly ends: readonly number[];
}

export class Tty {
  readonly id: number;
  readonly console: Console;
  private readonly echoes: boolean;
  termios: Termios = { ...FRESH, iflag: 0o2400 };
  /** The session it controls, and the process group in the foreground; 0 for none. */
  session = 0;
  foreground = 0;
  rows = 24;
  columns = 80;
  pixels: readonly [number, number] = [0, 0];
  pts: PtsEntry | null = null;
  /** Lines that are finished, and the one being typed; where the finished ones end, an end of file being an empty line. */
  cooked: Uint8Array = new Uint8Array(0);
  line: Uint8Array = new Uint8Array(0);
  ends: readonly number[] = [];

  /** `echoes`: what is typed is shown by this terminal rather than by whoever types. */
  constructor(id: number, console: Console, echoes: boolean) {
    this.id = id;
    this.console = console;
    this.echoes = echoes;
    if (console.terminal) this.cook(null, console.take());
  }

  /** A file stands at its other end, not a console. */
  get isPty(): boolean {
    return false;
  }
  get canonical(): boolean {
    return (this.termios.lflag & ICANON) !== 0;
  }

  /** Bytes typed, or null for the end of all input. */
  receive(k: Kernel | null, bytes: Uint8Array | null): void {
    if (!this.console.terminal || bytes === null) this.console.input(bytes);
    else this.cook(k, bytes);
  }

  private cook(k: Kernel | null, bytes: Uint8Array): void {
    for (const byte of bytes) this.key(k, byte);
  }

  private key(k: Kernel | null, typed: number): void {
    const { iflag, lflag, cc } = this.termios;
    if (typed === RETURN && iflag & IGNCR) return;
    const byte = typed === RETURN && iflag & ICRNL ? NEWLINE : typed === NEWLINE && iflag & INLCR ? RETURN : typed;
    const is = (key: number): boolean => cc[key] === byte && byte !== 0;
    if (lflag & ISIG && (is(VINTR) || is(VQUIT) || is(VSUSP)))
      return this.signalKey(k, byte, is(VINTR) ? SIGINT : is(VQUIT) ? SIGQUIT : SIGTSTP);
    if (!this.canonical) {
      this.cooked = concatBytes([this.cooked, Uint8Array.of(byte)]);
      return this.echo(byte);
    }
    if (is(VERASE)) return this.erase(1);
    if (is(VKILL)) return this.erase(this.line.length);
    if (is(VWERASE)) return this.erase(this.wordLength());
    if (is(VEOF)) return this.finish();
    this.line = concatBytes([this.line, Uint8Array.of(byte)]);
    this.echo(byte);
    if (byte === NEWLINE || is(VEOL) || is(VEOL2)) this.finish();
  }

  private signalKey(k: Kernel | null, byte: number, signal: number): void {
    this.echo(byte);
    if ((this.termios.lflag & NOFLSH) === 0) this.flushInput();
    if (k) this.signal(k, signal);
  }
  /** To the process group in the foreground. */
  signal(k: Kernel, signal: number): void {
    if (this.foreground !== 0) for (const p of groupMembers(k, this.foreground)) send(k, p, signal);
  }

  finish(): void {
    this.cooked = concatBytes([this.cooked, this.line]);
    this.ends = [...this.ends, this.cooked.length];
    this.line = new Uint8Array(0);
  }

  private wordLength(): number {
    let at = this.line.length;
    while (at > 0 && this.line[at - 1] === SPACE) at--;
    while (at > 0 && this.line[at - 1] !== SPACE) at--;
    return this.line.length - at;
  }

  private erase(count: number): void {
    const n = Math.min(count, this.line.length);
    for (let i = 0; i < n; i++) {
      const wide = this.line.at(-1 - i)! < SPACE ? 2 : 1;
      if (this.termios.lflag & ECHO) this.show('\b \b'.repeat(wide));
    }
    this.line = this.line.slice(0, this.line.length - n);
  }

  private echo(byte: number): void {
    const { lflag } = this.termios;
    if ((lflag & ECHO) === 0 && !(byte === NEWLINE && lflag & ECHONL)) return;
    if ((byte < SPACE || byte === DELETE) && lflag & ECHOCTL && byte !== NEWLINE && byte !== 9)
      this.show(`^${String.fromCharCode(byte ^ 64)}`);
    else this.show(String.fromCharCode(byte));
  }
  private show(text: string): void {
    if (this.echoes) this.console.write(1, fromLatin1(text));
    else this.console.show(fromLatin1(text));
  }

  /** Whether a read has an answer: a line, enough bytes, or the end. */
  get ready(): boolean {
    if (!this.console.terminal) return this.console.ready;
    return (this.canonical ? this.ends.length > 0 : this.cooked.length >= Math.max(1, this.termios.cc[VMIN]!)) || this.console.ended;
  }
  get available(): number {
    return this.console.terminal ? this.cooked.length : this.console.available;
  }

  /** Up to `length` bytes, in canonical mode at most one line; empty at the end of file. Only when `ready`. */
  read(length: number): Uint8Array {
    if (!this.console.terminal) return this.console.read(length);
    if (this.console.ended && this.ends.length === 0 && this.cooked.length === 0) return this.take(this.line.length, length, 'line');
    const end = this.canonical ? (this.ends[0] ?? this.cooked.length) : this.cooked.length;
    return this.take(end, length, 'cooked');
  }

  private take(available: number, length: number, from: 'cooked' | 'line'): Uint8Array {
    const n = Math.min(available, length),
      result = this[from].slice(0, n);
    this[from] = this[from].slice(n);
    if (from === 'cooked') this.ends = this.ends.map((end) => end - n).filter((end, i) => end > 0 || (i > 0 && end === 0));
    return result;
  }

  flushInput(): void {
    this.cooked = this.line = new Uint8Array(0);
    this.ends = [];
  }

  /** struct termios of the kernel (asm-generic/termbits.h). */
  termiosBytes(): Uint8Array {
    const { iflag, oflag, cflag, lflag, cc } = this.termios;
    return new StructWriter().u32(iflag).u32(oflag).u32(cflag).u32(lflag).u8(0).bytes(cc).done();
  }
  setTermios(b: Uint8Array, flush: boolean): void {
    const was = this.canonical;
    this.termios = { iflag: get32(b, 0), oflag: get32(b, 4), cflag: get32(b, 8), lflag: get32(b, 12), cc: [...b.subarray(17, 36)] };
    if (flush) this.flushInput();
    // What was typed of an unfinished line can be read at once when lines no longer count.
    if (was && !this.canonical) this.finish();
    if (!was && this.canonical) this.ends = this.cooked.length > 0 ? [this.cooked.length] : [];
  }
  /** struct winsize: rows, columns, and their sizes in points. */
  get size(): readonly number[] {
    return [this.rows, this.columns, ...this.pixels];
  }
  setSize(k: Kernel, [rows, columns, x, y]: readonly [number, number, number, number]): void {
    if (rows === this.rows && columns === this.columns && x === this.pixels[0] && y === this.pixels[1]) return;
    this.rows = rows;
    this.columns = columns;
    this.pixels = [x, y];
    this.signal(k, SIGWINCH);
  }

  save(): SavedTty {
    const { id, pts, termios, session, foreground, rows, columns, pixels, cooked, line, ends } = this;
    return { id, pty: null, pts, termios, session, foreground, rows, columns, pixels, cooked, line, ends };
  }
  restore(s: SavedTty): void {
    ({ termios: this.termios, session: this.session, foreground: this.foreground, rows: this.rows, columns: this.columns } = s);
    ({ cooked: this.cooked, line: this.line, ends: this.ends, pts: this.pts, pixels: this.pixels } = s);
  }
}
