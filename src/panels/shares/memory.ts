/** Memory of the control groups: a bar a group on one scale, memory.high and memory.max as labelled rules, and what the kernel did at them. Pure. */
import type { CgroupInfo, CgroupsView } from '../../protocol/os-views.ts';
import { box, path, text, v, type Mark, type MarksScene } from '../shared/marks.ts';
import { clamp, cut, grouped, plural, type PanelTable, type Size } from '../shared/text.ts';
import { groupName } from './layout.ts';

const PAGE = 4096;
export const pages = (bytes: number): number => Math.ceil(bytes / PAGE);

/** "12 pages", "1.5 MiB". */
export function sized(bytes: number): string {
  if (bytes < 64 * PAGE) return plural(pages(bytes), 'page');
  return bytes < 1024 * 1024 ? `${Math.round(bytes / 1024)} KiB` : `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}

/** Heights of a group's line and bar together. */
const LOW = 31,
  HIGH = 48;

const rows = (view: CgroupsView): readonly CgroupInfo[] => view.groups.filter((g) => g.container !== null);

export function layout(view: CgroupsView, size: Size, { chosen }: { readonly chosen: string | null }): MarksScene {
  const groups = rows(view);
  const fits = (space: number): number => Math.max(1, Math.floor(space / LOW));
  const shown =
    groups.length <= fits(size.height - 2)
      ? groups
      : [...groups.filter((g) => g.container === chosen), ...groups.filter((g) => g.container !== chosen)].slice(0, fits(size.height - 18));
  const more = groups.length - shown.length;
  const pitch = clamp(Math.floor((size.height - 2 - (more > 0 ? 16 : 0)) / Math.max(1, shown.length)), LOW, HIGH);
  const scale = Math.max(
    16 * PAGE,
    ...shown.map((g) => Math.max(g.memory.peak * 1.15, (g.memory.max ?? 0) * 1.04, (g.memory.high ?? 0) * 1.1)),
  );
  const x = (bytes: number): number => (Math.min(bytes, scale) / scale) * (size.width - 6) + 2;
  const marks: Mark[] = shown.flatMap((group, i) =>
    groupMarks(group, { y: i * pitch, tall: Math.min(18, pitch - 22) }, x, size.width, group.container === chosen),
  );
  if (more > 0) marks.push(text('more', 2, shown.length * pitch + 12, `and ${grouped(more)} more, in the table`, 't-faint t-small'));
  return {
    width: size.width,
    height: Math.max(size.height, shown.length * pitch),
    marks,
    says: groups.map(sentence).join(' ') || 'No container holds memory.',
  };
}

function groupMarks(
  group: CgroupInfo,
  { y, tall }: { readonly y: number; readonly tall: number },
  x: (bytes: number) => number,
  width: number,
  chosen: boolean,
): Mark[] {
  const { memory } = group,
    id = group.path;
  const limit = memory.max === null ? 'no limit' : `max ${pages(memory.max)}`;
  const note = `${memory.high === null || width < 230 ? '' : `high ${pages(memory.high)}  `}${limit}`;
  return [
    text(`name-${id}`, 2, y + 13, `${cut(groupName(group), 12)}  ${sized(memory.current)}`, `t-strong${chosen ? ' t-hue' : ''}`),
    text(`limit-${id}`, width - 4, y + 13, note, 't-faint t-small', 'end'),
    box(`lane-${id}`, x(0), y + 18, x(Infinity) - x(0), tall, 'lane'),
    box(`held-${id}`, x(0), y + 18, x(memory.current) - x(0), tall, 'held', { texture: 'L3', title: sentence(group) }),
    path(`peak-${id}`, v(x(memory.peak), y + 18, y + 18 + tall), 'peak'),
    ...(memory.high === null ? [] : [path(`high-${id}`, v(x(memory.high), y + 16, y + 20 + tall), 'high')]),
    ...(memory.max === null ? [] : [path(`max-${id}`, v(x(memory.max), y + 16, y + 20 + tall), 'max')]),
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
