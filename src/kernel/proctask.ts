/** Texts of /proc/PID (proc(5)), made from the kernel's tables: as Linux 6.1 writes them. */
import { hex32 } from '../bits/hex.ts';
import { CAP, capableIn } from './credentials.ts';
import { fail } from './errno.ts';
import { controllingTty } from './files.ts';
import { PAGE } from './frames.ts';
import { childrenOf, leaderOf, threadsOf } from './groups.ts';
import { inspect, mayInspect } from './inspect.ts';
import type { Kernel } from './kernel.ts';
import { seenGid, seenUid } from './ns/usermap.ts';
import { GROWS_DOWN, LOCKED, PROT_EXEC, PROT_READ, PROT_WRITE, type Region, SHARED } from './regions.ts';
import { maskOf } from './signals.ts';
import { ptsDevice } from './vfs/devices.ts';
import type { Limit, Process } from './task.ts';

/** Clock ticks of 10 ms. */
export const ticks = (k: Kernel, time: number): number => Math.floor((time / k.machine.hz) * 100);
const kib = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;
const PF_FORKNOEXEC = 0x40_0000,
  UNLIMITED = 0xffff_ffff;

/** Arguments or environment as they lie in the process's memory now; a zombie has none. */
export function stringsOf(k: Kernel, p: Process, which: 'args' | 'env'): string {
  const space = p.state === 'zombie' ? undefined : k.spaces.get(p.space);
  if (!space) return '';
  let text = '';
  for (let [at, end] = space.strings[which]; at < end; at++) {
    const physical = space.peek(at);
    if (physical === 0) break;
    text += String.fromCharCode(k.machine.memory.bytes[physical]!);
  }
  return text;
}

interface Sizes {
  readonly total: number;
  readonly resident: number;
  readonly stack: number;
  readonly data: number;
  readonly code: number;
  readonly locked: number;
}

function sizes(k: Kernel, p: Process): Sizes {
  const space = p.state === 'zombie' ? undefined : k.spaces.get(p.space);
  if (!space) return { total: 0, resident: 0, stack: 0, data: 0, code: 0, locked: 0 };
  const size = (which: (r: Region) => boolean): number => space.regions.filter(which).reduce((sum, r) => sum + r.end - r.start, 0);
  return {
    total: size(() => true),
    resident: space.resident * PAGE,
    stack: size((r) => (r.flags & GROWS_DOWN) !== 0),
    data: size((r) => (r.prot & PROT_WRITE) !== 0 && (r.flags & (SHARED | GROWS_DOWN)) === 0),
    locked: size((r) => (r.flags & LOCKED) !== 0),
    code: size((r) => r.name === 'exe' && (r.prot & PROT_EXEC) !== 0),
  };
}

const mask = (of: readonly [number, number]): string => hex32(of[1]) + hex32(of[0]);
type Mask = readonly [number, number];
const setBit = (m: Mask, n: number): Mask => (n <= 32 ? [m[0] | (1 << (n - 1)), m[1]] : [m[0], m[1] | (1 << (n - 33))]);
const actions = (p: Process, which: (handler: number) => boolean): Mask =>
  Object.entries(p.signals.actions).reduce<Mask>((sum, [n, a]) => (which(a.handler) ? setBit(sum, Number(n)) : sum), [0, 0]);
const ignored = (p: Process): Mask => actions(p, (handler) => handler === 1);
const caught = (p: Process): Mask => actions(p, (handler) => handler > 1);

function stateOf(k: Kernel, p: Process): string {
  if (p === k.current || p.state === 'runnable') return 'R (running)';
  if (p.state === 'zombie') return 'Z (zombie)';
  if (p.state === 'stopped') return p.trace?.stop ? 't (tracing stop)' : 'T (stopped)';
  return p.blocked?.wait.kind === 'vfork' ? 'D (disk sleep)' : 'S (sleeping)';
}

/** The number here, and those in the namespaces inside. */
function nested(k: Kernel, pid: number, namespace: number): string {
  return [pid === 0 ? 0 : k.ns.numberIn(namespace, pid), ...k.ns.numbersOf(pid, namespace).map((n) => n.pid)].join('\t');
}

/** Descriptor tables grow by doubling. */
function tableSize(k: Kernel, p: Process): number {
  let size = 64;
  while (size < (k.fileTables.get(p.files)?.descriptors.length ?? 0)) size *= 2;
  return size;
}

