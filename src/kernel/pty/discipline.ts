/**
 * The line discipline of a pseudo-terminal (Linux's drivers/tty/n_tty.c): what becomes of each byte that the master writes, and of what
 * programs write when output is processed. Lines, ends of file and settings are those of every terminal (tty.ts).
 *
 * Left out: delays, marking of errors of parity (there is no wire).
 */
import { concatBytes } from '../../bits/bytes.ts';
import type { Kernel } from '../kernel.ts';
import { SIGINT, SIGQUIT, SIGTSTP } from '../signals.ts';
import type { Pty } from './pty.ts';
import * as T from './termbits.ts';

const VINTR = 0,
  VQUIT = 1,
  VERASE = 2,
  VKILL = 3,
  VEOF = 4,
  VSUSP = 10,
  VEOL = 11,
  VREPRINT = 12,
  VWERASE = 14,
  VLNEXT = 15,
  VEOL2 = 16;
const OPOST = 1,
  OLCUC = 2,
  ONLCR = 4,
  OCRNL = 0o10,
  ONOCR = 0o20,
  ONLRET = 0o40,
  XTABS = 0o14000;
const BACKSPACE = 8,
  TAB = 9,
  NEWLINE = 10,
  RETURN = 13,
  SPACE = 32,
  SLASH = 47,
  CARET = 94,
  BACKSLASH = 92,
  DELETE = 127;
/** Bytes that the discipline holds for programs to read: N_TTY_BUF_SIZE less one. */
const MOST = 4095;

const isControl = (c: number): boolean => c < SPACE || c === DELETE;
const isWord = (c: number): boolean => /\w/.test(String.fromCharCode(c)) || (c >= 0xc0 && c !== 0xd7 && c !== 0xf7);
/** A further byte of a character of several. */
const isContinuation = (t: Pty, c: number): boolean => t.input(T.IUTF8) && (c & 0xc0) === 0x80;

/** Takes bytes as long as there is room; the rest is answered. Of a line that is too long the last byte is written over. */
export function receive(k: Kernel, t: Pty, bytes: Uint8Array): Uint8Array {
  const plain =
    !t.canonical && !t.local(T.ISIG | T.ECHO) && !t.input(T.IXON | T.ICRNL | T.INLCR | T.IGNCR | T.ISTRIP | T.IUCLC) && !t.state.literal;
  if (plain) {
    const n = Math.min(bytes.length, MOST - t.cooked.length);
    t.cooked = concatBytes([t.cooked, bytes.subarray(0, n)]);
    return bytes.slice(n);
  }
  let at = 0;
  for (; at < bytes.length; at++) {
    if (t.cooked.length + t.line.length >= MOST) {
      if (!t.canonical || t.ends.length > 0) break;
      t.line = t.line.slice(0, MOST);
    }
    key(k, t, bytes[at]!);
  }
  if (!t.state.stopped) t.sendEchoes();
  return bytes.slice(at);
}

function key(k: Kernel, t: Pty, typed: number): void {
  const { state } = t,
    { cc } = t.termios;
  if (state.literal) {
    state.literal = false;
    return keep(t, typed, true);
  }
  let c = t.input(T.ISTRIP) ? typed & 0x7f : typed;
  if (t.input(T.IUCLC) && t.local(T.IEXTEN) && c >= 65 && c <= 90) c += 32;
  const is = (name: number): boolean => cc[name] === c && c !== 0;
  if (t.local(T.EXTPROC)) return put(t, c);
  if (t.input(T.IXON) && is(T.VSTART)) return t.start();
  if (t.input(T.IXON) && is(T.VSTOP)) return t.stop();
  if (t.local(T.ISIG))
    for (const [name, signal] of SIGNAL_KEYS)
      if (is(name)) {
        if (!t.local(T.NOFLSH)) {
          t.flushInput();
          t.tell(T.PACKET.flushWrite);
          state.echoes = new Uint8Array(0);
        }
        t.signal(k, signal);
        if (t.input(T.IXON)) t.start();
        return t.local(T.ECHO) ? echo(t, c) : undefined;
      }
  if (state.stopped && !state.stoppedByProgram && t.input(T.IXON) && t.input(T.IXANY)) t.start();
  if (c === RETURN) {
    if (t.input(T.IGNCR)) return;
    if (t.input(T.ICRNL)) c = NEWLINE;
  } else if (c === NEWLINE && t.input(T.INLCR)) c = RETURN;
  if (t.canonical && edits(t, c)) return;
  keep(t, c);
}
const SIGNAL_KEYS: readonly (readonly [number, number])[] = [
  [VINTR, SIGINT],
  [VQUIT, SIGQUIT],
  [VSUSP, SIGTSTP],
];

/** Keys that edit a line or end it. */
function edits(t: Pty, c: number): boolean {
  const { cc } = t.termios,
    is = (name: number): boolean => cc[name] === c && c !== 0,
    extended = t.local(T.IEXTEN);
  if (is(VERASE)) erase(t, 'one');
  else if (is(VKILL)) erase(t, 'line');
  else if (is(VWERASE) && extended) erase(t, 'word');
  else if (is(VLNEXT) && extended) {
    t.state.literal = true;
    if (t.local(T.ECHO)) finishErasing(t);
    if (t.local(T.ECHO) && t.local(T.ECHOCTL)) raw(t, CARET, BACKSPACE);
  } else if (is(VREPRINT) && extended && t.local(T.ECHO)) {
    finishErasing(t);
    echo(t, c);
    raw(t, NEWLINE);
    for (const one of t.line) echo(t, one);
  } else if (c === NEWLINE) {
    if (t.local(T.ECHO | T.ECHONL)) raw(t, NEWLINE);
    endLine(t, c);
  } else if (is(VEOF)) t.finish();
  else if (is(VEOL) || (is(VEOL2) && extended)) {
    if (t.local(T.ECHO)) echoTyped(t, c);
    endLine(t, c);
  } else return false;
  return true;
}

