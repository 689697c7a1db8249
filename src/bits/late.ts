/**
 * Parts of the engine that a page loads only when a program first needs them: they are provided once, and whoever asks before
 * gets `Absent` thrown. It leaves a run in the middle of an instruction, so whoever owns the run (worker/) loads what is
 * missing and comes back to the moment before (lab/lab.ts). Invariant: nothing but speed depends on when a part was loaded.
 */
export class Absent extends Error {
  constructor() {
    super('A part of the engine has not been loaded.');
  }
}

export class Late<T> {
  private value: T | null = null;

  get loaded(): boolean {
    return this.value !== null;
  }
  get(): T {
    if (this.value === null) throw new Absent();
    return this.value;
  }
  provide(value: T): void {
    this.value = value;
  }
}
