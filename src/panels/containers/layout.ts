/**
 * One kernel, several truths: every process is one row, with the number that the host gives it at the left and the number that its
 * room gives it in that room. A room that cannot see a process has nothing on its row, and the line to another room passes behind it.
 * Pure. What does not fit is counted in words and stands in the table.
 */
import type { ProcessesView, ProcessInfo } from '../../protocol/os-views.ts';
import { level } from '../shared/curve.ts';
import { box, h, path, text, type Mark, type MarksScene } from '../shared/marks.ts';
import { clamp, CODE_ADVANCE, cut, grouped, plural, TEXT_ADVANCE, type PanelTable, type Size } from '../shared/text.ts';

export { describe } from '../shared/marks.ts';

export interface TruthOptions {
  /** The container that is looked at. */
  readonly chosen: string | null;
}
type Room = ProcessesView['rooms'][number];

const PITCH = 23,
  PITCH_LEAST = 21,
  ROW = 20,
  TOP = 4,
  FIRST = TOP + 24,
  SEES_PITCH = 15,
  GAP = 14,
  /** A room with its title in full; and one in which a number and a short name still stand. */
  ROOM_LEAST = 190,
  ROOM_SLIM = 84,
  SEES = 104,
  STRONG_ADVANCE = 7.4;

/** Its number in a room's namespace, or null when that room cannot see it. */
export const numberIn = (process: ProcessInfo, room: Room): number | null =>
  process.inside.find((n) => n.namespace === room.namespace)?.pid ?? null;

/** Rooms whose processes have no numbers of their own: they see every process, under the host's number. */
const openRooms = ({ processes, rooms }: ProcessesView): ReadonlySet<Room> =>
  new Set(
    rooms.filter((room) => processes.some((p) => p.container === room.container) && processes.every((p) => numberIn(p, room) === null)),
  );

/** Rooms that fit, the chosen one always among them. One kernel has several rooms: they become slim before one is left out. */
function roomsThatFit(rooms: readonly Room[], width: number, chosen: string | null): readonly Room[] {
  const most = Math.max(1, Math.floor((width + GAP) / (ROOM_SLIM + GAP)));
  if (rooms.length <= most) return rooms;
  const first = rooms.slice(0, most);
  const wanted = rooms.find((room) => room.container === chosen);
  return wanted === undefined || first.includes(wanted) ? first : [...first.slice(0, most - 1), wanted];
}

/** Rows that fit: those of the rooms on show and the one that runs before the others, in the order of the host. */
function rowsThatFit(view: ProcessesView, rooms: readonly Room[], most: number): readonly ProcessInfo[] {
  const { processes } = view;
  if (processes.length <= most) return processes;
  const weight = (p: ProcessInfo): number =>
    p.pid === view.current
      ? 3
      : rooms.some((room) => p.container === room.container || numberIn(p, room) !== null)
        ? 2
        : p.pid === 1
          ? 1
          : 0;
  const kept = new Set(processes.toSorted((a, b) => weight(b) - weight(a)).slice(0, Math.max(1, most - 1)));
  return processes.filter((p) => kept.has(p));
}

const ODD: Readonly<Partial<Record<ProcessInfo['state'], string>>> = {
  frozen: 'frozen',
  throttled: 'throttled',
  stopped: 'stopped',
  zombie: 'ended',
};

