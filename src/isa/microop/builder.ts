/**
 * Builds the micro-op list of one instruction while its row speaks. Folds constants as it goes, so `xor eax, eax` is 0 at
 * once. ISA builders extend it with their own operands.
 *
 * Invariant: an op appears in `ops` once, after all values it consumes; commits come after effects in the list that
 * `finish` gives. Left out: common subexpressions within a row (the translator numbers values).
 */
import { binary, divide, extend, unary } from './arith.ts';
import { inputs as inputsOf } from './op.ts';
import type { Address, BinaryKind, CommitOp, DivideKind, EffectOp, FlagRule, FlowOp, Op, Slice, UnaryKind, Value, Width } from './op.ts';

export interface FlagOptions {
  readonly carry?: Value;
  readonly mask?: number;
  readonly when?: Value;
}

export class Builder {
  private readonly body: Op[] = [];
  private readonly commits: CommitOp[] = [];
  private flow: FlowOp | null = null;
  /** Few an instruction: a list is quicker than a map. */
  private readonly constants: (Value & { k: 'const' })[] = [];

  protected emit<T extends Op>(op: T): T {
    this.body.push(op);
    return op;
  }

  const(n: number): Value {
    const wanted = n | 0;
    for (const known of this.constants) if (known.n === wanted) return known;
    const value = this.emit({ k: 'const', n: wanted } as const);
    this.constants.push(value);
    return value;
  }

  getSlice(from: Slice, signed = false): Value {
    return this.emit({ k: 'get', from, signed } as const);
  }
  getAt(index: Value): Value {
    return index.k === 'const' ? this.getSlice({ word: index.n, low: 0, width: 32 }) : this.emit({ k: 'getAt', index } as const);
  }

  binary(k: BinaryKind, a: Value, b: Value): Value {
    if (a.k === 'const' && b.k === 'const') return this.const(binary(k, a.n, b.n));
    return this.identity(k, a, b) ?? this.emit({ k, a, b } as const);
  }
  private identity(k: BinaryKind, a: Value, b: Value): Value | null {
    const zero = b.k === 'const' && b.n === 0, zeroA = a.k === 'const' && a.n === 0;
    if (zero && (k === 'add' || k === 'sub' || k === 'or' || k === 'xor' || k === 'shl' || k === 'shr' || k === 'sar')) return a;
    if (zeroA && (k === 'add' || k === 'or' || k === 'xor')) return b;
    if ((zero || zeroA) && k === 'and') return this.const(0);
    if (a === b && (k === 'xor' || k === 'sub')) return this.const(0);
    if (a === b && (k === 'and' || k === 'or')) return a;
    return null;
  }
  unary(k: UnaryKind, a: Value): Value {
    return a.k === 'const' ? this.const(unary(k, a.n)) : this.emit({ k, a } as const);
  }

  add(a: Value, b: Value): Value { return this.binary('add', a, b); }
  sub(a: Value, b: Value): Value { return this.binary('sub', a, b); }
  mul(a: Value, b: Value): Value { return this.binary('mul', a, b); }
  and(a: Value, b: Value): Value { return this.binary('and', a, b); }
  or(a: Value, b: Value): Value { return this.binary('or', a, b); }
  xor(a: Value, b: Value): Value { return this.binary('xor', a, b); }
  shl(a: Value, b: Value): Value { return this.binary('shl', a, b); }
  shr(a: Value, b: Value): Value { return this.binary('shr', a, b); }
  sar(a: Value, b: Value): Value { return this.binary('sar', a, b); }
  eq(a: Value, b: Value): Value { return this.binary('eq', a, b); }
  ltu(a: Value, b: Value): Value { return this.binary('ltu', a, b); }
  lts(a: Value, b: Value): Value { return this.binary('lts', a, b); }
  /** 1 when the value is zero, else 0. */
  not(a: Value): Value { return this.eq(a, this.const(0)); }
  /** 1 when the value is not zero, else 0. */
  bool(a: Value): Value { return this.ltu(this.const(0), a); }

  divide(k: DivideKind, high: Value, low: Value, by: Value): Value {
    if (high.k === 'const' && low.k === 'const' && by.k === 'const') return this.const(divide(k, high.n, low.n, by.n));
    return this.emit({ k, high, low, by } as const);
  }
  extend(a: Value, width: Width, signed: boolean): Value {
    if (width === 32) return a;
    return a.k === 'const' ? this.const(extend(a.n, width, signed)) : this.emit({ k: 'extend', a, width, signed } as const);
  }
  select(when: Value, a: Value, b: Value): Value {
    if (when.k === 'const') return when.n !== 0 ? a : b;
    return a === b ? a : this.emit({ k: 'select', when, a, b } as const);
  }
  condition(code: number): Value { return this.emit({ k: 'cond', code } as const); }
  flagBits(mask: number): Value { return this.emit({ k: 'getFlags', mask } as const); }

  loadFrom(at: Address, width: Width, signed: boolean, aligned: boolean): Value {
    return this.emit({ k: 'load', at, width, signed, aligned } as const);
  }
  storeTo(at: Address, width: Width, value: Value, aligned: boolean): void {
    this.emit({ k: 'store', at, width, value, aligned } as const);
  }
  trapIf(when: Value, vector: number, error?: number): void {
    if (when.k === 'const' && when.n === 0) return;
    this.emit({ k: 'trapIf', when, vector, ...(error === undefined ? {} : { error }) } as EffectOp);
  }
  leaveIf(when: Value, to: number): void { this.emit({ k: 'leaveIf', when, to } as const); }
  service(name: string, args: readonly Value[], writes: readonly Slice[] = []): Value {
    return this.emit({ k: 'service', name, args, writes } as const);
  }

  putSlice(to: Slice, value: Value): void { this.commits.push({ k: 'put', to, value }); }
  putAt(index: Value, value: Value): void {
    if (index.k === 'const') this.putSlice({ word: index.n, low: 0, width: 32 }, value);
    else this.commits.push({ k: 'putAt', index, value });
  }
  setFlags(rule: FlagRule, width: Width, a: Value | undefined, b: Value | undefined, result: Value, options: FlagOptions = {}): void {
    this.commits.push({ k: 'flags', rule, width, ...(a ? { a } : {}), ...(b ? { b } : {}), result, ...options });
  }

  jumpTo(to: Value, as: 'jump' | 'call' | 'return' | 'repeat' = 'jump'): void { this.flow = { k: 'jump', to, as }; }
  branchTo(when: Value, to: number, otherwise: number): void { this.flow = { k: 'branch', when, to, otherwise }; }

  /** Values and effects in order, then commits, then flow; values nobody uses are dropped (loads stay: they may fault). */
  finish(): readonly Op[] {
    for (const commit of this.commits) this.body.push(commit);
    if (this.flow) this.body.push(this.flow);
    return dropUnused(this.body);
  }
}

const KEPT = new Set<string>(['load', 'store', 'trapIf', 'leaveIf', 'service', 'put', 'putAt', 'flags', 'jump', 'branch']);

/** Lists are short, so membership is looked up in a list. */
function dropUnused(ops: readonly Op[]): readonly Op[] {
  const used: Op[] = [];
  const kept: Op[] = [];
  for (let i = ops.length - 1; i >= 0; i--) {
    const op = ops[i]!;
    if (!KEPT.has(op.k) && !used.includes(op)) continue;
    for (const value of inputsOf(op)) used.push(value);
    kept.push(op);
  }
  return kept.reverse();
}
