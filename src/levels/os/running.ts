/**
 * A machine whose kernel runs containers. Process 1 of the host stands for an init system: it has no program, takes orphans and
 * ends with the first container.
 */
import { encodeUtf8, latin1 } from '../../bits/utf8.ts';
import { EIP } from '../../isa/x86/state.ts';
import { endingOf } from '../../kernel/boot.ts';
import { Console } from '../../kernel/console.ts';
import { endGroup } from '../../kernel/exit.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { SIGCHLD } from '../../kernel/signals.ts';
import type { Process } from '../../kernel/task.ts';
import { Tty } from '../../kernel/tty.ts';
import type { Machine } from '../../machine/types.ts';
import { Refusal, type Caption, type Event, type Exit, type Plain, type Running } from '../level.ts';
import { actOn } from './actions.ts';
import { captionOf, nextOf, tellingOf, type Telling } from './captions.ts';
import { CallFollower } from './follow.ts';
import { guarded } from './guard.ts';
import type { Image } from './image.ts';
import { containerCounters } from './report.ts';
import { type Container, Runtime } from './runtime.ts';
import type { ContainerSpec } from './spec.ts';
import { viewOf } from './views.ts';

const SIG_IGN = 1,
  PAUSE = 29;
const MAIN = 'main';

interface Saved {
  readonly kernel: Plain;
  readonly runtime: Plain;
  readonly follower: Plain;
  readonly last: Plain;
  readonly begun: boolean;
  readonly consoles: readonly { readonly id: number; readonly terminal: boolean; readonly state: Plain }[];
}

