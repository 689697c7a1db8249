/**
 * A MIPS program that runs on the simulated IA-32 host: kernel, emulator and translator behind the one contract of the levels.
 */
import type { Elf } from '../../formats/elf.ts';
import { endingOf } from '../../kernel/boot.ts';
import type { Kernel, KernelEvent } from '../../kernel/kernel.ts';
import { EIP } from '../../isa/x86/state.ts';
import type { Machine } from '../../machine/types.ts';
import { Refusal } from '../level.ts';
import type { Caption, Event, Exit, Plain, Running } from '../level.ts';
import { captionOf } from './captions.ts';
import { interpreterMarks } from './interpreter.ts';
import { guestStarts } from './places.ts';
import type { MipsProcess } from './process.ts';
import type { Guests, SavedGuests } from './guests.ts';
import { LevelViews } from './views/views.ts';

/** Events of the kernel that the level passes on, and what it calls them. */
const PASSED: Readonly<Record<string, string>> = {
  'process-start': 'load',
  'process-exit': 'exit',
  syscall: 'syscall',
  output: 'output',
  block: 'wait',
};

interface SavedLevel {
  readonly kernel: Plain;
  readonly guests: SavedGuests;
  readonly last: Event | null;
}

export class RunningIsa implements Running {
  readonly machine: Machine;
  readonly kernel: Kernel;
  readonly elf: Elf;
  guests!: Guests;
  onEvent: (event: Event) => void = () => {};
  /** The last event, for captions. */
  last: Event | null = null;
  private views: LevelViews | null = null;

  constructor(kernel: Kernel, elf: Elf) {
    this.kernel = kernel;
    this.machine = kernel.machine;
    this.elf = elf;
    kernel.onEvent = (event) => this.kernelEvent(event);
  }

  /** The first process: what the views show. */
  get process(): MipsProcess {
    return this.guests.focus;
  }

  private kernelEvent(event: KernelEvent): void {
    const kind = PASSED[event.kind];
    if (kind) this.emit({ ...event, kind });
  }
  levelEvent(kind: string, data: Event['data']): void {
    this.emit({ kind, time: this.machine.time, retired: this.machine.retired, data });
  }
  private emit(event: Event): void {
    this.last = event;
    this.onEvent(event);
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

  setKnob(id: string, value: number | boolean): void {
    const { translator } = this.process,
      { knobs } = translator;
    switch (id) {
      case 'translate':
        knobs.translate = value === true;
        break;
      case 'threshold':
        knobs.threshold = Math.max(1, Math.floor(Number(value)));
        break;
      case 'chaining':
        knobs.chaining = value === true;
        break;
      case 'counting':
        knobs.counting = value === true;
        break;
      case 'cache':
        for (const each of this.guests.all) each.setCapacity(capacityOf(Number(value)));
        break;
      default:
        throw new Refusal(`The ISA level has no knob called "${id}".`);
    }
    for (const each of this.guests.all) each.knobsChanged();
  }

  save(): Plain {
    const saved: SavedLevel = { kernel: this.kernel.save(), guests: this.guests.save(), last: this.last };
    return saved as unknown as Plain;
  }
  restore(state: Plain): void {
    const saved = state as unknown as SavedLevel;
    this.kernel.restore(saved.kernel);
    this.guests.restore(saved.guests);
    this.last = saved.last;
  }

  guestPc(): number {
    return this.process.emulator.place().pc;
  }
  atBlockStart(): boolean {
    const { emulator, translator } = this.process;
    const { pc, inSlot } = emulator.place();
    return !inSlot && translator.known.has(pc);
  }

  /** The interpreter's own marks, and where translated code of the instructions stands. */
  stopsFor(guest: ReadonlySet<number>): readonly number[] {
    const stops = [...interpreterMarks()];
    for (const block of this.process.translator.blocks)
      guestStarts(block.code).forEach((offset, i) => {
        if (guest.has(block.start + 4 * i)) stops.push(block.host + offset);
      });
    return stops;
  }
  beginsHere(guest: ReadonlySet<number>): number | null {
    const eip = this.machine.words[EIP]! >>> 0;
    const block = this.process.translator.blockAt(eip);
    if (!block) return guest.has(this.guestPc() >>> 0) ? this.guestPc() >>> 0 : null;
    const begins = guestStarts(block.code).findIndex((offset, i) => block.host + offset === eip && guest.has(block.start + 4 * i));
    return begins < 0 ? null : block.start + 4 * begins;
  }

  caption(before?: { readonly pc: number; readonly retired: number }): Caption {
    return captionOf(this, before ?? null);
  }
  view(name: string, parameters: { readonly [key: string]: Plain | undefined }): Plain | null {
    return (this.views ??= new LevelViews(this)).view(name, parameters);
  }

  counters(): Readonly<Record<string, number>> {
    const { translator, emulator } = this.process,
      { counts, known } = translator;
    return {
      'isa.blocks.known': known.size,
      'isa.blocks.translated': counts.blocks,
      'isa.translated.instructions': counts.instructions,
      'isa.translated.bytes': counts.hostBytes,
      'isa.translation.cost': counts.cost,
      'isa.links': counts.links,
      'isa.flushes': counts.flushes,
      'isa.invalidations': counts.invalidations,
      'isa.dispatches': emulator.dispatches,
      'isa.systemCalls': emulator.systemCalls,
      'isa.unknownCalls': emulator.unknownCalls,
      'memory.peak': this.kernel.peakMemory,
    };
  }
}

/** Knob in KiB to bytes. */
export const capacityOf = (kibibytes: number): number => Math.min(0x100_0000, Math.max(1024, Math.floor(kibibytes * 1024)));
