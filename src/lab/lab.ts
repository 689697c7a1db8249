/**
 * The lab behind a message port: one open program (and its rival, when two modes run side by side), driven by requests.
 *
 * Invariant: a request that is refused leaves everything as it was. Whoever owns the lab gives it slices to run in (it has no
 * clock) and asks for updates when it can show them. Left out: threads and ports (worker/), pictures (panels/).
 */
import type { Plain } from '../levels/level.ts';
import { hex32 } from '../bits/hex.ts';
import { EIP } from '../isa/x86/state.ts';
import { Refusal, type Running } from '../levels/level.ts';
import type { Breakpoint, OpenOptions, Opened, Position, Push, Request, Result, RunState, SavedRun, Source } from '../protocol/messages.ts';
import type { ListingView, RegistersView, ViewName, Views } from '../protocol/views.ts';
import { Late } from '../bits/late.ts';
import type { exportRun, importRun, traceAs } from './exports.ts';
import { goTowards, isFar, type SeekRequest, toEnd, toEvent, toGuest } from './reach.ts';
import { Session, type AdvanceOptions, type Halt, type Kept } from './session.ts';
import { diagnose, levelFor, loadSource, type LoadedSource } from './source.ts';
import { stepBack, stepForward } from './step.ts';
import type { LoggedInput } from './timeMachine.ts';
import { computeView, remember, type Before } from './views.ts';

const MEMORY = 32 * 1024 * 1024;
/** How far a program is run ahead when it is opened, so that the timeline shows what is to come. */
const RUN_AHEAD = 3_000_000;

const ANY: ReadonlySet<string> = new Set(['*']);

/** Files that leave the lab and come back: few need them at once. */
export const EXPORTS = new Late<{ exportRun: typeof exportRun; importRun: typeof importRun; traceAs: typeof traceAs }>('runs');

interface Goal {
  /** Retired count to stop at. */
  readonly until: number;
}

/** See Lab.keep. */
export interface KeptLab {
  readonly session: Session | null;
  readonly rival: Session | null;
  readonly micro: number;
  readonly before: Before | null;
  readonly runningTo: Goal | null;
  readonly fresh: boolean;
  readonly reason: string;
  readonly at: Kept | null;
  readonly rivalAt: Kept | null;
}

export class Lab {
  private source: Source | null = null;
  private options: OpenOptions | null = null;
  private loaded: LoadedSource | null = null;
  private session: Session | null = null;
  private rival: Session | null = null;
  private micro = 0;
  private before: Before | null = null;
  private runningTo: Goal | null = null;
  /** The present run has not had a slice yet. */
  private fresh = true;
  private reason = '';
  private events: ReadonlySet<string> = new Set();
  /** Breakpoints on guest addresses and on registers, with the values last seen. */
  private addresses: ReadonlySet<number> = new Set();
  private seeking = false;
  private registers: ReadonlySet<string> = new Set();
  private lastValues = new Map<string, number>();
  private watched: { readonly [N in ViewName]?: { readonly [key: string]: Plain | undefined } } = {};
  private sent = new Map<ViewName, unknown>();
  private listing: { readonly from: ListingView; readonly made: ListingView } | null = null;

  get running(): boolean {
    return this.runningTo !== null;
  }
  get opened(): Session | null {
    return this.session;
  }

  handle(request: Request): Result {
    if (request.op === 'open') return { op: 'opened', opened: this.open(request.source, request.options) };
    if (request.op === 'assemble') return { op: 'assembled', diagnostics: diagnose(request.text) };
    if (request.op === 'watch') {
      this.watched = request.views;
      this.sent.clear();
      return { op: 'done' };
    }
    if (request.op === 'import') return { op: 'opened', ...this.importRun(request.bytes) };
    const session = this.need();
    switch (request.op) {
      case 'run':
        this.start(session, request.until ?? Infinity);
        break;
      case 'pause':
        this.stand(session, this.running ? 'paused' : this.reason);
        break;
      case 'step':
        this.step(session, request);
        break;
      case 'seek':
        this.seek(session, request);
        break;
      case 'knob':
        this.pause('');
        session.give({ kind: 'knob', id: request.knob, value: request.value });
        this.rival?.give({ kind: 'knob', id: request.knob, value: request.value });
        break;
      case 'input':
        this.follow();
        session.give({ kind: 'stdin', bytes: request.bytes });
        this.rival?.give({ kind: 'stdin', bytes: request.bytes });
        this.follow();
        break;
      case 'act':
        session.act(request.action);
        this.follow();
        break;
      case 'breakpoints':
        this.setBreakpoints(session, request.list);
        break;
      case 'export':
        return { op: 'exported', ...this.export(session, request.what) };
    }
    return { op: 'done' };
  }

