/**
 * What has just happened and what is about to, in plain words; code stands in backticks. Looking changes nothing and costs nothing.
 *
 * Several things can happen at one moment (a call, its output, the switch to another process): the one that tells most is kept.
 */
import type { Plain } from '../../bits/plain.ts';
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI } from '../../isa/x86/state.ts';
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import { signalName } from '../../kernel/signals.ts';
import { renderCall } from '../../kernel/strace.ts';
import { syscallRow } from '../../kernel/table.ts';
import type { Process } from '../../kernel/task.ts';
import type { Runtime } from './runtime.ts';

/** The container that a process of the host is in, by its control group. */
export function containerOf(runtime: Runtime, cgroup: string): string | null {
  return runtime.containers.find((c) => cgroup === c.cgroup || cgroup.startsWith(`${c.cgroup}/`))?.id ?? null;
}

/** A process as it was when something happened to it: later it may be gone. */
interface Who {
  readonly pid: number;
  readonly inside: number;
  readonly name: string;
  readonly container: string | null;
}
/** What happened last, and to whom. */
export interface Telling {
  readonly event: KernelEvent;
  readonly who: Who | null;
  readonly other: Who | null;
}

/** How much an event tells; those of one moment give way to the one that tells most. */
const WEIGHT: Readonly<Record<string, number>> = {
  oom: 10,
  pids: 10,
  'copy-up': 9,
  throttle: 9,
  freeze: 9,
  container: 8,
  'process-exit': 7,
  signal: 7,
  exec: 7,
  'process-start': 7,
  mount: 6,
  namespace: 6,
  output: 6,
  terminal: 6,
  connect: 6,
  'syscall.unknown': 6,
  unthrottle: 5,
  cgroup: 5,
  block: 4,
  'syscall.return': 3,
  idle: 3,
  switch: 2,
  syscall: 1,
  pagefault: 1,
};
const weightOf = (event: KernelEvent): number => WEIGHT[event.kind] ?? 0;

function whoIs(k: Kernel, runtime: Runtime, pid: Plain | undefined): Who | null {
  const p = typeof pid === 'number' ? k.processes.get(pid) : undefined;
  return p ? { pid: p.pid, inside: k.ns.numberOf(p.pid, p), name: p.comm, container: containerOf(runtime, p.cgroup) } : null;
}

export function tellingOf(before: Telling | null, event: KernelEvent, runtime: Runtime, k: Kernel): Telling {
  const later = event.kind === 'pagefault' && event.data['outcome'] === 'ok';
  if (before && !later && before.event.retired === event.retired && weightOf(before.event) > weightOf(event)) return before;
  return { event, who: whoIs(k, runtime, event.data['pid']), other: whoIs(k, runtime, event.data['to'] ?? event.data['parent']) };
}

/** "`sh`, process 1 of main (2 for the host)". */
function named(who: Who | null, pid: Plain | undefined): string {
  if (who === null) return pid === undefined ? 'The kernel' : `Process ${String(pid)} of the host`;
  if (who.container === null) return `\`${who.name}\`, process ${who.pid} of the host`;
  const outside = who.inside === who.pid ? '' : ` (${who.pid} for the host)`;
  return `\`${who.name}\`, process ${who.inside} of ${who.container}${outside},`;
}
const sentence = (words: string): string => words.replace(/,\./, '.').replaceAll(/,,/g, ',');
const code = (text: Plain | undefined): string => `\`${String(text).replaceAll('`', "'")}\``;
/** A group's last name: that of its container. */
const room = (group: Plain | undefined): string => String(group).split('/').at(-1) ?? String(group);

function shown(bytes: Plain | undefined): string {
  if (!(bytes instanceof Uint8Array)) return '';
  const text = String.fromCharCode(...bytes.subarray(0, 60))
    .replace(/\n$/, '')
    .replaceAll('\n', '\\n');
  return code(bytes.length > 60 ? `${text}…` : text);
}

const WAITS: Readonly<Record<string, string>> = {
  input: 'waits for somebody to type',
  tty: 'waits for the other end of a terminal',
  until: 'sleeps for a while',
  pipe: 'waits for the other end of a pipe',
  fifo: 'waits for the other end of a named pipe',
  futex: 'waits for a lock',
  poll: 'waits until one of several things is ready',
  signal: 'waits for a signal',
  child: 'waits for a child to end',
  vfork: 'waits until its child has begun a program',
  socket: 'waits for the other end of a connection',
  lock: 'waits for a lock on a file',
  ipc: 'waits for a semaphore or a message',
};

const CONTAINER: Readonly<Record<string, string>> = {
  create: 'has been made: a process with its own view of the kernel. It has not run yet',
  start: 'has been started',
  exec: 'has got another program in it',
  exit: 'has ended with its first process',
};

