/** Sharing of the processor by weight, keys of a terminal, and time travel in the middle of many processes. */
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decodeUtf8, encodeUtf8 } from '../../../src/bits/utf8.ts';
import { NICE_WEIGHTS } from '../../../src/kernel/fair.ts';
import { bootNative, compileGuest, missingCompiler, runTo } from './guests.ts';

const missing = missingCompiler();
const when = describe.skipIf(missing !== null);
const note = missing === null ? '' : ` (skipped: ${missing} is missing)`;

when(`many processes${note}`, () => {
  test('weights of nice values share the processor within 2 %', () => {
    const running = bootNative(compileGuest('special/fair.c'));
    runTo(running);
    const used = decodeUtf8(running.stdout)
      .trim()
      .split('\n')
      .map((line) => line.split(' ').map(Number) as [number, number]);
    const weight = used.reduce((sum, [nice]) => sum + NICE_WEIGHTS[nice + 20]!, 0),
      time = used.reduce((sum, [, us]) => sum + us, 0);
    expect(used.map(([nice]) => nice)).toEqual([0, 0, 5]);
    for (const [nice, us] of used) expect(Math.abs(us / time - NICE_WEIGHTS[nice + 20]! / weight)).toBeLessThan(0.02);
  });

  test('keys of a terminal: ^C for the foreground, an edited line, one raw byte, ^D', () => {
    const running = bootNative(compileGuest('special/keys.c'), { stdin: null, terminal: true });
    for (const typed of ['\x03', 'wring\x7f\x7f\x7fong word\x17x\n', 'q', '\x04']) {
      runTo(running);
      expect(running.exit).toBe(null);
      running.input(encodeUtf8(typed));
    }
    runTo(running);
    expect(decodeUtf8(running.stdout)).toBe('ready\nended by 2, session 1\n8 wrong x\n1 q\nend 0\n');
  });

  test.each(['processes.c', 'threads.c', 'sockets.c', 'shared.c', 'sigmore.c'])(
    '%s: the state at n is the same after going back',
    (name) => {
      const path = compileGuest(name),
        straight = bootNative(path);
      runTo(straight);
      const total = straight.machine.retired,
        end = straight.machine.hash();
      const random = new Random(5),
        running = bootNative(path);
      const keep = Array.from({ length: 6 }, () => random.below(total))
        .toSorted((a, b) => a - b)
        .map((at) => {
          runTo(running, at);
          return { machine: running.machine.checkpoint(), state: running.save(), hash: running.machine.hash() };
        });
      runTo(running);
      expect(running.machine.hash()).toBe(end);
      for (const { machine, state, hash } of [keep[4]!, keep[0]!, keep[3]!]) {
        running.machine.restore(machine);
        running.restore(state);
        expect(running.machine.hash()).toBe(hash);
        runTo(running);
        expect(running.machine.hash()).toBe(end);
        expect(decodeUtf8(running.stdout)).toBe(decodeUtf8(straight.stdout));
      }
      const other = bootNative(path, {}, 'step');
      runTo(other);
      expect([other.machine.retired, other.machine.hash()]).toEqual([total, end]);
    },
  );
});
