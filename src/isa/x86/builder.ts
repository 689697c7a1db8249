/**
 * The language in which IA-32 rows speak: operands by number, registers, stack, flags, string steps, services.
 *
 * Invariant: reads see the state before the instruction, so a register is read once and the value shared. Privileged rows
 * get their #GP(0) check here, before the row speaks. Left out: segment limits, paging and alignment, which are the machine's.
 */
import { Builder } from '../microop/builder.ts';
import type { FlagOptions } from '../microop/builder.ts';
import type { Address, FlagRule, Op, Slice, Value, Width } from '../microop/op.ts';
import { operandWidth } from './form.ts';
import type { X86Instruction } from './instruction.ts';
import { registerSlice, segmentOf } from './operand.ts';
import type { MemoryOperand, Operand } from './operand.ts';
import type { X86Service } from './services.ts';
import { CPL, CR0, DF, ECX, ESP, GP, SEGMENT_BASE, SS, STATUS_FLAGS, UD } from './state.ts';

/** Stack addresses and what ESP becomes, before anything commits. */
export interface StackStep {
  readonly at: Address;
  readonly pointer: Value;
}

export class X86 extends Builder {
  readonly instruction: X86Instruction;
  private readonly registers: (Value | undefined)[] = [];
  private readonly values: (Value | undefined)[] = [];
  private readonly addresses: (Address | undefined)[] = [];

  constructor(instruction: X86Instruction) {
    super();
    this.instruction = instruction;
  }

  get operandSize(): 16 | 32 {
    return this.instruction.operandSize;
  }
  get cc(): number {
    return this.instruction.cc;
  }
  get self(): number {
    return this.instruction.address;
  }
  /** Address of the next instruction, within the operand-independent EIP. */
  get next(): number {
    return (this.instruction.address + this.instruction.length) | 0;
  }
  get rep(): boolean {
    return this.instruction.repeat !== 0;
  }

  operand(i: number): Operand {
    return this.instruction.operands[i]!;
  }

  /** Width of an operand; of operand 0 by default, or the operand size when there is none. */
  widthOf(i: number): Width {
    const operand = this.instruction.operands[i];
    if (operand?.k === 'reg') return operand.width;
    const spec = this.instruction.row.form.operands[i];
    const width = spec ? operandWidth(spec.size, this.operandSize) : this.operandSize;
    return width === 8 || width === 16 ? width : 32;
  }
  get width(): Width {
    return this.widthOf(0);
  }

  /** Operand i, zero-extended when narrower than 32 bits. */
  get(i: number): Value {
    return (this.values[i] ??= this.read(i, false));
  }
  /** Operand i, sign-extended. */
  getSigned(i: number): Value {
    const operand = this.operand(i);
    if (operand.k === 'imm')
      return this.sext(this.const(operand.n), this.instruction.row.form.operands[i]!.signed ? this.operandSize : this.widthOf(i));
    return this.widthOf(i) === 32 ? this.get(i) : this.read(i, true);
  }
  private read(i: number, signed: boolean): Value {
    const operand = this.operand(i);
    switch (operand.k) {
      case 'reg':
        return signed ? this.getSlice(registerSlice(operand.n, operand.width), true) : this.reg(operand.n, operand.width);
      case 'mem':
        return this.loadFrom(this.address(i), this.widthOf(i), signed, false);
      case 'imm':
      case 'target':
        return this.const(operand.n);
      default:
        throw new Error(`operand ${operand.k} is read by its row`);
    }
  }
  put(i: number, value: Value): void {
    const operand = this.operand(i);
    if (operand.k === 'reg') this.setReg(operand.n, value, operand.width);
    else if (operand.k === 'mem') this.storeTo(this.address(i), this.widthOf(i), value, false);
    else throw new Error(`operand ${operand.k} is written by its row`);
  }
  isRegister(i: number): boolean {
    return this.operand(i).k === 'reg';
  }
  /** Number of a segment, control or debug register operand. */
  number(i: number): number {
    const operand = this.operand(i);
    return 'n' in operand ? operand.n : -1;
  }

