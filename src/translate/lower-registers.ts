/**
 * Which value is where while a block is being lowered: host registers, homes (the memory words of guest registers), spill
 * slots. One forward pass; the value whose next use is farthest leaves first (Belady), preferring those with a copy elsewhere.
 *
 * Invariant: a value that is still needed always has a place, or can be computed again from values that have one; a value
 * that has neither is an error ("lost value"), never a wrong answer.
 */
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI } from '../isa/x86/state.ts';
import { m32, r32, imm } from '../isa/x86/operand.ts';
import type { MemoryOperand, Operand } from '../isa/x86/operand.ts';
import type { Value } from '../isa/microop/op.ts';
import type { HostList } from './ia32.ts';

/** Where guest words live: EBP stands in the middle of the first 64 words, so that they are reached with 8-bit displacements. */
export const EBP_BIAS = 128;
export const homeOf = (word: number): MemoryOperand => m32({ base: EBP, disp: 4 * word - EBP_BIAS });
/** The word whose number is in a register. */
export const homeAt = (index: number): MemoryOperand => m32({ base: EBP, index, scale: 4, disp: -EBP_BIAS });

/** Registers in order of preference: those without byte parts first, those that shifts and multiplications want last. */
export const ALL_REGISTERS: readonly number[] = [ESI, EDI, EBX, EDX, EAX, ECX];
export const hasByte = (register: number): boolean => register <= EBX;

export type Class = 'any' | 'byte';

export interface Frame {
  readonly registers: readonly number[];
  /** State words that are kept in a host register all the time (an interpreter's PC). */
  readonly pinned: ReadonlyMap<number, number>;
  /** State words that have no home in memory: they are only ever in a register or spilled. */
  readonly homeless: ReadonlySet<number>;
  /** The first state word used for spilled values, and how many there are. */
  readonly spillWord: number;
  readonly spillWords: number;
}

export class RegisterFile {
  position = 0;
  private readonly holder: (Value | null)[] = Array.from({ length: 8 }, () => null);
  private readonly where = new Map<Value, number>();
  private readonly spilled = new Map<Value, number>();
  private readonly locked = new Set<number>();
  /** What the homes of written words hold now. */
  private readonly homeContent = new Map<number, Value>();
  private readonly frame: Frame;
  private readonly needs: ReadonlyMap<Value, readonly number[]>;
  private readonly code: HostList;

  constructor(frame: Frame, needs: ReadonlyMap<Value, readonly number[]>, code: HostList) {
    this.frame = frame;
    this.needs = needs;
    this.code = code;
  }

  // --- needs

  neededAfter(v: Value): boolean {
    return (this.needs.get(v)?.at(-1) ?? -1) > this.position;
  }
  private neededFrom(v: Value): boolean {
    return (this.needs.get(v)?.at(-1) ?? -1) >= this.position;
  }
  private nextNeed(v: Value): number {
    for (const at of this.needs.get(v) ?? []) if (at >= this.position) return at;
    return Infinity;
  }

  // --- places

  registerOf(v: Value): number | null {
    if (v.k === 'get') {
      const pinned = this.frame.pinned.get(v.from.word);
      if (pinned !== undefined) return pinned;
    }
    return this.where.get(v) ?? null;
  }
  homeWord(v: Value): number | null {
    if (v.k === 'get' && !this.homeContent.has(v.from.word) && !this.frame.pinned.has(v.from.word) && !this.frame.homeless.has(v.from.word))
      return v.from.word;
    for (const [word, held] of this.homeContent) if (held === v) return word;
    return null;
  }
  homeHolds(word: number): Value | undefined {
    return this.homeContent.get(word);
  }
  setHome(word: number, v: Value): void {
    this.homeContent.set(word, v);
  }
  spillSlot(v: Value): number | null {
    return this.spilled.get(v) ?? null;
  }
  spillWordOf(slot: number): number {
    return this.frame.spillWord + slot;
  }
  private spillHome(slot: number): MemoryOperand {
    return homeOf(this.spillWordOf(slot));
  }

  /** An operand that reads the value where it is now, or null when it has no place. */
  placeOf(v: Value): Operand | null {
    if (v.k === 'const') return imm(v.n);
    const register = this.registerOf(v);
    if (register !== null) return r32(register);
    return this.memoryOf(v);
  }
  memoryOf(v: Value): MemoryOperand | null {
    const home = this.homeWord(v);
    if (home !== null) return homeOf(home);
    const slot = this.spilled.get(v);
    return slot === undefined ? null : this.spillHome(slot);
  }
  /** Whether it has a place besides a register. */
  private hasCopy(v: Value): boolean {
    return v.k === 'const' || this.memoryOf(v) !== null;
  }

