/** Small C and assembly programs for the kernel, compiled when the tests run and kept beside the caches; never committed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LEVELS } from '../../../src/levels/registry.ts';
import type { EngineName } from '../../../src/machine/types.ts';
import type { BootOptions, Running } from '../../../src/levels/level.ts';

const SOURCES = fileURLToPath(new URL('../../native', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-native', import.meta.url));
const COMPILER = ['-m32', '-static', '-O1', '-w', '-march=i686', '-I/usr/include/x86_64-linux-gnu'];

export const guestNames = (): string[] =>
  readdirSync(SOURCES)
    .filter((name) => /\.[cS]$/.test(name))
    .toSorted();

/** Null when gcc can make 32-bit static executables here, else what is missing. */
export function missingCompiler(): string | null {
  const { status, stderr, error } = spawnSync('gcc', [...COMPILER, '-x', 'c', '-', '-o', '/dev/null'], {
    input: '#include <errno.h>\n#include <stdio.h>\nint main(void){return 0;}',
    encoding: 'utf8',
  });
  if (error) return 'gcc';
  return status === 0 ? null : `gcc -m32 with its libraries (${stderr.trim().split('\n').at(-1)})`;
}

/** Path of the executable, made anew when its source is newer. */
export function compileGuest(name: string): string {
  const source = `${SOURCES}/${name}`,
    target = `${BUILT}/${name.replace(/\.[cS]$/, '')}`;
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return target;
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  execFileSync('gcc', [...COMPILER, ...(name.endsWith('.S') ? ['-nostdlib'] : []), source, '-o', temporary]);
  renameSync(temporary, target);
  return target;
}

export function inputOf(name: string): Uint8Array {
  const file = `${SOURCES}/${name}.in`;
  return existsSync(file) ? readFileSync(file) : new Uint8Array(0);
}

export const ARGUMENTS = ['one', 'two words'];

export function bootNative(path: string, options: Partial<BootOptions> = {}, engine: EngineName = 'flat'): Running {
  const native = LEVELS.find((level) => level.name === 'native')!;
  const running = native.boot(
    { name: path, bytes: readFileSync(path) },
    {
      mode: 'direct',
      knobs: {},
      args: [path, ...ARGUMENTS],
      env: ['PATH=/bin', 'LANG=C'],
      files: {},
      stdin: new Uint8Array(0),
      memory: 32 << 20,
      ...options,
    },
  );
  running.machine.engine = engine;
  return running;
}

/** Runs until the program has ended, or `retired` is reached. */
export function runTo(running: Running, retired = Infinity): void {
  while (running.exit === null && running.machine.retired < retired && !running.waitsForInput) {
    const stop = running.machine.run({ retired: Math.min(retired, running.machine.retired + 10_000_000) });
    if (stop.why === 'shutdown') throw new Error(stop.reason);
  }
}
