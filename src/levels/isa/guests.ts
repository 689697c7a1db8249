/**
 * All MIPS processes and threads of a machine: which emulator serves which task, and which translator which address space.
 * The kernel asks here when a guest forks, when execve meets a MIPS executable, and when time is set back.
 *
 * Invariant: tasks that share an address space share its translator and code map; their registers are in pages of their own.
 */
import { EM_MIPS, elfMachine, type Elf } from '../../formats/elf.ts';
import { MXCSR_RESET } from '../../isa/x86/sse/state.ts';
import type { ThreadStart } from '../../kernel/contract.ts';
import { Errno } from '../../kernel/errno.ts';
import { buildStack, mapSegments } from '../../kernel/exec.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import { setExecutable, setRegisters } from '../../kernel/lifecycle.ts';
import { initialWords } from '../../kernel/segments.ts';
import type { Node, Process } from '../../kernel/task.ts';
import { createCodeMap } from '../../machine/codemap.ts';
import type { RangeCodeMap } from '../../machine/codemap.ts';
import { parseMips } from './executable.ts';
import { Emulator } from './emulator.ts';
import type { EmulatorEvents, SavedEmulator } from './emulator.ts';
import { interpreterImage } from './interpreter.ts';
import { FLOAT_CLEAN } from './layout.ts';
import { VDSO, VDSO_WORDS } from './linux/frames.ts';
import type { BlockMemo } from './lowering.ts';
import { installInterpreter, mapEmulator, mapInterpreter, MIPS_LAYOUT, startRegisters } from './process.ts';
import type { MipsProcess } from './process.ts';
import { Translator } from './translator.ts';
import type { SavedTranslator, TranslatorKnobs } from './translator.ts';

const SP = 29,
  PAGE = 0x1000;

export interface SavedGuests {
  readonly translators: readonly (readonly [space: number, saved: SavedTranslator])[];
  readonly emulators: readonly (readonly [pid: number, space: number, saved: SavedEmulator])[];
}

export class Guests {
  readonly kernel: Kernel;
  readonly knobs: TranslatorKnobs;
  private readonly events: EmulatorEvents;
  /** By address space. */
  private readonly translators = new Map<number, Translator>();
  private readonly memo = new Map() as BlockMemo;
  private first: MipsProcess | null = null;

  constructor(kernel: Kernel, knobs: TranslatorKnobs, events: EmulatorEvents) {
    this.kernel = kernel;
    this.knobs = knobs;
    this.events = events;
    kernel.formats.push({
      takes: (bytes) => elfMachine(bytes) === EM_MIPS,
      layout: MIPS_LAYOUT,
      load: (process, bytes, path, file) => this.load(process, parseMips(bytes), path, file),
    });
  }

  /** The machine's first process, or what was last known of it. */
  get focus(): MipsProcess {
    const { init } = this.kernel;
    const emulator = this.kernel.personalities.get(init),
      process = this.kernel.processes.get(init);
    if (process && emulator instanceof Emulator)
      this.first = { process, emulator, translator: emulator.translator, codeMap: emulator.translator.codeMap };
    return this.first!;
  }
  get all(): readonly Translator[] {
    return [...this.translators.values()];
  }

  /** Puts a program into the fresh address space of a process, ready to interpret its first instruction. */
  load(process: Process, elf: Elf, path: string, file: Node): void {
    const { kernel } = this,
      space = kernel.spaceOf(process);
    mapSegments(kernel, space, elf, file);
    setExecutable(kernel, process, path, file);
    const sp = buildStack(kernel, process, { args: process.argv, env: process.env, path, platform: 'mips32r2', hwcap: 0, elf });
    mapEmulator(kernel, process);
    const codeMap = createCodeMap(),
      image = interpreterImage();
    const emulator = new Emulator(kernel, process.pid, this.events, (from, child, start) => this.forked(from, child, start));
    emulator.translator = this.newTranslator(space.id, codeMap);
    kernel.personalities.set(process.pid, emulator);
    VDSO_WORDS.forEach((word, i) => emulator.setGuestCode(VDSO + 4 * i, word));
    installInterpreter(emulator, image);
    mapInterpreter(codeMap, image);
    emulator.translator.prepare();
    emulator.setWord(SP, sp);
    emulator.setWord(FLOAT_CLEAN, MXCSR_RESET);
    const words = initialWords();
    startRegisters(process, words, elf.entry, image);
    setRegisters(kernel, process, words);
    this.prune();
  }

