/**
 * What the next instruction is about to do, micro-op by micro-op, without doing it: no commit, no charge, no change of the
 * TLB or of memory. Services are named and not run; an access that would fault ends the list with the fault.
 */
import type { Op, Width } from '../isa/microop/op.ts';
import type { X86Instruction } from '../isa/x86/instruction.ts';
import { condition, flagBits, setFlags } from '../isa/x86/flags.ts';
import { CPL, PFV } from '../isa/x86/state.ts';
import type { CodePages } from '../translate/blocks.ts';
import { evaluate, type Outcome } from '../translate/evaluate.ts';
import { type StepHost, Stepper } from '../translate/step.ts';
import type { Cpu } from './cpu.ts';
import { Fault } from './fault.ts';
import { linearOf } from './segments.ts';

export interface Explained {
  readonly op: Op;
  /** The value it makes; 0 for ops that make none. */
  readonly value: number;
}
export interface Explanation {
  readonly instruction: X86Instruction | null;
  readonly ops: readonly Explained[];
  /** The exception that it would raise, so far as can be told without running services. */
  readonly fault: { readonly vector: number; readonly error: number | null } | null;
  readonly outcome: Outcome | null;
  /** State words after it, for values old beside new. */
  readonly after: Int32Array;
}

class Preview implements StepHost {
  readonly memory: Cpu['memory'];
  jumped = false;
  readonly words: Int32Array;
  private readonly cpu: Cpu;
  private readonly stored = new Map<number, number>();

  constructor(cpu: Cpu) {
    this.cpu = cpu;
    this.memory = cpu.memory;
    this.words = cpu.words.slice();
  }

  private physical(linear: number, write: boolean): number {
    const at = this.cpu.mmu.probe(linear, write, this.words[CPL] === 3);
    if (at === null) throw new Fault(PFV, null, linear >>> 0);
    return at;
  }
  load(segment: number | null, offset: number, width: Width, signed: boolean): number {
    const size = width >> 3;
    const linear = segment === null ? offset : linearOf(this.words, segment, offset, size, false);
    let value = 0;
    for (let i = 0; i < size; i++) {
      const at = this.physical((linear + i) | 0, false);
      const byte = this.stored.get(at) ?? (this.cpu.memory.isPlain(at) ? this.cpu.memory.read8(at) : 0xff);
      value |= byte << (8 * i);
    }
    return width === 32 ? value : width === 8 ? (signed ? (value << 24) >> 24 : value) : signed ? (value << 16) >> 16 : value;
  }
  store(segment: number | null, offset: number, width: Width, value: number): void {
    const size = width >> 3;
    const linear = segment === null ? offset : linearOf(this.words, segment, offset, size, true);
    for (let i = 0; i < size; i++) this.stored.set(this.physical((linear + i) | 0, true), (value >> (8 * i)) & 0xff);
  }
  fetch(linear: number): number {
    return this.physical(linear, false);
  }
  beginStores(): void {}
  endStores(): void {}
  trap(vector: number, error: number | undefined): never {
    throw new Fault(vector, error ?? null);
  }
  service(): number {
    return 0;
  }
  condition(code: number): boolean {
    return condition(this.words, code);
  }
  flagBits(mask: number): number {
    return flagBits(this.words, mask);
  }
  setFlags(...args: Parameters<StepHost['setFlags']>): void {
    setFlags(this.words, ...args);
  }
}

export function explain(cpu: Cpu, pages: CodePages): Explanation {
  const preview = new Preview(cpu);
  const stepper = new Stepper(preview, pages);
  const ops: Explained[] = [];
  let instruction: X86Instruction | null = null;
  try {
    instruction = stepper.fetch();
    const outcome = evaluate(instruction.ops, preview, (_, op, value) => ops.push({ op, value }));
    return { instruction, ops, fault: null, outcome, after: preview.words };
  } catch (caught) {
    if (!(caught instanceof Fault)) throw caught;
    return { instruction, ops, fault: { vector: caught.vector, error: caught.error }, outcome: null, after: preview.words };
  }
}
