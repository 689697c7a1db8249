/**
 * The interface files of a control group: which there are, what they say, what writing to them does. Texts and errors are
 * those of Linux 6.1.
 */
import { fail } from '../errno.ts';
import { NICE_WEIGHTS } from '../fair.ts';
import { PAGE } from '../frames.ts';
import type { Kernel } from '../kernel.ts';
import type { Cgroups } from './control.ts';
import { microseconds, setQuota } from './cpu.ts';
import { countPressure, RESOURCES } from '../pressure.ts';
import { type Cgroup, type Controller, MEMORY_EVENTS } from './group.ts';
import { changeControl, makeThreaded, typeOf } from './rules.ts';

export interface CgroupFile {
  readonly name: string;
  readonly mode: number;
  /** Shown where the group has this controller. */
  readonly needs?: Controller;
  /** Where `cgroup.pressure` says that it is counted. */
  readonly counted?: boolean;
  /** Also in the root group; only where said. */
  readonly root?: boolean;
  readonly show?: (c: Context) => string;
  readonly store?: (c: Context, text: string) => void;
}

export interface Context {
  readonly k: Kernel;
  readonly all: Cgroups;
  readonly g: Cgroup;
}

const READ = 0o444,
  WRITE = 0o200,
  BOTH = 0o644;

const line = (text: string | number): string => `${text}\n`;
const limit = (n: number): string => line(n === Infinity ? 'max' : n);
/** An empty list is an empty text, without an end of line. */
const names = (list: readonly string[]): string => (list.length === 0 ? '' : line(list.join(' ')));
const flat = (of: Readonly<Record<string, number>>, names: readonly string[]): string =>
  names.map((name) => `${name} ${of[name]}\n`).join('');

/** kstrtou64 and its like: decimal, octal (0) or hexadecimal (0x); anything else is EINVAL. */
export function integer(text: string, signed = false): number {
  const [, sign, digits] = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text.trim()) ?? fail('EINVAL');
  if (sign === '-' && !signed) fail('EINVAL');
  const octal = /^0[0-7]+$/.test(digits!);
  if (!octal && /^0\d/.test(digits!)) fail('EINVAL');
  const n = octal ? Number.parseInt(digits!, 8) : Number(digits);
  return sign === '-' ? -n : n;
}

function ranged(text: string, low: number, high: number, signed = false): number {
  const n = integer(text, signed);
  return n >= low && n <= high ? n : fail('ERANGE');
}

const countLimit = (text: string): number => (text.trim() === 'max' ? Infinity : ranged(text, 0, 0x7fff_ffff, true));

/** On 32 bits a counter of pages ends here (PAGE_COUNTER_MAX). */
const MOST_PAGES = 0x7fff_ffffn;

/** page_counter_memparse: bytes with an optional suffix, in 64 bits, cut down to pages. No digits are 0, as memparse has it. */
function bytes(text: string, max = 'max'): number {
  const word = text.trim();
  if (word === max) return Infinity;
  const [, digits, suffix] = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*|)([kmgtpe]?)$/i.exec(word) ?? fail('EINVAL');
  const n = BigInt(/^0\d/.test(digits!) ? `0o${digits}` : digits!) << BigInt(10 * ' kmgtpe'.indexOf(suffix!.toLowerCase() || ' '));
  const pages = BigInt.asUintN(64, n) / BigInt(PAGE);
  return pages >= MOST_PAGES ? Infinity : Number(pages) * PAGE;
}

function cpuStat({ k, all, g }: Context): string {
  const { cpu } = g,
    us = (time: number): number => microseconds(k, time);
  const usage = us(cpu.usage),
    user = Math.min(usage, us(cpu.user));
  const basic = `usage_usec ${usage}\nuser_usec ${user}\nsystem_usec ${usage - user}\n`;
  if (!all.tree.has(g, 'cpu')) return basic;
  const since = cpu.throttledSince === null ? 0 : k.machine.time - cpu.throttledSince;
  return `${basic}nr_periods ${cpu.periods}\nnr_throttled ${cpu.throttledPeriods}\nthrottled_usec ${us(cpu.throttledTime + since)}\nnr_bursts ${cpu.bursts}\nburst_usec ${us(cpu.burstTime)}\n`;
}

function setCpuMax({ k, g }: Context, text: string): void {
  const [max, period = String(g.cpu.period)] = text.trim().split(/\s+/);
  if (max === undefined || max === '') fail('EINVAL');
  const us = Number(/^\d+$/.test(period) ? period : fail('EINVAL'));
  const quota = max === 'max' ? Infinity : /^\d+$/.test(max) ? Number(max) : fail('EINVAL');
  setBandwidth(k, g, quota, us, g.cpu.burst);
}

/** tg_set_cfs_bandwidth: its limits, in microseconds. */
function setBandwidth(k: Kernel, g: Cgroup, quota: number, period: number, burst: number): void {
  if (quota < 1000 || period < 1000 || period > 1_000_000) fail('EINVAL');
  if (quota !== Infinity && (quota > MOST_RUNTIME || burst > quota || burst + quota > MOST_RUNTIME)) fail('EINVAL');
  setQuota(k, g, quota, period, burst);
  k.woken = true;
}
/** max_cfs_runtime: 2^44 - 1 nanoseconds. */
const MOST_RUNTIME = Math.floor((2 ** 44 - 1) / 1000);

