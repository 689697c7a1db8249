/**
 * The lab behind a message port, on a thread of its own. This is the one place where the lab meets a clock: it decides how
 * long a slice may be and how often the page is updated.
 *
 * Invariant: one answer for every request; an error of ours closes the program with one sentence and leaves the worker alive.
 */
import { Lab } from '../lab/lab.ts';
import { refusalOf } from '../lab/refusal.ts';
import type { Answer, Envelope, Push, Request } from '../protocol/messages.ts';

/** Milliseconds: a slice of the engine, and the least time between two updates of the page. */
const SLICE = 8;
const FRAME = 16;

const post = (message: Answer | Push): void => self.postMessage(message);

const lab = new Lab();
let speed = Infinity;
let perSlice = 200_000;
let due = 0;
let lastTick = 0;
let lastUpdate = 0;
let scheduled = false;

/** A macrotask without the clamping of timers, so that a run uses the whole of its thread. */
const channel = new MessageChannel();
channel.port1.onmessage = () => {
  scheduled = false;
  tick();
};
function schedule(): void {
  if (scheduled || !lab.running) return;
  scheduled = true;
  if (speed === Infinity) channel.port2.postMessage(null);
  else
    setTimeout(() => {
      scheduled = false;
      tick();
    }, SLICE);
}

function tick(): void {
  if (!lab.running) return;
  try {
    const now = performance.now();
    if (speed === Infinity) runFlat(now);
    else runAtSpeed(now);
    if (!lab.running || performance.now() - lastUpdate >= FRAME) update();
  } catch (error) {
    fail(error);
  }
  schedule();
}

function runFlat(now: number): void {
  lab.slice(perSlice);
  const spent = performance.now() - now;
  perSlice = Math.max(10_000, Math.min(20_000_000, Math.round(perSlice * Math.min(2, Math.max(0.5, SLICE / Math.max(spent, 0.1))))));
}

function runAtSpeed(now: number): void {
  due += ((now - lastTick) / 1000) * speed;
  lastTick = now;
  const count = Math.floor(due);
  if (count === 0) return;
  due -= count;
  lab.sliceGuest(Math.min(count, 20_000));
}

function update(): void {
  lastUpdate = performance.now();
  if (lab.opened) post(lab.update());
}

function fail(error: unknown): void {
  const why =
    refusalOf(error) ?? `Strata itself failed: ${error instanceof Error ? error.message : 'unknown reason'}. The program was closed.`;
  post({ push: 'failed', why });
}

function begin(request: Request): void {
  if (request.op !== 'run') return;
  speed = request.speed;
  due = 0;
  lastTick = performance.now();
}

/** Requests that may hold assembly text: the assembler is loaded when the first of them comes. */
function needsAssembler(request: Request): boolean {
  return request.op === 'assemble' || request.op === 'import' || (request.op === 'open' && request.source.kind === 'assembly');
}

const EARLY: readonly string[] = ['', 'isa', 'native'];

/** What has to be loaded before a request can be answered; null for nothing. */
function needed(request: Request): Promise<unknown> | null {
  const assembler = needsAssembler(request) ? import('../lab/assembly.ts') : null;
  const others = request.op === 'import' || (request.op === 'open' && !EARLY.includes(request.options.level));
  return others ? Promise.all([assembler, import('../lab/levels.ts')]) : assembler;
}

/** The last request that waits for what it needs; those after it wait in turn, so that order is kept. */
let waiting: Promise<void> | null = null;
self.onmessage = ({ data }: MessageEvent<Envelope>): void => {
  const needs = needed(data.request);
  if (waiting === null && needs === null) {
    answer(data);
    return;
  }
  const before = waiting ?? Promise.resolve();
  const mine: Promise<void> = before
    .then(() => needs)
    .catch(() => null)
    .then(() => {
      if (waiting === mine) waiting = null;
      answer(data);
    });
  waiting = mine;
};

function answer({ id, request }: Envelope): void {
  try {
    const result = lab.handle(request);
    begin(request);
    // The update first: when the answer comes, the page already knows where the machine is.
    if (request.op !== 'assemble' && request.op !== 'export') update();
    post({ id, ok: true, result });
  } catch (error) {
    const why = refusalOf(error);
    const diagnostics = error instanceof Error && 'diagnostics' in error ? (error.diagnostics as never) : undefined;
    post({
      id,
      ok: false,
      why: why ?? 'Strata itself failed while doing this; the program is unchanged.',
      ...(diagnostics ? { diagnostics } : {}),
    });
    if (why === null) console.error(error);
  }
  schedule();
}
