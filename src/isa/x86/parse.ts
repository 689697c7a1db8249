/**
 * The text assembler: Intel syntax, one statement a line, labels, data, alignment, constants; every mistake with its place.
 *
 *     again:  mov eax, [table + ecx*4]     ; a comment
 *             jnz again
 *     table:  dd 1, 2, again
 *             times 3 db 0
 *             align 16
 *     size    equ 12
 *
 * Invariant: it never throws; without diagnostics the bytes are complete. Left out: macros, sections, structures, and
 * 16-bit code segments. Labels that begin with a dot are ordinary labels.
 */
import { Assembler, AssemblyError } from './assembler.ts';
import type { Operand } from './operand.ts';
import { parseName } from './names.ts';
import { isRegisterName, parseExpression, parseOperand } from './parse-operand.ts';
import type { Names } from './parse-operand.ts';
import { Cursor, TextError, tokenize } from './text.ts';
import type { Token } from './text.ts';

/** Lines and columns count from 1. */
export interface Diagnostic {
  readonly line: number;
  readonly column: number;
  readonly endColumn: number;
  readonly message: string;
}
export interface SourceLine {
  readonly line: number;
  readonly address: number;
  readonly length: number;
}
export interface AssembledText {
  readonly bytes: Uint8Array;
  readonly labels: ReadonlyMap<string, number>;
  /** What each line became. */
  readonly lines: readonly SourceLine[];
  readonly diagnostics: readonly Diagnostic[];
}

const DATA: Record<string, 1 | 2 | 4> = { db: 1, dw: 2, dd: 4, '.byte': 1, '.word': 2, '.long': 4, '.int': 4 };
const IGNORED = new Set(['.intel_syntax', '.text', '.globl', '.global', 'global', 'section', 'bits', '.code32']);
const PREFIXES = new Set(['lock', 'rep', 'repe', 'repz', 'repne', 'repnz', 'addr16']);
const MOST_REPEATS = 1 << 20;
const mark = (line: number, end = false): string => `\u0001${line}${end ? 'e' : ''}`;

class TextAssembler {
  private readonly assembler: Assembler;
  private readonly constants = new Map<string, number>();
  private readonly defined = new Set<string>();
  private readonly used: { name: string; line: number; column: number; endColumn: number }[] = [];
  private readonly statements: number[] = [];
  readonly diagnostics: Diagnostic[] = [];

  constructor(origin: number) {
    this.assembler = new Assembler(origin);
  }

  run(text: string): AssembledText {
    text.split('\n').forEach((line, i) => this.line(line.replace(/\r$/, ''), i + 1));
    for (const use of this.used) {
      if (!this.defined.has(use.name)) this.report(use.line, use, `'${use.name}' is not defined`);
    }
    if (this.diagnostics.length > 0) return this.failed();
    try {
      return this.finished();
    } catch (error) {
      if (!(error instanceof AssemblyError)) throw error;
      this.report(this.lineOf(error.message), { column: 1, endColumn: 2 }, error.message);
      return this.failed();
    }
  }
  private failed(): AssembledText {
    const diagnostics = this.diagnostics.toSorted((a, b) => a.line - b.line || a.column - b.column);
    return { bytes: new Uint8Array(0), labels: new Map(), lines: [], diagnostics };
  }
  /** An error found at the end names its label. */
  private lineOf(message: string): number {
    return this.used.find((use) => message.includes(`'${use.name}'`))?.line ?? 1;
  }
  private finished(): AssembledText {
    const { bytes, labels } = this.assembler.finish();
    const lines = this.statements.map((line) => {
      const address = labels.get(mark(line))!;
      return { line, address, length: labels.get(mark(line, true))! - address };
    });
    const shown = new Map([...labels].filter(([name]) => !name.startsWith('\u0001')));
    return { bytes, labels: shown, lines, diagnostics: [] };
  }
  private report(line: number, at: { column: number; endColumn: number }, message: string): void {
    this.diagnostics.push({ line, column: at.column, endColumn: at.endColumn, message });
  }

  private line(text: string, line: number): void {
    const tokens = tokenize(text),
      cursor = new Cursor(tokens);
    if (tokens.length === 0) return;
    this.statements.push(line);
    this.assembler.label(mark(line));
    try {
      this.statement(cursor, tokens, line);
      if (!cursor.done) throw new TextError(`'${cursor.peek()!.text}' is out of place`, cursor.peek()!);
    } catch (error) {
      if (error instanceof TextError) this.report(line, error, error.message);
      else if (error instanceof AssemblyError)
        this.report(line, { column: tokens[0]!.column, endColumn: tokens.at(-1)!.endColumn }, error.message);
      else throw error;
    }
    this.assembler.label(mark(line, true));
  }

