/**
 * The host machine: one IA-32 processor with memory, MMU, ledger and clock, run by an engine, under a supervisor.
 *
 * Invariant: `run` comes back only between instructions; `retired`, `time`, ledger and state are exact then, whichever
 * engine ran. No state that matters is outside the words, the TLB, memory and what `checkpoint` names.
 */
import { materialise } from '../isa/x86/flags.ts';
import { MXCSR, MXCSR_RESET } from '../isa/x86/sse/state.ts';
import { CR0, CS, DEBUG, EDX, EFLAGS, EIP, IF, LAZY_RULE, RF, SEGMENT_BASE, TF, UD } from '../isa/x86/state.ts';
import { CodePages } from '../translate/blocks.ts';
import { FlatEngine } from '../translate/flat.ts';
import { LONGEST_BLOCK } from '../translate/flat-block.ts';
import { Stepper } from '../translate/step.ts';
import { Bus } from './bus.ts';
import { createCodeMap, RangeCodeMap } from './codemap.ts';
import { type CostTable, createCosts } from './costs.ts';
import { type After, Cpu } from './cpu.ts';
import { chargeEntry, raise } from './exceptions.ts';
import { explain, type Explanation } from './explain.ts';
import { Fault, NotModelled } from './fault.ts';
import { DEFAULT_MEMORY, HALTED, memorySize, SHADOW, SHUTDOWN, STATE_END } from './layout.ts';
import { categoryNumber, type LedgerState, MachineLedger } from './ledger.ts';
import { Memory } from './memory.ts';
import type { SavedMemory } from './pages.ts';
import { setFlat } from './segments.ts';
import { SERVICES } from './services/index.ts';
import { Hash, hashState, Snapshots } from './snapshot.ts';
import { Tlb } from './tlb.ts';
import type { CodeMap, EngineName, InterruptSource, Machine, MachineCheckpoint, RunLimits, Stop, Supervisor, Trap } from './types.ts';

export interface MachineOptions {
  /** Bytes of RAM; 32 MiB by default. */
  readonly memory?: number;
  /** A buffer laid out as in layout.ts, to share with another engine. */
  readonly buffer?: ArrayBuffer;
  readonly engine?: EngineName;
  readonly supervisor?: Supervisor | null;
}

interface Saved extends MachineCheckpoint {
  readonly words: Int32Array;
  readonly tlb: readonly Int32Array[];
  readonly ledger: LedgerState;
  readonly memory: SavedMemory;
  readonly guestRetired: number;
  readonly hz: number;
  readonly deadline: number;
  readonly refills: number;
  readonly shutdownReason: string;
}

/** Instructions that the flat engine does before events are looked at again. */
const LONGEST_SLICE = 1 << 24;

/** DR6 bit BS: single step. */
const SINGLE_STEP = 0x4000;

export class HostMachine implements Machine {
  readonly words: Int32Array;
  readonly memory: Memory;
  readonly ledger = new MachineLedger();
  readonly costs: CostTable = createCosts();
  readonly bus = new Bus();
  readonly cpu: Cpu;
  readonly tlb: Tlb;
  readonly breakpoints = new Set<number>();
  readonly watches: { start: number; end: number }[] = [];
  readonly pages: CodePages;
  supervisor: Supervisor | null;
  engine: EngineName;
  interrupts: InterruptSource | null = null;
  hz = 100_000_000;
  deadline = Infinity;
  retired = 0;
  private marks = 0;
  private map!: CodeMap;
  private request: string | null = null;
  private watchHit = -1;
  private shutdownReason = '';
  /** Where the instruction under way began. */
  private startedAt = 0;
  private startedCategory = 0;
  private readonly stepper: Stepper;
  private readonly snapshots: Snapshots;
  private readonly flat: FlatEngine;
  private readonly mapNumbers = new WeakMap<CodeMap, number>();
  private maps = 0;
  private mapNumber = 0;
  /** `step` goes on alone until `retired` or `time` reach these: the rest of a slice is shorter than a block. */
  private aloneUntil = 0;

  constructor(options: MachineOptions = {}) {
    this.memory = new Memory(memorySize(options.memory ?? DEFAULT_MEMORY), options.buffer);
    this.words = new Int32Array(this.memory.buffer, 0, STATE_END);
    this.tlb = new Tlb(this.memory);
    this.cpu = new Cpu(this.words, this.memory, this.tlb, this.ledger, this.costs, this.bus);
    this.pages = new CodePages(this.memory.flags);
    this.stepper = new Stepper(this.cpu, this.pages);
    this.snapshots = new Snapshots(this.memory, options.buffer === undefined);
    this.flat = this.createFlat();
    this.supervisor = options.supervisor ?? null;
    this.engine = options.engine ?? 'flat';
    this.connect();
    this.codeMap = createCodeMap();
    this.reset();
  }

