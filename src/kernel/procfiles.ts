/** What a /proc is made of: the files of proctask.ts, procmachine.ts, procsys.ts and net/report.ts put in their places. */
import { fail } from './errno.ts';
import { isLeader, threadsOf } from './groups.ts';
import type { Kernel } from './kernel.ts';
import type { OpenFile, Process } from './task.ts';
import { pathFrom } from './cgroup/group.ts';
import { sysvipcText } from './ipc/sysvipc.ts';
import { FIRST } from './ns/namespaces.ts';
import { mountinfo, mounts, mountstats, NAMESPACE_LINKS, namespaceOf, showMap, writeMap, writeSetgroups } from './ns/proc.ts';
import { netFiles } from './net/report.ts';
import { netOf } from './net/socket.ts';
import * as machine from './procmachine.ts';
import { inspect, mayInspect } from './inspect.ts';
import * as task from './proctask.ts';
import { sysFiles } from './procsys.ts';
import { limitOf } from './rlimits.ts';
import { RESOURCES } from './pressure.ts';
import type { MadeFile, MadeFiles } from './vfs/made.ts';
import type { ProcSource } from './vfs/proc.ts';

export { KERNEL_RELEASE, KERNEL_VERSION } from './procmachine.ts';

/** What a mount of /proc asks for: 0 everybody sees every process, 1 only one's own can be entered, 2 others are not seen. */
export type HidePid = 0 | 1 | 2;

/** A /proc of one pid namespace: it shows the processes that have a number there. */
export function procSource(k: Kernel, namespace: number = FIRST.pid, hidePid: HidePid = 0): ProcSource {
  const of = (pid: number): Process => k.processes.get(pid) ?? fail('ENOENT');
  const numbered = (pid: number): boolean => namespace === FIRST.pid || k.ns.numberIn(namespace, pid) !== 0;
  const shown = (pid: number): boolean => numbered(pid) && (hidePid < 2 || mayInspect(k, of(pid)));
  const asking = (): Process => k.current ?? of(k.init);
  return {
    pids: () => [...k.processes.values()].filter((p) => isLeader(p) && shown(p.pid)).map((p) => p.pid),
    knows: (pid) => k.processes.has(pid) && shown(pid),
    number: (pid) => k.ns.numberIn(namespace, pid),
    byNumber: (number) => k.ns.pidIn(namespace, number),
    self: () => k.ns.numberIn(namespace, k.current?.tgid ?? k.init),
    thread: () => k.ns.numberIn(namespace, asking().pid),
    owner: (pid) => ({ uid: of(pid).credentials.euid, gid: of(pid).credentials.egid }),
    tasks: (pid) => threadsOf(k, of(pid)).map((t) => t.pid),
    leader: (pid) => of(pid).tgid,
    files: charged(k, topFiles(k, namespace)),
    processFiles: charged(
      k,
      processFiles(k, namespace, (pid) => (hidePid === 0 ? of(pid) : inspect(k, of(pid)))),
    ),
    namespaceLinks: Object.fromEntries(
      NAMESPACE_LINKS.map((name) => [name, (pid: number) => `${name.replace('_for_children', '')}:[${namespaceOf(k, of(pid), name)}]`]),
    ),
    descriptors: (pid) => (k.fileTables.get(of(pid).files)?.descriptors ?? []).flatMap((d, fd) => (d ? [fd] : [])),
    descriptorLink: (pid, fd) => openFile(k, of(pid), fd).path,
    descriptorInfo: (pid, fd) => descriptorInfo(k, openFile(k, of(pid), fd)),
    inspect: (pid) => void inspect(k, of(pid)),
    now: () => k.realTime(),
  };
}

/** Making a text costs by its length. */
function charged(k: Kernel, files: MadeFiles): MadeFiles {
  const paying = (file: MadeFile): MadeFile => ({
    ...file,
    text: (of) => {
      const text = file.text(of);
      k.charge('text.byte', text.length);
      return text;
    },
  });
  return Object.fromEntries(Object.entries(files).map(([path, file]) => [path, paying(file)]));
}

const openFile = (k: Kernel, p: Process, fd: number): OpenFile =>
  k.files.get(k.fileTables.get(p.files)?.descriptors[fd]?.file ?? -1) ?? fail('ENOENT');
/** What a file that stands for a process or an event says besides (proc_pid_fdinfo(5)). */
function moreInfo(k: Kernel, file: OpenFile): string {
  if (file.kind === 'pidfd') {
    const number = k.current ? k.ns.numberOf(file.number, k.current) : file.number;
    return `Pid:\t${k.processes.has(file.number) ? number : -1}\nNSpid:\t${number}\n`;
  }
  if (file.kind === 'eventfd')
    return `eventfd-count: ${(k.eventfds.get(file.number)?.count ?? 0).toString(16).padStart(16)}\neventfd-id: ${file.number}\n`;
  const [low, high] = file.mask ?? [0, 0],
    hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
  return file.kind === 'signalfd' ? `sigmask:\t${hex(high)}${hex(low)}\n` : '';
}
const descriptorInfo = (k: Kernel, file: OpenFile): string =>
  `pos:\t${file.offset}\nflags:\t0${file.flags.toString(8)}\nmnt_id:\t${file.node.mount ?? 0}\nino:\t${file.node.ino}\n${moreInfo(k, file)}`;