  reg(n: number, width: Width = 32): Value {
    return (this.registers[n + (width >> 4) * 8] ??= this.getSlice(registerSlice(n, width)));
  }
  setReg(n: number, value: Value, width: Width = 32): void {
    this.putSlice(registerSlice(n, width), value);
  }
  word(word: number): Value {
    return this.getSlice({ word, low: 0, width: 32 });
  }

  address(i: number): Address {
    return (this.addresses[i] ??= this.addressOf(this.operand(i) as MemoryOperand));
  }
  addressOf(operand: MemoryOperand, espBias = 0): Address {
    return { segment: segmentOf(operand), offset: this.offset(operand, espBias) };
  }
  /** The offset in the segment. `espBias` is added to an ESP base (POP into memory, SDM vol. 2B). */
  private offset(operand: MemoryOperand, espBias: number): Value {
    const size = operand.address ?? 32;
    let sum: Value = this.const(0);
    if (operand.base !== undefined) sum = this.reg(operand.base, size);
    if (operand.index !== undefined) {
      const shift = 31 - Math.clz32(operand.scale ?? 1);
      sum = this.add(sum, this.shl(this.reg(operand.index, size), this.const(shift)));
    }
    sum = this.add(sum, this.const(operand.disp + (operand.base === ESP ? espBias : 0)));
    return size === 16 ? this.extend(sum, 16, false) : sum;
  }
  /** An address further on in the same segment. */
  beyond(at: Address, bytes: number): Address {
    const sum = this.add(at.offset, this.const(bytes));
    return { segment: at.segment, offset: this.instruction.addressSize === 16 ? this.extend(sum, 16, false) : sum };
  }
  /** The linear address of a memory operand. */
  linear(i: number): Value {
    const at = this.address(i);
    return this.add(this.word(SEGMENT_BASE + at.segment!), at.offset);
  }
  load(at: Address, width: Width): Value {
    return this.loadFrom(at, width, false, false);
  }
  store(at: Address, width: Width, value: Value): void {
    this.storeTo(at, width, value, false);
  }

  zext(value: Value, width: Width): Value {
    return this.extend(value, width, false);
  }
  sext(value: Value, width: Width): Value {
    return this.extend(value, width, true);
  }
  /** The value's own bit `bit`, as 0 or 1. */
  bit(value: Value, bit: number): Value {
    return this.and(this.shr(value, this.const(bit)), this.const(1));
  }
  ne(a: Value, b: Value): Value {
    return this.bool(this.xor(a, b));
  }

  flags(rule: FlagRule, a: Value | undefined, b: Value | undefined, result: Value, options: FlagOptions = {}): void {
    this.setFlags(rule, this.width, a, b, result, options);
  }
  /** Writes the EFLAGS bits of `mask` from `value`. */
  setBits(mask: number, value: Value, when?: Value): void {
    if (when?.k === 'const') {
      if (when.n === 0) return;
      this.setFlags('set', 32, undefined, undefined, value, { mask });
    } else this.setFlags('set', 32, undefined, undefined, value, when ? { mask, when } : { mask });
  }
  /** All six status flags from their bits. */
  setStatus(value: Value): void {
    this.setBits(STATUS_FLAGS, value);
  }
  /** SF, ZF and PF of a byte, at their places in EFLAGS. */
  signZeroParity(byte: Value): Value {
    const zero = this.shl(this.not(this.zext(byte, 8)), this.const(6));
    const odd = this.and(this.unary('popcnt', this.zext(byte, 8)), this.const(1));
    return this.or(this.or(this.and(byte, this.const(0x80)), zero), this.shl(this.xor(odd, this.const(1)), this.const(2)));
  }