  private statement(cursor: Cursor, tokens: readonly Token[], line: number): void {
    while (cursor.peek()?.kind === 'name' && cursor.is(':', 1) && !isRegisterName(cursor.peek()!.text)) {
      this.define(cursor.next());
      cursor.next();
    }
    if (cursor.done) return;
    const names: Names = { constants: this.constants, here: mark(line) };
    if (cursor.is('equ', 1)) {
      this.equ(cursor, names);
      return;
    }
    if (IGNORED.has(cursor.peek()!.text.toLowerCase())) {
      while (!cursor.done) cursor.next();
      return;
    }
    this.repeatable(cursor, names, line, tokens);
  }
  private define(token: Token): void {
    if (this.defined.has(token.text) || this.constants.has(token.text)) throw new TextError(`'${token.text}' is defined twice`, token);
    this.defined.add(token.text);
    this.assembler.label(token.text);
  }
  private equ(cursor: Cursor, names: Names): void {
    const name = cursor.next();
    cursor.next();
    if (this.defined.has(name.text) || this.constants.has(name.text)) throw new TextError(`'${name.text}' is defined twice`, name);
    this.constants.set(name.text, this.constant(cursor, names));
  }
  private constant(cursor: Cursor, names: Names): number {
    const start = cursor.position,
      { value, label } = parseExpression(cursor, names);
    if (label !== null)
      throw new TextError(
        this.constants.has(label) || label === names.here ? 'a constant is needed here' : `'${label}' is not a constant`,
        cursor.since(start),
      );
    return value;
  }

  private repeatable(cursor: Cursor, names: Names, line: number, tokens: readonly Token[]): void {
    if (!cursor.take('times')) {
      this.single(cursor, names, line);
      return;
    }
    const at = cursor.position,
      count = this.constant(cursor, names);
    if (count < 0 || count > MOST_REPEATS) throw new TextError(`times takes 0 to ${MOST_REPEATS}`, cursor.since(at));
    const start = cursor.position;
    const copies = new Cursor(tokens.slice(start));
    const before = this.assembler.length;
    for (let i = 0; i < count; i++) {
      this.single(new Cursor(tokens.slice(start)), names, line);
      if (this.assembler.length - before > MOST_REPEATS * 16) throw new TextError('that is too much', copies.since(0));
    }
    while (!cursor.done) cursor.next();
  }
  private single(cursor: Cursor, names: Names, line: number): void {
    const word = cursor.peek(),
      low = word?.text.toLowerCase() ?? '';
    const size = DATA[low];
    if (size !== undefined) {
      cursor.next();
      this.data(cursor, names, size, line);
    } else if (low === 'align' || low === '.align' || low === '.balign') {
      cursor.next();
      this.align(cursor, names);
    } else this.instruction(cursor, names, line);
  }
  private align(cursor: Cursor, names: Names): void {
    const at = cursor.position,
      n = this.constant(cursor, names);
    if (n < 1 || n > 4096 || (n & (n - 1)) !== 0) throw new TextError('align takes a power of two up to 4096', cursor.since(at));
    this.assembler.align(n);
  }
  private data(cursor: Cursor, names: Names, size: 1 | 2 | 4, line: number): void {
    do {
      const token = cursor.peek();
      if (token?.kind === 'string' && (size === 1 || token.text.length > 4)) {
        cursor.next();
        const padded = Math.ceil(token.text.length / size) * size;
        this.assembler.data(Array.from({ length: padded }, (_, i) => (token.text.charCodeAt(i) || 0) & 0xff));
        continue;
      }
      this.datum(cursor, names, size, line);
    } while (cursor.take(','));
  }
  private datum(cursor: Cursor, names: Names, size: 1 | 2 | 4, line: number): void {
    const start = cursor.position,
      { value, label } = parseExpression(cursor, names),
      at = cursor.since(start);
    if (label !== null) {
      if (size !== 4) throw new TextError('an address needs dd', at);
      this.use(label, line, at);
      this.assembler.address(label, value);
      return;
    }
    const limit = 2 ** (size * 8);
    if (value < -limit / 2 || value >= limit) throw new TextError(`${value} does not fit in ${size * 8} bits`, at);
    this.assembler.data(Array.from({ length: size }, (_, i) => (value >> (i * 8)) & 0xff));
  }
  private use(label: string, line: number, at: { column: number; endColumn: number }): void {
    if (!label.startsWith('\u0001')) this.used.push({ name: label, line, ...at });
  }

  private instruction(cursor: Cursor, names: Names, line: number): void {
    const start = cursor.position,
      words: string[] = [];
    while (PREFIXES.has(cursor.peek()?.text.toLowerCase() ?? '')) words.push(cursor.next().text);
    const name = cursor.next();
    if (name.kind !== 'name') throw new TextError(`an instruction expected, '${name.text}' found`, name);
    words.push(name.text);
    if (cursor.is('short') || cursor.is('near')) words.push(cursor.next().text);
    const far = cursor.take('far');
    const text = words.join(' ');
    if (!parseName(text)) throw new TextError(`'${name.text}' is not an instruction`, name);
    const operands: Operand[] = [];
    while (!cursor.done) {
      if (operands.length > 0) cursor.expect(',');
      const at = cursor.position,
        operand = parseOperand(cursor, names);
      const label = operand.k === 'label' ? operand.name : operand.k === 'mem' ? operand.label : undefined;
      if (label !== undefined) this.use(label, line, cursor.since(at));
      operands.push(far && operand.k === 'mem' && operand.width === 0 ? { ...operand, width: 48 } : operand);
    }
    try {
      this.assembler.emit(text, ...operands);
    } catch (error) {
      if (error instanceof AssemblyError) throw new TextError(error.message, cursor.since(start));
      throw error;
    }
  }
}

/** Assembles text that will stand at `origin`. */
export const assemble = (text: string, origin = 0): AssembledText => new TextAssembler(origin).run(text);
