/**
 * Pseudo-instructions: mnemonics that stand for several machine instructions, expanded as GNU as 2.40 does for MIPS32
 * release 2 without position-independent code. They are tried when no machine instruction fits the operands.
 *
 * Left out: the floating-point ones (li.s, l.d), and those of 64-bit machines.
 */
import type { Expression } from './expression.ts';
import type { Operand } from './operands.ts';
import { Reg, ZERO } from './macro.ts';
import type { Argument, Macro, Shape } from './macro.ts';
import { ARITHMETIC_MACROS } from './macrosArithmetic.ts';
import { BRANCH_MACROS } from './macrosBranch.ts';
import { MEMORY_MACROS } from './macrosMemory.ts';

const TABLE = new Map<string, Macro[]>();
for (const m of [...ARITHMETIC_MACROS, ...BRANCH_MACROS, ...MEMORY_MACROS]) TABLE.set(m.name, [...(TABLE.get(m.name) ?? []), m]);

export const isMacro = (name: string): boolean => TABLE.has(name);
export const macroNames = (): readonly string[] => [...TABLE.keys()];

const SHAPES: Readonly<Record<Shape, string>> = { r: 'register', i: 'number', e: 'label', m: 'address' };
/** What operands a pseudo-instruction takes, as a sentence. */
export function macroUsage(name: string): string {
  const uses = (TABLE.get(name) ?? []).map((m) => [...m.shape].map((c) => SHAPES[c as Shape]).join(', '));
  return `${name} takes ${uses.join(' or ')}.`;
}

/** The macro that fits, with its arguments. */
export function findMacro(
  name: string,
  operands: readonly Operand[],
  constant: (e: Expression) => number | null,
): readonly [Macro, Argument[]] | null {
  for (const m of TABLE.get(name) ?? []) {
    const short = m.short && operands.length === m.shape.length - 1;
    const list = short ? [operands[0]!, ...operands] : operands;
    if (list.length !== m.shape.length) continue;
    const args = list.map((o, i) => argument(m.shape[i] as Shape, o, constant));
    if (args.every((a): a is Argument => a !== null)) return [m, args];
  }
  return null;
}

function argument(shape: Shape, o: Operand, constant: (e: Expression) => number | null): Argument | null {
  const nothing: Expression = { k: 'number', n: 0, span: o.span };
  if (shape === 'r') return o.kind === 'register' ? { reg: new Reg(o.n), n: 0, e: nothing, operand: o, base: 0 } : null;
  if (o.kind !== 'value' && !(shape === 'm' && o.kind === 'memory')) return null;
  if (o.reloc !== null) return null;
  const base = o.kind === 'memory' ? o.base : 0;
  const n = constant(o.expression);
  if (shape === 'i' && n === null) return null;
  return { reg: ZERO, n: (n ?? 0) | 0, e: o.expression, operand: o, base };
}
