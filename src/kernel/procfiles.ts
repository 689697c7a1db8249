/**
 * Texts of /proc (proc(5)), made from the kernel's tables.
 */
import { hex32 } from '../bits/hex.ts';
import { fail } from './errno.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import type { Process } from './task.ts';
import { maskOf } from './signals.ts';
import { GROWS_DOWN, PROT_EXEC, PROT_READ, PROT_WRITE, type Region, SHARED } from './regions.ts';
import { isReadOnly, mountOptions } from './vfs/mounts.ts';
import { rootOf } from './vfs/paths.ts';
import type { ProcSource } from './vfs/proc.ts';

export const KERNEL_RELEASE = '6.1.0-strata',
  KERNEL_VERSION = '#1 SMP';

export function procSource(k: Kernel): ProcSource {
  const of = (pid: number): Process => k.processes.get(pid) ?? fail('ENOENT');
  const charged = (make: () => string) => () => {
    const text = make();
    k.charge('text.byte', text.length);
    return text;
  };
  const each = <T extends Record<string, (pid: number) => string>>(files: T): T =>
    Object.fromEntries(Object.entries(files).map(([name, make]) => [name, (pid: number) => charged(() => make(pid))()])) as T;
  return {
    pids: () => [...k.processes.keys()],
    self: () => k.current?.pid ?? k.init,
    owner: (pid) => ({ uid: of(pid).credentials.euid, gid: of(pid).credentials.egid }),
    files: {
      cpuinfo: charged(() => cpuinfo(k)),
      meminfo: charged(() => meminfo(k)),
      version: charged(() => `Linux version ${KERNEL_RELEASE} (strata) ${KERNEL_VERSION}\n`),
      uptime: charged(() => `${k.uptime().toFixed(2)} 0.00\n`),
      loadavg: charged(() => `0.00 0.00 0.00 ${runnable(k)}/${k.processes.size} ${k.nextPid - 1}\n`),
      filesystems: charged(() => 'nodev\tproc\nnodev\ttmpfs\nnodev\tdevtmpfs\n'),
      stat: charged(
        () =>
          `cpu  ${ticks(k, k.machine.time)} 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(k.realTime() - k.uptime())}\nprocesses ${k.nextPid - 1}\n`,
      ),
    },
    processFiles: each({
      status: (pid: number) => status(k, of(pid)),
      maps: (pid: number) => maps(k, of(pid)),
      cmdline: (pid: number) => stringsOf(k, of(pid), 'args'),
      environ: (pid: number) => stringsOf(k, of(pid), 'env'),
      comm: (pid: number) => `${of(pid).comm}\n`,
      stat: (pid: number) => stat(k, of(pid)),
      statm: (pid: number) => statm(k, of(pid)),
      mounts: () => mounts(k),
      cgroup: (pid: number) => `0::${of(pid).cgroup}\n`,
    }),
    processLinks: {
      exe: (pid: number) => of(pid).exe,
      cwd: (pid: number) => k.tree.pathOf(of(pid).cwd, of(pid).root),
      root: (pid: number) => k.tree.pathOf(of(pid).root, { fs: 1, ino: 1 }),
    },
    descriptors: (pid) => (k.fileTables.get(of(pid).files)?.descriptors ?? []).flatMap((d, fd) => (d ? [fd] : [])),
    descriptorLink: (pid, fd) => k.files.get(k.fileTables.get(of(pid).files)?.descriptors[fd]?.file ?? -1)?.path ?? fail('ENOENT'),
    now: () => k.realTime(),
  };
}

/** Arguments or environment as they lie in the process's memory now; a zombie has none. */
function stringsOf(k: Kernel, p: Process, which: 'args' | 'env'): string {
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

const runnable = (k: Kernel): number => [...k.processes.values()].filter((p) => p.state === 'runnable').length;
/** Clock ticks of 10 ms. */
const ticks = (k: Kernel, time: number): number => Math.floor((time / k.machine.hz) * 100);

function cpuinfo(k: Kernel): string {
  return [
    'processor\t: 0',
    'vendor_id\t: Strata',
    'model name\t: Strata simulated IA-32 processor',
    `cpu MHz\t\t: ${(k.machine.hz / 1e6).toFixed(3)}`,
    'fpu\t\t: yes',
    'wp\t\t: yes',
    `bogomips\t: ${(k.machine.hz / 1e6).toFixed(2)}`,
    '',
    '',
  ].join('\n');
}

const kib = (bytes: number): string => `${String(Math.floor(bytes / 1024)).padStart(8)} kB`;

function meminfo(k: Kernel): string {
  const total = k.frames.total * PAGE,
    free = k.frames.free * PAGE;
  const rows: [string, number][] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', 0],
    ['SwapTotal', 0],
    ['SwapFree', 0],
  ];
  return rows.map(([name, bytes]) => `${`${name}:`.padEnd(15)} ${kib(bytes)}\n`).join('');
}

