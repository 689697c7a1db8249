/** Runs an SSE case on the rows themselves, by the reference evaluator. */
import '../../../src/isa/late.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import { materialise, setFlags, condition, flagBits } from '../../../src/isa/x86/flags.ts';
import { SSE_FUNCTIONS, type SsePure } from '../../../src/isa/x86/sse/services.ts';
import { MXCSR, XMM } from '../../../src/isa/x86/sse/state.ts';
import * as S from '../../../src/isa/x86/state.ts';
import { type Context, evaluate } from '../../../src/translate/evaluate.ts';
import type { FlagRule, Width } from '../../../src/isa/microop/op.ts';
import { type Answer, type Case, DATA, FLAGS, WINDOW } from './cases.ts';
import { startOf } from './record.ts';

class Trap extends Error {
  readonly vector: number;
  constructor(vector: number) {
    super(`exception ${vector}`);
    this.vector = vector;
  }
}

export class Unit implements Context {
  readonly words = new Int32Array(256);
  readonly memory = new Uint8Array(WINDOW);
  readonly view = new DataView(this.memory.buffer);

  begin(test: Case): void {
    const { words } = this;
    words.fill(0);
    words.set(test.general, 0);
    words.set(test.xmm, XMM);
    words[MXCSR] = test.mxcsr;
    words[S.EFLAGS] = test.flags;
    words[S.CR0] = 1;
    words[S.CR4] = 0x600;
    words[S.CPL] = 3;
    const { mm, x87 } = startOf(test);
    words.set(mm, S.FPU_REGISTERS);
    words[S.FPU_CONTROL] = 0x37f;
    words[S.FPU_STATUS] = x87;
    this.memory.set(test.memory);
  }
  private at(offset: number, size: number): number {
    const at = (offset - DATA) | 0;
    if (at < 0 || at + size > WINDOW) throw new Error(`address ${(offset >>> 0).toString(16)}`);
    return at;
  }
  load(_segment: number | null, offset: number, width: Width, signed: boolean): number {
    const at = this.at(offset, width >> 3);
    if (width === 32) return this.view.getInt32(at, true);
    return width === 16 ? (signed ? this.view.getInt16(at, true) : this.view.getUint16(at, true)) : this.view.getUint8(at);
  }
  store(_segment: number | null, offset: number, width: Width, value: number): void {
    const at = this.at(offset, width >> 3);
    if (width === 32) this.view.setInt32(at, value, true);
    else if (width === 16) this.view.setInt16(at, value, true);
    else this.view.setUint8(at, value & 0xff);
  }
  trap(vector: number): never {
    throw new Trap(vector);
  }
  service(name: string, args: readonly number[]): number {
    const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = args;
    if (name !== 'sse.maskmovdqu') return SSE_FUNCTIONS[name as SsePure](this.words, a, b, c, d, e, f);
    for (let i = 0; i < e; i++) {
      if (((this.words[d + (i >> 2)]! >>> (8 * (i & 3))) & 0x80) !== 0)
        this.store(a, b + i, 8, this.words[c + (i >> 2)]! >>> (8 * (i & 3)));
    }
    return 0;
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

  run(test: Case): Answer {
    this.begin(test);
    const instruction = decode(test.bytes, 0, test.bytes.length, 0x1000, { code32: true, stack32: true })!;
    let trap = 0xff;
    try {
      evaluate(instruction.ops, this);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      trap = error.vector;
    }
    const { words } = this;
    return {
      trap,
      mxcsr: words[MXCSR]!,
      flags: materialise(words) & FLAGS,
      general: words.slice(0, 8),
      xmm: words.slice(XMM, XMM + 32),
      memory: this.memory.slice(),
      mm: words.slice(S.FPU_REGISTERS, S.FPU_REGISTERS + 24),
      x87: (words[S.FPU_STATUS]! & 0xffff) | (words[S.FPU_TAGS]! << 16),
    };
  }
}

/** Where two answers differ, in words; null: nowhere. Approximations may differ by their promised error (see `close`). */
export function difference(name: string, ours: Answer, theirs: Answer): string | null {
  if (ours.trap !== theirs.trap) return `exception ${ours.trap}, not ${theirs.trap}`;
  if (ours.mxcsr !== theirs.mxcsr) return `mxcsr ${ours.mxcsr.toString(16)}, not ${theirs.mxcsr.toString(16)}`;
  if (ours.flags !== theirs.flags) return `flags ${ours.flags.toString(16)}, not ${theirs.flags.toString(16)}`;
  for (let i = 0; i < 8; i++)
    if (ours.general[i] !== theirs.general[i]) return `register ${i}: ${hex(ours.general[i]!)}, not ${hex(theirs.general[i]!)}`;
  const approximate = /^r(cp|sqrt)/.test(name);
  for (let i = 0; i < 32; i++) {
    if (ours.xmm[i] === theirs.xmm[i] || (approximate && close(ours.xmm[i]!, theirs.xmm[i]!))) continue;
    return `xmm${i >> 2} word ${i & 3}: ${hex(ours.xmm[i]!)}, not ${hex(theirs.xmm[i]!)}`;
  }
  for (let i = 0; i < WINDOW; i++)
    if (ours.memory[i] !== theirs.memory[i]) return `memory ${i}: ${ours.memory[i]}, not ${theirs.memory[i]}`;
  // A conversion that raises an exception has entered MMX on a real processor; here nothing of it has happened.
  if (ours.trap === 19) return null;
  for (let i = 0; i < 24; i++)
    if (ours.mm[i] !== theirs.mm[i]) return `mm${Math.floor(i / 3)} word ${i % 3}: ${hex(ours.mm[i]!)}, not ${hex(theirs.mm[i]!)}`;
  return ours.x87 === theirs.x87 ? null : `x87 status and tags ${hex(ours.x87)}, not ${hex(theirs.x87)}`;
}
const hex = (n: number): string => (n >>> 0).toString(16).padStart(8, '0');
const single = (bits: number): number => new Float32Array(Int32Array.of(bits).buffer)[0]!;
/** RCP and RSQRT: within 1.5 * 2^-12, and denormal results may be zero. */
const close = (a: number, b: number): boolean => {
  const x = single(a),
    y = single(b);
  return Math.abs(x - y) <= 1.5 * 2 ** -11 * Math.abs(x) || (Math.abs(x) < 2 ** -125 && Math.abs(y) < 2 ** -125);
};
