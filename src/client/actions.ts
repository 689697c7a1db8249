/**
 * What a learner can do, as plain functions: open, step, play, seek, set a knob, type input. Panels, keys and the URL call these
 * and nothing else. Every refusal ends as one sentence in the session store.
 */
import type { Breakpoint, Diagnostic, Knobs, OpenOptions, Source } from '../protocol/messages.ts';
import { alone, request, sentence, tell, tellNow } from './connect.ts';
import { LabRefusal } from './labClient.ts';
import { stopMoving, stopPlaying } from './playback.ts';
import { START, usePosition, useSelection, useSession, useWish, type TypedInput, type Wish } from './stores.ts';
import { clearViews, flushWatch } from './views.ts';

export interface OpenWith {
  readonly level?: string;
  readonly mode?: string;
  readonly knobs?: Knobs;
  readonly args?: readonly string[];
  readonly stdin?: Uint8Array | null;
  readonly breakpoints?: readonly Breakpoint[];
}

/** Opens a program at its start. False when it was refused: the session before it, if any, lives on. */
export function open(source: Source, options: OpenWith = {}): Promise<boolean> {
  stopMoving();
  return alone(() => openNow(source, options));
}

/** For who has the lab. */
export async function openNow(source: Source, options: OpenWith = {}): Promise<boolean> {
  const session = useSession.getState();
  const wanted: OpenOptions = {
    level: options.level ?? session.level,
    mode: options.mode ?? session.mode,
    knobs: options.knobs ?? session.knobs,
    args: options.args ?? [],
    stdin: options.stdin ?? null,
  };
  const before = session.phase;
  const sameProgram = session.source === source;
  // What is opened again stays on show.
  useSession.setState({ phase: sameProgram && before === 'open' ? 'open' : 'opening', problem: null, diagnostics: [] });
  try {
    const result = await request({ op: 'open', source, options: wanted });
    if (result.op !== 'opened') throw new LabRefusal('The simulator gave no answer to open.');
    const { opened } = result;
    const knobs = Object.fromEntries(opened.knobs.map((knob) => [knob.id, knob.value]));
    const breakpoints = options.breakpoints ?? [];
    useSession.setState({
      phase: 'open',
      level: opened.level,
      source,
      opened,
      mode: opened.mode,
      knobs,
      breakpoints,
      inputs: [],
      args: wanted.args,
      problem: null,
    });
    if (!sameProgram) useSelection.setState({ block: null, instruction: null });
    if (breakpoints.length > 0) await tellNow({ op: 'breakpoints', list: breakpoints });
    flushWatch(true);
    return true;
  } catch (problem) {
    const diagnostics: readonly Diagnostic[] = problem instanceof LabRefusal ? problem.diagnostics : [];
    useSession.setState({ phase: before === 'open' ? 'open' : 'failed', problem: sentence(problem), diagnostics });
    return false;
  }
}

/** Forgets positions and views of the program before: for a page that opens another one. */
export function forget(): void {
  clearViews();
  usePosition.setState(START, true);
}

/** Whether a wish came after the last open of the present reopening. The latest wish wins. */
let stale = false;
let reopening: Promise<void> | null = null;

function reopen(change: Wish): Promise<void> {
  useWish.setState(change);
  stale = true;
  stopPlaying();
  reopening ??= alone(reopenAll).finally(() => {
    reopening = null;
    useWish.setState({}, true);
  });
  return reopening;
}

/** Opens the same program under other conditions, types again what was typed, and goes to the same guest instruction. */
async function reopenAll(): Promise<void> {
  // Where it stands when everything that was wished before has been done.
  await tellNow({ op: 'pause' });
  const { source, breakpoints, inputs, args } = useSession.getState();
  const { guestRetired } = usePosition.getState();
  const typed = inputs.filter((input) => input.guest <= guestRetired);
  while (stale && source !== null) {
    stale = false;
    const { source: now, mode, knobs } = useSession.getState();
    // Another program was opened meanwhile.
    if (now !== source) return;
    if (!(await openNow(source, { mode, knobs, breakpoints, args, ...useWish.getState() }))) {
      if (!stale) useWish.setState({}, true);
      continue;
    }
    if ((await replayInputs(typed, 'guest')) !== 'stopped' && guestRetired > 0) await moveNow({ guest: guestRetired });
  }
}

export async function setMode(mode: string): Promise<void> {
  if (mode !== (useWish.getState().mode ?? useSession.getState().mode)) await reopen({ mode });
}

