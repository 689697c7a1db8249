/**
 * One program at one level on one machine, with time that can be moved both ways.
 *
 * Invariant: the state at a retired count does not depend on how it was reached: forwards, backwards, in one run or many.
 * Inputs (typed bytes, turned knobs) are logged at their moment and repeated on replay; an input given in the past cuts the
 * future off. Left out: grains of stepping (step.ts), pictures (views.ts), the protocol (lab.ts).
 */
import { Absent } from '../bits/late.ts';
import { Refusal, type BootOptions, type Event, type Level, type Program, type Running } from '../levels/level.ts';
import type { Stop } from '../machine/types.ts';
import { hex32 } from '../bits/hex.ts';
import { hashPlain } from '../bits/plain.ts';
import { EventLog } from './events.ts';
import { History } from './history.ts';
import { Checkpoints, type Checkpoint, type Input, type LoggedInput } from './timeMachine.ts';

/** How far before the place where somebody is about to move back and forth a checkpoint of its own is kept, in retired instructions. */
const NEAR = 4096;

export type Halt =
  | Stop
  | { readonly why: 'exit' }
  | { readonly why: 'input' }
  | { readonly why: 'event'; readonly event: Event }
  /** A guest instruction boundary at which `stopAt` gave a reason. */
  | { readonly why: 'guest'; readonly reason: string };

export interface AdvanceOptions {
  /** Stop at the next mark (instruction of the guest). */
  readonly atMark?: boolean;
  /** Stop after an event of one of these kinds ('*': any). */
  readonly atEvents?: ReadonlySet<string>;
  /** The run goes on from where the last one reached its target: the instruction there is still to be looked at. */
  readonly goesOn?: boolean;
  /** Asked at every mark: a reason to stop there, or null. */
  readonly stopAt?: (running: Running) => string | null;
  /** Guest addresses before whose instructions to stop; only where the level has `stopsFor`, and not together with marks. */
  readonly before?: ReadonlySet<number>;
}

/** A moment that a session can be brought back to, whatever state it is in. */
export interface Kept {
  readonly retired: number;
  readonly log: readonly LoggedInput[];
}

export class Session {
  readonly level: Level;
  readonly program: Program;
  readonly options: BootOptions;
  readonly running: Running;
  readonly history = new History();
  readonly events = new EventLog();
  private readonly checkpoints = new Checkpoints(({ machine }) => this.running.machine.release(machine));
  /** One more checkpoint, near where the reader is; not among the others, because it may lie at any distance from them. */
  private bookmark: Checkpoint | null = null;
  private readonly log: LoggedInput[] = [];
  private applied = 0;
  /** Bytes printed when each input was applied, at its index in the log. */
  private readonly printed: number[] = [];
  /** What the machine holds is no state: a part of the engine was absent. */
  private broken = false;
  private endSeen = false;
  /** Breakpoints are set in the machine; and something happened since, so they may be wrong. */
  private armed = false;
  private stale = false;
  private wanted: ReadonlySet<string> | null = null;
  private caught: Event | null = null;
  /** Where the last event happened: there the machine may stand behind a fault of an instruction that has not been done. */
  private eventAt = -1;
  /** Events of an act that may yet be refused. */
  private held: Event[] | null = null;
  /** Who is told of events, also of those that come again. */
  witness: ((event: Event) => void) | null = null;

  constructor(level: Level, program: Program, options: BootOptions) {
    this.level = level;
    this.program = program;
    this.options = options;
    this.running = level.boot(program, options);
    this.running.onEvent = (event) => this.record(event);
    this.history.take(this.running.machine, true);
    this.keepCheckpoint();
  }

