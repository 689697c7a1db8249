/**
 * Places for the values of one instruction in flat code: where a value stands, what makes it when it stands nowhere yet, conditions on
 * flags, parts of an address, accesses to memory.
 *
 * Invariant: each value is made at most once an instruction. Left out: the order of effects and commits (plan.ts).
 */
import type { Address, Slice, Value } from '../isa/microop/op.ts';
import type { LazyRule } from '../isa/x86/flags.ts';
import { LAZY_A, LAZY_B, LAZY_RESULT } from '../isa/x86/state.ts';
import { TEMPORARY_WORDS } from './flat-layout.ts';
import type { FlatName } from './flat-ops.ts';
import { lowerCondition, type Lowered } from './plan-conditions.ts';

export type SegmentClass = 'flat' | 'limited' | 'based' | 'other';

/** What the planner needs from the block builder. */
export interface Sink {
  emit(name: FlatName, ...operands: number[]): void;
  /** Word number that holds a constant. */
  constant(n: number): number;
  /** A link slot to an address. */
  slot(to: number): number;
  /** Index of the instruction, for bail-outs. */
  readonly index: number;
  classOf(segment: number, write: boolean): SegmentClass;
  /** Base of the TLB view for an access through a segment of that class. */
  view(limited: boolean): number;
  /** The flags that the code emitted so far in this block certainly left, or null. */
  known: { rule: LazyRule; width: number } | null;
  /** Gives the operands of a compare or test emitted just before, and takes it away. */
  takeLast(name: 'compare' | 'test'): readonly [number, number] | null;
  /** A control register now; the bits FIXED_CR0 and FIXED_CR4 are the same whenever the block runs. */
  control(word: number): number;
}

const DIVIDES = ['divu', 'remu', 'divs', 'rems'];

/** Of a whole register. */
export const full = (slice: Slice): boolean => slice.width === 32;

export class Places {
  private readonly sink: Sink;
  private readonly known = new Map<Value, number>();
  private temporaries = 0;

  constructor(sink: Sink) {
    this.sink = sink;
  }

  /** For the next instruction. */
  clear(): void {
    this.known.clear();
    this.temporaries = 0;
  }

  temporary(): number {
    return TEMPORARY_WORDS + this.temporaries++;
  }

  /** The value stands at that word already. */
  set(value: Value, at: number): void {
    this.known.set(value, at);
  }

  has(value: Value): boolean {
    return this.known.has(value);
  }

  /** Where it was put or made; undefined when it was not. */
  get(value: Value): number | undefined {
    return this.known.get(value);
  }

  /** From now on it stands in a temporary: `from` is about to be written. */
  copy(value: Value, from: number): void {
    const to = this.temporary();
    this.sink.emit('mov', to, from);
    this.known.set(value, to);
  }

