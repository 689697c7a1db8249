/**
 * A random encoding of a given row, for tests: decode it, run it, compare it with a real processor or another disassembler.
 *
 * Invariant: the bytes decode to the row; the same seed gives the same bytes. Operand registers that do not exist (CR1, the
 * segment number 6, CS as a destination) and word double shifts by more than 16, which have no defined result, are avoided.
 * `simple` addressing has one base register and a small displacement; the caller says which registers may be used.
 */
import { Random } from '../../bits/random.ts';
import { immediateLength } from './form.ts';
import type { ImmediateKind } from './form.ts';
import { SEGMENT_PREFIX } from './operand.ts';
import type { X86Row } from './row.ts';
import { CS, EBP, ESP } from './state.ts';

export interface SampleOptions {
  /** By default one of both at random; always 32 where the row does not depend on it. */
  readonly operandSize?: 16 | 32;
  readonly addressSize?: 16 | 32;
  /** Which ModRM operands: registers, memory, or either. A row that has only the other kind gives that. */
  readonly operands?: 'register' | 'memory' | 'any';
  /** `simple`: [base + disp8]; `any`: every form of ModRM and SIB, with random segment prefixes. */
  readonly addressing?: 'simple' | 'any';
  /** Base registers for simple addressing. */
  readonly bases?: readonly number[];
  /** Register numbers that may stand as operands of 16 and 32 bits (8-bit operands use all of 0..7 unless `registers8`). */
  readonly registers?: readonly number[];
  readonly registers8?: readonly number[];
  /** F2 or F3 before string instructions: by default one of none and those the row knows. */
  readonly repeat?: 0 | 0xf2 | 0xf3;
  readonly lock?: boolean;
  /** Condition 0..15 of +cc rows. */
  readonly condition?: number;
}

const ALL = [0, 1, 2, 3, 4, 5, 6, 7];
const WITHOUT_STACK = ALL.filter((n) => n !== ESP && n !== EBP);
const BYTES_OF_INTEREST = [0, 1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33, 0x7f, 0x80, 0xff];

class Sampler {
  private readonly row: X86Row;
  private readonly random: Random;
  private readonly options: SampleOptions;
  private readonly out: number[] = [];
  private readonly operandSize: 16 | 32;
  private readonly addressSize: 16 | 32;

  constructor(row: X86Row, random: Random, options: SampleOptions) {
    this.row = row;
    this.random = random;
    this.options = options;
    const { form } = row;
    this.operandSize = form.operandSize !== 0 ? form.operandSize : form.sized ? (options.operandSize ?? (random.below(2) ? 32 : 16)) : 32;
    const simple = (options.addressing ?? 'simple') === 'simple';
    this.addressSize = form.addressSize !== 0 ? form.addressSize : (options.addressSize ?? (simple || random.below(4) ? 32 : 16));
  }

  private pick<T>(from: readonly T[]): T {
    return from[this.random.below(from.length)]!;
  }

  run(): Uint8Array {
    const { form } = this.row,
      { out } = this,
      memory = this.usesMemory();
    this.prefixes(memory);
    if (form.escape) out.push(0x0f);
    out.push(form.opcode + this.inOpcode());
    if (form.modrm) this.modrm(memory);
    form.immediates.forEach((kind, i) => this.immediate(kind, i));
    return Uint8Array.from(out);
  }

