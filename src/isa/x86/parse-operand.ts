/**
 * Operands of IA-32 assembly text in Intel syntax: registers, immediates, memory, far pointers, labels.
 *
 * An expression is a constant and at most one label. A name outside of brackets is its address; `[name]` is what stands
 * there. `dword ptr` and `dword` mean the same; without a size, another operand must tell it.
 */
import { REGISTERS_16, REGISTERS_8 } from './operand.ts';
import type { MemoryOperand, Operand } from './operand.ts';
import { ESP, REGISTERS_32, SEGMENTS } from './state.ts';
import { Cursor, TextError } from './text.ts';
import type { Token } from './text.ts';

/** Constants by name (equ), and the address of the line itself as a label. */
export interface Names {
  readonly constants: ReadonlyMap<string, number>;
  readonly here: string;
}
export interface Expression {
  readonly value: number;
  readonly label: string | null;
}

const SIZES: Record<string, MemoryOperand['width']> = { byte: 8, word: 16, dword: 32, fword: 48, qword: 64, tbyte: 80, xmmword: 128 };
const REGISTERS = new Map<string, Operand>();
REGISTERS_8.forEach((name, n) => REGISTERS.set(name, { k: 'reg', n, width: 8 }));
REGISTERS_16.forEach((name, n) => REGISTERS.set(name, { k: 'reg', n, width: 16 }));
REGISTERS_32.forEach((name, n) => REGISTERS.set(name, { k: 'reg', n, width: 32 }));
SEGMENTS.forEach((name, n) => REGISTERS.set(name, { k: 'sreg', n }));
[0, 2, 3, 4].forEach((n) => REGISTERS.set(`cr${n}`, { k: 'creg', n }));
[0, 1, 2, 3, 4, 5, 6, 7].forEach((n) => REGISTERS.set(`dr${n}`, { k: 'dreg', n }));

[0, 1, 2, 3, 4, 5, 6, 7].forEach((n) => REGISTERS.set(`xmm${n}`, { k: 'xmm', n }).set(`mm${n}`, { k: 'mm', n }));

export const isRegisterName = (name: string): boolean => REGISTERS.has(name.toLowerCase());
const registerAt = (token: Token | undefined): Operand | undefined =>
  token?.kind === 'name' ? REGISTERS.get(token.text.toLowerCase()) : undefined;

/** Binary operators by how tightly they bind, loosest first. */
const LEVELS: readonly (readonly string[])[] = [['|'], ['^'], ['&'], ['<<', '>>'], ['+', '-'], ['*']];

export function parseExpression(cursor: Cursor, names: Names, level = 0): Expression {
  if (level === LEVELS.length) return parseTerm(cursor, names);
  let left = parseExpression(cursor, names, level + 1);
  for (let token = cursor.peek(); token?.kind === 'sign' && LEVELS[level]!.includes(token.text); token = cursor.peek()) {
    if (level === 4 && registerAt(cursor.peek(1))) return left;
    cursor.next();
    left = combine(token, left, parseExpression(cursor, names, level + 1));
  }
  return left;
}
function combine(token: Token, a: Expression, b: Expression): Expression {
  if (token.text === '+' && (a.label === null || b.label === null)) return { value: a.value + b.value, label: a.label ?? b.label };
  if (token.text === '-' && b.label === null) return { value: a.value - b.value, label: a.label };
  if (a.label !== null || b.label !== null) throw new TextError('an address can only have a constant added or subtracted', token);
  return { value: CONSTANT[token.text]!(a.value, b.value), label: null };
}
const CONSTANT: Record<string, (a: number, b: number) => number> = {
  '|': (a, b) => a | b,
  '^': (a, b) => a ^ b,
  '&': (a, b) => a & b,
  '<<': (a, b) => a << b,
  '>>': (a, b) => a >>> b,
  '*': (a, b) => a * b,
  '-': (a, b) => a - b,
  '+': (a, b) => a + b,
};

function parseTerm(cursor: Cursor, names: Names): Expression {
  const token = cursor.next();
  if (token.kind === 'number') return { value: checked(token), label: null };
  if (token.kind === 'string' && token.text.length >= 1 && token.text.length <= 4) return { value: characters(token.text), label: null };
  if (token.text === '-' || token.text === '~') return negated(token, parseTerm(cursor, names));
  if (token.text === '+') return parseTerm(cursor, names);
  if (token.text === '(') {
    const inner = parseExpression(cursor, names);
    cursor.expect(')');
    return inner;
  }
  if (token.text === '$') return { value: 0, label: names.here };
  if (token.kind === 'name' && !isRegisterName(token.text)) {
    const constant = names.constants.get(token.text);
    return constant === undefined ? { value: 0, label: token.text } : { value: constant, label: null };
  }
  throw new TextError(`a number or a name expected, '${token.text}' found`, token);
}
function checked(token: Token): number {
  if (!(token.value <= 0xffffffff)) throw new TextError(`${token.text} does not fit in 32 bits`, token);
  return token.value;
}
function negated(token: Token, inner: Expression): Expression {
  if (inner.label !== null) throw new TextError('an address cannot be negated', token);
  return { value: token.text === '-' ? -inner.value : ~inner.value, label: null };
}
/** 'ab' is 0x6261: the first character lowest. */
export const characters = (text: string): number => [...text].reduce((sum, c, i) => sum | ((c.charCodeAt(0) & 0xff) << (i * 8)), 0);

