/**
 * The host machine as the rest of Strata sees it: what it offers, and the port through which a supervisor (the host
 * kernel, a hypervisor, or nothing) stands above it. Types only.
 *
 * Invariant: time = retired host instructions + charges, and every unit of it is in the ledger. No supervisor method
 * spans guest execution: it changes state, charges, and returns.
 */

import type { Explanation } from './explain.ts';

/** Who spent a unit of time on what. Order is the order of display. */
export const CATEGORIES = [
  'guest',
  'decode',
  'dispatch',
  'translate',
  'trap',
  'vmm',
  'pagetable',
  'kernel',
  'containment',
  'hook',
  'marshal',
  'gpu',
  'bytecode',
  'load',
  'gc',
  'idle',
] as const;
export type Category = (typeof CATEGORIES)[number];

/** An owner of time: a process, VM, container or application. 0 is the machine itself. */
export type Owner = number & { readonly brand?: 'Owner' };

/** Counted: instructions retired. Charged: hardware microcode, or a service of TypeScript (DESIGN section 3). */
export type CostKind = 'counted' | 'hardware' | 'service';

export interface LedgerEntry {
  readonly owner: Owner;
  readonly category: Category;
  readonly kind: CostKind;
  readonly units: number;
}

export interface Ledger {
  /** Adds `units` of time; `machine.time` moves by as much. */
  charge(category: Category, kind: 'hardware' | 'service', units: number): void;
  /** Whose time it is from now on. Called by the supervisor when it switches. */
  setOwner(owner: Owner): void;
  readonly owner: Owner;
  /** All non-zero entries, by owner, category, kind. Their sum is `machine.time`. */
  entries(): readonly LedgerEntry[];
}

/**
 * What the code at an address is there for. Category of the counted instructions; and marks: addresses at which one
 * instruction of a foreign guest begins, so that engines count guest instructions exactly and can stop at them.
 * One map an address space (linear addresses); what no range covers is guest work without marks.
 */
export interface CodeMap {
  categoryAt(linear: number): Category;
  isMark(linear: number): boolean;
  setRange(start: number, end: number, category: Category): void;
  /** `count`: how many guest instructions begin there (an optimised-away one begins with the next); 1 unless said. */
  setMark(linear: number, count?: number): void;
  /** How many guest instructions begin at this address: 0 when it is no mark. */
  markCount(linear: number): number;
  /** Forgets ranges and marks in [start, end). */
  clear(start: number, end: number): void;
}

export interface Trap {
  readonly vector: number;
  /** Error code, for the vectors that push one. */
  readonly error: number | null;
  /** fault: EIP is the instruction's own. trap and software: EIP is the next one's. */
  readonly kind: 'fault' | 'trap' | 'software' | 'interrupt' | 'abort';
  /** The linear address, for page faults (CR2 holds it too). */
  readonly address?: number;
}

export interface Supervisor {
  /** Whether this trap comes to the supervisor (true) or goes through the IDT of the simulated software (false). */
  takes(machine: Machine, trap: Trap): boolean;
  /** State is as the processor would leave it; the instruction of a fault has not happened. Resume is at EIP. */
  trap(machine: Machine, trap: Trap): void;
  /** The reserved encoding 0F 3F was executed; EIP is already past it. False: not this one's gate, so #UD is raised. */
  gate(machine: Machine, number: number): boolean;
  /** HLT was executed at CPL 0 or `machine.idle()` was asked for, and no event is due: let time jump, or stop the machine. */
  halted(machine: Machine): void;
  /** `machine.deadline` was reached (time >= deadline). */
  deadline(machine: Machine): void;
}

export type EngineName = 'step' | 'flat';

/** Why `run` came back. */
export type Stop =
  | { readonly why: 'count' }
  /** Before the instruction at a breakpoint. */
  | { readonly why: 'breakpoint'; readonly address: number }
  /** Before an instruction that is a mark in the code map (only when asked for). */
  | { readonly why: 'mark'; readonly address: number }
  /** After an instruction that wrote into a watched range. */
  | { readonly why: 'watch'; readonly address: number }
  /** The supervisor called `requestStop`: an exit, a wait for input, an event the lab stops at. */
  | { readonly why: 'requested'; readonly reason: string }
  /** Shutdown: a fault while delivering a double fault, or HLT with nothing that could wake it. */
  | { readonly why: 'shutdown'; readonly reason: string };

