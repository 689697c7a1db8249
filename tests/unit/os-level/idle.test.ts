/** While everything waits or stands still, time jumps to the next moment that changes something: it never creeps there. */
import { describe, expect, test } from 'vitest';
import type { KernelEvent } from '../../../src/kernel/kernel.ts';
import { host, room, run } from './run.ts';

/** Runs with every event of the kernel gathered. */
function events(make: (h: ReturnType<typeof host>) => void, seconds: number): { list: KernelEvent[]; h: ReturnType<typeof host> } {
  const h = host(),
    list: KernelEvent[] = [];
  h.running.onEvent = (event) => list.push(event);
  make(h);
  run(h, seconds);
  return { list, h };
}
const count = (list: readonly KernelEvent[], kind: string): number => list.filter((e) => e.kind === kind).length;

describe('idle time', () => {
  const scenes: readonly (readonly [string, (h: ReturnType<typeof host>) => void])[] = [
    ['one throttled group', (h) => void room(h, 'a', ['cpuhog', '3'], { limits: { 'cpu.max': '20000 100000' } })],
    [
      'a shell whose children are throttled with it',
      (h) => void room(h, 'a', ['sh', '-c', 'hostname; ps; echo x >>/etc/hosts; cpuhog 1'], { limits: { 'cpu.max': '20000 100000' } }),
    ],
    [
      'two throttled groups with other periods',
      (h) => {
        room(h, 'a', ['cpuhog', '3'], { limits: { 'cpu.max': '2000 10000' } });
        room(h, 'b', ['cpuhog', '3'], { limits: { 'cpu.max': '7000 70000' } });
      },
    ],
    [
      'a throttled group and one that sleeps',
      (h) => {
        room(h, 'a', ['cpuhog', '3'], { limits: { 'cpu.max': '1000 100000' } });
        room(h, 'b', ['sh', '-c', 'sleep 0.03; sleep 0.03; sleep 0.03; sleep 3']);
      },
    ],
  ];
  test.each(scenes)('%s: no jump leads nowhere', (_name, make) => {
    const { list, h } = events(make, 1.5),
      jumps = list.filter((e) => e.kind === 'idle');
    expect(jumps.length).toBeGreaterThan(0);
    // Charges of choosing can carry the clock past a moment by some tens of units, no more.
    for (const jump of jumps) expect(Number(jump.data['until'])).toBeGreaterThan(jump.time - 1000);
    // Each jump ends in something that happened: a period's end, or a sleeper that wakes and calls or exits.
    expect(jumps.length).toBeLessThanOrEqual(count(list, 'unthrottle') + count(list, 'syscall.return') + 2);
    const idle = h.running.machine.ledger
      .entries()
      .filter((e) => e.category === 'idle')
      .reduce((sum, e) => sum + e.units, 0);
    expect(idle / h.running.machine.time).toBeGreaterThan(0.4);
  });

  test('the jumps are as long as the standing still', () => {
    const { list } = events((h) => void room(h, 'a', ['cpuhog', '3'], { limits: { 'cpu.max': '20000 100000' } }), 1.05);
    const jumps = list.filter((e) => e.kind === 'idle');
    expect(jumps.length).toBe(count(list, 'throttle'));
    expect(jumps.length).toBeGreaterThanOrEqual(10);
    for (const jump of jumps) expect((Number(jump.data['until']) - jump.time) / 100_000_000).toBeCloseTo(0.08, 2);
  });
});