  get retired(): number {
    return this.running.machine.retired;
  }
  get time(): number {
    return this.running.machine.time;
  }
  get guestRetired(): number {
    return this.running.machine.guestRetired;
  }
  get ended(): boolean {
    return this.running.exit !== null;
  }
  get waits(): boolean {
    return this.running.waitsForInput && this.applied === this.log.length;
  }
  /** How far this run has ever been. */
  get known(): { readonly retired: number; readonly time: number } {
    return this.history.end ?? { retired: 0, time: 0 };
  }
  /** Whether this run has ever been at its end. */
  get complete(): boolean {
    return this.endSeen;
  }
  get checkpointCount(): number {
    return this.checkpoints.count;
  }

  /** Runs until `retired` reaches `target`, or something stops it earlier. */
  advance(target: number, options: AdvanceOptions = {}): Halt {
    const { machine } = this.running;
    this.wanted = options.atEvents ?? null;
    this.caught = null;
    this.arm(options.before ?? null);
    try {
      const halt = this.runTo(target, options);
      // What was typed at this very moment has been typed, from whichever side one comes.
      this.applyLogged();
      return halt;
    } catch (problem) {
      this.leftBy(problem);
      throw problem;
    } finally {
      this.wanted = null;
      this.endSeen ||= this.ended;
      if (!this.broken && machine.retired >= this.known.retired) this.history.take(machine, true);
    }
  }

  private runTo(target: number, options: AdvanceOptions): Halt {
    const { machine } = this.running;
    // What stood at a mark and was asked is passed; where the run only paused, the mark is still to be asked.
    let passFirst = options.goesOn !== true;
    while (machine.retired < target) {
      this.applyLogged();
      if (this.ended) break;
      if (this.running.waitsForInput) return { why: 'input' };
      const stop = machine.run({
        retired: this.nextPause(target),
        passFirst,
        atMark: options.atMark === true || options.stopAt !== undefined,
      });
      passFirst = stop.why === 'mark' || stop.why === 'breakpoint';
      this.afterRun();
      if (this.stale) this.arm(options.before ?? null);
      if (this.caught) {
        const event: Event = this.caught;
        this.settle();
        return { why: 'event', event };
      }
      const reason = this.reasonToStop(stop, options);
      if (reason !== null) return { why: 'guest', reason };
      const stays = stop.why === 'shutdown' || stop.why === 'watch' || (stop.why === 'mark' && options.atMark);
      if (stays) return stop;
    }
    return this.ended ? { why: 'exit' } : { why: 'count' };
  }

  private leftBy(problem: unknown): void {
    if (problem instanceof Absent) this.broken = true;
  }

  private reasonToStop(stop: Stop, { stopAt, before }: AdvanceOptions): string | null {
    if (stop.why === 'mark' && stopAt) return stopAt(this.running);
    if (stop.why !== 'breakpoint' || !before) return null;
    const address = this.running.beginsHere?.(before) ?? null;
    return address === null ? null : `breakpoint at ${hex32(address)}`;
  }

  /** Breakpoints of the host for guest addresses. The code of the guest moves: so they are made anew after every event. */
  private arm(before: ReadonlySet<number> | null): void {
    const { machine } = this.running;
    this.armed = before !== null;
    this.stale = false;
    const wanted = new Set((before && this.running.stopsFor?.(before)) ?? []);
    if (wanted.size === machine.breakpoints.size && [...wanted].every((at) => machine.breakpoints.has(at))) return;
    machine.breakpoints.clear();
    for (const at of wanted) machine.breakpoints.add(at);
    machine.stopsChanged();
  }

  keep(): Kept {
    return { retired: this.retired, log: [...this.log] };
  }
  /** Back to a kept moment after `Absent` left the machine in the middle of an instruction. Events and samples stay: they were right. */
  recover({ retired, log }: Kept): void {
    const there = this.retired === retired && this.log.length === log.length && log.every((input, i) => input === this.log[i]);
    if (!this.broken && there) return;
    this.broken = false;
    this.log.splice(0, this.log.length, ...log);
    this.goBack(this.checkpoints.before(retired)!);
    this.seek(retired);
  }

