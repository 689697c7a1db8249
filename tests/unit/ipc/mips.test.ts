/**
 * The same programs as MIPS executables at the ISA level print what the i386 ones print on this computer: numbers, structures
 * and errors of o32 are converted. (qemu-mipsel differs where it emulates less: user namespaces, CLONE_SYSVSEM.)
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { boot, output, runToEnd } from '../isa-level/support.ts';
import { missingCompiler } from '../kernel/guests.ts';
import { compile, MIPSEL, names } from './native.ts';

const missing =
  missingCompiler() ??
  (spawnSync('unshare', ['-i', 'true']).status === 0 ? null : 'the right to make an ipc namespace (unshare -i)') ??
  (spawnSync(MIPSEL[0], ['--version']).status === 0 ? null : MIPSEL[0]);
const note = missing === null ? '' : ` (skipped: ${missing} is missing)`;

describe.skipIf(missing !== null)(`System V IPC of MIPS programs${note}`, () => {
  test.each(names.filter((name) => name !== 'raw.c'))('%s', (name) => {
    const real = spawnSync('unshare', ['-i', compile(name)], { env: { PATH: '/bin' } });
    const running = runToEnd(boot(new Uint8Array(readFileSync(compile(name, MIPSEL))), 'translate'), 4_000_000_000);
    expect(output(running)).toEqual({ stdout: real.stdout.toString('latin1'), stderr: '', status: real.status });
  });
});
