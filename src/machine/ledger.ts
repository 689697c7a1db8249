/**
 * Who spent time on what. Counted units come from the engines (flat engines report late, so every reading first asks them),
 * charged units from hardware and services.
 *
 * Invariant: the sum over all entries is the machine's time, to the last bit: charges are rounded to 1/1024 of a unit, which
 * doubles add without error.
 */
import { CATEGORIES, type Category, type CostKind, type Ledger, type LedgerEntry, type Owner } from './types.ts';

const KINDS: readonly CostKind[] = ['counted', 'hardware', 'service'];
const GRAIN = 1024;
const WIDTH = CATEGORIES.length * KINDS.length;

export const categoryNumber: Readonly<Record<Category, number>> = Object.fromEntries(CATEGORIES.map((name, i) => [name, i])) as Record<
  Category,
  number
>;

export interface LedgerState {
  readonly owner: Owner;
  readonly charged: number;
  readonly rows: readonly (readonly [Owner, readonly number[]])[];
}

export class MachineLedger implements Ledger {
  owner: Owner = 0;
  /** Sum of all charges. */
  charged = 0;
  /** Makes engines report what they counted. */
  settle: () => void = () => {};
  private rows = new Map<Owner, Float64Array>();
  private row = this.rowOf(0);

  private rowOf(owner: Owner): Float64Array {
    let row = this.rows.get(owner);
    if (!row) this.rows.set(owner, (row = new Float64Array(WIDTH)));
    return row;
  }

  /** Adds retired instructions, by category number. */
  count(category: number, units: number): void {
    this.row[category * 3]! += units;
  }

  charge(category: Category, kind: 'hardware' | 'service', units: number): void {
    if (!(units >= 0)) throw new RangeError(`a charge of ${units} units`);
    const exact = Math.round(units * GRAIN) / GRAIN;
    this.row[categoryNumber[category] * 3 + (kind === 'hardware' ? 1 : 2)]! += exact;
    this.charged += exact;
  }

  setOwner(owner: Owner): void {
    if (owner === this.owner) return;
    this.settle();
    this.owner = owner;
    this.row = this.rowOf(owner);
  }

  entries(): readonly LedgerEntry[] {
    this.settle();
    const result: LedgerEntry[] = [];
    for (const owner of [...this.rows.keys()].sort((a, b) => a - b)) {
      this.rows.get(owner)!.forEach((units, i) => {
        if (units !== 0) result.push({ owner, category: CATEGORIES[Math.floor(i / 3)]!, kind: KINDS[i % 3]!, units });
      });
    }
    return result;
  }

  save(): LedgerState {
    this.settle();
    return { owner: this.owner, charged: this.charged, rows: [...this.rows].map(([owner, row]) => [owner, [...row]] as const) };
  }

  restore(state: LedgerState): void {
    this.rows = new Map(state.rows.map(([owner, row]) => [owner, Float64Array.from(row)]));
    this.owner = state.owner;
    this.charged = state.charged;
    this.row = this.rowOf(state.owner);
  }
}
