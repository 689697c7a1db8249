/**
 * The guest's floating-point services as SSE2 code on the FPU's words in the state block, where IA-32 and the guest agree; else
 * a gate, behind which the level does the operation exactly.
 *
 * They agree on finite numbers, rounding to nearest, no exception but Inexact: then MXCSR after the operation is what the last
 * operation left (word `last`), and FCSR is right already. When only Inexact changed, a few instructions bring FCSR up to date.
 * NaNs, denormals, overflow, enabled exceptions and other roundings go through the gate.
 *
 * Invariant: between guest instructions MXCSR has rounding to nearest, all masked; `last` is 0 (nothing known) or what MXCSR
 * was after an operation whose causes FCSR shows, and then FCSR has no enables, no flush to zero and rounding to nearest.
 * Words from FCSR on are like memory: read and written where the instruction stands, never kept in host registers.
 */
import { imm, r32, r8, xmm } from '../isa/x86/operand.ts';
import type { MemoryOperand } from '../isa/x86/operand.ts';
import type { Value } from '../isa/microop/op.ts';
import { FCSR, MIPS_WORDS } from '../isa/mips/state.ts';
import { homeAt, homeOf } from './lower-registers.ts';
import type { Lowering } from './lower.ts';

type Service = Extract<Value, { k: 'service' }>;

/** Words whose values services read and write behind the back of block-wide SSA. */
export const isFloatWord = (word: number): boolean => word >= FCSR && word < MIPS_WORDS;
export const isFloatService = (name: string): boolean => name.startsWith('cop1.');

export interface FloatWords {
  /** The gate that does the guest instruction's operation. */
  readonly gate: number;
  /** State words: MXCSR just now; after the last operation; as it is between operations. */
  readonly now: number;
  readonly last: number;
  readonly clean: number;
}

/** Bits of FCSR under which the host's arithmetic is not the guest's: rounding, enables, flush to zero. */
const CONTROLS = 0x100_0f83,
  CAUSES = 0x3_f000;
const EXCEPTIONS_BUT_INEXACT = 0x1f,
  INEXACT = 0x20;

export function lowerFloat(l: Lowering, v: Service, words: FloatWords): void {
  const name = v.name.slice('cop1.'.length),
    [operation, ...formats] = name.split('.');
  const plain = new FloatLowering(l, v, words);
  const format = formats[0] as 's' | 'd' | 'w';
  if (operation === 'c') plain.compare(format as 's' | 'd');
  else if (operation === 'add' || operation === 'sub' || operation === 'mul' || operation === 'div')
    plain.two(operation, format as 's' | 'd');
  else if (operation === 'sqrt') plain.one('sqrt', format as 's' | 'd');
  else if (operation === 'madd' || operation === 'msub' || operation === 'nmadd' || operation === 'nmsub')
    plain.three(operation, format as 's' | 'd');
  else if (operation === 'cvt' && format !== 'w') plain.convert(format, formats[1] as 's' | 'd' | 'w');
  else if (format === 'w' && (operation === 'cvt' || operation === 'trunc')) plain.toWord(operation === 'trunc', formats[1] as 's' | 'd');
  else plain.slow();
}

const WIDTH = { s: 32, w: 32, d: 64 } as const;
const SUFFIX = { s: 'ss', d: 'sd' } as const;
const X = xmm(0);

class FloatLowering {
  private readonly l: Lowering;
  private readonly v: Service;
  private readonly words: FloatWords;
  private readonly guest: number;

  constructor(l: Lowering, v: Service, words: FloatWords) {
    this.l = l;
    this.v = v;
    this.words = words;
    this.guest = l.code.guest ?? 0;
  }

  /** The state word that argument `i` names; its register, if it has one, stays locked. */
  private at(i: number, format: 's' | 'd' | 'w'): MemoryOperand {
    const value = this.v.args[i]!;
    return { ...(value.k === 'const' ? homeOf(value.n) : homeAt(this.l.inRegister(value))), width: WIDTH[format] };
  }
  private move(format: 's' | 'd'): string {
    return `mov${SUFFIX[format]}`;
  }

  two(operation: string, format: 's' | 'd'): void {
    const { code, registers } = this.l;
    code.emit(this.move(format), X, this.at(1, format));
    code.emit(`${operation}${SUFFIX[format]}`, X, this.at(2, format));
    registers.unlockAll();
    this.deliver(format, true);
  }
  one(operation: string, format: 's' | 'd'): void {
    this.l.code.emit(`${operation}${SUFFIX[format]}`, X, this.at(1, format));
    this.l.registers.unlockAll();
    this.deliver(format, true);
  }
  /** fs * ft + fr, rounded twice. */
  three(operation: 'madd' | 'msub' | 'nmadd' | 'nmsub', format: 's' | 'd'): void {
    const { code, registers } = this.l;
    code.emit(this.move(format), X, this.at(2, format));
    registers.unlockAll();
    code.emit(`mul${SUFFIX[format]}`, X, this.at(3, format));
    registers.unlockAll();
    code.emit(`${operation.endsWith('add') ? 'add' : 'sub'}${SUFFIX[format]}`, X, this.at(1, format));
    registers.unlockAll();
    this.deliver(format, true, operation.startsWith('n'));
  }
  convert(to: 's' | 'd', from: 's' | 'd' | 'w'): void {
    this.l.code.emit(`cvt${from === 'w' ? 'si' : SUFFIX[from]}2${SUFFIX[to]}`, X, this.at(1, from));
    this.l.registers.unlockAll();
    this.deliver(to, from !== 'w');
  }
  toWord(truncate: boolean, from: 's' | 'd'): void {
    const { code, registers } = this.l;
    const source = this.at(1, from);
    const result = registers.allocate();
    code.emit(`cvt${truncate ? 't' : ''}${SUFFIX[from]}2si`, r32(result), source);
    registers.unlockAll();
    registers.lock(result);
    const to = this.at(0, 'w'),
      done = this.settled(registers.allocate(), false);
    code.emit('mov', to, r32(result));
    code.label(done);
  }