  /** Whether a seek leads beyond what is known of the run: then it may take long, and `reach` goes there in slices. */
  leadsFar(request: Request): request is SeekRequest {
    return request.op === 'seek' && this.session !== null && isFar(this.session, request);
  }
  /** At most so many host instructions of the way of a seek that leads far. True when it does so no longer. */
  reach(request: SeekRequest, instructions: number): boolean {
    const session = this.need();
    this.pause('');
    this.seeking = true;
    const there = goTowards(session, request, instructions);
    this.follow();
    this.seeking = !there;
    return there;
  }
  /** Stands where the way of a seek has led up to now. */
  breakOff(): void {
    this.seeking = false;
    this.micro = 0;
    this.stand(this.need(), 'stopped on the way');
  }

  /** The present moment, to come back to when a part of the engine is absent (bits/late.ts). */
  keep(): KeptLab {
    const { session, rival, micro, before, runningTo, fresh, reason } = this;
    return { session, rival, micro, before, runningTo, fresh, reason, at: session?.keep() ?? null, rivalAt: rival?.keep() ?? null };
  }
  recover({ at, rivalAt, ...kept }: KeptLab): void {
    Object.assign(this, kept);
    if (at) this.session?.recover(at);
    if (rivalAt) this.rival?.recover(rivalAt);
    this.sent.clear();
  }

  /** Runs at most `instructions` host instructions of the current run. True while there is more to do. */
  slice(instructions: number): boolean {
    const { session, runningTo } = this;
    if (!session || !runningTo) return false;
    this.before = remember(session);
    const halt = this.advance(session, Math.min(runningTo.until, session.retired + instructions));
    this.micro = 0;
    const more = halt.why === 'count' && session.retired < runningTo.until;
    if (!more) this.stand(session, describe(halt));
    this.follow();
    return more;
  }

  /** Runs on to a count of guest instructions, for play at a chosen speed. */
  sliceGuest(count: number): boolean {
    const { session, runningTo } = this;
    if (!session || !runningTo) return false;
    const target = session.guestRetired + count;
    this.before = remember(session);
    let halt: Halt = { why: 'count' };
    for (let i = 0; i < count && session.guestRetired < target; i++) {
      if (i === count - 1) this.before = remember(session);
      halt = session.advance(session.retired + 50_000_000, { atMark: true, ...this.stops() });
      if (halt.why !== 'mark') break;
    }
    this.micro = 0;
    const more = halt.why === 'mark' || halt.why === 'count';
    if (!more) this.stand(session, describe(halt));
    this.follow();
    return more;
  }

  private advance(session: Session, target: number): Halt {
    const halt = session.advance(target, { goesOn: !this.fresh, ...this.stops(session.running.stopsFor !== undefined) });
    this.fresh = false;
    return halt;
  }

  /** `byAddress`: breakpoints on addresses are the machine's, so that the run is as fast as without; else every mark is asked. */
  private stops(byAddress = false): AdvanceOptions {
    const { events, addresses, registers } = this;
    const asked = registers.size > 0 || (addresses.size > 0 && !byAddress);
    return {
      ...(events.size > 0 ? { atEvents: events } : {}),
      ...(asked ? { stopAt: stopsFor(addresses, registers, this.lastValues) } : addresses.size > 0 ? { before: addresses } : {}),
    };
  }

  private open(source: Source, options: OpenOptions): Opened {
    const loaded = loadSource(source);
    const level = levelFor(options.level, loaded.program);
    const mode = options.mode === '' ? level.defaultMode : options.mode;
    const both = mode === 'both';
    const boot = (mode: string): Session =>
      new Session(level, loaded.program, {
        mode,
        knobs: options.knobs,
        args: [loaded.program.name, ...options.args],
        env: [],
        files: {},
        stdin: options.stdin,
        memory: MEMORY,
      });
    const session = boot(both ? level.modes.at(-1)!.id : mode);
    const rival = both ? boot(level.modes[0]!.id) : null;
    session.advance(RUN_AHEAD);
    session.seek(0);
    this.close();
    this.source = source;
    this.options = { ...options, mode };
    this.loaded = loaded;
    this.session = session;
    this.rival = rival;
    this.reason = '';
    return this.describeOpened(session, this.options);
  }

  private close(): void {
    this.session = null;
    this.rival = null;
    this.micro = 0;
    this.before = null;
    this.runningTo = null;
    this.seeking = false;
    this.events = new Set();
    this.addresses = new Set();
    this.registers = new Set();
    this.sent.clear();
    this.listing = null;
  }

