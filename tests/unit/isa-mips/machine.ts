/** A little MIPS machine over the reference evaluator, with delay slots: for tests. */
import { MipsInstruction, decode } from '../../../src/isa/mips/decode.ts';
import { handlerOps } from '../../../src/isa/mips/handler.ts';
import type { Handler } from '../../../src/isa/mips/handler.ts';
import { COP1_FUNCTIONS } from '../../../src/isa/mips/float/services.ts';
import { isCop1Service } from '../../../src/isa/mips/floating.ts';
import { CYCLE_COUNT } from '../../../src/isa/mips/services.ts';
import { ADEL, ADES, FPE, INSTRUCTION, MIPS_WORDS, PC } from '../../../src/isa/mips/state.ts';
import type { MipsRow } from '../../../src/isa/mips/row.ts';
import type { Op, Width } from '../../../src/isa/microop/op.ts';
import { evaluate } from '../../../src/translate/evaluate.ts';
import type { Context } from '../../../src/translate/evaluate.ts';

export class Exception extends Error {
  readonly code: number;
  constructor(code: number) {
    super(`exception ${code}`);
    this.code = code;
  }
}

/** Where the ops of a decoded instruction come from: for tests that change them. */
export type OpsOf = (instruction: MipsInstruction) => readonly Op[];

const handlers = new Map<MipsRow, Handler>();
function handlerOf(row: MipsRow): Handler {
  const known = handlers.get(row) ?? handlerOps(row);
  handlers.set(row, known);
  return known;
}

export class Machine implements Context {
  readonly words = new Int32Array(MIPS_WORDS + 1);
  /** Memory by byte address; missing bytes are outside and fault as in `outside`. */
  readonly bytes = new Map<number, number>();
  pc = 0;
  npc = 4;
  private readonly fetch: (address: number) => number | undefined;
  private readonly opsOf: OpsOf;

  constructor(fetch: (address: number) => number | undefined, opsOf: OpsOf = (i) => i.ops) {
    this.fetch = fetch;
    this.opsOf = opsOf;
  }

  load(_segment: number | null, offset: number, width: Width, signed: boolean, aligned: boolean): number {
    const at = offset >>> 0;
    if (aligned && at % (width / 8) !== 0) this.trap(ADEL);
    let value = 0;
    for (let i = 0; i < width / 8; i++) {
      const byte = this.bytes.get(at + i);
      if (byte === undefined) throw new Error(`load from ${at.toString(16)}`);
      value |= byte << (8 * i);
    }
    return width === 32 || !signed ? value : (value << (32 - width)) >> (32 - width);
  }
  store(_segment: number | null, offset: number, width: Width, value: number, aligned: boolean): void {
    const at = offset >>> 0;
    if (aligned && at % (width / 8) !== 0) this.trap(ADES);
    for (let i = 0; i < width / 8; i++) {
      if (!this.bytes.has(at + i)) throw new Error(`store to ${at.toString(16)}`);
      this.bytes.set(at + i, (value >>> (8 * i)) & 255);
    }
  }
  trap(vector: number): never {
    throw new Exception(vector);
  }
  service(name: string, args: readonly number[]): number {
    if (isCop1Service(name)) {
      const [a = 0, b = 0, c = 0, d = 0] = args;
      return COP1_FUNCTIONS[name](this.words, a, b, c, d) === 0 ? 0 : this.trap(FPE);
    }
    if (name !== CYCLE_COUNT) throw new Error(`no service ${name}`);
    return 4711;
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

  /** Runs until pc leaves the code. Returns the exception's code, or null; pc is then a branch's own in its slot. */
  run(handlerMode: boolean, limit = 100): number | null {
    for (let i = 0; i < limit; i++) {
      const word = this.fetch(this.pc);
      if (word === undefined) return null;
      try {
        this.step(decode(word, this.pc), handlerMode);
      } catch (e) {
        if (!(e instanceof Exception)) throw e;
        return e.code;
      }
    }
    throw new Error('the program does not end');
  }

  /** One instruction, or a branch together with its slot. */
  private step(instruction: MipsInstruction, handlerMode: boolean): void {
    const { to, taken } = this.execute(instruction, handlerMode);
    if (instruction.slot && (taken || !instruction.likely)) {
      const word = this.fetch(instruction.address + 4);
      if (word !== undefined) this.execute(decode(word, instruction.address + 4), handlerMode);
    }
    this.pc = to;
  }

  private execute(instruction: MipsInstruction, handlerMode: boolean): { to: number; taken: boolean } {
    if (!handlerMode) {
      const outcome = evaluate(this.opsOf(instruction), this);
      if (outcome.kind === 'next') return { to: instruction.address + 4, taken: false };
      return { to: outcome.to, taken: outcome.kind === 'flow' && outcome.taken };
    }
    const { ops, branch } = handlerOf(instruction.row);
    this.words[INSTRUCTION] = instruction.word;
    this.words[PC] = instruction.address;
    let when = 1;
    const outcome = evaluate(ops, this, (_, op, value) => {
      if (op === branch?.when) when = value;
    });
    this.words[0] = 0;
    if (outcome.kind === 'next') return { to: instruction.address + 4, taken: false };
    return { to: outcome.to, taken: when !== 0 };
  }
}
