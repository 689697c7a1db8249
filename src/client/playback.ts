/**
 * The playback clock: turns wall time into steps. Slow play steps in the chosen grain, one request at a time, so that each picture
 * is seen; fast play lets the worker run by itself. Nothing here moves while the machine stands still.
 */
import type { Grain, Position } from '../protocol/messages.ts';
import { create } from 'zustand';
import { breakOff, tell } from './connect.ts';
import { eachFrame } from './frame.ts';
import { PACE, usePosition, useUi } from './stores.ts';

/** Above this many steps a second the worker runs on its own and the pictures accumulate. */
export const STEPPED_BELOW = 30;

/** `toEnd`: the run is, or last was, one to the end, whatever the speed. */
export const usePlayback = create<{ readonly playing: boolean; readonly toEnd: boolean }>(() => ({ playing: false, toEnd: false }));

let stopFrames: (() => void) | null = null;
let wasRunning = false;
/** How often somebody said play or stop: an answer that belongs to an earlier word ends nothing. */
let words = 0;

function end(): void {
  stopFrames?.();
  stopFrames = null;
  wasRunning = false;
  if (usePlayback.getState().playing) usePlayback.setState({ playing: false });
}

/** Stops playing without telling the worker; used before a request that moves the machine anyway. */
export function stopPlaying(): void {
  words++;
  if (!usePlayback.getState().playing) return;
  const running = wasRunning;
  end();
  if (running) void tell({ op: 'pause' });
}

/** For who wishes the machine to be somewhere else altogether: neither a run nor a way that leads far is waited for. */
export function stopMoving(): void {
  stopPlaying();
  breakOff();
}

export function play(): void {
  if (usePlayback.getState().playing) return;
  words++;
  const { speed } = useUi.getState();
  usePlayback.setState({ playing: true, toEnd: false });
  if (speed * PACE <= STEPPED_BELOW || (useUi.getState().grain !== 'instruction' && Number.isFinite(speed) && speed <= 25)) playSteps();
  else playRun(speed);
}

export function togglePlay(): void {
  if (usePosition.getState().state === 'seeking') breakOff();
  else if (usePlayback.getState().playing) stopPlaying();
  else play();
}

/** One request at a time; a new one leaves when its turn has come and the last was answered. */
function playSteps(): void {
  const mine = words;
  let due = 0;
  let busy = false;
  stopFrames = eachFrame((now) => {
    const { speed, grain } = useUi.getState();
    if (busy || now < due) return;
    due = now + 1000 / (PACE * speed);
    busy = true;
    const before = usePosition.getState();
    void tell({ op: 'step', grain, direction: 1 }).then((done) => {
      busy = false;
      if (mine !== words) return;
      const after = usePosition.getState();
      const stuck = after.retired === before.retired && after.micro === before.micro && after.time === before.time;
      if (!done || stuck || after.state === 'ended' || after.state === 'waiting' || after.reason.startsWith('breakpoint')) end();
    });
  });
}

function playRun(speed: number): void {
  wasRunning = true;
  const mine = words;
  // Positions before the answer are of what was before this run.
  void tell({ op: 'run', speed: speed * PACE }).then((done) => {
    if (mine !== words) return;
    const look = ({ state }: Position): void => {
      if (state !== 'running') end();
    };
    stopFrames = usePosition.subscribe(look);
    if (done) look(usePosition.getState());
    else end();
  });
}

/** Whether it plays now (or did) and, asked again, whether nobody has said anything else since: then what stopped by itself may go on. */
export function stillWanted(did = false): () => boolean {
  const wanted = did || usePlayback.getState().playing,
    now = words;
  return () => wanted && now === words;
}

/** Goes on as the last run did. */
export function goOn(): void {
  if (usePlayback.getState().playing) return;
  if (usePlayback.getState().toEnd) void toEnd();
  else play();
}

/** Applies a change of speed or grain while playing. */
export function setSpeed(speed: number): void {
  useUi.setState({ speed });
  if (usePlayback.getState().playing) {
    stopPlaying();
    play();
  }
}

export function setGrain(grain: Grain): void {
  if (useUi.getState().grainLocked) return;
  useUi.setState({ grain });
  if (usePlayback.getState().playing) {
    stopPlaying();
    play();
  }
}

/** One step of the chosen grain; `kinds` only for events. */
export function step(direction: 1 | -1, grain: Grain = useUi.getState().grain, kinds?: readonly string[]): Promise<boolean> {
  stopPlaying();
  return tell({ op: 'step', grain, direction, ...(kinds === undefined ? {} : { kinds }) });
}

export function toStart(): Promise<boolean> {
  stopMoving();
  return tell({ op: 'seek', retired: 0 });
}

/** To the end of the run: over what is known at once, then on until it ends, waits or meets a breakpoint. */
export function toEnd(): Promise<boolean> {
  stopMoving();
  const { knownRetired, retired } = usePosition.getState();
  // Both leave at once: what is wished next comes after them.
  const there = knownRetired > retired ? tell({ op: 'seek', retired: knownRetired }) : Promise.resolve(true);
  usePlayback.setState({ playing: true, toEnd: true });
  playRun(Number.POSITIVE_INFINITY);
  return there;
}
