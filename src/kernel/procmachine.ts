/** Texts of /proc about the machine as a whole (proc(5)): as Linux 6.1 writes them, counted where this kernel counts. */
import { CAP, capable } from './credentials.ts';
import { PAGE } from './frames.ts';
import type { Kernel } from './kernel.ts';
import { FS_TYPES } from './ns/fstypes.ts';
import { ticks } from './proctask.ts';
import type { Process } from './task.ts';
import { RAM_DISK_BYTES } from './vfs/ramdisk.ts';

export const KERNEL_RELEASE = '6.1.0-strata',
  KERNEL_VERSION = '#1 SMP PREEMPT_DYNAMIC Strata 6.1.0';

export const version = (): string => `Linux version ${KERNEL_RELEASE} (strata@strata) (strata) ${KERNEL_VERSION}\n`;
/** Physical addresses are for those with CAP_SYS_ADMIN (kernel/resource.c); others see zeros. */
export function iomem(k: Kernel): string {
  const seen = k.current === null || capable(k, k.current, CAP.SYS_ADMIN),
    hex = (n: number): string => (seen ? n : 0).toString(16).padStart(8, '0');
  return `${hex(0)}-${hex(k.machine.memory.size - 1)} : System RAM\n`;
}
/** There is no DMA controller. */
export const dma = (): string => 'No DMA\n';

export const cmdline = (): string => 'console=ttyS0 quiet root=rootfs\n';

/** What CPUID says, in Linux's words. */
const FLAGS = 'fpu de pse tsc msr cx8 cmov mmx fxsr sse sse2';

export function cpuinfo(k: Kernel): string {
  const mhz = k.machine.hz / 1e6;
  const rows: readonly (readonly [string, string | number])[] = [
    ['processor\t', 0],
    ['vendor_id\t', 'AuthenticAMD'],
    ['cpu family\t', 15],
    ['model\t\t', 4],
    ['model name\t', 'Strata simulated IA-32 processor'],
    ['stepping\t', 8],
    ['cpu MHz\t\t', mhz.toFixed(3)],
    ['cache size\t', '0 KB'],
    ['physical id\t', 0],
    ['siblings\t', 1],
    ['core id\t\t', 0],
    ['cpu cores\t', 1],
    ['fpu\t\t', 'yes'],
    ['fpu_exception\t', 'yes'],
    ['cpuid level\t', 1],
    ['wp\t\t', 'yes'],
    ['flags\t\t', FLAGS],
    ['bugs\t\t', ''],
    ['bogomips\t', mhz.toFixed(2)],
    ['clflush size\t', 64],
    ['cache_alignment\t', 64],
    ['address sizes\t', '32 bits physical, 32 bits virtual'],
    ['power management', ''],
  ];
  return `${rows.map(([name, value]) => `${name}: ${value}\n`).join('')}\n`;
}

/** Bytes of memory by what they are for: frames that file systems hold, and those that processes do. */
export function memoryUse(k: Kernel): {
  readonly total: number;
  readonly free: number;
  readonly files: number;
  readonly anonymous: number;
} {
  let files = 0,
    anonymous = 0;
  for (const fs of k.tree.all()) files += (fs as { usage?: () => { used: number } }).usage?.().used ?? 0;
  for (const space of k.spaces.values()) anonymous += space.resident * PAGE;
  const total = k.frames.total * PAGE;
  return { total, free: k.frames.free * PAGE, files, anonymous };
}

export function meminfo(k: Kernel): string {
  const { total, free, anonymous } = memoryUse(k);
  const rows: readonly (readonly [string, number])[] = [
    ['MemTotal', total],
    ['MemFree', free],
    ['MemAvailable', free],
    ['Buffers', 0],
    ['Cached', 0],
    ['SwapCached', 0],
    ['Active', 0],
    ['Inactive', Math.min(anonymous, total - free)],
    ['Active(anon)', 0],
    ['Inactive(anon)', Math.min(anonymous, total - free)],
    ['Active(file)', 0],
    ['Inactive(file)', 0],
    ['Unevictable', 0],
    ['Mlocked', 0],
    ['HighTotal', 0],
    ['HighFree', 0],
    ['LowTotal', total],
    ['LowFree', free],
    ['SwapTotal', 0],
    ['SwapFree', 0],
    ['Zswap', 0],
    ['Zswapped', 0],
    ['Dirty', 0],
    ['Writeback', 0],
    ['AnonPages', Math.min(anonymous, total - free)],
    ['Mapped', 0],
    ['Shmem', 0],
    ['KReclaimable', 0],
    ['Slab', 0],
    ['SReclaimable', 0],
    ['SUnreclaim', 0],
    ['KernelStack', 0],
    ['PageTables', k.spaces.size * PAGE],
    ['NFS_Unstable', 0],
    ['Bounce', 0],
    ['WritebackTmp', 0],
    ['CommitLimit', total / 2],
    ['Committed_AS', anonymous],
    ['VmallocTotal', 0],
    ['VmallocUsed', 0],
    ['VmallocChunk', 0],
  ];
  return rows.map(([name, bytes]) => `${`${name}:`.padEnd(15)} ${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`).join('');
}

