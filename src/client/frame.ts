/**
 * The page's one animation-frame loop. Everything that draws asks here; when nobody asks, no frame runs and nothing is written.
 * Order in a frame: what runs every frame (playback), then what was asked for once, in the order of asking.
 */
import { useEffect, useRef } from 'react';

export type FrameTask = (now: number) => void;

const everyFrame = new Set<FrameTask>();
let asked = new Set<FrameTask>();
let handle = 0;

function arm(): void {
  if (handle === 0) handle = requestAnimationFrame(frame);
}

function frame(now: number): void {
  handle = 0;
  const tasks = asked;
  asked = new Set();
  for (const task of everyFrame) task(now);
  for (const task of tasks) task(now);
  if (everyFrame.size > 0 || asked.size > 0) arm();
}

/** Runs `task` in the next frame, once, however often it is asked for before. */
export function nextFrame(task: FrameTask): void {
  asked.add(task);
  arm();
}

/** Takes back what was asked for. */
export function cancelFrame(task: FrameTask): void {
  asked.delete(task);
}

/** Runs `task` in every frame until the returned function is called. */
export function eachFrame(task: FrameTask): () => void {
  everyFrame.add(task);
  arm();
  return () => {
    everyFrame.delete(task);
  };
}

/** Runs `task` in every frame while `active`; the latest closure is used. */
export function useRaf(task: FrameTask, active: boolean): void {
  const latest = useRef(task);
  useEffect(() => {
    latest.current = task;
  });
  useEffect(() => (active ? eachFrame((now) => latest.current(now)) : undefined), [active]);
}
