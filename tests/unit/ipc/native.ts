/** Programs of tests/native/ipc, compiled when the tests run. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../../native/ipc', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-native/ipc', import.meta.url));
export const I386 = ['gcc', '-m32', '-static', '-O1', '-w', '-march=i686', '-I/usr/include/x86_64-linux-gnu'] as const;
export const MIPSEL = ['mipsel-linux-gnu-gcc', '-static', '-O1', '-w', '-march=mips32r2'] as const;

export const names = readdirSync(SOURCES)
  .filter((name) => name.endsWith('.c'))
  .toSorted();

/** Path of the executable, made anew when its source is newer. */
export function compile(name: string, [compiler, ...flags]: readonly string[] = I386): string {
  const source = `${SOURCES}/${name}`,
    target = `${BUILT}/${compiler}/${name.slice(0, -2).replace('/', '-')}`;
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return target;
  mkdirSync(`${BUILT}/${compiler}`, { recursive: true });
  execFileSync(compiler!, [...flags, source, '-o', `${target}.${process.pid}`]);
  renameSync(`${target}.${process.pid}`, target);
  return target;
}
