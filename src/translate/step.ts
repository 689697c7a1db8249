/**
 * The reference engine: fetches, decodes and evaluates one instruction. Every other engine must leave the same state.
 *
 * Invariant: either the instruction happens as a whole and EIP moves on, or what it threw leaves it undone. Fetches see the
 * page tables and the bytes of this very moment. Left out: counting, exceptions and interrupts, which are the machine's; a
 * near jump beyond the limit of CS faults when its target is fetched, not at the jump.
 */
import type { Op } from '../isa/microop/op.ts';
import { decode } from '../isa/x86/decode.ts';
import type { DecodeMode, X86Instruction } from '../isa/x86/instruction.ts';
import { CS, EIP, GP, SEGMENT_BASE, SEGMENT_LIMIT, SEGMENT_RIGHTS, SS } from '../isa/x86/state.ts';
import type { CodePages } from './blocks.ts';
import { type Context, evaluate, type Observer } from './evaluate.ts';

export interface StepHost extends Context {
  readonly memory: { readonly size: number; readonly bytes: Uint8Array; read8(at: number): number; isPlain(at: number): boolean };
  /** Physical address of an instruction byte; throws the page fault. */
  fetch(linear: number): number;
  beginStores(): void;
  endStores(commit: boolean): void;
  /** Set by services that wrote EIP. */
  jumped: boolean;
}

const BIG = 0x400000,
  LONGEST = 15;
const MODES: readonly DecodeMode[] = [0, 1, 2, 3].map((n) => ({ code32: (n & 1) !== 0, stack32: (n & 2) !== 0 }));

/** How code and stack segment ask instructions to be decoded. */
export function decodeMode(words: Int32Array): DecodeMode {
  const code = (words[SEGMENT_RIGHTS + CS]! & BIG) !== 0 ? 1 : 0;
  return MODES[code | ((words[SEGMENT_RIGHTS + SS]! & BIG) !== 0 ? 2 : 0)]!;
}

const severalStores = new WeakMap<readonly Op[], boolean>();
function hasSeveralStores(ops: readonly Op[]): boolean {
  let known = severalStores.get(ops);
  if (known === undefined) severalStores.set(ops, (known = ops.filter((op) => op.k === 'store').length > 1));
  return known;
}

export class Stepper {
  private readonly host: StepHost;
  private readonly pages: CodePages;

  constructor(host: StepHost, pages: CodePages) {
    this.host = host;
    this.pages = pages;
  }

  /** The instruction at EIP; throws what its fetch raises. */
  fetch(): X86Instruction {
    const { words } = this.host;
    const eip = words[EIP]!,
      mode = decodeMode(words);
    const limit = words[SEGMENT_LIMIT + CS]! >>> 0;
    if (eip >>> 0 > limit) this.host.trap(GP, 0);
    const linear = (eip + words[SEGMENT_BASE + CS]!) | 0;
    const physical = this.host.fetch(linear);
    const known = this.pages.instruction(physical);
    if (known && known.address === eip && known.mode === mode) {
      if ((eip >>> 0) + known.length - 1 > limit) this.host.trap(GP, 0);
      return known;
    }
    return this.decode(eip, linear, physical, mode, limit);
  }

  private decode(eip: number, linear: number, physical: number, mode: DecodeMode, limit: number): X86Instruction {
    const { memory } = this.host;
    const here = Math.min(0x1000 - (linear & 0xfff), limit - (eip >>> 0) + 1);
    if (memory.isPlain(physical)) {
      const instruction = decode(memory.bytes, physical, Math.min(physical + here, memory.size), eip, mode);
      if (instruction) {
        this.pages.keep(physical, instruction);
        return instruction;
      }
    }
    return this.decodeAcross(eip, linear, physical, mode, limit);
  }

  /** Byte by byte, so that exactly the bytes of the instruction are fetched and checked. */
  private decodeAcross(eip: number, linear: number, physical: number, mode: DecodeMode, limit: number): X86Instruction {
    const bytes = new Uint8Array(LONGEST);
    const left = 0x1000 - (linear & 0xfff);
    let second = -1;
    for (let length = 1; ; length++) {
      const at = length - 1;
      if ((eip >>> 0) + at > limit) this.host.trap(GP, 0);
      if (at >= left && second < 0) second = this.host.fetch((linear + left) | 0);
      bytes[at] = this.host.memory.read8(at < left ? physical + at : second + at - left);
      const instruction = decode(bytes, 0, length, eip, mode);
      if (instruction) return instruction;
    }
  }

  /** Does the instruction that `fetch` gave. */
  execute(instruction: X86Instruction, observe?: Observer): void {
    const { host } = this;
    const { ops } = instruction;
    host.jumped = false;
    const several = hasSeveralStores(ops);
    let done = false;
    if (several) host.beginStores();
    try {
      const outcome = evaluate(ops, host, observe);
      if (outcome.kind === 'next') {
        if (!host.jumped) host.words[EIP] = (instruction.address + instruction.length) | 0;
      } else host.words[EIP] = outcome.to;
      done = true;
    } finally {
      if (several) host.endStores(done);
    }
  }
}
