export function programs(): string[];
export function hashOfSources(name: string): string;
/** Bytes of the image that the page opens, made of the committed binaries. */
export function image(): Uint8Array;
