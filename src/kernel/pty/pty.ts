/**
 * A pseudo-terminal (pty(7)): a terminal at whose other end a file stands, the master. Here is what the two ends have of each other;
 * what keys and output become is in discipline.ts, reading and writing in transfer.ts, opening and hanging up in ends.ts.
 *
 * Invariant: it is there while either end is open; whether the slave is open is what the open files say. State is plain and
 * replaced as a whole when it is saved.
 */
import type { Plain } from '../../bits/plain.ts';
import { Console } from '../console.ts';
import type { Kernel } from '../kernel.ts';
import { type SavedTty, Tty } from '../tty.ts';
import { receive } from './discipline.ts';
import { CREAD, CSIZE, EXTPROC, IXON, PACKET, PARENB, VMIN, VSTART, VSTOP, VTIME } from './termbits.ts';

export interface PtyState {
  /** TIOCSPTLCK; whether the master is open, and whether the slave was and no longer is. */
  locked: boolean;
  masterOpen: boolean;
  otherClosed: boolean;
  exclusive: boolean;
  /** TIOCPKT, and what has happened since the master last read. */
  packet: boolean;
  status: number;
  /** Output is stopped, by a key or (tcflow) by a program. */
  stopped: boolean;
  stoppedByProgram: boolean;
  /** For the master to read; echoes that wait until output goes on; what the master wrote and the line discipline has no room for. */
  out: Uint8Array;
  echoes: Uint8Array;
  pending: Uint8Array;
  /** Where the cursor is, and was when the line began; the next key stands for itself; erased characters are being shown. */
  column: number;
  lineColumn: number;
  literal: boolean;
  erasing: boolean;
}

const EMPTY = new Uint8Array(0);

export class Pty extends Tty {
  state: PtyState = {
    locked: true,
    masterOpen: true,
    otherClosed: false,
    exclusive: false,
    packet: false,
    status: 0,
    stopped: false,
    stoppedByProgram: false,
    out: EMPTY,
    echoes: EMPTY,
    pending: EMPTY,
    column: 0,
    lineColumn: 0,
    literal: false,
    erasing: false,
  };

  constructor(id: number) {
    super(id, new Console(true, null), false);
    this.rows = this.columns = 0;
  }

  override get isPty(): boolean {
    return true;
  }
  local(flag: number): boolean {
    return (this.termios.lflag & flag) !== 0;
  }
  input(flag: number): boolean {
    return (this.termios.iflag & flag) !== 0;
  }

  /** As poll sees it: a line, or as many bytes as a read waits for. */
  override get ready(): boolean {
    const { cc } = this.termios;
    return this.canonical && !this.local(EXTPROC) ? this.ends.length > 0 : this.cooked.length >= Math.max(1, cc[VTIME] ? 1 : cc[VMIN]!);
  }

  /** Something for the master to hear of, when it listens. */
  tell(bits: number, instead = 0): void {
    if (this.state.packet) this.state.status = (this.state.status & ~instead) | bits;
  }
  stop(): void {
    if (this.state.stopped) return;
    this.state.stopped = true;
    this.tell(PACKET.stop, PACKET.start);
  }
  start(): void {
    const { state } = this;
    if (!state.stopped || state.stoppedByProgram) return;
    state.stopped = false;
    this.tell(PACKET.start, PACKET.stop);
    this.sendEchoes();
  }
  sendEchoes(): void {
    this.send(this.state.echoes);
    this.state.echoes = EMPTY;
  }
  /** Bytes for the master. */
  send(bytes: Uint8Array): void {
    const { out } = this.state,
      all = new Uint8Array(out.length + bytes.length);
    all.set(out);
    all.set(bytes, out.length);
    this.state.out = all;
  }

  override flushInput(): void {
    super.flushInput();
    this.state.pending = EMPTY;
    this.state.literal = this.state.erasing = false;
    this.tell(PACKET.flushRead);
  }

  override setTermios(b: Uint8Array, flush: boolean): void {
    const before = this.termios,
      flow = (): boolean => this.input(IXON) && this.termios.cc[VSTOP] === 19 && this.termios.cc[VSTART] === 17;
    const flowed = flow();
    super.setTermios(b, flush);
    const { cflag } = this.termios;
    this.termios = { ...this.termios, cflag: (cflag & ~(CSIZE | PARENB)) | CSIZE | CREAD };
    if (flow() !== flowed) this.tell(flow() ? PACKET.doStop : PACKET.noStop, flow() ? PACKET.noStop : PACKET.doStop);
    if ((before.lflag | this.termios.lflag) & EXTPROC) this.tell(PACKET.ioctl);
    if (before.iflag & IXON && !this.input(IXON) && !this.state.stoppedByProgram) this.start();
  }

  /** Keys of no master (TIOCSTI) come behind those of the master. */
  override receive(k: Kernel, bytes: Uint8Array): void {
    const { pending } = this.state,
      all = new Uint8Array(pending.length + bytes.length);
    all.set(pending);
    all.set(bytes, pending.length);
    this.state.pending = all;
    this.drain(k);
  }

  /** What the master wrote, as far as there is room for it. */
  drain(k: Kernel): void {
    this.state.pending = receive(k, this, this.state.pending);
  }

  override save(): SavedTty {
    return { ...super.save(), pty: { ...this.state } as unknown as Plain };
  }
  override restore(s: SavedTty): void {
    super.restore(s);
    this.state = { ...(s.pty as unknown as PtyState) };
  }
}
