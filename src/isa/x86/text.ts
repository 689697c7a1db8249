/**
 * Tokens of IA-32 assembly text, with their columns. Columns count from 1; `endColumn` is the first column after the token.
 */
export type TokenKind = 'name' | 'number' | 'string' | 'sign' | 'bad';
export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
  readonly value: number;
  readonly column: number;
  readonly endColumn: number;
}

/** A mistake in the text: where, and what, in one sentence. */
export class TextError extends Error {
  readonly column: number;
  readonly endColumn: number;
  constructor(message: string, at: { readonly column: number; readonly endColumn: number }) {
    super(message);
    this.column = at.column;
    this.endColumn = at.endColumn;
  }
}

const PATTERN =
  /\s+|(0x[0-9a-f]+|0b[01]+|[0-9][0-9a-f]*h\b|[0-9]+)|([a-z_.$@?][\w.$@?]*)|("[^"]*"|'[^']*')|(<<|>>|[[\]():,+\-*~&|^])|(.)/giy;

export function numberOf(text: string): number {
  const low = text.toLowerCase();
  if (low.startsWith('0x')) return parseInt(low.slice(2), 16);
  if (low.startsWith('0b')) return parseInt(low.slice(2), 2);
  return low.endsWith('h') ? parseInt(low.slice(0, -1), 16) : parseInt(low, 10);
}

/** The line without its comment, which ; or # begins outside of quotes. */
function withoutComment(line: string): string {
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!;
    if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === '"' || c === "'") quote = c;
    else if (c === ';' || c === '#') return line.slice(0, i);
  }
  return line;
}

export function tokenize(line: string): Token[] {
  const tokens: Token[] = [];
  const text = withoutComment(line);
  PATTERN.lastIndex = 0;
  for (let match = PATTERN.exec(text); match !== null && match[0] !== ''; match = PATTERN.exec(text)) {
    const [all, number, name, string, sign, bad] = match;
    const kind: TokenKind | null = number ? 'number' : name ? 'name' : string ? 'string' : sign ? 'sign' : bad ? 'bad' : null;
    if (kind === null) continue;
    const column = match.index + 1;
    tokens.push({
      kind,
      text: kind === 'string' ? all.slice(1, -1) : all,
      value: number ? numberOf(number) : 0,
      column,
      endColumn: column + all.length,
    });
  }
  return tokens;
}

/** Walks over the tokens of one line. */
export class Cursor {
  private readonly tokens: readonly Token[];
  private at = 0;
  constructor(tokens: readonly Token[]) {
    this.tokens = tokens;
  }

  get done(): boolean {
    return this.at >= this.tokens.length;
  }
  get position(): number {
    return this.at;
  }
  peek(ahead = 0): Token | undefined {
    return this.tokens[this.at + ahead];
  }
  next(): Token {
    const token = this.tokens[this.at];
    if (!token) throw new TextError('the line ends too early', this.end());
    this.at++;
    return token;
  }
  is(text: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token !== undefined && token.kind !== 'string' && token.text.toLowerCase() === text;
  }
  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at++;
    return true;
  }
  expect(text: string): void {
    if (this.take(text)) return;
    const token = this.peek();
    throw new TextError(
      token ? `'${text}' expected, '${token.text}' found` : `'${text}' expected at the end of the line`,
      token ?? this.end(),
    );
  }
  /** From a token to the one read last. */
  since(first: number): { column: number; endColumn: number } {
    const from = this.tokens[first],
      to = this.tokens[Math.max(first, this.at - 1)];
    return from && to ? { column: from.column, endColumn: to.endColumn } : this.end();
  }
  private end(): { column: number; endColumn: number } {
    const last = this.tokens.at(-1);
    return last ? { column: last.column, endColumn: last.endColumn } : { column: 1, endColumn: 2 };
  }
}
