/**
 * Reading and writing at both ends of a pseudo-terminal, and what poll sees of them (Linux's n_tty_read, n_tty_write, n_tty_poll).
 * A call that must wait waits for any change of the kernel's and looks again.
 */
import { concatBytes } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import { backgroundRead, mayWrite, O_NONBLOCK } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { Block, type OpenFile } from '../task.ts';
import type { Tty } from '../tty.ts';
import { processed } from './discipline.ts';
import { stopFromBackground } from './jobs.ts';
import type { Pty } from './pty.ts';
import { EXTPROC, TOSTOP, VMIN, VTIME } from './termbits.ts';

const POLLIN = 1,
  POLLPRI = 2,
  POLLOUT = 4,
  POLLERR = 8,
  POLLHUP = 16;
/** What waits for the master, and for the line discipline, at most: tty_buffer_set_limit, and a discipline that is full. */
const ROOM = 8192,
  MASTER_ROOM = ROOM + 4095;
/** Bytes that one write of a program is cut into: what the discipline copies at a time. */
const PIECE = 2048;

function wait(k: Kernel, file: OpenFile, until: number | null = null, count = 0): never {
  if (file.flags & O_NONBLOCK) fail('EAGAIN');
  throw new Block({ kind: 'tty', seen: k.changes, until }, { until, count });
}
/** What a read that waited remembers: until when, and how many bytes there were. */
const remembered = (k: Kernel): { readonly until: number | null; readonly count: number } | null => {
  const blocked = k.current?.blocked;
  return blocked?.wait.kind === 'tty' ? (blocked.memory as unknown as { until: number | null; count: number }) : null;
};

// ---- the slave

/** By lines, or with as many bytes and as much patience as VMIN and VTIME say (termios(3)). */
export function read(k: Kernel, tty: Tty, file: OpenFile, length: number): Uint8Array {
  // Who was waiting when it hung up finds the other end closed; who comes later finds the end of a file.
  if (file.hungUp) return remembered(k) ? fail('EIO') : new Uint8Array(0);
  const t = tty as Pty;
  backgroundRead(k, t);
  if (!answers(k, t, file, length)) wait(k, file);
  const bytes = t.read(length);
  t.drain(k);
  k.changes++;
  return bytes;
}

function answers(k: Kernel, t: Pty, file: OpenFile, length: number): boolean {
  if (t.canonical && !t.local(EXTPROC)) return t.ends.length > 0;
  const { cc } = t.termios,
    least = Math.min(cc[VMIN]!, length),
    time = (cc[VTIME]! * k.machine.hz) / 10,
    there = t.cooked.length;
  if (there >= Math.max(1, least) || (least === 0 && time === 0)) return true;
  if (there > 0 && file.flags & O_NONBLOCK) return true;
  const before = remembered(k),
    now = k.machine.time;
  // The clock begins with the read when nothing need come, else with each byte that comes.
  const runs = time > 0 && (least === 0 || there > 0),
    until = !runs ? null : before?.until && (least === 0 || before.count === there) ? before.until : now + Math.ceil(time);
  return until !== null && now >= until ? true : wait(k, file, until, there);
}

export function write(k: Kernel, tty: Tty, file: OpenFile, bytes: Uint8Array): number {
  if (file.hungUp) fail('EIO');
  const t = tty as Pty;
  if (t.local(TOSTOP)) stopFromBackground(k, t);
  if (!t.state.masterOpen) fail('EIO');
  if (bytes.length === 0) return 0;
  const room = t.state.stopped ? 0 : MASTER_ROOM - t.state.out.length;
  if (room <= 0) wait(k, file);
  const taken = bytes.subarray(0, Math.min(room, PIECE));
  t.send(processed(t, taken));
  k.changes++;
  return taken.length;
}

// ---- the master

const ptyOf = (k: Kernel, file: OpenFile): Pty => k.ttys.get(file.number) as Pty;

export function readMaster(k: Kernel, file: OpenFile, length: number): Uint8Array {
  const { state } = ptyOf(k, file);
  if (length === 0) return new Uint8Array(0);
  if (state.packet && state.status !== 0) {
    const { status } = state;
    state.status = 0;
    return Uint8Array.of(status);
  }
  if (state.out.length === 0) {
    if (state.otherClosed) fail('EIO');
    wait(k, file);
  }
  const bytes = state.out.slice(0, state.packet ? length - 1 : length);
  state.out = state.out.slice(bytes.length);
  k.changes++;
  return state.packet ? concatBytes([Uint8Array.of(0), bytes]) : bytes;
}

export function writeMaster(k: Kernel, file: OpenFile, bytes: Uint8Array): number {
  const t = ptyOf(k, file);
  if (bytes.length === 0) return 0;
  const room = ROOM - t.state.pending.length;
  if (room <= 0) wait(k, file);
  const taken = bytes.subarray(0, room);
  t.receive(k, taken);
  k.changes++;
  return taken.length;
}

/** FIONREAD. */
export const waiting = (k: Kernel, file: OpenFile): number => ptyOf(k, file).state.out.length;

// ---- poll

export function events(_k: Kernel, tty: Tty, file: OpenFile): number {
  const t = tty as Pty,
    { state } = t;
  if (file.kind === 'ptm') {
    const told = state.packet && state.status !== 0;
    return (
      (state.out.length > 0 || told ? POLLIN : 0) |
      (told ? POLLPRI : 0) |
      (state.otherClosed ? POLLHUP : 0) |
      (state.pending.length < ROOM ? POLLOUT : 0)
    );
  }
  if (file.hungUp) return POLLIN | POLLOUT | POLLERR | POLLHUP;
  const writes = mayWrite(file) && !state.stopped && state.out.length < MASTER_ROOM;
  return (t.ready ? POLLIN : 0) | (writes ? POLLOUT : 0);
}
