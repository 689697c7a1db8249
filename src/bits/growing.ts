/**
 * Bytes that only grow: a console's output. A saved view stays true because bytes once written are never changed, and
 * after a restore the next append moves to a new buffer.
 */
export class GrowingBytes {
  private bytes = new Uint8Array(256);
  private used = 0;

  get length(): number {
    return this.used;
  }

  append(more: Uint8Array): void {
    const need = this.used + more.length;
    if (need > this.bytes.length) {
      const bigger = new Uint8Array(Math.max(need, this.bytes.length * 2, 256));
      bigger.set(this.bytes.subarray(0, this.used));
      this.bytes = bigger;
    }
    this.bytes.set(more, this.used);
    this.used = need;
  }

  /** What is there now, as a view that later appends do not touch. */
  view(): Uint8Array {
    return this.bytes.subarray(0, this.used);
  }

  /** Goes back (or on) to a view taken earlier. */
  restore(view: Uint8Array): void {
    this.bytes = view as Uint8Array<ArrayBuffer>;
    this.used = view.length;
  }
}
