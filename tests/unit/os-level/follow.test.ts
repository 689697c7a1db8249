/** A system call followed: what its steps say, and that their units are what it was charged. */
import { describe, expect, test } from 'vitest';
import type { CallView } from '../../../src/protocol/os-views.ts';
import { KERNEL_COSTS } from '../../../src/kernel/costs.ts';
import { lab, type Lab } from './session.ts';

const view = ({ running }: Lab, container?: string): CallView | null =>
  running.view('os.syscall', container === undefined ? {} : { container }) as unknown as CallView | null;
const sum = (call: CallView): number => call.steps.reduce((total, { units }) => total + units, 0);

describe('a system call', () => {
  test('steps of every finished call add up to what it cost, and all calls to no more than the kernel took', () => {
    const l = lab('hostname > /tmp/h; cat /tmp/h; ls /; mkdir /tmp/x; ps; (echo a; echo b) | wc');
    const seen = new Map<number, CallView>();
    while (!l.session.ended && l.session.retired < 4_000_000) {
      l.session.advance(l.session.retired + 20_000, { atEvents: new Set(['syscall.return']) });
      const call = view(l);
      if (call && call.result !== null) seen.set(call.number, call);
    }
    expect(seen.size).toBeGreaterThan(60);
    for (const call of seen.values()) {
      expect([call.text, sum(call)]).toEqual([call.text, call.kernel + call.containment]);
      expect(call.kernel).toBeGreaterThanOrEqual(KERNEL_COSTS.syscall.units);
      expect(call.steps.at(-1)!.text).toBe(call.result);
    }
    const total = (category: string): number =>
      l.running.machine.ledger.entries().reduce((all, e) => all + (e.category === category ? e.units : 0), 0);
    const calls = [...seen.values()];
    expect(calls.reduce((all, c) => all + c.kernel + c.containment, 0)).toBeLessThanOrEqual(total('kernel') + total('containment'));
    // A copy of bytes is a word an iteration: two calls that differ in nothing else differ by that.
    const write = calls.find((c) => c.name === 'write' && /"strata/.test(c.text))!;
    expect(write.steps.some((s) => s.kind === 'cgroup')).toBe(true);
  });

  test('one that waits shows what it was charged so far, and goes on where it was', () => {
    const l = lab('read x; echo $x', { stdin: null });
    l.session.advance(3_000_000);
    expect(l.session.waits).toBe(true);
    const waiting = view(l, 'main')!;
    expect([waiting.name, waiting.result]).toEqual(['read', null]);
    expect(waiting.steps.at(-1)!.text).toContain('waits');
    expect(sum(waiting)).toBe(waiting.kernel + waiting.containment);
    expect(sum(waiting)).toBeGreaterThanOrEqual(KERNEL_COSTS.syscall.units);
    l.session.give({ kind: 'stdin', bytes: Uint8Array.from([104, 105, 10]) });
    const done = view(l, 'main')!;
    expect([done.number, done.name]).toEqual([waiting.number, 'read']);
    expect(done.steps.slice(0, waiting.steps.length)).toEqual(waiting.steps);
    expect(sum(done)).toBe(done.kernel + done.containment);
    expect(done.kernel).toBeGreaterThan(waiting.kernel);
  });

  test('two that wait at once are not mixed up', () => {
    const l = lab('read x; echo got $x', { stdin: null });
    l.act({ act: 'create', id: 'b', image: 'image', args: ['sh', '-c', 'read y; echo had $y'] });
    l.session.advance(3_000_000);
    const a = view(l, 'main')!,
      b = view(l, 'b')!;
    expect([a.name, b.name]).toEqual(['read', 'read']);
    expect(a.pid).not.toBe(b.pid);
    l.session.give({ kind: 'stdin', bytes: Uint8Array.from([104, 10]) });
    expect(view(l, 'main')!.number).toBe(a.number);
    expect(view(l, 'b')).toEqual(b);
  });

  test('what is kept of calls is the same after going back', () => {
    const l = lab('hostname; sleep 0.001; ls /; cat /etc/hosts; sleep 0.01; ps');
    l.session.advance(1_000_000);
    const at = l.session.retired,
      hash = l.session.hash();
    for (const back of [10_000, 60_000, 30_000]) {
      l.session.seek(back);
      l.session.seek(at);
      expect(l.session.hash()).toBe(hash);
    }
  });
});
