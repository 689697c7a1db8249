/**
 * Policies of the scheduler and the processor that a task may use (sched(7)), and calls that ask memory to stay or processors to
 * agree: there is one processor, and nothing is ever swapped out. Left out: the real-time policies, which answer EPERM as to a
 * process without the right.
 */
import { get32, get64, StructWriter } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { account } from '../fair.ts';
import type { Kernel } from '../kernel.ts';
import { LATE } from '../late.ts';
import type { Process } from '../task.ts';
import type { Plain } from '../../bits/plain.ts';
import { call, type Family } from '../syscall.ts';
import { RESOLVE } from '../vfs/paths.ts';
import { copyIn, copyOut, read32, write32 } from '../user.ts';

const OTHER = 0,
  FIFO = 1,
  RR = 2,
  BATCH = 3,
  IDLE = 5,
  DEADLINE = 6,
  RESET_ON_FORK = 0x4000_0000;
const FAIR: readonly number[] = [OTHER, BATCH, IDLE];

const task = (k: Kernel, p: Process, pid: number): Process =>
  pid < 0 ? fail('EINVAL') : pid === 0 ? p : (k.processes.get(pid) ?? fail('ESRCH'));

/** The right over another task's scheduling: its owner's, or CAP_SYS_NICE. */
function mine(k: Kernel, p: Process, target: Process): void {
  const { euid } = p.credentials;
  if (euid !== target.credentials.uid && euid !== target.credentials.euid && !capable(k, p, CAP.SYS_NICE)) fail('EPERM');
}

function setPolicy(k: Kernel, p: Process, target: Process, policy: number, priority: number): number {
  const kind = policy & ~RESET_ON_FORK;
  if (kind === FIFO || kind === RR) return fail(priority < 1 || priority > 99 ? 'EINVAL' : 'EPERM');
  if (!FAIR.includes(kind) || priority !== 0) fail(kind === DEADLINE ? 'EPERM' : 'EINVAL');
  mine(k, p, target);
  account(k);
  target.policy = kind;
  return 0;
}

const bounds =
  (realtime: number) =>
  (_k: Kernel, _p: Process, [policy]: readonly number[]): number =>
    policy === FIFO || policy === RR ? realtime : FAIR.includes(policy!) || policy === DEADLINE ? 0 : fail('EINVAL');

/** What a fair task runs for at least (sched_base_slice). */
const SLICE = 3_000_000;

const ATTRIBUTES = 48;
/** struct sched_attr: size, policy, flags, nice, priority; the rest is of deadlines. */
function setAttributes(k: Kernel, p: Process, target: Process, at: number): number {
  const size = read32(k, p, at) || ATTRIBUTES;
  if (size < ATTRIBUTES || size > 4096) fail('E2BIG');
  const b = copyIn(k, p, at, size),
    nice = get32(b, 16);
  setPolicy(k, p, target, get32(b, 4), get32(b, 20));
  if (nice < target.nice && nice < 20 - (target.limits[13]?.soft ?? 0) && !capable(k, p, CAP.SYS_NICE)) fail('EPERM');
  target.nice = Math.max(-20, Math.min(19, nice));
  return 0;
}
function getAttributes(k: Kernel, p: Process, target: Process, at: number, size: number): number {
  if (size < ATTRIBUTES || size > 4096) fail('EINVAL');
  copyOut(k, p, at, new StructWriter().u32(ATTRIBUTES).u32(target.policy).u64(0).u32(target.nice).u32(0).pad(ATTRIBUTES).done());
  return 0;
}

function setAffinity(k: Kernel, p: Process, target: Process, size: number, at: number): number {
  mine(k, p, target);
  const bytes = Math.min(size >>> 0, 128);
  return bytes > 0 && copyIn(k, p, at, bytes)[0]! & 1 ? 0 : fail('EINVAL');
}

/** MEMBARRIER_CMD_*: with one processor every access is in order for all. */
const BARRIERS = 0x1ff;

/** Memory of another process, by vectors on both sides (process_vm_readv(2)); what is behind the first fault stays. */
function otherMemory(k: Kernel, p: Process, target: Process, args: readonly number[], write: boolean): number {
  const [, local, localCount, remote, remoteCount, flags] = args as [number, number, number, number, number, number];
  if (flags !== 0 || localCount >>> 0 > 1024 || remoteCount >>> 0 > 1024) fail('EINVAL');
  const { uid } = p.credentials,
    c = target.credentials;
  if (target !== p && ![c.uid, c.euid, c.suid].every((id) => id === uid) && !capable(k, p, CAP.SYS_PTRACE)) fail('EPERM');
  const pieces = (at: number, count: number): { at: number; left: number }[] => {
    const b = copyIn(k, p, at, count * 8);
    return Array.from({ length: count }, (_, i) => ({ at: get32(b, i * 8), left: get32(b, i * 8 + 4) >>> 0 })).filter((v) => v.left > 0);
  };
  const [ours, theirs] = [pieces(local, localCount), pieces(remote, remoteCount)];
  let done = 0;
  while (ours.length > 0 && theirs.length > 0) {
    const [a, b] = [ours[0]!, theirs[0]!],
      part = Math.min(a.left, b.left, 4096 - (b.at & 4095));
    try {
      if (write) copyOut(k, target, b.at, copyIn(k, p, a.at, part));
      else copyOut(k, p, a.at, copyIn(k, target, b.at, part));
    } catch (error) {
      if (done > 0) return done;
      throw error;
    }
    done += part;
    for (const [list, one] of [
      [ours, a],
      [theirs, b],
    ] as const) {
      one.at = (one.at + part) | 0;
      one.left -= part;
      if (one.left === 0) list.shift();
    }
  }
  return done;
}

