/**
 * Scrubbing: many wishes, one seek under way at a time, the latest wish wins. `useScrub` is where the reader's hand is; the machine
 * follows.
 */
import { create } from 'zustand';
import { seekTime } from './actions.ts';

export const useScrub = create<{ readonly wanted: number | null }>(() => ({ wanted: null }));

/** Under way; null while nobody seeks. Who waits for it waits for the last wish. */
let chasing: Promise<void> | null = null;

function chase(): Promise<void> {
  chasing ??= seekAll().finally(() => {
    chasing = null;
  });
  return chasing;
}

async function seekAll(): Promise<void> {
  let done: number | null = null;
  for (let { wanted } = useScrub.getState(); wanted !== null && wanted !== done; { wanted } = useScrub.getState()) {
    done = wanted;
    await seekTime(wanted);
  }
}

/** The hand is at `time` now. */
export function scrubTo(time: number): void {
  useScrub.setState({ wanted: Math.max(0, Math.round(time)) });
  void chase();
}

/** The hand let go: the machine ends where the hand was last. */
export async function endScrub(): Promise<void> {
  const { wanted } = useScrub.getState();
  if (wanted === null) return;
  await chase();
  useScrub.setState((now) => (now.wanted === wanted ? { wanted: null } : now));
}
