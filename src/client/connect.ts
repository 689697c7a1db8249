/**
 * Connects the stores to one lab at a time. Pushes are gathered and taken in once a frame (at once while the tab is hidden,
 * where no frames run). When the worker fails, the page says so in one sentence and the next open starts another.
 */
import { BROKEN_OFF, type Position, type Push, type Request, type Result } from '../protocol/messages.ts';
import type { Views } from '../protocol/views.ts';
import { nextFrame } from './frame.ts';
import { LabClient, LabRefusal, type LabPort } from './labClient.ts';
import { usePosition, useSession } from './stores.ts';
import { flushWatch, receiveViews, setWatchSender } from './views.ts';

let makePort: (() => LabPort) | null = null;
let client: LabClient | null = null;
let gathered: { position: Position; views: Partial<Views> } | null = null;

/** Says how a lab is made; main.tsx gives a Worker, tests give a double. */
export function setLabPort(make: () => LabPort): void {
  client?.close();
  client = null;
  makePort = make;
}

function takeIn(): void {
  const update = gathered;
  if (update === null) return;
  gathered = null;
  receiveViews(update.views);
  usePosition.setState(update.position, true);
}

/** Frames between two looks at the position while the machine runs: some ten a second. */
const POSITION_EVERY = 6;
let turn = 0;

/** While the machine runs, one view every other frame: the work is spread, and every picture still has its turn some times a second. */
function takeTurn(): void {
  const update = gathered;
  if (update === null) return;
  if (update.position.state !== 'running') {
    takeIn();
    return;
  }
  turn = (turn + 1) % POSITION_EVERY;
  const [name] = Object.keys(update.views) as (keyof Views)[];
  if (turn === 0 || usePosition.getState().state !== 'running') {
    usePosition.setState(update.position, true);
  } else if (turn % 2 === 1 && name !== undefined) {
    const { [name]: view, ...rest } = update.views;
    gathered = { position: update.position, views: rest };
    receiveViews({ [name]: view });
  }
  nextFrame(takeTurn);
}

/** Views that wait keep their place in the queue, with their newest value. */
function receive(push: Push): void {
  if (push.push === 'failed') {
    useSession.setState({ phase: 'failed', problem: push.why });
    return;
  }
  gathered = { position: push.position, views: { ...gathered?.views, ...push.views } };
  if (document.hidden) takeIn();
  else nextFrame(takeTurn);
}

function connected(): LabClient {
  if (client !== null && !client.dead) return client;
  if (makePort === null) throw new LabRefusal('The simulator is not loaded.');
  const fresh = new LabClient(makePort());
  fresh.onPush = (push) => {
    if (client === fresh) receive(push);
  };
  fresh.onFailure = (why) => {
    if (client !== fresh) return;
    useSession.setState({ phase: 'failed', problem: why });
    usePosition.setState({ state: 'paused' });
  };
  client = fresh;
  setWatchSender((views) => {
    fresh.request({ op: 'watch', views }).catch(() => {});
  });
  flushWatch(true);
  return fresh;
}

/**
 * What takes several requests (a link with what was typed, another mode at the same moment) has the lab to itself: whoever wishes
 * something meanwhile waits for its end, in the order of wishes.
 */
let last: Promise<unknown> = Promise.resolve();
let held = 0;
/** Numbers of who came last, of who has the lab now, and of the last whose moments nobody waits for any more. */
let latest = 0,
  present = 0,
  unwanted = 0;
export function alone<T>(work: () => Promise<T>): Promise<T> {
  const own = ++latest;
  const begin = (): Promise<T> => {
    present = own;
    return work();
  };
  held++;
  const mine = last.then(begin).finally(() => {
    held--;
  });
  last = mine.catch(() => undefined);
  return mine;
}
/** Who comes next does not wait for a way that leads far: it is broken off, now or when it turns out to be one. */
export function breakOff(): void {
  unwanted = latest;
  if (usePosition.getState().state === 'seeking') stopSeeking();
}
const stopSeeking = (): void => {
  request({ op: 'pause' }).catch(() => undefined);
};
usePosition.subscribe((now, before) => {
  if (now.state === 'seeking' && before.state !== 'seeking' && held > 0 && present <= unwanted) stopSeeking();
});

/** The moment is on its way somewhere: until then the page's position is nobody's wish. */
export const isHeld = (): boolean => held > 0;

/** Sends one request, for who has the lab. Rejects with LabRefusal, whose message is fit to show. Updates that came before the answer are taken in first. */
export async function request(message: Request): Promise<Result> {
  const result = await connected().request(message);
  takeIn();
  return result;
}

/** One wish, in its turn. */
export async function tell(message: Request): Promise<boolean> {
  if (held > 0) await last;
  return tellNow(message);
}

/** Sends a request whose refusal is shown in the session's problem line. True when it was done; nothing can be wished of no program. */
export async function tellNow(message: Request): Promise<boolean> {
  if (useSession.getState().opened === null) return false;
  try {
    await request(message);
    return true;
  } catch (problem) {
    if (!wasBrokenOff(problem)) useSession.setState({ problem: sentence(problem) });
    return false;
  }
}

/** A seek that another wish broke off is no problem: where the machine stands is on show. */
const wasBrokenOff = (problem: unknown): boolean => problem instanceof LabRefusal && problem.message === BROKEN_OFF;

/** What to show for an exception: a refusal's own words, never a stack trace. */
export function sentence(problem: unknown): string {
  if (problem instanceof LabRefusal) return problem.message;
  return 'Something in this page went wrong; the session goes on.';
}