export function status(k: Kernel, p: Process, namespace: number): string {
  const c = p.credentials,
    number = (pid: number): number => (pid === 0 ? 0 : k.ns.numberIn(namespace, pid)),
    reader = k.current?.credentials ?? c,
    s = p.signals;
  const rows: (readonly [string, string | number])[] = [
    ['Name', p.comm],
    ['Umask', p.umask.toString(8).padStart(4, '0')],
    ['State', stateOf(k, p)],
    ['Tgid', number(p.tgid)],
    ['Ngid', 0],
    ['Pid', number(p.pid)],
    ['PPid', number(p.ppid)],
    ['TracerPid', p.trace ? number(p.trace.by) : 0],
    ['Uid', [c.uid, c.euid, c.suid, c.fsuid].map((id) => seenUid(reader, id)).join('\t')],
    ['Gid', [c.gid, c.egid, c.sgid, c.fsgid].map((id) => seenGid(reader, id)).join('\t')],
    ['FDSize', tableSize(k, p)],
    ['Groups', `${c.groups.map((id) => seenGid(reader, id)).join(' ')} `],
    ['NStgid', nested(k, p.tgid, namespace)],
    ['NSpid', nested(k, p.pid, namespace)],
    ['NSpgid', nested(k, p.pgid, namespace)],
    ['NSsid', nested(k, p.sid, namespace)],
    ...memoryRows(k, p),
    ['Threads', Math.max(1, threadsOf(k, p).length)],
    ['SigQ', `${s.queue.length + leaderOf(k, p).signals.shared.length}/1024`],
    ['SigPnd', mask(maskOf(s.queue))],
    ['ShdPnd', mask(maskOf(leaderOf(k, p).signals.shared))],
    ['SigBlk', mask(s.blocked)],
    ['SigIgn', mask(ignored(p))],
    ['SigCgt', mask(caught(p))],
    ['CapInh', mask(c.inheritable)],
    ['CapPrm', mask(c.permitted)],
    ['CapEff', mask(c.effective)],
    ['CapBnd', mask(c.bounding)],
    ['CapAmb', mask(c.ambient ?? [0, 0])],
    ['NoNewPrivs', p.noNewPrivileges ? 1 : 0],
    ['Seccomp', p.seccomp ? (p.seccomp.strict ? 1 : 2) : 0],
    ['Seccomp_filters', p.seccomp?.filters.length ?? 0],
    ['Cpus_allowed', 1],
    ['Cpus_allowed_list', 0],
    ['Mems_allowed', 1],
    ['Mems_allowed_list', 0],
    ['voluntary_ctxt_switches', p.switches],
    ['nonvoluntary_ctxt_switches', 0],
  ];
  return rows.map(([name, value]) => `${name}:\t${value}\n`).join('');
}

/** A zombie has no memory to speak of. */
function memoryRows(k: Kernel, p: Process): (readonly [string, string])[] {
  if (p.state === 'zombie') return [];
  const m = sizes(k, p);
  const rows: readonly (readonly [string, number])[] = [
    ['VmPeak', m.total],
    ['VmSize', m.total],
    ['VmLck', m.locked],
    ['VmPin', 0],
    ['VmHWM', m.resident],
    ['VmRSS', m.resident],
    ['RssAnon', m.resident],
    ['RssFile', 0],
    ['RssShmem', 0],
    ['VmData', m.data],
    ['VmStk', m.stack],
    ['VmExe', m.code],
    ['VmLib', 0],
    ['VmPTE', PAGE],
    ['VmSwap', 0],
  ];
  return rows.map(([name, bytes]) => [name, kib(bytes)]);
}

/** The terminal of the session, as a device number, and its foreground group. */
function terminal(k: Kernel, p: Process): readonly [device: number, foreground: number] {
  const tty = controllingTty(k, p);
  return tty ? [ptsDevice(tty.pts?.index ?? 0), tty.foreground] : [0, -1];
}

export function stat(k: Kernel, p: Process, namespace: number): string {
  const m = sizes(k, p),
    number = (pid: number): number => (pid === 0 ? 0 : k.ns.numberIn(namespace, pid)),
    [device, foreground] = terminal(k, p),
    space = p.state === 'zombie' ? undefined : k.spaces.get(p.space);
  const threads = threadsOf(k, p),
    sum = (of: (t: Process) => number): number =>
      ticks(
        k,
        [...(threads.length > 0 ? threads : [p])].reduce((n, t) => n + of(t), 0),
      );
  const { childTime } = leaderOf(k, p),
    s = p.signals;
  const looks = space && mayInspect(k, p),
    masks = [maskOf(s.queue), s.blocked, ignored(p), caught(p)].map(([low]) => low >>> 0);
  // In groups: who; faults; times; priority, threads, start; size; code; signals; wait; processor; data and strings.
  const groups: readonly (readonly (number | string)[])[] = [
    [number(p.pid), `(${p.comm})`, stateOf(k, p)[0]!, number(p.ppid), number(p.pgid), number(p.sid)],
    [device, foreground === -1 ? -1 : number(foreground), PF_FORKNOEXEC, p.faults, 0, 0, 0],
    [sum((t) => t.userTime), sum((t) => t.systemTime), ticks(k, childTime[0]), ticks(k, childTime[1])],
    [20 + p.nice, p.nice, Math.max(1, threads.length), 0, ticks(k, p.startTime)],
    [m.total, m.resident / PAGE, UNLIMITED, 1, 1, 0, 0, 0],
    [...masks, p.state === 'blocked' ? 1 : 0, 0, 0],
    [p.exitSignal, 0, 0, p.policy, 0, 0, 0],
    [0, 0, looks ? space.brkStart : 0, ...(looks ? [...space.strings.args, ...space.strings.env] : [0, 0, 0, 0]), 0],
  ];
  return `${groups.flat().join(' ')}\n`;
}

