/**
 * What instructions throw: an exception of the architecture, or a feature that this machine refuses. Thrown, never kept:
 * the machine turns a Fault into a delivered exception and NotModelled into a stop.
 */
export class Fault {
  readonly vector: number;
  readonly error: number | null;
  /** Linear address of a page fault. */
  readonly address: number | undefined;

  constructor(vector: number, error: number | null, address?: number) {
    this.vector = vector;
    this.error = error;
    this.address = address;
  }
}

export class NotModelled {
  readonly what: string;
  constructor(what: string) {
    this.what = what;
  }
}

/** Vectors that push an error code (SDM vol. 3, table 6-1). */
export const hasErrorCode = (vector: number): boolean => vector === 8 || (vector >= 10 && vector <= 14) || vector === 17;