const EMPTY_DIRECTORIES = ['bus/', 'driver/', 'fs/', 'irq/', 'tty/driver/', 'tty/ldisc/'];
function topFiles(k: Kernel, namespace: number): Record<string, MadeFile> {
  const file = (text: () => string): MadeFile => ({ text });
  return {
    cgroups: file(machine.cgroups),
    cmdline: file(machine.cmdline),
    cpuinfo: file(() => machine.cpuinfo(k)),
    devices: file(machine.devices),
    diskstats: file(machine.diskstats),
    dma: file(machine.dma),
    filesystems: file(machine.filesystems),
    iomem: file(() => machine.iomem(k)),
    loadavg: file(() => machine.loadavg(k)),
    consoles: file(() => 'ttyS0                -W- (EC p  )    4:64\n'),
    interrupts: file(() => '           CPU0       \n'),
    misc: file(() => ''),
    modules: file(() => ''),
    locks: file(() => machine.locks(k, namespace)),
    meminfo: file(() => machine.meminfo(k)),
    partitions: file(machine.partitions),
    stat: file(() => machine.stat(k)),
    swaps: file(machine.swaps),
    'tty/drivers': file(machine.ttyDrivers),
    'tty/ldiscs': file(() => 'n_tty       0\n'),
    uptime: file(() => machine.uptime(k)),
    version: file(machine.version),
    vmstat: file(() => machine.vmstat(k)),
    mounts: { text: () => 'self/mounts', link: true },
    net: { text: () => 'self/net', link: true },
    ...Object.fromEntries(EMPTY_DIRECTORIES.map((path) => [path, file(() => '')])),
    ...Object.fromEntries(
      RESOURCES.map((of) => [
        `pressure/${of}`,
        { text: () => k.pressure.text('/', of), store: () => fail('EOPNOTSUPP'), mode: 0o666 } satisfies MadeFile,
      ]),
    ),
    ...Object.fromEntries((['msg', 'sem', 'shm'] as const).map((kind) => [`sysvipc/${kind}`, file(() => sysvipcText(k, k.current, kind))])),
    ...sysFiles(k),
  };
}

function processFiles(k: Kernel, namespace: number, of: (pid: number) => Process): Record<string, MadeFile> {
  const file = (text: (p: Process) => string, mode?: number): MadeFile => ({
    text: (pid) => text(of(pid)),
    ...(mode === undefined ? {} : { mode }),
  });
  const stored = (text: (p: Process) => string, store: (p: Process, text: string) => void): MadeFile => ({
    text: (pid) => text(of(pid)),
    store: (pid, given) => store(of(pid), given),
  });
  const link = (target: (p: Process) => string): MadeFile => ({ text: (pid) => target(of(pid)), link: true });
  return {
    cgroup: file((p) => `0::${pathFrom(p.cgroup, k.current ? k.ns.cgroupRoot(k.current) : '/')}\n`),
    cmdline: file((p) => task.stringsOf(k, p, 'args')),
    comm: stored(
      (p) => `${p.comm}\n`,
      (p, text) => task.setComm(k, p, text),
    ),
    environ: file((p) => task.stringsOf(k, inspect(k, p), 'env'), 0o400),
    gid_map: stored(
      (p) => showMap(k, p, 'gidMap'),
      (p, text) => writeMap(k, p, 'gidMap', text),
    ),
    limits: file((p) => task.limits(p, limitOf)),
    loginuid: file(() => '4294967295'),
    maps: file((p) => task.maps(k, p)),
    mountinfo: file((p) => mountinfo(k, p)),
    mounts: file((p) => mounts(k, p)),
    mountstats: file((p) => mountstats(k, p), 0o400),
    oom_score: file((p) => `${task.oomScore(k, p)}\n`),
    oom_score_adj: stored(
      (p) => `${p.oomScoreAdjust}\n`,
      (p, text) => task.setOomScoreAdjust(k, p, text),
    ),
    sessionid: file(() => '4294967295'),
    setgroups: stored(
      (p) => `${k.ns.of(p, 'user').setgroups}\n`,
      (p, text) => writeSetgroups(k, p, text),
    ),
    stat: file((p) => task.stat(k, p, namespace)),
    statm: file((p) => task.statm(k, p)),
    status: file((p) => task.status(k, p, namespace)),
    uid_map: stored(
      (p) => showMap(k, p, 'uidMap'),
      (p, text) => writeMap(k, p, 'uidMap', text),
    ),
    wchan: file(() => '0'),
    children: file((p) => task.children(k, p, namespace)),
    exe: link((p) => p.exe),
    cwd: link((p) => k.tree.pathOf(p.cwd, p.root)),
    root: link((p) => k.tree.pathOf(p.root, { fs: 1, ino: 1 })),
    ...netFiles(k, (pid) => netOf(of(pid))),
  };
}
