/** Memory of the control groups: a bar a group on one scale, memory.high and memory.max as labelled rules, and what the kernel did at them. Pure. */
import type { CgroupInfo, CgroupsView } from '../../protocol/os-views.ts';
import { box, path, text, v, type Mark, type MarksScene } from '../shared/marks.ts';
import { cut, grouped, plural, type PanelTable, type Size } from '../shared/text.ts';
import { groupName } from './layout.ts';

const PAGE = 4096;
export const pages = (bytes: number): number => Math.ceil(bytes / PAGE);

/** "12 pages", "1.5 MiB". */
export function sized(bytes: number): string {
  if (bytes < 64 * PAGE) return plural(pages(bytes), 'page');
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

const rows = (view: CgroupsView): readonly CgroupInfo[] => view.groups.filter((g) => g.container !== null);

export function layout(view: CgroupsView, size: Size, { chosen }: { readonly chosen: string | null }): MarksScene {
  const groups = rows(view);
  const most = Math.max(1, Math.floor((size.height - 4) / 48));
  const shown =
    groups.length <= most
      ? groups
      : [...groups.filter((g) => g.container === chosen), ...groups.filter((g) => g.container !== chosen)].slice(0, most);
  const scale = Math.max(
    16 * PAGE,
    ...shown.map((g) => Math.max(g.memory.peak * 1.15, (g.memory.max ?? 0) * 1.04, (g.memory.high ?? 0) * 1.1)),
  );
  const x = (bytes: number): number => (Math.min(bytes, scale) / scale) * (size.width - 6) + 2;
  const marks: Mark[] = shown.flatMap((group, i) => groupMarks(group, i * 48, x, size.width, group.container === chosen));
  return { width: size.width, height: size.height, marks, says: groups.map(sentence).join(' ') || 'No container holds memory.' };
}

function groupMarks(group: CgroupInfo, y: number, x: (bytes: number) => number, width: number, chosen: boolean): Mark[] {
  const { memory } = group,
    id = group.path;
  const limit = memory.max === null ? 'no limit' : `max ${pages(memory.max)}`;
  const note = `${memory.high === null || width < 230 ? '' : `high ${pages(memory.high)}  `}${limit}`;
  return [
    text(`name-${id}`, 2, y + 13, `${cut(groupName(group), 12)}  ${sized(memory.current)}`, `t-strong${chosen ? ' t-hue' : ''}`),
    text(`limit-${id}`, width - 4, y + 13, note, 't-faint t-small', 'end'),
    box(`lane-${id}`, x(0), y + 18, x(Infinity) - x(0), 18, 'lane'),
    box(`held-${id}`, x(0), y + 18, x(memory.current) - x(0), 18, 'held', { texture: 'L3', title: sentence(group) }),
    path(`peak-${id}`, v(x(memory.peak), y + 18, y + 36), 'peak'),
    ...(memory.high === null ? [] : [path(`high-${id}`, v(x(memory.high), y + 15, y + 39), 'high')]),
    ...(memory.max === null ? [] : [path(`max-${id}`, v(x(memory.max), y + 15, y + 39), 'max')]),
  ];
}

/** What happened at the limits, in words. */
export function sentence(group: CgroupInfo): string {
  const { memory } = group,
    name = groupName(group);
  const limit = memory.max === null ? 'without a limit' : `of at most ${sized(memory.max)}`;
  const killed = memory.events.oom_kill;
  const at = memory.events.max > 0 ? ` It met its limit ${plural(memory.events.max, 'time')}.` : '';
  const end = killed > 0 ? ` The kernel killed ${plural(killed, 'process', 'processes')} inside ${name}, and nobody else.` : '';
  return `${name} holds ${sized(memory.current)} ${limit}, at most ${sized(memory.peak)} so far.${at}${end}`;
}

export function table(view: CgroupsView): PanelTable {
  return {
    columns: [
      { label: 'Group', mono: true },
      { label: 'memory.current', right: true },
      { label: 'memory.peak', right: true },
      { label: 'memory.high', right: true },
      { label: 'memory.max', right: true },
      { label: 'max', right: true },
      { label: 'oom_kill', right: true },
      { label: 'pids.current', right: true },
      { label: 'pids.max', right: true },
    ],
    rows: view.groups.map(({ path: name, memory, pids }) => [
      name,
      grouped(memory.current),
      grouped(memory.peak),
      memory.high === null ? 'max' : grouped(memory.high),
      memory.max === null ? 'max' : grouped(memory.max),
      memory.events.max,
      memory.events.oom_kill,
      pids.current,
      pids.max ?? 'max',
    ]),
  };
}