/** An idle group has the weight of SCHED_IDLE and no other (sched_group_set_shares). */
function setWeight({ g }: Context, weight: number): void {
  if (g.cpu.idle) fail('EINVAL');
  g.cpu.weight = weight;
}

/** The nice value whose weight is nearest (cpu_weight_nice_read_s64). */
function niceOf(g: Cgroup): number {
  const weight = Math.round((g.cpu.weight * 1024) / 100);
  let best = 0;
  for (let i = 1; i < NICE_WEIGHTS.length; i++) if (Math.abs(NICE_WEIGHTS[i]! - weight) < Math.abs(NICE_WEIGHTS[best]! - weight)) best = i;
  return best - 20;
}

function memoryStat({ g }: Context): string {
  const { anonymous, file, mapped } = g.memory;
  const rows: readonly (readonly [string, number])[] = [
    ['anon', anonymous],
    ['file', file + mapped],
    ['kernel', 0],
    ['kernel_stack', 0],
    ['pagetables', 0],
    ['sock', 0],
    ['shmem', file],
    ['file_mapped', mapped],
    ['file_dirty', 0],
    ['file_writeback', 0],
    ['inactive_anon', 0],
    ['active_anon', anonymous],
    ['inactive_file', 0],
    ['active_file', mapped],
    ['unevictable', 0],
    ['pgscan', g.memory.scanned],
    ['pgsteal', g.memory.stolen],
  ];
  return rows.map(([name, n]) => `${name} ${n}\n`).join('');
}

function procs({ k, all, g }: Context, threads: boolean): string {
  // Processes are listed at the domain, whichever threaded group below they stand in.
  if (!threads && g.threaded) fail('EOPNOTSUPP');
  const groups = threads ? [g] : all.tree.below(g).filter((b) => all.tree.domainOf(b) === g);
  const list = groups.flatMap((b) => all.members(b)).filter((p) => threads || p.pid === p.tgid);
  return list
    .map((p) => k.ns.numberOf(p.pid, k.current))
    .sort((a, b) => a - b)
    .map(line)
    .join('');
}

const memoryLimit = (name: 'min' | 'low' | 'high' | 'swapMax' | 'swapHigh' | 'zswapMax', file: string): CgroupFile => ({
  name: `memory.${file}`,
  mode: BOTH,
  needs: 'memory',
  show: ({ g }) => limit(g.memory[name]),
  store: ({ g }, text) => {
    g.memory[name] = bytes(text);
  },
});