  /** What is due before the next instruction belongs to the present moment: after a stop at an event it is still to come. */
  private settle(): void {
    const { machine } = this.running;
    while (!this.ended && !this.running.waitsForInput) if (machine.run({ retired: machine.retired }).why !== 'requested') break;
  }

  /** To the state at exactly `retired` (or the end, when the program ends before). */
  seek(retired: number): void {
    const target = Math.max(0, Math.floor(retired));
    const from = this.nearest(target);
    if (this.retired > target || from.retired > this.retired) this.goBack(from);
    while (this.retired < target) {
      const halt = this.advance(target);
      if (halt.why === 'exit' || halt.why === 'input' || halt.why === 'shutdown') return;
    }
    this.applyLogged();
  }

  /** As `seek`, for who is about to look around there: what lies a little before is then near, wherever the checkpoints are. */
  approach(retired: number): void {
    const place = Math.max(0, retired - NEAR);
    if (retired - this.nearest(retired).retired > 2 * NEAR) {
      this.seek(place);
      if (this.retired === place) this.setBookmark(this.checkpointNow());
    }
    this.seek(retired);
  }

  /** To the newest checkpoint that is as asked; its moment. The one at the start is always there. */
  toCheckpoint(wanted: (checkpoint: Checkpoint) => boolean): number {
    const checkpoint = this.checkpoints.last(wanted) ?? this.checkpoints.before(0)!;
    this.goBack(checkpoint);
    return checkpoint.retired;
  }

  private nearest(retired: number): Checkpoint {
    const kept = this.checkpoints.before(retired)!,
      { bookmark } = this;
    return bookmark !== null && bookmark.retired <= retired && bookmark.retired > kept.retired ? bookmark : kept;
  }
  private setBookmark(checkpoint: Checkpoint | null): void {
    if (this.bookmark !== null) this.running.machine.release(this.bookmark.machine);
    this.bookmark = checkpoint;
  }

  /** To the first instruction boundary at or after `time`. */
  seekTime(time: number): void {
    const sample = this.history.atTime(time);
    this.seek(sample?.retired ?? 0);
    while (this.time < time) {
      const rest = time - this.time;
      const chunk = rest > 64 ? Math.floor(rest / 8) : 1;
      const before = this.retired;
      const halt = this.advance(before + chunk);
      if (halt.why === 'exit' || halt.why === 'input' || halt.why === 'shutdown') return;
      if (this.time > time && chunk > 1) {
        this.seek(before);
        if (this.stepUpTo(time)) return;
      }
    }
  }

  private stepUpTo(time: number): boolean {
    while (this.time < time) {
      const halt = this.advance(this.retired + 1);
      if (halt.why === 'exit' || halt.why === 'input' || halt.why === 'shutdown') return true;
    }
    return true;
  }

  /** A cause given now. In the past of a known future, that future is forgotten: it did not happen. */
  give(input: Input): void {
    this.ontoCount();
    this.log.splice(this.applied);
    this.log.push({ retired: this.retired, input });
    this.forgetFuture();
    try {
      this.applyLogged();
    } catch (problem) {
      this.leftBy(problem);
      throw problem;
    }
  }

  /**
   * A count names the moment before an instruction's faults (page faults, and what comes of them). Who stopped behind one gives his input
   * before it, because there it will be repeated.
   */
  private ontoCount(): void {
    const { retired } = this;
    if (this.eventAt !== retired || this.broken) return;
    this.goBack(this.nearest(retired));
    this.seek(retired);
  }

  /** The same for what may be refused: a Refusal leaves the log, the known future and the state as they were. */
  act(action: string): void {
    const { running } = this;
    if (!running.act) throw new Refusal('There is nothing to be done at this level beside typing.');
    this.ontoCount();
    const caused: Event[] = [];
    this.held = caused;
    try {
      running.act(action);
    } catch (problem) {
      this.leftBy(problem);
      throw problem;
    } finally {
      this.held = null;
    }
    this.log.splice(this.applied);
    this.log.push({ retired: this.retired, input: { kind: 'act', action } });
    this.countApplied();
    this.forgetFuture();
    for (const event of caused) this.record(event);
  }

