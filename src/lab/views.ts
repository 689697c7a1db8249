/**
 * The views of a session: what every level has in common is made here (position in cost, ledger, timeline, console), the rest
 * is asked of the level, and old values are laid beside new ones.
 *
 * Invariant: computing a view changes nothing. Left out: which views are wanted, and when (lab.ts).
 */
import type { Plain } from '../levels/level.ts';
import { EIP } from '../isa/x86/state.ts';
import { CATEGORIES, type LedgerEntry } from '../machine/types.ts';
import type { CostView, FormsView, LedgerView, MemoryView, RegistersView, RivalView, ViewName, Views } from '../protocol/views.ts';
import { consoleView } from './consoleView.ts';
import type { Sample } from './history.ts';
import { microSteps } from './microsteps.ts';
import type { Session } from './session.ts';
import { timelineView } from './timelineView.ts';

export type Parameters = { readonly [key: string]: Plain | undefined };

/** What is remembered of the moment before the last step, so that old values stand beside new ones. */
export interface Before {
  readonly registers: RegistersView;
  readonly memory: MemoryView | null;
  /** Guest instruction and host instruction that were about to run. */
  readonly pc: number;
  readonly eip: number;
  readonly retired: number;
}

export interface Context {
  readonly session: Session;
  readonly rival: Session | null;
  readonly micro: number;
  readonly before: Before | null;
}

const LABELS: Readonly<Record<string, string>> = {
  guest: 'guest work',
  decode: 'fetch and decode',
  dispatch: 'dispatch',
  translate: 'translate',
  trap: 'trap and world switch',
  vmm: 'VMM',
  pagetable: 'page tables',
  kernel: 'kernel',
  containment: 'containment',
  hook: 'API hook',
  marshal: 'marshalling',
  gpu: 'GPU wait',
  bytecode: 'bytecode dispatch',
  load: 'load the program',
  gc: 'garbage collection',
  idle: 'idle',
};

export function computeView<N extends ViewName>(name: N, context: Context, parameters: Parameters): Views[N] | null {
  return (make(name, context, parameters) as Views[N] | null) ?? null;
}

function make(name: ViewName, context: Context, parameters: Parameters): Views[ViewName] | null {
  const { session } = context;
  switch (name) {
    case 'ledger':
      return { ...ledgerView(session), note: ledgerNote(context) };
    case 'timeline':
      return timelineView(session.level, session.history.samples, session.events, session.complete);
    case 'caption':
      return session.running.caption(context.before ?? undefined);
    case 'console':
      return consoleView(session);
    case 'microsteps':
      return session.ended ? null : microSteps(session, context.micro);
    case 'cost':
      return costView(session);
    case 'rival':
      return context.rival && rivalView(session, context.rival);
    case 'registers':
      return withWas(levelView(session, name, { ...parameters, ...lastStep(context.before) }), context.before);
    case 'counts':
      return levelView(session, name, { ...parameters, last: context.before?.pc ?? null });
    case 'forms':
      return withDone(levelView(session, name, parameters), context.before);
    case 'memory':
      return withLast(levelView(session, name, parameters), context.before);
    default:
      return levelView(session, name, parameters);
  }
}

export const levelView = <N extends ViewName>(session: Session, name: N, parameters: Parameters): Views[N] | null =>
  session.running.view(name, parameters) as unknown as Views[N] | null;

export function remember(session: Session): Before | null {
  const registers = levelView(session, 'registers', {});
  const { running } = session;
  return (
    registers && {
      registers,
      memory: levelView(session, 'memory', {}),
      retired: session.retired,
      pc: running.guestPc() >>> 0,
      eip: running.machine.words[EIP]! >>> 0,
    }
  );
}

/** What a level needs to say why a register has its value: the instruction that was done, and the main registers before it. */
const lastStep = (before: Before | null): Parameters =>
  before ? { last: before.pc, old: Int32Array.from(before.registers.rows.filter((row) => row.group === 'main').map((row) => row.is)) } : {};

