/** The timeline's layout: x is linear in time, pieces of the strip fill it, labels never lie on each other. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeTimeline, layoutTimeline, niceEnd, type TimelineInput } from '../../../src/panels/timeline/layout.ts';

const size = { width: 1100, height: 108 };
const base: TimelineInput = {
  view: {
    end: 10_000,
    complete: true,
    hidden: 0,
    phases: [{ from: 0, to: 4000, label: 'interpreting' }],
    markers: [],
    strip: [
      { from: 0, to: 2500, shares: { guest: 1 } },
      { from: 2500, to: 10_000, shares: { guest: 0.25, decode: 0.75 } },
    ],
  },
  now: 5000,
  knownTime: 10_000,
  shapes: { t: 'translate' },
  order: (c) => ['guest', 'decode'].indexOf(c),
};
const marker = (id: number, time: number, kind = 't') => ({ id, kind, label: `translate block ${id}`, time, retired: time });

const area = (path: string): number =>
  [...path.matchAll(/h(-?[\d.]+)v([\d.]+)h-/g)].reduce((sum, m) => sum + Number(m[1]) * Number(m[2]), 0);

describe('the timeline', () => {
  it('puts now in proportion to time', () => {
    const scene = layoutTimeline(base, size);
    expect(scene.now).toBeCloseTo((scene.left + scene.right) / 2, 6);
    expect(scene.end).toBe(10_000);
    expect(layoutTimeline({ ...base, now: 0 }, size).now).toBe(scene.left);
  });

  it('begins after loading when that took long, says so, and leaves room for the words', () => {
    const view = { ...base.view, strip: [{ from: 6000, to: 10_000, shares: { guest: 1 } }] };
    const scene = layoutTimeline({ ...base, view }, size);
    expect([scene.start, scene.before]).toEqual([6000, 'loaded by 6,000']);
    expect(Math.min(...scene.ticks.map((tick) => tick.x))).toBeGreaterThan(scene.left + 110);
    expect(layoutTimeline(base, size).before).toBe(null);
  });

  it('ends where the run ends, once that is known', () => {
    expect(layoutTimeline(base, size).end).toBe(10_000);
    expect(layoutTimeline({ ...base, view: { ...base.view, complete: false } }, size).end).toBeGreaterThan(10_000);
  });

  it('covers the strip exactly: area by category is share times time', () => {
    const scene = layoutTimeline(base, size);
    const whole = (scene.right - scene.left) * scene.rows.stripHeight;
    expect(area(scene.strip[0]!.path) / whole).toBeCloseTo(0.25 + 0.75 * 0.25, 2);
    expect(area(scene.strip[1]!.path) / whole).toBeCloseTo(0.75 * 0.75, 2);
  });

  it('never lets labels lie on each other or on a marker', () => {
    const times = fc.array(fc.nat(10_000), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 320, max: 1800 }), (list, width) => {
        const markers = list.toSorted((a, b) => a - b).map((time, id) => marker(id, time, id % 3 === 0 ? 't' : 'u'));
        const scene = layoutTimeline({ ...base, view: { ...base.view, markers } }, { width, height: 108 });
        const spans = scene.markers.flatMap((m) => {
          const own: { id: number; from: number; to: number }[] = [{ id: m.id, from: m.x - 6, to: m.x + 6 }];
          const text = m.label.length * 7;
          if (m.side === 'right') own.push({ id: m.id, from: m.x + 10, to: m.x + 10 + text });
          if (m.side === 'left') own.push({ id: m.id, from: m.x - 10 - text, to: m.x - 10 });
          return own;
        });
        for (const a of spans)
          for (const b of spans) {
            const labels = a.to - a.from > 12.5 || b.to - b.from > 12.5;
            if (a.id !== b.id && labels) expect(a.to <= b.from || a.from >= b.to).toBe(true);
          }
      }),
      { seed: 11, numRuns: 120 },
    );
  });

  it('keeps the axis still while the run grows a little', () => {
    expect(niceEnd(6000)).toBe(7500);
    expect(niceEnd(6500)).toBe(7500);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (known) => {
        expect(niceEnd(known)).toBeGreaterThan(known);
        expect(niceEnd(known)).toBeLessThan(Math.max(101, known * 1.8));
      }),
      { seed: 3 },
    );
  });

  it('says in words what it shows', () => {
    const scene = layoutTimeline({ ...base, view: { ...base.view, markers: [marker(0, 100), marker(1, 9000)] } }, size);
    expect(describeTimeline(scene, { t: 'translate' })).toBe('Now at host time 5,000 of 10,000. Marked: 2 translate.');
  });
});
