/**
 * Floating point in C programs with glibc, compiled when the test runs: i386 with x87 and with SSE2 on the native level, as on
 * this computer; MIPS on the ISA level in its modes, as on qemu. Where a compiler or qemu is missing, its part is skipped.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import { busyboxIfAny } from '../../oracle/os-packages.mjs';
import { LEVELS } from '../../../src/levels/registry.ts';

const SOURCES = fileURLToPath(new URL('../../floating', import.meta.url));
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-floating', import.meta.url));
const COMMON = ['-O2', '-static', '-fno-builtin', '-frounding-math'];
const I386 = ['-m32', '-march=i686', '-I/usr/include/x86_64-linux-gnu'];
const TARGETS = {
  x87: { compiler: 'gcc', flags: [...COMMON, ...I386], before: [], level: 'native' },
  sse: { compiler: 'gcc', flags: [...COMMON, ...I386, '-msse2', '-mfpmath=sse'], before: [], level: 'native' },
  mips: { compiler: 'mipsel-linux-gnu-gcc', flags: [...COMMON, '-march=mips32r2'], before: ['qemu-mipsel-static'], level: 'isa' },
} as const;
type Target = keyof typeof TARGETS;

/** The path of the program; null where it cannot be built. */
function built(name: string, target: Target): string | null {
  const { compiler, flags } = TARGETS[target],
    source = `${SOURCES}/${name}.c`,
    output = `${BUILT}/${name}.${target}`;
  if (existsSync(output) && statSync(output).mtimeMs > statSync(source).mtimeMs) return output;
  mkdirSync(BUILT, { recursive: true });
  try {
    execFileSync(compiler, [...flags, source, '-o', output, '-lm'], { stdio: 'pipe' });
    return output;
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT' || /cannot find -l|No such file/.test(String((error as { stderr?: Buffer }).stderr)))
      return null;
    throw error;
  }
}

function expected(path: string, target: Target): string | null {
  const [command, ...rest] = [...TARGETS[target].before, path];
  const { stdout, status, error } = spawnSync(command!, rest);
  return error || status !== 0 ? null : stdout.toString('latin1');
}

function ours(path: string, level: string, mode: string, args: readonly string[] = [path]): string {
  const running = LEVELS.find((l) => l.name === level)!.boot(
    { name: path, bytes: readFileSync(path) },
    { mode, knobs: {}, args, env: [], files: {}, stdin: new Uint8Array(0), memory: 32 << 20 },
  );
  while (running.exit === null && running.machine.retired < 2_000_000_000) {
    if (running.machine.run({ retired: running.machine.retired + 20_000_000 }).why === 'shutdown') break;
  }
  expect(running.exit?.status).toBe(0);
  return latin1(running.stdout);
}

const RUNS = [
  ['x87', 'direct'],
  ['sse', 'direct'],
  ['mips', 'interpret'],
  ['mips', 'translate'],
] as const;
describe.each(['print', 'matrix'])('%s', (name) => {
  it.for(RUNS)('%s, %s', ([target, mode], context) => {
    const path = built(name, target),
      wanted = path && expected(path, target);
    if (!path || wanted === null) {
      context.skip(`no compiler or no peer for ${target}`);
      return;
    }
    expect(wanted.length).toBeGreaterThan(1000);
    expect(ours(path, TARGETS[target].level, mode).split('\n')).toEqual(wanted.split('\n'));
  });
});

/** Arithmetic and formats of awk; Debian's static busybox has no functions of libm. */
const AWK = `BEGIN {
  for (i = -5; i < 12; i++) { x = i * 1.7 - 0.3; printf "%d %.17g %g %e %5.2f %s %s\\n", x, x * x / 7, x / 3, x * 1e17, x * x, int(x), x * x * x }
  print 1e300 * 1e10, -1 / 3, 1e-310 / 3, 0x10 + 1, "1e3" + 1, 2 / 3 < 0.7, 100000000000000000000, 0.1 + 0.2, substr("abc", 1.5), 7 % 2.5
}`;
describe('awk of busybox', () => {
  it.for([
    ['i386', 'native', 'direct'],
    ['mipsel', 'isa', 'interpret'],
    ['mipsel', 'isa', 'translate'],
  ] as const)('%s, %s, %s', ([architecture, level, mode], context) => {
    const path = busyboxIfAny(architecture);
    const peer =
      path === null
        ? null
        : architecture === 'mipsel'
          ? spawnSync('qemu-mipsel-static', [path, 'awk', AWK])
          : spawnSync(path, ['awk', AWK]);
    if (path === null || peer === null || peer.error) {
      context.skip(`no busybox or no peer for ${architecture}`);
      return;
    }
    const wanted = peer.stdout.toString('latin1');
    expect(wanted.split('\n').length).toBe(19);
    expect(ours(path, level, mode, ['busybox', 'awk', AWK])).toBe(wanted);
  });
});
