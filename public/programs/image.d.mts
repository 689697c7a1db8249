export interface Entry {
  readonly path: string;
  readonly kind: string;
  readonly mode: number;
  readonly bytes: Uint8Array;
  readonly target: string;
}
export const IMAGE: string;
export function tar(entries: readonly Entry[]): Uint8Array;
export function makeImage(here: string, names: readonly string[]): Uint8Array;
