/**
 * Time travel at the ISA level: the state at a count of host instructions is the same reached forwards, after going back, in
 * pieces, and in another engine; also in the middle of translation, with a full cache and with code that writes code.
 */
import { describe, expect, test } from 'vitest';
import { hashPlain } from '../../../src/bits/plain.ts';
import { Random } from '../../../src/bits/random.ts';
import type { MachineCheckpoint } from '../../../src/machine/types.ts';
import type { Plain } from '../../../src/levels/level.ts';
import type { RunningIsa } from '../../../src/levels/isa/running.ts';
import { boot, supplied } from './support.ts';

const hashOf = (running: RunningIsa): string => `${running.machine.hash()} ${hashPlain(running.save())} ${running.machine.guestRetired}`;

const PROGRAMS: readonly (readonly [string, Readonly<Record<string, number | boolean>>])[] = [
  ['selfmod', { threshold: 1 }],
  ['sort', { threshold: 2, cache: 2 }],
  ['files', { threshold: 2 }],
  ['hanoi', { threshold: 4, chaining: false }],
];

describe('time travel', () => {
  test.each(PROGRAMS)('%s', (name, knobs) => {
    const random = new Random(9);
    const points = Array.from({ length: 24 }, () => 1 + random.below(40_000)).sort((a, b) => a - b);
    const forward = boot(supplied(name), 'translate', { knobs });
    const kept: { point: number; machine: MachineCheckpoint; level: Plain; hash: string }[] = [];
    for (const point of points) {
      if (forward.exit === null) forward.machine.run({ retired: point });
      kept.push({ point, machine: forward.machine.checkpoint(), level: forward.save(), hash: hashOf(forward) });
    }
    // Back to a moment, then forward again over others.
    for (let n = 0; n < 12; n++) {
      const from = random.below(kept.length),
        to = from + random.below(kept.length - from);
      forward.machine.restore(kept[from]!.machine);
      forward.restore(kept[from]!.level);
      expect(hashOf(forward), `restored at ${kept[from]!.point}`).toBe(kept[from]!.hash);
      if (forward.exit === null) forward.machine.run({ retired: kept[to]!.point });
      expect(hashOf(forward), `from ${kept[from]!.point} to ${kept[to]!.point}`).toBe(kept[to]!.hash);
    }
    // In one go, and by the reference engine.
    const straight = boot(supplied(name), 'translate', { knobs });
    straight.machine.engine = 'step';
    straight.machine.run({ retired: kept[10]!.point });
    expect(hashOf(straight)).toBe(kept[10]!.hash);
  });
});