  private describeOpened(session: Session, options: OpenOptions): Opened {
    const { level, running } = session;
    return {
      name: session.program.name,
      level: level.name,
      mode: options.mode,
      modes: [...level.modes, ...(level.modes.length > 1 ? [{ id: 'both', label: 'Both' }] : [])],
      knobs: level.knobs.map(({ initial, ...knob }) => ({ ...knob, value: options.knobs[knob.id] ?? initial })),
      eventKinds: level.events,
      hz: running.machine.hz,
    };
  }

  private need(): Session {
    if (!this.session) throw new Refusal('No program is open.');
    return this.session;
  }

  private start(session: Session, until: number): void {
    if (session.ended) {
      this.reason = 'the program has ended';
      return;
    }
    this.reason = '';
    this.runningTo = { until };
    this.fresh = true;
  }

  /** Stops running; the position tells the reason. */
  pause(reason: string): void {
    this.runningTo = null;
    this.reason = reason;
  }

  private step(session: Session, request: Extract<Request, { op: 'step' }>): void {
    this.pause('');
    if (request.direction === 1) {
      const { moment, halt } = stepForward(session, request.grain, this.micro, request.kinds);
      this.micro = moment.micro;
      this.reason = describe(halt) || this.breakpointHere(session);
    } else this.micro = stepBack(session, request.grain, this.micro, request.kinds).micro;
    this.rememberBefore(session);
    this.follow();
  }

  /** A step does not stop before its end, but what plays by steps stops where a breakpoint is. */
  private breakpointHere({ running }: Session): string {
    const { machine } = running,
      address = running.guestPc() >>> 0;
    const here = this.micro === 0 && this.addresses.has(address) && machine.codeMap.isMark(machine.words[EIP]! >>> 0);
    return here ? describe({ why: 'breakpoint', address }) : '';
  }

  private seek(session: Session, request: SeekRequest): void {
    this.pause('');
    this.seeking = false;
    if (request.retired !== undefined) session.approach(request.retired);
    else if (request.time !== undefined) session.seekTime(request.time);
    else if (request.guest !== undefined) toGuest(session, request.guest);
    else if (request.event !== undefined) this.seekEvent(session, request.event);
    this.micro = session.ended ? 0 : (request.micro ?? 0);
    this.rememberBefore(session);
    this.follow();
  }

  private seekEvent(session: Session, event: { readonly kind: string; readonly nth: number }): void {
    const { retired } = session;
    if (toEvent(session, event)) return;
    session.seek(retired);
    throw new Refusal(`This run has no event “${event.kind}” number ${event.nth}.`);
  }

  /** A run is over: what stands beside the present moment does not tell how one came to it. */
  private stand(session: Session, reason: string): void {
    this.pause(reason);
    this.rememberBefore(session);
  }

  /** What the registers were one guest instruction ago, found by going there and back. */
  private rememberBefore(session: Session): void {
    const { retired, events } = session,
      { happened } = events.moment();
    this.before = null;
    if (retired === 0 || remember(session) === null) return;
    stepBack(session, 'instruction', 0);
    this.before = remember(session);
    session.seek(retired);
    // Behind an event of the instruction that is about to run (a page fault), as before.
    while (events.moment().happened < happened && session.advance(retired + 1, { atEvents: ANY }).why === 'event');
  }

  /** The rival is brought to the same count of guest instructions. */
  private follow(): void {
    const { session, rival } = this;
    if (!session || !rival) return;
    if (session.retired === 0) {
      rival.seek(0);
      return;
    }
    if (session.ended) toEnd(rival);
    else toGuest(rival, session.guestRetired);
  }

  private setBreakpoints(session: Session, list: readonly Breakpoint[]): void {
    const { machine } = session.running;
    machine.watches.splice(
      0,
      machine.watches.length,
      ...list.flatMap((b) => (b.on === 'memory' ? [{ start: b.start, end: b.start + b.length }] : [])),
    );
    machine.stopsChanged();
    this.events = new Set(list.flatMap((b) => (b.on === 'event' ? [b.kind] : [])));
    this.addresses = new Set(list.flatMap((b) => (b.on === 'address' ? [b.address >>> 0] : [])));
    this.registers = new Set(list.flatMap((b) => (b.on === 'register' ? [b.register] : [])));
    this.lastValues = new Map();
  }

  position(): Position {
    const session = this.need();
    const { exit } = session.running;
    return {
      state: this.state(session),
      retired: session.retired,
      time: session.time,
      guestRetired: session.guestRetired,
      micro: this.micro,
      knownTime: session.known.time,
      knownRetired: session.known.retired,
      exit: exit && { status: exit.status, sentence: exit.sentence },
      reason: this.reason,
    };
  }

  private state(session: Session): RunState {
    if (session.ended) return 'ended';
    if (session.waits) return 'waiting';
    if (this.seeking) return 'seeking';
    return this.runningTo ? 'running' : 'paused';
  }