  private usesMemory(): boolean {
    const { mod, modrm, fixed } = this.row.form;
    if (!modrm || fixed >= 0 || mod === 'register' || mod === 'ignored') return false;
    if (mod === 'memory') return true;
    const wish = this.options.lock === true ? 'memory' : (this.options.operands ?? 'any');
    return wish === 'any' ? this.random.below(2) === 1 : wish === 'memory';
  }
  private prefixes(memory: boolean): void {
    const { form, repeats } = this.row,
      { out, options } = this;
    const implied = form.operands.some((o) => ['source', 'table', 'moffs'].includes(o.kind));
    if (options.addressing === 'any' && (memory || implied) && this.random.below(4) === 0) out.push(this.pick(SEGMENT_PREFIX));
    const counted = ['loop', 'loope', 'loopne'].includes(this.row.name);
    if (
      this.addressSize === 16 &&
      (memory || implied || counted || form.addressSize !== 0 || form.operands.some((o) => o.kind === 'destination'))
    )
      out.push(0x67);
    if (this.operandSize === 16) out.push(0x66);
    if (repeats !== 'no') {
      const repeat = options.repeat ?? this.pick(repeats === 'rep' ? ([0, 0xf3] as const) : ([0, 0xf2, 0xf3] as const));
      if (repeat !== 0) out.push(repeat);
    }
    if (options.lock === true && this.row.lock && memory) out.push(0xf0);
    if (form.mandatory !== 0) out.push(form.mandatory);
  }
  private inOpcode(): number {
    const { span, operands } = this.row.form;
    if (span === 16) return this.options.condition ?? this.random.below(16);
    if (span === 1) return 0;
    const n = this.pick(this.registersFor(operands.find((o) => o.field === 'opcode')!.size === 8));
    /** 90+r with r = 0 is the row nop. */
    return this.row.form.opcode === 0x90 && n === 0 ? 3 : n;
  }
  private registersFor(bytes: boolean): readonly number[] {
    return bytes ? (this.options.registers8 ?? ALL) : (this.options.registers ?? ALL);
  }

  private modrm(memory: boolean): void {
    const { form } = this.row;
    if (form.fixed >= 0) {
      this.out.push(form.fixed);
      return;
    }
    const reg = form.digit >= 0 ? form.digit : this.regField();
    if (!memory) {
      const spec = form.operands.find((o) => o.field === 'rm');
      this.out.push(0xc0 | (reg << 3) | this.pick(this.registersFor(spec?.size === 8)));
    } else if ((this.options.addressing ?? 'simple') === 'simple') this.simple(reg);
    else this.anyAddress(reg);
  }
  private regField(): number {
    const spec = this.row.form.operands.find((o) => o.field === 'reg');
    if (!spec) return 0;
    switch (spec.kind) {
      case 'sreg':
        return this.pick(this.row.form.operands[0] === spec ? ALL.filter((n) => n < 6 && n !== CS) : ALL.filter((n) => n < 6));
      case 'creg':
        return this.pick([0, 2, 3, 4]);
      case 'dreg':
        return this.pick([0, 1, 2, 3, 6, 7]);
      default:
        return this.pick(this.registersFor(spec.size === 8));
    }
  }
  private simple(reg: number): void {
    const base = this.pick(this.options.bases ?? WITHOUT_STACK);
    this.out.push(0x40 | (reg << 3) | base, (this.random.below(32) * 4 - 64) & 0xff);
  }
  private anyAddress(reg: number): void {
    const mod = this.random.below(3),
      rm = this.random.below(8);
    this.out.push((mod << 6) | (reg << 3) | rm);
    let bytes = mod === 1 ? 1 : mod === 2 ? this.addressSize >> 3 : 0;
    if (this.addressSize === 16) {
      if (mod === 0 && rm === 6) bytes = 2;
    } else if (rm === 4) {
      const sib = this.random.below(256);
      this.out.push(sib);
      if (mod === 0 && (sib & 7) === 5) bytes = 4;
    } else if (mod === 0 && rm === 5) bytes = 4;
    for (let i = 0; i < bytes; i++) this.out.push(this.random.below(256));
  }

  private immediate(kind: ImmediateKind, i: number): void {
    const length = immediateLength(kind, this.operandSize, this.addressSize);
    if (kind === 'ib') {
      this.out.push(this.byte(i));
      return;
    }
    for (let n = 0; n < length; n++) this.out.push(this.random.below(256));
  }
  private byte(i: number): number {
    const { name } = this.row,
      word = this.operandSize === 16;
    if ((name === 'shld' || name === 'shrd') && word) return this.random.below(17);
    if (name === 'enter' && i === 1) return this.random.below(4);
    return this.random.below(2) ? this.pick(BYTES_OF_INTEREST) : this.random.below(256);
  }
}

/** One encoding of the row. `random`: a generator, or a seed. */
export const sample = (row: X86Row, random: Random | number, options: SampleOptions = {}): Uint8Array =>
  new Sampler(row, typeof random === 'number' ? new Random(random) : random, options).run();
