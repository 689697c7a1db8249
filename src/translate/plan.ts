/**
 * From the micro-ops of one instruction to flat code: places for values, fused shapes, order of commits.
 *
 * Invariant: everything that may leave the block (loads, stores, traps) stands before the instruction's first change of a
 * register or flag, so that leaving at an instruction leaves it undone. Left out, and done by `step`: services but
 * those of inline.ts, run-time register numbers.
 */
import type { Address, Op, Slice, Value } from '../isa/microop/op.ts';
import { inputs } from '../isa/microop/op.ts';
import type { X86Instruction } from '../isa/x86/instruction.ts';
import { lazyCode, type LazyRule } from '../isa/x86/flags.ts';
import { CR0, CR4, EAX, ESP, LAZY_A, LAZY_B, LAZY_RESULT, SS, STATUS_FLAGS } from '../isa/x86/state.ts';
import { FIXED_CR0, FIXED_CR4 } from './flat-context.ts';
import { TEMPORARY_WORDS } from './flat-layout.ts';
import type { FlatName } from './flat-ops.ts';
import { inlineNumber, isRefusal } from './inline.ts';
import { COMPARE, lowerCondition, type Lowered, TEST } from './plan-conditions.ts';

export type SegmentClass = 'flat' | 'limited' | 'based' | 'other';
type FlagsOp = Extract<Op, { k: 'flags' }>;
type PutOp = Extract<Op, { k: 'put' }>;

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

const REFUSED = new Set(['getAt', 'putAt']);
const DIVIDES = ['divu', 'remu', 'divs', 'rems'];

/** Whether flat code can do it; what it cannot is left to `step`. */
export function canPlan(instruction: X86Instruction): boolean {
  let stored = false;
  for (const op of instruction.ops) {
    if (REFUSED.has(op.k) || (op.k === 'service' && inlineNumber(op.name) < 0)) return false;
    if (stored && op.k !== 'store' && mayLeave(op)) return false;
    if (op.k === 'store') stored = true;
    if (op.k === 'trapIf' && op.when.k === 'const') return false;
    if ((op.k === 'load' || op.k === 'store') && op.aligned) return false;
  }
  return true;
}

/** Whether it leaves early only after a service has refused it: flat code does not go on to there. */
export const refuses = (instruction: X86Instruction): boolean => instruction.ops.some((op) => op.k === 'service' && isRefusal(op.name));
export const mayLeave = (op: Op): boolean => op.k === 'load' || op.k === 'store' || op.k === 'trapIf' || op.k === 'leaveIf';
export const readsFlags = (op: Op): boolean =>
  op.k === 'cond' ||
  (op.k === 'getFlags' && (op.mask & STATUS_FLAGS) !== 0) ||
  (op.k === 'flags' &&
    (op.rule === 'inc' || op.rule === 'dec' || op.when !== undefined || (op.rule === 'set' && (op.mask! & STATUS_FLAGS) !== STATUS_FLAGS)));
export const definesAllFlags = (op: Op): boolean =>
  op.k === 'flags' &&
  op.when === undefined &&
  (op.rule === 'set' ? (op.mask! & STATUS_FLAGS) === STATUS_FLAGS : op.rule !== 'inc' && op.rule !== 'dec');

const full = (slice: Slice): boolean => slice.width === 32;

export class Planner {
  private readonly sink: Sink;
  private readonly places = new Map<Value, number>();
  private readonly uses = new Map<Value, number>();
  private temporaries = 0;
  private ops: readonly Op[] = [];

  constructor(sink: Sink) {
    this.sink = sink;
  }

  /** `keepFlags` false: nobody looks at the flags that this instruction makes. True when the block ends with it. */
  plan(instruction: X86Instruction, keepFlags: boolean): boolean {
    this.places.clear();
    this.uses.clear();
    this.temporaries = 0;
    this.ops = keepFlags
      ? instruction.ops
      : instruction.ops.filter((op) => op.k !== 'flags' || (op.mask !== undefined && (op.mask & ~STATUS_FLAGS) !== 0));
    this.count();
    if (this.stackShape()) return this.flow();
    this.effects();
    this.commits();
    return this.flow();
  }

