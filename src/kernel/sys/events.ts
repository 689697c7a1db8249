/** Events as files and timers of processes: eventfd(2), timerfd_create(2), timer_create(2), pidfd_open(2). */
import { get32, get64, StructWriter } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { addFile, fileOf, install, O_CLOEXEC, O_NONBLOCK, PIPE_SIZE } from '../files.ts';
import type { Kernel } from '../kernel.ts';
import { pidfd } from '../fork.ts';
import { signalfd } from '../signalfd.ts';
import { sendFrom } from '../signals.ts';
import type { OpenFile, Process } from '../task.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';
import { cpuClock, sleepUntil } from './time.ts';

const SEMAPHORE = 1,
  SIGEV_SIGNAL = 0,
  SIGEV_NONE = 1,
  SIGEV_THREAD_ID = 4,
  ABSTIME = 1,
  CANCEL_ON_SET = 2,
  REALTIME = 0;

function eventfd(k: Kernel, p: Process, initial: number, flags: number): number {
  if (flags & ~(SEMAPHORE | O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  const id = k.nextId++;
  k.eventfds.set(id, { id, count: initial >>> 0, semaphore: (flags & SEMAPHORE) !== 0 });
  return install(
    k,
    p,
    addFile(k, { kind: 'eventfd', number: id, path: 'anon_inode:[eventfd]', flags: 2 | (flags & O_NONBLOCK) }),
    (flags & O_CLOEXEC) !== 0,
  );
}

interface Setting {
  readonly interval: number;
  readonly first: number;
}
const seconds32 = (b: Uint8Array, at: number): number => get32(b, at) + get32(b, at + 4) / 1e9;
const seconds64 = (b: Uint8Array, at: number): number => get64(b, at) + get32(b, at + 8) / 1e9;

/** struct itimerspec in either size of time. */
function readSetting(k: Kernel, p: Process, at: number, wide: boolean): Setting {
  const b = copyIn(k, p, at, wide ? 32 : 16);
  return wide ? { interval: seconds64(b, 0), first: seconds64(b, 16) } : { interval: seconds32(b, 0), first: seconds32(b, 8) };
}
function settingBytes({ interval, first }: Setting, wide: boolean): Uint8Array {
  const w = new StructWriter();
  for (const time of [interval, first]) {
    const s = Math.floor(time),
      ns = Math.floor((time - s) * 1e9);
    if (wide) w.u64(s).u64(ns);
    else w.u32(s).u32(ns);
  }
  return w.done();
}

function current(k: Kernel, id: number): Setting {
  const t = k.timers.get(id)!,
    { hz } = k.machine,
    time = k.timers.now(k, t);
  return { interval: t.interval / hz, first: t.at === null ? 0 : Math.max(1e-9, (t.at - time) / hz) };
}

function arm(
  k: Kernel,
  p: Process,
  id: number,
  flags: number,
  from: number,
  to: number,
  wide: boolean,
  clock: number,
  wall = false,
): number {
  if (flags & ~(ABSTIME | (wall ? CANCEL_ON_SET : 0))) fail('EINVAL');
  const next = readSetting(k, p, from, wide),
    t = k.timers.get(id)!;
  if (to !== 0) copyOut(k, p, to, settingBytes(current(k, id), wide));
  const { hz } = k.machine,
    used = k.timers.now(k, t),
    now = t.cpu ? used / hz : clock === REALTIME ? k.realTime() : k.uptime();
  const wait = flags & ABSTIME ? Math.max(0, next.first - now) : next.first;
  k.timers.set(id, next.first === 0 ? null : t.cpu ? used + Math.ceil(wait * hz) : sleepUntil(k, wait), Math.round(next.interval * hz));
  k.timersChanged();
  return 0;
}

function timerfd(k: Kernel, p: Process, clock: number, flags: number): number {
  if (![0, 1, 7].includes(clock) || flags & ~(O_CLOEXEC | O_NONBLOCK)) fail('EINVAL');
  const id = k.timers.create(0);
  const file = addFile(k, { kind: 'timerfd', number: id, offset: clock, path: 'anon_inode:[timerfd]', flags: 2 | (flags & O_NONBLOCK) });
  return install(k, p, file, (flags & O_CLOEXEC) !== 0);
}
const timerFile = (k: Kernel, p: Process, fd: number): OpenFile => {
  const file = fileOf(k, p, fd);
  return file.kind === 'timerfd' ? file : fail('EINVAL');
};

/** struct sigevent: value, signal, how to notify, and the thread for SIGEV_THREAD_ID. */
function timerCreate(k: Kernel, p: Process, clock: number, event: number, at: number): number {
  const word = (n: number): number => read32(k, p, event + n * 4);
  const [value, signal, notify] = event === 0 ? [null, 14, SIGEV_SIGNAL] : [word(0), word(1), word(2)];
  const task = notify === SIGEV_THREAD_ID ? (k.ns.byNumber(word(3), p) ?? fail('EINVAL')) : null;
  if (![SIGEV_SIGNAL, SIGEV_NONE, SIGEV_THREAD_ID].includes(notify) || (task && task.tgid !== p.tgid)) fail('EINVAL');
  if (notify !== SIGEV_NONE && (signal <= 0 || signal > 64)) fail('EINVAL');
  const measured = clock < 0 || clock === 2 || clock === 3 ? cpuClock(k, p, clock) : null;
  if (!measured && ![0, 1, 7, 11].includes(clock)) fail([4, 5, 6].includes(clock) ? 'EOPNOTSUPP' : 'EINVAL');
  if (measured && measured.owner !== p.tgid) fail('ENOSYS');
  write32(
    k,
    p,
    at,
    k.timers.create(p.tgid, notify === SIGEV_NONE ? 0 : signal, value, {
      ...(task ? { task: task.pid } : {}),
      ...(clock === REALTIME ? { wall: true } : {}),
      ...(measured ? { cpu: measured.cpu, of: measured.of } : {}),
    }),
  );
  return 0;
}
const timerOf = (k: Kernel, p: Process, id: number): number => (k.timers.get(id)?.owner === p.tgid ? id : fail('EINVAL'));

const settime =
  (wide: boolean) =>
  (k: Kernel, p: Process, [id, flags, from, to]: readonly number[]): number =>
    arm(k, p, timerOf(k, p, id!), flags!, from!, to!, wide, k.timers.get(id!)!.wall ? REALTIME : 1);
const gettime =
  (wide: boolean) =>
  (k: Kernel, p: Process, [id, at]: readonly number[]): number => {
    copyOut(k, p, at!, settingBytes(current(k, timerOf(k, p, id!)), wide));
    return 0;
  };
const fdSettime =
  (wide: boolean) =>
  (k: Kernel, p: Process, [fd, flags, from, to]: readonly number[]): number => {
    const file = timerFile(k, p, fd!);
    return arm(k, p, file.number, flags!, from!, to!, wide, file.offset, true);
  };
const fdGettime =
  (wide: boolean) =>
  (k: Kernel, p: Process, [fd, at]: readonly number[]): number => {
    copyOut(k, p, at!, settingBytes(current(k, timerFile(k, p, fd!).number), wide));
    return 0;
  };

const LARGEST_PIPE = 1 << 20;

/** F_SETPIPE_SZ and F_GETPIPE_SZ: a power of two of pages, not less than what is in it (pipe_set_size). */
export function pipeSize(k: Kernel, p: Process, file: OpenFile, wanted: number | null): number {
  const pipe = k.pipes.get(file.number)!,
    now = pipe.size ?? PIPE_SIZE;
  if (wanted === null) return now;
  if (wanted < 0 || wanted > 0x4000_0000) fail('EINVAL');
  let size = 4096;
  while (size < wanted) size *= 2;
  if (size > now && size > LARGEST_PIPE && !capable(k, p, CAP.SYS_RESOURCE)) fail('EPERM');
  if (size < pipe.bytes.length) fail('EBUSY');
  pipe.size = size;
  k.changes++;
  return size;
}

export const EVENT_CALLS: Family = {
  259: call('timer_create', 'clock ptr ptr', (k, p, [clock, event, at]) => timerCreate(k, p, clock!, event!, at!)),
  260: call('timer_settime', 'int int ptr ptr', settime(false)),
  261: call('timer_gettime', 'int ptr', gettime(false)),
  262: call('timer_getoverrun', 'int', (k, p, [id]) => k.timers.get(timerOf(k, p, id!))!.overrun ?? 0),
  263: call('timer_delete', 'int', (k, p, [id]) => {
    k.timers.remove(timerOf(k, p, id!));
    return 0;
  }),
  321: call('signalfd', 'int ptr size', (k, p, [fd, at, size]) => signalfd(k, p, fd!, at!, size!, 0)),
  322: call('timerfd_create', 'clock int', (k, p, [clock, flags]) => timerfd(k, p, clock!, flags!)),
  323: call('eventfd', 'uint', (k, p, [initial]) => eventfd(k, p, initial!, 0)),
  325: call('timerfd_settime', 'fd int ptr ptr', fdSettime(false)),
  326: call('timerfd_gettime', 'fd ptr', fdGettime(false)),
  327: call('signalfd4', 'int ptr size int', (k, p, [fd, at, size, flags]) => signalfd(k, p, fd!, at!, size!, flags!)),
  328: call('eventfd2', 'uint int', (k, p, [initial, flags]) => eventfd(k, p, initial!, flags!)),
  408: call('timer_gettime64', 'int ptr', gettime(true)),
  409: call('timer_settime64', 'int int ptr ptr', settime(true)),
  410: call('timerfd_gettime64', 'fd ptr', fdGettime(true)),
  411: call('timerfd_settime64', 'fd int ptr ptr', fdSettime(true)),
  424: call('pidfd_send_signal', 'fd signal ptr int', (k, p, [fd, signal]) => {
    const file = fileOf(k, p, fd!),
      target = file.kind === 'pidfd' ? k.processes.get(file.number) : fail('EBADF');
    if (!target || target.exit) fail('ESRCH');
    if (signal !== 0) sendFrom(k, p, target!, signal!);
    return 0;
  }),
  434: call('pidfd_open', 'pid int', (k, p, [pid, flags]) => {
    if (pid! <= 0 || flags! & ~O_NONBLOCK) fail('EINVAL');
    const target = k.processes.get(pid!) ?? fail('ESRCH');
    return target.tgid === target.pid ? pidfd(k, p, pid!, flags!) : fail('EINVAL');
  }),
  438: call('pidfd_getfd', 'fd fd uint', (k, p, [fd, wanted, flags]) => {
    if (flags !== 0) fail('EINVAL');
    const file = fileOf(k, p, fd!),
      target = file.kind === 'pidfd' ? k.processes.get(file.number) : fail('EBADF');
    if (!target || target.exit) return fail('ESRCH');
    const { uid } = p.credentials,
      other = target.credentials;
    if (![other.uid, other.euid, other.suid].every((id) => id === uid) && !capable(k, p, CAP.SYS_PTRACE)) fail('EPERM');
    return install(k, p, fileOf(k, target, wanted!), true);
  }),
};
