/**
 * A host for tests of generated code: runs IA-32 bytes through decoder and reference evaluator, without a machine. Guest
 * memory answers every address with a value that depends on the address; some addresses fault. State words stand at STATE.
 */
import { decode } from '../../../src/isa/x86/decode.ts';
import { condition, flagBits, setFlags } from '../../../src/isa/x86/flags.ts';
import { EBP, EIP, SS } from '../../../src/isa/x86/state.ts';
import { evaluate } from '../../../src/translate/evaluate.ts';
import type { Context } from '../../../src/translate/evaluate.ts';
import type { Width } from '../../../src/isa/microop/op.ts';

export const STATE = 0x8000_0000;
export const CODE = 0x8001_0000;

export class GuestMemory {
  readonly written = new Map<number, number>();
  read8(at: number): number {
    const known = this.written.get(at >>> 0);
    return known ?? (Math.imul(at | 0, 0x9e3779b1) >>> 13) & 0xff;
  }
  /** Addresses that nothing is mapped at. */
  faults(at: number): boolean {
    return ((at >>> 0) & 0xf00) === 0x700;
  }
  load(at: number, width: Width, signed: boolean): number {
    let value = 0;
    for (let i = 0; i < width / 8; i++) value |= this.read8((at + i) | 0) << (8 * i);
    return signed ? (value << (32 - width)) >> (32 - width) : value;
  }
  store(at: number, width: Width, value: number): void {
    for (let i = 0; i < width / 8; i++) this.written.set((at + i) >>> 0, (value >>> (8 * i)) & 0xff);
  }
}

export class HostFault extends Error {
  readonly address: number;
  readonly write: boolean;
  constructor(address: number, write: boolean) {
    super('host fault');
    this.address = address;
    this.write = write;
  }
}
export class Gate extends Error {
  readonly number: number;
  constructor(number: number) {
    super(`gate ${number}`);
    this.number = number;
  }
}

export class TinyHost implements Context {
  readonly words = new Int32Array(256);
  readonly state = new Uint8Array(0x80000);
  readonly guest: GuestMemory;
  readonly code: Uint8Array;
  readonly base: number;
  retired = 0;

  constructor(guest: GuestMemory, code: Uint8Array, base = CODE) {
    this.guest = guest;
    this.code = code;
    this.base = base;
    this.words[EBP] = STATE + 128;
  }
  private view = new DataView(this.state.buffer);
  word(n: number): number {
    return this.view.getInt32(4 * n, true);
  }
  setWord(n: number, value: number): void {
    this.view.setInt32(4 * n, value, true);
  }

  load(segment: number | null, offset: number, width: Width, signed: boolean): number {
    if (segment === SS) {
      const at = (offset >>> 0) - STATE;
      if (width === 32) return this.view.getInt32(at, true);
      if (width === 16) return signed ? this.view.getInt16(at, true) : this.view.getUint16(at, true);
      return signed ? this.view.getInt8(at) : this.view.getUint8(at);
    }
    this.check(offset, width, false);
    return this.guest.load(offset, width, signed);
  }
  store(segment: number | null, offset: number, width: Width, value: number): void {
    if (segment === SS) {
      if (width !== 32) throw new Error('state words are written whole');
      this.view.setInt32((offset >>> 0) - STATE, value, true);
      return;
    }
    this.check(offset, width, true);
    this.guest.store(offset, width, value);
  }
  private check(offset: number, width: Width, write: boolean): void {
    if ((offset & (width / 8 - 1)) !== 0 || this.guest.faults(offset)) throw new HostFault(offset >>> 0, write);
  }
  trap(vector: number): never {
    throw new Error(`host exception ${vector}`);
  }
  service(name: string, args: readonly number[]): number {
    if (name !== 'gate') throw new Error(`service ${name}`);
    this.words[EIP] = args[1]!;
    throw new Gate(args[0]!);
  }
  condition(code: number): boolean {
    return condition(this.words, code);
  }
  flagBits(mask: number): number {
    return flagBits(this.words, mask);
  }
  setFlags(...a: Parameters<Context['setFlags']>): void {
    setFlags(this.words, ...a);
  }

  /** Runs until EIP leaves the code, a fault (EIP at the instruction) or a gate (EIP behind it). */
  run(start: number, limit = 10_000): void {
    this.words[EIP] = start;
    while (this.retired < limit) {
      const eip = this.words[EIP]! >>> 0,
        at = eip - this.base;
      if (at < 0 || at >= this.code.length) return;
      const instruction = decode(this.code, at, this.code.length, eip, { code32: true, stack32: true })!;
      const outcome = evaluate(instruction.ops, this);
      this.retired++;
      this.words[EIP] = outcome.kind === 'next' ? eip + instruction.length : outcome.to;
    }
    throw new Error('does not end');
  }
}