  /** Uses of values, only from ops that are themselves needed. */
  private count(): void {
    const needed = (op: Op): boolean =>
      mayLeave(op) || op.k === 'service' || op.k === 'put' || op.k === 'flags' || op.k === 'jump' || op.k === 'branch';
    for (let i = this.ops.length - 1; i >= 0; i--) {
      const op = this.ops[i]!;
      if (!needed(op) && !this.uses.has(op as Value)) continue;
      for (const value of inputs(op)) this.uses.set(value, (this.uses.get(value) ?? 0) + 1);
    }
  }

  private temporary(): number {
    return TEMPORARY_WORDS + this.temporaries++;
  }

  // Values

  /** Like `place`, where the consumer looks at the low bits only: a part at the bottom of a register stands there already. */
  private low(value: Value): number {
    const known = this.places.get(value);
    if (known !== undefined) return known;
    if (value.k === 'get' && value.from.low === 0) return value.from.word;
    if (value.k === 'extend') return this.low(value.a);
    if (value.k !== 'add' && value.k !== 'sub' && value.k !== 'and' && value.k !== 'or' && value.k !== 'xor') return this.place(value);
    const a = this.low(value.a),
      b = this.low(value.b),
      at = this.temporary();
    this.sink.emit(value.k, at, a, b);
    this.places.set(value, at);
    return at;
  }

  /** Word number where the value stands, emitting what makes it when that has not happened yet. */
  private place(value: Value): number {
    const known = this.places.get(value);
    if (known !== undefined) return known;
    const direct = this.direct(value);
    if (direct >= 0) return direct;
    const at = this.temporary();
    this.make(value, at);
    this.places.set(value, at);
    return at;
  }
  /** Constants and whole registers stand somewhere already. */
  private direct(value: Value): number {
    if (value.k === 'const') return this.sink.constant(value.n);
    return value.k === 'get' && full(value.from) ? value.from.word : -1;
  }