  // --- locks: registers that the instruction being made refers to

  lock(register: number): void {
    this.locked.add(register);
  }
  unlockAll(): void {
    this.locked.clear();
  }

  // --- allocation

  bind(v: Value, register: number): void {
    const old = this.holder[register];
    if (old && this.where.get(old) === register) this.where.delete(old);
    this.holder[register] = v;
    this.where.set(v, register);
  }
  forget(register: number): void {
    const old = this.holder[register];
    if (old && this.where.get(old) === register) this.where.delete(old);
    this.holder[register] = null;
  }
  allocatable(register: number): boolean {
    return this.frame.registers.includes(register);
  }

  /** A register for a new value. Locks it. What it held is kept elsewhere if it is needed. */
  allocate(wanted: Class = 'any', except: readonly number[] = []): number {
    const candidates = this.frame.registers.filter((r) => !this.locked.has(r) && !except.includes(r) && (wanted === 'any' || hasByte(r)));
    const free = candidates.find((r) => {
      const v = this.holder[r];
      return !v || !this.neededFrom(v);
    });
    const register = free ?? this.victim(candidates);
    if (register === undefined) throw new Error('no host register is left');
    this.evict(register);
    this.lock(register);
    return register;
  }
  private victim(candidates: readonly number[]): number | undefined {
    const cost = (r: number): number => {
      const v = this.holder[r]!;
      return this.nextNeed(v) + (this.hasCopy(v) ? 100_000 : 0);
    };
    return [...candidates].sort((a, b) => cost(b) - cost(a))[0];
  }
  /** Empties a register; a value that is needed and has no other place is spilled. */
  evict(register: number): void {
    const v = this.holder[register];
    if (v && this.neededFrom(v) && !this.hasCopy(v)) this.spill(v, register);
    this.forget(register);
  }
  private spill(v: Value, register: number): void {
    for (const [old, slot] of this.spilled)
      if (!this.neededFrom(old)) {
        this.spilled.delete(old);
        this.useSlot(v, slot, register);
        return;
      }
    if (this.spilled.size >= this.frame.spillWords) throw new Error('no spill slot is left');
    const taken = new Set(this.spilled.values());
    let slot = 0;
    while (taken.has(slot)) slot++;
    this.useSlot(v, slot, register);
  }
  private useSlot(v: Value, slot: number, register: number): void {
    this.spilled.set(v, slot);
    this.code.emit('mov', this.spillHome(slot), r32(register));
  }

  /** Makes a certain register free and locks it; a needed value in it moves to another register or to memory. */
  claim(register: number): void {
    const v = this.holder[register];
    this.lock(register);
    if (!v) return;
    if (this.neededFrom(v) && !this.hasCopy(v)) this.moveAway(v, register);
    this.forget(register);
  }
  private moveAway(v: Value, register: number): void {
    const free = this.frame.registers.find((r) => !this.locked.has(r) && (!this.holder[r] || !this.neededFrom(this.holder[r]!)));
    if (free === undefined) {
      this.spill(v, register);
      return;
    }
    this.code.emit('mov', r32(free), r32(register));
    this.forget(free);
    this.holder[register] = null;
    this.bind(v, free);
  }

  /** Whether an instruction may overwrite the value's register: nobody needs it afterwards. */
  mayOverwrite(v: Value): number | null {
    const register = this.where.get(v);
    if (register === undefined || this.locked.has(register) || !this.allocatable(register)) return null;
    return this.neededAfter(v) ? null : register;
  }

  /** A register for the result of an instruction that reads `inputs` and writes the result in one go: may be one of theirs. */
  allocateResult(wanted: Class, inputs: readonly Value[]): number {
    for (const v of inputs) {
      const register = this.where.get(v);
      if (register === undefined || this.neededAfter(v) || !this.allocatable(register)) continue;
      if (wanted === 'byte' && !hasByte(register)) continue;
      return register;
    }
    return this.allocate(wanted);
  }

  /** Values that stand in registers, for tests. */
  get held(): readonly (Value | null)[] {
    return this.holder;
  }
}

export { EAX, EBP, EBX, ECX, EDI, EDX, ESI };