export class RunningOs implements Running {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly runtime: Runtime;
  readonly follower: CallFollower;
  private listener: (event: Event) => void = () => {};
  /** What the caption tells. */
  private last: Telling | null = null;
  private begun = false;
  /** Containers that the run began with. */
  private first: readonly string[] = [MAIN];
  /** Images that containers may be made of. */
  images: readonly Image[] = [];

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.machine = kernel.machine;
    this.runtime = new Runtime(kernel, () => this.host);
    this.follower = new CallFollower(kernel, this.runtime);
    this.makeHost();
    kernel.onTaskEnd = (p) => this.runtime.ending(p);
    kernel.onGroupEnd = (leader) => this.ended(leader);
    kernel.ownerOf = (p) =>
      this.runtime.containers.find((c) => p.cgroup === c.cgroup || p.cgroup.startsWith(`${c.cgroup}/`))?.owner ?? null;
  }

  /** Process 1 of the machine. */
  get host(): Process {
    return this.kernel.processes.get(this.kernel.init)!;
  }

  private makeHost(): void {
    const p = this.kernel.createProcess({ name: '/sbin/init', args: ['init'], env: [] });
    if (p === null) throw new Refusal('There is not enough memory for a process.');
    p.state = 'blocked';
    p.blocked = { number: PAUSE, args: [], wait: { kind: 'signal', until: null }, memory: 'waiting' };
    // Children that nobody waits for vanish when they end.
    p.signals.actions[SIGCHLD] = { handler: SIG_IGN, flags: 0, restorer: 0, mask: [0, 0] };
    const tty = this.kernel.ttys.get(0)!;
    tty.session = tty.foreground = 0;
  }

  /**
   * Makes and starts the container whose end is the end of the run; with `copies` more of its kind beside it, each with a name
   * and a console of its own, and the run ends with the last of them.
   */
  begin(spec: ContainerSpec, knobs: Readonly<Record<string, number | boolean>>, copies = 1): void {
    const { terminal } = this.kernel.console;
    const copy = (id: string): ContainerSpec => ({
      ...spec,
      id,
      hostname: id,
      tty: this.addConsole(terminal, terminal ? null : new Uint8Array(0)),
    });
    const all = Array.from({ length: copies }, (_, i) => (i === 0 ? spec : copy(`${MAIN}-${i + 1}`)));
    this.first = all.map(({ id }) => id);
    for (const one of all) {
      this.create(one);
      for (const [id, value] of Object.entries(knobs)) this.turn(one.id, id, value);
    }
    for (const { id } of all) this.runtime.start(this.runtime.get(id)!);
    this.kernel.start();
    this.begun = true;
  }

  /** What was changed from outside counts from now on: the scheduler looks again before the next instruction. */
  poke(): void {
    if (this.kernel.current !== null) this.machine.deadline = this.machine.time;
    else if ((this.begun || this.machine.retired > 0) && this.exit === null) this.kernel.schedule();
  }

  /** What a learner does with containers, as JSON (protocol/os-views.ts, OsAction). Refused in one sentence. */
  act(text: string): void {
    const { machine } = this,
      before = { machine: machine.checkpoint(), level: this.save() },
      { listener } = this,
      events: Event[] = [];
    this.listener = (event) => events.push(event);
    try {
      actOn(this, text);
      events.forEach(listener);
    } catch (problem) {
      // What was done half is undone, so that a replay without the refused action is the same.
      machine.restore(before.machine);
      this.restore(before.level);
      throw problem;
    } finally {
      this.listener = listener;
      machine.release(before.machine);
    }
    this.poke();
  }

  create(spec: ContainerSpec): Container {
    const byteTexts = { args: spec.args.map(bytes), env: spec.env.map(bytes), path: bytes(spec.path) };
    return guarded(`The container ${spec.id} cannot be made`, () => this.runtime.create({ ...spec, ...byteTexts }));
  }

  /** A terminal, or a pair of pipes, for another container. */
  addConsole(terminal: boolean, stdin: Uint8Array | null): number {
    const id = Math.max(...this.kernel.ttys.keys()) + 1;
    this.kernel.ttys.set(id, new Tty(id, new Console(terminal, stdin), terminal));
    return id;
  }
  consoleOf(tty: number): Console {
    return this.kernel.ttys.get(tty)!.console;
  }

  /** Number of the terminal of a container; -1 when there is no such container. */
  ttyOf(id: string): number {
    return this.runtime.get(id)?.tty ?? -1;
  }

  private ended(leader: Process): void {
    const c = this.runtime.ended(leader);
    if (!c || !this.first.includes(c.id)) return;
    if (this.first.some((id) => (this.runtime.get(id)?.status ?? 'stopped') !== 'stopped')) return;
    const { exit } = this.runtime.get(MAIN) ?? leader;
    endGroup(this.kernel, this.host, exit!);
  }

  /** The kind of what happened last, of that which is told. */
  get lastKind(): string | null {
    return this.last?.event.kind ?? null;
  }

  get onEvent(): (event: Event) => void {
    return this.listener;
  }
  set onEvent(listener: (event: Event) => void) {
    this.listener = listener;
    this.kernel.onEvent = (event) => {
      this.last = tellingOf(this.last, event, this.runtime, this.kernel);
      this.follower.event(event);
      this.listener(event);
    };
  }

  get exit(): Exit | null {
    return endingOf(this.kernel);
  }
  get waitsForInput(): boolean {
    return this.kernel.waitsForInput;
  }
  get stdout(): Uint8Array {
    return this.kernel.console.out.view();
  }
  get stderr(): Uint8Array {
    return this.kernel.console.err.view();
  }
  input(given: Uint8Array | null): void {
    this.kernel.input(given);
  }

  setKnob(id: string, value: number | boolean): void {
    for (const name of this.first) this.turn(name, id, value);
  }
  private turn(container: string, id: string, value: number | boolean): void {
    const c = this.runtime.get(container),
      n = Number(value);
    const text: Readonly<Record<string, () => string>> = {
      'cpu.weight': () => String(n),
      'cpu.max': () => (n >= 100 ? 'max 100000' : `${Math.max(1000, n * 1000)} 100000`),
      'memory.max': () => (n === 0 ? 'max' : `${n}K`),
      'pids.max': () => (n === 0 ? 'max' : String(n)),
    };
    if (id === 'privileged') throw new Refusal('Capabilities are given when the container is made: set them before the run.');
    if (id === 'containers') throw new Refusal('How many containers there are at the start is said before the run.');
    const make = text[id];
    if (!make) throw new Refusal(`The operating-system level has no knob called ${id}.`);
    if (c) this.limit(c, id, make());
  }
  /** Keys typed at a container's terminal, each by itself: a line typed at once costs what it costs key by key. */
  type(c: Container, text: string): void {
    encodeUtf8(text).forEach((key, i) => {
      if (i > 0) this.poke();
      this.kernel.ttys.get(c.tty)!.receive(this.kernel, Uint8Array.of(key));
      this.kernel.changes++;
    });
  }
  limit(c: Container, file: string, value: string): void {
    guarded(`${file} cannot be set to ${value}`, () => this.runtime.setLimit(c.cgroup, file, value));
    this.poke();
  }

  save(): Plain {
    const consoles = [...this.kernel.ttys.values()]
      .filter((t) => t.id !== 0 && !t.isPty)
      .map((t) => ({ id: t.id, terminal: t.console.terminal, state: t.console.save() }));
    const saved: Saved = {
      kernel: this.kernel.save(),
      runtime: this.runtime.save(),
      follower: this.follower.save(),
      last: this.last as unknown as Plain,
      begun: this.begun,
      consoles,
    };
    return saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as Saved;
    for (const { id, isPty } of this.kernel.ttys.values())
      if (isPty || (id !== 0 && !saved.consoles.some((c) => c.id === id))) this.kernel.ttys.delete(id);
    for (const { id, terminal, state: inner } of saved.consoles) {
      if (!this.kernel.ttys.has(id)) this.kernel.ttys.set(id, new Tty(id, new Console(terminal, null), terminal));
      this.kernel.ttys.get(id)!.console.restore(inner);
    }
    this.kernel.restore(saved.kernel);
    this.runtime.restore(saved.runtime);
    this.follower.restore(saved.follower);
    this.last = saved.last as unknown as Telling | null;
    this.begun = saved.begun;
  }

  caption(): Caption {
    const state = { ended: this.exit !== null, waits: this.waitsForInput };
    return { done: captionOf(this.last, this.runtime, this.kernel), next: nextOf(this.kernel, this.runtime, state) };
  }
  view(name: string, parameters: { readonly [key: string]: Plain | undefined }): Plain | null {
    return viewOf(this, name, parameters) as unknown as Plain | null;
  }
  guestPc(): number {
    return this.machine.words[EIP]! >>> 0;
  }
  atBlockStart(): boolean {
    return false;
  }

  counters(): Readonly<Record<string, number>> {
    const { counts, control, overlays } = this.kernel,
      main = this.runtime.get(MAIN);
    const group = main ? control.tree.get(main.cgroup) : undefined;
    return {
      'kernel.syscalls': counts.syscalls,
      'kernel.unknownSyscalls': counts.unknownSyscalls,
      'kernel.pageFaults': counts.pageFaults,
      'kernel.switches': counts.switches,
      'memory.peak': this.kernel.peakMemory,
      ...containerCounters(this.kernel, this.runtime, main),
      'container.memory': group?.memory.current ?? 0,
      'container.memory.peak': group?.memory.peak ?? 0,
      'cgroup.periods': group?.cpu.periods ?? 0,
      'cgroup.throttled': group?.cpu.throttledPeriods ?? 0,
      'cgroup.oomKills': group?.memory.events.oom_kill ?? 0,
      'overlay.searches': overlays.counts.searches,
      'overlay.copyUps': overlays.counts.copies,
      'overlay.copiedBytes': overlays.counts.bytes,
    };
  }
}

const bytes = (text: string): string => latin1(encodeUtf8(text));
