/**
 * The lecture scene of level 3: from one kernel with two rooms to shares, limits, layers and the walls between them. What happens in a
 * cue is done by acts at the very start (a second room, what is typed into each), so that a moment is named by what happens there.
 */
import type { OsAction } from '../protocol/os-views.ts';
import type { Cue, Scene } from './cue.ts';

const MAIN = 'main',
  JOB = 'job';
const type = (id: string, text: string): OsAction => ({ act: 'type', id, text: `${text}\n` });
const room = (limits: Readonly<Record<string, string>> = {}): OsAction => ({
  act: 'create',
  id: JOB,
  image: 'image',
  args: ['/bin/sh'],
  limits,
  start: true,
});
const limit = (file: string, value: string): OsAction => ({ act: 'limit', id: MAIN, file, value });
const acts = (...list: readonly OsAction[]): { readonly acts: readonly string[] } => ({ acts: list.map((one) => JSON.stringify(one)) });

const base = { program: 'rooms', mode: 'container', grain: 'event' } as const;

const cues: readonly Cue[] = [
  {
    ...base,
    ...acts(room()),
    title: 'Two servers, or so they think',
    moment: { event: 'block', nth: 2 },
    focus: 'truths',
    say: 'Each of these rooms looks like a computer of its own, but there is one kernel, and it knows every process.',
    ask: 'Which process is number 1?',
  },
  {
    ...base,
    ...acts(room(), type(JOB, 'hostname; ps')),
    title: 'One process, two numbers',
    moment: { event: 'terminal', nth: 5 },
    focus: 'truths',
    say: 'The same process has one number for the host and another in its room: its pid namespace decides.',
  },
  {
    ...base,
    ...acts(room(), type(JOB, 'echo mode=fast >>/etc/conf')),
    title: 'A question, followed',
    moment: { event: 'copy-up', nth: 1 },
    focus: 'syscall',
    say: 'A call enters the kernel as always; then come look-ups in namespaces, the question of rights, and a charge to its group.',
  },
  {
    ...base,
    ...acts(room()),
    title: 'What did the room cost?',
    moment: { event: 'container', nth: 2 },
    focus: 'containers',
    say: 'No second kernel boots: a container starts by making a few objects, and each of them has its price here.',
    ask: 'How many boots of an operating system is that?',
  },
  {
    ...base,
    ...acts(room({ 'cpu.weight': '300' }), type(MAIN, 'cpuhog 1 main'), type(JOB, 'cpuhog 1 job')),
    title: 'Two that want everything',
    moment: { event: 'switch', nth: 24 },
    focus: 'shares',
    say: 'With weights 100 and 300 the scheduler gives a quarter and three quarters, as long as both want more.',
  },
  {
    ...base,
    ...acts(room(), limit('cpu.max', '20000 100000'), type(MAIN, 'cpuhog 1 main')),
    title: 'A quota is not a weight',
    moment: { event: 'throttle', nth: 2 },
    focus: 'shares',
    say: 'Under cpu.max a group stands still when its quota is spent, even though nobody else wants the processor.',
    ask: 'Who gains from that?',
  },
  {
    ...base,
    ...acts(room(), limit('memory.max', '2097152'), type(MAIN, 'memhog 8')),
    title: 'Too much memory',
    moment: { event: 'oom', nth: 1 },
    focus: 'groups',
    say: 'At memory.max the kernel kills inside the group that asked for too much, and nobody else notices.',
  },
  {
    ...base,
    ...acts(room(), limit('pids.max', '8'), type(MAIN, 'forkbomb 40')),
    title: 'A bomb in a box',
    moment: { event: 'pids', nth: 1 },
    focus: 'truths',
    say: 'A fork bomb fills its own group and is then refused: EAGAIN, no more processes for this room.',
  },
  {
    ...base,
    ...acts(room(), type(MAIN, 'echo 10.0.0.7 mine >>/etc/hosts')),
    title: 'Read what is shared, write a copy',
    moment: { event: 'copy-up', nth: 1 },
    focus: 'overlay',
    say: 'The first write to a file of the image copies it up into the room’s own layer; the other room still reads the old one.',
    ask: 'What would a delete leave behind?',
  },
  {
    ...base,
    ...acts(room({ 'cpu.weight': '300', 'cpu.max': '40000 100000' }), type(MAIN, 'cpuhog 1 main'), type(JOB, 'cpuhog 1 job')),
    title: 'Who holds the machine?',
    moment: { event: 'throttle', nth: 2 },
    focus: 'allocation',
    say: 'Processor, memory and traffic on one scale: what each room holds, what it waits for, and what nobody has.',
  },
];

export const OS_SCENE: Scene = { id: 'os', level: 'os', title: 'Containers on one kernel', cues };
