/** One x87 case by the rows: from the state before to the struct case_out of harness.c, and how it compares with a recorded one. */
import { decode } from '../../../src/isa/x86/decode.ts';
import { condition, flagBits, materialise, setFlags } from '../../../src/isa/x86/flags.ts';
import { FPU_FUNCTIONS } from '../../../src/isa/x86/float/services.ts';
import type { FpuService } from '../../../src/isa/x86/services.ts';
import { fullTags, topOf } from '../../../src/isa/x86/float/stack.ts';
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import type { FlagRule, Width } from '../../../src/isa/microop/op.ts';
import * as S from '../../../src/isa/x86/state.ts';
import { type Context, evaluate } from '../../../src/translate/evaluate.ts';
import { CODE_AT, IMAGE, INSTRUCTION_AT, MEMORY, MEMORY_AT, OUT_SIZE, TRANSCENDENTAL, type X87Case } from './cases.ts';

const USER_CODE = 0x23,
  USER_DATA = 0x2b;

export class X87Processor implements Context {
  readonly words = new Int32Array(256);
  private readonly bytes = new Uint8Array(MEMORY);
  private readonly view = new DataView(this.bytes.buffer);

  run(test: X87Case): Uint8Array {
    const { words } = this;
    this.bytes.set(test.memory);
    words.fill(0);
    words[S.SELECTOR + S.CS] = USER_CODE;
    words[S.SELECTOR + S.DS] = USER_DATA;
    words[S.EAX] = test.eax;
    words[S.EFLAGS] = test.eflags;
    this.restore(test.image);
    const instruction = decodeX87(test);
    evaluate(instruction.ops, this);
    return this.result();
  }

  private restore(image: Uint8Array): void {
    const { words } = this,
      view = new DataView(image.buffer, image.byteOffset);
    FPU_FUNCTIONS['fpu.setEnvironment'](words, view.getUint16(0, true), view.getUint16(4, true), view.getUint16(8, true), 0, 0, 0);
    for (let i = 0; i < 8; i++) {
      const at = 28 + 10 * i;
      FPU_FUNCTIONS['fpu.setRegister'](words, i, view.getInt32(at, true), view.getInt32(at + 4, true), view.getUint16(at + 8, true), 0, 0);
    }
    words[S.FPU_IP] = view.getInt32(12, true);
    words[S.FPU_CS] = view.getUint16(16, true);
    words[S.FPU_OPCODE] = view.getUint16(18, true) & 0x7ff;
    words[S.FPU_DP] = view.getInt32(20, true);
    words[S.FPU_DS] = view.getUint16(24, true);
  }
  private result(): Uint8Array {
    const { words } = this,
      out = new Uint8Array(OUT_SIZE),
      view = new DataView(out.buffer);
    view.setInt32(0, materialise(words), true);
    view.setInt32(4, words[S.EAX]!, true);
    view.setUint16(8, words[S.FPU_CONTROL]!, true);
    view.setUint16(12, words[S.FPU_STATUS]!, true);
    view.setUint16(16, fullTags(words), true);
    view.setInt32(20, words[S.FPU_IP]!, true);
    view.setInt32(24, (words[S.FPU_CS]! & 0xffff) | (words[S.FPU_OPCODE]! << 16), true);
    view.setInt32(28, words[S.FPU_DP]!, true);
    view.setInt32(32, words[S.FPU_DS]! & 0xffff, true);
    for (let i = 0; i < 8; i++) {
      const from = S.FPU_REGISTERS + 3 * ((topOf(words) + i) & 7),
        at = 8 + 28 + 10 * i;
      view.setInt32(at, words[from]!, true);
      view.setInt32(at + 4, words[from + 1]!, true);
      view.setUint16(at + 8, words[from + 2]!, true);
    }
    out.set(this.bytes, 8 + IMAGE);
    return out;
  }

  load(_: number | null, offset: number, width: Width, signed: boolean): number {
    const at = offset - MEMORY_AT;
    if (width === 32) return this.view.getInt32(at, true);
    if (width === 16) return signed ? this.view.getInt16(at, true) : this.view.getUint16(at, true);
    return signed ? this.view.getInt8(at) : this.view.getUint8(at);
  }
  store(_: number | null, offset: number, width: Width, value: number): void {
    const at = offset - MEMORY_AT;
    if (width === 32) this.view.setInt32(at, value, true);
    else if (width === 16) this.view.setInt16(at, value, true);
    else this.view.setInt8(at, value);
  }
  trap(vector: number): never {
    throw new Error(`exception ${vector}`);
  }
  service(name: string, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]: readonly number[]): number {
    return FPU_FUNCTIONS[name as FpuService](this.words, a, b, c, d, e, f);
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
}

export const decodeX87 = (test: X87Case): X86Instruction =>
  decode(test.bytes, 0, test.bytes.length, CODE_AT + INSTRUCTION_AT, { code32: true, stack32: true })!;

const hex = (bytes: Uint8Array): string =>
  [...bytes]
    .reverse()
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
const FIELDS: readonly (readonly [name: string, at: number, length: number])[] = [
  ['eflags', 0, 2],
  ['eax', 4, 4],
  ['control', 8, 2],
  ['status', 12, 2],
  ['tags', 16, 2],
  ['instruction', 20, 8],
  ['operand', 28, 6],
  ...Array.from({ length: 8 }, (_, i) => [`st${i}`, 36 + 10 * i, 10] as const),
  ['memory', 8 + IMAGE, MEMORY],
];

