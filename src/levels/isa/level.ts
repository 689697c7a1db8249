/**
 * Level 1, instruction set: MIPS32 Linux executables, unmodified, on the IA-32 host. An interpreter and a block translator
 * made of the same rows; both are IA-32 code in simulated memory, so what they cost is counted by running them.
 */
import { FormatError } from '../../formats/refusal.ts';
import { refusing } from '../refusing.ts';
import { bootHost } from '../../kernel/boot.ts';
import { createMachine } from '../../machine/machine.ts';
import { Refusal } from '../level.ts';
import type { BootOptions, EventKind, Knob, Level, Program, Verdict } from '../level.ts';
import { phaseOf } from './captions.ts';
import { parseMips } from './executable.ts';
import { Guests } from './guests.ts';
import { createMipsProcess } from './process.ts';
import { RunningIsa, capacityOf } from './running.ts';
import type { TranslatorKnobs } from './translator.ts';

const MODES = [
  { id: 'interpret', label: 'Interpret' },
  { id: 'translate', label: 'Translate' },
] as const;

const KNOBS: readonly Knob[] = [
  { id: 'threshold', label: 'Translate a block after', kind: 'number', min: 1, max: 10_000, initial: 8, unit: 'runs' },
  { id: 'chaining', label: 'Chain blocks', kind: 'switch', initial: true },
  { id: 'cache', label: 'Cache size', kind: 'number', min: 1, max: 16_384, initial: 1024, unit: 'KiB', folded: true },
  { id: 'counting', label: 'Count runs', kind: 'switch', initial: true, folded: true },
];

export const ISA_EVENTS: readonly EventKind[] = [
  { kind: 'load', label: 'program loaded', marker: 'load' },
  { kind: 'translate', label: 'translate', marker: 'translate' },
  { kind: 'chain', label: 'chain', marker: 'chain' },
  { kind: 'flush', label: 'cache flushed', marker: 'fault' },
  { kind: 'invalidate', label: 'code was written', marker: 'fault' },
  { kind: 'syscall', label: 'system call', marker: 'syscall' },
  { kind: 'unknowncall', label: 'unknown system call', marker: 'fault' },
  { kind: 'fault', label: 'exception', marker: 'fault' },
  { kind: 'signal', label: 'signal handler', marker: 'hook' },
  { kind: 'output', label: 'output', marker: 'output' },
  { kind: 'wait', label: 'waits', marker: 'schedule' },
  { kind: 'exit', label: 'program ends', marker: 'load' },
];

function knobsOf(options: BootOptions): TranslatorKnobs {
  const initial = (id: string): number | boolean => options.knobs[id] ?? KNOBS.find((knob) => knob.id === id)!.initial;
  return {
    translate: options.mode === 'translate',
    threshold: Math.max(1, Math.floor(Number(initial('threshold')))),
    chaining: initial('chaining') === true,
    counting: initial('counting') === true,
    capacity: capacityOf(Number(initial('cache'))),
  };
}

export const isaLevel: Level = {
  name: 'isa',
  title: 'Instruction set',
  modes: MODES,
  defaultMode: 'translate',
  knobs: KNOBS,
  events: ISA_EVENTS,
  views: ['listing', 'counts', 'forms', 'cache', 'cost', 'registers', 'memory'],
  phaseOf,

  takes(program: Program): Verdict {
    try {
      parseMips(program.bytes);
      return { takes: true };
    } catch (error) {
      if (error instanceof FormatError) return { takes: false, why: error.message };
      throw error;
    }
  },

  boot(program: Program, options: BootOptions): RunningIsa {
    if (options.mode === 'trace')
      throw new Refusal('The mode "trace" (superblocks) is not built yet; there are "interpret" and "translate".');
    if (!MODES.some((mode) => mode.id === options.mode))
      throw new Refusal(`The ISA level has no mode "${options.mode}"; it has "interpret" and "translate".`);
    return refusing(() => {
      const elf = parseMips(program.bytes);
      const kernel = bootHost({ ...options, machine: createMachine({ memory: options.memory }), loading: true });
      const running = new RunningIsa(kernel, elf);
      running.guests = new Guests(kernel, knobsOf(options), { event: (kind, data) => running.levelEvent(kind, data()) });
      createMipsProcess(running.guests, elf, { name: program.name, args: options.args, env: options.env });
      kernel.start();
      return running;
    });
  },
};