  /** Like `of`, where the consumer looks at the low bits only: a part at the bottom of a register stands there already. */
  lowOf(value: Value): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    if (value.k === 'get' && value.from.low === 0) return value.from.word;
    if (value.k === 'extend') return this.lowOf(value.a);
    if (value.k !== 'add' && value.k !== 'sub' && value.k !== 'and' && value.k !== 'or' && value.k !== 'xor') return this.of(value);
    const a = this.lowOf(value.a),
      b = this.lowOf(value.b),
      at = this.temporary();
    this.sink.emit(value.k, at, a, b);
    this.known.set(value, at);
    return at;
  }

  /** Word number where the value stands, emitting what makes it when that has not happened yet. */
  of(value: Value): number {
    const known = this.known.get(value);
    if (known !== undefined) return known;
    const direct = this.direct(value);
    if (direct >= 0) return direct;
    const at = this.temporary();
    this.make(value, at);
    this.known.set(value, at);
    return at;
  }
  /** Constants and whole registers stand somewhere already. */
  direct(value: Value): number {
    if (value.k === 'const') return this.sink.constant(value.n);
    return value.k === 'get' && full(value.from) ? value.from.word : -1;
  }

  /** Emits what makes the value, into the word `to`. */
  make(value: Value, to: number): void {
    const { sink } = this;
    switch (value.k) {
      case 'const':
      case 'load':
      case 'service':
        sink.emit('mov', to, this.of(value));
        return;
      case 'get':
        this.makeGet(value, to);
        return;
      case 'extend':
        sink.emit(value.width === 8 ? (value.signed ? 'ext8s' : 'ext8u') : value.signed ? 'ext16s' : 'ext16u', to, this.of(value.a));
        return;
      case 'clz':
      case 'ctz':
      case 'popcnt':
        sink.emit(value.k, to, this.of(value.a));
        return;
      case 'divu':
      case 'remu':
      case 'divs':
      case 'rems':
        sink.emit('divide', to, DIVIDES.indexOf(value.k), this.of(value.high), this.of(value.low), this.of(value.by));
        return;
      case 'select':
        sink.emit('select', to, this.of(value.when), this.of(value.a), this.of(value.b));
        return;
      case 'cond':
        this.makeCondition(value.code, to);
        return;
      case 'getFlags':
        sink.emit('getFlags', to, value.mask);
        return;
      case 'getAt':
        throw new Error(`${value.k} has no flat form`);
      default:
        this.makeBinary(value, to);
    }
  }
  private makeGet(value: Extract<Value, { k: 'get' }>, to: number): void {
    const { word, low, width } = value.from;
    if (width === 32) this.sink.emit('mov', to, word);
    else if (low === 8) this.sink.emit(value.signed ? 'high8s' : 'high8u', to, word);
    else this.sink.emit(width === 8 ? (value.signed ? 'ext8s' : 'ext8u') : value.signed ? 'ext16s' : 'ext16u', to, word);
  }
  private makeBinary(value: Value, to: number): void {
    const parts = value.k === 'add' ? this.addressParts(value) : null;
    if (parts !== null && (parts.index >= 0 || parts.displacement !== 0) && parts.deep) {
      this.sink.emit('lea', to, parts.base, parts.index < 0 ? this.sink.constant(0) : parts.index, parts.shift, parts.displacement);
      return;
    }
    const { k, a, b } = value as Extract<Value, { a: Value; b: Value }> & { k: FlatName };
    this.sink.emit(k, to, this.of(a), this.of(b));
  }

  // Conditions

  /** The condition as one comparison, when the flags that are known allow it. */
  lowered(code: number): Lowered | null {
    const simple = lowerCondition(code, this.sink);
    if (simple === null || this.sink.known!.width === 32) return simple;
    return { ...simple, a: this.atTop(simple.a), b: this.atTop(simple.b) };
  }
  /** Narrow operands are compared at the top of a word. */
  private atTop(word: number): number {
    if (word !== LAZY_A && word !== LAZY_B && word !== LAZY_RESULT) return word;
    const to = this.temporary();
    this.sink.emit('shl', to, word, this.sink.constant(32 - this.sink.known!.width));
    return to;
  }
  private makeCondition(code: number, to: number): void {
    const simple = this.lowered(code);
    if (simple === null) {
      this.sink.emit('cond', to, code);
      return;
    }
    this.sink.emit(simple.op === 'Eq' ? 'eq' : simple.op === 'Ltu' ? 'ltu' : 'lts', to, simple.a, simple.b);
    if (simple.not) this.sink.emit('xor', to, to, this.sink.constant(1));
  }

  // Addresses

  private addressParts(offset: Value): { base: number; index: number; shift: number; displacement: number; deep: boolean } {
    let displacement = 0,
      rest = offset,
      deep = false;
    if (rest.k === 'add' && rest.b.k === 'const' && !this.known.has(rest)) {
      displacement = rest.b.n;
      rest = rest.a;
    }
    if (rest.k === 'const')
      return { base: this.sink.constant(0), index: -1, shift: 0, displacement: (displacement + rest.n) | 0, deep: true };
    if (!this.known.has(rest)) {
      if (rest.k === 'add') {
        const scaled = rest.b.k === 'shl' && rest.b.b.k === 'const' ? rest.b : null;
        deep = displacement !== 0 || scaled !== null;
        const base = this.of(rest.a);
        return scaled && scaled.b.k === 'const'
          ? { base, index: this.of(scaled.a), shift: scaled.b.n, displacement, deep }
          : { base, index: this.of(rest.b), shift: 0, displacement, deep };
      }
      if (rest.k === 'shl' && rest.b.k === 'const')
        return { base: this.sink.constant(0), index: this.of(rest.a), shift: rest.b.n, displacement, deep: displacement !== 0 };
    }
    return { base: this.of(rest), index: -1, shift: 0, displacement, deep };
  }

  /** A load, a store or (name `probe`) the check that a store would succeed. */
  access(kind: 'load' | 'store', name: string, register: number, at: Address, size: number): void {
    const { sink } = this;
    const segment = at.segment;
    const type: SegmentClass = segment === null ? 'flat' : sink.classOf(segment, kind === 'store');
    if (type === 'based' || type === 'other') {
      const linear = this.temporary();
      sink.emit('segment', linear, this.of(at.offset), segment!, size - 1, sink.index);
      sink.emit(name as FlatName, register, linear, 0, sink.view(false), sink.index);
      return;
    }
    const view = sink.view(type === 'limited');
    const parts = this.addressParts(at.offset);
    if (parts.index < 0) sink.emit(name as FlatName, register, parts.base, parts.displacement, view, sink.index);
    else if (name === 'load32' || name === 'load8u' || name === 'store32' || name === 'store8') {
      sink.emit(`${name}x`, register, parts.base, parts.index, parts.shift, parts.displacement, view, sink.index);
    } else {
      const sum = this.temporary();
      sink.emit('lea', sum, parts.base, parts.index, parts.shift, parts.displacement);
      sink.emit(name as FlatName, register, sum, 0, view, sink.index);
    }
  }
}
