/** The few icons, drawn to one grid of 16. */
import type { ReactNode } from 'react';

const PATHS = {
  start: 'M2 3h2v10H2zM14 3v10L5 8z',
  back: 'M12 3v10L4 8z',
  play: 'M4 2v12l10-6z',
  pause: 'M4 2.5h3v11H4zM9 2.5h3v11H9z',
  step: 'M4 3v10l8-5z',
  end: 'M12 3h2v10h-2zM2 3v10l9-5z',
} as const;
export type IconName = keyof typeof PATHS;

export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactNode {
  return (
    <svg width={size} height={size} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} fill="currentColor" />
    </svg>
  );
}
