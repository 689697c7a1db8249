/**
 * Expressions as GNU as has them: its operators with its precedences (which are not C's: `|` and `&` bind tighter than `+`),
 * comparisons that give -1 for true, symbols, local labels 1b and 1f, and `.` for the place being assembled.
 *
 * A value is a number, or a number relative to a section whose address is not known yet; a difference of two places in one
 * section is a number. Invariant: evaluating never loops, since a symbol that is being evaluated counts as a problem.
 */
import type { Section } from './sections.ts';
import { Problem, across } from './problem.ts';
import type { Span } from './problem.ts';
import type { Token } from './tokens.ts';

/** A position in a section. Mutable, since alignment may move a label that stands just before it. */
export interface Place {
  readonly section: Section;
  offset: number;
}

export type Expression =
  | { readonly k: 'number'; readonly n: number; readonly span: Span }
  | { readonly k: 'symbol'; readonly name: string; readonly span: Span }
  | { readonly k: 'place'; readonly place: Place; readonly span: Span }
  | { readonly k: 'unary'; readonly op: string; readonly a: Expression; readonly span: Span }
  | { readonly k: 'binary'; readonly op: string; readonly a: Expression; readonly b: Expression; readonly span: Span };

export interface Quantity {
  readonly section: Section | null;
  readonly n: number;
}

/** What a symbol stands for; null while that is unknown. */
export type Lookup = (name: string, span: Span) => Quantity | null;

export const numberExpression = (n: number, span: Span): Expression => ({ k: 'number', n, span });
export const plus = (a: Expression, n: number): Expression =>
  n === 0 ? a : { k: 'binary', op: '+', a, b: numberExpression(n, a.span), span: a.span };

/** Null when it depends on a symbol that is not known (yet). */
export function evaluate(e: Expression, lookup: Lookup, depth = 0): Quantity | null {
  if (depth > 200) throw new Problem('This expression is nested too deeply.', e.span);
  switch (e.k) {
    case 'number':
      return { section: null, n: e.n };
    case 'place':
      return { section: e.place.section, n: e.place.offset };
    case 'symbol':
      return lookup(e.name, e.span);
    case 'unary': {
      const a = evaluate(e.a, lookup, depth + 1);
      if (a === null) return null;
      if (a.section !== null) throw new Problem(`The operator ${e.op} needs a number, not an address.`, e.span);
      return { section: null, n: e.op === '-' ? -a.n : e.op === '~' ? ~a.n : e.op === '!' ? Number(a.n === 0) : a.n };
    }
    case 'binary': {
      const a = evaluate(e.a, lookup, depth + 1),
        b = evaluate(e.b, lookup, depth + 1);
      return a === null || b === null ? null : combine(e.op, a, b, e.span);
    }
  }
}

function combine(op: string, a: Quantity, b: Quantity, span: Span): Quantity {
  if (op === '+' && (a.section === null || b.section === null)) return { section: a.section ?? b.section, n: a.n + b.n };
  if (op === '-' && b.section === null) return { section: a.section, n: a.n - b.n };
  if (a.section !== b.section) throw new Problem(`The operator ${op} cannot combine these addresses.`, span);
  if (a.section !== null && !['-', '==', '!=', '<>', '<', '>', '<=', '>='].includes(op))
    throw new Problem(`The operator ${op} needs numbers, not addresses.`, span);
  if ((op === '/' || op === '%') && b.n === 0) throw new Problem('This divides by zero.', span);
  const n = compute(op, a.n, b.n);
  if (!Number.isSafeInteger(n)) throw new Problem('The value is too large.', span);
  return { section: null, n };
}

