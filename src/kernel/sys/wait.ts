/** Waiting for children (wait(2), waitid(2)), what they and oneself used (getrusage(2)), and priorities (setpriority(2)). */
import { StructWriter } from '../../bits/bytes.ts';
import { CAP, capable } from '../credentials.ts';
import { fail } from '../errno.ts';
import { fileOf, O_NONBLOCK } from '../files.ts';
import { reap } from '../exit.ts';
import { account } from '../fair.ts';
import { childrenOf, isLeader, leaderOf, threadsOf } from '../groups.ts';
import type { Kernel } from '../kernel.ts';
import { CLD_CONTINUED, CLD_EXITED, CLD_KILLED, CLD_STOPPED, SIGCHLD } from '../signals.ts';
import { CLD_TRAPPED } from '../trace.ts';
import { siginfo } from '../sigframe.ts';
import { Block, type Process } from '../task.ts';
import { call, type Family, returning } from '../syscall.ts';
import { copyOut, write32 } from '../user.ts';

const WNOHANG = 1,
  WUNTRACED = 2,
  WEXITED = 4,
  WCONTINUED = 8,
  WNOWAIT = 0x100_0000,
  WCLONE = 0x8000_0000 | 0,
  WALL = 0x4000_0000;
const P_ALL = 0,
  P_PID = 1,
  P_PGID = 2,
  P_PIDFD = 3;

interface Found {
  readonly child: Process;
  readonly code: number;
  /** Exit code or signal. */
  readonly value: number;
}

/** A child that has something to tell. ECHILD when none could ever have. */
function look(k: Kernel, p: Process, which: (c: Process) => boolean, options: number): Found | null {
  const own = childrenOf(k, p),
    traced = [...k.processes.values()].filter((q) => q.trace?.by === p.tgid && !own.includes(q));
  const children = [...own, ...traced].filter(
    (c) => which(c) && (options & WALL || (c.exitSignal === SIGCHLD) === ((options & WCLONE) === 0)),
  );
  if (children.length === 0) fail('ECHILD');
  for (const child of children) {
    if (child.trace?.by === p.tgid && child.trace.stop && !child.trace.told && child.state === 'stopped')
      return { child, code: CLD_TRAPPED, value: child.trace.stop.signal };
    if (!own.includes(child)) continue;
    if (options & WEXITED && child.exit && child.state === 'zombie' && threadsOf(k, child).length === 0) {
      const { signal, code } = child.exit;
      return signal === 0 ? { child, code: CLD_EXITED, value: code } : { child, code: CLD_KILLED, value: signal };
    }
    if (options & WUNTRACED && child.report?.kind === 'stopped') return { child, code: CLD_STOPPED, value: child.report.signal };
    if (options & WCONTINUED && child.report?.kind === 'continued') return { child, code: CLD_CONTINUED, value: child.report.signal };
  }
  return null;
}

/** The status word of wait(2). */
function statusOf({ code, value }: Found): number {
  if (code === CLD_EXITED) return value << 8;
  if (code === CLD_KILLED) return value;
  return code === CLD_STOPPED || code === CLD_TRAPPED ? (value << 8) | 0x7f : 0xffff;
}

function consume(k: Kernel, { child, code }: Found): void {
  if (code === CLD_EXITED || code === CLD_KILLED) reap(k, child);
  else if (code === CLD_TRAPPED && child.trace) child.trace = { ...child.trace, told: true };
  else child.report = null;
}

function selector(p: Process, pid: number): (c: Process) => boolean {
  if (pid > 0) return (c) => c.pid === pid;
  if (pid === -1) return () => true;
  const group = pid === 0 ? p.pgid : -pid;
  return (c) => c.pgid === group;
}

function wait4(k: Kernel, p: Process, pid: number, status: number, options: number, usage: number): number {
  if (options & ~(WNOHANG | WUNTRACED | WCONTINUED | WCLONE | WALL | 0x2000_0000)) fail('EINVAL');
  const found = look(k, p, selector(p, pid), options | WEXITED);
  if (found === null) {
    if (options & WNOHANG) return 0;
    throw new Block({ kind: 'child' }, 'waiting');
  }
  if (status !== 0) write32(k, p, status, statusOf(found));
  if (usage !== 0) copyOut(k, p, usage, rusageBytes(k, timesOf(k, found.child, true)));
  consume(k, found);
  return found.child.pid;
}

/** Which children are meant, and whether the caller waits for them. */
function waitedFor(k: Kernel, p: Process, kind: number, id: number): readonly [(c: Process) => boolean, boolean] {
  if (kind === P_ALL) return [() => true, true];
  if (kind === P_PGID) return [(c) => c.pgid === (id || p.pgid), true];
  if (kind === P_PID) return [(c) => c.pid === id, true];
  const file = fileOf(k, p, id);
  if (file.kind !== 'pidfd') fail('EBADF');
  return [(c) => c.pid === file.number, (file.flags & O_NONBLOCK) === 0];
}

