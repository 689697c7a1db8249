/**
 * The time machine's memory: checkpoints of a run and the log of its inputs.
 *
 * Invariant: a moment (a retired count) is reached by the nearest checkpoint at or before it, plus replay of the logged
 * inputs in order; the result is the same as having run there. Checkpoints are dense near the newest and thin out
 * geometrically with age, so that a long run fits a tab. Left out: how a machine is stored (machine/) and what is drawn.
 */
import type { Plain } from '../levels/level.ts';
import type { EventMoment } from './events.ts';
import type { MachineCheckpoint } from '../machine/types.ts';

export type Input =
  | { readonly kind: 'stdin'; readonly bytes: Uint8Array | null }
  | { readonly kind: 'knob'; readonly id: string; readonly value: number | boolean }
  /** Text of JSON for the level. */
  | { readonly kind: 'act'; readonly action: string };

export interface LoggedInput {
  /** Given before the instruction with this count runs. */
  readonly retired: number;
  readonly input: Input;
}

export interface Checkpoint {
  readonly retired: number;
  readonly machine: MachineCheckpoint;
  readonly level: Plain;
  /** How many inputs had been applied, and what had happened. */
  readonly inputs: number;
  readonly events: EventMoment;
}

/** Smallest distance between checkpoints, in retired instructions. */
const SPACING = 50_000;
/** A checkpoint of age `a` may stand `a / THINNING` from its neighbour. */
const THINNING = 16;

export class Checkpoints {
  private list: Checkpoint[] = [];
  private readonly release: (checkpoint: Checkpoint) => void;

  /** `release` is told of every checkpoint that is forgotten. */
  constructor(release: (checkpoint: Checkpoint) => void = () => {}) {
    this.release = release;
  }

  get count(): number {
    return this.list.length;
  }

  /** Whether a checkpoint at `retired` is worth taking when the run has been as far as `newest`. */
  due(retired: number, newest: number): boolean {
    const before = this.before(retired);
    return before === null || retired - before.retired >= spacingAt(retired, newest);
  }

  /** The next count after `retired` at which one is due. */
  nextDue(retired: number, newest: number): number {
    const before = this.before(retired);
    return before === null ? retired : before.retired + spacingAt(retired, newest);
  }

  add(checkpoint: Checkpoint): void {
    const at = this.list.findIndex((other) => other.retired >= checkpoint.retired);
    if (at < 0) this.list.push(checkpoint);
    else this.list.splice(at, this.list[at]!.retired === checkpoint.retired ? 1 : 0, checkpoint).forEach(this.release);
    this.thin();
  }

  /** The last checkpoint at or before `retired`. */
  before(retired: number): Checkpoint | null {
    let low = 0,
      high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle]!.retired <= retired) low = middle + 1;
      else high = middle;
    }
    return this.list[low - 1] ?? null;
  }

  /** The last one that is as asked. */
  last(wanted: (checkpoint: Checkpoint) => boolean): Checkpoint | null {
    return this.list.findLast(wanted) ?? null;
  }

  dropAfter(retired: number): void {
    this.keep((checkpoint) => checkpoint.retired <= retired);
  }

  private thin(): void {
    const newest = this.list.at(-1)?.retired ?? 0;
    let last = -Infinity;
    this.keep(({ retired }) => {
      const wanted = retired === newest || retired - last >= spacingAt(retired, newest) / 2;
      if (wanted) last = retired;
      return wanted;
    });
  }

  private keep(wanted: (checkpoint: Checkpoint) => boolean): void {
    this.list = this.list.filter((checkpoint) => {
      const kept = wanted(checkpoint);
      if (!kept) this.release(checkpoint);
      return kept;
    });
  }
}

const spacingAt = (retired: number, newest: number): number => Math.max(SPACING, Math.floor((newest - retired) / THINNING));