function compute(op: string, a: number, b: number): number {
  switch (op) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return Math.trunc(a / b);
    case '%':
      return a % b;
    case '<<':
      return b < 0 || b > 63 ? 0 : a * 2 ** b;
    case '>>':
      return b < 0 || b > 63 ? 0 : Math.floor(a / 2 ** b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    case '!':
      return a | ~b;
    case '==':
      return -Number(a === b);
    case '!=':
    case '<>':
      return -Number(a !== b);
    case '<':
      return -Number(a < b);
    case '>':
      return -Number(a > b);
    case '<=':
      return -Number(a <= b);
    case '>=':
      return -Number(a >= b);
    case '&&':
      return Number(a !== 0 && b !== 0);
    default:
      return Number(a !== 0 || b !== 0);
  }
}

/** Binding strengths of GNU as (manual, "Infix Operators"). */
const STRENGTH = new Map<string, number>([
  ['||', 1],
  ['&&', 2],
  ['+', 3],
  ['-', 3],
  ['==', 3],
  ['!=', 3],
  ['<>', 3],
  ['<', 3],
  ['>', 3],
  ['<=', 3],
  ['>=', 3],
  ['|', 4],
  ['&', 4],
  ['^', 4],
  ['!', 4],
  ['*', 5],
  ['/', 5],
  ['%', 5],
  ['<<', 5],
  ['>>', 5],
]);

/** Reads tokens from left to right; the place just behind the last one is known, for "something is missing here". */
export class TokenReader {
  private at = 0;
  private readonly tokens: readonly Token[];
  private readonly resolve: (name: string, span: Span) => Expression;

  /** `resolve` makes the expression of a name: a symbol, a local label, or `.`. */
  constructor(tokens: readonly Token[], resolve: (name: string, span: Span) => Expression) {
    this.tokens = tokens;
    this.resolve = resolve;
  }

  get position(): number {
    return this.at;
  }
  set position(at: number) {
    this.at = at;
  }
  get done(): boolean {
    return this.at >= this.tokens.length;
  }
  /** The next token, or undefined; an error token is thrown. */
  peek(ahead = 0): Token | undefined {
    const token = this.tokens[this.at + ahead];
    if (token?.kind === 'error' && ahead === 0) throw new Problem(token.text, token);
    return token;
  }
  next(): Token {
    const token = this.peek();
    if (!token) throw new Problem('Something is missing at the end of the line.', this.end);
    this.at++;
    return token;
  }
  accept(operator: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'operator' || token.text !== operator) return false;
    this.at++;
    return true;
  }
  expect(operator: string): Token {
    const token = this.peek();
    if (token?.kind !== 'operator' || token.text !== operator) throw new Problem(`A "${operator}" is missing here.`, token ?? this.end);
    this.at++;
    return token;
  }
  /** The span of the next token, or of the place behind the last. */
  get here(): Span {
    return this.tokens[this.at] ?? this.end;
  }
  get last(): Span {
    return this.tokens[this.at - 1] ?? this.here;
  }
  get end(): Span {
    const last = this.tokens[this.tokens.length - 1];
    return last ? { column: last.endColumn, endColumn: last.endColumn + 1 } : { column: 1, endColumn: 2 };
  }

  expression(strength = 1, depth = 0): Expression {
    let left = this.operand(depth);
    for (;;) {
      const token = this.peek();
      const own = token?.kind === 'operator' ? STRENGTH.get(token.text) : undefined;
      if (own === undefined || own < strength) return left;
      this.at++;
      const right = this.expression(own + 1, depth + 1);
      left = { k: 'binary', op: token!.text, a: left, b: right, span: across(left.span, right.span) };
    }
  }

  private operand(depth: number): Expression {
    const token = this.next();
    if (depth > 60) throw new Problem('This expression is nested too deeply.', token);
    if (token.kind === 'number') return numberExpression(token.value, token);
    if (token.kind === 'name') return this.resolve(token.text, token);
    if (token.kind === 'operator' && '-~+!'.includes(token.text)) {
      const a = this.operand(depth + 1);
      return { k: 'unary', op: token.text, a, span: across(token, a.span) };
    }
    if (token.kind === 'operator' && token.text === '(') {
      const inner = this.expression(1, depth + 1);
      return { ...inner, span: across(token, this.expect(')')) };
    }
    throw new Problem('A number or a name should stand here.', token);
  }
}