function waitid(k: Kernel, p: Process, kind: number, id: number, at: number, options: number, usage: number): number {
  if ((options & (WEXITED | WUNTRACED | WCONTINUED)) === 0 || kind >>> 0 > P_PIDFD) fail('EINVAL');
  if (options & ~(WNOHANG | WUNTRACED | WEXITED | WCONTINUED | WNOWAIT | WCLONE | WALL | 0x2000_0000)) fail('EINVAL');
  const [which, patient] = waitedFor(k, p, kind, id);
  const found = look(k, p, which, options);
  if (found === null && !patient && (options & WNOHANG) === 0) fail('EAGAIN');
  if (found === null && (options & WNOHANG) === 0) throw new Block({ kind: 'child' }, 'waiting');
  if (at !== 0) {
    const fields = found ? [found.child.pid, found.child.credentials.uid, found.value, 0, 0] : [];
    copyOut(k, p, at, siginfo(k, p, found ? { signal: SIGCHLD, code: found.code, fields } : { signal: 0, code: 0, fields }));
  }
  if (!found) return 0;
  if (usage !== 0) copyOut(k, p, usage, rusageBytes(k, timesOf(k, found.child, true)));
  if ((options & WNOWAIT) === 0) consume(k, found);
  return 0;
}

/** Machine time that a process used, all its threads together; with its ended children. */
export function timesOf(k: Kernel, p: Process, withChildren = false): readonly [user: number, system: number] {
  account(k);
  let [user, system] = withChildren ? leaderOf(k, p).childTime : [0, 0];
  for (const t of k.processes.values()) {
    if (t.tgid !== p.tgid) continue;
    user += t.userTime;
    system += t.systemTime;
  }
  return [user, system];
}

function rusageBytes(k: Kernel, times: readonly [number, number], p: Process | null = null): Uint8Array {
  const w = new StructWriter();
  for (const time of times) {
    const seconds = time / k.machine.hz;
    w.u32(Math.floor(seconds)).u32(Math.floor((seconds % 1) * 1e6));
  }
  const resident = p ? (k.spaces.get(p.space)?.resident ?? 0) * 4 : 0;
  return w
    .u32(resident)
    .u32(0)
    .u32(0)
    .u32(0)
    .u32(p?.faults ?? 0)
    .pad(72)
    .done();
}

function getrusage(k: Kernel, p: Process, who: number, at: number): number {
  if (who > 1 || who < -1) fail('EINVAL');
  const leader = leaderOf(k, p);
  account(k);
  const times = who === -1 ? leader.childTime : who === 1 ? ([p.userTime, p.systemTime] as const) : timesOf(k, p);
  copyOut(k, p, at, rusageBytes(k, times, who === -1 ? null : p));
  return 0;
}

/** Tasks that setpriority and getpriority name. */
function prioritized(k: Kernel, p: Process, which: number, who: number): Process[] {
  if (which < 0 || which > 2) fail('EINVAL');
  const all = [...k.processes.values()].filter((q) => q.state !== 'zombie');
  const id = who >>> 0;
  const chosen =
    which === 0
      ? all.filter((q) => q.pid === (id || p.pid))
      : which === 1
        ? all.filter((q) => isLeader(q) && q.pgid === (id || p.pgid))
        : all.filter((q) => q.credentials.uid === (who === 0 ? p.credentials.uid : id));
  return chosen.length === 0 ? fail('ESRCH') : chosen;
}

function setpriority(k: Kernel, p: Process, which: number, who: number, value: number): number {
  const nice = Math.max(-20, Math.min(19, value)),
    { uid, euid } = p.credentials;
  account(k);
  for (const q of prioritized(k, p, which, who)) setNice(k, p, q, nice, uid, euid);
  return 0;
}

function setNice(k: Kernel, p: Process, q: Process, nice: number, uid: number, euid: number): void {
  const free = capable(k, p, CAP.SYS_NICE);
  if (!free && euid !== q.credentials.uid && euid !== q.credentials.euid && uid !== q.credentials.uid) fail('EPERM');
  const best = 20 - (q.limits[13]?.soft ?? 0);
  if (nice < q.nice && nice < best && !free) fail('EACCES');
  q.nice = nice;
}

export const WAIT_CALLS: Family = {
  7: returning(
    'pid',
    call('waitpid', 'pid ptr int', (k, p, [pid, status, options]) => wait4(k, p, pid!, status!, options!, 0)),
  ),
  34: call('nice', 'int', (k, p, [step]) => {
    account(k);
    const wanted = p.nice + step!;
    if (step! < 0 && !capable(k, p, CAP.SYS_NICE)) fail('EPERM');
    p.nice = Math.max(-20, Math.min(19, wanted));
    return 0;
  }),
  77: call('getrusage', 'int ptr', (k, p, [who, at]) => getrusage(k, p, who!, at!)),
  // The kernel answers 20 - nice, so that it is never negative; the C library turns it around.
  96: call('getpriority', 'int pid', (k, p, [which, who]) => 20 - Math.min(...prioritized(k, p, which!, who!).map((q) => q.nice))),
  97: call('setpriority', 'int pid int', (k, p, [which, who, value]) => setpriority(k, p, which!, who!, value!)),
  114: returning(
    'pid',
    call('wait4', 'pid ptr int ptr', (k, p, [pid, status, options, usage]) => wait4(k, p, pid!, status!, options!, usage!)),
  ),
  284: call('waitid', 'int pid ptr int ptr', (k, p, [kind, id, at, options, usage]) => waitid(k, p, kind!, id!, at!, options!, usage!)),
};
