/**
 * The processor as the reference engine and the services see it: exact data accesses through segments, TLB and page
 * tables, flags, and the state that instructions change beside the numbered words.
 *
 * Invariant: a fault is thrown before the access it belongs to has changed anything; stores of an instruction with several
 * are collected and written together (`beginStores`, `endStores`), so that such an instruction can be left and restarted.
 */
import type { FlagRule, Width } from '../isa/microop/op.ts';
import { condition, flagBits, setFlags } from '../isa/x86/flags.ts';
import { FLOATING, isFloating } from '../isa/x86/floating.ts';
import { AC, ACV, CPL, CR0, EFLAGS, EIP, GP } from '../isa/x86/state.ts';
import type { StepHost } from '../translate/step.ts';
import type { Bus } from './bus.ts';
import type { CostTable } from './costs.ts';
import { Fault } from './fault.ts';
import type { MachineLedger } from './ledger.ts';
import type { Memory } from './memory.ts';
import { Mmu } from './mmu.ts';
import { linearOf } from './segments.ts';
import type { Tlb } from './tlb.ts';
import type { Trap } from './types.ts';

const AM = 0x40000;

interface PendingStore {
  readonly physical: number;
  readonly second: number;
  readonly width: Width;
  readonly value: number;
  readonly linear: number;
}

/** What an instruction asks the machine to do once it has retired. */
export type After = { readonly kind: 'trap'; readonly trap: Trap } | { readonly kind: 'gate'; readonly number: number };

export type ServiceFunction = (cpu: Cpu, args: readonly number[]) => number;

export class Cpu implements StepHost {
  readonly words: Int32Array;
  readonly memory: Memory;
  readonly tlb: Tlb;
  readonly mmu: Mmu;
  readonly ledger: MachineLedger;
  readonly costs: CostTable;
  readonly bus: Bus;
  services: Readonly<Record<string, ServiceFunction>> = {};
  /** Set when a service has written EIP itself. */
  jumped = false;
  after: After | null = null;
  /** Simulated time, for RDTSC. */
  clock: () => number = () => 0;
  /** Whether the supervisor takes a trap rather than the IDT. */
  offer: (trap: Trap) => boolean = () => false;
  hasSupervisor: () => boolean = () => false;
  /** Told of every store, when anything is watched. */
  onStore: ((linear: number, size: number) => void) | null = null;
  msr = new Map<number, readonly [number, number]>();
  private pending: PendingStore[] | null = null;

  constructor(words: Int32Array, memory: Memory, tlb: Tlb, ledger: MachineLedger, costs: CostTable, bus: Bus) {
    this.words = words;
    this.memory = memory;
    this.tlb = tlb;
    this.ledger = ledger;
    this.costs = costs;
    this.bus = bus;
    this.mmu = new Mmu(words, memory, tlb, ledger, costs);
  }

  fetch(linear: number): number {
    return this.mmu.fetch(linear);
  }
  get cpl(): number {
    return this.words[CPL]!;
  }
  goTo(eip: number): void {
    this.words[EIP] = eip;
    this.jumped = true;
  }

  // Context of the evaluator

  load(segment: number | null, offset: number, width: Width, signed: boolean, aligned: boolean): number {
    const size = width >> 3;
    const linear = segment === null ? offset : linearOf(this.words, segment, offset, size, false);
    if (aligned && (linear & (size - 1)) !== 0) throw new Fault(GP, 0);
    const value = this.readLinear(linear, size, this.words[CPL] === 3);
    if (width === 32) return value;
    return width === 8 ? (signed ? (value << 24) >> 24 : value) : signed ? (value << 16) >> 16 : value;
  }

  store(segment: number | null, offset: number, width: Width, value: number, aligned: boolean): void {
    const size = width >> 3;
    const linear = segment === null ? offset : linearOf(this.words, segment, offset, size, true);
    if (aligned && (linear & (size - 1)) !== 0) throw new Fault(GP, 0);
    this.writeLinear(linear, size, value, this.words[CPL] === 3);
  }

  trap(vector: number, error: number | undefined): never {
    throw new Fault(vector, error ?? null);
  }