function withWas(view: RegistersView | null, before: Before | null): RegistersView | null {
  if (!view || !before) return view;
  const was = new Map(before.registers.rows.map((row) => [row.name, row.is]));
  return { ...view, rows: view.rows.map((row) => ({ ...row, was: was.get(row.name) ?? row.is })) };
}

/** What was about to run before the step has just run, when it lies in the block on show. */
function withDone(view: FormsView | null, before: Before | null): FormsView | null {
  if (!view || !before) return view;
  const guest = view.guest.find((line) => line.address === before.pc)?.index ?? null;
  const host = guest === null ? undefined : view.host.find((line) => line.address === before.eip);
  return guest === null ? view : { ...view, done: { guest, micro: host?.micro ?? null, host: host?.offset ?? null } };
}

function withLast(view: MemoryView | null, before: Before | null): MemoryView | null {
  const access = before?.memory?.next;
  if (!view || !access) return view;
  const at = { address: access.address, length: access.length };
  if (!access.write) return { ...view, lastRead: at, lastWrite: null };
  const old = before.memory;
  const from = access.address - old.start;
  const was = from >= 0 && from + access.length <= old.bytes.length ? old.bytes.slice(from, from + access.length) : new Uint8Array(0);
  return { ...view, lastRead: null, lastWrite: { ...at, was } };
}

export function ledgerView(session: Session): LedgerView {
  const entries = session.running.machine.ledger.entries();
  const sum = (category: string, counted: boolean): number =>
    entries.reduce(
      (total: number, e: LedgerEntry) => (e.category === category && (e.kind === 'counted') === counted ? total + e.units : total),
      0,
    );
  const rows = CATEGORIES.map((category) => ({
    category,
    label: LABELS[category]!,
    counted: sum(category, true),
    charged: sum(category, false),
  }));
  return { total: session.time, rows: rows.filter((row) => row.counted + row.charged > 0), note: null };
}

function ledgerNote({ rival }: Context): string | null {
  return rival ? `Interpreter alone: ${grouped(rival.time)} by now.` : null;
}

const grouped = (n: number): string => String(Math.round(n)).replace(/\B(?=(\d{3})+$)/g, ',');

const COST_POINTS = 400;

/** Cumulative cost by guest instructions; what the level knows of its own engines stands beside. */
function costView(session: Session): CostView {
  const samples = thinned(session.history.samples);
  const own = session.running.view('cost', {}) as unknown as Partial<CostView> | null;
  return {
    interpreted: null,
    translated: null,
    translationCost: null,
    breakEven: null,
    ...own,
    guest: samples.map((sample) => sample.guest),
    time: samples.map((sample) => sample.time),
    translatedSpans: spansOf(samples),
  };
}

function thinned(samples: readonly Sample[]): readonly Sample[] {
  const step = Math.ceil(samples.length / COST_POINTS);
  return step <= 1 ? samples : samples.filter((_, i) => i % step === 0 || i === samples.length - 1);
}

const DECODE = CATEGORIES.indexOf('decode');

/** Stretches in which hardly anything was interpreted: fetch and decode below a tenth of the time. */
function spansOf(samples: readonly Sample[]): (readonly [number, number])[] {
  const spans: [number, number][] = [];
  for (let i = 1; i < samples.length; i++) {
    const a = samples[i - 1]!,
      b = samples[i]!;
    if (b.guest === a.guest || (b.categories[DECODE]! - a.categories[DECODE]!) * 10 > b.time - a.time) continue;
    const last = spans.at(-1);
    if (last && last[1] === a.guest) last[1] = b.guest;
    else spans.push([a.guest, b.guest]);
  }
  return spans;
}

function rivalView(session: Session, rival: Session): RivalView {
  const own = session.running.stdout,
    other = rival.running.stdout;
  const common = Math.min(own.length, other.length);
  return {
    mode: rival.options.mode,
    time: rival.time,
    guestRetired: rival.guestRetired,
    rows: ledgerView(rival).rows,
    sameOutput: own.subarray(0, common).every((byte, i) => byte === other[i]),
  };
}
