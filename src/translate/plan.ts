/**
 * From the micro-ops of one instruction to flat code: order of effects and commits, fused shapes.
 *
 * Invariant: everything that may leave the block (loads, stores, traps) stands before the instruction's first change of a
 * register or flag, so that leaving at an instruction leaves it undone. Left out, and done by `step`: services but
 * those of inline.ts, run-time register numbers.
 */
import type { Address, Op, Value } from '../isa/microop/op.ts';
import { inputs } from '../isa/microop/op.ts';
import type { X86Instruction } from '../isa/x86/instruction.ts';
import { lazyCode } from '../isa/x86/flags.ts';
import { CR0, CR4, EAX, ESP, SS, STATUS_FLAGS } from '../isa/x86/state.ts';
import { FIXED_CR0, FIXED_CR4 } from './flat-context.ts';
import { inlineNumber, isRefusal } from './inline.ts';
import { COMPARE, TEST } from './plan-conditions.ts';
import { full, Places, type Sink } from './plan-places.ts';

type FlagsOp = Extract<Op, { k: 'flags' }>;
type PutOp = Extract<Op, { k: 'put' }>;

const REFUSED = new Set(['getAt', 'putAt']);

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

export class Planner {
  private readonly sink: Sink;
  private readonly places: Places;
  private readonly uses = new Map<Value, number>();
  private ops: readonly Op[] = [];

  constructor(sink: Sink) {
    this.sink = sink;
    this.places = new Places(sink);
  }

  /** `keepFlags` false: nobody looks at the flags that this instruction makes. True when the block ends with it. */
  plan(instruction: X86Instruction, keepFlags: boolean): boolean {
    this.places.clear();
    this.uses.clear();
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

  // Effects, in order

  private effects(): void {
    const { ops } = this;
    let stored = false;
    for (let i = 0; i < ops.length; i++) {
      const op = ops[i]!;
      if (op.k === 'load') {
        const to = this.straightTo(op, i) ?? this.places.temporary();
        const name = op.width === 32 ? 'load32' : `load${op.width}${op.signed ? 's' : 'u'}`;
        this.places.access('load', name, to, op.at, op.width >> 3);
        this.places.set(op, to);
      } else if (op.k === 'service') this.service(op);
      else if (op.k === 'store') {
        if (!stored) this.probe(i + 1);
        stored = true;
        this.places.access(
          'store',
          `store${op.width}`,
          op.width === 32 ? this.places.of(op.value) : this.places.lowOf(op.value),
          op.at,
          op.width >> 3,
        );
      } else if (op.k === 'trapIf') {
        if (this.fixed(op.when) !== 0) this.sink.emit('trapIf', this.places.of(op.when), this.sink.index);
      } else if (op.k === 'leaveIf' && op.when !== this.refused) this.sink.emit('leaveIf', this.places.of(op.when), this.sink.slot(op.to));
    }
  }

  /** Of several stores none must fail once the first is done. */
  private probe(from: number): void {
    for (let i = from; i < this.ops.length; i++) {
      const op = this.ops[i]!;
      if (op.k === 'store') this.places.access('store', 'probe', this.sink.constant(0), op.at, op.width >> 3);
    }
  }
  /** The value on which `step` goes on, because something is refused. */
  private refused: Value | null = null;
  private service(op: Extract<Value, { k: 'service' }>): void {
    if (isRefusal(op.name)) {
      this.refused = op.args[0]!;
      this.sink.emit('trapIf', this.places.of(this.refused), this.sink.index);
      this.places.set(op, this.sink.constant(0));
      return;
    }
    const args = op.args.map((value) => this.places.of(value)),
      to = this.places.temporary(),
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
      if (op.k === 'put' && op.value !== late) this.places.of(op.value);
      if (op.k === 'flags') for (const value of inputs(op)) this.places.of(value);
    }
    if (branch && !(branch.k === 'branch' && branch.when.k === 'cond' && flags.length === 0)) this.keepFlow(branch, puts);
    this.rescue(puts);
    for (const op of flags) this.emitFlags(op);
    for (const put of puts) {
      if (put.value === late) this.places.make(late, put.to.word);
      else this.emitPut(put);
    }
  }

  /** A pure value that the last put alone uses can be computed straight into its register. */
  private lateValue(puts: readonly PutOp[]): Value | null {
    const last = puts[puts.length - 1];
    if (!last || !full(last.to) || this.places.has(last.value) || this.uses.get(last.value) !== 1 || this.places.direct(last.value) >= 0)
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
      const direct = this.places.direct(put.value);
      if (direct >= 0 && written.has(direct)) this.places.copy(put.value, direct);
      written.add(put.to.word);
    }
  }
  private keepFlow(op: Op, puts: readonly PutOp[]): void {
    for (const value of inputs(op)) {
      const at = this.places.of(value);
      if (puts.some((put) => put.to.word === at)) this.places.copy(value, at);
    }
  }

  private emitPut({ to, value }: PutOp): void {
    const from = this.places.of(value);
    if (full(to)) {
      if (from !== to.word) this.sink.emit('mov', to.word, from);
    } else this.sink.emit(to.width === 16 ? 'put16' : to.low === 8 ? 'putHigh8' : 'put8', to.word, from);
  }

  private emitFlags(op: FlagsOp): void {
    const { sink } = this;
    const place = (value: Value | undefined): number => (value === undefined ? sink.constant(0) : this.places.of(value));
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
    const a = this.places.of(result.a),
      b = this.places.of(result.b);
    if (put) this.sink.emit(`${result.k}Flags`, put.to.word, a, b);
    else if (result.k === 'sub') this.sink.emit('compare', a, b);
    else if (result.k === 'and') this.sink.emit('test', a, b);
    else this.sink.emit(`${result.k}Flags`, this.places.temporary(), a, b);
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
      const to = this.places.temporary();
      this.places.access('load', 'load32', to, first.at, 4);
      this.places.set(first, to);
    }
    if (jump?.k === 'jump' && jump.to.k !== 'const' && this.places.of(jump.to) === ESP) this.places.copy(jump.to, ESP);
    if (jump?.k === 'jump' && jump.to.k === 'const') {
      this.sink.emit('call', this.places.of(store.value), this.sink.slot(jump.to.n), this.sink.view(false), this.sink.index);
      this.ended = true;
    } else this.sink.emit('push', this.places.of(store.value), this.sink.view(false), this.sink.index);
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
      else this.sink.emit('jumpTo', this.places.of(op.to));
      return true;
    }
    if (op?.k !== 'branch') return false;
    const taken = this.sink.slot(op.to),
      other = this.sink.slot(op.otherwise);
    if (op.when.k === 'cond' && !this.places.has(op.when) && !this.ops.some((o) => o.k === 'flags')) {
      if (this.fusedBranch(op.when.code, taken, other)) return true;
      const simple = this.places.lowered(op.when.code);
      if (simple) {
        const [yes, no] = simple.not ? [other, taken] : [taken, other];
        this.sink.emit(`if${simple.op}`, simple.a, simple.b, yes, no);
        return true;
      }
    }
    this.sink.emit('ifNe', this.places.of(op.when), this.sink.constant(0), taken, other);
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
