/**
 * The shape of each kind of marker: shape is the type, hue is the layer that caused it, and both have a word beside them. Paths are
 * centred on 0,0 in a box of 12 by 12.
 */
export interface MarkerLook {
  readonly path: string;
  /** Drawn as outline instead of filled. */
  readonly outline?: boolean;
  /** CSS colour. */
  readonly ink: string;
}

const ring = (cx: number, r: number): string => `M${cx - r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0`;

export const MARKER_LOOKS: Readonly<Record<string, MarkerLook>> = {
  trap: { path: 'M-5.5-4.5h11L0 5.5z', ink: 'var(--l2-ink)' },
  translate: { path: 'M0-6L6 0 0 6-6 0z', ink: 'var(--l1-ink)' },
  chain: { path: ring(-3, 3.2) + ring(3, 3.2), outline: true, ink: 'var(--l1-ink)' },
  syscall: { path: 'M-2-6h4V6h-4z', ink: 'var(--l3-ink)' },
  fault: { path: 'M-5-5L5 5M5-5L-5 5', outline: true, ink: 'var(--ink)' },
  hook: { path: 'M2.5-6v7.5a3.2 3.2 0 0 1-6.4 0', outline: true, ink: 'var(--l4-ink)' },
  gc: { path: 'M-3.5-1.5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0-7 0M0 2V6.5', outline: true, ink: 'var(--l5-ink)' },
  schedule: { path: 'M-4.5-5.5v11L5.5 0z', ink: 'var(--l2-ink)' },
  copy: { path: 'M-5-5h7v7h-7zM-2-2h7v7h-7z', outline: true, ink: 'var(--l3-ink)' },
  load: { path: 'M-5.5 4.5h11L0-5.5z', ink: 'var(--l5-ink)' },
  output: { path: 'M-4.5-4.5h9v9h-9z', ink: 'var(--l3-ink)' },
};
const UNKNOWN: MarkerLook = { path: ring(0, 3), ink: 'var(--ink2)' };

export function markerLook(shape: string): MarkerLook {
  return MARKER_LOOKS[shape] ?? UNKNOWN;
}
