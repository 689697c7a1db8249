/**
 * The lab behind a message port, on a thread of its own. This is the one place where the lab meets a clock: it decides how
 * long a slice may be and how often the page is updated.
 *
 * Invariant: one answer for every request; an error of ours closes the program with one sentence and leaves the worker alive.
 */
import { Absent } from '../bits/late.ts';
import { type KeptLab, Lab } from '../lab/lab.ts';
import { loadPart } from '../lab/parts.ts';
import { refusalOf } from '../lab/refusal.ts';
import type { SeekRequest } from '../lab/reach.ts';
import { BROKEN_OFF, type Answer, type Envelope, type Push, type Request } from '../protocol/messages.ts';

/** Milliseconds: a slice of the engine, and the least time between two updates of the page. */
const SLICE = 8;
const FRAME = 16;
/** Milliseconds after which a seek that leads far shows where it is. */
const PATIENCE = 400;

const post = (message: Answer | Push): void => self.postMessage(message);

const lab = new Lab();
let speed = Infinity;
let perSlice = 200_000;
let due = 0;
let lastTick = 0;
let lastUpdate = 0;
let scheduled = false;
/** The seek that is under way in slices, and since when. */
let far: { readonly envelope: Envelope; readonly request: SeekRequest; readonly since: number } | null = null;

/** A macrotask without the clamping of timers, so that a run uses the whole of its thread. */
const channel = new MessageChannel();
channel.port1.onmessage = () => {
  scheduled = false;
  tick();
};
function schedule(): void {
  if (scheduled || (!lab.running && far === null) || loading) return;
  scheduled = true;
  if (far !== null || speed === Infinity) channel.port2.postMessage(null);
  else
    setTimeout(() => {
      scheduled = false;
      tick();
    }, SLICE);
}

function tick(): void {
  if ((!lab.running && far === null) || loading) return;
  const kept = lab.keep();
  try {
    const now = performance.now();
    if (far !== null) seekOn(far, now);
    else {
      if (speed === Infinity) inTime(now, (instructions) => lab.slice(instructions));
      else runAtSpeed(now);
      if (!lab.running || performance.now() - lastUpdate >= FRAME) update();
    }
  } catch (error) {
    if (error instanceof Absent) fetchPart(error, kept, () => undefined, stopWithout);
    else {
      if (far !== null) refuse(far.envelope.id, error);
      far = null;
      fail(error);
    }
  }
  schedule();
}

function stopWithout(): void {
  if (far !== null) breakOff(NOT_HERE);
  lab.pause(NOT_HERE);
  update();
}

/** Does as much as takes about one slice of time. */
function inTime<T>(now: number, run: (instructions: number) => T): T {
  const result = run(perSlice);
  const spent = performance.now() - now;
  perSlice = Math.max(10_000, Math.min(20_000_000, Math.round(perSlice * Math.min(2, Math.max(0.5, SLICE / Math.max(spent, 0.1))))));
  return result;
}

function seekOn({ envelope, request, since }: NonNullable<typeof far>, now: number): void {
  if (inTime(now, (instructions) => lab.reach(request, instructions))) {
    far = null;
    answer(envelope);
  } else if (now - since >= PATIENCE && now - lastUpdate >= FRAME) update();
}

function breakOff(why: string): void {
  const { id } = far!.envelope;
  far = null;
  lab.breakOff();
  update();
  post({ id, ok: false, why });
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

/** What does not move the machine. */
const STANDING: ReadonlySet<Request['op']> = new Set(['watch', 'assemble', 'export']);

/** Requests in their order. While a part of the engine is on its way, nothing runs and nothing is answered. */
const queue: Envelope[] = [];
let loading = false;
self.onmessage = ({ data }: MessageEvent<Envelope>): void => {
  queue.push(data);
  pump();
};

function pump(): void {
  while (!loading && queue.length > 0) {
    const envelope = queue.shift()!,
      { request } = envelope;
    if (far !== null && !STANDING.has(request.op)) breakOff(BROKEN_OFF);
    if (lab.leadsFar(request)) far = { envelope, request, since: performance.now() };
    else answer(envelope);
  }
  schedule();
}

/** The lab is brought back to `kept`; what needed the part is done again when it is here. */
function fetchPart({ part }: Absent, kept: KeptLab, here: () => void, failed: () => void): void {
  loading = true;
  const end = (then: () => void): void => {
    loading = false;
    lab.recover(kept);
    then();
    pump();
  };
  loadPart(part).then(
    () => end(here),
    () => end(failed),
  );
}

const NOT_HERE = 'A part of Strata that this needs could not be loaded: look at the connection, and try again.';

function answer(envelope: Envelope): void {
  const { id, request } = envelope;
  const kept = lab.keep();
  try {
    const result = lab.handle(request);
    begin(request);
    // The update first: when the answer comes, the page already knows where the machine is.
    if (request.op !== 'assemble' && request.op !== 'export') update();
    post({ id, ok: true, result });
  } catch (error) {
    if (!(error instanceof Absent)) refuse(id, error);
    else
      fetchPart(
        error,
        kept,
        () => queue.unshift(envelope),
        () => post({ id, ok: false, why: NOT_HERE }),
      );
  }
}

function refuse(id: number, error: unknown): void {
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