export interface RunLimits {
  /** Stop exactly when `retired` reaches this. */
  readonly retired: number;
  /** Stop before the next instruction that is a mark, the current one excepted. */
  readonly atMark?: boolean;
  /** Ignore a breakpoint on the very first instruction. Default true. */
  readonly passFirst?: boolean;
}

/** Physical memory: one flat buffer. Every write from outside the engines comes through here, so that dirty pages, decoded code and page tables stay true. */
export interface PhysicalMemory {
  readonly size: number;
  readonly bytes: Uint8Array;
  read8(at: number): number;
  read16(at: number): number;
  read32(at: number): number;
  write8(at: number, value: number): void;
  write16(at: number, value: number): void;
  write32(at: number, value: number): void;
  /** Copies into memory. */
  write(at: number, bytes: Uint8Array): void;
  fill(at: number, length: number, value: number): void;
}

/** An interrupt controller, as the processor sees it. */
export interface InterruptSource {
  /** Whether an interrupt waits to be taken. Asked between instructions while EFLAGS.IF is set. */
  pending(): boolean;
  /** Takes it: its vector. */
  acknowledge(): number;
}

export interface Machine {
  /** Processor state; numbering in isa/x86/state.ts. Flags: use `flags`. */
  readonly words: Int32Array;
  readonly memory: PhysicalMemory;
  readonly ledger: Ledger;
  supervisor: Supervisor | null;
  engine: EngineName;
  /** The code map of the address space now in CR3; the supervisor sets it when it switches. */
  codeMap: CodeMap;

  /** Host instructions retired. */
  readonly retired: number;
  /** retired + charges. */
  readonly time: number;
  /** Marks passed, by owner 0..: instructions of foreign guests begun. */
  readonly guestRetired: number;
  /** Simulated clock rate, instructions a second. */
  hz: number;
  /** Time at which `supervisor.deadline` is to be called; Infinity for none. */
  deadline: number;

  /** EFLAGS with status flags materialised. */
  get flags(): number;
  set flags(value: number);

  run(limits: RunLimits): Stop;
  /** Asks `run` to come back before the next instruction. */
  requestStop(reason: string): void;
  /** Time jumps to `time`, the gap being idle. */
  skipTo(time: number): void;

  /** Linear to physical by the current page tables, or null. No charge, no TLB, no accessed bits. */
  translate(linear: number, write: boolean, user: boolean): number | null;
  /** To be called after CR3 or page tables were changed by the supervisor. */
  flushTlb(): void;
  invalidatePage(linear: number): void;

  /** Nothing can run: the processor halts until `wake` or an interrupt; meanwhile `supervisor.halted` is asked. */
  idle(): void;
  wake(): void;
  interrupts: InterruptSource | null;

  readonly breakpoints: Set<number>;
  /** Linear ranges whose writes stop the run. */
  readonly watches: { start: number; end: number }[];
  /** To be called after breakpoints or watches were changed. */
  stopsChanged(): void;

  /** What the next instruction is about to do, micro-op by micro-op; changes nothing. */
  explain(): Explanation;

  checkpoint(): MachineCheckpoint;
  restore(checkpoint: MachineCheckpoint): void;
  /** Gives a checkpoint's pages back to the pool; it must not be used again. Optional, but spares allocations. */
  release(checkpoint: MachineCheckpoint): void;
  /** Keeps pages ready for the next checkpoint, so that taking it allocates nothing: call when there is time. Optional. */
  prepareCheckpoint(): void;
  /** FNV-1a style 64-bit hash, as hex, of architectural state, memory, time and ledger. Equal in every engine. */
  hash(): string;
}

/** Plain data plus shared pages; opaque outside machine/. */
export interface MachineCheckpoint {
  readonly retired: number;
  readonly time: number;
  readonly brand: 'MachineCheckpoint';
}