  private connect(): void {
    this.cpu.services = SERVICES;
    this.ledger.settle = () => this.flat.settle();
    this.cpu.clock = () => this.time;
    this.cpu.offer = (trap) => {
      if (!this.supervisor?.takes(this, trap)) return false;
      this.cpu.after = { kind: 'trap', trap };
      return true;
    };
    this.memory.onCode = (start, end) => this.pages.written(start, end);
    this.tlb.watched = (page) => this.watches.some((watch) => watch.start < (page + 1) * 0x1000 && watch.end > page * 0x1000);
  }

  private createFlat(): FlatEngine {
    const { cpu, memory } = this;
    return new FlatEngine({
      buffer: memory.buffer,
      memory,
      pages: this.pages,
      fetchable: (linear) => (cpu.mmu.probe(linear, false, cpu.cpl === 3) === null ? null : cpu.mmu.fetch(linear)),
      mapNumber: () => this.mapNumber,
      categoryAt: (linear) => this.categoryAt(linear),
      markCount: (linear) => this.map.markCount(linear),
      isBreakpoint: (linear) => this.breakpoints.size > 0 && this.breakpoints.has(linear),
      setLimit: (limit) => this.tlb.setLimit(limit),
      count: (category, units) => this.ledger.count(category, units),
      countMarks: (marks) => {
        this.marks += marks;
      },
    });
  }

  /** Flat 32-bit protected mode, ring 0, paging off, everything else zero. */
  private reset(): void {
    this.words.fill(0);
    this.words[EFLAGS] = 2;
    this.words[CR0] = 0x11;
    this.words[EDX] = 0x0f48;
    this.words[MXCSR] = MXCSR_RESET;
    this.words[DEBUG + 6] = 0xffff0ff0 | 0;
    this.words[DEBUG + 7] = 0x400;
    setFlat(this.words, 0x08, 0x10, 0);
  }

  get time(): number {
    return this.retired + this.ledger.charged;
  }
  get guestRetired(): number {
    this.flat.settle();
    return this.marks;
  }
  get codeMap(): CodeMap {
    return this.map;
  }
  set codeMap(map: CodeMap) {
    let number = this.mapNumbers.get(map);
    if (number === undefined) {
      this.mapNumbers.set(map, (number = ++this.maps));
      if (map instanceof RangeCodeMap) map.onChange = (_, start, end) => this.flat.mapChanged(number!, start, end);
    }
    this.map = map;
    this.mapNumber = number;
  }
  get flags(): number {
    return materialise(this.words);
  }
  set flags(value: number) {
    this.words[LAZY_RULE] = 0;
    this.words[EFLAGS] = value;
  }
  /** TLB refills so far. */
  get refills(): number {
    return this.cpu.mmu.refills;
  }

  requestStop(reason: string): void {
    this.request = reason;
  }
  idle(): void {
    this.words[HALTED] = 1;
  }
  wake(): void {
    this.words[HALTED] = 0;
  }

  skipTo(time: number): void {
    const gap = time - this.time;
    if (gap > 0) this.ledger.charge('idle', 'hardware', gap);
  }

  translate(linear: number, write: boolean, user: boolean): number | null {
    return this.cpu.mmu.probe(linear, write, user);
  }
  flushTlb(): void {
    this.tlb.flush();
  }
  invalidatePage(linear: number): void {
    this.tlb.invalidate(linear);
  }
  stopsChanged(): void {
    this.tlb.clearViews();
    this.flat.flush();
    this.cpu.onStore =
      this.watches.length === 0
        ? null
        : (linear, size) => {
            const at = linear >>> 0;
            if (this.watches.some((watch) => at < watch.end && at + size > watch.start)) this.watchHit = at;
          };
  }

  private get linearEip(): number {
    return (this.words[EIP]! + this.words[SEGMENT_BASE + CS]!) >>> 0;
  }

  run(limits: RunLimits): Stop {
    let first = limits.passFirst !== false;
    this.watchHit = -1;
    for (;;) {
      const stop = this.before(limits, first);
      if (stop) return stop;
      if (this.words[HALTED] !== 0) {
        if (!this.wait()) return { why: 'shutdown', reason: 'the processor is halted and nothing can wake it' };
        continue;
      }
      if (this.takeInterrupt()) continue;
      first = false;
      if (this.engine === 'flat' && this.fast(limits)) continue;
      this.step();
      if (this.watchHit >= 0) {
        const address = this.watchHit;
        this.watchHit = -1;
        return { why: 'watch', address };
      }
    }
  }

