/**
 * Lowers a planned block of micro-ops to IA-32 instructions: walks the items once, computes values into registers, writes
 * guest registers to their homes, and notes at every effect how the exact guest state can be recovered there.
 *
 * Invariant: commits of an instruction follow its effects, so a fault shows the state before the instruction. How the
 * block ends (exits, chaining) is the caller's: see `BlockFlow`. Left out: 64-bit by 32-bit division in general.
 */
import { imm, mem, r32, r8 } from '../isa/x86/operand.ts';
import type { MemoryOperand, Operand } from '../isa/x86/operand.ts';
import type { Op, Value, Width } from '../isa/microop/op.ts';
import { HostList } from './ia32.ts';
import type { HostInstruction, Purpose } from './ia32.ts';
import type { Item } from './join.ts';
import { inPlaceOperand } from './optimise.ts';
import type { Plan } from './optimise.ts';
import { computeValue } from './lower-values.ts';
import { emitCondition } from './lower-conditions.ts';
import type { FloatWords } from './lower-float.ts';
import { RegisterFile, hasByte, homeAt, homeOf } from './lower-registers.ts';
import type { Class, Frame } from './lower-registers.ts';
import { recipeOf } from './lower-recover.ts';
import type { Recipe } from './lower-recover.ts';

/** How to find guest words that are not in their homes, at one host instruction. */
export interface Recovery {
  readonly guest: number;
  readonly words: readonly { readonly word: number; readonly from: Recipe | null }[];
}

export interface LoweringOptions {
  readonly frame: Frame;
  /** The gate that raises a guest exception. */
  readonly trapGate: (vector: number) => number;
  /** What an op's host instructions are there for; `guest` unless said. */
  readonly purposeOf?: (op: Op) => Purpose;
  /** The gate of a named service; its result is left in the word given. */
  readonly service?: { readonly gate: (name: string) => number; readonly resultWord: number; readonly float?: FloatWords };
  /** Put before the labels that lowering makes, where several pieces share a list. */
  readonly labelPrefix?: string;
  /** No marks: the piece serves guest instructions that are counted elsewhere. */
  readonly unmarked?: boolean;
  /** Values that stand in registers at the start. */
  readonly initial?: readonly (readonly [Value, number])[];
}

export class Lowering {
  readonly code = new HostList();
  /** Placed behind the hot path: traps that seldom happen. */
  readonly cold = new HostList();
  readonly registers: RegisterFile;
  readonly plan: Plan;
  readonly options: LoweringOptions;
  /** By host instruction: the state at a fault there. */
  readonly recoveries = new Map<HostInstruction, Recovery>();
  /** By first host instruction of a guest instruction: the state there, as far as it can be known. */
  readonly boundaries = new Map<number, Recovery>();
  readonly computed = new Set<Value>();
  /** Exits taken from inside the block: label and destination. */
  readonly sideExits: { readonly label: string; readonly to: number; readonly guest: number }[] = [];
  private readonly pending = new Map<number, Value>();
  private readonly entryOps = new Map<number, Value>();
  private readonly twins = new Map<Value, Value>();
  private labels = 0;
  private firstMarked = false;

  constructor(plan: Plan, options: LoweringOptions) {
    this.plan = plan;
    this.options = options;
    this.registers = new RegisterFile(options.frame, plan.needs, this.code);
    for (const item of plan.block.items) if (item.k === 'value' && item.op.k === 'get') this.entryOps.set(item.op.from.word, item.op);
    this.findTwins();
    for (const [value, register] of options.initial ?? []) {
      this.registers.bind(value, register);
      this.computed.add(value);
    }
  }

  /** High and low half of one product, quotient and remainder of one division: one host instruction makes both. */
  private findTwins(): void {
    const by = new Map<string, Value>();
    const number = new Map<Value, number>();
    this.plan.block.items.forEach((item, i) => {
      if (item.k === 'value') number.set(item.op, i);
    });
    for (const item of this.plan.block.items) {
      if (item.k !== 'value') continue;
      const op = item.op;
      if (op.k === 'mulhu' || op.k === 'mulhs' || op.k === 'mul') {
        const key = `${number.get(op.a)}*${number.get(op.b)}`;
        this.pair(by, op.k === 'mul' ? `l${key}` : `h${key}`, op.k === 'mul' ? [`h${key}`] : [`l${key}`], op);
      } else if (op.k === 'divu' || op.k === 'remu' || op.k === 'divs' || op.k === 'rems') {
        const key = `${number.get(op.high)}:${number.get(op.low)}/${number.get(op.by)}${op.k.endsWith('s')}`;
        this.pair(by, `${op.k.slice(0, 3)}${key}`, [`${op.k.startsWith('div') ? 'rem' : 'div'}${key}`], op);
      }
    }
  }
  private pair(by: Map<string, Value>, own: string, others: readonly string[], op: Value): void {
    by.set(own, op);
    for (const other of others) {
      const twin = by.get(other);
      if (twin) {
        this.twins.set(op, twin);
        this.twins.set(twin, op);
      }
    }
  }
  /** The other result of the same host instruction, if the block wants it and does not have it yet. */
  wantedTwin(v: Value): Value | null {
    const twin = this.twins.get(v);
    return twin && !this.computed.has(twin) && !this.plan.deferred.has(twin) && this.plan.needs.has(twin) ? twin : null;
  }

