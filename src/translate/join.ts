/**
 * Joins the micro-ops of the instructions of one basic block into one list in block-wide SSA form: registers that the block
 * has written are replaced by the values they hold, equal values become one (value numbering), constants fold.
 *
 * Invariant: effects (loads, stores, traps) keep their order; the `put`s of an instruction stand after all its effects, so
 * that the state at any effect is known exactly: it is the puts before it. A delay slot is joined after its branch, whose
 * condition was taken before as a value. Words of the FPU are like memory
 * (lower-float.ts). Left out: services in the middle of a block but the FPU's, slices of words.
 */
import { Builder } from '../isa/microop/builder.ts';
import { inputs, isValue } from '../isa/microop/op.ts';
import type { BinaryKind, Op, Value, ValueOp } from '../isa/microop/op.ts';
import { isFloatWord } from './lower-float.ts';
import { simplify } from './optimise-fold.ts';

/** An instruction as the joiner takes it. */
export interface Joinable {
  readonly address: number;
  readonly ops: readonly Op[];
}

/** `guest` is the index of the instruction in the block. `begin` marks where an instruction starts. */
export type Item =
  | { readonly k: 'begin'; readonly guest: number }
  | { readonly k: 'value'; readonly guest: number; readonly op: ValueOp }
  | { readonly k: 'store'; readonly guest: number; readonly op: Extract<Op, { k: 'store' }> }
  | { readonly k: 'trapIf'; readonly guest: number; readonly op: Extract<Op, { k: 'trapIf' }> }
  | { readonly k: 'leaveIf'; readonly guest: number; readonly when: Value; readonly to: number }
  | { readonly k: 'put'; readonly guest: number; readonly word: number; readonly value: Value }
  | { readonly k: 'putAt'; readonly guest: number; readonly index: Value; readonly value: Value };

/** How the block ends. `trap`: the last instruction raises `vector` always (a system call, a breakpoint). */
export type BlockFlow =
  | { readonly k: 'goto'; readonly to: number; readonly guest: number }
  | { readonly k: 'branch'; readonly when: Value; readonly to: number; readonly otherwise: number; readonly guest: number }
  /** Both ways are values: an interpreter's branch. */
  | { readonly k: 'choose'; readonly when: Value; readonly to: Value; readonly otherwise: Value; readonly guest: number }
  | { readonly k: 'indirect'; readonly to: Value; readonly as: 'jump' | 'call' | 'return' | 'repeat'; readonly guest: number }
  | { readonly k: 'trap'; readonly vector: number; readonly next: number; readonly guest: number };

export interface JoinedBlock {
  readonly items: readonly Item[];
  readonly flow: BlockFlow;
  /** Instructions joined. */
  readonly guests: number;
}

/** Builds block-wide ops: every pure value once. */
export class BlockBuilder extends Builder {
  readonly items: Item[] = [];
  guest = 0;
  private readonly known = new Map<string, Op>();
  private readonly numbers = new Map<Op, number>();
  /** What registers hold now, where the block has written them. */
  readonly environment = new Map<number, Value>();

  protected override emit<T extends Op>(op: T): T {
    if (!isValue(op) || op.k === 'load' || op.k === 'service' || op.k === 'getAt') return this.append(op);
    const key = this.keyOf(op);
    const known = this.known.get(key);
    if (known) return known as T;
    this.known.set(key, op);
    return this.append(op);
  }

  private append<T extends Op>(op: T): T {
    this.numbers.set(op, this.numbers.size);
    const guest = this.guest;
    if (isValue(op)) this.items.push({ k: 'value', guest, op });
    else if (op.k === 'store') this.items.push({ k: 'store', guest, op });
    else if (op.k === 'trapIf') this.items.push({ k: 'trapIf', guest, op });
    else if (op.k === 'leaveIf') this.items.push({ k: 'leaveIf', guest, when: op.when, to: op.to });
    return op;
  }

  private keyOf(op: ValueOp): string {
    const operands = inputs(op)
      .map((value) => this.numbers.get(value))
      .join();
    switch (op.k) {
      case 'const':
        return `c${op.n}`;
      case 'get':
        return `g${op.from.word}.${op.from.low}.${op.from.width}${op.signed}`;
      case 'extend':
        return `e${op.width}${op.signed}:${operands}`;
      case 'cond':
        return `?${op.code}`;
      case 'getFlags':
        return `f${op.mask}`;
      default:
        return `${op.k}:${operands}`;
    }
  }

  override binary(k: BinaryKind, a: Value, b: Value): Value {
    return simplify(this, k, a, b) ?? super.binary(k, a, b);
  }

  /** The word whose number is a value, read where the instruction stands. */
  readAt(index: Value): Value {
    return this.append({ k: 'getAt', index } as const);
  }

  /** The register's value here: what the block wrote, or what it held at the start. */
  register(word: number): Value {
    return this.environment.get(word) ?? this.getSlice({ word, low: 0, width: 32 });
  }
}

class Joiner {
  readonly b = new BlockBuilder();
  private flow: BlockFlow | null = null;
  /** The last branch is never taken. */
  private neverTaken = false;

