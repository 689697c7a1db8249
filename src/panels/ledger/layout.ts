/**
 * The ledger as a bar and rows: who spent how many host instructions on what. Counted amounts solid, charged ones hollow. What
 * loading the program took before its first instruction is a row of its own below: in the bar of a short run it would hide the rest.
 * Pure.
 */
import type { LedgerView } from '../../protocol/views.ts';
import { grouped, listed, plural, round, type PanelTable, type Size } from '../shared/text.ts';

export interface Slice {
  readonly id: string;
  readonly category: string;
  readonly x: number;
  readonly width: number;
  readonly hollow: boolean;
  readonly title: string;
}
export interface LedgerRow {
  readonly category: string;
  readonly label: string;
  readonly total: string;
  readonly share: string;
  readonly kind: 'counted' | 'charged' | 'both';
  readonly detail: string;
}
export interface LedgerScene {
  readonly width: number;
  readonly total: string;
  readonly slices: readonly Slice[];
  readonly rows: readonly LedgerRow[];
  /** What is not in the bar. */
  readonly before: LedgerRow | null;
  readonly charged: boolean;
  readonly says: string;
}
export const describe = (scene: LedgerScene): string => scene.says;

const share = (part: number, total: number): string => {
  const percent = (100 * part) / Math.max(1, total);
  return percent > 0 && percent < 1 ? 'under 1 %' : `${Math.round(percent)} %`;
};

type Row = LedgerView['rows'][number];
const unitsOf = (rows: readonly Row[]): number => rows.reduce((n, row) => n + row.counted + row.charged, 0);

export function layout(view: LedgerView, size: Pick<Size, 'width'>): LedgerScene {
  const shown = view.rows.filter((row) => row.category !== 'load'),
    loading = view.rows.find((row) => row.category === 'load') ?? null;
  const sum = unitsOf(shown);
  return {
    width: size.width,
    total: grouped(view.total),
    slices: slicesOf(shown, sum, size.width),
    rows: shown.map((row) => rowOf(row, sum)),
    before: loading && rowOf(loading, view.total),
    charged: view.rows.some((r) => r.charged > 0),
    says: says(view, shown, sum, loading),
  };
}

function slicesOf(rows: readonly Row[], sum: number, room: number): readonly Slice[] {
  const slices: Slice[] = [];
  let x = 0;
  for (const row of rows) {
    for (const [kind, units] of [
      ['counted', row.counted],
      ['charged', row.charged],
    ] as const) {
      if (units === 0) continue;
      const width = (room * units) / Math.max(1, sum);
      slices.push({
        id: `${row.category}-${kind}`,
        category: row.category,
        x: round(x),
        width: round(width),
        hollow: kind === 'charged',
        title: `${row.label}, ${kind}: ${grouped(units)}`,
      });
      x += width;
    }
  }
  return slices;
}

const rowOf = (row: Row, sum: number): LedgerRow => ({
  category: row.category,
  label: row.label,
  total: grouped(row.counted + row.charged),
  share: share(row.counted + row.charged, sum),
  kind: row.charged === 0 ? 'counted' : row.counted === 0 ? 'charged' : 'both',
  detail:
    row.charged === 0 ? 'counted' : row.counted === 0 ? 'charged' : `${grouped(row.counted)} counted, ${grouped(row.charged)} charged`,
});

function says(view: LedgerView, shown: readonly Row[], sum: number, loading: Row | null): string {
  if (sum === 0 && loading === null) return 'Nothing has been spent yet.';
  const parts = shown
    .toSorted((a, b) => b.counted + b.charged - a.counted - a.charged)
    .map((r) => `${share(r.counted + r.charged, sum)} ${r.label}`);
  const note = view.note === null ? '' : ` ${view.note}`;
  const first = loading === null ? '' : `, ${grouped(unitsOf([loading]))} of them to ${loading.label}`;
  const rest = parts.length === 0 ? '.' : `${loading === null ? ': ' : '. Of the rest: '}${listed(parts)}.`;
  return `${plural(view.total, 'host instruction')} so far${first}${rest}${note}`;
}

export function table(view: LedgerView): PanelTable {
  const total = view.rows.reduce((n, row) => n + row.counted + row.charged, 0);
  return {
    columns: [{ label: 'Spent on' }, { label: 'Counted', right: true }, { label: 'Charged', right: true }, { label: 'Share', right: true }],
    rows: [
      ...view.rows.map((r) => [r.label, grouped(r.counted), grouped(r.charged), share(r.counted + r.charged, total)]),
      ['total', grouped(view.rows.reduce((n, r) => n + r.counted, 0)), grouped(view.rows.reduce((n, r) => n + r.charged, 0)), '100 %'],
    ],
  };
}
