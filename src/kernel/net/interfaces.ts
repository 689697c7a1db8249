/**
 * Network interfaces by namespace: each has its own loopback. The first namespace's is up from the start, as an init system
 * leaves it; a new one's is down. What programs ask about them stands in ioctl.ts.
 */
export class Interfaces {
  private up: readonly number[] = [0];

  isUp(net: number, name: string): boolean {
    return name === 'lo' && this.up.includes(net);
  }
  setUp(net: number, up: boolean): void {
    this.up = up ? [...new Set([...this.up, net])] : this.up.filter((n) => n !== net);
  }
  /** A namespace that is no more. */
  forget(net: number): void {
    this.setUp(net, false);
  }
  save(): readonly number[] {
    return this.up;
  }
  restore(up: readonly number[]): void {
    this.up = up;
  }
}
