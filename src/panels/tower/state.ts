/** Where the request on the home page is, and which cut has a layer. Playing moves it on; every moment is also a link. */
import { create } from 'zustand';
import { LAST_STEP } from './levels.ts';

export interface TowerState {
  readonly step: number;
  readonly playing: boolean;
  readonly cut: number | null;
}
export const useTower = create<TowerState>(() => ({ step: 3, playing: false, cut: null }));

/** The last step of the way: at the cut that has a layer, else at the bottom. */
export function lastStep({ cut }: Pick<TowerState, 'cut'> = useTower.getState()): number {
  return cut === null ? LAST_STEP : 6 - cut;
}

export function goToStep(step: number): void {
  useTower.setState((s) => ({ step: Math.max(0, Math.min(lastStep(s), step)), playing: false }));
}

export function moveStep(by: 1 | -1): void {
  goToStep(useTower.getState().step + by);
}

/** Starts from the top when the way is done. */
export function followPrint(): void {
  useTower.setState((s) => ({ playing: true, step: s.step >= lastStep(s) ? 0 : s.step }));
}

export function pausePrint(): void {
  useTower.setState({ playing: false });
}

/** Puts the layer into a cut, or takes it out again. */
export function toggleCut(n: number): void {
  useTower.setState((s) => {
    const cut = s.cut === n ? null : n;
    return { cut, step: Math.min(s.step, lastStep({ cut })), playing: false };
  });
}