  /** The position and the watched views that are not the same as those sent last. */
  update(): Push {
    const session = this.need();
    const context = { session, rival: this.rival, micro: this.micro, before: this.before };
    const views: Partial<Record<ViewName, unknown>> = {};
    for (const [name, parameters] of Object.entries(this.watched) as [ViewName, { readonly [key: string]: Plain | undefined }][]) {
      const view = name === 'listing' ? this.listingView() : computeView(name, context, parameters ?? {});
      if (this.sent.has(name) && this.sent.get(name) === view) continue;
      this.sent.set(name, view);
      views[name] = view;
    }
    return { push: 'update', position: this.position(), views: views as Partial<Views> };
  }

  /** The level's listing, with the user's own assembly text beside it; the same object while nothing changed. */
  private listingView(): ListingView | null {
    const from = this.session!.running.view('listing', {}) as unknown as ListingView | null;
    const assembly = this.loaded?.assembly;
    if (!from || !assembly) return from;
    if (this.listing?.from !== from) {
      const sections = from.sections.map((section) => ({
        ...section,
        lines: section.lines.map((l) => ({ ...l, sourceLine: assembly.lines.get(l.address) ?? null })),
      }));
      this.listing = { from, made: { sections, source: { name: 'program.s', language: 'asm', text: assembly.text } } };
    }
    return this.listing.made;
  }

  private export(session: Session, what: Extract<Request, { op: 'export' }>['what']): { name: string; bytes: Uint8Array } {
    if (what === 'elf') return { name: `${session.program.name}.elf`, bytes: session.program.bytes };
    if (what === 'run')
      return {
        name: `${session.program.name}.strata.json`,
        bytes: EXPORTS.get().exportRun(this.source!, this.options!, session, this.micro),
      };
    const format = what === 'trace-csv' ? 'csv' : 'jsonl',
      { events, before } = session.events.newest,
      which = before > 0 ? `.last-${events.length}-events` : '';
    return { name: `${session.program.name}${which}.${format}`, bytes: EXPORTS.get().traceAs(format, events) };
  }

  /** A saved run that turns out not to run leaves what was open. */
  private importRun(bytes: Uint8Array): { opened: Opened; run: SavedRun } {
    const { source, options, inputs, retired, micro } = EXPORTS.get().importRun(bytes);
    const before = { ...this };
    const opened = this.open(source, options);
    try {
      const given = this.giveAgain(inputs);
      this.seek(this.session!, { op: 'seek', retired, micro });
      return { opened, run: { source, args: options.args, knobs: options.knobs, inputs: given } };
    } catch (problem) {
      Object.assign(this, before);
      throw problem;
    }
  }

  /** Gives what was given, each at its moment, to both sessions. */
  private giveAgain(inputs: readonly LoggedInput[]): SavedRun['inputs'] {
    const session = this.session!;
    return inputs.flatMap(({ retired, input }) => {
      session.seek(retired);
      this.follow();
      const moment = { retired: session.retired, guest: session.guestRetired };
      if (input.kind === 'act') session.act(input.action);
      else session.give(input);
      if (input.kind !== 'act') this.rival?.give(input);
      if (input.kind === 'knob') return [];
      return input.kind === 'act'
        ? [{ ...moment, bytes: null, act: input.action }]
        : [{ ...moment, bytes: input.bytes && [...input.bytes] }];
    });
  }
}

/** Breakpoints on guest addresses and on register changes, asked at every guest instruction. */
function stopsFor(
  addresses: ReadonlySet<number>,
  registers: ReadonlySet<string>,
  last: Map<string, number>,
): NonNullable<AdvanceOptions['stopAt']> {
  return (running) => {
    if (addresses.has(running.guestPc() >>> 0)) return `breakpoint at ${hex32(running.guestPc())}`;
    return registers.size > 0 ? changed(running, registers, last) : null;
  };
}

function changed(running: Running, registers: ReadonlySet<string>, last: Map<string, number>): string | null {
  const view = running.view('registers', {}) as unknown as RegistersView | null;
  let reason: string | null = null;
  for (const { name, is } of view?.rows ?? []) {
    if (!registers.has(name)) continue;
    const was = last.get(name);
    if (was !== undefined && was !== is) reason = `${name} changed from ${hex32(was)} to ${hex32(is)}`;
    last.set(name, is);
  }
  return reason;
}

function describe(halt: Halt): string {
  switch (halt.why) {
    case 'guest':
      return halt.reason;
    case 'breakpoint':
      return `breakpoint at ${hex32(halt.address)}`;
    case 'watch':
      return `memory written at ${hex32(halt.address)}`;
    case 'event':
      return `event: ${halt.event.kind}`;
    case 'input':
      return 'waiting for input';
    case 'exit':
      return 'the program has ended';
    case 'shutdown':
      return halt.reason;
    default:
      return '';
  }
}
