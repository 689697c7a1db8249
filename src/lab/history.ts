/**
 * What a run has cost so far, sampled: cumulative time, guest instructions and ledger categories at retired counts.
 *
 * Invariant: samples are in order of retired counts, the first at 0; when there are too many, every other is dropped and the
 * interval doubles, so memory is bounded and short runs are sampled finely. Left out: events (see session.ts).
 */
import { CATEGORIES, type Machine } from '../machine/types.ts';

export interface Sample {
  readonly retired: number;
  readonly time: number;
  readonly guest: number;
  /** Units so far, in the order of CATEGORIES. */
  readonly categories: Float64Array;
}

const LIMIT = 2048;
const FIRST_INTERVAL = 32;

export class History {
  private list: Sample[] = [];
  private interval = FIRST_INTERVAL;

  get samples(): readonly Sample[] {
    return this.list;
  }
  get end(): Sample | null {
    return this.list.at(-1) ?? null;
  }

  /** The next count at which a sample is due; the past is sampled already. */
  nextDue(): number {
    const last = this.list.at(-1);
    return last === undefined ? 0 : last.retired + this.interval;
  }

  take(machine: Machine, force = false): void {
    const last = this.list.at(-1);
    if (last && (machine.retired < last.retired || machine.time === last.time)) return;
    if (!force && machine.retired < this.nextDue()) return;
    this.list.push(sampleOf(machine));
    if (this.list.length > LIMIT) this.thin();
  }

  dropAfter(retired: number): void {
    this.list = this.list.filter((sample) => sample.retired <= retired);
  }

  /** The last sample at or before a time. */
  atTime(time: number): Sample | null {
    let low = 0,
      high = this.list.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.list[middle]!.time <= time) low = middle + 1;
      else high = middle;
    }
    return this.list[low - 1] ?? null;
  }

  private thin(): void {
    this.interval *= 2;
    this.list = this.list.filter((_, i) => i % 2 === 0 || i === this.list.length - 1);
  }
}

export function sampleOf(machine: Machine): Sample {
  const categories = new Float64Array(CATEGORIES.length);
  for (const entry of machine.ledger.entries()) categories[CATEGORIES.indexOf(entry.category)]! += entry.units;
  return { retired: machine.retired, time: machine.time, guest: machine.guestRetired, categories };
}
