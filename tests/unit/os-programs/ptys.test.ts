/**
 * Pseudo-terminals beyond what breadth.test.ts asks of them natively: the same two programs built for MIPS and inside a container
 * print what a real machine prints; time can be moved in the middle of them; a container's /dev is what runc makes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import type { BootOptions, Running } from '../../../src/levels/level.ts';
import { LEVELS } from '../../../src/levels/registry.ts';
import { bootNative, compileGuest, missingCompiler, runTo } from '../kernel/guests.ts';
import { lab } from '../os-level/session.ts';

const { programs } = JSON.parse(readFileSync(new URL('../../vectors/os-native.json', import.meta.url), 'utf8')) as {
  programs: Readonly<Record<string, { readonly stdout: string }>>;
};
const missing = missingCompiler();
const BUILT = fileURLToPath(new URL('../../../node_modules/.cache/strata-native/breadth', import.meta.url));

function boot(level: string, name: string, path: string, options: Partial<BootOptions>): Running {
  return LEVELS.find((one) => one.name === level)!.boot(
    { name, bytes: new Uint8Array(readFileSync(path)) },
    { mode: '', knobs: {}, args: [name], env: [], files: {}, stdin: new Uint8Array(0), memory: 64 << 20, ...options },
  );
}
const printed = (running: Running): string => {
  runTo(running);
  return latin1(running.stdout) + latin1(running.stderr);
};

/** Flags and places of characters in struct termios have other numbers on MIPS. */
const OTHERWISE = /^(in \d+ out|keys) .*$/gm;

describe('for MIPS', () => {
  const compiler = spawnSync('mipsel-linux-gnu-gcc', ['--version']).status === 0;
  it.skipIf(!compiler).each(['ptys', 'jobs'])('%s prints the same', { timeout: 120_000 }, (name) => {
    const source = fileURLToPath(new URL(`../../native/breadth/${name}.c`, import.meta.url)),
      path = `${BUILT}/${name}-mipsel`;
    mkdirSync(BUILT, { recursive: true });
    execFileSync('mipsel-linux-gnu-gcc', ['-static', '-O1', '-w', source, '-o', path]);
    const text = printed(boot('isa', name, path, { mode: 'translate', directories: ['/tmp', '/proc'] }));
    expect(text.replace(OTHERWISE, '')).toBe(programs[`${name}.c`]!.stdout.replace(OTHERWISE, ''));
    if (name === 'ptys') expect(text).toContain('keys 3 28 127 21 1 0 0 0 17 19 26 0 18 15 23 22 4\n');
  });
});

describe('in a container', () => {
  it.skipIf(missing !== null)('the program of sessions prints the same', { timeout: 120_000 }, () => {
    const options = { mode: 'container', knobs: { privileged: true } };
    expect(printed(boot('os', '/bin/jobs', compileGuest('breadth/jobs.c'), options))).toBe(programs['jobs.c']!.stdout);
  });

  it('has a devpts of its own, with its terminal as number 0', () => {
    const l = lab(null),
      say = (id: string, text: string): string => {
        // Asked for anew each time: a way back to a checkpoint makes other consoles.
        const screen = (): Uint8Array => l.running.consoleOf(l.running.ttyOf(id)).screen.view(),
          from = screen().length;
        l.act({ act: 'type', id, text: `${text}\n` });
        l.session.advance(l.session.retired + 3_000_000);
        return latin1(screen().slice(from));
      };
    l.session.advance(300_000);
    expect(say('main', 'ls /dev/pts')).toMatch(/\b0\s+ptmx\b/);
    expect(say('main', 'ls -l /dev')).toMatch(/ptmx -> pts\/ptmx/);
    expect(say('main', 'cat /proc/mounts')).toContain('devpts /dev/pts devpts rw,nosuid,noexec,relatime,gid=5,mode=620,ptmxmode=666 0 0');
    l.act({ act: 'create', id: 'two', image: 'image', args: ['/bin/sh'], start: true });
    l.session.advance(l.session.retired + 300_000);
    expect(say('two', 'ls /dev/pts')).toMatch(/\b0\s+ptmx\b/);
    expect(say('two', 'ls -l /proc/self/fd')).toMatch(/\/dev\/pts\/0/);
    expect(say('two', 'cat /proc/self/stat')).toMatch(/ 34816 /);
  });
});

describe('time', () => {
  it.skipIf(missing !== null)('goes back over terminals', { timeout: 120_000 }, () => {
    const path = compileGuest('breadth/jobs.c'),
      options = { directories: ['/tmp', '/proc'], memory: 64 << 20 },
      running = bootNative(path, options);
    const text = printed(running),
      { retired } = running.machine,
      end = running.machine.hash();
    const again = bootNative(path, options),
      keep: { readonly machine: ReturnType<typeof again.machine.checkpoint>; readonly state: ReturnType<typeof again.save> }[] = [];
    for (let i = 1; i < 10; i++) {
      runTo(again, Math.floor((retired * i) / 10));
      keep.push({ machine: again.machine.checkpoint(), state: again.save() });
    }
    runTo(again);
    expect([again.machine.retired, again.machine.hash()]).toEqual([retired, end]);
    for (const { machine, state } of [keep[6]!, keep[3]!]) {
      again.machine.restore(machine);
      again.restore(state);
      expect([printed(again), again.machine.hash()]).toEqual([text, end]);
    }
  });
});
