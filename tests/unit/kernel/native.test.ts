/**
 * Real programs, made by gcc here, give the same bytes and the same end on this computer and on the simulated one; and time
 * can be moved in the middle of them. Without a compiler for 32-bit programs the tests are skipped and say so by name.
 */
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { decodeUtf8 } from '../../../src/bits/utf8.ts';
import type { Event } from '../../../src/levels/level.ts';
import { ARGUMENTS, bootNative, compileGuest, guestNames, inputOf, missingCompiler, runTo } from './guests.ts';

const missing = missingCompiler();
const when = describe.skipIf(missing !== null);
const note = missing === null ? '' : ` (skipped: ${missing} is missing)`;
const SIGNALS: Readonly<Record<string, number>> = {
  SIGILL: 4,
  SIGTRAP: 5,
  SIGABRT: 6,
  SIGFPE: 8,
  SIGPIPE: 13,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGHUP: 1,
};

when(`the same bytes and status as on this computer${note}`, () => {
  test.each(guestNames())('%s', (name) => {
    const path = compileGuest(name),
      input = inputOf(name);
    const real = spawnSync(path, ARGUMENTS, { input: Buffer.from(input), env: { PATH: '/bin', LANG: 'C' } });
    const running = bootNative(path, { stdin: input });
    runTo(running);
    expect(decodeUtf8(running.stdout)).toBe(real.stdout.toString('utf8'));
    expect(decodeUtf8(running.stderr)).toBe(real.stderr.toString('utf8'));
    expect(running.exit!.status).toBe(real.status ?? 128 + SIGNALS[real.signal!]!);
    expect(running.exit!.signal).toBe(real.signal);
  });
});

when(`time moves both ways${note}`, () => {
  test.each(['files.c', 'signals.c', 'memory.c'])('%s: the state at n is the same after going back, and in the other engine', (name) => {
    const path = compileGuest(name),
      options = { stdin: inputOf(name) };
    const straight = bootNative(path, options),
      events: Event[] = [];
    straight.onEvent = (event) => events.push(event);
    runTo(straight);
    const total = straight.machine.retired,
      end = straight.machine.hash(),
      text = decodeUtf8(straight.stdout);
    expect(straight.machine.ledger.entries().reduce((sum, e) => sum + e.units, 0)).toBe(straight.machine.time);

    const random = new Random(11),
      running = bootNative(path, options);
    const keep: {
      at: number;
      machine: ReturnType<typeof running.machine.checkpoint>;
      state: ReturnType<typeof running.save>;
      hash: string;
    }[] = [];
    for (const at of Array.from({ length: 8 }, () => random.below(total)).toSorted((a, b) => a - b)) {
      runTo(running, at);
      keep.push({
        at: running.machine.retired,
        machine: running.machine.checkpoint(),
        state: running.save(),
        hash: running.machine.hash(),
      });
    }
    runTo(running);
    expect(running.machine.hash()).toBe(end);
    for (const { at, machine, state, hash } of [keep[5]!, keep[1]!, keep[6]!, keep[0]!]) {
      running.machine.restore(machine);
      running.restore(state);
      expect([running.machine.retired, running.machine.hash()]).toEqual([at, hash]);
      const again: Event[] = [];
      running.onEvent = (event) => again.push(event);
      runTo(running);
      expect(running.machine.hash()).toBe(end);
      expect(decodeUtf8(running.stdout)).toBe(text);
      expect(again).toEqual(events.slice(events.length - again.length));
    }
    const other = bootNative(path, options, 'step');
    runTo(other);
    expect([other.machine.retired, other.machine.hash()]).toEqual([total, end]);
  });

  test('input that comes later: the program waits, and goes on where it stood', () => {
    const path = compileGuest('input.c'),
      input = inputOf('input.c');
    const running = bootNative(path, { stdin: null, terminal: false });
    for (let at = 0; at < input.length; at += 7) {
      runTo(running);
      expect(running.waitsForInput).toBe(true);
      running.input(input.slice(at, at + 7));
    }
    runTo(running);
    running.input(null);
    runTo(running);
    const whole = bootNative(path, { stdin: input });
    runTo(whole);
    expect(decodeUtf8(running.stdout)).toBe(decodeUtf8(whole.stdout));
    expect(running.exit).toEqual(whole.exit);
  });

  test('asking a waiting machine to run changes nothing', () => {
    const running = bootNative(compileGuest('input.c'), { stdin: null });
    runTo(running);
    const { hash, time } = { hash: running.machine.hash(), time: running.machine.time };
    for (let i = 0; i < 3; i++) expect(running.machine.run({ retired: Infinity }).why).toBe('requested');
    expect([running.machine.hash(), running.machine.time]).toEqual([hash, time]);
  });
});

when(`sentences${note}`, () => {
  test('a fault says where and what', () => {
    const running = bootNative(compileGuest('end_crash.c'));
    runTo(running);
    expect(running.exit).toEqual({
      status: 139,
      signal: 'SIGSEGV',
      sentence: expect.stringMatching(/^Segmentation fault at 080[0-9a-f]{5}: read of 00001234\.$/),
    });
  });

  test('a process that waits for ever ends the run instead of hanging it', () => {
    const running = bootNative(compileGuest('special/stuck.c'));
    expect(running.machine.run({ retired: Infinity })).toEqual({
      why: 'shutdown',
      reason: 'the processor is halted and nothing can wake it',
    });
    expect([running.exit, running.waitsForInput]).toEqual([null, false]);
  });

  // Goes when floating point comes: then this program ends with 0.
  test('memory that runs out is said', () => {
    const running = bootNative(compileGuest('memory.c'), { memory: 1 << 20 });
    runTo(running);
    expect(running.exit!.sentence).toMatch(/^Out of memory: no frame is free for page [0-9a-f]{8} \(all 256 are in use\)\.$/);
    expect(running.exit!.status).toBe(137);
  });

  test('system calls read as strace writes them', () => {
    const running = bootNative(compileGuest('bare.S')),
      lines: unknown[] = [];
    running.onEvent = (event) => {
      if (event.kind === 'syscall.return') lines.push(event.data['text']);
    };
    runTo(running);
    expect(lines).toEqual(['write(1, "bare\\n", 5) = 5', 'getpid() = 1', '= -1 ENOSYS']);
  });
});