  private deliver(format: 's' | 'd', maybeNaN: boolean, negate = false): void {
    const { code } = this.l;
    const to = this.at(0, format),
      done = this.settled(this.l.registers.allocate(), maybeNaN);
    code.emit(this.move(format), to, X);
    if (negate) code.emit('xor', { ...to, width: 32, disp: to.disp + (format === 'd' ? 4 : 0) }, imm(0x8000_0000));
    code.label(done);
  }

  /**
   * Behind an operation, before its result is written: goes on when FCSR shows what it raised, else to the gate. All registers
   * that the rest needs are taken before, so that both ways meet with the same state. Gives the label behind the result.
   */
  private settled(now: number, maybeNaN: boolean): string {
    const { l } = this,
      { code } = l,
      { words } = this;
    const slow = l.freshLabel('slow'),
      change = l.freshLabel('raised'),
      back = l.freshLabel('settled'),
      done = l.freshLabel('done');
    code.emit('stmxcsr', homeOf(words.now));
    if (maybeNaN) {
      code.emit('ucomisd', X, X);
      code.jump('jp', slow);
    }
    code.emit('mov', r32(now), homeOf(words.now));
    code.emit('ldmxcsr', homeOf(words.clean));
    code.emit('cmp', r32(now), homeOf(words.last));
    code.jump('jne', change);
    code.label(back);
    this.changes(now, change, back, slow);
    this.gate(slow, done);
    return done;
  }

  /** Out of the way: FCSR gets the new causes, when Inexact is the only one and FCSR is set up plainly. */
  private changes(now: number, label: string, back: string, slow: string): void {
    const { cold } = this.l,
      fcsr = homeOf(FCSR);
    this.begin();
    cold.label(label);
    cold.emit('test', r32(now), imm(EXCEPTIONS_BUT_INEXACT));
    cold.jump('jne', slow);
    cold.emit('test', fcsr, imm(CONTROLS));
    cold.jump('jne', slow);
    cold.emit('mov', homeOf(this.words.last), r32(now));
    cold.emit('and', fcsr, imm(~CAUSES));
    cold.emit('and', r32(now), imm(INEXACT));
    cold.emit('shl', r32(now), imm(7));
    cold.emit('or', fcsr, r32(now));
    cold.emit('shr', r32(now), imm(10));
    cold.emit('or', fcsr, r32(now));
    cold.jump('jmp', back);
  }
  private begin(): void {
    const { l } = this;
    l.cold.guest = this.guest;
    l.cold.micro = this.v;
    l.cold.purpose = l.code.purpose;
  }
  private gate(label: string, done: string): void {
    const { l } = this;
    this.begin();
    l.cold.label(label);
    l.cold.emit('ldmxcsr', homeOf(this.words.clean));
    l.faulting(l.cold.gate(this.words.gate), this.guest);
    l.cold.jump('jmp', done);
  }

  /** The gate alone. */
  slow(): void {
    const { l } = this;
    l.faulting(l.code.gate(this.words.gate), this.guest);
  }

  /** Arguments: condition, place of the bit, fs, ft. */
  compare(format: 's' | 'd'): void {
    const { l } = this,
      { code, registers } = l,
      [condition, bit] = this.v.args as [Value & { k: 'const' }, Value];
    code.emit(this.move(format), X, this.at(2, format));
    registers.unlockAll();
    const other = this.at(3, format),
      place = bit.k === 'const' ? null : l.inRegister(bit);
    const holds = registers.allocate('byte'),
      word = place === null ? null : registers.allocate();
    const slow = l.freshLabel('unordered'),
      done = l.freshLabel('compared');
    code.emit(format === 'd' ? 'ucomisd' : 'ucomiss', X, other);
    code.jump('jp', slow);
    this.truth(condition.n, holds);
    if (place === null) this.setBit((bit as { n: number }).n, holds);
    else this.setBitAt(place, holds, word!);
    // No causes now: what MXCSR is between operations, unless nothing is known.
    code.emit('and', homeOf(this.words.last), imm(0x1f80));
    code.label(done);
    this.gate(slow, done);
  }
  /** 0 or 1, of ordered operands. */
  private truth(condition: number, to: number): void {
    const { code } = this.l,
      test = [null, 'sete', 'setb', 'setbe'][(condition >> 1) & 3]!;
    if (test === null) {
      code.emit('mov', r32(to), imm(0));
      return;
    }
    code.emit(test, r8(to));
    code.emit('movzx', r32(to), r8(to));
  }
  private setBit(bit: number, holds: number): void {
    const { code } = this.l;
    code.emit('shl', r32(holds), imm(bit));
    code.emit('and', homeOf(FCSR), imm(~(CAUSES | (1 << bit))));
    code.emit('or', homeOf(FCSR), r32(holds));
  }
  private setBitAt(place: number, holds: number, word: number): void {
    const { code } = this.l,
      no = this.l.freshLabel('false');
    code.emit('mov', r32(word), homeOf(FCSR));
    code.emit('and', r32(word), imm(~CAUSES));
    code.emit('btr', r32(word), r32(place));
    code.emit('test', r32(holds), r32(holds));
    code.jump('je', no);
    code.emit('bts', r32(word), r32(place));
    code.label(no);
    code.emit('mov', homeOf(FCSR), r32(word));
  }
}
