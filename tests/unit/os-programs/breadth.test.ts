/**
 * C programs for Linux with the C library of GNU that no line of the kernel was written for: trees of processes, threads, signals
 * with their senders, sockets, waiting for many, descriptors over sockets, maps, clocks, namespaces by clone, futexes, a
 * debugger's calls. Each is compiled here and must print what it printed on a real machine (tests/oracle/os-native.mjs).
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import { bootNative, compileGuest, missingCompiler } from '../kernel/guests.ts';

interface Result {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}
const { programs } = JSON.parse(readFileSync(new URL('../../vectors/os-native.json', import.meta.url), 'utf8')) as {
  programs: Readonly<Record<string, Result>>;
};
const missing = missingCompiler();
const LIMIT = 1_000_000_000;

function run(path: string): Result {
  const running = bootNative(path, { args: ['program'], env: [], directories: ['/tmp', '/proc'], memory: 64 << 20 });
  while (running.exit === null && running.machine.retired < LIMIT) {
    const stop = running.machine.run({ retired: running.machine.retired + 10_000_000 });
    if (stop.why === 'shutdown' || (stop.why === 'requested' && stop.reason === 'deadlock')) break;
  }
  return { stdout: latin1(running.stdout), stderr: latin1(running.stderr), status: running.exit?.status ?? -1 };
}

describe.each(Object.keys(programs))('%s', (name) => {
  it.skipIf(missing !== null)('prints what it prints on a real machine', { timeout: 120_000 }, () => {
    const { stdout, stderr, status } = run(compileGuest(`breadth/${name}`));
    expect(stdout).toBe(programs[name]!.stdout);
    // What a real system says of a fatal signal is its shell's, not the program's.
    if (status < 128) expect(stderr).toBe(programs[name]!.stderr);
    expect(status).toBe(programs[name]!.status);
  });
});

it('there are at least ten of them', () => expect(Object.keys(programs).length).toBeGreaterThanOrEqual(10));