export function layout(view: ProcessesView, size: Size, { chosen }: TruthOptions): MarksScene {
  const left = 2,
    hostWidth = clamp(size.width * 0.23, 118, 190),
    roomsFrom = left + hostWidth + (size.width < 420 ? 18 : 34);
  const rooms = roomsThatFit(view.rooms, size.width - roomsFrom - 2, chosen);
  const space = size.height - FIRST - 6;
  const pitch = clamp(Math.floor(space / Math.max(1, view.processes.length)), PITCH_LEAST, PITCH);
  const rows = rowsThatFit(view, rooms, Math.max(2, Math.floor(space / pitch)));
  const hidden = view.processes.length - rows.length;
  const roomWidth = rooms.length === 0 ? 0 : (size.width - roomsFrom - 2 - GAP * (rooms.length - 1)) / rooms.length;
  const absent = view.rooms.length - rooms.length;
  const bottom = FIRST + rows.length * pitch + (hidden > 0 || absent > 0 ? 18 : 0) + 4;
  const words = innerWidth(roomWidth) < roomWidth - 2 * inset(roomWidth) ? Math.max(0, ...rooms.map((room) => room.sees.length)) : 0;
  const height = Math.max(bottom + 4, rooms.length > 0 ? Math.min(FIRST + 44 + words * SEES_PITCH, size.height - 2) : 0);
  const open = openRooms(view);
  const seenAs = (p: ProcessInfo, room: Room): number | null => numberIn(p, room) ?? (open.has(room) ? p.pid : null);
  /** The room that it is in, among those on show. */
  const home = (p: ProcessInfo): number =>
    rooms.findIndex((room) => (open.has(room) ? p.container === room.container : numberIn(p, room) !== null));
  const marks: Mark[] = [text('host', left, TOP + 14, 'host', 't-strong')];
  const xOf = (i: number): number => roomsFrom + i * (roomWidth + GAP);
  const roomHeight = height - TOP - 4;
  rooms.forEach((room, i) => marks.push(roomBox(room, xOf(i), roomWidth, roomHeight, room.container === chosen)));
  // The lines to the rooms pass behind whatever is written in other rooms.
  rows.forEach((process, i) => {
    const at = home(process);
    if (at < 0) return;
    const y = FIRST + i * pitch + ROW / 2;
    const look = process.pid === view.current ? ' now' : at > 0 ? ' behind' : '';
    marks.push(path(`link-${process.pid}`, h(left + hostWidth + 1, y, xOf(at) + inset(roomWidth) - 2), `link${look}`));
  });
  rooms.forEach((room, i) => marks.push(...roomWords(room, xOf(i), roomWidth, roomHeight)));
  rows.forEach((process, i) => {
    const y = FIRST + i * pitch;
    const at = home(process);
    marks.push(...rowMarks(view, process, y, { left, width: hostWidth }));
    const now = process.pid === view.current;
    rooms.forEach((room, k) => {
      const number = seenAs(process, room);
      const place = { x: xOf(k) + inset(roomWidth), y, width: innerWidth(roomWidth) };
      if (number !== null) marks.push(...insideMarks(process, number, place, k === at ? (now ? ' now' : '') : ' seen', room));
    });
    const x = xOf(at) + inset(roomWidth);
    if (now && at >= 0)
      marks.push({
        k: 'travel',
        id: 'look-up',
        curves: [level({ x: left + hostWidth, y: y + ROW / 2 }, { x, y: y + ROW / 2 })],
      });
  });
  const rest = [...(hidden > 0 ? [plural(hidden, 'process', 'processes')] : []), ...(absent > 0 ? [plural(absent, 'room')] : [])];
  if (rest.length > 0) {
    const full = `and ${rest.join(' and ')} more, in the table`;
    const fits = roomsFrom - left - 6 > full.length * 6;
    const words = fits ? full : `${[...(hidden > 0 ? [grouped(hidden)] : []), ...rest.slice(hidden > 0 ? 1 : 0)].join(', ')} more`;
    marks.push(text('more', left, FIRST + rows.length * pitch + 13, words, 't-faint t-small'));
  }
  return { width: size.width, height: Math.max(height, Math.min(size.height, height)), marks, says: says(view, rooms.length) };
}

/** Distance of what is in a room from its wall. */
const inset = (roomWidth: number): number => (roomWidth < ROOM_LEAST ? 5 : 10);
const innerWidth = (roomWidth: number): number =>
  roomWidth > ROOM_LEAST + SEES - 24 ? Math.min(180, roomWidth - SEES - 20) : roomWidth - 2 * inset(roomWidth);

function roomBox(room: Room, x: number, width: number, height: number, chosen: boolean): Mark {
  return box(`room-${room.container}`, x, TOP - 4, width, height, `room${chosen ? ' chosen' : ''}`, {
    rx: 4,
    button: {
      press: `room ${room.container}`,
      label: `Container ${room.container}, hostname ${room.hostname}; sees ${room.sees.join(', ')}`,
      on: chosen,
    },
  });
}

function roomWords(room: Room, x: number, width: number, height: number): Mark[] {
  const fits = Math.floor((width - 2 * inset(width) - 4) / TEXT_ADVANCE);
  const full = `container ${room.container}`;
  const title = full.length * STRONG_ADVANCE <= width - 2 * inset(width) ? full : room.container;
  const own = room.sees.map((line) => line.replace(/^own /, ''));
  const marks: Mark[] = [text(`room-${room.container}`, x + inset(width), TOP + 14, cut(title, fits), 't-strong quiet')];
  if (title.length + room.hostname.length + 12 <= fits)
    marks.push(
      text(
        `hostname-${room.container}`,
        x + 22 + title.length * STRONG_ADVANCE,
        TOP + 14,
        `hostname ${room.hostname}`,
        't-faint t-small quiet',
      ),
    );
  if (innerWidth(width) < width - 2 * inset(width)) {
    const at = x + innerWidth(width) + 20;
    marks.push(text(`sees-${room.container}`, at, FIRST + 12, 'its own', 't-faint t-small quiet halo'));
    const lines = Math.max(1, Math.floor((height - FIRST - 20) / SEES_PITCH));
    const shown = own.length <= lines ? own : [...own.slice(0, lines - 1), `and ${own.length - lines + 1} more`];
    shown.forEach((line, i) =>
      marks.push(text(`sees-${room.container}-${i}`, at, FIRST + 28 + i * SEES_PITCH, cut(line, 14), 't-small quiet halo')),
    );
  }
  return marks;
}

