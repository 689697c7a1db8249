/** Waiting for several files at once: poll(2), select(2), epoll(7). */
import { get32, put16, StructWriter } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import { addFile, consoleStream, fileOf, isConsole, install, O_CLOEXEC, table } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import {
  EPOLLONESHOT,
  POLLERR,
  POLLHUP,
  POLLIN,
  POLLNVAL,
  POLLOUT,
  POLLPRI,
  readiness,
  ready,
  stampOf,
  type EpollItem,
} from '../readiness.ts';
import { unblockable } from '../signals.ts';
import { Block, type Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, reachable, read32 } from '../user.ts';
import { readTimespec32, readTimespec64, sleepUntil, timespec32, timespec64, timeval as timevalBytes } from './time.ts';

/** Another signal mask while the call waits; the old one comes back when it ends, or by the handler's frame. */
function withMask(k: Kernel, p: Process, at: number, memory: unknown, run: () => number): number {
  if (at !== 0 && memory === null) {
    p.signals.saved = p.signals.blocked;
    p.signals.blocked = unblockable([read32(k, p, at), read32(k, p, at + 4)]);
  }
  try {
    const result = run();
    restoreMask(p);
    return result;
  } catch (error) {
    if (!(error instanceof Block)) restoreMask(p);
    throw error;
  }
}
function restoreMask(p: Process): void {
  if (p.signals.saved) p.signals.blocked = p.signals.saved;
  p.signals.saved = null;
}

function eventsOf(k: Kernel, p: Process, fd: number): number {
  const d = table(k, p).descriptors[fd];
  return d ? readiness(k, k.files.get(d.file)!) : POLLNVAL;
}

/** Whether the descriptor is one that only input from outside makes ready. */
function isInput(k: Kernel, p: Process, fd: number): boolean {
  const d = table(k, p).descriptors[fd];
  return d !== undefined && d !== null && isConsole(k, k.files.get(d.file)!);
}

const waitForChange = (k: Kernel, until: number | null, input: boolean): never => {
  throw new Block({ kind: 'poll', seen: k.changes, until, input }, until ?? 'forever');
};
const late = (k: Kernel, until: number | null): boolean => until !== null && k.machine.time >= until;

/** `until`: machine time, or null for ever. */
function poll(k: Kernel, p: Process, at: number, count: number, until: number | null): number {
  if (count < 0 || count > (p.limits[7]?.soft ?? 1024)) fail('EINVAL');
  const raw = copyIn(k, p, at, count * 8);
  let found = 0,
    input = false;
  for (let i = 0; i < count; i++) {
    const fd = get32(raw, i * 8),
      wanted = raw[i * 8 + 4]! | (raw[i * 8 + 5]! << 8);
    const events = fd < 0 ? 0 : eventsOf(k, p, fd) & (wanted | POLLERR | POLLHUP | POLLNVAL);
    put16(raw, i * 8 + 6, events);
    if (events !== 0) found++;
    input ||= fd >= 0 && isInput(k, p, fd);
    k.charge('file.operation');
  }
  if (found === 0 && !late(k, until)) waitForChange(k, until, input);
  copyOut(k, p, at, raw);
  return found;
}

/** select, pselect and ppoll say in place what remains of their time (poll_select_finish); where that cannot be written, they do not. */
function telling(k: Kernel, p: Process, at: number, until: number | null, bytes: (seconds: number) => Uint8Array, result: number): number {
  if (at === 0 || until === null) return result;
  const left = bytes(Math.max(0, until - k.machine.time) / k.machine.hz);
  if (reachable(k, p, at, left.length) === left.length) copyOut(k, p, at, left);
  return result;
}

