/**
 * Carries attempts out (attempts.ts): each in a machine of its own, once inside a container and once outside. Whether it
 * was contained is seen from what happened, not said.
 */
import { fromLatin1, latin1 } from '../../bits/utf8.ts';
import { CAP } from '../../kernel/credentials.ts';
import { bootHost } from '../../kernel/boot.ts';
import type { Process } from '../../kernel/task.ts';
import { createMachine } from '../../machine/machine.ts';
import type { Attempt } from './attempts.ts';
import { baseLayer, layerOfFiles, makeImage } from './image.ts';
import { RunningOs } from './running.ts';
import type { ContainerSpec } from './spec.ts';

export interface Outcome {
  /** What the attempt printed; and what somebody on the host printed afterwards. */
  readonly output: string;
  readonly after: string;
  /** As a shell sees it; null when it still ran. */
  readonly status: number | null;
  readonly succeeded: boolean;
}
export interface Tried {
  readonly attempt: Attempt;
  readonly inside: Outcome;
  readonly outside: Outcome;
  readonly contained: boolean;
}

const MEMORY = 32 << 20,
  /** Seconds: how long an attempt may take before somebody looks; and in all. */
  LOOK = 0.3,
  LONGEST = 12;
const ENV = ['PATH=/bin'];

/** `programs` by name: our own shell, escape, and what else the lines use. */
export function tryAttempt(attempt: Attempt, programs: Readonly<Record<string, Uint8Array>>): Tried {
  const inside = new Trial(attempt, programs).run('inside'),
    outside = new Trial(attempt, programs).run('outside');
  return { attempt, inside, outside, contained: outside.succeeded && !inside.succeeded };
}

class Trial {
  private readonly attempt: Attempt;
  private readonly running: RunningOs;

  constructor(attempt: Attempt, programs: Readonly<Record<string, Uint8Array>>) {
    this.attempt = attempt;
    const names = Object.keys(programs);
    const files = Object.fromEntries(names.map((name) => [`/bin/${name}`, programs[name]!])),
      modes = Object.fromEntries(names.map((name) => [`/bin/${name}`, 0o755]));
    const kernel = bootHost({
      machine: createMachine({ memory: MEMORY }),
      stdin: new Uint8Array(0),
      files: { ...files, '/etc/secret': fromLatin1('the secret of the host\n') },
      modes,
      directories: ['/run', '/var', '/mnt', '/sys/fs/cgroup'],
    });
    kernel.ramDisk.write(0, fromLatin1('the disk of the host\n'));
    this.running = new RunningOs(kernel);
    // Numbers on the host are not by chance those inside.
    kernel.nextPid = 100;
    this.running.images = [
      makeImage(kernel, 'own', [
        { title: 'usual', files: baseLayer('strata') },
        { title: 'programs', files: layerOfFiles({ files, modes }) },
      ]),
    ];
  }

  run(where: 'inside' | 'outside'): Outcome {
    const { attempt } = this,
      // It runs first, and sleeps when the attempt begins.
      victim = this.onHost('exec sleep 77', ENV);
    const line = where === 'outside' ? (attempt.control ?? attempt.line) : attempt.line,
      env = [...ENV, `VICTIM=${victim.process.pid}`];
    const made = where === 'outside' && attempt.outside === 'host' ? this.onHost(line, env) : this.inContainer(line, env, where);
    this.until(attempt.after === undefined ? LONGEST : LOOK, () => made.process.exit !== null);
    const look = attempt.after === undefined ? null : this.onHost(attempt.after, ENV);
    if (look) this.until(LONGEST, () => look.process.exit !== null);
    const output = this.printed(made.tty),
      after = look ? this.printed(look.tty) : '',
      { exit } = made.process;
    return {
      output,
      after,
      status: exit === null ? null : exit.signal === 0 ? exit.code : 128 + exit.signal,
      succeeded: new RegExp(attempt.success).test(look ? after : output),
    };
  }

  private onHost(line: string, env: readonly string[]): { readonly process: Process; readonly tty: number } {
    const tty = this.running.addConsole(false, new Uint8Array(0));
    return { tty, process: this.running.runtime.onHost('/bin/sh', ['sh', '-c', line], env, tty) };
  }

  private inContainer(line: string, env: readonly string[], where: string): { readonly process: Process; readonly tty: number } {
    const { running, attempt } = this,
      tty = running.addConsole(false, new Uint8Array(0)),
      free = attempt.privileged === true || where === 'outside';
    const spec: ContainerSpec = {
      id: 'container',
      image: running.images[0]!,
      path: '/bin/sh',
      args: ['sh', '-c', line],
      env,
      tty,
      ...(free ? { capabilities: Object.keys(CAP), devices: null } : {}),
      ...(where === 'outside' ? { namespaces: [] } : attempt.namespaces ? { namespaces: attempt.namespaces } : {}),
      ...(where === 'inside' && attempt.limits ? { limits: attempt.limits } : {}),
    };
    const c = running.create(spec),
      process = running.kernel.processes.get(c.pid)!;
    running.runtime.start(c);
    return { process, tty };
  }

  /** Runs until so many seconds have passed, or it is over. */
  private until(seconds: number, over: () => boolean): void {
    const { machine, kernel } = this.running,
      end = machine.time + seconds * machine.hz;
    if (kernel.current === null) kernel.start();
    while (machine.time < end && !over()) if (machine.run({ retired: machine.retired + 20_000 }).why === 'shutdown') return;
  }

  private printed(tty: number): string {
    const { out, err } = this.running.consoleOf(tty);
    return latin1(out.view()) + latin1(err.view());
  }
}
