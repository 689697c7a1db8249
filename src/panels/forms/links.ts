/**
 * Who belongs to whom in the three forms of a block: guest instruction, micro-ops, host instructions. Pure; positions in
 * the arrays of the view stand for the rows, and a run is a stretch of neighbouring rows.
 */
import type { FormsView } from '../../protocol/views.ts';

/** A stretch of rows, both ends included. */
export interface Run {
  readonly from: number;
  readonly to: number;
}
/** Rows `from` in one column and the rows in the next that come of them. */
export interface Link {
  readonly from: number;
  readonly to: Run;
}

export interface Links {
  /** Guest row to runs of micro rows. */
  readonly guestMicro: readonly Link[];
  /** Micro row to runs of host rows. */
  readonly microHost: readonly Link[];
  /** Guest row to runs of host rows that no micro-op asked for: spills, counters, exits, and an interpreter's own work. */
  readonly guestHost: readonly Link[];
  /** Guest rows that are a delay slot and run before the branch above them has jumped. */
  readonly crossing: readonly number[];
}

/** Stretches of neighbours in an ascending list. */
export function runs(rows: readonly number[]): Run[] {
  const found: Run[] = [];
  for (const row of rows) {
    const last = found[found.length - 1];
    if (last !== undefined && last.to === row - 1) found[found.length - 1] = { from: last.from, to: row };
    else found.push({ from: row, to: row });
  }
  return found;
}

const where = <T>(rows: readonly T[], test: (row: T) => boolean): number[] => rows.flatMap((row, i) => (test(row) ? [i] : []));

const linked = (from: number, rows: readonly number[]): Link[] => runs(rows).map((to) => ({ from, to }));

export function linksOf(view: FormsView): Links {
  const guestMicro = view.guest.flatMap((g, i) =>
    linked(
      i,
      where(view.micro, (m) => m.guest === g.index),
    ),
  );
  const microHost = view.micro.flatMap((m, i) =>
    linked(
      i,
      where(view.host, (h) => h.micro === m.id),
    ),
  );
  const guestHost = view.guest.flatMap((g, i) =>
    linked(
      i,
      where(view.host, (h) => h.micro === null && h.guest === g.index),
    ).flatMap((link) => byCategory(view, link)),
  );
  return { guestMicro, microHost, guestHost, crossing: crossings(view) };
}

/** Parts a run where it stops being spent on the same thing. */
function byCategory(view: FormsView, link: Link): Link[] {
  const parts: Link[] = [];
  for (let row = link.to.from; row <= link.to.to; row += 1) {
    const last = parts[parts.length - 1];
    if (last !== undefined && view.host[row]?.category === view.host[last.to.to]?.category)
      parts[parts.length - 1] = { from: link.from, to: { from: last.to.from, to: row } };
    else parts.push({ from: link.from, to: { from: row, to: row } });
  }
  return parts;
}

/** A slot crosses when some micro-op of its branch stands after its own. */
function crossings(view: FormsView): number[] {
  return where(view.guest, (g) => {
    if (!g.slot) return false;
    const own = where(view.micro, (m) => m.guest === g.index),
      branch = where(view.micro, (m) => m.guest === g.index - 1);
    return own.length > 0 && branch.some((row) => row > (own[0] as number));
  });
}

/** Rows of one guest instruction in the other columns. */
export function rowsOf(view: FormsView, guest: number): { micro: number[]; host: number[] } {
  const micro = where(view.micro, (m) => m.guest === guest);
  const ids = new Set(micro.map((row) => view.micro[row]?.id));
  return { micro, host: where(view.host, (h) => (h.micro === null ? h.guest === guest : ids.has(h.micro))) };
}
