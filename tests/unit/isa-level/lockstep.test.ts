/**
 * Interpreted and translated MIPS side by side over the supplied programs: equal in every register at the head of every
 * block, at equal counts of guest instructions, with every combination of knobs that changes what the translator does.
 */
import { describe, expect, test } from 'vitest';
import { boot, collect, lockstep, output, runToEnd, supplied, suppliedNames } from './support.ts';

const KNOBS: readonly (readonly [string, Readonly<Record<string, number | boolean>>])[] = [
  ['at the first run', { threshold: 1 }],
  ['after 8 runs', { threshold: 8 }],
  ['without chaining', { threshold: 2, chaining: false }],
  ['with a cache of 1 KiB', { threshold: 2, cache: 1 }],
  ['without counting', { threshold: 2, counting: false }],
];

describe('interpreted and translated', () => {
  test.each(suppliedNames())('%s in lockstep', (name) => {
    expect(lockstep(boot(supplied(name), 'interpret'), boot(supplied(name), 'translate', { knobs: { threshold: 2 } }), 2500)).toBeNull();
  });

  test.each(KNOBS)('checksum and sort, translated %s', (_name, knobs) => {
    for (const name of ['checksum', 'selfmod', 'sort']) {
      expect(lockstep(boot(supplied(name), 'interpret'), boot(supplied(name), 'translate', { knobs }), 1500), name).toBeNull();
    }
  });

  test.each(suppliedNames())('%s begins as many guest instructions in either form', (name) => {
    const interpreted = runToEnd(boot(supplied(name), 'interpret')),
      translated = runToEnd(boot(supplied(name), 'translate', { knobs: { threshold: 3 } }));
    expect(output(translated)).toEqual(output(interpreted));
    expect(translated.machine.guestRetired).toBe(interpreted.machine.guestRetired);
    if (interpreted.machine.guestRetired > 5000) expect(translated.machine.retired).toBeLessThan(interpreted.machine.retired / 2);
  });

  test('a difference is found and named', () => {
    const reference = boot(supplied('checksum'), 'interpret'),
      other = boot(supplied('checksum'), 'translate');
    other.machine.run({ retired: 600 });
    other.process.emulator.setWord(17, 0x1234);
    expect(lockstep(reference, other, 4000)).toMatch(/^after \d+ guest instructions, before 400[0-9a-f]{3}: s1 is 10010000 and 1234$/);
  });
});

describe('what the translator does', () => {
  test('blocks of a loop are translated after the threshold, then linked', () => {
    const running = boot(supplied('checksum'), 'translate', { knobs: { threshold: 8 } });
    const events = collect(running);
    runToEnd(running);
    const translated = events.filter((event) => event.kind === 'translate');
    expect(translated[0]!.data).toMatchObject({ address: 0x400018, instructions: 5 });
    expect(events.some((event) => event.kind === 'chain' && event.data['from'] === 0x400018 && event.data['to'] === 0x400018)).toBe(true);
    expect(running.counters()['isa.blocks.translated']).toBe(translated.length);
  });

  test('a cache that is too small is flushed, again and again, and the result is the same', () => {
    const running = runToEnd(boot(supplied('sort'), 'translate', { knobs: { threshold: 1, cache: 1 } }));
    expect(running.counters()['isa.flushes']).toBeGreaterThan(2);
    expect(output(running)).toEqual(output(runToEnd(boot(supplied('sort'), 'interpret'))));
  });

  test('code that is written loses its translation', () => {
    const running = boot(supplied('selfmod'), 'translate', { knobs: { threshold: 1 } });
    const events = collect(running);
    runToEnd(running);
    expect(events.filter((event) => event.kind === 'invalidate').length).toBeGreaterThan(0);
    expect(output(running)).toEqual(output(runToEnd(boot(supplied('selfmod'), 'interpret'))));
  });

  test('a knob turned in the middle changes the cost, not the result', () => {
    const expected = output(runToEnd(boot(supplied('sieve'), 'interpret')));
    const running = boot(supplied('sieve'), 'translate', { knobs: { threshold: 2 } });
    running.machine.run({ retired: 20_000 });
    running.setKnob('chaining', false);
    running.machine.run({ retired: 40_000 });
    running.setKnob('cache', 2);
    running.setKnob('threshold', 50);
    running.machine.run({ retired: 60_000 });
    running.setKnob('chaining', true);
    expect(output(runToEnd(running))).toEqual(expected);
  });

  test('every unit of time is in the ledger', () => {
    for (const mode of ['interpret', 'translate']) {
      const { machine } = runToEnd(boot(supplied('hanoi'), mode));
      const entries = machine.ledger.entries();
      expect(entries.reduce((sum, entry) => sum + entry.units, 0)).toBe(machine.time);
      expect(entries.filter((entry) => entry.kind === 'counted').reduce((sum, entry) => sum + entry.units, 0)).toBe(machine.retired);
    }
  });
});