  /** What may stop the run before the next instruction; also calls a deadline that is due. */
  private before(limits: RunLimits, first: boolean): Stop | null {
    if (this.words[SHUTDOWN] !== 0) return { why: 'shutdown', reason: this.shutdownReason };
    if (this.request !== null) {
      const reason = this.request;
      this.request = null;
      return { why: 'requested', reason };
    }
    if (this.time >= this.deadline && this.supervisor) {
      this.deadline = Infinity;
      this.supervisor.deadline(this);
      return this.before(limits, first);
    }
    // What is due at a moment, and the wait of a halted processor, belong to the moment: so a count names one state.
    if (this.retired >= limits.retired && this.words[HALTED] === 0) return { why: 'count' };
    if (first || this.words[HALTED] !== 0) return null;
    if (this.breakpoints.size > 0 && this.breakpoints.has(this.linearEip)) return { why: 'breakpoint', address: this.linearEip };
    if (limits.atMark && this.map.isMark(this.linearEip)) return { why: 'mark', address: this.linearEip };
    return null;
  }

  /** While halted: an interrupt wakes; else the supervisor lets time jump, else the deadline is waited for. */
  private wait(): boolean {
    if (this.takeInterrupt()) return true;
    const before = this.time;
    this.supervisor?.halted(this);
    if (this.words[HALTED] === 0 || this.time !== before || this.request !== null || this.words[SHUTDOWN] !== 0) return true;
    if (!this.supervisor || this.deadline === Infinity) return false;
    this.skipTo(this.deadline);
    return true;
  }

  private takeInterrupt(): boolean {
    const { interrupts, words } = this;
    if (interrupts === null || (words[EFLAGS]! & IF) === 0 || words[SHADOW] !== 0 || !interrupts.pending()) return false;
    words[HALTED] = 0;
    this.startedAt = words[EIP]!;
    this.guarded(() => raise(this.cpu, { vector: interrupts.acknowledge(), error: null, kind: 'interrupt' }));
    this.finish();
    return true;
  }

  /** Until the count or the deadline, if nothing is charged on the way. */
  private instructionsLeft(limits: RunLimits): number {
    const byCount = limits.retired - this.retired;
    return this.supervisor ? Math.min(byCount, Math.ceil(this.deadline - this.time)) : byCount;
  }

  /** Lets the flat engine go on as far as it may; true when the next thing is not an instruction for `step`. */
  private fast(limits: RunLimits): boolean {
    const { words } = this;
    const stopAtMarks = limits.atMark === true;
    if (this.retired < this.aloneUntil || (words[EFLAGS]! & (TF | RF)) !== 0 || words[SHADOW] !== 0) return false;
    const budget = Math.min(this.instructionsLeft(limits), LONGEST_SLICE);
    const done = this.flat.run(budget, stopAtMarks);
    this.retired += done;
    if (done > 0 && (this.breakpoints.size > 0 || stopAtMarks)) return true;
    const left = this.instructionsLeft(limits);
    if (this.flat.short) this.aloneUntil = this.retired + Math.min(left, LONGEST_BLOCK);
    return left <= 0;
  }

  /** Exactly one instruction, or the exception that it raises. */
  private step(): void {
    const { words, cpu } = this;
    const traced = words[EFLAGS]! & (TF | RF);
    words[SHADOW]! <<= 1;
    this.startedAt = words[EIP]!;
    cpu.after = null;
    try {
      const instruction = this.stepper.fetch();
      const linear = this.linearEip;
      this.startedCategory = this.categoryAt(linear);
      this.stepper.execute(instruction);
      this.retired++;
      this.ledger.count(this.startedCategory, 1);
      this.marks += this.map.markCount(linear);
      words[SHADOW]! &= 1;
      if (traced !== 0) this.afterTraced(traced, instruction.row.name, instruction.row.flow);
    } catch (caught) {
      words[SHADOW] = 0;
      this.caught(caught);
    }
    if (cpu.after !== null) this.finish();
  }

