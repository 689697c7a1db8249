/**
 * Operands as written, and whether one fits an operand of a row. Reading does not depend on the instruction; fitting gives
 * the field's bits, a fixup for a value that waits for addresses, or the sentence that says why not.
 */
import { MIPS_REGISTERS } from '../state.ts';
import { FIELDS, insertField } from '../fields.ts';
import { CONTROL_REGISTERS } from '../operands.ts';
import type { OperandSyntax } from '../operands.ts';
import { numberExpression } from './expression.ts';
import type { Expression, TokenReader } from './expression.ts';
import { Problem, across } from './problem.ts';
import type { Span } from './problem.ts';
import type { FixupKind } from './sections.ts';

export type Reloc = 'hi' | 'lo';

export type Operand =
  | { readonly kind: 'register'; readonly n: number; readonly span: Span }
  | { readonly kind: 'fpr' | 'cc'; readonly n: number; readonly span: Span }
  | { readonly kind: 'value'; readonly expression: Expression; readonly reloc: Reloc | null; readonly span: Span }
  | { readonly kind: 'indexed'; readonly index: number; readonly base: number; readonly span: Span }
  | { readonly kind: 'memory'; readonly expression: Expression; readonly reloc: Reloc | null; readonly base: number; readonly span: Span };

const REGISTER_NUMBERS = new Map<string, number>([
  ...MIPS_REGISTERS.map((name, n): [string, number] => [`$${name}`, n]),
  ...MIPS_REGISTERS.map((_, n): [string, number] => [`$${n}`, n]),
  ['$s8', 30],
  ['$kt0', 26],
  ['$kt1', 27],
]);

/** The number of a general register's name, or null. */
export const registerNumber = (name: string): number | null => REGISTER_NUMBERS.get(name) ?? null;

function numbered(pattern: RegExp, limit: number, name: string): number | null {
  const n = pattern.exec(name)?.[1];
  return n !== undefined && Number(n) < limit ? Number(n) : null;
}

export function readOperands(reader: TokenReader): Operand[] {
  const list: Operand[] = [];
  if (reader.done) return list;
  do list.push(readOperand(reader));
  while (reader.accept(','));
  if (!reader.done) throw new Problem(`"${reader.next().text}" cannot stand here; operands are separated by commas.`, reader.last);
  return list;
}

function readOperand(reader: TokenReader): Operand {
  const start = reader.here;
  const base = readBase(reader);
  if (base !== null) return { kind: 'memory', expression: numberExpression(0, start), reloc: null, base, span: across(start, reader.last) };
  const token = reader.peek();
  if (token?.kind === 'name') {
    const plain = readRegister(token.text, token);
    if (plain) {
      reader.next();
      const sum = plain.kind === 'register' ? readBase(reader) : null;
      return sum === null || plain.kind !== 'register'
        ? plain
        : { kind: 'indexed', index: plain.n, base: sum, span: across(start, reader.last) };
    }
  }
  const { expression, reloc } = readValue(reader);
  const behind = readBase(reader);
  const span = across(start, reader.last);
  return behind === null ? { kind: 'value', expression, reloc, span } : { kind: 'memory', expression, reloc, base: behind, span };
}

function readRegister(name: string, span: Span): Operand | null {
  const n = registerNumber(name),
    f = numbered(/^\$f(\d+)$/, 32, name),
    cc = numbered(/^\$fcc(\d)$/, 8, name);
  if (n !== null) return { kind: 'register', n, span };
  if (f !== null) return { kind: 'fpr', n: f, span };
  if (cc !== null) return { kind: 'cc', n: cc, span };
  if (/^\$(\d+|[a-z]\d+|[a-z]{2})$/.test(name)) throw new Problem(`There is no register ${name}.`, span);
  return null;
}

/** `($5)`, or null when something else stands here. */
function readBase(reader: TokenReader): number | null {
  const open = reader.peek(),
    name = reader.peek(1),
    close = reader.peek(2);
  if (open?.text !== '(' || open.kind !== 'operator' || name?.kind !== 'name' || close?.text !== ')') return null;
  const n = registerNumber(name.text);
  if (n === null) {
    if (name.text.startsWith('$') || MIPS_REGISTERS.includes(name.text as 'sp')) throw new Problem(notRegister(name.text), name);
    return null;
  }
  reader.position += 3;
  return n;
}
const notRegister = (name: string): string =>
  name.startsWith('$') ? `There is no register ${name}.` : `Registers are written with a dollar sign: $${name}.`;

function readValue(reader: TokenReader): { readonly expression: Expression; readonly reloc: Reloc | null } {
  const token = reader.peek();
  if (token?.kind !== 'reloc') return { expression: reader.expression(), reloc: null };
  reader.next();
  reader.expect('(');
  const expression = reader.expression();
  reader.expect(')');
  return { expression, reloc: token.text as Reloc };
}