  /** The first guest instruction begins with what the caller emits before the body. */
  markFirst(): void {
    this.code.mark();
    this.firstMarked = true;
  }

  freshLabel(stem: string): string {
    return `${this.options.labelPrefix ?? ''}${stem}${this.labels++}`;
  }

  /** Everything but the flow. */
  run(): void {
    this.plan.block.items.forEach((item, position) => {
      this.registers.position = position;
      this.registers.unlockAll();
      this.item(item, position);
    });
    this.registers.position = this.plan.block.items.length;
    this.registers.unlockAll();
    this.code.guest = this.plan.block.flow.guest;
    this.code.micro = null;
  }

  private item(item: Item, position: number): void {
    const code = this.code;
    code.guest = item.guest;
    if (item.k === 'begin') {
      if ((item.guest > 0 || !this.firstMarked) && !this.options.unmarked) code.mark();
      this.boundaries.set(item.guest, this.snapshot(item.guest, false));
      return;
    }
    const op = item.k === 'value' || item.k === 'store' || item.k === 'trapIf' ? item.op : null;
    code.micro = op;
    code.purpose = op && this.options.purposeOf ? this.options.purposeOf(op) : 'guest';
    switch (item.k) {
      case 'value':
        if (!this.plan.deferred.has(item.op) && !this.computed.has(item.op)) computeValue(this, item.op);
        break;
      case 'store':
        this.store(item.op, item.guest);
        break;
      case 'trapIf':
        this.trapIf(item.op, item.guest);
        break;
      case 'leaveIf':
        this.leaveIf(item);
        break;
      case 'put':
        this.put(item, position);
        break;
      case 'putAt':
        this.putAt(item.index, item.value);
        break;
    }
  }

  // --- operands

  /** The value in a register, which is locked. */
  inRegister(v: Value, wanted: Class = 'any'): number {
    const rf = this.registers;
    let register = rf.registerOf(v);
    if (register === null && this.isUncomputed(v)) {
      computeValue(this, v);
      register = rf.registerOf(v);
    }
    if (register !== null && (wanted === 'any' || hasByte(register))) {
      rf.lock(register);
      return register;
    }
    const from: Operand | null = register !== null ? r32(register) : rf.placeOf(v);
    if (from === null) throw new Error(`lost value: ${v.k}`);
    if (register !== null) rf.lock(register);
    const fresh = rf.allocate(wanted);
    this.code.emit('mov', r32(fresh), from);
    if (v.k !== 'const') rf.bind(v, fresh);
    return fresh;
  }
  private isUncomputed(v: Value): boolean {
    return v.k !== 'const' && v.k !== 'get' && !this.computed.has(v) && this.registers.placeOf(v) === null;
  }
  /** Register, memory or immediate: whatever reads the value without an instruction. Registers are locked. */
  operand(v: Value): Operand {
    if (v.k === 'const') return imm(v.n);
    const register = this.registers.registerOf(v);
    if (register !== null) {
      this.registers.lock(register);
      return r32(register);
    }
    return this.registers.memoryOf(v) ?? r32(this.inRegister(v));
  }
  /** Register or immediate. */
  source(v: Value): Operand {
    return v.k === 'const' ? imm(v.n) : r32(this.inRegister(v));
  }
  /** Register or memory. */
  registerOrMemory(v: Value): Operand {
    return v.k === 'const' ? r32(this.inRegister(v)) : this.operand(v);
  }

  define(v: Value, register: number): void {
    this.registers.bind(v, register);
    this.computed.add(v);
  }

  // --- memory

  /** The addressing form of an offset, folding deferred sums; base and index registers are locked. `uses` gets their values. */
  address(offset: Value, width: Width, segment: number | null, uses: Value[] = []): MemoryOperand {
    let v = offset,
      disp = 0;
    if (v.k === 'const') return mem(width, { disp: v.n, ...(segment === null ? {} : { segment }) });
    if (this.isFolded(v) && v.k === 'add' && v.b.k === 'const') {
      disp = v.b.n;
      v = v.a;
    }
    if (this.isFolded(v) && v.k === 'add') return this.indexed(v, disp, width, segment, uses);
    uses.push(v);
    return mem(width, { base: this.inRegister(v), disp, ...(segment === null ? {} : { segment }) });
  }
  /** Deferred, and never computed meanwhile. */
  private isFolded(v: Value): boolean {
    return this.plan.deferred.has(v) && v.k !== 'get' && this.registers.registerOf(v) === null && this.registers.memoryOf(v) === null;
  }
  private indexed(
    sum: Extract<Value, { a: Value; b: Value }>,
    disp: number,
    width: Width,
    segment: number | null,
    uses: Value[],
  ): MemoryOperand {
    const { base, index, scale } = this.scaled(sum);
    uses.push(base, index);
    const baseRegister = this.inRegister(base);
    return mem(width, { base: baseRegister, index: this.inRegister(index), scale, disp, ...(segment === null ? {} : { segment }) });
  }
  /** x + (y << n) as base, index, scale. */
  scaled(sum: Extract<Value, { a: Value; b: Value }>): { base: Value; index: Value; scale: 1 | 2 | 4 | 8 } {
    const shifted = (v: Value): v is Extract<Value, { a: Value; b: Value }> => this.isFolded(v) && v.k === 'shl' && v.b.k === 'const';
    const scaleOf = (v: Extract<Value, { a: Value; b: Value }>) => (1 << (v.b as { n: number }).n) as 2 | 4 | 8;
    if (shifted(sum.b)) return { base: sum.a, index: sum.b.a, scale: scaleOf(sum.b) };
    if (shifted(sum.a)) return { base: sum.b, index: sum.a.a, scale: scaleOf(sum.a) };
    return { base: sum.a, index: sum.b, scale: 1 };
  }

