/**
 * Keeps the address bar and the page in step. On arrival the link is read, the program opened and the moment found again; after
 * that, whatever changes while the machine stands still is written back (without new history entries).
 */
import { create } from 'zustand';
import type { Grain, Source } from '../protocol/messages.ts';
import { moveNow, open, openNow, replayInputs, setBreakpoints } from './actions.ts';
import { alone, isHeld } from './connect.ts';
import {
  AT_START,
  canEncode,
  decodeLink,
  encodeLink,
  linkBreakpoints,
  type LabLink,
  type Link,
  type Moment,
  type ProgramRef,
} from './link.ts';
import { joinTyped } from './act.ts';
import { argsFor, levelOf } from './dropped.ts';
import { loadPacking } from './packing.ts';
import { stopMoving } from './playback.ts';
import { binaryFor, fetchProgram, findProgram, loadPrograms, usePrograms } from './programs.ts';
import { usePosition, useSelection, useSession, useUi, type TypedInput } from './stores.ts';

/** Loaded when the first file is opened. */
const drafts = () => import('./drafts.ts');

/** Which page is on show. `notice` is one sentence about a link that could not be followed. */
export const useRoute = create<{ readonly link: Link; readonly notice: string | null }>(() => ({
  link: { page: 'home', step: null },
  notice: null,
}));

/** What a level's lab opens when nothing is asked for. */
const FIRST_PROGRAM: Readonly<Record<string, string>> = { isa: 'checksum', os: 'rooms' };
/** Step size that suits a level at first: what a container does is seen in its events. */
const FIRST_GRAIN: Readonly<Record<string, Grain>> = { isa: 'instruction', os: 'event' };
let fileRef: { source: Source; key: string } | null = null;
/** The link written last, as it was written. */
let written = '';
/** The address as it was heard of or written last. While it is another, a link has come that `onHash` hears of next. */
let heard: string | null = null;
/** Links that were heard of and are on their way to be applied. */
let applying = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

function programRef(source: Source): ProgramRef | null {
  if (source.kind === 'supplied') return { kind: 'supplied', id: source.id };
  if (source.kind === 'assembly') return { kind: 'assembly', text: source.text };
  return fileRef?.source === source ? { kind: 'file', name: source.name, key: fileRef.key } : null;
}

/** The page as it stands now; null while no program is open. `moment` overrides where the machine is. */
export function currentLink(moment?: Moment): LabLink | null {
  const { source, level, mode, knobs, breakpoints, inputs } = useSession.getState();
  const program = source === null ? null : programRef(source);
  if (program === null) return null;
  const { retired, micro } = usePosition.getState();
  const { grain, grainLocked, focus, cue } = useUi.getState();
  return {
    level,
    program,
    mode,
    knobs,
    inputs: joinTyped(inputs).map(({ retired, guest, bytes, act }) => ({ retired, guest, bytes, ...(act === undefined ? {} : { act }) })),
    moment: moment ?? { retired, micro },
    grain,
    grainLocked,
    focus,
    cue,
    ...useSelection.getState(),
    breakpoints: breakpoints.flatMap((b) => (b.on === 'address' ? [b.address] : [])),
  };
}

/** The link to this very moment, absolute; null while nothing is open, or the library for program texts is on its way. */
export function shareLink(): string | null {
  const hash = linkOf(currentLink());
  return hash === null ? null : new URL(hash, location.href).href;
}

/** Null when it cannot be made yet; it is then written as soon as it can. */
function linkOf(lab: LabLink | null): string | null {
  if (lab === null) return null;
  if (canEncode(lab)) return encodeLink(lab);
  void loadPacking().then(writeSoon, () => undefined);
  return null;
}

function write(): void {
  lastWrite = performance.now();
  // Something is on its way: the time to write is when it has come.
  if (isHeld()) {
    writeSoon();
    return;
  }
  if (applying > 0 || location.hash !== heard || useRoute.getState().link.page !== 'lab') return;
  const { state } = usePosition.getState();
  if (state === 'running' || state === 'seeking') return;
  const lab = currentLink();
  if (lab === null || useSession.getState().phase !== 'open') return;
  const hash = linkOf(lab);
  if (hash === null || hash === written) return;
  written = hash;
  history.replaceState(null, '', hash);
  heard = location.hash;
}

/** Milliseconds between two writings at least: browsers refuse when there are many; and until the step itself is on the screen. */
const WRITE_EVERY = 350,
  AFTER_PAINT = 80;
let lastWrite = -WRITE_EVERY;

/** Soon when nothing was written for a while, so that a reload just after a step finds it; else when the time has come. */
function writeSoon(): void {
  clearTimeout(timer);
  timer = setTimeout(write, Math.max(AFTER_PAINT, lastWrite + WRITE_EVERY - performance.now()));
}

