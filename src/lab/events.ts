/**
 * The events of a run: all are counted, the newest are kept whole, and of each kind so many as a timeline can show.
 *
 * Invariant: `happened` of the known events lie in the past of the present moment; on replay they come again and are only
 * counted. Memory is bounded: who needs an event that is no longer kept goes back and lets it happen again (reach.ts).
 */
import type { Event } from '../levels/level.ts';

/** So many of the newest events at least are kept whole, and at most twice as many. */
const KEPT = 50_000;
/** Events of one kind that are kept for the timeline; when there are more, every other gap between them is closed. */
const SHOWN = 320;

/** An event and its number among all of the run, from 0. */
export interface Numbered {
  readonly id: number;
  readonly event: Event;
}

/** How far a run was, in events. */
export interface EventMoment {
  readonly happened: number;
  /** By kind. */
  readonly counts: ReadonlyMap<string, number>;
}

/** Events of one kind, spread over the run. */
interface Spread {
  list: Numbered[];
  /** Units of time between two of them at least. */
  gap: number;
}

export class EventLog {
  private readonly limit: number;
  private readonly kept: Event[] = [];
  /** Number of the first that is kept. */
  private first = 0;
  private happened = 0;
  private counts = new Map<string, number>();
  private totals = new Map<string, number>();
  private readonly spreads = new Map<string, Spread>();

  /** At least `limit` of the newest are kept, as long as they are in the past or known as the future. */
  constructor(limit: number = KEPT) {
    this.limit = limit;
  }

  /** How many are known of this run. */
  get length(): number {
    return this.first + this.kept.length;
  }
  /** The newest of them, and how many older ones are not kept. */
  get newest(): { readonly events: readonly Event[]; readonly before: number } {
    return { events: this.kept, before: this.first };
  }
  /** Up to now, of one kind. */
  count(kind: string): number {
    return this.counts.get(kind) ?? 0;
  }
  /** As far as is known of this run, of one kind. */
  total(kind: string): number {
    return this.totals.get(kind) ?? 0;
  }
  moment(): EventMoment {
    return { happened: this.happened, counts: new Map(this.counts) };
  }

  record(event: Event): void {
    if (this.happened === this.length) this.add(event);
    this.happened++;
    this.counts.set(event.kind, this.count(event.kind) + 1);
  }
  private add(event: Event): void {
    this.spread(event);
    this.totals.set(event.kind, this.total(event.kind) + 1);
    this.kept.push(event);
    if (this.kept.length < 2 * this.limit) return;
    this.kept.splice(0, this.limit);
    this.first += this.limit;
  }
  private spread(event: Event): void {
    let spread = this.spreads.get(event.kind);
    if (spread === undefined) this.spreads.set(event.kind, (spread = { list: [], gap: 0 }));
    const { list, gap } = spread;
    if (list.length > 0 && event.time < list.at(-1)!.event.time + gap) return;
    list.push({ id: this.length, event });
    if (list.length <= SHOWN) return;
    spread.gap = (2 * (event.time - list[0]!.event.time)) / SHOWN;
    spread.list = thinned(list, spread.gap);
  }

  goBack({ happened, counts }: EventMoment): void {
    this.happened = happened;
    this.counts = new Map(counts);
  }

  /** What was known of the time after now did not happen. */
  forgetFuture(): void {
    this.kept.length = Math.max(0, Math.min(this.kept.length, this.happened - this.first));
    this.first = Math.min(this.first, this.happened);
    this.totals = new Map(this.counts);
    for (const spread of this.spreads.values()) spread.list = spread.list.filter(({ id }) => id < this.happened);
  }

  /** The last one kept that happened before a count; null when none is kept, and then nothing is known of older ones. */
  lastBefore(retired: number, wanted: (kind: string) => boolean): Event | null {
    return this.kept.findLast((event) => event.retired < retired && wanted(event.kind)) ?? null;
  }

  /** Of one kind those that a timeline may show, in order: all when they are few. */
  shown(kind: string): readonly Numbered[] {
    return this.spreads.get(kind)?.list ?? [];
  }
}

/** The first, and each that is at least `gap` behind the one before it. */
export function thinned(list: readonly Numbered[], gap: number): Numbered[] {
  let next = -Infinity;
  return list.filter(({ event }) => {
    if (event.time < next) return false;
    next = event.time + gap;
    return true;
  });
}
