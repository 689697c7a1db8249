/**
 * Time that moves both ways: the state at a moment is the same however it was reached, and inputs are part of it.
 */
import { describe, expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../../src/bits/utf8.ts';
import { Random } from '../../../src/bits/random.ts';
import { stepBack, stepForward } from '../../../src/lab/step.ts';
import type { Grain } from '../../../src/protocol/messages.ts';
import { openProgram, runToEnd } from './support.ts';

const PROGRAMS = ['hanoi.i386', 'files.i386', 'sort.mips', 'selfmod.mips', 'files.mips'];

describe.each(PROGRAMS)('%s', (file) => {
  it('has one state at each moment: forwards, backwards, in pieces, in a fresh session, in the reference engine', () => {
    const random = new Random(7);
    const session = openProgram(file);
    runToEnd(session);
    const { retired } = session;
    const moments = Array.from({ length: 12 }, () => random.below(retired)).sort((a, b) => a - b);
    const hashes = new Map<number, string>();
    const forward = openProgram(file);
    for (const moment of moments) {
      forward.advance(moment);
      expect(forward.retired).toBe(moment);
      hashes.set(moment, forward.hash());
    }
    for (const moment of moments.toReversed()) {
      session.seek(moment);
      expect(session.hash(), `at ${moment}, from behind`).toBe(hashes.get(moment));
    }
    for (const moment of [...moments].sort(() => random.below(3) - 1)) {
      session.seek(moment);
      expect(session.hash(), `at ${moment}, in any order`).toBe(hashes.get(moment));
    }
    for (const moment of [...moments].sort(() => random.below(3) - 1)) {
      session.approach(Math.min(retired, moment + random.below(9000)));
      session.seek(Math.max(0, moment - random.below(600)));
      session.approach(moment);
      expect(session.hash(), `at ${moment}, with a bookmark near it`).toBe(hashes.get(moment));
    }
    const reference = openProgram(file, { engine: 'step' });
    const near = moments.filter((m) => m < 400_000);
    for (const moment of near) {
      reference.advance(moment);
      expect(reference.hash(), `at ${moment}, step engine`).toBe(hashes.get(moment));
    }
  });

  it('charges and counts every unit of time to a category, loading apart from what the kernel does later', () => {
    const session = openProgram(file);
    const first = session.running.machine.ledger.entries();
    expect(first.filter((e) => e.category === 'load').reduce((sum, e) => sum + e.units, 0)).toBeGreaterThan(session.time * 0.9);
    expect(first.map((e) => e.category)).not.toContain('kernel');
    expect(session.complete).toBe(false);
    runToEnd(session);
    const entries = session.running.machine.ledger.entries();
    expect(session.complete).toBe(true);
    expect(entries.filter((e) => e.category === 'load')).toEqual(first.filter((e) => e.category === 'load'));
    expect(entries.reduce((sum, e) => sum + e.units, 0)).toBe(session.time);
    expect(entries.filter((e) => e.kind === 'counted').reduce((sum, e) => sum + e.units, 0)).toBe(session.retired);
  });
});

describe('stepping', () => {
  const grains: readonly Grain[] = ['host', 'instruction', 'block', 'event'];
  it.each(grains)('back undoes forward, by %s', (grain) => {
    const session = openProgram('gcd.mips');
    runToEnd(session);
    session.seek(Math.floor(session.known.retired / 3));
    stepForward(session, grain, 0);
    const from = session.retired,
      hash = session.hash();
    const { halt } = stepForward(session, grain, 0);
    expect(session.retired).toBeGreaterThan(from);
    expect(halt.why).not.toBe('exit');
    stepBack(session, grain, 0);
    expect(session.retired).toBe(from);
    expect(session.hash()).toBe(hash);
  });

  it('by micro-step walks through the instruction without changing it', () => {
    const session = openProgram('gcd.mips');
    session.seek(1000);
    const hash = session.hash();
    let micro = 0,
      steps = 0;
    do {
      const { moment } = stepForward(session, 'micro', micro);
      micro = moment.micro;
      if (micro > 0) expect(session.hash()).toBe(hash);
      steps++;
    } while (micro > 0);
    expect(session.retired).toBe(1001);
    expect(steps).toBeGreaterThanOrEqual(3);
    const back = stepBack(session, 'micro', 0);
    expect(back).toEqual({ retired: 1000, micro: steps - 1 });
  });

  it('lands on guest instructions one by one, as many as were counted', () => {
    const session = openProgram('gcd.mips', { mode: 'interpret' });
    let marks = 0;
    while (stepForward(session, 'instruction', 0).halt.why === 'mark') marks++;
    expect(session.ended).toBe(true);
    expect(session.guestRetired).toBeGreaterThan(10);
    expect(Math.abs(marks - session.guestRetired)).toBeLessThanOrEqual(1);
  });
});

describe('inputs', () => {
  it('are repeated on replay', () => {
    const session = openProgram('console.mips', { stdin: null });
    const give = (text: string): void => {
      while (session.advance(session.retired + 1_000_000).why === 'count');
      expect(session.waits).toBe(true);
      session.give({ kind: 'stdin', bytes: encodeUtf8(text) });
    };
    give('Ada\n');
    give('12\n');
    give('30\n');
    session.give({ kind: 'stdin', bytes: null });
    runToEnd(session);
    const text = decodeUtf8(session.running.stdout),
      hash = session.hash();
    expect(text).toContain('Ada');
    session.seek(0);
    expect(session.running.stdout.length).toBe(0);
    expect(session.typed()).toEqual([]);
    runToEnd(session);
    const [name, first] = session.typed().map(({ at, bytes }) => [text.slice(0, at), decodeUtf8(bytes)]);
    expect(name).toEqual(['What is your name? ', 'Ada\n']);
    expect(first).toEqual([expect.stringMatching(/an empty line ends\.\n$/), '12\n']);
    expect(decodeUtf8(session.running.stdout)).toBe(text);
    expect(session.hash()).toBe(hash);
  });

  it('given in the past cut the future off, and a fork has its own', () => {
    const session = openProgram('console.mips', { stdin: null });
    while (session.advance(session.retired + 1_000_000).why === 'count');
    const asked = session.retired;
    const fork = session.fork();
    expect(fork.hash()).toBe(session.hash());
    session.give({ kind: 'stdin', bytes: encodeUtf8('Ada\n') });
    fork.give({ kind: 'stdin', bytes: encodeUtf8('Grace\n') });
    for (const branch of [session, fork]) while (branch.advance(branch.retired + 1_000_000).why === 'count');
    expect(decodeUtf8(session.running.stdout)).toContain('Ada');
    expect(decodeUtf8(fork.running.stdout)).toContain('Grace');
    session.seek(asked - 10);
    session.give({ kind: 'knob', id: session.level.knobs[0]!.id, value: 3 });
    expect(session.known.retired).toBe(asked - 10);
  });

  it('given before a bookmark make it forgotten', () => {
    const session = openProgram('console.mips', { stdin: null });
    while (session.advance(session.retired + 1_000_000).why === 'count');
    session.approach(session.retired - 10);
    const past = session.retired - 6000;
    const other = openProgram('console.mips', { stdin: null });
    for (const branch of [session, other]) {
      branch.seek(past);
      branch.give({ kind: 'knob', id: 'threshold', value: 3 });
      branch.seek(past + 5900);
    }
    expect(session.hash()).toBe(other.hash());
  });
});

describe('a step', () => {
  it('is one guest instruction, also where pages have to come in first', () => {
    for (const mode of ['interpret', 'translate']) {
      const session = openProgram('checksum.mips', { mode });
      for (let n = 1; n <= 20; n++) {
        stepForward(session, 'instruction', 0);
        expect(session.guestRetired, `${mode}, step ${n}`).toBe(n);
      }
    }
  });
});