/** The sentences that are about a process, after its name. */
const DEEDS: Readonly<Record<string, (data: KernelEvent['data'], other: Who | null) => string>> = {
  syscall: (d) => `asked the kernel: ${code(d['text'])}.`,
  'syscall.return': (d) => `had its answer from the kernel: ${code(d['text'])}.`,
  'syscall.unknown': (d) => `asked for system call ${String(d['number'])}, which this kernel has not.`,
  block: (d) => `${WAITS[String(d['wait'])] ?? 'waits'}.`,
  exec: (d) => `began another program, ${code(d['path'])}, and stays the same process.`,
  output: (d) => `printed ${shown(d['bytes'])}.`,
  terminal: (d) => `printed ${shown(d['bytes'])}.`,
  pagefault: (d) => `touched a page that was not there; the kernel ${d['outcome'] === 'ok' ? 'brought it in' : 'refused it'}.`,
  signal: (d) => `got the signal ${String(d['signal'])}.`,
  connect: () => 'connected to a server.',
  mount: (d) => `changed what it sees of the files: ${String(d['what'])} ${code(d['target'])}.`,
  'process-exit': (d) =>
    Number(d['signal']) === 0 ? `ended with status ${String(d['code'])}.` : `was killed by ${signalName(Number(d['signal']))}.`,
  'process-start': (_, other) => (other ? `was made by ${named(other, undefined)} as its copy.` : 'was made.'),
};

function eventWords({ event: { kind, data }, who, other }: Telling): string {
  const deed = DEEDS[kind];
  if (deed) return sentence(`${named(who, data['pid'])} ${deed(data, other)}`);
  switch (kind) {
    case 'copy-up':
      return `${code(data['path'])} was copied up, ${String(data['bytes'])} bytes: this room has its own now, the others still read the old one.`;
    case 'throttle':
      return `${room(data['group'])} has used up its quota and stands still to the end of the period.`;
    case 'unthrottle':
      return `A new period has begun, so ${room(data['group'])} may run again.`;
    case 'freeze':
      return `${room(data['group'])} was ${data['on'] === true ? 'stopped as it stands' : 'let go on'}.`;
    case 'oom':
      return `${room(data['group'])} has all the memory it may have: the kernel kills \`${String(data['name'])}\` inside it.`;
    case 'pids':
      return `${room(data['group'])} may have no more than ${String(data['max'])} processes, so the kernel makes no other: EAGAIN.`;
    case 'container':
      return `Container ${String(data['id'])} ${CONTAINER[String(data['what'])] ?? String(data['what'])}.`;
    case 'namespace':
      return `The kernel made a ${String(data['kind'])} namespace for it: one more view, no copy.`;
    case 'cgroup':
      return data['what'] === 'move'
        ? `A process was put into the group ${room(data['group'])}.`
        : `The group ${room(data['group'])}: ${String(data['what'])}.`;
    case 'switch':
      return sentence(`The processor went to ${named(other, data['to'])}.`);
    case 'idle':
      return 'Nobody could run, so time went on to the next thing that was due.';
    default:
      return '';
  }
}

/** The last event in words, and what has run since. `retired`: where the machine is. */
export function captionOf(last: Telling | null, runtime: Runtime, k: Kernel): string {
  if (!last) return '';
  const since = k.machine.retired - last.event.retired,
    p = k.current;
  const words = eventWords(last);
  if (since <= 0 || !p) return words;
  const ran = sentence(
    `${named(whoIs(k, runtime, p.pid), p.pid)} ran ${since === 1 ? 'one instruction' : `${since} instructions`} of its own.`,
  );
  return `${ran} Before: ${words}`;
}

const list = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)!}`;

/** Containers at whose terminals somebody waits for input. */
function listening(k: Kernel, runtime: Runtime): readonly string[] {
  const ttys = new Set([...k.processes.values()].flatMap((p) => (p.blocked?.wait.kind === 'input' ? [p.blocked.wait.tty] : [])));
  return runtime.containers.filter((c) => c.status === 'running' && ttys.has(c.tty)).map((c) => c.id);
}

export function nextOf(k: Kernel, runtime: Runtime, state: { readonly ended: boolean; readonly waits: boolean }): string {
  if (state.ended) return 'Nothing more: the first container has ended, and the run with it.';
  if (state.waits) {
    const names = listening(k, runtime);
    return names.length === 0 ? 'Nobody can go on by itself.' : `Everybody waits. Type into the terminal of ${list(names.slice(0, 4))}.`;
  }
  const p = k.current;
  if (!p) return 'Nobody can run now: time will go on to the next thing that is due.';
  return sentence(`${named(whoIs(k, runtime, p.pid), p.pid)} ${nextDeed(k, p)}`);
}

function nextDeed(k: Kernel, p: Process): string {
  const { instruction } = k.machine.explain();
  if (!instruction) return 'goes on in a page that must first be brought in.';
  if (!/^int +0x80$/.test(instruction.text)) return `goes on with ${code(instruction.text)}.`;
  const w = k.machine.words,
    number = w[EAX]!;
  const args = [w[EBX]!, w[ECX]!, w[EDX]!, w[ESI]!, w[EDI]!, w[EBP]!];
  return `asks the kernel: ${code(renderCall(k, p, number, syscallRow(number), args))}.`;
}