  private store(op: Extract<Op, { k: 'store' }>, guest: number): void {
    const value = op.width === 32 ? op.value : this.unextended(op.value);
    const at = this.address(op.at.offset, op.width, op.at.segment);
    let from: Operand;
    if (value.k === 'const') from = imm(op.width === 8 ? value.n & 0xff : op.width === 16 ? value.n & 0xffff : value.n);
    else {
      const register = this.inRegister(value, op.width === 8 ? 'byte' : 'any');
      from = op.width === 8 ? r8(register) : { k: 'reg', n: register, width: op.width };
    }
    this.faulting(this.code.emit('mov', at, from), guest);
  }
  /** What a narrow store takes of an extension that was not computed. */
  private unextended(v: Value): Value {
    return v.k === 'extend' && this.isFolded(v) ? v.a : v;
  }

  faulting(instruction: HostInstruction, guest: number): void {
    this.recoveries.set(instruction, this.snapshot(guest, true));
  }

  // --- exceptions and ways out

  private trapIf(op: Extract<Op, { k: 'trapIf' }>, guest: number): void {
    const cold = this.freshLabel('trap');
    const jump = emitCondition(this, op.when);
    this.code.jump(`j${jump}`, cold);
    this.cold.guest = guest;
    this.cold.micro = op;
    this.cold.label(cold);
    this.faulting(this.cold.gate(this.options.trapGate(op.vector)), guest);
  }

  private leaveIf(item: Extract<Item, { k: 'leaveIf' }>): void {
    if (this.pending.size > 0) throw new Error('a way out with writes pending');
    const label = this.freshLabel('leave');
    const jump = emitCondition(this, item.when);
    this.code.purpose = 'dispatch';
    this.code.jump(`j${jump}`, label, true);
    this.sideExits.push({ label, to: item.to, guest: item.guest });
  }

  /** `strict`: every word must be recoverable. */
  private snapshot(guest: number, strict: boolean): Recovery {
    const words = [...this.pending].map(([word, value]) => {
      const from = recipeOf(this.registers, value);
      if (from === null && strict) throw new Error(`lost value of word ${word}: ${value.k}`);
      return { word, from };
    });
    return { guest, words };
  }

  // --- commits

  private put(item: Extract<Item, { k: 'put' }>, position: number): void {
    if (!this.plan.stored[position]) {
      this.pending.set(item.word, item.value);
      return;
    }
    this.pending.delete(item.word);
    const rf = this.registers;
    if (rf.homeWord(item.value) !== item.word || !this.homeIs(item.word, item.value)) {
      if (this.plan.inPlace.has(item)) this.putInPlace(item);
      else {
        this.rescue(item.word);
        this.code.emit('mov', homeOf(item.word), this.source(item.value));
      }
    }
    rf.setHome(item.word, item.value);
  }
  private homeIs(word: number, v: Value): boolean {
    const held = this.registers.homeHolds(word);
    return held === undefined ? v.k === 'get' && v.from.word === word : held === v;
  }
  private putInPlace(item: Extract<Item, { k: 'put' }>): void {
    const v = item.value as Extract<Value, { a: Value; b: Value }>;
    const other = inPlaceOperand(item);
    const home = homeOf(item.word);
    if (this.registers.homeHolds(item.word) !== undefined) throw new Error('in place, but the register was written before');
    const shift = v.k === 'shl' ? 'shl' : v.k === 'shr' ? 'shr' : v.k === 'sar' ? 'sar' : null;
    this.code.micro = v;
    if (shift) this.code.emit(shift, home, imm((other as { n: number }).n & 31));
    else this.code.emit(v.k, home, this.source(other));
  }
  /** The home is about to change: what it held must stay at hand if it is needed. */
  private rescue(word: number): void {
    const rf = this.registers;
    const old = rf.homeHolds(word) ?? this.entryOps.get(word);
    if (!old || old.k === 'const' || !rf.neededAfter(old) || rf.registerOf(old) !== null || rf.spillSlot(old) !== null) return;
    this.inRegister(old);
  }
  private putAt(index: Value, value: Value): void {
    const at = index.k === 'const' ? homeOf(index.n) : homeAt(this.inRegister(index));
    this.code.emit('mov', at, this.source(value));
  }
}
