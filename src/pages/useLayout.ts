/** Which of the three frames fits: four columns, three with a tabbed side, or one with tabs. */
import { useSyncExternalStore } from 'react';

export type Layout = 'wide' | 'medium' | 'narrow';
const WIDE = '(min-width: 1180px)',
  NARROW = '(max-width: 719px)';

function subscribe(changed: () => void): () => void {
  const queries = [matchMedia(WIDE), matchMedia(NARROW)];
  for (const query of queries) query.addEventListener('change', changed);
  return () => {
    for (const query of queries) query.removeEventListener('change', changed);
  };
}

function now(): Layout {
  if (matchMedia(NARROW).matches) return 'narrow';
  return matchMedia(WIDE).matches ? 'wide' : 'medium';
}

export function useLayout(): Layout {
  return useSyncExternalStore(subscribe, now, () => 'wide');
}
