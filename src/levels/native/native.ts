/**
 * The native level: an i386 Linux executable straight on the host kernel, with no layer in between. It is what the other
 * levels are compared with. Left out: pictures of its own.
 */
import { FormatError } from '../../formats/refusal.ts';
import { EM_386, parseElf } from '../../formats/elf.ts';
import { refusing } from '../refusing.ts';
import { hex32 } from '../../bits/hex.ts';
import { EIP } from '../../isa/x86/state.ts';
import { bootHost, endingOf, runProgram } from '../../kernel/boot.ts';
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import { createMachine } from '../../machine/machine.ts';
import type { Machine } from '../../machine/types.ts';
import {
  Refusal,
  type BootOptions,
  type Caption,
  type Event,
  type EventKind,
  type Exit,
  type Level,
  type Plain,
  type Program,
  type Running,
  type Verdict,
} from '../level.ts';

/** Events of the host kernel, which every level that stands on it has too. */
export const KERNEL_EVENTS: readonly EventKind[] = [
  { kind: 'process-start', label: 'process starts', marker: 'load' },
  { kind: 'process-exit', label: 'process ends', marker: 'load' },
  { kind: 'syscall', label: 'system call', marker: 'syscall' },
  { kind: 'syscall.return', label: 'system call returns', marker: 'syscall' },
  { kind: 'syscall.unknown', label: 'unknown system call', marker: 'syscall' },
  { kind: 'block', label: 'process waits', marker: 'schedule' },
  { kind: 'idle', label: 'nothing to do', marker: 'schedule' },
  { kind: 'switch', label: 'process switch', marker: 'schedule' },
  { kind: 'pagefault', label: 'page fault', marker: 'fault' },
  { kind: 'signal', label: 'signal', marker: 'fault' },
  { kind: 'output', label: 'output', marker: 'output' },
];

class RunningNative implements Running {
  readonly machine: Machine;
  readonly kernel: Kernel;
  private listener: (event: Event) => void = () => {};
  private last: KernelEvent | null = null;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.machine = kernel.machine;
  }

  get onEvent(): (event: Event) => void {
    return this.listener;
  }
  /** Only with a listener are events made at all. */
  set onEvent(listener: (event: Event) => void) {
    this.listener = listener;
    this.kernel.onEvent = (event) => {
      this.last = event;
      listener(event);
    };
  }

  get exit(): Exit | null {
    return endingOf(this.kernel);
  }
  get waitsForInput(): boolean {
    return this.kernel.waitsForInput;
  }
  get stdout(): Uint8Array {
    return this.kernel.console.out.view();
  }
  get stderr(): Uint8Array {
    return this.kernel.console.err.view();
  }
  input(bytes: Uint8Array | null): void {
    this.kernel.input(bytes);
  }
  setKnob(id: string): void {
    throw new Refusal(`The native level has no knob called ${id}.`);
  }
  save(): Plain {
    return { kernel: this.kernel.save(), last: this.last as unknown as Plain };
  }
  restore(state: Plain): void {
    const saved = state as { kernel: Plain; last: Plain };
    this.kernel.restore(saved.kernel);
    this.last = saved.last as unknown as KernelEvent | null;
  }
  caption(): Caption {
    const text = this.last?.data['text'];
    const done =
      typeof text === 'string'
        ? `${this.last!.kind === 'syscall' ? 'The program asked the kernel: ' : 'The kernel answered: '}${text}.`
        : '';
    return {
      done,
      next: this.exit
        ? 'The program has ended.'
        : this.waitsForInput
          ? 'The program waits for input.'
          : `The instruction at ${hex32(this.guestPc())} is next.`,
    };
  }
  view(): null {
    return null;
  }
  guestPc(): number {
    return this.machine.words[EIP]! >>> 0;
  }
  atBlockStart(): boolean {
    return false;
  }
  counters(): Readonly<Record<string, number>> {
    const { syscalls, unknownSyscalls, pageFaults, switches } = this.kernel.counts;
    return {
      'kernel.syscalls': syscalls,
      'kernel.unknownSyscalls': unknownSyscalls,
      'kernel.pageFaults': pageFaults,
      'kernel.switches': switches,
      'memory.peak': this.kernel.peakMemory,
    };
  }
}

export const native: Level = {
  name: 'native',
  title: 'Native',
  modes: [{ id: 'direct', label: 'Straight on the host' }],
  defaultMode: 'direct',
  knobs: [],
  events: KERNEL_EVENTS,
  views: [],

  takes(program: Program): Verdict {
    try {
      parseElf(program.bytes, [EM_386]);
      return { takes: true };
    } catch (error) {
      if (error instanceof FormatError) return { takes: false, why: error.message };
      throw error;
    }
  },

  boot(program: Program, options: BootOptions): RunningNative {
    if (options.mode !== 'direct') throw new Refusal(`The native level has no mode "${options.mode}"; it has "direct".`);
    return refusing(() => {
      const elf = parseElf(program.bytes, [EM_386]);
      const kernel = bootHost({ ...options, machine: createMachine({ memory: options.memory }), loading: true });
      const running = new RunningNative(kernel);
      runProgram(kernel, elf, { name: program.name, args: options.args, env: options.env });
      return running;
    });
  },
};
