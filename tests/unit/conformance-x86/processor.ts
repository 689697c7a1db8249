/**
 * One IA-32 instruction, as the rows mean it, in the surroundings of the recorded cases: flat segments, privilege level 3,
 * three pages of memory. Exceptions are thrown; memory is put back by whoever catches them.
 */
import { decode } from '../../../src/isa/x86/decode.ts';
import { condition, flagBits, materialise, setFlags } from '../../../src/isa/x86/flags.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import * as S from '../../../src/isa/x86/state.ts';
import { evaluate } from '../../../src/translate/evaluate.ts';
import type { Context } from '../../../src/translate/evaluate.ts';
import type { FlagRule, Op, Width } from '../../../src/isa/microop/op.ts';
import { COMPARED, CODE, PAGE, PAGES, SELECTORS, background } from '../../oracle/x86-cpu/inputs.ts';
import type { Case, Start } from '../../oracle/x86-cpu/inputs.ts';

export class Exception extends Error {
  readonly vector: number;
  readonly error: number;
  readonly cr2: number;
  constructor(vector: number, error: number, cr2 = 0) {
    super(`exception ${vector}`);
    this.vector = vector;
    this.error = error;
    this.cr2 = cr2;
  }
}

const BACKGROUND = Uint8Array.from({ length: PAGE }, (_, offset) => background(offset));
/** What POPF may change at privilege level 3. */
const POPPED = S.CF | S.PF | S.AF | S.ZF | S.SF | S.TF | S.DF | S.OF | S.NT | S.AC | S.ID;

export class Processor implements Context {
  readonly words = new Int32Array(256);
  readonly pages = PAGES.map(() => new Uint8Array(PAGE));
  /** Bytes written, by address. */
  readonly written = new Map<number, number>();

  constructor() {
    SELECTORS.forEach((selector, n) => {
      this.words[S.SELECTOR + n] = selector;
    });
    this.words[S.CPL] = 3;
    this.words[S.CR0] = 1;
    this.words[S.CR4] = 0x600;
  }

  begin({ registers, flags, windows }: Start): void {
    this.words.set(registers, 0);
    this.words[S.EIP] = CODE;
    this.words[S.EFLAGS] = flags | S.IF | S.TF | 2;
    this.words[S.LAZY_RULE] = 0;
    this.written.clear();
    this.pages.forEach((page, i) => {
      page.set(BACKGROUND);
      page.set(windows[i]!, PAGES[i]!.window);
    });
  }

  /** What lay at an address before. */
  initial(address: number, { windows }: Start): number {
    const i = PAGES.findIndex(({ at }) => (address & ~0xfff) === at),
      offset = (address & 0xfff) - PAGES[i]!.window;
    return windows[i]![offset] ?? BACKGROUND[address & 0xfff]!;
  }
  private byteAt(address: number, write: boolean): { page: Uint8Array; offset: number } {
    const i = PAGES.findIndex(({ at }) => (address & ~0xfff) === at);
    if (i < 0) throw new Exception(S.PFV, write ? 6 : 4, address);
    return { page: this.pages[i]!, offset: address & 0xfff };
  }
  private usable(segment: number | null, write: boolean): void {
    if (segment === null || segment === S.FS || (write && segment === S.CS)) throw new Exception(S.GP, 0);
  }

  load(segment: number | null, offset: number, width: Width, signed: boolean): number {
    this.usable(segment, false);
    let value = 0;
    for (let i = 0; i < width >> 3; i++) {
      const { page, offset: at } = this.byteAt((offset + i) | 0, false);
      value |= page[at]! << (8 * i);
    }
    return width === 32 ? value : signed ? (value << (32 - width)) >> (32 - width) : value;
  }
  store(segment: number | null, offset: number, width: Width, value: number): void {
    this.usable(segment, true);
    for (let i = 0; i < width >> 3; i++) this.byteAt((offset + i) | 0, true);
    for (let i = 0; i < width >> 3; i++) {
      const { page, offset: at } = this.byteAt((offset + i) | 0, true);
      page[at] = value >> (8 * i);
      this.written.set((offset + i) >>> 0, (value >> (8 * i)) & 0xff);
    }
  }

  trap(vector: number, error: number | undefined): never {
    throw new Exception(vector, error ?? 0);
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

  /** The services whose work is done at privilege level 3 without descriptor tables. */
  service(name: string, args: readonly number[]): number {
    switch (name) {
      case 'port.in':
      case 'port.out':
      case 'port.check':
      case 'interrupt.disable':
      case 'interrupt.enable':
        throw new Exception(S.GP, 0);
      case 'gate':
        throw new Exception(S.UD, 0);
      case 'interrupt':
        return this.interrupt(args[0]!, args[1]!, args[2]!);
      case 'flags.write': {
        const mask = args[1] === 16 ? POPPED & 0xffff : POPPED;
        this.words[S.EFLAGS] = (materialise(this.words) & ~mask) | (args[0]! & mask);
        this.words[S.LAZY_RULE] = 0;
        return 0;
      }
      default:
        throw new Error(`no service ${name} here`);
    }
  }
  /** Linux lets a process enter 3, 4 and 80H; other gates raise #GP with their place in the table. */
  private interrupt(vector: number, kind: number, next: number): number {
    if (kind === 0 && vector !== S.BP && vector !== S.OFV) throw new Exception(S.GP, (vector << 3) | 2);
    this.words[S.EIP] = next;
    throw new Exception(vector, 0);
  }
}

export interface Outcome {
  readonly exception: Exception | null;
  readonly eip: number;
  readonly flags: number;
  readonly registers: Int32Array;
}

export const decodeCase = (test: Case): X86Instruction | null =>
  decode(test.bytes, 0, test.bytes.length, CODE, { code32: true, stack32: true });

/** Evaluates `ops` (by default the instruction's own) from the case's start. */
export function run(processor: Processor, instruction: X86Instruction, begin: Start, ops: readonly Op[] = instruction.ops): Outcome {
  const { words } = processor;
  processor.begin(begin);
  let exception: Exception | null = null;
  try {
    const outcome = evaluate(ops, processor);
    words[S.EIP] = outcome.kind === 'next' ? CODE + instruction.length : outcome.to;
  } catch (error) {
    if (!(error instanceof Exception)) throw error;
    exception = error;
    processor.written.clear();
  }
  return { exception, eip: words[S.EIP]! >>> 0, flags: (materialise(words) & COMPARED) >>> 0, registers: words.slice(0, 8) };
}
