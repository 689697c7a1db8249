/** Containers of our own programs for tests: one layer with everything of public/programs/os, several containers on it. */
import { readdirSync, readFileSync } from 'node:fs';
import { latin1 } from '../../../src/bits/utf8.ts';
import { bootHost } from '../../../src/kernel/boot.ts';
import { makeImage, baseLayer, layerOfFiles, type Image } from '../../../src/levels/os/image.ts';
import { RunningOs } from '../../../src/levels/os/running.ts';
import type { Container } from '../../../src/levels/os/runtime.ts';
import type { ContainerSpec } from '../../../src/levels/os/spec.ts';
import type { CgroupsView } from '../../../src/protocol/os-views.ts';
import { createMachine } from '../../../src/machine/machine.ts';

const OWN = new URL('../../../public/programs/os/bin/', import.meta.url);
const names = readdirSync(OWN);

export interface Host {
  readonly running: RunningOs;
  readonly image: Image;
}

export function host(memory = 32 << 20): Host {
  const kernel = bootHost({
    machine: createMachine({ memory }),
    stdin: new Uint8Array(0),
    files: {},
    directories: ['/run', '/var', '/sys'],
  });
  const running = new RunningOs(kernel);
  const files = Object.fromEntries(names.map((name) => [`/bin/${name}`, new Uint8Array(readFileSync(new URL(name, OWN)))]));
  const modes = Object.fromEntries(names.map((name) => [`/bin/${name}`, 0o755]));
  const layers = [
    { title: 'usual', files: baseLayer('test') },
    { title: 'own', files: layerOfFiles({ files, modes, directories: ['/tmp'] }) },
  ];
  return { running, image: makeImage(kernel, 'own', layers) };
}

export interface Room {
  readonly c: Container;
  readonly tty: number;
}

/** A container with a pair of pipes of its own; started at once. */
export function room({ running, image }: Host, id: string, args: readonly string[], more: Partial<ContainerSpec> = {}): Room {
  const tty = running.addConsole(false, new Uint8Array(0));
  const c = running.create({ id, image, path: `/bin/${args[0]}`, args, env: ['PATH=/bin'], tty, ...more });
  running.runtime.start(c);
  return { c, tty };
}

/** Runs until `seconds` of simulated time have passed, or every container has stopped. */
export function run({ running }: Host, seconds: number): void {
  const { machine, kernel, runtime } = running,
    end = machine.time + seconds * machine.hz;
  if (kernel.current === null) kernel.start();
  while (machine.time < end && runtime.containers.some((c) => c.status === 'running')) {
    const stop = machine.run({ retired: machine.retired + 1_000_000 });
    if (stop.why === 'shutdown') break;
  }
}

export const outputOf = ({ running }: Host, { tty }: Room): string => latin1(running.consoleOf(tty).out.view());
export const errorsOf = ({ running }: Host, { tty }: Room): string => latin1(running.consoleOf(tty).err.view());
export const statusOf = ({ c }: Room): number | null => (c.exit === null ? null : c.exit.signal === 0 ? c.exit.code : 128 + c.exit.signal);
export const groupOf = ({ running }: Host, { c }: Room) => running.kernel.control.tree.get(c.cgroup)!;
/** Microseconds of processor time, as the picture shows them at this moment. */
export function usageOf({ running }: Host, { c }: Room): number {
  const { groups } = running.view('os.cgroups', {}) as unknown as CgroupsView;
  return groups.find((g) => g.path === c.cgroup)!.cpu.usage;
}