  private newTranslator(space: number, codeMap: RangeCodeMap): Translator {
    const { kernel } = this,
      { memory } = kernel.machine;
    const reach = (linear: number): number => {
      const at = kernel.spaces.get(space)!.physicalAnywhere(linear, true);
      if (at === 0) throw new Errno('ENOMEM');
      return at;
    };
    const write = (linear: number, bytes: Uint8Array): void => {
      for (let done = 0; done < bytes.length;) {
        const part = Math.min(PAGE - ((linear + done) % PAGE), bytes.length - done);
        memory.write(reach(linear + done), bytes.subarray(done, done + part));
        done += part;
      }
    };
    const translator = new Translator(
      {
        read32: (linear) => {
          const at = (linear & 3) === 0 ? kernel.spaces.get(space)!.physicalAnywhere(linear, false) : 0;
          return at === 0 ? null : memory.read32(at);
        },
        write,
        write32: (linear, value) => {
          if (linear % PAGE > PAGE - 4) write(linear, Uint8Array.of(value, value >> 8, value >> 16, value >> 24));
          else memory.write32(reach(linear), value);
        },
        charge: (units) => kernel.machine.ledger.charge('translate', 'service', units),
        exists: (pid) => kernel.processes.has(pid),
        trapWrites: (page, on) => kernel.spaces.get(space)!.setWriteTrap(page, on),
        event: this.events.event,
      },
      this.knobs,
      codeMap,
      this.memo,
    );
    this.translators.set(space, translator);
    kernel.codeMaps.set(space, codeMap);
    return translator;
  }

  /** A child has the same guest at the same place: emulated memory was copied with the address space, tables are copied here. */
  private forked(from: Emulator, child: Process, start: ThreadStart): Emulator {
    const emulator = new Emulator(this.kernel, child.pid, this.events, (parent, next, how) => this.forked(parent, next, how));
    emulator.restore({ ...from.save(), start });
    const shared = this.translators.get(child.space);
    if (shared) emulator.translator = shared;
    else {
      emulator.translator = this.newTranslator(child.space, from.translator.codeMap.copy());
      emulator.translator.copyFrom(from.translator);
    }
    this.prune();
    return emulator;
  }

  /** Spaces that are no more need no translator. */
  private prune(): void {
    for (const space of this.translators.keys()) if (!this.kernel.spaces.has(space)) this.translators.delete(space);
  }

  save(): SavedGuests {
    this.prune();
    const emulators: (readonly [number, number, SavedEmulator])[] = [];
    for (const [pid, personality] of this.kernel.personalities) {
      const process = this.kernel.processes.get(pid);
      if (process && personality instanceof Emulator) emulators.push([pid, process.space, personality.save()]);
    }
    return { translators: [...this.translators].map(([space, translator]) => [space, translator.save()] as const), emulators };
  }

  /** The kernel was restored before. */
  restore(saved: SavedGuests): void {
    const { kernel } = this,
      wanted = new Set(saved.translators.map(([space]) => space));
    for (const space of this.translators.keys())
      if (!wanted.has(space)) {
        this.translators.delete(space);
        kernel.codeMaps.delete(space);
      }
    for (const [space, state] of saved.translators) {
      const codeMap = this.translators.get(space)?.codeMap ?? createCodeMap();
      const known = this.translators.get(space);
      if (!known) mapInterpreter(codeMap, interpreterImage());
      (known ?? this.newTranslator(space, codeMap)).restore(state);
      kernel.codeMaps.set(space, codeMap);
    }
    const old = kernel.personalities;
    kernel.personalities = new Map();
    for (const [pid, space, state] of saved.emulators) {
      const before = old.get(pid);
      const emulator =
        before instanceof Emulator
          ? before
          : new Emulator(kernel, pid, this.events, (from, child, start) => this.forked(from, child, start));
      const translator = this.translators.get(space);
      if (translator) emulator.translator = translator;
      emulator.restore(state);
      kernel.personalities.set(pid, emulator);
    }
    kernel.useCodeMap();
  }
}
