/** Processes: ending, naming, thread areas, limits. Fork, clone and execve come with the operating-system level. */
import { StructWriter, get32 } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { terminate } from '../lifecycle.ts';
import { Block, type Process } from '../task.ts';
import { loadTls, reloadTls, TLS_COUNT, TLS_FIRST, tlsDescriptor } from '../segments.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, readString, write32 } from '../user.ts';
import { readTimespec32, readTimespec64, sleepUntil } from './time.ts';

function exit(k: Kernel, p: Process, status: number): number {
  terminate(k, p, { code: status & 255, signal: 0, sentence: null });
  return 0;
}

/** set_thread_area(2): entry -1 asks for a free one, whose number is written back. */
function setThreadArea(k: Kernel, p: Process, at: number): number {
  const d = copyIn(k, p, at, 16),
    bits = get32(d, 12);
  let entry = get32(d, 0);
  if (entry === -1) {
    const free = p.tls.indexOf(null);
    if (free < 0) fail('ESRCH');
    entry = TLS_FIRST + free;
    write32(k, p, at, entry);
  }
  if (entry < TLS_FIRST || entry >= TLS_FIRST + TLS_COUNT) fail('EINVAL');
  const descriptor = tlsDescriptor(get32(d, 4), get32(d, 8), bits);
  p.tls = p.tls.map((old, i) => (i === entry - TLS_FIRST ? descriptor : old)) as unknown as Process['tls'];
  if (p === k.current) loadTls(k.machine, k.page, p.tls);
  reloadTls(k.registers(p), p.tls);
  return 0;
}

function getThreadArea(k: Kernel, p: Process, at: number): number {
  const entry = read32(k, p, at),
    descriptor = p.tls[entry - TLS_FIRST];
  if (descriptor === undefined) fail('EINVAL');
  const [low, high] = descriptor ?? [0, 0];
  const bit = (n: number): number => (high >>> n) & 1;
  const base = (low >>> 16) | ((high & 0xff) << 16) | (high & 0xff00_0000);
  const flags = bit(22) | (((high >>> 10) & 3) << 1) | ((bit(9) ^ 1) << 3) | (bit(23) << 4) | ((bit(15) ^ 1) << 5) | (bit(20) << 6);
  copyOut(
    k,
    p,
    at + 4,
    new StructWriter()
      .u32(base)
      .u32((low & 0xffff) | (high & 0xf0000))
      .u32(flags)
      .done(),
  );
  return 0;
}

/** Resources whose limits mean something here: 3 stack, 7 open files; the others are kept and answered. */
function limitOf(p: Process, resource: number): { soft: number; hard: number } {
  if (resource < 0 || resource > 15) fail('EINVAL');
  return p.limits[resource] ?? { soft: 0xffff_ffff, hard: 0xffff_ffff };
}

function setLimit(p: Process, resource: number, soft: number, hard: number): void {
  const old = limitOf(p, resource);
  if (soft > hard) fail('EINVAL');
  if (hard > old.hard && p.credentials.euid !== 0) fail('EPERM');
  p.limits[resource] = { soft, hard };
}

/** No limit is all ones, in 64 bits too. */
const wide = (n: number): number => (n === 0xffff_ffff ? -1 : n);

function prlimit(k: Kernel, p: Process, pid: number, resource: number, from: number, to: number): number {
  const target = pid === 0 ? p : (k.processes.get(pid) ?? fail('ESRCH'));
  const old = limitOf(target, resource);
  if (from !== 0) {
    const b = copyIn(k, p, from, 16),
      word = (at: number): number => (get32(b, at + 4) === 0 ? get32(b, at) >>> 0 : 0xffff_ffff);
    setLimit(target, resource, word(0), word(8));
  }
  if (to !== 0) copyOut(k, p, to, new StructWriter().u64(wide(old.soft)).u64(wide(old.hard)).done());
  return 0;
}

const FUTEX_WAIT = 0,
  FUTEX_WAKE = 1,
  FUTEX_WAIT_BITSET = 9,
  FUTEX_WAKE_BITSET = 10,
  FUTEX_REALTIME = 0x100;

/** futex(2): WAIT and WAKE. `timeout` is seconds, relative for WAIT and absolute for WAIT_BITSET. */
function futex(k: Kernel, p: Process, at: number, operation: number, value: number, timeout: number | null, memory: unknown): number {
  const command = operation & 0x7f;
  const address = at >>> 0;
  if (address % 4 !== 0) fail('EINVAL');
  if (command === FUTEX_WAKE || command === FUTEX_WAKE_BITSET) return wake(k, p.space, address, value);
  if (command !== FUTEX_WAIT && command !== FUTEX_WAIT_BITSET) fail('ENOSYS');
  if (memory === 'woken') return 0;
  if (memory !== null) return fail('ETIMEDOUT');
  if (read32(k, p, address) !== value) fail('EAGAIN');
  const now = operation & FUTEX_REALTIME ? k.realTime() : k.uptime();
  const until = timeout === null ? null : sleepUntil(k, Math.max(0, command === FUTEX_WAIT ? timeout : timeout - now));
  throw new Block({ kind: 'futex', space: p.space, address, until }, 'waiting');
}

