/** Processes: beginning, ending, waiting, other programs; thread areas, limits, futexes. */
import { StructWriter, get32 } from '../../bits/bytes.ts';
import { fail } from '../errno.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import { endGroup, endThread } from '../exit.ts';
import { account } from '../fair.ts';
import { leaderOf, threadsOf } from '../groups.ts';
import type { Bits64, Process } from '../task.ts';
import { loadTls, reloadTls, TLS_COUNT, TLS_FIRST, tlsDescriptor } from '../segments.ts';
import { limitOf, RLIMIT } from '../rlimits.ts';
import { call, type Family } from '../syscall.ts';
import { copyIn, copyOut, read32, readString, write32 } from '../user.ts';
import { CAP, capable, capsOr, hasCap, LAST_CAP, NO_CAPS, ownCapable, withAmbient } from '../credentials.ts';

function exit(k: Kernel, p: Process, status: number, group: boolean): number {
  account(k);
  (group ? endGroup : endThread)(k, p, { code: status & 255, signal: 0, sentence: null });
  return 0;
}

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

const NR_OPEN = 1_048_576;

function setLimit(k: Kernel, p: Process, resource: number, soft: number, hard: number): void {
  const old = limitOf(p, resource);
  if (soft > hard) fail('EINVAL');
  if (hard > old.hard && !capable(k, p, CAP.SYS_RESOURCE)) fail('EPERM');
  if (resource === RLIMIT.NOFILE && hard > (k.settings['fs/nr_open']?.[0] ?? NR_OPEN)) fail('EPERM');
  for (const t of threadsOf(k, p)) t.limits[resource] = { soft, hard };
  if (resource === RLIMIT.CPU) k.timersChanged();
}

/** No limit is all ones, in 64 bits too. */
const wide = (n: number): number => (n === 0xffff_ffff ? -1 : n);

function prlimit(k: Kernel, p: Process, pid: number, resource: number, from: number, to: number): number {
  const target = pid === 0 ? p : (k.processes.get(pid) ?? fail('ESRCH'));
  const old = limitOf(target, resource);
  if (from !== 0) {
    const b = copyIn(k, p, from, 16),
      word = (at: number): number => (get32(b, at + 4) === 0 ? get32(b, at) >>> 0 : 0xffff_ffff);
    setLimit(k, target, resource, word(0), word(8));
  }
  if (to !== 0) copyOut(k, p, to, new StructWriter().u64(wide(old.soft)).u64(wide(old.hard)).done());
  return 0;
}

const PR_CAP_AMBIENT = { IS_SET: 1, RAISE: 2, LOWER: 3, CLEAR_ALL: 4 } as const;

/** PR_CAP_AMBIENT: raised is only what is permitted and inheritable. */
function ambient(p: Process, what: number, capability: number): number {
  const c = p.credentials,
    set = c.ambient ?? NO_CAPS;
  if (what === PR_CAP_AMBIENT.CLEAR_ALL) {
    if (capability !== 0) fail('EINVAL');
    p.credentials = withAmbient(c, NO_CAPS);
    return 0;
  }
  if (what < PR_CAP_AMBIENT.IS_SET || what > PR_CAP_AMBIENT.LOWER || capability >>> 0 > LAST_CAP) fail('EINVAL');
  const bit: Bits64 = capability < 32 ? [1 << capability, 0] : [0, 1 << (capability - 32)];
  if (what === PR_CAP_AMBIENT.IS_SET) return hasCap(set, capability) ? 1 : 0;
  if (what === PR_CAP_AMBIENT.RAISE && !(hasCap(c.permitted, capability) && hasCap(c.inheritable, capability))) fail('EPERM');
  p.credentials = withAmbient(c, what === PR_CAP_AMBIENT.RAISE ? capsOr(set, bit) : [set[0] & ~bit[0], set[1] & ~bit[1]]);
  return 0;
}

function prctl(k: Kernel, p: Process, option: number, argument: number, capability: number): number {
  switch (option) {
    case 1:
      p.deathSignal = argument;
      return 0;
    case 2:
      write32(k, p, argument, p.deathSignal);
      return 0;
    case 3:
      return 1;
    case 4:
    case 7:
    case 8:
      return 0;
    case 15:
      p.comm = readString(k, p, argument, 0x10000).slice(0, 15);
      return 0;
    case 16:
      copyOut(k, p, argument, new StructWriter().text(p.comm, 16).done());
      return 0;
    // PR_CAPBSET_READ, PR_CAPBSET_DROP
    case 23:
      return argument >>> 0 > 40 ? fail('EINVAL') : (p.credentials.bounding[argument >> 5]! >>> (argument & 31)) & 1;
    case 24: {
      if (argument >>> 0 > 40) fail('EINVAL');
      if (!ownCapable(k, p, CAP.SETPCAP)) fail('EPERM');
      const [low, high] = p.credentials.bounding;
      p.credentials = {
        ...p.credentials,
        bounding: argument < 32 ? [low & ~(1 << argument), high] : [low, high & ~(1 << (argument - 32))],
      };
      return 0;
    }
    case 36:
      leaderOf(k, p).subreaper = argument !== 0;
      return 0;
    case 37:
      write32(k, p, argument, leaderOf(k, p).subreaper ? 1 : 0);
      return 0;
    // PR_GET_SECCOMP, PR_SET_SECCOMP
    case 21:
      return p.seccomp ? LATE.get().seccomp.modeOf(p) : 0;
    case 22:
      if (argument === 1) return LATE.get().seccomp.setStrict(k, p);
      return argument === 2 ? LATE.get().seccomp.setFilter(k, p, 0, capability) : fail('EINVAL');
    case 38:
      if (argument !== 1) fail('EINVAL');
      p.noNewPrivileges = true;
      return 0;
    case 39:
      return p.noNewPrivileges ? 1 : 0;
    case 47:
      return ambient(p, argument, capability);
    default:
      return fail('EINVAL');
  }
}