export const CGROUP_FILES: readonly CgroupFile[] = [
  {
    name: 'cgroup.type',
    mode: BOTH,
    show: ({ all, g }) => line(typeOf(all.tree, all, g)),
    store: ({ all, g }, text) => (text.trim() === 'threaded' ? makeThreaded(all.tree, all, g) : fail('EINVAL')),
  },
  { name: 'cgroup.procs', mode: BOTH, root: true, show: (c) => procs(c, false) },
  { name: 'cgroup.threads', mode: BOTH, root: true, show: (c) => procs(c, true) },
  { name: 'cgroup.controllers', mode: READ, root: true, show: ({ all, g }) => names(all.tree.controllers(g)) },
  {
    name: 'cgroup.subtree_control',
    mode: BOTH,
    root: true,
    show: ({ g }) => names(g.subtreeControl),
    store: ({ all, g }, text) => changeControl(all.tree, all, g, text),
  },
  {
    name: 'cgroup.events',
    mode: READ,
    show: ({ all, g }) => `populated ${all.populated(g) ? 1 : 0}\nfrozen ${all.isFrozen(g.path) ? 1 : 0}\n`,
  },
  {
    name: 'cgroup.max.descendants',
    mode: BOTH,
    root: true,
    show: ({ g }) => limit(g.maxDescendants),
    store: ({ g }, text) => {
      g.maxDescendants = countLimit(text);
    },
  },
  {
    name: 'cgroup.max.depth',
    mode: BOTH,
    root: true,
    show: ({ g }) => limit(g.maxDepth),
    store: ({ g }, text) => {
      g.maxDepth = countLimit(text);
    },
  },
  {
    name: 'cgroup.stat',
    mode: READ,
    root: true,
    show: ({ all, g }) => `nr_descendants ${all.tree.below(g).length - 1}\nnr_dying_descendants 0\n`,
  },
  {
    name: 'cgroup.freeze',
    mode: BOTH,
    show: ({ g }) => line(g.freeze ? 1 : 0),
    store: ({ all, g }, text) => all.freeze(g, ranged(text, 0, 1, true) === 1),
  },
  {
    name: 'cgroup.kill',
    mode: WRITE,
    store: ({ all, g }, text) => (ranged(text, 1, 1, true), g.threaded ? fail('EOPNOTSUPP') : all.killAll(g)),
  },
  {
    name: 'cgroup.pressure',
    mode: BOTH,
    root: true,
    show: ({ g }) => line(g.pressure ? 1 : 0),
    store: ({ k, g }, text) => countPressure(k, g, ranged(text, 0, 1, true) === 1),
  },
  ...RESOURCES.map((of): CgroupFile => ({
    name: `${of}.pressure`,
    mode: BOTH,
    root: true,
    counted: true,
    show: ({ k, g }) => k.pressure.text(g.path, of),
    store: () => fail('EOPNOTSUPP'),
  })),
  { name: 'cpu.stat', mode: READ, root: true, show: cpuStat },
  {
    name: 'cpu.max',
    mode: BOTH,
    needs: 'cpu',
    show: ({ g }) => line(`${g.cpu.quota === Infinity ? 'max' : g.cpu.quota} ${g.cpu.period}`),
    store: setCpuMax,
  },
  {
    name: 'cpu.max.burst',
    mode: BOTH,
    needs: 'cpu',
    show: ({ g }) => line(g.cpu.burst),
    store: ({ k, g }, text) => setBandwidth(k, g, g.cpu.quota, g.cpu.period, integer(text)),
  },
  {
    name: 'cpu.weight',
    mode: BOTH,
    needs: 'cpu',
    show: ({ g }) => line(g.cpu.idle ? 0 : g.cpu.weight),
    store: (c, text) => setWeight(c, ranged(text, 1, 10_000)),
  },
  {
    name: 'cpu.weight.nice',
    mode: BOTH,
    needs: 'cpu',
    show: ({ g }) => line(niceOf(g)),
    store: (c, text) =>
      setWeight(c, Math.max(1, Math.min(10_000, Math.round((NICE_WEIGHTS[ranged(text, -20, 19, true) + 20]! * 100) / 1024)))),
  },
  {
    name: 'cpu.idle',
    mode: BOTH,
    needs: 'cpu',
    show: ({ g }) => line(g.cpu.idle ? 1 : 0),
    store: ({ g }, text) => {
      const n = integer(text, true);
      if (n !== 0 && n !== 1) fail('EINVAL');
      // Going back leaves the weight of nice 0 (sched_group_set_idle).
      if (g.cpu.idle && n === 0) g.cpu.weight = 100;
      g.cpu.idle = n === 1;
    },
  },
  { name: 'memory.current', mode: READ, needs: 'memory', show: ({ g }) => line(g.memory.current) },
  { name: 'memory.peak', mode: READ, needs: 'memory', show: ({ g }) => line(g.memory.peak) },
  {
    name: 'memory.reclaim',
    mode: WRITE,
    needs: 'memory',
    root: true,
    store: ({ all, g }, text) => {
      const pages = bytes(text, '') / PAGE;
      if (all.reclaim(g, pages) < pages) fail('EAGAIN');
    },
  },
  memoryLimit('min', 'min'),
  memoryLimit('low', 'low'),
  memoryLimit('high', 'high'),
  {
    name: 'memory.max',
    mode: BOTH,
    needs: 'memory',
    show: ({ g }) => limit(g.memory.max),
    store: ({ all, g }, text) => all.setMax(g, bytes(text)),
  },
  { name: 'memory.events', mode: READ, needs: 'memory', show: ({ g }) => flat(g.memory.events, MEMORY_EVENTS) },
  { name: 'memory.events.local', mode: READ, needs: 'memory', show: ({ g }) => flat(g.memory.local, MEMORY_EVENTS) },
  { name: 'memory.stat', mode: READ, needs: 'memory', root: true, show: memoryStat },
  {
    name: 'memory.oom.group',
    mode: BOTH,
    needs: 'memory',
    show: ({ g }) => line(g.memory.oomGroup ? 1 : 0),
    store: ({ g }, text) => {
      const n = integer(text, true);
      g.memory.oomGroup = n === 0 || n === 1 ? n === 1 : fail('EINVAL');
    },
  },
  { name: 'memory.swap.current', mode: READ, needs: 'memory', show: () => line(0) },
  memoryLimit('swapHigh', 'swap.high'),
  memoryLimit('swapMax', 'swap.max'),
  { name: 'memory.swap.events', mode: READ, needs: 'memory', show: () => 'high 0\nmax 0\nfail 0\n' },
  { name: 'memory.zswap.current', mode: READ, needs: 'memory', show: () => line(0) },
  memoryLimit('zswapMax', 'zswap.max'),
  { name: 'pids.current', mode: READ, needs: 'pids', show: ({ g }) => line(g.pids.current) },
  { name: 'pids.peak', mode: READ, needs: 'pids', show: ({ g }) => line(g.pids.peak) },
  { name: 'pids.events', mode: READ, needs: 'pids', show: ({ g }) => `max ${g.pids.refused}\n` },
  {
    name: 'pids.max',
    mode: BOTH,
    needs: 'pids',
    show: ({ g }) => limit(g.pids.max),
    store: ({ g }, text) => {
      const n = text.trim() === 'max' ? Infinity : integer(text, true);
      g.pids.max = n === Infinity || (n >= 0 && n < 4_194_304) ? n : fail('EINVAL');
    },
  },
];