function put(t: Pty, c: number): void {
  const where = t.canonical && !t.local(T.EXTPROC) ? 'line' : 'cooked';
  t[where] = concatBytes([t[where], Uint8Array.of(c)]);
}
function endLine(t: Pty, c: number): void {
  t.line = concatBytes([t.line, Uint8Array.of(c)]);
  t.finish();
}
function keep(t: Pty, c: number, literal = false): void {
  if (t.local(T.ECHO)) echoTyped(t, c, literal);
  put(t, c);
}

// ---- echo

function echoTyped(t: Pty, c: number, literal = false): void {
  finishErasing(t);
  if (c === NEWLINE && !literal) return raw(t, NEWLINE);
  if (t.line.length === 0) t.state.lineColumn = t.state.column;
  echo(t, c);
}
/** As a user sees it: control characters with a caret. */
function echo(t: Pty, c: number): void {
  if (!t.local(T.ECHOCTL) || !isControl(c) || c === TAB) return raw(t, c);
  show(t, Uint8Array.of(CARET, c ^ 64));
  t.state.column += 2;
}
function raw(t: Pty, ...bytes: readonly number[]): void {
  show(t, processed(t, Uint8Array.from(bytes)));
}
/** Echoes go out when all that came at once has been looked at, if output is not stopped; a key that interrupts drops those before. */
function show(t: Pty, bytes: Uint8Array): void {
  t.state.echoes = concatBytes([t.state.echoes, bytes]);
}
function finishErasing(t: Pty): void {
  if (t.state.erasing) raw(t, SLASH);
  t.state.erasing = false;
}

// ---- erasing

function erase(t: Pty, what: 'one' | 'word' | 'line'): void {
  if (t.line.length === 0) return;
  if (what === 'line' && !(t.local(T.ECHO) && t.local(T.ECHOK) && t.local(T.ECHOKE) && t.local(T.ECHOE))) {
    t.line = new Uint8Array(0);
    if (!t.local(T.ECHO)) return;
    finishErasing(t);
    echo(t, t.termios.cc[VKILL]!);
    if (t.local(T.ECHOK)) raw(t, NEWLINE);
    return;
  }
  let inWord = false;
  while (t.line.length > 0) {
    let from = t.line.length - 1;
    while (from > 0 && isContinuation(t, t.line[from]!)) from--;
    const c = t.line[from]!;
    if (isContinuation(t, c)) break;
    if (what === 'word') {
      if (isWord(c)) inWord = true;
      else if (inWord) break;
    }
    const gone = t.line.slice(from);
    t.line = t.line.slice(0, from);
    if (t.local(T.ECHO)) showErased(t, gone, what);
    if (what === 'one') break;
  }
  if (t.line.length === 0 && t.local(T.ECHO)) finishErasing(t);
}

function showErased(t: Pty, gone: Uint8Array, what: 'one' | 'word' | 'line'): void {
  const c = gone[0]!;
  if (t.local(T.ECHOPRT)) {
    if (!t.state.erasing) raw(t, BACKSLASH);
    t.state.erasing = true;
    echo(t, c);
    raw(t, ...gone.subarray(1));
  } else if (what === 'one' && !t.local(T.ECHOE)) echo(t, t.termios.cc[VERASE]!);
  else if (c === TAB) eraseTab(t);
  else {
    if (isControl(c) && t.local(T.ECHOCTL)) raw(t, BACKSPACE, SPACE, BACKSPACE);
    if (!isControl(c) || t.local(T.ECHOCTL)) raw(t, BACKSPACE, SPACE, BACKSPACE);
  }
}

/** Back to where the tabulator was typed. */
function eraseTab(t: Pty): void {
  const tab = t.line.lastIndexOf(TAB);
  let wide = tab < 0 ? t.state.lineColumn : 0;
  for (const c of t.line.subarray(tab + 1)) {
    if (isControl(c)) wide += t.local(T.ECHOCTL) ? 2 : 0;
    else if (!isContinuation(t, c)) wide++;
  }
  const back = 8 - (wide & 7);
  show(t, new Uint8Array(back).fill(BACKSPACE));
  t.state.column = Math.max(0, t.state.column - back);
}

// ---- output

/** What becomes of bytes on their way out: new lines, tabulators, capitals; and where the cursor is then. */
export function processed(t: Pty, bytes: Uint8Array): Uint8Array {
  const { oflag } = t.termios,
    { state } = t;
  if ((oflag & OPOST) === 0) return bytes;
  const result: number[] = [];
  for (const byte of bytes) {
    let c = byte;
    if (c === NEWLINE) {
      if (oflag & (ONLCR | ONLRET)) state.column = state.lineColumn = 0;
      if (oflag & ONLCR) result.push(RETURN);
    } else if (c === RETURN) {
      if (oflag & ONOCR && state.column === 0) continue;
      if (oflag & OCRNL) c = NEWLINE;
      if ((oflag & OCRNL) === 0 || oflag & ONLRET) state.column = state.lineColumn = 0;
    } else if (c === TAB) {
      const spaces = 8 - (state.column & 7);
      state.column += spaces;
      if ((oflag & XTABS) === XTABS) {
        for (let i = 0; i < spaces; i++) result.push(SPACE);
        continue;
      }
    } else if (c === BACKSPACE) state.column = Math.max(0, state.column - 1);
    else if (!isControl(c)) {
      if (oflag & OLCUC && c >= 97 && c <= 122) c -= 32;
      if (!isContinuation(t, c)) state.column++;
    }
    result.push(c);
  }
  return Uint8Array.from(result);
}
