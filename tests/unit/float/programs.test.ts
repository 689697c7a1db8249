/**
 * C programs that compute with the x87 give the bytes of this computer: printf and strtod, the mathematical library, matrices,
 * n-body, rounding and exceptions. Made by gcc -m32 -mfpmath=387 here; skipped by name where it is missing.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../src/bits/utf8.ts';
import { bootNative, missingCompiler, runTo } from '../kernel/guests.ts';

const SOURCES = fileURLToPath(new URL('../../native/float', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-native/float', import.meta.url));
const OPTIONS = ['-m32', '-static', '-O2', '-w', '-march=i686', '-I/usr/include/x86_64-linux-gnu', '-mfpmath=387', '-mno-sse'];
const SIGFPE = 8;

function compile(name: string): string {
  const source = `${SOURCES}/${name}`,
    target = `${BUILT}/${name.replace(/\.c$/, '-387')}`;
  if (existsSync(target) && statSync(target).mtimeMs >= statSync(source).mtimeMs) return target;
  mkdirSync(BUILT, { recursive: true });
  execFileSync('gcc', [...OPTIONS, source, '-o', `${target}.${process.pid}`, '-lm']);
  renameSync(`${target}.${process.pid}`, target);
  return target;
}

const missing = missingCompiler();
describe.skipIf(missing !== null)(`x87 programs${missing === null ? '' : ` (skipped: ${missing} is missing)`}`, () => {
  it.each(
    readdirSync(SOURCES)
      .filter((name) => name.endsWith('.c'))
      .toSorted(),
  )(
    '%s',
    (name) => {
      const path = compile(name),
        real = spawnSync(path, [], { env: {} }),
        running = bootNative(path, { args: [path] });
      runTo(running);
      expect(decodeUtf8(running.stdout)).toBe(real.stdout.toString('utf8'));
      expect(real.stdout.length).toBeGreaterThan(5);
      expect(running.exit!.status).toBe(real.status ?? 128 + SIGFPE);
    },
    60_000,
  );
});