/** Idle time of the ledger; the rest was spent in processes or by the kernel for them. */
function idle(k: Kernel): number {
  return k.machine.ledger.entries().reduce((sum, e) => (e.category === 'idle' ? sum + e.units : sum), 0);
}

export const uptime = (k: Kernel): string => `${k.uptime().toFixed(2)} ${(idle(k) / k.machine.hz).toFixed(2)}\n`;

const inState = (k: Kernel, which: (p: Process) => boolean): number => [...k.processes.values()].filter(which).length;

/** No average is kept: what runs now stands for all three. */
export const loadavg = (k: Kernel): string =>
  `0.00 0.00 0.00 ${inState(k, (p) => p.state === 'runnable')}/${k.processes.size} ${k.nextPid - 1}\n`;

export function stat(k: Kernel): string {
  let user = 0,
    nice = 0,
    system = 0;
  const resting = idle(k);
  for (const p of k.processes.values()) {
    if (p.nice > 0) nice += p.userTime;
    else user += p.userTime;
    system += p.systemTime;
  }
  // What ended processes used is with their parents, and what nobody used is the kernel's own.
  const rest = Math.max(0, k.machine.time - resting - user - nice - system);
  const cpu = [ticks(k, user), ticks(k, nice), ticks(k, system + rest), ticks(k, resting), 0, 0, 0, 0, 0, 0].join(' ');
  return [
    `cpu  ${cpu}`,
    `cpu0 ${cpu}`,
    'intr 0',
    `ctxt ${k.counts.switches}`,
    `btime ${Math.floor(k.realTime() - k.uptime())}`,
    `processes ${k.nextPid - 1}`,
    `procs_running ${inState(k, (p) => p.state === 'runnable')}`,
    'procs_blocked 0',
    'softirq 0 0 0 0 0 0 0 0 0 0 0',
    '',
  ].join('\n');
}

export const filesystems = (): string =>
  Object.keys(FS_TYPES)
    .map((name) => `nodev\t${name}\n`)
    .join('');

const RAM_KIB = RAM_DISK_BYTES / 1024;
export const partitions = (): string => `major minor  #blocks  name\n\n   1        0 ${String(RAM_KIB).padStart(10)} ram0\n`;
export const diskstats = (): string => `   1       0 ram0 ${Array.from({ length: 17 }, () => '0').join(' ')}\n`;
export const swaps = (): string => 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n';
export const devices = (): string =>
  'Character devices:\n  1 mem\n  4 ttyS\n  5 /dev/tty\n  5 /dev/console\n  5 /dev/ptmx\n128 ptm\n136 pts\n\nBlock devices:\n  1 ramdisk\n';
/** By which ps knows what a terminal is called: driver, name, major number, minor numbers, type (proc_tty.c). */
export const ttyDrivers = (): string =>
  [
    ['/dev/tty', '/dev/tty', 5, '0', 'system:/dev/tty'],
    ['/dev/console', '/dev/console', 5, '1', 'system:console'],
    ['/dev/ptmx', '/dev/ptmx', 5, '2', 'system'],
    ['pty_slave', '/dev/pts', 136, '0-1048575', 'pty:slave'],
    ['pty_master', '/dev/ptm', 128, '0-1048575', 'pty:master'],
  ]
    .map(
      ([driver, name, major, minors, type]) =>
        `${String(driver).padEnd(20)} ${String(name).padEnd(13)} ${String(major).padStart(3)} ${String(minors).padStart(7)} ${type}\n`,
    )
    .join('');
export const cgroups = (): string =>
  `#subsys_name\thierarchy\tnum_cgroups\tenabled\n${['cpu', 'memory', 'pids'].map((name) => `${name}\t0\t1\t1\n`).join('')}`;

export const vmstat = (k: Kernel): string =>
  `nr_free_pages ${k.frames.free}\npgfault ${k.counts.pageFaults}\nnr_page_table_pages ${k.spaces.size}\n`;

/** POSIX and flock locks (proc_locks(5)). */
export const locks = (k: Kernel, namespace: number): string =>
  k.locks
    .map((l, i) => {
      const [fs, ino] = l.file.split(':'),
        owner = l.kind === 'posix' ? l.owner : holderOf(k, l.owner);
      const end = l.end === Infinity ? 'EOF' : String(l.end - 1);
      const kind = l.kind === 'posix' ? 'POSIX  ADVISORY ' : 'FLOCK  ADVISORY ';
      return `${i + 1}: ${kind} ${l.exclusive ? 'WRITE' : 'READ '} ${k.ns.numberIn(namespace, owner)} 00:${Number(fs).toString(16).padStart(2, '0')}:${ino} ${l.start} ${end}\n`;
    })
    .join('');

function holderOf(k: Kernel, file: number): number {
  for (const p of k.processes.values()) if (k.fileTables.get(p.files)?.descriptors.some((d) => d?.file === file)) return p.pid;
  return 0;
}
