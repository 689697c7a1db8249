/** A mistake in the source: one sentence and the columns that it is about. Thrown while a statement is read, then collected. */
export interface Span {
  readonly column: number;
  readonly endColumn: number;
}

export class Problem extends Error {
  readonly span: Span;
  constructor(message: string, span: Span) {
    super(message);
    this.span = span;
  }
}

/** Assembly stops after this many errors. */
export const MOST_ERRORS = 100;

export const across = (from: Span, to: Span): Span => ({ column: from.column, endColumn: Math.max(to.endColumn, from.endColumn) });