function wake(k: Kernel, space: number, address: number, count: number): number {
  let woken = 0;
  for (const p of k.processes.values()) {
    const wait = p.blocked?.wait;
    if (woken >= count || wait?.kind !== 'futex' || wait.space !== space || wait.address !== address) continue;
    p.blocked = { ...p.blocked!, memory: 'woken' };
    p.state = 'runnable';
    woken++;
  }
  return woken;
}

function prctl(k: Kernel, p: Process, option: number, argument: number): number {
  switch (option) {
    case 1:
      return 0;
    case 3:
      return 1;
    case 4:
      return 0;
    case 15:
      p.comm = readString(k, p, argument, 0x10000).slice(0, 15);
      return 0;
    case 16:
      copyOut(k, p, argument, new StructWriter().text(p.comm, 16).done());
      return 0;
    case 38:
    case 39:
      return 0;
    default:
      return fail('EINVAL');
  }
}

/** struct rusage with the times used: user, none in system. */
function rusage(k: Kernel): Uint8Array {
  const used = k.uptime();
  return new StructWriter()
    .u32(Math.floor(used))
    .u32(Math.floor((used % 1) * 1e6))
    .u32(0)
    .u32(0)
    .u32(k.frames.used * 4)
    .pad(72)
    .done();
}

export const PROCESS_CALLS: Family = {
  1: call('exit', 'int', (k, p, [status]) => exit(k, p, status!)),
  75: call('setrlimit', 'int ptr', (k, p, [resource, at]) => {
    const b = copyIn(k, p, at!, 8);
    setLimit(p, resource!, get32(b, 0) >>> 0, get32(b, 4) >>> 0);
    return 0;
  }),
  76: call('getrlimit', 'int ptr', (k, p, [resource, at]) => {
    const limit = limitOf(p, resource!),
      most = 0x7fff_ffff;
    copyOut(k, p, at!, new StructWriter().u32(Math.min(limit.soft, most)).u32(Math.min(limit.hard, most)).done());
    return 0;
  }),
  77: call('getrusage', 'int ptr', (k, p, [, at]) => {
    copyOut(k, p, at!, rusage(k));
    return 0;
  }),
  96: call('getpriority', 'int int', () => 20),
  97: call('setpriority', 'int int int', () => 0),
  158: call('sched_yield', '', (k) => {
    k.charge('schedule');
    k.yieldNow();
    return 0;
  }),
  172: call('prctl', 'int ptr ptr ptr ptr', (k, p, [option, argument]) => prctl(k, p, option!, argument!)),
  191: call('ugetrlimit', 'int ptr', (k, p, [resource, at]) => {
    const limit = limitOf(p, resource!);
    copyOut(k, p, at!, new StructWriter().u32(limit.soft).u32(limit.hard).done());
    return 0;
  }),
  240: call('futex', 'ptr int int ptr ptr int', (k, p, [at, operation, value, time], memory) => {
    const waits = [FUTEX_WAIT, FUTEX_WAIT_BITSET].includes(operation! & 0x7f);
    return futex(k, p, at!, operation!, value!, waits && time !== 0 && memory === null ? readTimespec32(k, p, time!) : null, memory);
  }),
  242: call('sched_getaffinity', 'int size ptr', (k, p, [, size, at]) => {
    if (size! < 4) fail('EINVAL');
    write32(k, p, at!, 1);
    return 4;
  }),
  243: call('set_thread_area', 'ptr', (k, p, [at]) => setThreadArea(k, p, at!)),
  244: call('get_thread_area', 'ptr', (k, p, [at]) => getThreadArea(k, p, at!)),
  252: call('exit_group', 'int', (k, p, [status]) => exit(k, p, status!)),
  258: call('set_tid_address', 'ptr', (_k, p, [at]) => {
    p.clearChildTid = at!;
    return p.pid;
  }),
  311: call('set_robust_list', 'ptr size', (_k, p, [at, size]) => {
    if (size !== 12) fail('EINVAL');
    p.robustList = at!;
    return 0;
  }),
  318: call('getcpu', 'ptr ptr ptr', (k, p, [cpu, node]) => {
    if (cpu !== 0) write32(k, p, cpu!, 0);
    if (node !== 0) write32(k, p, node!, 0);
    return 0;
  }),
  340: call('prlimit64', 'int int ptr ptr', (k, p, [pid, resource, from, to]) => prlimit(k, p, pid!, resource!, from!, to!)),
  422: call('futex_time64', 'ptr int int ptr ptr int', (k, p, [at, operation, value, time], memory) => {
    const waits = [FUTEX_WAIT, FUTEX_WAIT_BITSET].includes(operation! & 0x7f);
    return futex(k, p, at!, operation!, value!, waits && time !== 0 && memory === null ? readTimespec64(k, p, time!) : null, memory);
  }),
};