  /** A second session at the same moment, with the same past and no shared future. */
  fork(): Session {
    const other = new Session(this.level, this.program, this.options);
    other.log.push(...this.log.slice(0, this.applied));
    other.seek(this.retired);
    return other;
  }

  /** Of the machine and of what the level holds beside it. */
  hash(): string {
    return `${this.running.machine.hash()}-${hashPlain(this.running.save())}`;
  }

  /** The inputs of this run, for a file that opens again. */
  inputs(): readonly LoggedInput[] {
    return this.log;
  }

  /** What has been typed up to now, and how many bytes the program had printed then. */
  typed(): readonly { readonly at: number; readonly bytes: Uint8Array }[] {
    return this.log
      .slice(0, this.applied)
      .flatMap(({ input }, i) => (input.kind === 'stdin' && input.bytes !== null ? [{ at: this.printed[i]!, bytes: input.bytes }] : []));
  }

  replayInputs(inputs: readonly LoggedInput[]): void {
    this.log.splice(0, this.log.length, ...inputs);
    this.applyLogged();
  }

  private goBack(checkpoint: Checkpoint): void {
    this.running.machine.restore(checkpoint.machine);
    this.running.restore(checkpoint.level);
    this.applied = checkpoint.inputs;
    this.events.goBack(checkpoint.events);
  }

  private nextPause(target: number): number {
    const { retired } = this.running.machine;
    const input = this.log[this.applied]?.retired ?? Infinity;
    const sample = retired >= this.known.retired ? this.history.nextDue() : Infinity;
    const checkpoint = this.checkpoints.nextDue(retired, this.known.retired);
    return Math.max(retired + 1, Math.min(target, input, sample, checkpoint));
  }

  private afterRun(): void {
    const { machine } = this.running;
    if (machine.retired >= this.known.retired) this.history.take(machine);
    if (this.eventAt !== machine.retired && this.checkpoints.due(machine.retired, this.known.retired)) this.keepCheckpoint();
    else machine.prepareCheckpoint();
  }

  private keepCheckpoint(): void {
    this.checkpoints.add(this.checkpointNow());
  }
  private checkpointNow(): Checkpoint {
    const { machine } = this.running;
    return {
      retired: machine.retired,
      machine: machine.checkpoint(),
      level: this.running.save(),
      inputs: this.applied,
      events: this.events.moment(),
    };
  }

  private applyLogged(): void {
    for (let next = this.log[this.applied]; next && next.retired <= this.retired; next = this.log[this.applied]) {
      this.countApplied();
      if (next.input.kind === 'stdin') this.running.input(next.input.bytes);
      else if (next.input.kind === 'act') this.running.act?.(next.input.action);
      else this.running.setKnob(next.input.id, next.input.value);
    }
  }

  private countApplied(): void {
    this.printed[this.applied] = this.running.stdout.length;
    this.applied++;
  }

  private forgetFuture(): void {
    this.checkpoints.dropAfter(this.retired);
    if (this.bookmark !== null && this.bookmark.retired > this.retired) this.setBookmark(null);
    this.history.dropAfter(this.retired);
    this.history.take(this.running.machine, true);
    this.events.forgetFuture();
    this.endSeen = this.ended;
  }

  /** On replay events come again; they are known and only counted. */
  private record(event: Event): void {
    if (this.held !== null) {
      this.held.push(event);
      return;
    }
    if (this.armed && !this.stale) {
      this.stale = true;
      this.running.machine.requestStop('event');
    }
    this.eventAt = event.retired;
    this.events.record(event);
    this.witness?.(event);
    if (this.wanted && (this.wanted.has('*') || this.wanted.has(event.kind)) && !this.caught) {
      this.caught = event;
      this.running.machine.requestStop('event');
    }
  }
}
