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
import { pathFrom } from './cgroup/group.ts';
import { FS_TYPES } from './ns/fstypes.ts';
import { FIRST } from './ns/namespaces.ts';
import { mountinfo, mounts, NAMESPACE_LINKS, namespaceOf, showMap, writeMap, writeSetgroups } from './ns/proc.ts';
import { seenGid, seenUid } from './ns/usermap.ts';
import type { ProcSource } from './vfs/proc.ts';

export const KERNEL_RELEASE = '6.1.0-strata',
  KERNEL_VERSION = '#1 SMP';

/** A /proc of one pid namespace: it shows the processes that have a number there. */
export function procSource(k: Kernel, namespace: number = FIRST.pid): ProcSource {
  const of = (pid: number): Process => k.processes.get(pid) ?? fail('ENOENT');
  const charged = (make: () => string) => () => {
    const text = make();
    k.charge('text.byte', text.length);
    return text;
  };
  const each = <T extends Record<string, (pid: number) => string>>(files: T): T =>
    Object.fromEntries(Object.entries(files).map(([name, make]) => [name, (pid: number) => charged(() => make(pid))()])) as T;
  return {
    pids: () => {
      const all = [...k.processes.keys()];
      return namespace === FIRST.pid ? all : all.filter((pid) => k.ns.numberIn(namespace, pid) !== 0);
    },
    number: (pid) => k.ns.numberIn(namespace, pid),
    self: () => k.ns.numberIn(namespace, k.current?.tgid ?? k.init),
    owner: (pid) => ({ uid: of(pid).credentials.euid, gid: of(pid).credentials.egid }),
    files: {
      cpuinfo: charged(() => cpuinfo(k)),
      meminfo: charged(() => meminfo(k)),
      version: charged(() => `Linux version ${KERNEL_RELEASE} (strata) ${KERNEL_VERSION}\n`),
      uptime: charged(() => `${k.uptime().toFixed(2)} 0.00\n`),
      loadavg: charged(() => `0.00 0.00 0.00 ${runnable(k)}/${k.processes.size} ${k.nextPid - 1}\n`),
      filesystems: charged(() =>
        Object.keys(FS_TYPES)
          .map((name) => `nodev\t${name}\n`)
          .join(''),
      ),
      stat: charged(
        () =>
          `cpu  ${ticks(k, k.machine.time)} 0 0 0 0 0 0 0 0 0\nbtime ${Math.floor(k.realTime() - k.uptime())}\nprocesses ${k.nextPid - 1}\n`,
      ),
    },
    processFiles: each({
      status: (pid: number) => status(k, of(pid), namespace),
      maps: (pid: number) => maps(k, of(pid)),
      cmdline: (pid: number) => stringsOf(k, of(pid), 'args'),
      environ: (pid: number) => stringsOf(k, of(pid), 'env'),
      comm: (pid: number) => `${of(pid).comm}\n`,
      stat: (pid: number) => stat(k, of(pid), namespace),
      statm: (pid: number) => statm(k, of(pid)),
      mounts: (pid: number) => mounts(k, of(pid)),
      mountinfo: (pid: number) => mountinfo(k, of(pid)),
      cgroup: (pid: number) => `0::${pathFrom(of(pid).cgroup, k.current ? k.ns.cgroupRoot(k.current) : '/')}\n`,
      uid_map: (pid: number) => showMap(k, of(pid), 'uidMap'),
      gid_map: (pid: number) => showMap(k, of(pid), 'gidMap'),
      setgroups: (pid: number) => `${k.ns.of(of(pid), 'user').setgroups}\n`,
    }),
    processLinks: {
      exe: (pid: number) => of(pid).exe,
      cwd: (pid: number) => k.tree.pathOf(of(pid).cwd, of(pid).root),
      root: (pid: number) => k.tree.pathOf(of(pid).root, { fs: 1, ino: 1 }),
    },
    namespaceLinks: Object.fromEntries(
      NAMESPACE_LINKS.map((name) => [name, (pid: number) => `${name.replace('_for_children', '')}:[${namespaceOf(k, of(pid), name)}]`]),
    ),
    processStores: {
      uid_map: (pid, text) => writeMap(k, of(pid), 'uidMap', text),
      gid_map: (pid, text) => writeMap(k, of(pid), 'gidMap', text),
      setgroups: (pid, text) => writeSetgroups(k, of(pid), text),
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
  const space = k.spaces.get(p.space);
  // What has ended holds no memory any more.
  if (space === undefined) return { total: 0, resident: 0, stack: 0, data: 0 };
  const size = (which: (r: Region) => boolean): number => space.regions.filter(which).reduce((sum, r) => sum + r.end - r.start, 0);
  return {
    total: size(() => true),
    resident: space.resident * PAGE,
    stack: size((r) => (r.flags & GROWS_DOWN) !== 0),
    data: size((r) => r.file === null && (r.flags & GROWS_DOWN) === 0),
  };
};

function status(k: Kernel, p: Process, namespace: number): string {
  const c = p.credentials,
    number = (pid: number): number => (pid === 0 ? 0 : k.ns.numberIn(namespace, pid)),
    reader = k.current?.credentials ?? c,
    uid = (id: number): number => seenUid(reader, id),
    gid = (id: number): number => seenGid(reader, id),
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
    `Tgid:\t${number(p.tgid)}`,
    `Pid:\t${number(p.pid)}`,
    `PPid:\t${number(p.ppid)}`,
    `Uid:\t${[c.uid, c.euid, c.suid, c.fsuid].map(uid).join('\t')}`,
    `Gid:\t${[c.gid, c.egid, c.sgid, c.fsgid].map(gid).join('\t')}`,
    `Groups:\t${c.groups.map(gid).join(' ')} `,
    ...(['NStgid', 'NSpid', 'NSpgid', 'NSsid'] as const).map(
      (name, i) => `${name}:\t${nested(k, [p.tgid, p.pid, p.pgid, p.sid][i]!, namespace)}`,
    ),
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
    ...(
      [
        ['Inh', c.inheritable],
        ['Prm', c.permitted],
        ['Eff', c.effective],
        ['Bnd', c.bounding],
        ['Amb', [0, 0]],
      ] as const
    ).map(([name, set]) => `Cap${name}:\t${mask(set)}`),
    `NoNewPrivs:\t${p.noNewPrivileges ? 1 : 0}`,
    '',
  ].join('\n');
}

/** The number here, and those in the namespaces inside. */
function nested(k: Kernel, pid: number, namespace: number): string {
  return [pid === 0 ? 0 : k.ns.numberIn(namespace, pid), ...k.ns.numbersOf(pid, namespace).map((n) => n.pid)].join('\t');
}

const mask = (of: readonly [number, number]): string => hex32(of[1]) + hex32(of[0]);
const zeros = (n: number): string => Array.from({ length: n }, () => '0').join(' ');
const setBit = (mask: readonly [number, number], n: number): readonly [number, number] =>
  n <= 32 ? [mask[0] | (1 << (n - 1)), mask[1]] : [mask[0], mask[1] | (1 << (n - 33))];
const stateLetter = (k: Kernel, p: Process): string =>
  p === k.current || p.state === 'runnable' ? 'R (running)' : p.state === 'zombie' ? 'Z (zombie)' : 'S (sleeping)';

function stat(k: Kernel, p: Process, namespace: number): string {
  const m = sizes(k, p),
    number = (pid: number): number => (pid === 0 ? 0 : k.ns.numberIn(namespace, pid));
  return `${number(p.pid)} (${p.comm}) ${stateLetter(k, p)[0]} ${number(p.ppid)} ${number(p.pgid)} ${number(p.sid)} 0 -1 0 ${p.faults} 0 0 0 ${ticks(k, p.userTime)} 0 0 0 20 0 1 0 ${ticks(k, p.startTime)} ${m.total} ${m.resident / PAGE} ${zeros(28)}\n`;
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