function rowMarks(view: ProcessesView, process: ProcessInfo, y: number, { left, width }: { left: number; width: number }): Mark[] {
  const now = process.pid === view.current;
  const odd = width < 160 ? undefined : ODD[process.state];
  const room = width - 58 - (odd === undefined ? 0 : odd.length * 6.4);
  return [
    box(`p-${process.pid}`, left, y, width, ROW, `process${now ? ' now' : ''}`, { rx: 2, title: sentence(process) }),
    text(`pid-${process.pid}`, left + 8 + 4 * CODE_ADVANCE, y + 15, String(process.pid), `t-code${now ? ' t-strong' : ''}`, 'end'),
    text(`name-${process.pid}`, left + 52, y + 15, cut(process.name, Math.max(3, Math.floor(room / CODE_ADVANCE))), 't-code'),
    ...(odd === undefined ? [] : [text(`odd-${process.pid}`, left + width - 6, y + 14.5, odd, 't-small t-hue', 'end')]),
  ];
}

interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** A process as a room shows it. `look` is `seen` where the process itself is elsewhere. */
function insideMarks(process: ProcessInfo, number: number, { x, y, width }: Place, look: string, room: Room): Mark[] {
  const id = look === ' seen' ? `${process.pid}-${room.container}` : String(process.pid),
    now = look === ' now';
  // Where there is little room the numbers stand closer to the names.
  const digits = width < 140 ? 2 : 4,
    name = width < 140 ? 32 : 52;
  return [
    box(`in-${id}`, x, y, width, ROW, `process${look}`, { rx: 2, title: sentence(process) }),
    text(
      `inpid-${id}`,
      x + (digits === 2 ? 4 : 8) + Math.max(digits, String(number).length) * CODE_ADVANCE,
      y + 15,
      String(number),
      `t-code${now ? ' t-strong' : ''} quiet`,
      'end',
    ),
    text(`inname-${id}`, x + name, y + 15, cut(process.name, Math.max(3, Math.floor((width - name - 6) / CODE_ADVANCE))), 't-code quiet'),
  ];
}

function sentence(p: ProcessInfo): string {
  const inner = p.inside.at(-1);
  const two = inner === undefined ? `Process ${p.pid}` : `Process ${p.pid} on the host, ${inner.pid} inside ${p.container ?? ''}`.trimEnd();
  return `${two}: ${p.command}, ${p.state}${p.waitsFor === null ? '' : ` (${p.waitsFor})`}, group ${p.cgroup}`;
}

function says(view: ProcessesView, shown: number): string {
  const { processes, rooms } = view;
  const now = processes.find((p) => p.pid === view.current);
  const inner = now?.inside.at(-1);
  const runs =
    now === undefined
      ? 'Nobody runs now.'
      : inner === undefined
        ? `Process ${now.pid}, ${now.name}, runs on the host itself.`
        : `The one that runs is ${now.pid} for the host and ${inner.pid} in ${now.container ?? 'its room'}: ${now.name}.`;
  const beyond = rooms.length > shown ? ` ${plural(rooms.length - shown, 'room is', 'rooms are')} not drawn.` : '';
  return `${plural(processes.length, 'process', 'processes')} on one kernel, ${plural(rooms.length, 'container')}. ${runs}${beyond}`;
}

export function table(view: ProcessesView): PanelTable {
  return {
    columns: [
      { label: 'Host pid', right: true, mono: true },
      { label: 'Inside', right: true, mono: true },
      { label: 'Container' },
      { label: 'Command', mono: true },
      { label: 'State' },
      { label: 'Group', mono: true },
      { label: 'uid, inside', mono: true },
      { label: 'Memory, bytes', right: true },
      { label: 'Time', right: true },
    ],
    rows: view.processes.map((p) => [
      p.pid,
      p.inside.at(-1)?.pid ?? '',
      p.container ?? 'host',
      p.command,
      p.waitsFor === null ? p.state : `${p.state}: ${p.waitsFor}`,
      p.cgroup,
      `${p.uid}, ${p.insideUid}`,
      grouped(p.memory),
      grouped(p.time),
    ]),
  };
}
