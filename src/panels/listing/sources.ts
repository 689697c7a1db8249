/** Which line of which source an instruction comes from: from the listing itself, or from the table beside a supplied binary. Pure. */
import type { ListingView } from '../../protocol/views.ts';

export interface SourceText {
  readonly name: string;
  readonly lines: readonly string[];
  /** 1-based source line of an address, null where it is another file's or unknown. */
  readonly lineOf: (address: number) => number | null;
  /** Addresses of a source line, ascending. */
  readonly addressesOf: (line: number) => readonly number[];
}

function build(name: string, text: string, pairs: readonly (readonly [number, number])[], lineOf: SourceText['lineOf']): SourceText {
  const byLine = new Map<number, number[]>();
  for (const [address, line] of pairs) byLine.set(line, [...(byLine.get(line) ?? []), address]);
  return { name, lines: text.replace(/\n$/, '').split('\n'), lineOf, addressesOf: (line) => byLine.get(line) ?? [] };
}

/** The listing's own source: our assembler and debug information know each instruction's line. */
export function fromListing(view: ListingView): SourceText | null {
  if (view.source === null) return null;
  const pairs = view.sections.flatMap((s) => s.lines.flatMap((l) => (l.sourceLine === null ? [] : [[l.address, l.sourceLine] as const])));
  const lines = new Map(pairs);
  return build(view.source.name, view.source.text, pairs, (address) => lines.get(address) ?? null);
}

/** `{files, rows: [address, file, line]}`, rows by address, each valid up to the next. Null when the table is not of that form. */
export function fromTable(path: string, text: string, table: unknown, view: ListingView): SourceText | null {
  const { files, rows } = (table ?? {}) as { files?: unknown; rows?: unknown };
  if (!Array.isArray(files) || !Array.isArray(rows)) return null;
  const file = files.indexOf(path);
  const sound = rows.filter(
    (r): r is [number, number, number] => Array.isArray(r) && r.length === 3 && r.every((n) => typeof n === 'number'),
  );
  if (file < 0 || sound.length === 0) return null;
  const lineOf = (address: number): number | null => {
    let low = 0,
      high = sound.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sound[middle]?.[0] ?? 0) <= address) low = middle + 1;
      else high = middle;
    }
    const row = sound[low - 1];
    return row === undefined || row[1] !== file ? null : row[2];
  };
  const pairs = view.sections.flatMap((s) =>
    s.lines.flatMap((l) => {
      const line = lineOf(l.address);
      return line === null ? [] : [[l.address, line] as const];
    }),
  );
  return build(path.split('/').pop() ?? path, text, pairs, lineOf);
}