  service(name: string, args: readonly number[]): number {
    if (isFloating(name)) {
      const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
      return FLOATING.get()[name](this.words, a, b, c, d, e, f) | 0;
    }
    const run = this.services[name];
    if (!run) throw new Error(`service ${name} is not there`);
    return run(this, args) | 0;
  }

  condition(code: number): boolean {
    return condition(this.words, code);
  }
  flagBits(mask: number): number {
    return flagBits(this.words, mask);
  }
  setFlags(rule: FlagRule, width: Width, a: number, b: number, carry: number, result: number, mask: number): void {
    setFlags(this.words, rule, width, a, b, carry, result, mask);
  }

  // Linear accesses

  /** 1, 2 or 4 bytes at a linear address; signed when 4. */
  readLinear(linear: number, size: number, user: boolean): number {
    const offset = linear & 0xfff;
    const first = this.mmu.data(linear, false, user);
    if (offset + size > 0x1000) return this.readAcross(linear, first, size, user);
    if (user) this.checkAlignment(linear, size);
    if (this.pending !== null && this.pending.length > 0) return this.readPending(linear, size, first);
    return size === 4 ? this.memory.read32(first) : size === 2 ? this.memory.read16(first) : this.memory.read8(first);
  }

  private readAcross(linear: number, first: number, size: number, user: boolean): number {
    const rest = 0x1000 - (linear & 0xfff);
    const second = this.mmu.data((linear + rest) | 0, false, user);
    if (user) this.checkAlignment(linear, size);
    let value = 0;
    for (let i = 0; i < size; i++) {
      const at = i < rest ? first + i : second + i - rest;
      value |= this.pendingByte((linear + i) | 0, this.memory.read8(at)) << (8 * i);
    }
    return value;
  }

  writeLinear(linear: number, size: number, value: number, user: boolean): void {
    const offset = linear & 0xfff;
    const physical = this.mmu.data(linear, true, user);
    const second = offset + size > 0x1000 ? this.mmu.data(((linear | 0xfff) + 1) | 0, true, user) : -1;
    if (user) this.checkAlignment(linear, size);
    const store = { physical, second, width: (size * 8) as Width, value, linear };
    if (this.pending !== null) this.pending.push(store);
    else this.perform(store);
  }

  private perform({ physical, second, width, value, linear }: PendingStore): void {
    const size = width >> 3;
    if (second >= 0) {
      const rest = 0x1000 - (physical & 0xfff);
      for (let i = 0; i < size; i++) this.memory.write8(i < rest ? physical + i : second + i - rest, (value >> (8 * i)) & 0xff);
    } else if (size === 4) this.memory.write32(physical, value);
    else if (size === 2) this.memory.write16(physical, value & 0xffff);
    else this.memory.write8(physical, value & 0xff);
    this.onStore?.(linear, size);
  }

  /** #AC: unaligned data at CPL 3 while CR0.AM and EFLAGS.AC are set (SDM vol. 3, 6.15 interrupt 17). */
  private checkAlignment(linear: number, size: number): void {
    if ((linear & (size - 1)) !== 0 && (this.words[CR0]! & AM) !== 0 && (this.words[EFLAGS]! & AC) !== 0) throw new Fault(ACV, 0);
  }

  // Instructions with several stores

  beginStores(): void {
    this.pending = [];
  }
  endStores(commit: boolean): void {
    const stores = this.pending;
    this.pending = null;
    if (commit && stores) for (const store of stores) this.perform(store);
  }
  private readPending(linear: number, size: number, physical: number): number {
    let value = 0;
    for (let i = 0; i < size; i++) value |= this.pendingByte((linear + i) | 0, this.memory.read8(physical + i)) << (8 * i);
    return value;
  }
  private pendingByte(linear: number, stored: number): number {
    let value = stored;
    for (const store of this.pending ?? []) {
      const i = (linear - store.linear) | 0;
      if (i >= 0 && i < store.width >> 3) value = (store.value >> (8 * i)) & 0xff;
    }
    return value;
  }

  // Accesses that the processor makes for itself, with supervisor rights (descriptor tables, TSS)

  system32(linear: number): number {
    return this.readLinear(linear, 4, false);
  }
  system16(linear: number): number {
    return this.readLinear(linear, 2, false);
  }
  setSystem32(linear: number, value: number): void {
    this.writeLinear(linear, 4, value, false);
  }
}
