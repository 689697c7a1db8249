/** What the learner looks at in the operating-system lab: one container, and what stands at the bottom of the stage. */
import { create } from 'zustand';

export type Below = 'overlay' | 'syscall' | 'allocation';

export interface OsUi {
  /** The container that terminal, limits and layers are about; null: the first there is. */
  readonly container: string | null;
  readonly below: Below;
  /** Directory whose files the layers show. */
  readonly directory: string;
}
export const useOs = create<OsUi>(() => ({ container: null, below: 'overlay', directory: '/' }));

export const chooseContainer = (container: string): void => useOs.setState({ container });

/** The one that is looked at: the chosen one while it lives, else the first. */
export function lookedAt(ids: readonly string[], chosen: string | null): string | null {
  return chosen !== null && ids.includes(chosen) ? chosen : (ids[0] ?? null);
}