export function statm(k: Kernel, p: Process): string {
  const m = sizes(k, p);
  return `${[m.total, m.resident, 0, m.code, 0, m.data + m.stack, 0].map((n) => n / PAGE).join(' ')}\n`;
}

export function maps(k: Kernel, p: Process): string {
  const space = p.state === 'zombie' ? undefined : k.spaces.get(inspect(k, p).space);
  return (space?.regions ?? [])
    .map((r) => {
      const flags =
        (r.prot & PROT_READ ? 'r' : '-') +
        (r.prot & PROT_WRITE ? 'w' : '-') +
        (r.prot & PROT_EXEC ? 'x' : '-') +
        (r.flags & SHARED ? 's' : 'p');
      const file = r.file;
      const line = `${hex32(r.start)}-${hex32(r.end)} ${flags} ${hex32(file?.offset ?? 0)} 00:${(file?.node.fs ?? 0).toString(16).padStart(2, '0')} ${file?.node.ino ?? 0} `;
      const name = r.name === 'exe' ? p.exe : r.name === '[bss]' ? '' : r.name;
      return name === '' ? `${line}\n` : `${line.padEnd(73)}${name}\n`;
    })
    .join('');
}

/** Name, resource, unit, in the order of /proc/PID/limits. */
const LIMITS: readonly (readonly [string, number, string])[] = [
  ['Max cpu time', 0, 'seconds'],
  ['Max file size', 1, 'bytes'],
  ['Max data size', 2, 'bytes'],
  ['Max stack size', 3, 'bytes'],
  ['Max core file size', 4, 'bytes'],
  ['Max resident set', 5, 'bytes'],
  ['Max processes', 6, 'processes'],
  ['Max open files', 7, 'files'],
  ['Max locked memory', 8, 'bytes'],
  ['Max address space', 9, 'bytes'],
  ['Max file locks', 10, 'locks'],
  ['Max pending signals', 11, 'signals'],
  ['Max msgqueue size', 12, 'bytes'],
  ['Max nice priority', 13, ''],
  ['Max realtime priority', 14, ''],
  ['Max realtime timeout', 15, 'us'],
];

export function limits(p: Process, limitOf: (p: Process, resource: number) => Limit): string {
  const shown = (n: number): string => (n === UNLIMITED ? 'unlimited' : String(n)).padEnd(20);
  const row = (name: string, soft: string, hard: string, unit: string): string => `${name.padEnd(25)} ${soft} ${hard} ${unit.padEnd(10)}\n`;
  const head = row('Limit', 'Soft Limit'.padEnd(20), 'Hard Limit'.padEnd(20), 'Units');
  return (
    head +
    LIMITS.map(([name, resource, unit]) => {
      const { soft, hard } = limitOf(p, resource);
      return row(name, shown(soft), shown(hard), unit);
    }).join('')
  );
}

export const children = (k: Kernel, p: Process, namespace: number): string =>
  childrenOf(k, p)
    .map((c) => `${k.ns.numberIn(namespace, c.pid)} `)
    .join('');

/** As many thousandths as oom_badness gives it of what may be used, moved by oom_score_adj. */
export function oomScore(k: Kernel, p: Process): number {
  const share = sizes(k, p).resident / (k.frames.total * PAGE);
  return Math.max(0, Math.floor(((1000 + share * 1000 + p.oomScoreAdjust) * 2) / 3));
}

/** Lowering it below what a privileged one set needs CAP_SYS_RESOURCE (proc(5)). */
export function setOomScoreAdjust(k: Kernel, p: Process, text: string): void {
  const n = /^\s*-?\d+\s*$/.test(text) ? Number(text) : fail('EINVAL');
  if (n < -1000 || n > 1000) fail('EINVAL');
  if (n < p.oomScoreAdjust && k.current && !capableIn(k, k.current, k.ns.idOf(p, 'user'), CAP.SYS_RESOURCE)) fail('EACCES');
  for (const t of threadsOf(k, p)) t.oomScoreAdjust = n;
}

/** Only threads of the process itself may name it. */
export function setComm(k: Kernel, p: Process, text: string): void {
  if (k.current?.tgid !== p.tgid) fail('EINVAL');
  p.comm = text.split('\0')[0]!.slice(0, 15);
}