  private make(value: Value, to: number): void {
    const { sink } = this;
    switch (value.k) {
      case 'const':
      case 'load':
      case 'service':
        sink.emit('mov', to, this.place(value));
        return;
      case 'get':
        this.makeGet(value, to);
        return;
      case 'extend':
        sink.emit(value.width === 8 ? (value.signed ? 'ext8s' : 'ext8u') : value.signed ? 'ext16s' : 'ext16u', to, this.place(value.a));
        return;
      case 'clz':
      case 'ctz':
      case 'popcnt':
        sink.emit(value.k, to, this.place(value.a));
        return;
      case 'divu':
      case 'remu':
      case 'divs':
      case 'rems':
        sink.emit('divide', to, DIVIDES.indexOf(value.k), this.place(value.high), this.place(value.low), this.place(value.by));
        return;
      case 'select':
        sink.emit('select', to, this.place(value.when), this.place(value.a), this.place(value.b));
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
    this.sink.emit(k, to, this.place(a), this.place(b));
  }

  // Conditions

  private lowered(code: number): Lowered | null {
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
    if (rest.k === 'add' && rest.b.k === 'const' && !this.places.has(rest)) {
      displacement = rest.b.n;
      rest = rest.a;
    }
    if (rest.k === 'const')
      return { base: this.sink.constant(0), index: -1, shift: 0, displacement: (displacement + rest.n) | 0, deep: true };
    if (!this.places.has(rest)) {
      if (rest.k === 'add') {
        const scaled = rest.b.k === 'shl' && rest.b.b.k === 'const' ? rest.b : null;
        deep = displacement !== 0 || scaled !== null;
        const base = this.place(rest.a);
        return scaled && scaled.b.k === 'const'
          ? { base, index: this.place(scaled.a), shift: scaled.b.n, displacement, deep }
          : { base, index: this.place(rest.b), shift: 0, displacement, deep };
      }
      if (rest.k === 'shl' && rest.b.k === 'const')
        return { base: this.sink.constant(0), index: this.place(rest.a), shift: rest.b.n, displacement, deep: displacement !== 0 };
    }
    return { base: this.place(rest), index: -1, shift: 0, displacement, deep };
  }

  private access(kind: 'load' | 'store', name: string, register: number, at: Address, size: number): void {
    const { sink } = this;
    const segment = at.segment;
    const type: SegmentClass = segment === null ? 'flat' : sink.classOf(segment, kind === 'store');
    if (type === 'based' || type === 'other') {
      const linear = this.temporary();
      sink.emit('segment', linear, this.place(at.offset), segment!, size - 1, sink.index);
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

  // Effects, in order

  private effects(): void {
    const { ops } = this;
    let stored = false;
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i]!;
      if (op.k === 'load') {
        const to = this.straightTo(op, i) ?? this.temporary();
        const name = op.width === 32 ? 'load32' : `load${op.width}${op.signed ? 's' : 'u'}`;
        this.access('load', name, to, op.at, op.width >> 3);
        this.places.set(op, to);
      } else if (op.k === 'service') this.service(op);
      else if (op.k === 'store') {
        if (!stored) this.probe(i + 1);
        stored = true;
        this.access('store', `store${op.width}`, op.width === 32 ? this.place(op.value) : this.low(op.value), op.at, op.width >> 3);
      } else if (op.k === 'trapIf') {
        if (this.fixed(op.when) !== 0) this.sink.emit('trapIf', this.place(op.when), this.sink.index);
      } else if (op.k === 'leaveIf' && op.when !== this.refused) this.sink.emit('leaveIf', this.place(op.when), this.sink.slot(op.to));
    }
  }

  /** Of several stores none must fail once the first is done. */
  private probe(from: number): void {
    for (let i = from; i < this.ops.length; i++) {
      const op = this.ops[i]!;
      if (op.k === 'store') this.access('store', 'probe', this.sink.constant(0), op.at, op.width >> 3);
    }
  }
  /** The value on which `step` goes on, because something is refused. */
  private refused: Value | null = null;
  private service(op: Extract<Value, { k: 'service' }>): void {
    if (isRefusal(op.name)) {
      this.refused = op.args[0]!;
      this.sink.emit('trapIf', this.place(this.refused), this.sink.index);
      this.places.set(op, this.sink.constant(0));
      return;
    }
    const args = op.args.map((value) => this.place(value)),
      to = this.temporary(),
      zero = this.sink.constant(0);
    const count = args.length > 3 ? 6 : 3;
    this.sink.emit(
      count === 3 ? 'call3' : 'call6',
      to,
      inlineNumber(op.name),
      ...args,
      ...new Array<number>(count - args.length).fill(zero),
    );
    this.places.set(op, to);
  }
  /** What a condition on control registers is whenever this block runs; null: not known. */
  private fixed(value: Value): number | null {
    if (value.k === 'const') return value.n;
    if (value.k === 'and' && value.a.k === 'get' && value.b.k === 'const') {
      const { word } = value.a.from,
        mask = word === CR0 ? FIXED_CR0 : word === CR4 ? FIXED_CR4 : 0;
      return (value.b.n & ~mask) === 0 ? this.sink.control(word) & value.b.n : null;
    }
    if (value.k !== 'eq') return null;
    const a = this.fixed(value.a),
      b = this.fixed(value.b);
    return a === null || b === null ? null : a === b ? 1 : 0;
  }

  /** The register that a load may write at once: the load is the last effect and the put of it the only commit. */
  private straightTo(load: Value, i: number): number | null {
    const { ops } = this;
    const put = ops[i + 1];
    if (i + 2 !== ops.length || put?.k !== 'put' || put.value !== load || !full(put.to)) return null;
    return put.to.word;
  }

  // Commits

  private commits(): void {
    const puts = this.ops.filter((op): op is PutOp => op.k === 'put');
    const flags = this.ops.filter((op): op is FlagsOp => op.k === 'flags');
    const branch = this.ops.find((op) => op.k === 'branch' || op.k === 'jump');
    if (flags.length === 1 && this.fused(flags[0]!, puts)) return;
    const late = flags.length === 0 ? this.lateValue(puts) : null;
    for (const op of this.ops) {
      if (op.k === 'put' && op.value !== late) this.place(op.value);
      if (op.k === 'flags') for (const value of inputs(op)) this.place(value);
    }
    if (branch && !(branch.k === 'branch' && branch.when.k === 'cond' && flags.length === 0)) this.keepFlow(branch, puts);
    this.rescue(puts);
    for (const op of flags) this.emitFlags(op);
    for (const put of puts) {
      if (put.value === late) this.make(late, put.to.word);
      else this.emitPut(put);
    }
  }

  /** A pure value that the last put alone uses can be computed straight into its register. */
  private lateValue(puts: readonly PutOp[]): Value | null {
    const last = puts[puts.length - 1];
    if (!last || !full(last.to) || this.places.has(last.value) || this.uses.get(last.value) !== 1 || this.direct(last.value) >= 0)
      return null;
    const value = last.value;
    if (value.k === 'cond') return null;
    const words = new Set(puts.slice(0, -1).map((put) => put.to.word));
    return words.size > 0 && this.reads(value, words) ? null : value;
  }
  private reads(value: Value, words: ReadonlySet<number>): boolean {
    if (this.places.has(value)) return words.has(this.places.get(value)!);
    if (value.k === 'get') return words.has(value.from.word);
    return inputs(value).some((input) => this.reads(input, words));
  }

  /** Places that an earlier put overwrites are copied first. */
  private rescue(puts: readonly PutOp[]): void {
    const written = new Set<number>();
    for (const put of puts) {
      const direct = this.direct(put.value);
      if (direct >= 0 && written.has(direct)) this.copy(put.value, direct);
      written.add(put.to.word);
    }
  }
  private copy(value: Value, from: number): void {
    const to = this.temporary();
    this.sink.emit('mov', to, from);
    this.places.set(value, to);
  }
  private keepFlow(op: Op, puts: readonly PutOp[]): void {
    for (const value of inputs(op)) {
      const at = this.place(value);
      if (puts.some((put) => put.to.word === at)) this.copy(value, at);
    }
  }

  private emitPut({ to, value }: PutOp): void {
    const from = this.place(value);
    if (full(to)) {
      if (from !== to.word) this.sink.emit('mov', to.word, from);
    } else this.sink.emit(to.width === 16 ? 'put16' : to.low === 8 ? 'putHigh8' : 'put8', to.word, from);
  }

  private emitFlags(op: FlagsOp): void {
    const { sink } = this;
    const place = (value: Value | undefined): number => (value === undefined ? sink.constant(0) : this.place(value));
    if (op.rule === 'set') {
      if (op.when) sink.emit('setBitsWhen', op.mask!, place(op.result), place(op.when));
      else sink.emit('setBits', op.mask!, place(op.result));
      if ((op.mask! & STATUS_FLAGS) !== 0) sink.known = null;
      return;
    }
    const code = lazyCode(op.rule, op.width);
    if (op.when) sink.emit('lazyWhen', code, place(op.a), place(op.b), place(op.result), place(op.when));
    else if (op.rule === 'inc' || op.rule === 'dec') sink.emit('lazyKeep', code, place(op.a), place(op.result));
    else if (op.rule === 'adc' || op.rule === 'sbb')
      sink.emit('lazyCarry', code, place(op.a), place(op.b), place(op.result), place(op.carry));
    else sink.emit('lazy', code, place(op.a), place(op.b), place(op.result));
    sink.known = op.when ? null : { rule: op.rule, width: op.width };
  }

  /** Arithmetic and its 32-bit flags in one operation. */
  private fused(op: FlagsOp, puts: readonly PutOp[]): boolean {
    const { result } = op;
    if (op.width !== 32 || op.when || puts.length > 1 || this.places.has(result)) return false;
    if (op.rule !== 'add' && op.rule !== 'sub' && op.rule !== 'logic') return false;
    if (result.k !== 'add' && result.k !== 'sub' && result.k !== 'and' && result.k !== 'or' && result.k !== 'xor') return false;
    if (op.rule !== 'logic' && (op.rule !== result.k || op.a !== result.a || op.b !== result.b)) return false;
    if ((op.rule === 'logic') !== (result.k !== 'add' && result.k !== 'sub')) return false;
    const put = puts[0];
    if (put && (put.value !== result || !full(put.to))) return false;
    if (this.ops.some((o) => (o.k === 'branch' || o.k === 'jump') && inputs(o).some((v) => v.k !== 'const'))) return false;
    const a = this.place(result.a),
      b = this.place(result.b);
    if (put) this.sink.emit(`${result.k}Flags`, put.to.word, a, b);
    else if (result.k === 'sub') this.sink.emit('compare', a, b);
    else if (result.k === 'and') this.sink.emit('test', a, b);
    else this.sink.emit(`${result.k}Flags`, this.temporary(), a, b);
    this.sink.known = { rule: op.rule, width: 32 };
    return true;
  }

  // The stack

  /** PUSH, POP, CALL and RET in their plain 32-bit shapes. */
  private stackShape(): boolean {
    const access = this.ops.filter(mayLeave);
    if (access.length === 0 || this.ops.some((op) => op.k === 'flags' || op.k === 'service')) return false;
    const last = access[access.length - 1]!;
    if (last.k === 'store') return this.pushShape(last, access);
    return access.length === 1 && last.k === 'load' && this.popShape(last);
  }
  private plainStack(at: Address): boolean {
    return at.segment === SS && this.sink.classOf(SS, true) === 'flat';
  }

  private pushShape(store: Extract<Op, { k: 'store' }>, access: readonly Op[]): boolean {
    const { offset } = store.at;
    const puts = this.ops.filter((op): op is PutOp => op.k === 'put');
    if (store.width !== 32 || !this.plainStack(store.at) || puts.length !== 1 || access.length > 2) return false;
    if (offset.k !== 'add' || !isEsp(offset.a) || offset.b.k !== 'const' || offset.b.n !== -4) return false;
    if (puts[0]!.value !== offset || puts[0]!.to.word !== ESP) return false;
    const jump = this.ops.find((op) => op.k === 'jump');
    if (jump && (jump.k !== 'jump' || access.length > 1)) return false;
    const first = access[0]!;
    if (access.length === 2) {
      if (first.k !== 'load' || first.width !== 32) return false;
      const to = this.temporary();
      this.access('load', 'load32', to, first.at, 4);
      this.places.set(first, to);
    }
    if (jump?.k === 'jump' && jump.to.k !== 'const' && this.place(jump.to) === ESP) this.copy(jump.to, ESP);
    if (jump?.k === 'jump' && jump.to.k === 'const') {
      this.sink.emit('call', this.place(store.value), this.sink.slot(jump.to.n), this.sink.view(false), this.sink.index);
      this.ended = true;
    } else this.sink.emit('push', this.place(store.value), this.sink.view(false), this.sink.index);
    return true;
  }

  private popShape(load: Extract<Op, { k: 'load' }>): boolean {
    if (load.width !== 32 || !this.plainStack(load.at) || !isEsp(load.at.offset)) return false;
    const puts = this.ops.filter((op): op is PutOp => op.k === 'put');
    const moved = puts[0]?.value;
    if (puts[0]?.to.word !== ESP || !full(puts[0].to) || moved?.k !== 'add' || !isEsp(moved.a) || moved.b.k !== 'const') return false;
    const jump = this.ops.find((op) => op.k === 'jump');
    if (jump?.k === 'jump') {
      if (jump.to !== load || puts.length !== 1) return false;
      this.sink.emit('ret', moved.b.n, this.sink.view(false), this.sink.index);
      this.ended = true;
      return true;
    }
    const target = puts[1];
    if (puts.length !== 2 || target?.value !== load || !full(target.to) || moved.b.n !== 4 || target.to.word > EAX + 7) return false;
    this.sink.emit('pop', target.to.word, this.sink.view(false), this.sink.index);
    return true;
  }
  private ended = false;

  // Flow

  private flow(): boolean {
    if (this.ended) {
      this.ended = false;
      return true;
    }
    const op = this.ops[this.ops.length - 1]!;
    if (op?.k === 'jump') {
      if (op.to.k === 'const') this.sink.emit('jump', this.sink.slot(op.to.n));
      else this.sink.emit('jumpTo', this.place(op.to));
      return true;
    }
    if (op?.k !== 'branch') return false;
    const taken = this.sink.slot(op.to),
      other = this.sink.slot(op.otherwise);
    if (op.when.k === 'cond' && !this.places.has(op.when) && !this.ops.some((o) => o.k === 'flags')) {
      if (this.fusedBranch(op.when.code, taken, other)) return true;
      const simple = this.lowered(op.when.code);
      if (simple) {
        const [yes, no] = simple.not ? [other, taken] : [taken, other];
        this.sink.emit(`if${simple.op}`, simple.a, simple.b, yes, no);
        return true;
      }
    }
    this.sink.emit('ifNe', this.place(op.when), this.sink.constant(0), taken, other);
    return true;
  }

  private fusedBranch(code: number, taken: number, other: number): boolean {
    const compare = COMPARE[code],
      test = TEST[code];
    if (this.sink.known?.width !== 32) return false;
    if (compare) {
      const operands = this.sink.takeLast('compare');
      if (operands) {
        this.sink.emit(compare, ...operands, taken, other);
        return true;
      }
    }
    const operands = test ? this.sink.takeLast('test') : null;
    if (!operands) return false;
    this.sink.emit(test!, ...operands, taken, other);
    return true;
  }
}

const isEsp = (value: Value): boolean => value.k === 'get' && value.from.word === ESP && full(value.from);
