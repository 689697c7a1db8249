/** What a pseudo-instruction is, and what its expansion may use. */
import type { Expression } from './expression.ts';
import type { Operand } from './operands.ts';
import type { Span } from './problem.ts';

/** What an expansion may use. Operands of emitted instructions: register numbers, numbers, or what was written. */
export interface MacroContext {
  emit(name: string, ...operands: (Reg | number | Operand)[]): void;
  /** $at, unless the source keeps it for itself (.set noat). */
  readonly at: Reg;
  /** Loads a number: one or two instructions. */
  li(to: Reg, n: number): void;
  /** Emits without filling delay slots. */
  noreorder(body: () => void): void;
  /** An operand for a branch to `distance` bytes behind the branch's delay slot. */
  skip(distance: number): Operand;
  value(e: Expression, reloc: 'hi' | 'lo' | null): Operand;
  memory(e: Expression, reloc: 'hi' | 'lo' | null, base: Reg): Operand;
  /** The value if it is known to be a number now, as a signed 32-bit number. */
  constant(e: Expression): number | null;
  warn(message: string): void;
  readonly span: Span;
}

export class Reg {
  readonly n: number;
  constructor(n: number) {
    this.n = n;
  }
}
export const ZERO = new Reg(0);

/** r register, i known number, e expression, m memory operand (or an address without a base). */
export type Shape = 'r' | 'i' | 'e' | 'm';
export type Argument = { readonly reg: Reg; readonly n: number; readonly e: Expression; readonly operand: Operand; readonly base: number };
export interface Macro {
  readonly name: string;
  readonly shape: string;
  /** With one operand less, the first counts twice. */
  readonly short: boolean;
  readonly expand: (m: MacroContext, ...args: Argument[]) => void;
}

export const macro = (name: string, shape: string, expand: Macro['expand'], short = false): Macro => ({ name, shape, expand, short });
