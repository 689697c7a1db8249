/** What an open file is ready for: the answers of poll, select and epoll. */
import { O_ACCMODE, pipeRoom, ttyOf } from './files.ts';
import type { Kernel } from './kernel.ts';
import { LATE } from './late.ts';
import { socketEvents, socketOf } from './net/socket.ts';
import type { OpenFile } from './task.ts';

export const POLLIN = 1,
  POLLPRI = 2,
  POLLOUT = 4,
  POLLERR = 8,
  POLLHUP = 16,
  POLLNVAL = 32;

export function readiness(k: Kernel, file: OpenFile): number {
  switch (file.kind) {
    case 'pipe': {
      const pipe = k.pipes.get(file.number)!;
      if (file.end === 'read') return (pipe.bytes.length > 0 ? POLLIN : 0) | (pipe.writers === 0 ? POLLHUP : 0);
      return (pipeRoom(pipe) >= 4096 ? POLLOUT : 0) | (pipe.readers === 0 ? POLLERR : 0);
    }
    case 'socket':
      return socketEvents(k, socketOf(k, file)!);
    case 'eventfd': {
      const { count } = k.eventfds.get(file.number)!;
      return (count > 0 ? POLLIN : 0) | (count < Number.MAX_SAFE_INTEGER ? POLLOUT : 0);
    }
    case 'timerfd':
      return (k.timers.get(file.number)?.expirations ?? 0) > 0 ? POLLIN : 0;
    case 'signalfd':
      return k.current && LATE.get().waitingSignal(k, k.current, file.mask ?? [0, 0]) !== 0 ? POLLIN : 0;
    case 'inotify':
      return k.seldom!.inotify.waiting(file.number) > 0 ? POLLIN : 0;
    case 'pidfd':
      return (k.processes.get(file.number)?.exit ?? null) !== null || !k.processes.has(file.number) ? POLLIN : 0;
    case 'epoll':
      return k.epolls.get(file.number)!.items.some((item) => ready(k, item) !== 0) ? POLLIN : 0;
    case 'ptm':
      return LATE.get().pty.events(k, k.ttys.get(file.number)!, file);
    default: {
      const tty = ttyOf(k, file);
      if (!tty) return POLLIN | POLLOUT;
      if (tty.isPty) return LATE.get().pty.events(k, tty, file);
      return (tty.ready ? POLLIN : 0) | ((file.flags & O_ACCMODE) !== 0 ? POLLOUT : 0);
    }
  }
}

export const EPOLLONESHOT = 0x4000_0000,
  EPOLLET = 0x8000_0000 | 0;

/** One open file that an epoll set watches (epoll(7)). */
export interface EpollItem {
  readonly fd: number;
  readonly file: number;
  readonly events: number;
  readonly data: readonly [number, number];
  /** Edge-triggered: what was told when; nothing new, nothing told. */
  readonly told: { readonly events: number; readonly changes: number };
}
export interface Epoll {
  readonly id: number;
  items: readonly EpollItem[];
}

/** Grows when something happens to the file that an edge tells of. Of what is no pipe only that something happened somewhere. */
export const stampOf = (k: Kernel, file: OpenFile): number => (file.kind === 'pipe' ? (k.pipes.get(file.number)?.stamp ?? 0) : k.changes);

/** Events of the item that hold now and are asked for. */
export function ready(k: Kernel, item: EpollItem): number {
  const file = k.files.get(item.file);
  if (!file) return 0;
  const events = readiness(k, file) & ((item.events & 0xffff) | POLLERR | POLLHUP);
  if ((item.events & 0xffff) === 0) return 0;
  return item.events & EPOLLET && item.told.changes === stampOf(k, file) && item.told.events === events ? 0 : events;
}