  private afterTraced(traced: number, name: string, flow: string): void {
    if ((traced & RF) !== 0 && name !== 'iret') this.words[EFLAGS]! &= ~RF;
    if ((traced & TF) === 0 || flow === 'trap' || this.words[SHADOW] !== 0) return;
    this.words[DEBUG + 6]! |= SINGLE_STEP;
    this.guarded(() => raise(this.cpu, { vector: 1, error: null, kind: 'trap' }));
  }

  private caught(caught: unknown): void {
    if (caught instanceof Fault) {
      const { vector, error, address } = caught;
      const trap: Trap = { vector, error, kind: 'fault', ...(address === undefined ? {} : { address }) };
      this.cpu.after = null;
      this.guarded(() => raise(this.cpu, trap));
    } else this.refuse(caught);
  }
  private guarded(action: () => void): void {
    try {
      action();
    } catch (caught) {
      this.refuse(caught);
    }
  }
  private refuse(caught: unknown): void {
    if (!(caught instanceof NotModelled)) throw caught;
    this.words[SHUTDOWN] = 1;
    this.shutdownReason = caught.what;
  }

  /** Hands over what the instruction asked for, now that it has retired. */
  private finish(): void {
    const after: After | null = this.cpu.after;
    this.cpu.after = null;
    if (after === null) return;
    if (after.kind === 'trap') {
      chargeEntry(this.cpu, after.trap);
      this.supervisor!.trap(this, after.trap);
    } else if (!this.supervisor?.gate(this, after.number)) this.undoGate();
  }

  /** Nobody stands above who knows this gate: the encoding is undefined, and has not happened. */
  private undoGate(): void {
    this.words[EIP] = this.startedAt;
    this.retired--;
    this.ledger.count(this.startedCategory, -1);
    this.marks -= this.map.markCount(this.linearEip);
    this.caught(new Fault(UD, null));
    this.finish();
  }

  private categoryAt(linear: number): number {
    const { map } = this;
    return map instanceof RangeCodeMap ? map.numberAt(linear) : categoryNumber[map.categoryAt(linear)];
  }

  /** What the next instruction will do, without doing it. */
  explain(): Explanation {
    return explain(this.cpu, this.pages);
  }

  checkpoint(): MachineCheckpoint {
    const saved: Saved = {
      brand: 'MachineCheckpoint',
      retired: this.retired,
      time: this.time,
      guestRetired: this.guestRetired,
      hz: this.hz,
      deadline: this.deadline,
      words: this.words.slice(),
      tlb: [this.tlb.read.slice(), this.tlb.write.slice(), this.tlb.frame.slice()],
      ledger: this.ledger.save(),
      memory: this.snapshots.take(),
      refills: this.cpu.mmu.refills,
      shutdownReason: this.shutdownReason,
    };
    return saved;
  }

  /** Keeps pages ready for the next checkpoint, so that taking it allocates nothing: call when there is time. */
  prepareCheckpoint(): void {
    this.snapshots.prepare();
  }

  restore(checkpoint: MachineCheckpoint): void {
    const saved = checkpoint as Saved;
    this.flat.settle();
    this.aloneUntil = 0;
    this.snapshots.restore(saved.memory, (page) => this.pages.written(page * 0x1000, (page + 1) * 0x1000));
    this.words.set(saved.words);
    this.tlb.read.set(saved.tlb[0]!);
    this.tlb.write.set(saved.tlb[1]!);
    this.tlb.frame.set(saved.tlb[2]!);
    this.tlb.clearViews();
    this.memory.tableVersion++;
    this.ledger.restore(saved.ledger);
    this.retired = saved.retired;
    this.marks = saved.guestRetired;
    this.hz = saved.hz;
    this.deadline = saved.deadline;
    this.cpu.mmu.refills = saved.refills;
    this.shutdownReason = saved.shutdownReason;
    this.request = null;
  }

  release(checkpoint: MachineCheckpoint): void {
    this.snapshots.release((checkpoint as Saved).memory);
  }

  hash(): string {
    const hash = new Hash();
    hashState(hash, this.words, this.flags);
    for (const part of [this.tlb.read, this.tlb.write, this.tlb.frame]) for (const word of part) hash.add(word);
    this.snapshots.hashInto(hash);
    for (const n of [this.retired, this.time, this.guestRetired, this.hz, this.deadline === Infinity ? -1 : this.deadline])
      hash.addNumber(n);
    for (const { owner, category, kind, units } of this.ledger.entries()) {
      hash.add(owner * 64 + categoryNumber[category] * 3 + kind.length);
      hash.addNumber(units);
    }
    return hash.hex();
  }
}

export const createMachine = (options: MachineOptions = {}): HostMachine => new HostMachine(options);
