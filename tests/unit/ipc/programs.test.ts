/**
 * Programs that use System V IPC, made by gcc here, print the same on this computer (in an ipc namespace of their own) and on
 * the simulated one; and time can be moved in the middle of them.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { decodeUtf8 } from '../../../src/bits/utf8.ts';
import { bootNative, missingCompiler, runTo } from '../kernel/guests.ts';
import { compile, names } from './native.ts';

const missing =
  missingCompiler() ?? (spawnSync('unshare', ['-i', 'true']).status === 0 ? null : 'the right to make an ipc namespace (unshare -i)');
const note = missing === null ? '' : ` (skipped: ${missing} is missing)`;

describe.skipIf(missing !== null)(`System V IPC as on this computer${note}`, () => {
  test.each(names)('%s', (name) => {
    const path = compile(name);
    const real = spawnSync('unshare', ['-i', path], { env: { PATH: '/bin' } });
    const running = bootNative(path);
    runTo(running);
    expect(decodeUtf8(running.stderr)).toBe(real.stderr.toString('utf8'));
    expect(decodeUtf8(running.stdout)).toBe(real.stdout.toString('utf8'));
    expect(running.exit!.status).toBe(real.status);
  });

  test.each(names)('%s: the state is the same after going back, and in the other engine', (name) => {
    const path = compile(name),
      running = bootNative(path);
    runTo(running);
    const total = running.machine.retired,
      end = running.machine.hash(),
      text = decodeUtf8(running.stdout);
    const again = bootNative(path, {}, 'step'),
      keep: { machine: ReturnType<typeof again.machine.checkpoint>; state: ReturnType<typeof again.save>; hash: string }[] = [];
    for (let i = 1; i < 12; i++) {
      runTo(again, Math.floor((total * i) / 12));
      keep.push({ machine: again.machine.checkpoint(), state: again.save(), hash: again.machine.hash() });
    }
    runTo(again);
    expect([again.machine.retired, again.machine.hash()]).toEqual([total, end]);
    for (const { machine, state, hash } of [keep[7]!, keep[2]!, keep[10]!, keep[4]!]) {
      again.machine.restore(machine);
      again.restore(state);
      expect(again.machine.hash()).toBe(hash);
      runTo(again);
      expect([again.machine.hash(), decodeUtf8(again.stdout)]).toEqual([end, text]);
    }
  });
});
