/** A plain evaluator of micro-ops over a flat memory, for spot checks: no segments, no services. */
import { binary, divide, extend, unary } from '../../../src/isa/microop/arith.ts';
import type { BinaryKind, Op, Slice, Value } from '../../../src/isa/microop/op.ts';
import { encode } from '../../../src/isa/x86/encode.ts';
import { decode } from '../../../src/isa/x86/decode.ts';
import { condition, materialise, setFlagBits, setLazy } from '../../../src/isa/x86/flags.ts';
import type { Operand } from '../../../src/isa/x86/operand.ts';
import { EFLAGS, EIP } from '../../../src/isa/x86/state.ts';

export class Machine {
  readonly words = new Int32Array(128);
  readonly memory = new DataView(new ArrayBuffer(0x10000));
  trap: number | null = null;

  private readSlice(s: Slice, signed = false): number {
    const raw = this.words[s.word]! >>> s.low;
    return s.width === 32 ? raw | 0 : extend(raw, s.width, signed);
  }
  private writeSlice(s: Slice, value: number): void {
    const mask = s.width === 32 ? -1 : ((1 << s.width) - 1) << s.low;
    this.words[s.word] = (this.words[s.word]! & ~mask) | ((value << s.low) & mask);
  }
  private load(at: number, width: number, signed: boolean): number {
    if (width === 8) return signed ? this.memory.getInt8(at) : this.memory.getUint8(at);
    if (width === 16) return signed ? this.memory.getInt16(at, true) : this.memory.getUint16(at, true);
    return this.memory.getInt32(at, true);
  }
  private store(at: number, width: number, value: number): void {
    if (width === 8) this.memory.setUint8(at, value);
    else if (width === 16) this.memory.setUint16(at, value, true);
    else this.memory.setInt32(at, value, true);
  }

  /** Does one instruction; false when it trapped (and then nothing is committed). */
  step(bytes: Uint8Array): boolean {
    const at = this.words[EIP]!,
      d = decode(bytes, 0, bytes.length, at, { code32: true, stack32: true })!;
    const values = new Map<Value, number>(),
      of = (v: Value): number => values.get(v)!;
    this.words[EIP] = at + d.length;
    for (const op of d.ops) {
      if (op.k === 'trapIf' && of(op.when) !== 0) {
        this.trap = op.vector;
        this.words[EIP] = at;
        return false;
      }
      if (op.k === 'leaveIf' && of(op.when) !== 0) {
        this.words[EIP] = op.to;
        return true;
      }
      this.one(op, values, of);
    }
    return true;
  }
  private one(op: Op, values: Map<Value, number>, of: (v: Value) => number): void {
    switch (op.k) {
      case 'trapIf':
      case 'leaveIf':
        return;
      case 'put':
        this.writeSlice(op.to, of(op.value));
        return;
      case 'store':
        this.store(of(op.at.offset), op.width, of(op.value));
        return;
      case 'jump':
        this.words[EIP] = of(op.to);
        return;
      case 'branch':
        this.words[EIP] = of(op.when) !== 0 ? op.to : op.otherwise;
        return;
      case 'flags':
        if (op.when && of(op.when) === 0) return;
        if (op.rule === 'set') setFlagBits(this.words, op.mask!, of(op.result));
        else setLazy(this.words, op.rule, op.width, op.a ? of(op.a) : 0, op.b ? of(op.b) : 0, op.carry ? of(op.carry) : 0, of(op.result));
        return;
      case 'service':
      case 'putAt':
      case 'getAt':
        throw new Error(op.k);
      case 'const':
        values.set(op, op.n);
        return;
      case 'get':
        values.set(op, this.readSlice(op.from, op.signed));
        return;
      case 'cond':
        values.set(op, condition(this.words, op.code) ? 1 : 0);
        return;
      case 'getFlags':
        values.set(op, materialise(this.words) & op.mask);
        return;
      case 'load':
        values.set(op, this.load(of(op.at.offset), op.width, op.signed));
        return;
      case 'extend':
        values.set(op, extend(of(op.a), op.width, op.signed));
        return;
      case 'select':
        values.set(op, of(op.when) !== 0 ? of(op.a) : of(op.b));
        return;
      case 'clz':
      case 'ctz':
      case 'popcnt':
        values.set(op, unary(op.k, of(op.a)));
        return;
      case 'divu':
      case 'remu':
      case 'divs':
      case 'rems':
        values.set(op, divide(op.k, of(op.high), of(op.low), of(op.by)));
        return;
      default:
        values.set(op, binary(op.k as BinaryKind, of(op.a), of(op.b)));
    }
  }
  run(name: string, ...operands: Operand[]): this {
    this.step(encode(name, operands, this.words[EIP]!));
    return this;
  }
  get flags(): number {
    return materialise(this.words);
  }
  set flags(value: number) {
    this.words[EFLAGS] = value;
    this.words[10] = 0;
  }
  reg(n: number): number {
    return this.words[n]! >>> 0;
  }
}
