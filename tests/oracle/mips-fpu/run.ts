/** Runs an FPU case on the rows: decoded, or as an interpreter's handler. */
import { COP1_FUNCTIONS, type Cop1Service } from '../../../src/isa/mips/float/services.ts';
import { decode } from '../../../src/isa/mips/decode.ts';
import { handlerOps } from '../../../src/isa/mips/handler.ts';
import { ADEL, ADES, FCSR, FPE, FPR, INSTRUCTION, PC, RI } from '../../../src/isa/mips/state.ts';
import { type Context, evaluate } from '../../../src/translate/evaluate.ts';
import type { Width } from '../../../src/isa/microop/op.ts';
import { type Answer, type Case, WINDOW } from './cases.ts';

class Exception extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exception ${code}`);
    this.code = code;
  }
}
const SIGNALS: Readonly<Record<number, number>> = { [FPE]: 8, [RI]: 4, [ADEL]: 10, [ADES]: 10 };
const AT = 0x1000;

export class Fpu implements Context {
  readonly words = new Int32Array(80);
  private memory = new Int32Array(8);

  private index(offset: number): number {
    const at = (offset - WINDOW) | 0;
    if (at < 0 || at > 28) throw new Error(`address ${(offset >>> 0).toString(16)}`);
    if ((at & 3) !== 0) throw new Exception(ADEL);
    return at >> 2;
  }
  load(_segment: number | null, offset: number, width: Width): number {
    if (width !== 32) throw new Error('words only');
    return this.memory[this.index(offset)]!;
  }
  store(_segment: number | null, offset: number, _width: Width, value: number): void {
    this.memory[this.index(offset)] = value;
  }
  trap(vector: number): never {
    throw new Exception(vector);
  }
  service(name: string, [a = 0, b = 0, c = 0, d = 0]: readonly number[]): number {
    if (COP1_FUNCTIONS[name as Cop1Service](this.words, a, b, c, d) !== 0) throw new Exception(FPE);
    return 0;
  }
  condition(): boolean {
    throw new Error('MIPS has no x86 conditions');
  }
  flagBits(): number {
    throw new Error('MIPS has no flags');
  }
  setFlags(): void {
    throw new Error('MIPS has no flags');
  }

  run(test: Case, asHandler: boolean): Answer {
    const { words } = this;
    words.fill(0);
    words.set(test.fpr, FPR);
    words[8] = test.general[0];
    words[9] = test.general[1];
    words[FCSR] = test.fcsr;
    words[PC] = AT;
    words[INSTRUCTION] = test.word;
    this.memory = test.memory.slice();
    const instruction = decode(test.word, AT),
      ops = asHandler ? handlerOps(instruction.row).ops : instruction.ops;
    let signal = 0,
      taken = 0;
    try {
      const outcome = evaluate(ops, this);
      taken = outcome.kind === 'flow' && outcome.to === AT + 16 ? 1 : 0;
    } catch (error) {
      if (!(error instanceof Exception)) throw error;
      signal = SIGNALS[error.code] ?? error.code;
    }
    return { signal, fcsr: words[FCSR]!, general: [words[8]!, words[9]!], taken, fpr: words.slice(FPR, FPR + 32), memory: this.memory };
  }
}

const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
export function difference(ours: Answer, theirs: Answer): string | null {
  if (ours.signal !== theirs.signal) return `signal ${ours.signal}, not ${theirs.signal}`;
  if (ours.fcsr !== theirs.fcsr) return `fcsr ${hex(ours.fcsr)}, not ${hex(theirs.fcsr)}`;
  for (const i of [0, 1] as const)
    if (ours.general[i] !== theirs.general[i]) return `$${8 + i} ${hex(ours.general[i])}, not ${hex(theirs.general[i])}`;
  if (ours.taken !== theirs.taken) return `taken ${ours.taken}, not ${theirs.taken}`;
  for (let i = 0; i < 32; i++) if (ours.fpr[i] !== theirs.fpr[i]) return `$f${i} ${hex(ours.fpr[i]!)}, not ${hex(theirs.fpr[i]!)}`;
  for (let i = 0; i < 8; i++)
    if (ours.memory[i] !== theirs.memory[i]) return `memory ${i} ${hex(ours.memory[i]!)}, not ${hex(theirs.memory[i]!)}`;
  return null;
}
