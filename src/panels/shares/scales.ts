/** The four limits as sliders: from a slider's step to the text of a cgroup file and back. Pure. */
import type { CgroupInfo } from '../../protocol/os-views.ts';
import { grouped, short } from '../shared/text.ts';
import { sized } from './memory.ts';

export interface LimitScale {
  /** Name of the file in the group's directory. */
  readonly file: 'cpu.weight' | 'cpu.max' | 'memory.max' | 'pids.max';
  readonly label: string;
  readonly steps: number;
  /** Where the slider stands for a group. */
  readonly at: (group: CgroupInfo) => number;
  /** What is written into the file at a step. */
  readonly value: (step: number, group: CgroupInfo) => string;
  /** The limit in words, and what is used of it now. */
  readonly words: (step: number) => string;
  readonly use: (group: CgroupInfo) => string;
}

/** 1 to 10000 as the kernel allows, two steps an octave around 100. */
const WEIGHTS = [1, 2, 5, 10, 20, 25, 33, 50, 75, 100, 150, 200, 300, 400, 600, 800, 1000, 2000, 5000, 10_000];
const PERCENTS = [1, 2, 5, 10, 15, 20, 25, 30, 40, 50, 60, 70, 80, 90, 100];
const PAGES = [8, 16, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 2048, 4096];
const PIDS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 128];
const PAGE = 4096;

const nearest = (list: readonly number[], n: number): number =>
  list.reduce((best, value, i) => (Math.abs(value - n) < Math.abs(list[best]! - n) ? i : best), 0);
/** The last step is "no limit". */
const orNone = (list: readonly number[], n: number | null): number => (n === null ? list.length : nearest(list, n));

export const LIMITS: readonly LimitScale[] = [
  {
    file: 'cpu.weight',
    label: 'Weight',
    steps: WEIGHTS.length - 1,
    at: (g) => nearest(WEIGHTS, g.cpu.weight),
    value: (step) => String(WEIGHTS[step]),
    words: (step) => String(WEIGHTS[step]),
    use: (g) => `${grouped(g.cpu.usage)} used`,
  },
  {
    file: 'cpu.max',
    label: 'Processor',
    steps: PERCENTS.length,
    at: (g) => orNone(PERCENTS, g.cpu.quota === null ? null : (100 * g.cpu.quota) / Math.max(1, g.cpu.period)),
    value: (step, g) =>
      step === PERCENTS.length
        ? `max ${g.cpu.period}`
        : `${Math.max(1000, Math.round((PERCENTS[step]! * g.cpu.period) / 100))} ${g.cpu.period}`,
    words: (step) => (step === PERCENTS.length ? 'no quota' : `${short(PERCENTS[step]!)} %`),
    use: (g) => (g.cpu.quota === null ? 'no quota' : `held back ${grouped(g.cpu.throttled)}/${grouped(g.cpu.periods)}`),
  },
  {
    file: 'memory.max',
    label: 'Memory',
    steps: PAGES.length,
    at: (g) => orNone(PAGES, g.memory.max === null ? null : g.memory.max / PAGE),
    value: (step) => (step === PAGES.length ? 'max' : String(PAGES[step]! * PAGE)),
    words: (step) => (step === PAGES.length ? 'no limit' : sized(PAGES[step]! * PAGE)),
    use: (g) => sized(g.memory.current),
  },
  {
    file: 'pids.max',
    label: 'Processes',
    steps: PIDS.length,
    at: (g) => orNone(PIDS, g.pids.max),
    value: (step) => (step === PIDS.length ? 'max' : String(PIDS[step])),
    words: (step) => (step === PIDS.length ? 'no limit' : String(PIDS[step])),
    use: (g) => `${g.pids.current} now${g.pids.refused > 0 ? `, ${grouped(g.pids.refused)} refused` : ''}`,
  },
];
