/**
 * The micro-op algebra: the closed set of typed operations in which the meaning of every instruction is written, once.
 *
 * Invariant (the commit rule): values see the state before the instruction; loads, stores and traps happen in the order
 * written; `put` and `flags` commit together at the instruction's end; one flow op, if any, stands last. So every fault
 * comes before every commit, and an instruction can be left and restarted.
 *
 * A value is named by the op that makes it (SSA by reference). Values are 32 bits wide; bits above a consumer's width are
 * don't-care: whoever looks at high bits (shr, sar, compare, divide, a flag) extends first.
 *
 * Left out: what is not data flow (far calls, control registers, ports, CPUID) is a named `service`. 64-bit and
 * floating-point values are to be added beside these, not instead of them.
 */

export type Width = 8 | 16 | 32;

/** Bits of a state word: EAX is {word 0, low 0, width 32}, AH {0, 8, 8}, MIPS HI {32, 0, 32}. `word` indexes the state's Int32Array. */
export interface Slice {
  readonly word: number;
  readonly low: 0 | 8;
  readonly width: Width;
}

export type Value = ValueOp;

export type BinaryKind =
  | 'add' | 'sub' | 'mul' | 'mulhu' | 'mulhs'
  | 'and' | 'or' | 'xor'
  /** Shift counts are taken modulo 32. */
  | 'shl' | 'shr' | 'sar' | 'rotl' | 'rotr'
  /** Comparisons give 0 or 1. */
  | 'eq' | 'ltu' | 'lts';

export type UnaryKind =
  /** Leading zeros of 32 bits (32 for zero); trailing zeros of 32 bits (32 for zero); number of ones. */
  | 'clz' | 'ctz' | 'popcnt';

/** 64-by-32 division (high:low by `by`). The row has trapped zero divisors and overflow before; otherwise the result is 0. */
export type DivideKind = 'divu' | 'remu' | 'divs' | 'rems';

/** How status flags follow from operands (Intel SDM vol. 1, 3.4.3). `set` writes the EFLAGS bits in `mask` from `result`. */
export type FlagRule =
  | 'add' | 'sub' | 'logic'
  /** With carry in: `carry` is a value op (0 or 1). */
  | 'adc' | 'sbb'
  /** CF is kept. */
  | 'inc' | 'dec'
  /** a = operand before, b = count (1..31, never 0: see `when`), result = after. */
  | 'shl' | 'shr' | 'sar'
  | 'set';

/** An address in a segment of the host (number as in the encoding: ES CS SS DS FS GS = 0..5), or in a flat space (null). */
export interface Address {
  readonly segment: number | null;
  readonly offset: Value;
}

export type ValueOp =
  | { readonly k: 'const'; readonly n: number }
  /** Reads state; zero- or sign-extended to 32 bits when the slice is narrower. */
  | { readonly k: 'get'; readonly from: Slice; readonly signed: boolean }
  /** Reads the 32-bit state word whose number is a run-time value (interpreter handlers: register fields). */
  | { readonly k: 'getAt'; readonly index: Value }
  | { readonly k: BinaryKind; readonly a: Value; readonly b: Value }
  | { readonly k: UnaryKind; readonly a: Value }
  | { readonly k: DivideKind; readonly high: Value; readonly low: Value; readonly by: Value }
  | { readonly k: 'extend'; readonly a: Value; readonly width: 8 | 16; readonly signed: boolean }
  /** `a` when `when` is non-zero, else `b`. Both are computed: a select never guards a load or a trap. */
  | { readonly k: 'select'; readonly when: Value; readonly a: Value; readonly b: Value }
  /** An x86 condition code 0..15 of the flags before the instruction: 0 or 1 (0 O, 2 B/CF, 4 Z, 8 S, A P, ...). */
  | { readonly k: 'cond'; readonly code: number }
  /** EFLAGS & mask before the instruction, materialised. */
  | { readonly k: 'getFlags'; readonly mask: number }
  /** Memory read, zero- or sign-extended. `aligned`: an unaligned address raises the ISA's address error. */
  | { readonly k: 'load'; readonly at: Address; readonly width: Width; readonly signed: boolean; readonly aligned: boolean }
  /**
   * A named service of the machine, run where it stands: it may fault, may write the slices it names, may change the flow,
   * and gives a 32-bit value (0 when it has none to give). Never dropped, never moved.
   */
  | { readonly k: 'service'; readonly name: string; readonly args: readonly Value[]; readonly writes: readonly Slice[] };

export type EffectOp =
  | { readonly k: 'store'; readonly at: Address; readonly width: Width; readonly value: Value; readonly aligned: boolean }
  /** Raises exception `vector` (the ISA's own numbering) when the value is non-zero; nothing of the instruction commits. */
  | { readonly k: 'trapIf'; readonly when: Value; readonly vector: number; readonly error?: number }
  /** Ends the instruction at once, with nothing committed, going on at `to` (REP with ECX = 0; an annulled branch-likely slot). */
  | { readonly k: 'leaveIf'; readonly when: Value; readonly to: number };

export type CommitOp =
  | { readonly k: 'put'; readonly to: Slice; readonly value: Value }
  | { readonly k: 'putAt'; readonly index: Value; readonly value: Value }
  | {
      readonly k: 'flags'; readonly rule: FlagRule; readonly width: Width;
      readonly a?: Value; readonly b?: Value; readonly carry?: Value;
      readonly result: Value;
      /** Only for rule `set`: the EFLAGS bits written. */
      readonly mask?: number;
      /** When present and zero, flags stay as they were (shift by zero). */
      readonly when?: Value;
    };

export type FlowOp =
  /** `repeat`: the REP iteration goes back to its own address. `to` is a constant value op where the target is known. */
  | { readonly k: 'jump'; readonly to: Value; readonly as: 'jump' | 'call' | 'return' | 'repeat' }
  | { readonly k: 'branch'; readonly when: Value; readonly to: number; readonly otherwise: number };

export type Op = ValueOp | EffectOp | CommitOp | FlowOp;

const VALUE_KINDS = new Set<string>([
  'const', 'get', 'getAt', 'add', 'sub', 'mul', 'mulhu', 'mulhs', 'and', 'or', 'xor', 'shl', 'shr', 'sar', 'rotl', 'rotr',
  'eq', 'ltu', 'lts', 'clz', 'ctz', 'popcnt', 'divu', 'remu', 'divs', 'rems', 'extend', 'select', 'cond', 'getFlags', 'load', 'service',
]);

export const isValue = (op: Op): op is ValueOp => VALUE_KINDS.has(op.k);

/** The values an op consumes, in evaluation order. */
export function inputs(op: Op): readonly Value[] {
  switch (op.k) {
    case 'const': case 'get': case 'cond': case 'getFlags': return [];
    case 'getAt': return [op.index];
    case 'clz': case 'ctz': case 'popcnt': case 'extend': return [op.a];
    case 'divu': case 'remu': case 'divs': case 'rems': return [op.high, op.low, op.by];
    case 'select': return [op.when, op.a, op.b];
    case 'load': return [op.at.offset];
    case 'store': return [op.at.offset, op.value];
    case 'trapIf': case 'leaveIf': case 'branch': return [op.when];
    case 'service': return op.args;
    case 'put': return [op.value];
    case 'putAt': return [op.index, op.value];
    case 'flags': return [op.a, op.b, op.carry, op.result, op.when].filter((v): v is Value => v !== undefined);
    case 'jump': return [op.to];
    default: return [op.a, op.b];
  }
}
