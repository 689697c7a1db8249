/**
 * Parts of the engine that a page loads only when a program first needs them: they are provided once, and whoever asks before
 * gets `Absent` thrown. It leaves a run in the middle of an instruction, so whoever owns the run (worker/) loads what is
 * missing (lab/parts.ts) and comes back to the moment before. Invariant: nothing but speed depends on when a part was loaded.
 */
export class Absent extends Error {
  readonly part: string;
  constructor(part: string) {
    super(`The part "${part}" of the engine has not been loaded.`);
    this.part = part;
  }
}

export class Late<T> {
  private readonly part: string;
  private value: T | null = null;

  constructor(part: string) {
    this.part = part;
  }
  get(): T {
    if (this.value === null) throw new Absent(this.part);
    return this.value;
  }
  provide(value: T): void {
    this.value = value;
  }
}