const LINUX_CAPABILITY_VERSION_3 = 0x2008_0522;

/** capget(2) and capset(2), in version 3: three sets of two words. */
function capget(k: Kernel, p: Process, header: number, data: number): number {
  const version = read32(k, p, header),
    pid = read32(k, p, header + 4);
  if (version !== LINUX_CAPABILITY_VERSION_3) {
    write32(k, p, header, LINUX_CAPABILITY_VERSION_3);
    return data === 0 ? 0 : fail('EINVAL');
  }
  if (data === 0) return 0;
  const { effective, permitted, inheritable } = (pid === 0 ? p : (k.ns.byNumber(pid, p) ?? fail('ESRCH'))).credentials;
  const w = new StructWriter();
  for (const half of [0, 1]) w.u32(effective[half]!).u32(permitted[half]!).u32(inheritable[half]!);
  copyOut(k, p, data, w.done());
  return 0;
}
function capset(k: Kernel, p: Process, header: number, data: number): number {
  if (read32(k, p, header) !== LINUX_CAPABILITY_VERSION_3) fail('EINVAL');
  const b = copyIn(k, p, data, 24),
    set = (n: number): readonly [number, number] => [get32(b, n * 4), get32(b, 12 + n * 4)];
  const [effective, permitted, inheritable] = [set(0), set(1), set(2)] as const,
    had = p.credentials.permitted;
  const beyond = (a: readonly number[], limit: readonly number[]): boolean => a.some((word, i) => (word & ~limit[i]!) !== 0);
  if (beyond(permitted, had) || beyond(effective, permitted)) fail('EPERM');
  if (
    beyond(
      inheritable,
      ownCapable(k, p, CAP.SETPCAP)
        ? p.credentials.bounding
        : [had[0] | p.credentials.inheritable[0], had[1] | p.credentials.inheritable[1]],
    )
  )
    fail('EPERM');
  p.credentials = withAmbient({ ...p.credentials, effective, permitted, inheritable }, p.credentials.ambient ?? NO_CAPS);
  return 0;
}

export const PROCESS_CALLS: Family = {
  1: call('exit', 'int', (k, p, [status]) => exit(k, p, status!, false)),
  75: call('setrlimit', 'int ptr', (k, p, [resource, at]) => {
    const b = copyIn(k, p, at!, 8);
    setLimit(k, p, resource!, get32(b, 0) >>> 0, get32(b, 4) >>> 0);
    return 0;
  }),
  76: call('getrlimit', 'int ptr', (k, p, [resource, at]) => {
    const limit = limitOf(p, resource!),
      most = 0x7fff_ffff;
    copyOut(k, p, at!, new StructWriter().u32(Math.min(limit.soft, most)).u32(Math.min(limit.hard, most)).done());
    return 0;
  }),
  158: call('sched_yield', '', (k) => {
    k.charge('schedule');
    k.yieldNow();
    return 0;
  }),
  172: call('prctl', 'int ptr ptr ptr ptr', (k, p, [option, argument, third]) => prctl(k, p, option!, argument!, third!)),
  184: call('capget', 'ptr ptr', (k, p, [header, data]) => capget(k, p, header!, data!)),
  185: call('capset', 'ptr ptr', (k, p, [header, data]) => capset(k, p, header!, data!)),
  191: call('ugetrlimit', 'int ptr', (k, p, [resource, at]) => {
    const limit = limitOf(p, resource!);
    copyOut(k, p, at!, new StructWriter().u32(limit.soft).u32(limit.hard).done());
    return 0;
  }),
  242: call('sched_getaffinity', 'int size ptr', (k, p, [, size, at]) => {
    if (size! < 4) fail('EINVAL');
    write32(k, p, at!, 1);
    return 4;
  }),
  243: call('set_thread_area', 'ptr', (k, p, [at]) => setThreadArea(k, p, at!)),
  244: call('get_thread_area', 'ptr', (k, p, [at]) => getThreadArea(k, p, at!)),
  252: call('exit_group', 'int', (k, p, [status]) => exit(k, p, status!, true)),
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
  340: call('prlimit64', 'pid int ptr ptr', (k, p, [pid, resource, from, to]) => prlimit(k, p, pid!, resource!, from!, to!)),
};