export function parseOperand(cursor: Cursor, names: Names): Operand {
  const first = cursor.peek();
  const size = first?.kind === 'name' ? SIZES[first.text.toLowerCase()] : undefined;
  if (size !== undefined) {
    cursor.next();
    cursor.take('ptr');
  }
  const register = registerAt(cursor.peek());
  if (register?.k === 'sreg' && cursor.is(':', 1)) {
    cursor.next();
    cursor.next();
    return cursor.is('[') ? parseMemory(cursor, names, size ?? 0, register.n) : displacement(cursor, names, size ?? 0, register.n);
  }
  if (cursor.is('[')) return parseMemory(cursor, names, size ?? 0, undefined);
  if (register) {
    cursor.next();
    return register;
  }
  if (first?.kind === 'name' && cursor.take('st')) return parseStack(cursor);
  cursor.take('offset');
  const value = parseExpression(cursor, names);
  if (cursor.take(':')) return farPointer(value, parseExpression(cursor, names), first!);
  if (value.label !== null) return { k: 'label', name: value.label, addend: value.value };
  return { k: 'imm', n: value.value };
}
/** `st` or `st(3)`. */
function parseStack(cursor: Cursor): Operand {
  if (!cursor.take('(')) return { k: 'st', n: 0 };
  const token = cursor.next();
  if (token.kind !== 'number' || token.value > 7) throw new TextError('the registers are st(0) to st(7)', token);
  cursor.expect(')');
  return { k: 'st', n: token.value };
}
function farPointer(selector: Expression, offset: Expression, at: Token): Operand {
  if (selector.label !== null || offset.label !== null) throw new TextError('a far address must be written as two numbers', at);
  return { k: 'far', selector: selector.value, offset: offset.value };
}
function displacement(cursor: Cursor, names: Names, width: MemoryOperand['width'], segment: number): MemoryOperand {
  const { value, label } = parseExpression(cursor, names);
  return { k: 'mem', width, disp: value, segment, ...(label === null ? {} : { label }) };
}

interface Draft {
  base?: number;
  index?: number;
  scale?: 1 | 2 | 4 | 8;
  size?: 16 | 32;
  disp: number;
  label: string | null;
}

function parseMemory(cursor: Cursor, names: Names, width: MemoryOperand['width'], outer: number | undefined): MemoryOperand {
  const start = cursor.position,
    draft: Draft = { disp: 0, label: null };
  cursor.expect('[');
  let segment = outer;
  const named = registerAt(cursor.peek());
  if (named?.k === 'sreg' && cursor.is(':', 1)) {
    cursor.next();
    cursor.next();
    segment = named.n;
  }
  do parsePart(cursor, names, draft);
  while (!cursor.is(']'));
  cursor.expect(']');
  swapStackPointer(draft);
  if (draft.size === 16 && (draft.scale ?? 1) !== 1) throw new TextError('16-bit addresses have no scale', cursor.since(start));
  const { base, index, scale, size, disp, label } = draft;
  return {
    k: 'mem',
    width,
    disp: disp | 0,
    ...(base === undefined ? {} : { base }),
    ...(index === undefined ? {} : { index, scale: scale ?? 1 }),
    ...(segment === undefined ? {} : { segment }),
    ...(size === 16 ? { address: 16 as const } : {}),
    ...(label === null ? {} : { label }),
  };
}
/** ESP cannot be an index: `[eax+esp]` means `[esp+eax]`. */
function swapStackPointer(draft: Draft): void {
  if (draft.index !== ESP || draft.size === 16 || draft.base === undefined || (draft.scale ?? 1) !== 1) return;
  draft.index = draft.base;
  draft.base = ESP;
}

/** One summand: a register, a scaled register, or a constant. */
function parsePart(cursor: Cursor, names: Names, draft: Draft): void {
  const sign = cursor.peek(),
    negative = sign?.text === '-' && sign.kind === 'sign';
  if (negative || sign?.text === '+') cursor.next();
  const token = cursor.peek(),
    register = registerAt(token);
  const scaled = token?.kind === 'number' && cursor.is('*', 1) ? registerAt(cursor.peek(2)) : undefined;
  if (register || scaled) {
    if (negative) throw new TextError('a register cannot be subtracted', token!);
    if (scaled) {
      cursor.next();
      cursor.next();
      addRegister(draft, scaled, cursor.next(), token!);
      return;
    }
    cursor.next();
    addRegister(draft, register!, token!, cursor.take('*') ? cursor.next() : null);
    return;
  }
  if (token?.text === '-' || token?.text === '+') throw new TextError(`'${token.text}' is out of place`, token);
  const value = parseConstantPart(cursor, names, negative);
  draft.disp += value.value;
  if (value.label === null) return;
  if (draft.label !== null || negative) throw new TextError('an address can have only one label', token!);
  draft.label = value.label;
}
function parseConstantPart(cursor: Cursor, names: Names, negative: boolean): Expression {
  const value = parseExpression(cursor, names, 5);
  return negative ? { value: -value.value, label: value.label } : value;
}
/** `factor` is the token of the scale, if there is one: a scaled register is the index, even by 1. */
function addRegister(draft: Draft, register: Operand, token: Token, factor: Token | null): void {
  const scale = factor ? factor.value : 1;
  if (register.k !== 'reg' || register.width === 8) throw new TextError(`${token.text} cannot stand in an address`, token);
  if (draft.size !== undefined && draft.size !== register.width) throw new TextError('an address takes registers of one size', token);
  if (scale !== 1 && scale !== 2 && scale !== 4 && scale !== 8) throw new TextError('the scale must be 1, 2, 4 or 8', factor!);
  draft.size = register.width;
  if (draft.base === undefined && factor === null) draft.base = register.n;
  else if (draft.index === undefined) {
    draft.index = register.n;
    draft.scale = scale;
  } else if (draft.base === undefined && scale === 1) draft.base = register.n;
  else throw new TextError('an address takes at most two registers', token);
}