  add(instruction: Joinable, guest: number): void {
    this.b.guest = guest;
    this.b.items.push({ k: 'begin', guest });
    const map = new Map<Op, Value>();
    const commits: Op[] = [];
    for (const op of instruction.ops) {
      if (op.k === 'put' || op.k === 'putAt' || op.k === 'jump' || op.k === 'branch') commits.push(op);
      else if (isValue(op)) map.set(op, this.value(op, map));
      else this.effect(op, map, instruction, guest);
      if (this.traps) return;
    }
    for (const op of commits) this.commit(op, map, guest);
  }

  private value(op: ValueOp, map: Map<Op, Value>): Value {
    const at = (v: Value): Value => map.get(v)!;
    const b = this.b;
    switch (op.k) {
      case 'const':
        return b.const(op.n);
      case 'get':
        if (op.from.width !== 32) throw new Error('the joiner takes whole words only');
        return isFloatWord(op.from.word) ? b.readAt(b.const(op.from.word)) : b.register(op.from.word);
      case 'getAt':
        return b.readAt(at(op.index));
      case 'clz':
      case 'ctz':
      case 'popcnt':
        return b.unary(op.k, at(op.a));
      case 'divu':
      case 'remu':
      case 'divs':
      case 'rems':
        return b.divide(op.k, at(op.high), at(op.low), at(op.by));
      case 'extend':
        return b.extend(at(op.a), op.width, op.signed);
      case 'select':
        return b.select(at(op.when), at(op.a), at(op.b));
      case 'load':
        return b.loadFrom({ segment: op.at.segment, offset: at(op.at.offset) }, op.width, op.signed, op.aligned);
      case 'service':
        return b.service(op.name, op.args.map(at), op.writes);
      case 'cond':
      case 'getFlags':
        throw new Error(`the joiner does not take ${op.k}`);
      default:
        return b.binary(op.k, at(op.a), at(op.b));
    }
  }

  private effect(op: Op, map: Map<Op, Value>, instruction: Joinable, guest: number): void {
    const at = (v: Value): Value => map.get(v)!;
    if (op.k === 'store') this.b.storeTo({ segment: op.at.segment, offset: at(op.at.offset) }, op.width, at(op.value), op.aligned);
    else if (op.k === 'leaveIf') this.b.leaveIf(at(op.when), op.to);
    else if (op.k === 'trapIf') {
      const when = at(op.when);
      if (when.k === 'const' && when.n !== 0) this.flow = { k: 'trap', vector: op.vector, next: (instruction.address + 4) | 0, guest };
      else this.b.trapIf(when, op.vector, op.error);
    } else throw new Error(`the joiner does not take ${op.k}`);
  }

  private commit(op: Op, map: Map<Op, Value>, guest: number): void {
    if (op.k === 'put') {
      if (op.to.width !== 32) throw new Error('the joiner takes whole words only');
      const value = map.get(op.value)!;
      if (isFloatWord(op.to.word)) {
        this.b.items.push({ k: 'putAt', guest, index: this.b.const(op.to.word), value });
        return;
      }
      this.b.environment.set(op.to.word, value);
      this.b.items.push({ k: 'put', guest, word: op.to.word, value });
    } else if (op.k === 'putAt') {
      this.b.items.push({ k: 'putAt', guest, index: map.get(op.index)!, value: map.get(op.value)! });
    } else if (op.k === 'jump') {
      const to = map.get(op.to)!;
      this.flow = to.k === 'const' ? { k: 'goto', to: to.n, guest } : { k: 'indirect', to, as: op.as, guest };
    } else if (op.k === 'branch') {
      const when = map.get(op.when)!;
      this.neverTaken = when.k === 'const' && when.n === 0;
      if (when.k === 'const') this.flow = { k: 'goto', to: when.n !== 0 ? op.to : op.otherwise, guest };
      else this.flow = { k: 'branch', when, to: op.to, otherwise: op.otherwise, guest };
    }
  }

  /** `likely`: the last branch annuls its slot, which is joined next: leave before it when the branch is not taken. False: no slot at all. */
  annulSlot(): boolean {
    const flow = this.flow;
    if (flow?.k !== 'branch') return !this.neverTaken;
    this.b.leaveIf(this.b.not(flow.when), flow.otherwise);
    this.flow = { k: 'goto', to: flow.to, guest: flow.guest };
    return true;
  }

  /** The last instruction raises an exception whatever happens. */
  get traps(): boolean {
    return this.flow?.k === 'trap';
  }

  finish(fallThrough: number, guests: number): JoinedBlock {
    const flow = this.flow ?? ({ k: 'goto', to: fallThrough, guest: guests - 1 } as const);
    return { items: this.b.items, flow, guests };
  }
}

export interface BlockSource extends Joinable {
  /** The next instruction is this one's delay slot, and it is annulled when the branch is not taken. */
  readonly likely: boolean;
}

/** `fallThrough`: where the block goes on when its last instruction is no jump. */
export function join(source: readonly BlockSource[], fallThrough: number): JoinedBlock {
  const joiner = new Joiner();
  for (const [i, instruction] of source.entries()) {
    joiner.add(instruction, i);
    if (joiner.traps || (instruction.likely && !joiner.annulSlot())) return joiner.finish(fallThrough, i + 1);
  }
  return joiner.finish(fallThrough, source.length);
}
