/**
 * What stands at the other end of standard input, output and error: a terminal, or pipes of the host. Output is collected;
 * input comes from outside and is part of the replayed inputs. Lines are edited by the terminal in front (tty.ts).
 */
import { concatBytes } from '../bits/bytes.ts';
import { GrowingBytes } from '../bits/growing.ts';
import type { Plain } from '../bits/plain.ts';

export class Console {
  /** Whether the program sees a terminal. */
  readonly terminal: boolean;
  readonly out = new GrowingBytes();
  readonly err = new GrowingBytes();
  /** Of a terminal: all that one sees on it, both streams and the echo in their order. */
  readonly screen = new GrowingBytes();
  private waiting: Uint8Array;
  ended: boolean;

  /** `stdin` null: input comes later by `input`. */
  constructor(terminal: boolean, stdin: Uint8Array | null) {
    this.terminal = terminal;
    this.waiting = stdin ?? new Uint8Array(0);
    this.ended = stdin !== null;
  }

  /** More input, or null for its end. */
  input(bytes: Uint8Array | null): void {
    if (bytes === null) this.ended = true;
    else this.waiting = concatBytes([this.waiting, bytes]);
  }

  /** All that came so far, for a line discipline. */
  take(): Uint8Array {
    const bytes = this.waiting;
    this.waiting = new Uint8Array(0);
    return bytes;
  }

  /** Whether a read has an answer: bytes, or the end. */
  get ready(): boolean {
    return this.waiting.length > 0 || this.ended;
  }
  get available(): number {
    return this.waiting.length;
  }

  /** Up to `length` bytes; empty at the end. Only when `ready`. */
  read(length: number): Uint8Array {
    const n = Math.min(length, this.waiting.length);
    const result = this.waiting.subarray(0, n);
    this.waiting = this.waiting.subarray(n);
    return result;
  }

  write(stream: number, bytes: Uint8Array): void {
    (stream === 2 ? this.err : this.out).append(bytes);
    this.show(bytes);
  }

  /** Only to be seen: the echo of a terminal whose user sees by himself what he types. */
  show(bytes: Uint8Array): void {
    if (this.terminal) this.screen.append(bytes);
  }

  save(): Plain {
    return { out: this.out.view(), err: this.err.view(), screen: this.screen.view(), waiting: this.waiting, ended: this.ended };
  }

  restore(state: Plain): void {
    const s = state as { out: Uint8Array; err: Uint8Array; screen: Uint8Array; waiting: Uint8Array; ended: boolean };
    this.out.restore(s.out);
    this.err.restore(s.err);
    this.screen.restore(s.screen);
    this.waiting = s.waiting;
    this.ended = s.ended;
  }
}