  private get stackWidth(): 16 | 32 {
    return this.instruction.mode.stack32 ? 32 : 16;
  }
  stack(offset: Value): Address {
    return { segment: SS, offset: this.stackWidth === 16 ? this.zext(offset, 16) : offset };
  }
  /** The stack pointer (SP when the stack segment is 16 bits wide) moved by so many bytes. */
  stackPointer(bytes: number): Value {
    const moved = this.add(this.reg(ESP, this.stackWidth), this.const(bytes));
    return this.stackWidth === 16 ? this.zext(moved, 16) : moved;
  }
  setStackPointer(value: Value): void {
    this.setReg(ESP, value, this.stackWidth);
  }
  push(value: Value, width: 16 | 32 = this.operandSize): void {
    const pointer = this.stackPointer(-(width >> 3));
    this.store(this.stack(pointer), width, value);
    this.setStackPointer(pointer);
  }
  /** The value on top of the stack; ESP moves past it, and `more` bytes. */
  pop(width: 16 | 32 = this.operandSize, more = 0): Value {
    const value = this.load(this.stack(this.stackPointer(0)), width);
    this.setStackPointer(this.stackPointer((width >> 3) + more));
    return value;
  }

  /** Jumps to a run-time address, cut to the operand size. */
  jump(to: Value, as: 'jump' | 'call' | 'return' = 'jump'): void {
    this.jumpTo(this.zext(to, this.operandSize), as);
  }
  branch(when: Value): void {
    this.branchTo(when, this.number(0), this.next);
  }

  /** ECX, or CX with 16-bit addresses: what REP, LOOP and JECXZ count. */
  counter(): Value {
    return this.reg(ECX, this.instruction.addressSize);
  }
  countDown(): Value {
    const left = this.sub(this.counter(), this.const(1));
    this.setReg(ECX, left, this.instruction.addressSize);
    return this.instruction.addressSize === 16 ? this.zext(left, 16) : left;
  }
  /** Moves index registers by one element, up or down as DF says. */
  advance(width: Width, ...registers: number[]): void {
    const bytes = width >> 3,
      size = this.instruction.addressSize;
    const step = this.select(this.flagBits(DF), this.const(-bytes), this.const(bytes));
    for (const n of registers) this.setReg(n, this.add(this.reg(n, size), step), size);
  }
  /** Opens a repeated string instruction: with a zero count nothing happens. */
  repeatBegin(): void {
    if (this.rep) this.leaveIf(this.not(this.counter()), this.next);
  }
  /** One iteration is one step: count down, and go back to the instruction itself unless this was the last one. */
  repeatEnd(): void {
    if (this.rep) this.branchTo(this.bool(this.countDown()), this.self, this.next);
  }
  /** REPE and REPNE: go on while the comparison agrees with the prefix. */
  repeatWhile(equal: Value): void {
    if (!this.rep) return;
    const more = this.bool(this.countDown());
    this.branchTo(this.and(more, this.instruction.repeat === 0xf3 ? equal : this.not(equal)), this.self, this.next);
  }

  call(name: X86Service, args: readonly Value[], writes: readonly Slice[] = []): Value {
    return this.service(name, args, writes);
  }
  trap(vector: number, error?: number): void {
    this.trapIf(this.const(1), vector, error);
  }
  undefined(): void {
    this.trap(UD);
  }
  /** #UD outside protected mode (CR0.PE = 0). */
  protectedOnly(): void {
    this.trapIf(this.not(this.and(this.word(CR0), this.const(1))), UD);
  }
  kernelOnly(): void {
    this.trapIf(this.bool(this.word(CPL)), GP, 0);
  }
}

/** CR1 and CR5..CR7 are #UD at every privilege level. */
const noSuchRegister = ({ operands }: X86Instruction): boolean => operands.some((o) => o.k === 'creg' && ![0, 2, 3, 4].includes(o.n));

/** The micro-ops of one decoded instruction. */
export function buildOps(instruction: X86Instruction): readonly Op[] {
  const m = new X86(instruction);
  if (instruction.row.privilege === 'kernel' && !noSuchRegister(instruction)) m.kernelOnly();
  instruction.row.means(m);
  return m.finish();
}