/** A knob holds from the start of the run: so a moment and its link mean one thing, whenever the knob was turned. */
export async function setKnob(knob: string, value: number | boolean): Promise<void> {
  const knobs = useWish.getState().knobs ?? useSession.getState().knobs;
  if (knobs[knob] !== value) await reopen({ knobs: { ...knobs, [knob]: value } });
}

/**
 * For who has the lab: types what was typed before, each at its moment. When some of it was refused, the sentence about the first is in
 * the session; when the way to one of them was broken off, the rest is left.
 */
export async function replayInputs(inputs: readonly TypedInput[], clock: 'retired' | 'guest'): Promise<'done' | 'refused' | 'stopped'> {
  let first: string | null = null;
  for (const { retired, guest, bytes, act } of inputs) {
    if (!(await moveNow(clock === 'guest' ? { guest } : { retired }))) return 'stopped';
    const done = await (act !== undefined ? sendAct(act, tellNow) : sendInput(bytes === null ? null : Uint8Array.from(bytes), tellNow));
    if (!done) first ??= useSession.getState().problem;
  }
  if (first !== null) useSession.setState({ problem: first });
  return first === null ? 'done' : 'refused';
}

export const seekTime = (time: number): Promise<boolean> => moveTo({ time });
export const seekRetired = (retired: number, micro = 0): Promise<boolean> => moveTo({ retired, micro });
/** To the start of guest instruction number `guest` (0 is the first). */
export const seekGuest = (guest: number): Promise<boolean> => moveTo({ guest });
/** To just after event number `nth` (1 is the first) of a kind. */
export const seekEvent = (kind: string, nth = 1): Promise<boolean> => moveTo({ event: { kind, nth } });

export interface Moment {
  readonly time?: number;
  readonly retired?: number;
  readonly micro?: number;
  readonly guest?: number;
  readonly event?: { readonly kind: string; readonly nth: number };
}
function moveTo(moment: Moment): Promise<boolean> {
  stopPlaying();
  return tell({ op: 'seek', ...moment });
}
/** For who has the lab. */
export const moveNow = (moment: Moment): Promise<boolean> => tellNow({ op: 'seek', ...moment });

/** Types into the program's standard input; null ends it. What was typed later on an abandoned future is forgotten. */
export async function sendInput(bytes: Uint8Array | null, send = tell): Promise<boolean> {
  if (!(await send({ op: 'input', bytes }))) return false;
  keepInput({ bytes: bytes === null ? null : [...bytes] });
  return true;
}

/** The answer's own moment: a machine that runs is further on than the page showed when the request left. */
function keepInput(what: Pick<TypedInput, 'bytes' | 'act'>): void {
  const { retired, guestRetired: guest } = usePosition.getState();
  useSession.setState((s) => ({ inputs: [...s.inputs.filter((input) => input.retired <= retired), { retired, guest, ...what }] }));
}

/** Does at this moment what is not typing (act.ts), and remembers it like what was typed. */
export async function sendAct(act: string, send = tell): Promise<boolean> {
  if (!(await send({ op: 'act', action: act }))) return false;
  keepInput({ bytes: null, act });
  return true;
}

/** For who has the lab. */
export async function setBreakpoints(list: readonly Breakpoint[]): Promise<void> {
  if (await tellNow({ op: 'breakpoints', list })) useSession.setState({ breakpoints: list });
}

/** Sets or clears a breakpoint on a guest address. */
export function toggleBreakpoint(address: number): Promise<void> {
  return alone(() => {
    const { breakpoints } = useSession.getState();
    const rest = breakpoints.filter((b) => b.on !== 'address' || b.address !== address);
    return setBreakpoints(rest.length < breakpoints.length ? rest : [...breakpoints, { on: 'address', address }]);
  });
}

/** Diagnostics of assembly text, without running it. */
export async function assemble(text: string): Promise<readonly Diagnostic[]> {
  const result = await request({ op: 'assemble', text });
  return result.op === 'assembled' ? result.diagnostics : [];
}

/** A file to save, or null when it was refused (the sentence is in the session). */
export async function exportFile(what: 'trace-csv' | 'trace-json' | 'run' | 'elf'): Promise<{ name: string; bytes: Uint8Array } | null> {
  try {
    const result = await alone(() => request({ op: 'export', what }));
    return result.op === 'exported' ? { name: result.name, bytes: result.bytes } : null;
  } catch (problem) {
    useSession.setState({ problem: sentence(problem) });
    return null;
  }
}

export function dismissProblem(): void {
  useSession.setState({ problem: null });
}
