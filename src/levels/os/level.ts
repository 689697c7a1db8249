/**
 * Level 3, operating system: Linux programs unmodified, each in a container on the one kernel. The layer is the kernel's own
 * (namespaces, control groups, overlay file system); what stands here is the runtime that puts containers together.
 */
import { FormatError } from '../../formats/refusal.ts';
import { EM_386, parseElf } from '../../formats/elf.ts';
import { isArchive, isTar, layersOf } from '../../formats/tar.ts';
import { CAP } from '../../kernel/credentials.ts';
import { bootHost, programPath } from '../../kernel/boot.ts';
import { EVERY_INSTRUCTION } from '../../machine/codemap.ts';
import { createMachine } from '../../machine/machine.ts';
import { Refusal, type BootOptions, type EventKind, type Knob, type Level, type Program, type Verdict } from '../level.ts';
import { refusing } from '../refusing.ts';
import { baseLayer, type LayerFile, layerOfFiles, makeImage, type NamedLayer } from './image.ts';
import { RunningOs } from './running.ts';
import { USUAL_ENV } from './spec.ts';

const KNOBS: readonly Knob[] = [
  { id: 'cpu.weight', label: 'Weight (cpu.weight)', kind: 'number', min: 1, max: 10_000, initial: 100, unit: '' },
  { id: 'cpu.max', label: 'Quota (cpu.max; 100: none)', kind: 'number', min: 1, max: 100, initial: 100, unit: '%' },
  { id: 'memory.max', label: 'Memory (memory.max; 0: no limit)', kind: 'number', min: 0, max: 1_048_576, initial: 0, unit: 'KiB' },
  { id: 'privileged', label: 'All capabilities', kind: 'switch', initial: false, folded: true },
  { id: 'containers', label: 'Containers of this kind at the start', kind: 'number', min: 1, max: 250, initial: 1, unit: '', folded: true },
  { id: 'pids.max', label: 'Processes (pids.max; 0: no limit)', kind: 'number', min: 0, max: 32_768, initial: 0, unit: '' },
];

export const OS_EVENTS: readonly EventKind[] = [
  { kind: 'container', label: 'container', marker: 'load' },
  { kind: 'syscall', label: 'system call', marker: 'syscall' },
  { kind: 'syscall.return', label: 'system call returns', marker: 'syscall' },
  { kind: 'syscall.unknown', label: 'unknown system call', marker: 'fault' },
  { kind: 'process-start', label: 'fork', marker: 'load' },
  { kind: 'exec', label: 'exec', marker: 'load' },
  { kind: 'process-exit', label: 'process ends', marker: 'load' },
  { kind: 'switch', label: 'schedule', marker: 'schedule' },
  { kind: 'block', label: 'process waits', marker: 'schedule' },
  { kind: 'idle', label: 'nothing to do', marker: 'schedule' },
  { kind: 'throttle', label: 'throttled', marker: 'schedule' },
  { kind: 'unthrottle', label: 'goes on', marker: 'schedule' },
  { kind: 'freeze', label: 'frozen or thawed', marker: 'schedule' },
  { kind: 'oom', label: 'out of memory', marker: 'fault' },
  { kind: 'pids', label: 'no more processes', marker: 'fault' },
  { kind: 'copy-up', label: 'copy-up', marker: 'copy' },
  { kind: 'mount', label: 'mount', marker: 'load' },
  { kind: 'namespace', label: 'namespace', marker: 'load' },
  { kind: 'cgroup', label: 'control group', marker: 'load' },
  { kind: 'pagefault', label: 'page fault', marker: 'fault' },
  { kind: 'signal', label: 'signal', marker: 'fault' },
  { kind: 'output', label: 'output', marker: 'output' },
  { kind: 'terminal', label: 'output of another container', marker: 'output' },
];

/** Lowest first: what every container needs, the image, and the program when the image has it not. */
function layersFor(
  program: Program,
  options: BootOptions,
): { readonly layers: readonly NamedLayer[]; readonly path: string; readonly args: readonly string[] } {
  const own = layerOfFiles(options),
    base: NamedLayer = { title: 'usual', files: baseLayer('strata') };
  if (isTar(program.bytes)) {
    const [command] = options.args.slice(1);
    if (command === undefined) throw new Refusal('An image needs a command: strata run IMAGE.tar --level os -- CMD ARGS.');
    const layers = layersOf(program.bytes).map(({ name, entries }): NamedLayer => ({ title: name, files: entries })),
      given: readonly NamedLayer[] = own.length > 0 ? [{ title: 'given', files: own }] : [];
    return { layers: [base, ...layers, ...given], path: command, args: options.args.slice(1) };
  }
  const path = programPath(program.name);
  const has = options.files[path] !== undefined || options.links?.[path] !== undefined;
  const file: LayerFile = { path, kind: 'file', mode: 0o755, uid: 0, gid: 0, mtime: null, bytes: program.bytes, target: '', rdev: 0 };
  return { layers: [base, { title: 'program', files: has ? own : [...own, file] }], path, args: options.args };
}

const MOST = 250;
function howMany(containers: number): number {
  if (!Number.isInteger(containers) || containers < 1 || containers > MOST)
    throw new Refusal(`The knob containers takes a whole number from 1 to ${MOST}, not ${containers}.`);
  return containers;
}

export const osLevel: Level = {
  name: 'os',
  title: 'Operating system',
  modes: [{ id: 'container', label: 'In a container' }],
  defaultMode: 'container',
  knobs: KNOBS,
  events: OS_EVENTS,
  views: ['os.containers', 'os.processes', 'os.namespaces', 'os.cgroups', 'os.layers', 'os.syscall', 'os.allocation', 'os.terminal'],

  takes(program: Program): Verdict {
    try {
      if (isArchive(program.bytes)) layersOf(program.bytes);
      else if (program.bytes[0] !== 0x23 || program.bytes[1] !== 0x21) parseElf(program.bytes, [EM_386]);
      return { takes: true };
    } catch (error) {
      if (error instanceof FormatError) return { takes: false, why: error.message };
      throw error;
    }
  },

  boot(program: Program, options: BootOptions): RunningOs {
    if (options.mode !== 'container') throw new Refusal(`The operating-system level has no mode "${options.mode}"; it has "container".`);
    return refusing(() => {
      const machine = createMachine({ memory: options.memory });
      machine.codeMap = EVERY_INSTRUCTION;
      const kernel = bootHost({
        ...options,
        files: {},
        modes: {},
        links: {},
        directories: ['/run', '/var', '/sys'],
        machine,
      });
      const running = new RunningOs(kernel);
      const { layers, path, args } = layersFor(program, options);
      const image = makeImage(kernel, 'image', layers);
      running.images = [image];
      const { privileged, containers = 1, ...limits } = options.knobs;
      const capabilities = privileged === true ? { capabilities: Object.keys(CAP), devices: null } : {};
      running.begin(
        { id: 'main', image, path, args, env: options.env.length > 0 ? options.env : USUAL_ENV, hostname: 'strata', ...capabilities },
        limits,
        howMany(Number(containers)),
      );
      return running;
    });
  },
};