/** Makers reduce arguments by a pi of 66 bits or a little more: an error of x * 2^-66 in the angle. */
const REDUCES = new Set(['fptan', 'fsin', 'fcos', 'fsincos']);
const exponentOf = (x: Uint8Array): number => ((x[8]! | (x[9]! << 8)) & 0x7fff) - 16383;
/** How many units in the last place a result may differ by. */
function slack(test: X87Case, ours: Uint8Array): bigint {
  const argument = exponentOf(test.image.slice(28, 38));
  if (!REDUCES.has(test.row.name) || argument < -1) return 1n;
  const size = exponentOf(ours),
    growth = test.row.name === 'fptan' ? 2 * Math.max(size, 0) : 0;
  const bits = Math.max(0, argument + 1 - size + growth);
  return bits > 60 ? 1n << 80n : 2n + (1n << BigInt(bits));
}
/** Whether two extended numbers lie within `most` units in the last place. */
function close(a: Uint8Array, b: Uint8Array, most: bigint): boolean {
  const key = (x: Uint8Array): bigint => {
    const view = new DataView(x.slice().buffer),
      se = view.getUint16(8, true);
    const magnitude = (BigInt(se & 0x7fff) << 63n) | (view.getBigUint64(0, true) & ((1n << 63n) - 1n));
    return se & 0x8000 ? -magnitude : magnitude;
  };
  const distance = key(a) - key(b);
  return distance <= most && distance >= -most;
}

/**
 * Of functions: C1, which tells how the last bit was rounded, and PE (with ES and B), which some processors set
 * (and UE with it) for exact results too.
 */
const UNSURE = 0x82b0;
const sameButFor = (mask: number, a: number, b: number): boolean => (a & ~mask) === (b & ~mask);

/** AMD's FXSAVE leaves the pointers out where no exception is pending: a process that was interrupted finds zeros. */
const POINTERS = new Set(['instruction', 'operand']);

/** Null when equal, else the fields that differ. Of the pointers to the last instruction: newer processors of Intel keep less of them. */
export function differenceX87(test: X87Case, ours: Uint8Array, theirs: Uint8Array): string | null {
  const { name } = test.row,
    loose = TRANSCENDENTAL.has(name);
  const found: string[] = [];
  for (const [field, at, length] of FIELDS) {
    const a = ours.slice(at, at + length),
      b = theirs.slice(at, at + length);
    if (field === 'status') {
      const x = a[0]! | (a[1]! << 8),
        y = b[0]! | (b[1]! << 8);
      if (x === y || (loose && sameButFor(UNSURE, x, y))) continue;
    } else if (POINTERS.has(field) && b.every((byte) => byte === 0)) {
      continue;
    } else if (hex(a) === hex(b) || (loose && field.startsWith('st') && close(a, b, slack(test, a)))) continue;
    found.push(`${field} ${hex(a)}, the processor ${hex(b)}`);
  }
  return found.length === 0 ? null : found.join('; ');
}

/** The state before, for messages. */
export function describeX87(test: X87Case): string {
  const view = new DataView(test.image.buffer);
  const registers = [0, 1, 2].map((i) => hex(test.image.slice(28 + 10 * i, 38 + 10 * i)));
  const memory = test.row.form.mod === 'memory' ? ` memory ${hex(test.memory.slice(0, 10))}` : '';
  return `${decodeX87(test).text}: control ${view.getUint16(0, true).toString(16)} status ${view.getUint16(4, true).toString(16)} tags ${view.getUint16(8, true).toString(16)} st ${registers.join(' ')}${memory}`;
}

// Recorded results

/** The state before in the shape of a result, and any result, with registers in their physical order. */
function before(test: X87Case): Uint8Array {
  const out = new Uint8Array(OUT_SIZE),
    view = new DataView(out.buffer);
  view.setUint32(0, test.eflags, true);
  view.setInt32(4, test.eax, true);
  out.set(test.image, 8);
  out.set(test.memory, 8 + IMAGE);
  return physical(out);
}
function physical(out: Uint8Array, back = false): Uint8Array {
  const result = out.slice(),
    top = (out[13]! >> 3) & 7;
  for (let i = 0; i < 8; i++) {
    const stack = 36 + 10 * i,
      place = 36 + 10 * ((i + top) & 7);
    result.set(out.subarray(back ? place : stack, (back ? place : stack) + 10), back ? stack : place);
  }
  return result;
}
/** A result as the bytes in which it differs from the state before: offset, colon, bytes. */
export function shorten(test: X87Case, theirs: Uint8Array): string {
  const from = before(test),
    to = physical(theirs),
    runs: string[] = [];
  for (let at = 0; at < OUT_SIZE; at++) {
    if (from[at] === to[at] || (at >= 2 && at < 4)) continue;
    const start = at;
    while (at < OUT_SIZE && from[at] !== to[at]) at++;
    runs.push(`${start.toString(36)}:${Buffer.from(to.subarray(start, at)).toString('hex')}`);
  }
  return runs.join(' ');
}
export function lengthen(test: X87Case, text: string): Uint8Array {
  const out = before(test);
  for (const run of text.split(' ').filter((part) => part !== '')) {
    const [at, bytes] = run.split(':') as [string, string];
    out.set(Buffer.from(bytes, 'hex'), parseInt(at, 36));
  }
  return physical(out, true);
}