export interface PendingFixup {
  readonly kind: FixupKind;
  readonly expression: Expression;
  readonly span: Span;
}
export interface Fit {
  readonly word: number;
  readonly fixup?: PendingFixup;
}
/** The value of an expression if it is a plain number already. */
export type Constant = (e: Expression) => number | null;

const RELOC_KINDS: Readonly<Record<Reloc, FixupKind>> = { hi: 'hi16', lo: 'lo16' };

/** The word with the operand put into its field; or why it does not fit. */
export function fitOperand(o: OperandSyntax, operand: Operand, word: number, constant: Constant): Fit | string {
  const put = (n: number): Fit => ({ word: insertField(word, FIELDS[o.letter], n) });
  switch (o.kind) {
    case 'gpr':
    case 'cop0':
    case 'cop2':
      if (operand.kind === 'register') return put(operand.n);
      return bareName(operand) ?? 'A register should stand here.';
    case 'fpr':
      return operand.kind === 'fpr' ? put(operand.n) : 'A floating-point register such as $f2 should stand here.';
    case 'cc':
      return operand.kind === 'cc' ? put(operand.n) : 'A condition code such as $fcc0 should stand here.';
    case 'literal':
      return operand.kind === 'register' && operand.n === registerNumber(CONTROL_REGISTERS[o.name] ?? o.name)
        ? { word }
        : `The register ${CONTROL_REGISTERS[o.name] ?? o.name} should stand here.`;
    case 'indexed':
      return operand.kind === 'indexed'
        ? { word: insertField(insertField(word, FIELDS.s, operand.base), FIELDS.t, operand.index) }
        : 'An address such as $t0($t1) should stand here.';
    case 'memory':
      return fitMemory(operand, word, constant);
    case 'branch':
      return fitBranch(operand, word, constant);
    case 'target': {
      if (operand.kind !== 'value' || operand.reloc) return 'A label or an address should stand here.';
      return { word, fixup: { kind: 'jump', expression: operand.expression, span: operand.span } };
    }
    default:
      return fitNumber(o, operand, word, constant);
  }
}

const bareName = (operand: Operand): string | null =>
  operand.kind === 'value' && operand.expression.k === 'symbol' && (MIPS_REGISTERS as readonly string[]).includes(operand.expression.name)
    ? notRegister(operand.expression.name)
    : null;

function fitNumber(o: OperandSyntax, operand: Operand, word: number, constant: Constant): Fit | string {
  if (operand.kind !== 'value') return 'A number should stand here.';
  const { expression, reloc, span } = operand;
  const sixteen = FIELDS[o.letter].width === 16;
  if (reloc !== null) return sixteen ? { word, fixup: { kind: RELOC_KINDS[reloc], expression, span } } : `%${reloc} cannot stand here.`;
  const n = constant(expression);
  if (n === null) {
    if (!sixteen) return 'A number that is known here should stand here.';
    return { word, fixup: { kind: o.kind === 'signed' ? 'signed16' : 'unsigned16', expression, span } };
  }
  // As GNU as does, a signed constant may also be written unsigned (0xffff for -1).
  const [least, most] =
    o.kind === 'signed'
      ? [-0x8000, 0xffff]
      : o.kind === 'size' || o.kind === 'msize'
        ? [1, 32 - ((word >>> 6) & 31)]
        : [0, 2 ** FIELDS[o.letter].width - 1];
  if (n < least || n > most) return `${n} does not fit here: ${least} to ${most} is possible.`;
  const bits = o.kind === 'size' ? n - 1 : o.kind === 'msize' ? ((word >>> 6) & 31) + n - 1 : n;
  return { word: insertField(word, FIELDS[o.letter], bits) };
}

function fitMemory(operand: Operand, word: number, constant: Constant): Fit | string {
  if (operand.kind !== 'memory' && operand.kind !== 'value') return 'An address such as 8($sp) should stand here.';
  const based = insertField(word, FIELDS.s, operand.kind === 'memory' ? operand.base : 0);
  if (operand.reloc !== null)
    return { word: based, fixup: { kind: RELOC_KINDS[operand.reloc], expression: operand.expression, span: operand.span } };
  const n = constant(operand.expression);
  if (n === null) return 'This instruction cannot address a label.';
  // Addresses wrap: 0xfffffffc is -4.
  const wrapped = n > 0x7fffffff ? n - 2 ** 32 : n;
  if (wrapped < -0x8000 || wrapped > 0x7fff) return `The offset ${n} does not fit in 16 bits: -32768 to 32767 is possible.`;
  return { word: insertField(based, FIELDS.i, wrapped) };
}

/** A bare number is refused: GNU as 2.40 takes it for a distance in the object file and for an address when linking. */
function fitBranch(operand: Operand, word: number, constant: Constant): Fit | string {
  if (operand.kind !== 'value' || operand.reloc) return bareName(operand) ?? 'A label should stand here.';
  if (constant(operand.expression) !== null) return 'A label should stand here; a distance is written as . + 8, for example.';
  return { word, fixup: { kind: 'branch', expression: operand.expression, span: operand.span } };
}