function select(k: Kernel, p: Process, count: number, sets: readonly number[], until: number | null): number {
  if (count < 0 || count > 1024) fail('EINVAL');
  const bytes = ((count + 31) >> 5) * 4;
  const asked = sets.map((at) => (at === 0 ? new Uint8Array(bytes) : copyIn(k, p, at, bytes)));
  const answers = asked.map(() => new Uint8Array(bytes));
  let found = 0,
    input = false;
  for (let fd = 0; fd < count; fd++) {
    const wants = asked.map((set) => (set[fd >> 3]! >> (fd & 7)) & 1);
    if (!wants.includes(1)) continue;
    const events = eventsOf(k, p, fd);
    if (events & POLLNVAL) fail('EBADF');
    input ||= isInput(k, p, fd);
    [POLLIN | POLLHUP | POLLERR, POLLOUT | POLLERR, POLLPRI].forEach((mask, i) => {
      if (!wants[i] || (events & mask) === 0) return;
      answers[i]![fd >> 3]! |= 1 << (fd & 7);
      found++;
    });
  }
  if (found === 0 && !late(k, until)) waitForChange(k, until, input);
  sets.forEach((at, i) => {
    if (at !== 0) copyOut(k, p, at, answers[i]!);
  });
  return found;
}

/** Time at which a wait of `seconds` (null: without end) ends; a call made again remembers it. */
function deadlineOf(k: Kernel, seconds: () => number | null, memory: unknown): number | null {
  if (memory !== null) return typeof memory === 'number' ? memory : null;
  const time = seconds();
  return time === null ? null : sleepUntil(k, time);
}
const milliseconds = (ms: number): number | null => (ms < 0 ? null : ms / 1000);
const timespec = (k: Kernel, p: Process, at: number, read: typeof readTimespec32) => (): number | null =>
  at === 0 ? null : read(k, p, at);
const timeval = (k: Kernel, p: Process, at: number) => (): number | null =>
  at === 0 ? null : read32(k, p, at) + read32(k, p, at + 4) / 1e6;

const ppoll =
  (read: typeof readTimespec32, bytes: typeof timespec32) =>
  (k: Kernel, p: Process, [at, count, time, mask]: readonly number[], memory: unknown): number => {
    const until = deadlineOf(k, timespec(k, p, time!, read), memory);
    return withMask(k, p, mask!, memory, () => telling(k, p, time!, until, bytes, poll(k, p, at!, count!, until)));
  };
/** The sixth argument points to the mask's address and size. */
const pselect =
  (read: typeof readTimespec32, bytes: typeof timespec32) =>
  (k: Kernel, p: Process, [n, r, w, e, time, masks]: readonly number[], memory: unknown): number => {
    const until = deadlineOf(k, timespec(k, p, time!, read), memory);
    return withMask(k, p, masks === 0 || memory !== null ? 0 : read32(k, p, masks!), memory, () =>
      telling(k, p, time!, until, bytes, select(k, p, n!, [r!, w!, e!], until)),
    );
  };

function selectTold(k: Kernel, p: Process, count: number, sets: readonly number[], time: number, memory: unknown): number {
  const until = deadlineOf(k, timeval(k, p, time), memory);
  return telling(k, p, time, until, timevalBytes, select(k, p, count, sets, until));
}

// ---- epoll

const ADD = 1,
  DELETE = 2,
  MODIFY = 3;

function epollCreate(k: Kernel, p: Process, flags: number): number {
  if (flags & ~O_CLOEXEC) fail('EINVAL');
  const id = k.nextId++;
  k.epolls.set(id, { id, items: [] });
  return install(k, p, addFile(k, { kind: 'epoll', number: id, path: 'anon_inode:[eventpoll]', flags: 2 }), (flags & O_CLOEXEC) !== 0);
}

function epollOf(k: Kernel, p: Process, fd: number): { items: readonly EpollItem[] } {
  const file = fileOf(k, p, fd);
  return file.kind === 'epoll' ? k.epolls.get(file.number)! : fail('EINVAL');
}

/** A set may watch sets, but not in a circle and not deeper than five (ep_loop_check). */
function checkNesting(k: Kernel, set: number, inner: number, depth = 1): void {
  if (inner === set || depth > 5) fail('ELOOP');
  for (const item of k.epolls.get(inner)!.items) {
    const file = k.files.get(item.file);
    if (file?.kind === 'epoll') checkNesting(k, set, file.number, depth + 1);
  }
}

