/**
 * Seeded pseudo-random numbers (xorshift128, Marsaglia 2003): the same seed gives the same numbers everywhere.
 * The state is plain data, so that a checkpoint can hold it.
 */
export interface RandomState {
  readonly x: number;
  readonly y: number;
  readonly z: number;
  readonly w: number;
}

export class Random {
  private x = 0;
  private y = 0;
  private z = 0;
  private w = 0;

  constructor(seed: number) {
    // splitmix32 spreads small seeds over the whole state, which must not be all zero.
    let s = seed | 0;
    const next = (): number => {
      s = (s + 0x9e3779b9) | 0;
      let t = s ^ (s >>> 16);
      t = Math.imul(t, 0x21f0aaad);
      t ^= t >>> 15;
      t = Math.imul(t, 0x735a2d97);
      return t ^ (t >>> 15);
    };
    this.restore({ x: next(), y: next(), z: next(), w: next() | 1 });
  }

  /** An unsigned 32-bit number. */
  next(): number {
    const t = this.x ^ (this.x << 11);
    this.x = this.y;
    this.y = this.z;
    this.z = this.w;
    this.w = this.w ^ (this.w >>> 19) ^ t ^ (t >>> 8);
    return this.w >>> 0;
  }

  /** An integer in [0, limit). */
  below(limit: number): number {
    return Math.floor((this.next() / 0x1_0000_0000) * limit);
  }

  bytes(length: number): Uint8Array {
    const result = new Uint8Array(length);
    for (let i = 0; i < length; i++) result[i] = this.next() & 0xff;
    return result;
  }

  save(): RandomState {
    return { x: this.x, y: this.y, z: this.z, w: this.w };
  }

  restore(state: RandomState): void {
    ({ x: this.x, y: this.y, z: this.z, w: this.w } = state);
  }
}