/** Opens what a link names. One sentence when that is not possible. */
async function sourceOf(program: ProgramRef, level: string): Promise<Source | string> {
  if (program.kind === 'assembly') return program;
  if (program.kind === 'file') {
    const stored = await drafts()
      .then(({ loadFile }) => loadFile(program.key))
      .catch(() => null);
    if (stored === null) return `This link is about the file “${program.name}”, which is not in this browser: drop it here to go on.`;
    const source: Source = { kind: 'file', name: stored.name, bytes: stored.bytes };
    fileRef = { source, key: program.key };
    return source;
  }
  await loadPrograms();
  const supplied = findProgram(program.id);
  if (supplied === null)
    return (
      usePrograms.getState().problem ?? `There is no supplied program named “${program.id}”, so Strata opened its first example instead.`
    );
  if (binaryFor(supplied, level) === null) return `The program “${supplied.title}” belongs to another lab.`;
  const bytes = await fetchProgram(supplied, level);
  return bytes === null ? `The program “${supplied.title}” could not be loaded.` : { kind: 'supplied', id: supplied.id, bytes };
}

/** Arguments that a program is started with when nobody says: those of the list, or what a file of its kind needs. */
function argsOf(source: Source, level: string): readonly string[] {
  if (source.kind === 'supplied') return findProgram(source.id)?.args ?? [];
  return source.kind === 'file' ? argsFor(level, source.bytes) : [];
}

/** False when it was refused, or broken off on the way. */
async function goTo(moment: Moment): Promise<boolean> {
  if ('event' in moment) return moveNow({ event: { kind: moment.event, nth: moment.nth } });
  const isHere = 'retired' in moment && moment.retired === 0 && moment.micro === 0 && usePosition.getState().retired === 0;
  return isHere || moveNow(moment);
}

function sameProgram(program: ProgramRef): boolean {
  const { source, phase } = useSession.getState();
  const now = source === null || phase !== 'open' ? null : programRef(source);
  return now !== null && JSON.stringify(now) === JSON.stringify(program);
}

const sameInputs = (a: readonly TypedInput[], b: readonly TypedInput[]): boolean =>
  a.length === b.length &&
  a.every((input, i) => input.retired === b[i]!.retired && String(input.bytes) === String(b[i]!.bytes) && input.act === b[i]!.act);

function sameSettings(lab: LabLink): boolean {
  const { mode, knobs, inputs } = useSession.getState();
  return (
    lab.mode === mode &&
    sameInputs(joinTyped(inputs), joinTyped(lab.inputs)) &&
    Object.entries(lab.knobs).every(([id, value]) => knobs[id] === value)
  );
}

/** Brings the page to a link's state. Used on arrival and by lecture cues; who comes while another is on its way waits for its end, but does not let it go far. */
export function applyLink(lab: LabLink): Promise<boolean> {
  stopMoving();
  showAs(lab);
  return alone(() => applyNow(lab)).finally(writeSoon);
}

/** How a link wants to be shown: at once, so that who leaves a lecture meanwhile has left it. */
function showAs({ grain, grainLocked, focus, cue }: LabLink): void {
  useUi.setState({ ...(grain === null ? {} : { grain }), grainLocked, focus, cue });
}

async function applyNow(lab: LabLink): Promise<boolean> {
  let there: boolean;
  if (sameProgram(lab.program) && sameSettings(lab)) {
    await setBreakpoints(linkBreakpoints(lab.breakpoints));
    there = await goTo(lab.moment);
  } else {
    const source = await sourceOf(lab.program, lab.level);
    if (typeof source === 'string') {
      useRoute.setState({ notice: source });
      return false;
    }
    const options = {
      level: lab.level,
      mode: lab.mode ?? '',
      knobs: lab.knobs,
      breakpoints: linkBreakpoints(lab.breakpoints),
      args: argsOf(source, lab.level),
    };
    if (!(await openNow(source, options))) return false;
    const replayed = await replayInputs(lab.inputs, 'retired');
    if (replayed === 'refused')
      useSession.setState((s) => ({ problem: `Part of what this link does could not be done. ${s.problem ?? ''}` }));
    there = replayed !== 'stopped' && (await goTo(lab.moment));
  }
  if (there && 'retired' in lab.moment && usePosition.getState().retired < lab.moment.retired)
    useRoute.setState({ notice: 'This run does not reach the moment of this link, so Strata stands where it ends.' });
  useSelection.setState({ block: lab.block, instruction: lab.instruction });
  return true;
}

/** The link of a level's first example, where one begins to look. */
async function firstLink(level: string): Promise<LabLink> {
  await loadPrograms();
  const id = FIRST_PROGRAM[level] ?? 'checksum',
    program = findProgram(id);
  return {
    level,
    program: { kind: 'supplied', id },
    mode: null,
    knobs: {},
    moment: program?.begin ?? AT_START,
    grain: FIRST_GRAIN[level] ?? null,
    grainLocked: false,
    block: null,
    instruction: null,
    focus: null,
    breakpoints: [],
    inputs: (program?.acts ?? []).map((act) => ({ retired: 0, guest: 0, bytes: null, act: JSON.stringify(act) })),
    cue: null,
  };
}

