/** The symbols of a program: labels, names given by .equ and =, and local labels 1: that may occur many times. */
import { evaluate } from './expression.ts';
import type { Expression, Place, Quantity } from './expression.ts';
import { Problem } from './problem.ts';
import type { Span } from './problem.ts';

interface Entry {
  place: Place | null;
  expression: Expression | null;
  line: number;
}

/** How instance `count` of local label `digits` is kept: no name that can be written contains a blank. */
const localName = (digits: string, count: number): string => `${digits} ${count}`;

/** How long a chain of symbols defined by symbols may be. */
const DEEPEST = 64;

export class Symbols {
  private readonly entries = new Map<string, Entry>();
  private readonly counts = new Map<string, number>();
  private readonly evaluating = new Set<string>();
  readonly globals = new Set<string>();

  /** Defines a label. The place may move until the next bytes are emitted. */
  label(name: string, place: Place, line: number, span: Span): void {
    const known = this.entries.get(name);
    if (known) throw new Problem(`${name} is defined already, in line ${known.line}.`, span);
    this.entries.set(name, { place, expression: null, line });
  }
  local(digits: string, place: Place, line: number): void {
    const count = (this.counts.get(digits) ?? 0) + 1;
    this.counts.set(digits, count);
    this.entries.set(localName(digits, count), { place, expression: null, line });
  }
  /** .equ and .set may define a name again, but not a label. */
  assign(name: string, expression: Expression, line: number, span: Span): void {
    const known = this.entries.get(name);
    if (known?.place) throw new Problem(`${name} is a label already, in line ${known.line}.`, span);
    const value = this.quantity(expression);
    const kept: Expression = value !== null && value.section === null ? { k: 'number', n: value.n, span } : expression;
    this.entries.set(name, { place: null, expression: kept, line });
  }

  /** The name under which 1b or 1f is kept; null for other names. */
  localReference(name: string): string | null {
    const match = /^(\d+)([bf])$/.exec(name);
    return match ? localName(match[1]!, (this.counts.get(match[1]!) ?? 0) + (match[2] === 'f' ? 1 : 0)) : null;
  }

  readonly lookup = (name: string, span: Span): Quantity | null => {
    const entry = this.entries.get(name);
    if (!entry) return null;
    if (entry.place) return { section: entry.place.section, n: entry.place.offset };
    if (this.evaluating.has(name)) throw new Problem(`${name} is defined by itself.`, span);
    if (this.evaluating.size >= DEEPEST) throw new Problem(`${name} is defined through too many other symbols.`, span);
    this.evaluating.add(name);
    try {
      return evaluate(entry.expression!, this.lookup);
    } catch (e) {
      // The mistake is shown where the symbol is used: its definition may be in another line.
      throw e instanceof Problem ? new Problem(e.message, span) : e;
    } finally {
      this.evaluating.delete(name);
    }
  };

  /** Null also for a name that is defined by itself: an error only where it is used. */
  private valueOrNull(name: string): Quantity | null {
    try {
      return this.lookup(name, { column: 1, endColumn: 2 });
    } catch (e) {
      if (e instanceof Problem) return null;
      throw e;
    }
  }

  quantity(e: Expression): Quantity | null {
    return evaluate(e, this.lookup);
  }

  /** The first symbol of the expression that has no definition. */
  missing(e: Expression): (Expression & { k: 'symbol' }) | null {
    if (e.k === 'symbol') return this.entries.has(e.name) ? null : e;
    if (e.k === 'unary') return this.missing(e.a);
    return e.k === 'binary' ? (this.missing(e.a) ?? this.missing(e.b)) : null;
  }

  /** Named symbols with their values, in order of definition. */
  *all(): Generator<readonly [name: string, value: Quantity, isLabel: boolean]> {
    for (const [name, entry] of this.entries) {
      if (name.includes(' ')) continue;
      const value = this.valueOrNull(name);
      if (value) yield [name, value, entry.place !== null];
    }
  }
}

/** What a reader is told of a name without a definition. */
export const undefinedMessage = (name: string): string => {
  const local = /^(\d+) /.exec(name);
  return local ? `There is no label ${local[1]}: in this direction.` : `${name} is not defined.`;
};
