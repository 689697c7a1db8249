/**
 * A MIPS process as it lies in the host: its memory, the state block in which its registers have their homes, and where it is.
 *
 * Invariant: what is read here follows from simulated state alone; the readers named `peek`, `word` and `place` change nothing,
 * the others may fill a page. Left out: what the process does next (emulator.ts).
 */
import { EDI, EIP, ESI } from '../../isa/x86/state.ts';
import { Errno } from '../../kernel/errno.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { AddressSpace } from '../../kernel/space.ts';
import type { Process } from '../../kernel/task.ts';
import { follow } from '../../translate/lower-recover.ts';
import type { Recovery } from '../../translate/lower.ts';
import { interpreterImage } from './interpreter.ts';
import { CODE_CACHE, COUNTERS, DISPATCHES, EMULATOR_END, GUEST_END, STATE } from './layout.ts';
import { guestAt } from './places.ts';
import type { Translator } from './translator.ts';

const PAGE = 0x1000;

/** Where the guest is: its program counter, and where it goes next (elsewhere than pc + 4 in a delay slot). */
export interface GuestPlace {
  readonly pc: number;
  readonly npc: number;
  readonly inSlot: boolean;
  /** Registers that are not in their homes. */
  readonly recovery: Recovery | null;
}

export class GuestState {
  readonly kernel: Kernel;
  readonly pid: number;
  translator!: Translator;
  protected readonly image = interpreterImage();

  constructor(kernel: Kernel, pid: number) {
    this.kernel = kernel;
    this.pid = pid;
  }

  get process(): Process {
    return this.kernel.processes.get(this.pid)!;
  }
  protected get space(): AddressSpace {
    return this.kernel.spaceOf(this.process);
  }
  protected get words(): Int32Array {
    return this.kernel.registers(this.process);
  }

  /** A word of the process, filling the page when need be; null when there is none. */
  read32(linear: number): number | null {
    if ((linear & 3) !== 0) return null;
    const at = this.space.physicalAnywhere(linear, false);
    return at === 0 ? null : this.kernel.machine.memory.read32(at);
  }
  write32(linear: number, value: number): void {
    if (linear % PAGE > PAGE - 4) {
      this.write(linear, Uint8Array.of(value, value >> 8, value >> 16, value >> 24));
      return;
    }
    this.kernel.machine.memory.write32(this.mustReach(linear), value);
  }
  /** A word of guest code that the guest itself cannot write. */
  setGuestCode(linear: number, value: number): void {
    const at = this.space.physicalAnywhere(linear, false);
    if (at === 0) throw new Errno('ENOMEM');
    this.kernel.machine.memory.write32(at, value);
  }
  write(linear: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const part = Math.min(PAGE - ((linear + done) % PAGE), bytes.length - done);
      this.kernel.machine.memory.write(this.mustReach(linear + done), bytes.subarray(done, done + part));
      done += part;
    }
  }
  private mustReach(linear: number): number {
    const at = this.space.physicalAnywhere(linear, true);
    if (at === 0) throw new Errno('ENOMEM');
    return at;
  }
  /** A word of the guest's state block. Reading changes nothing. */
  word(n: number): number {
    const at = this.space.peek(STATE + 4 * n);
    return at === 0 ? 0 : this.kernel.machine.memory.read32(at);
  }
  setWord(n: number, value: number): void {
    this.write32(STATE + 4 * n, value);
  }

  get hostEip(): number {
    return this.words[EIP]! >>> 0;
  }
  /** How often the block with this counter ran, as far as it is counted. */
  runs(counter: number): number {
    const at = this.space.peek(COUNTERS + 4 * counter);
    return at === 0 ? 0 : this.kernel.machine.memory.read32(at) >>> 0;
  }
  /** How often the dispatcher was asked for a block. */
  get dispatches(): number {
    return this.word(DISPATCHES) >>> 0;
  }

  /** From the host's state alone: in the interpreter, between blocks, or in translated code. */
  place(): GuestPlace {
    const w = this.words,
      eip = w[EIP]! >>> 0;
    if (eip >= CODE_CACHE && eip < EMULATOR_END) {
      const block = this.translator.blockAt(eip);
      const here = block && guestAt(block, eip);
      if (block && here)
        return {
          pc: here.pc,
          npc: here.pc + 4,
          inSlot: here.guest > 0 && block.instructions[here.guest - 1]!.slot,
          recovery: here.recovery,
        };
    }
    const pc = w[ESI]! >>> 0;
    const inSlot = eip >= this.image.slotStart && eip < this.image.slotEnd;
    return { pc, npc: inSlot ? w[EDI]! >>> 0 : pc + 4, inSlot, recovery: null };
  }
  /** Values of registers that are not in their homes; those that cannot be known are left out. */
  recovered(place: GuestPlace): Map<number, number> {
    const values = new Map<number, number>();
    for (const { word, from } of place.recovery?.words ?? []) {
      if (from)
        values.set(
          word,
          follow(
            from,
            (n) => this.words[n]!,
            (n) => this.word(n),
          ),
        );
    }
    return values;
  }

  /** Bytes of the process as they are; what is not there reads as zero. */
  peekBytes(linear: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length;) {
      const part = Math.min(length - done, PAGE - ((linear + done) % PAGE)),
        at = this.space.peek(linear + done);
      if (at !== 0) bytes.set(this.kernel.machine.memory.bytes.subarray(at, at + part), done);
      done += part;
    }
    return bytes;
  }
  /** The guest's word at an address; nothing is filled or charged. */
  peek32(linear: number): number | null {
    const at = (linear & 3) === 0 && linear < GUEST_END ? this.space.peek(linear) : 0;
    return at === 0 ? null : this.kernel.machine.memory.read32(at);
  }
}