function epollControl(k: Kernel, p: Process, efd: number, operation: number, fd: number, at: number): number {
  const target = fileOf(k, p, fd),
    set = epollOf(k, p, efd);
  if (efd === fd) fail('EINVAL');
  if (target.kind === 'node' && consoleStream(target) < 0) fail('EPERM');
  if (operation === ADD && target.kind === 'epoll') checkNesting(k, fileOf(k, p, efd).number, target.number);
  const old = set.items.find((i) => i.fd === fd && i.file === target.id),
    rest = set.items.filter((i) => i !== old);
  if (operation === ADD ? old : !old) fail(operation === ADD ? 'EEXIST' : 'ENOENT');
  if (operation === DELETE) set.items = rest;
  else if (operation === ADD || operation === MODIFY) {
    const b = copyIn(k, p, at, 12);
    set.items = [...rest, { fd, file: target.id, events: get32(b, 0), data: [get32(b, 4), get32(b, 8)], told: { events: 0, changes: -1 } }];
  } else fail('EINVAL');
  k.changes++;
  return 0;
}

function epollWait(k: Kernel, p: Process, efd: number, at: number, most: number, until: number | null): number {
  if (most <= 0) fail('EINVAL');
  const set = epollOf(k, p, efd),
    w = new StructWriter();
  const items = set.items.filter((i) => k.files.has(i.file));
  let count = 0;
  set.items = items.map((item) => {
    const events = count < most ? ready(k, item) : 0;
    if (events === 0) return item;
    count++;
    w.u32(events).u32(item.data[0]).u32(item.data[1]);
    const left = item.events & EPOLLONESHOT ? item.events & ~0xffff : item.events;
    return { ...item, events: left, told: { events, changes: stampOf(k, k.files.get(item.file)!) } };
  });
  if (count === 0 && !late(k, until))
    waitForChange(
      k,
      until,
      items.some((i) => isConsole(k, k.files.get(i.file)!)),
    );
  copyOut(k, p, at, w.done());
  return count;
}

export const POLL_CALLS: Family = {
  82: call('select', 'ptr', (k, p, [at], memory) => {
    const b = copyIn(k, p, at!, 20),
      word = (n: number): number => get32(b, n * 4);
    return selectTold(k, p, word(0), [word(1), word(2), word(3)], word(4), memory);
  }),
  142: call('_newselect', 'int ptr ptr ptr ptr', (k, p, [n, r, w, e, at], memory) => selectTold(k, p, n!, [r!, w!, e!], at!, memory)),
  168: call('poll', 'ptr int int', (k, p, [at, count, ms], memory) =>
    poll(
      k,
      p,
      at!,
      count!,
      deadlineOf(k, () => milliseconds(ms!), memory),
    ),
  ),
  254: call('epoll_create', 'int', (k, p, [size]) => (size! <= 0 ? fail('EINVAL') : epollCreate(k, p, 0))),
  255: call('epoll_ctl', 'fd int fd ptr', (k, p, [efd, operation, fd, at]) => epollControl(k, p, efd!, operation!, fd!, at!)),
  256: call('epoll_wait', 'fd ptr int int', (k, p, [efd, at, most, ms], memory) =>
    epollWait(
      k,
      p,
      efd!,
      at!,
      most!,
      deadlineOf(k, () => milliseconds(ms!), memory),
    ),
  ),
  308: call('pselect6', 'int ptr ptr ptr ptr ptr', pselect(readTimespec32, timespec32)),
  309: call('ppoll', 'ptr int ptr ptr size', ppoll(readTimespec32, timespec32)),
  319: call('epoll_pwait', 'fd ptr int int ptr size', (k, p, [efd, at, most, ms, mask], memory) =>
    withMask(k, p, mask!, memory, () =>
      epollWait(
        k,
        p,
        efd!,
        at!,
        most!,
        deadlineOf(k, () => milliseconds(ms!), memory),
      ),
    ),
  ),
  441: call('epoll_pwait2', 'fd ptr int ptr ptr size', (k, p, [efd, at, most, time, mask], memory) =>
    withMask(k, p, mask!, memory, () => epollWait(k, p, efd!, at!, most!, deadlineOf(k, timespec(k, p, time!, readTimespec64), memory))),
  ),
  329: call('epoll_create1', 'open', (k, p, [flags]) => epollCreate(k, p, flags!)),
  413: call('pselect6_time64', 'int ptr ptr ptr ptr ptr', pselect(readTimespec64, timespec64)),
  414: call('ppoll_time64', 'ptr int ptr ptr size', ppoll(readTimespec64, timespec64)),
};