/** The level of a link that can otherwise not be read: its own, when there is a lab for it. */
const levelNamed = (hash: string): string => (/^#\/?os\b/.test(hash) ? 'os' : 'isa');

async function follow(hash: string): Promise<void> {
  const overtaken = (): boolean => hash !== heard;
  if (/[?&]asm=/.test(hash)) await loadPacking().catch(() => undefined);
  if (overtaken()) return;
  const decoded = decodeLink(hash);
  const link: Link = decoded.ok ? decoded.link : { page: 'lab', level: levelNamed(hash), lab: null };
  useRoute.setState({ link, notice: decoded.ok ? null : decoded.why });
  if (link.page !== 'lab') return;
  if (link.lab !== null && (await applyLink(link.lab))) return;
  await alone(async () => {
    if (overtaken()) return;
    const session = useSession.getState();
    if (session.phase === 'open' && session.level === link.level) return;
    const { notice } = useRoute.getState();
    const first = await firstLink(link.level);
    showAs(first);
    if (!(await applyNow(first))) useSession.setState({ phase: 'failed' });
    else if (notice !== null) useRoute.setState({ notice });
  });
}

/** Keeps a file that is open now, so that its link works again in this browser. */
async function keepFile(source: Extract<Source, { kind: 'file' }>): Promise<void> {
  try {
    fileRef = { source, key: await (await drafts()).saveFile(source.name, source.bytes) };
  } catch {
    // It is open, but there is no link to it.
  }
}

/** Loaded when the first file is opened. */
const savedRuns = () => import('./savedRun.ts');

/** The lab of what was opened comes on show, unless the reader has gone elsewhere meanwhile. */
function enter(level: string, from: string | null): void {
  if (heard === from && labLevel() !== level) useRoute.setState({ link: { page: 'lab', level, lab: null }, notice: null });
  writeSoon();
}

/** Opens a run that was saved, in the lab of its level, and keeps its program like a dropped file. */
export function openRun(file: File): Promise<boolean> {
  stopMoving();
  return alone(() => openRunNow(file, heard));
}

async function openRunNow(file: File, from: string | null): Promise<boolean> {
  const source = await (await savedRuns()).openSavedRun(file);
  if (source === null) {
    if (labLevel() === null) enter(useSession.getState().level, from);
    return false;
  }
  if (source.kind === 'file') await keepFile(source);
  useUi.setState({ editing: false });
  enter(useSession.getState().level, from);
  return true;
}

/**
 * Opens a file that was dropped or chosen: a saved run; or a program, at the level that its kind implies, and keeps it, so that
 * the link works again in this browser.
 */
export function openFile(file: File): Promise<boolean> {
  stopMoving();
  return alone(() => openFileNow(file, heard));
}

async function openFileNow(file: File, from: string | null): Promise<boolean> {
  if (await (await savedRuns()).isSavedRun(file)) return openRunNow(file, from);
  const bytes = new Uint8Array(await file.arrayBuffer());
  const source = { kind: 'file', name: file.name, bytes } as const;
  const { phase, level: now } = useSession.getState(),
    level = levelOf(bytes, labLevel() ?? now);
  const done = await openNow(source, { level, args: argsOf(source, level), ...(level === now ? {} : { mode: '', knobs: {} }) });
  // Kept only when it was opened: what was refused leaves the file that is open its place in the link.
  if (done) await keepFile(source);
  // What was refused leaves the lab that was open where it is.
  enter(done || phase !== 'open' ? level : now, from);
  return done;
}

/** The level whose lab is on show; null on the home page. */
export function labLevel(): string | null {
  const { link } = useRoute.getState();
  return link.page === 'lab' ? link.level : null;
}

export function openSupplied(id: string): Promise<boolean> {
  stopMoving();
  // The programs come in the order of wishes, not in that of their bytes.
  return alone(async () => {
    const { level } = useSession.getState(),
      source = await sourceOf({ kind: 'supplied', id }, level);
    if (typeof source !== 'string') return openNow(source, { args: argsOf(source, level) });
    useSession.setState({ problem: source });
    return false;
  });
}

export const openAssembly = (text: string): Promise<boolean> => open({ kind: 'assembly', text });

const onHash = (): void => {
  const hash = location.hash;
  if (hash === heard) return;
  heard = hash;
  written = '';
  applying++;
  void follow(hash).finally(() => {
    applying--;
    writeSoon();
  });
};

/** Starts following and writing the address bar. Returns a function that stops it. */
export function startRouting(): () => void {
  addEventListener('hashchange', onHash);
  const stops = [useSession, usePosition, useUi, useSelection].map((store) => store.subscribe(writeSoon));
  onHash();
  return () => {
    removeEventListener('hashchange', onHash);
    clearTimeout(timer);
    heard = null;
    for (const stop of stops) stop();
  };
}
