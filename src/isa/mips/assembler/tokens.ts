/**
 * Cuts assembly text into statements and tokens, with columns for diagnostics. Statements end at line ends and `;`; comments
 * are `# …`, `// …` and `/* … *\/`. Never throws: what cannot be a token becomes an `error` token with its sentence.
 */
import { encodeUtf8, latin1 } from '../../../bits/utf8.ts';

export type TokenKind = 'name' | 'number' | 'string' | 'operator' | 'reloc' | 'error';

export interface Token {
  readonly kind: TokenKind;
  /** Names and operators as written; of strings the characters meant, one a byte; of errors the sentence. */
  readonly text: string;
  readonly value: number;
  /** 1-based; the second is behind the last character. */
  readonly column: number;
  readonly endColumn: number;
}

export interface Statement {
  readonly line: number;
  readonly tokens: readonly Token[];
}

const NAME = /[A-Za-z_.$][\w.$]*/y;
const LOCAL = /\d+[fb](?![\w.$])/y;
const NUMBER = /0[xX][0-9a-fA-F]+|0[bB][01]+|\d+/y;
const OPERATOR = /<<|>>|<=|>=|==|!=|<>|&&|\|\||[-+*/%&|^~!<>(),:=@]/y;
const RELOC = /%(hi|lo)(?=\s*\()/y;
const SPACE = /[ \t\r\f\v]+/y;
const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f', '"': '"', '\\': '\\', "'": "'" };

function at(pattern: RegExp, text: string, position: number): string | null {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0] ?? null;
}

/** One character of a string or character constant: what it means and how long it is written. */
function character(text: string, position: number): readonly [meant: string, length: number] {
  if (text[position] !== '\\') {
    const c = String.fromCodePoint(text.codePointAt(position)!);
    return [latin1(encodeUtf8(c)), c.length];
  }
  const octal = /[0-7]{1,3}/y,
    hexadecimal = /x[0-9a-fA-F]+/y;
  const o = at(octal, text, position + 1),
    x = at(hexadecimal, text, position + 1);
  if (o !== null) return [String.fromCharCode(parseInt(o, 8) & 255), 1 + o.length];
  if (x !== null) return [String.fromCharCode(parseInt(x.slice(-2).replace('x', ''), 16)), 1 + x.length];
  const letter = text[position + 1] ?? '';
  return [ESCAPES[letter] ?? letter, 1 + letter.length];
}

class Scanner {
  private position = 0;
  private readonly text: string;
  private readonly out: Token[] = [];

  constructor(text: string) {
    this.text = text;
  }

  private add(kind: TokenKind, length: number, text: string, value = 0): void {
    this.out.push({ kind, text, value, column: this.position + 1, endColumn: this.position + length + 1 });
    this.position += length;
  }

  /** The line's tokens; statements are separated by a token `;`. */
  scan(): readonly Token[] {
    while (this.position < this.text.length) {
      const space = at(SPACE, this.text, this.position);
      if (space !== null) this.position += space.length;
      else if (this.text[this.position] === '#' || this.text.startsWith('//', this.position)) break;
      else this.token();
    }
    return this.out;
  }

  private token(): void {
    const { text, position } = this;
    const c = text[position]!;
    if (c === '"') return this.string();
    if (c === "'") return this.quoted();
    if (c === ';') return this.add('operator', 1, ';');
    const local = at(LOCAL, text, position);
    // 0b1 is a binary number, 0b alone the label 0 before.
    if (local !== null && at(/0[bB][01]/y, text, position) === null) return this.add('name', local.length, local);
    const name = at(NAME, text, position);
    if (name !== null) return this.add('name', name.length, name);
    const number = at(NUMBER, text, position);
    if (number !== null) return this.number(number);
    const reloc = at(RELOC, text, position);
    if (reloc !== null) return this.add('reloc', reloc.length, reloc.slice(1));
    const operator = at(OPERATOR, text, position);
    if (operator !== null) return this.add('operator', operator.length, operator);
    const whole = String.fromCodePoint(text.codePointAt(position)!);
    this.add('error', whole.length, `The character "${whole}" has no meaning here.`);
  }

  private number(digits: string): void {
    const octal = /^0\d/.test(digits);
    if (octal && /[89]/.test(digits))
      return this.add('error', digits.length, `${digits} starts with 0, so it is octal, where 8 and 9 do not exist.`);
    const tail = at(/[\w.$]+/y, this.text, this.position + digits.length);
    if (tail !== null) return this.add('error', digits.length + tail.length, `${digits}${tail} is neither a number nor a name.`);
    this.add('number', digits.length, digits, octal ? parseInt(digits, 8) : Number(digits));
  }

  private string(): void {
    let position = this.position + 1,
      meant = '';
    while (position < this.text.length && this.text[position] !== '"') {
      const [c, length] = character(this.text, position);
      meant += c;
      position += length;
    }
    if (position >= this.text.length)
      return this.add('error', this.text.length - this.position, 'This string has no closing quotation mark.');
    this.add('string', position + 1 - this.position, meant);
  }

  private quoted(): void {
    if (this.position + 1 >= this.text.length) return this.add('error', 1, 'A character is missing after the quotation mark.');
    const [c, length] = character(this.text, this.position + 1);
    const closed = this.text[this.position + 1 + length] === "'" ? 1 : 0;
    this.add('number', 1 + length + closed, c, c.charCodeAt(0));
  }
}

/** Blanks out block comments, keeping lines and columns; quotation marks protect. */
function withoutBlockComments(text: string): string {
  return text.replace(/"(?:\\.|[^"\\\n])*"|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) =>
    found.startsWith('/*') ? found.replace(/[^\n]/g, ' ') : found,
  );
}

export function statements(text: string): readonly Statement[] {
  const result: Statement[] = [];
  withoutBlockComments(text)
    .split('\n')
    .forEach((line, index) => {
      let tokens: Token[] = [];
      for (const token of new Scanner(line).scan()) {
        if (token.kind === 'operator' && token.text === ';') {
          result.push({ line: index + 1, tokens });
          tokens = [];
        } else tokens.push(token);
      }
      if (tokens.length > 0) result.push({ line: index + 1, tokens });
    });
  return result.filter((s) => s.tokens.length > 0);
}
