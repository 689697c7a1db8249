/**
 * Attempts to interfere and to escape: inside a container each is held by what the table says, and outside it succeeds; those
 * that a shared kernel cannot hold succeed in both. Where there is a recording of the same on real Linux, the words are the same.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ATTEMPTS, type Attempt } from '../../../src/levels/os/attempts.ts';
import { tryAttempt } from '../../../src/levels/os/battery.ts';
import { recording } from '../os-programs/records.ts';

const OWN = new URL('../../../public/programs/os/bin/', import.meta.url);
const programs = Object.fromEntries(readdirSync(OWN).map((name) => [name, new Uint8Array(readFileSync(new URL(name, OWN)))]));

test('there are more than ten, each with its reason, and all that the issue names', () => {
  expect(ATTEMPTS.filter((a) => a.heldBy !== null).length).toBeGreaterThanOrEqual(15);
  expect(new Set(ATTEMPTS.map((a) => a.id)).size).toBe(ATTEMPTS.length);
  for (const a of ATTEMPTS) expect([a.id, a.linux.length > 40]).toEqual([a.id, true]);
  const ids = ATTEMPTS.map((a) => a.id);
  for (const id of ['kill', 'see', 'dotdot', 'mount', 'fork-bomb', 'memory', 'disk', 'port', 'device', 'setns-right', 'cgroup'])
    expect(ids).toContain(id);
});

/** What is printed inside, by attempt: the kernel's answer in a word, or what the limit made of it. */
const INSIDE: Readonly<Record<string, RegExp>> = {
  see: /^see a foreign process: there is none in \/proc\n$/,
  kill: /refused: No such process\n$/,
  dotdot: /refused: No such file or directory\n$/,
  chroot: /refused: No such file or directory\n$/,
  'proc-root': /refused: No such file or directory\n$/,
  setns: /refused: No such file or directory\n$/,
  'setns-right': /refused: (Permission denied|Operation not permitted)\n$/,
  mount: /refused: Operation not permitted\n$/,
  remount: /refused: Operation not permitted\n$/,
  cgroup: /refused: Read-only file system\n$/,
  device: /refused: Operation not permitted\n$/,
  'fork-bomb': /^forkbomb: 18 processes made, then refused: Resource temporarily unavailable\n$/,
  memory: /^(memhog: holds \d+ KiB\n){4,5}(sh: .*: )?(Killed\n)?$/,
  disk: /refused: (No space left on device|Cannot allocate memory)\n$|^Killed\n$/,
  clock: /refused: Operation not permitted\n$/,
  module: /refused: Operation not permitted\n$/,
};

describe.each(ATTEMPTS.map((a): readonly [string, Attempt] => [a.id, a]))('%s', (id, attempt) => {
  const { inside, outside, contained } = tryAttempt(attempt, programs);
  test('succeeds outside', () => {
    expect([outside.output, outside.after, outside.succeeded]).toEqual([outside.output, outside.after, true]);
  });
  test(attempt.heldBy === null ? 'and inside, as on Linux' : `is held by the ${attempt.heldBy}`, () => {
    expect([inside.output, inside.after, contained]).toEqual([inside.output, inside.after, attempt.heldBy !== null]);
    const wanted = INSIDE[id];
    if (wanted) expect(inside.output).toMatch(wanted);
  });
});

describe('beside what was recorded on Linux', () => {
  const lines = recording('containers').sections.find((s) => s.name === 'escape attempts')!.commands;
  /** Words of the recorded line; which of its printed lines was outside, and which inside. */
  const RECORDED: readonly (readonly [string, string, number, number])[] = [
    ['see', 'escape see 77;', 0, 1],
    ['kill', 'escape kill $V', 0, 1],
    ['dotdot', '/os/escape dotdot /etc/secret; c', 0, 1],
    ['chroot', 'escape chroot /etc/secret', 1, 2],
    ['proc-root', 'escape root $V', 0, 1],
    ['setns', 'escape setns $V; c', 0, 1],
    ['mount', 'escape mount', 0, 1],
    ['remount', 'escape remount', 0, 1],
    ['clock', 'escape clock', 0, 1],
    ['module', 'escape module', 0, 1],
    ['device-privileged', 'escape device', 0, 1],
    ['cgroup', 'escape cgroup', 0, 2],
  ];
  test.each(RECORDED)('%s', (id, words, outer, inner) => {
    const line = lines.find(({ command }) => command.includes(words))!,
      said = line.stdout.split('\n'),
      { inside, outside } = tryAttempt(
        ATTEMPTS.find((a) => a.id === id)!,
        programs,
      );
    expect([outside.output.trimEnd(), inside.output.trimEnd()]).toEqual([said[outer], said[inner]]);
  });
});