export const SCHEDULING_CALLS: Family = {
  154: call('sched_setparam', 'pid ptr', (k, p, [pid, at]) => {
    const target = task(k, p, pid!);
    return setPolicy(k, p, target, target.policy, read32(k, p, at!));
  }),
  155: call('sched_getparam', 'pid ptr', (k, p, [pid, at]) => {
    task(k, p, pid!);
    write32(k, p, at!, 0);
    return 0;
  }),
  156: call('sched_setscheduler', 'pid int ptr', (k, p, [pid, policy, at]) =>
    policy! < 0 ? fail('EINVAL') : setPolicy(k, p, task(k, p, pid!), policy!, read32(k, p, at!)),
  ),
  157: call('sched_getscheduler', 'pid', (k, p, [pid]) => task(k, p, pid!).policy),
  159: call('sched_get_priority_max', 'int', bounds(99)),
  160: call('sched_get_priority_min', 'int', bounds(1)),
  161: call('sched_rr_get_interval', 'pid ptr', (k, p, [pid, at]) => {
    task(k, p, pid!);
    copyOut(k, p, at!, new StructWriter().u32(0).u32(SLICE).done());
    return 0;
  }),
  241: call('sched_setaffinity', 'pid size ptr', (k, p, [pid, size, at]) => setAffinity(k, p, task(k, p, pid!), size!, at!)),
  312: call('get_robust_list', 'pid ptr ptr', (k, p, [pid, at, size]) => {
    write32(k, p, at!, task(k, p, pid!).robustList);
    write32(k, p, size!, 12);
    return 0;
  }),
  347: call('process_vm_readv', 'pid ptr uint ptr uint uint', (k, p, args) => otherMemory(k, p, task(k, p, args[0]!), args, false)),
  348: call('process_vm_writev', 'pid ptr uint ptr uint uint', (k, p, args) => otherMemory(k, p, task(k, p, args[0]!), args, true)),
  351: call('sched_setattr', 'pid ptr uint', (k, p, [pid, at, flags]) =>
    flags !== 0 || at === 0 ? fail('EINVAL') : setAttributes(k, p, task(k, p, pid!), at!),
  ),
  352: call('sched_getattr', 'pid ptr uint uint', (k, p, [pid, at, size, flags]) =>
    flags !== 0 || at === 0 ? fail('EINVAL') : getAttributes(k, p, task(k, p, pid!), at!, size!),
  ),
  375: call('membarrier', 'int uint int', (_k, _p, [command, flags]) => {
    if (flags !== 0 || command! < 0 || (command! & (command! - 1)) !== 0 || command! & ~BARRIERS) fail('EINVAL');
    return command === 0 ? BARRIERS : 0;
  }),
  423: call('sched_rr_get_interval_time64', 'pid ptr', (k, p, [pid, at]) => {
    task(k, p, pid!);
    copyOut(k, p, at!, new StructWriter().u64(0).u64(SLICE).done());
    return 0;
  }),
  437: call('openat2', 'dirfd path ptr size', (k, p, [dirfd, path, how, size], memory) =>
    openat2(k, p, dirfd!, path!, how!, size!, memory),
  ),
};

const RESOLVE_CACHED = 32,
  O_TRUNC = 0o1000;
const OPEN_HOW = 24,
  OPEN_FLAGS = 0x7f_ffff;
/** struct open_how: flags, mode, resolve. RESOLVE_* say how the path may be followed. */
function openat2(k: Kernel, p: Process, dirfd: number, path: number, how: number, size: number, memory: Plain): number {
  if (size >>> 0 < OPEN_HOW) fail('EINVAL');
  if (size >>> 0 > 4096) fail('E2BIG');
  const b = copyIn(k, p, how, size),
    [flags, mode, resolve] = [get64(b, 0), get64(b, 8), get64(b, 16)];
  if (b.subarray(OPEN_HOW).some((byte) => byte !== 0)) fail('E2BIG');
  const creates = (flags & 0o100) !== 0 || (flags & 0o20200000) === 0o20200000;
  if (flags < 0 || flags > OPEN_FLAGS || (mode !== 0 && !creates) || mode < 0 || mode > 0o7777 || resolve < 0 || resolve > 63)
    fail('EINVAL');
  if ((resolve & (RESOLVE.BENEATH | RESOLVE.IN_ROOT)) === (RESOLVE.BENEATH | RESOLVE.IN_ROOT)) fail('EINVAL');
  // What is looked up is always at hand; what would be made is not (RESOLVE_CACHED).
  if (resolve & RESOLVE_CACHED && (flags & O_TRUNC || creates)) fail('EAGAIN');
  k.tree.resolving = resolve & ~RESOLVE_CACHED;
  try {
    return LATE.get().calls[295]!.run(k, p, [dirfd, path, flags, mode], memory);
  } finally {
    k.tree.resolving = 0;
  }
}