const sizes = (k: Kernel, p: Process): { total: number; resident: number; stack: number; data: number } => {
  const space = k.spaceOf(p);
  const size = (which: (r: Region) => boolean): number => space.regions.filter(which).reduce((sum, r) => sum + r.end - r.start, 0);
  return {
    total: size(() => true),
    resident: space.resident * PAGE,
    stack: size((r) => (r.flags & GROWS_DOWN) !== 0),
    data: size((r) => r.file === null && (r.flags & GROWS_DOWN) === 0),
  };
};

function status(k: Kernel, p: Process): string {
  const c = p.credentials,
    s = p.signals,
    m = sizes(k, p);
  const caught = Object.entries(s.actions).reduce((sum, [n, a]) => (a.handler > 1 ? setBit(sum, Number(n)) : sum), [0, 0] as readonly [
    number,
    number,
  ]);
  const ignored = Object.entries(s.actions).reduce((sum, [n, a]) => (a.handler === 1 ? setBit(sum, Number(n)) : sum), [0, 0] as readonly [
    number,
    number,
  ]);
  return [
    `Name:\t${p.comm}`,
    `Umask:\t${p.umask.toString(8).padStart(4, '0')}`,
    `State:\t${stateLetter(k, p)}`,
    `Tgid:\t${p.pid}`,
    `Pid:\t${p.pid}`,
    `PPid:\t${p.ppid}`,
    `Uid:\t${c.uid}\t${c.euid}\t${c.suid}\t${c.euid}`,
    `Gid:\t${c.gid}\t${c.egid}\t${c.sgid}\t${c.egid}`,
    `Groups:\t${c.groups.join(' ')} `,
    `VmSize:\t${kib(m.total)}`,
    `VmRSS:\t${kib(m.resident)}`,
    `VmData:\t${kib(m.data)}`,
    `VmStk:\t${kib(m.stack)}`,
    'Threads:\t1',
    `SigPnd:\t${mask(maskOf(s.queue))}`,
    `ShdPnd:\t${mask(maskOf(s.shared))}`,
    `SigBlk:\t${mask(s.blocked)}`,
    `SigIgn:\t${mask(ignored)}`,
    `SigCgt:\t${mask(caught)}`,
    '',
  ].join('\n');
}

const mask = (of: readonly [number, number]): string => hex32(of[1]) + hex32(of[0]);
const zeros = (n: number): string => Array.from({ length: n }, () => '0').join(' ');
const setBit = (mask: readonly [number, number], n: number): readonly [number, number] =>
  n <= 32 ? [mask[0] | (1 << (n - 1)), mask[1]] : [mask[0], mask[1] | (1 << (n - 33))];
const stateLetter = (k: Kernel, p: Process): string =>
  p === k.current || p.state === 'runnable' ? 'R (running)' : p.state === 'zombie' ? 'Z (zombie)' : 'S (sleeping)';

function stat(k: Kernel, p: Process): string {
  const m = sizes(k, p);
  return `${p.pid} (${p.comm}) ${stateLetter(k, p)[0]} ${p.ppid} ${p.pgid} ${p.sid} 0 -1 0 ${p.faults} 0 0 0 ${ticks(k, p.userTime)} 0 0 0 20 0 1 0 ${ticks(k, p.startTime)} ${m.total} ${m.resident / PAGE} ${zeros(28)}\n`;
}

function statm(k: Kernel, p: Process): string {
  const m = sizes(k, p);
  return `${m.total / PAGE} ${m.resident / PAGE} 0 0 0 ${(m.data + m.stack) / PAGE} 0\n`;
}

function maps(k: Kernel, p: Process): string {
  const space = k.spaceOf(p);
  return space.regions
    .map((r) => {
      const flags =
        (r.prot & PROT_READ ? 'r' : '-') +
        (r.prot & PROT_WRITE ? 'w' : '-') +
        (r.prot & PROT_EXEC ? 'x' : '-') +
        (r.flags & SHARED ? 's' : 'p');
      const start = hex32(r.start),
        end = hex32(r.end),
        file = r.file;
      const line = `${start}-${end} ${flags} ${hex32(file?.offset ?? 0)} 00:${(file?.node.fs ?? 0).toString(16).padStart(2, '0')} ${file?.node.ino ?? 0} `;
      const name = r.name === 'exe' ? p.exe : r.name === '[bss]' ? '' : r.name;
      return name === '' ? `${line}\n` : `${line.padEnd(73)}${name}\n`;
    })
    .join('');
}

function mounts(k: Kernel): string {
  return k.tree.mounts
    .map((m) => `${m.source} ${k.tree.pathOf(rootOf(m), { fs: 1, ino: 1 })} ${k.tree.fs(m.fs).type} ${isReadOnly(m) ? 'ro' : 'rw'}${mountOptions(m)}${m.options} 0 0\n`)
    .join('');
}
