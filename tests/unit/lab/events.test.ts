/** Events of a run: what is found when few are kept is what is found when all are; and a run full of them stays quick. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { EventLog } from '../../../src/lab/events.ts';
import { lastEvent, toEvent } from '../../../src/lab/reach.ts';
import type { Session } from '../../../src/lab/session.ts';
import { timelineView } from '../../../src/lab/timelineView.ts';
import type { Event } from '../../../src/levels/level.ts';
import { openProgram, runToEnd } from './support.ts';

/** A session that keeps only so many events whole. */
function keeping(file: string, limit: number): Session {
  const session = openProgram(file, { stdin: 'Ada\n12\n30\n' });
  Object.assign(session, { events: new EventLog(limit) });
  return session;
}

describe.each(['sort.mips', 'console.mips', 'files.i386'])('%s', (file) => {
  const all = keeping(file, 1e9),
    few = keeping(file, 3);
  runToEnd(all);
  runToEnd(few);
  const { events } = all.events.newest;
  const kinds = [...new Set(events.map(({ kind }) => kind))];

  it('counts every event, and keeps few', () => {
    expect(few.events.length).toBe(events.length);
    for (const kind of kinds) expect(few.events.count(kind)).toBe(events.filter((event) => event.kind === kind).length);
    expect(few.events.newest.events).toEqual(events.slice(few.events.newest.before));
    expect(few.events.newest.events.length).toBeLessThan(7);
    expect(timelineView(few.level, few.history.samples, few.events)).toEqual(timelineView(all.level, all.history.samples, all.events));
  });

  it('finds the event before any moment, and any event by its number', () => {
    const random = new Random(17);
    for (let i = 0; i < 12; i++) {
      const before = random.below(all.known.retired),
        wanted = i % 2 === 0 ? () => true : (kind: string) => kind === kinds[i % kinds.length];
      expect(lastEvent(few, before, wanted)).toBe(events.findLast((e) => e.retired < before && wanted(e.kind))?.retired ?? 0);
      const event = events[random.below(events.length)]!,
        same = events.filter(({ kind }) => kind === event.kind);
      few.seek(random.below(all.known.retired));
      expect(toEvent(few, { kind: event.kind, nth: same.indexOf(event) + 1 })).toBe(true);
      expect([few.retired, few.events.moment().happened]).toEqual([event.retired, expect.any(Number)]);
      expect(few.events.moment().happened).toBeGreaterThan(events.indexOf(event));
    }
    expect(toEvent(few, { kind: kinds[0]!, nth: events.length + 1 })).toBe(false);
  });

  it('forgets the future that an input in the past has cut off', () => {
    few.seek(Math.floor(all.known.retired / 2));
    const { happened } = few.events.moment();
    few.give({ kind: 'stdin', bytes: new Uint8Array([33, 10]) });
    expect(few.events.length).toBe(happened);
    for (const kind of kinds) expect(few.events.total(kind)).toBe(few.events.count(kind));
    runToEnd(few);
    expect(few.events.length).toBe(few.events.moment().happened);
  });
});

describe('a run full of events', () => {
  const log = new EventLog();
  const event = (i: number): Event => ({ kind: i % 1000 === 0 ? 'output' : 'syscall', time: 10 * i, retired: 9 * i, data: {} });
  const MANY = 1_000_000;
  for (let i = 0; i < MANY; i++) log.record(event(i));

  it('keeps a bounded number of them, the newest', () => {
    const { events, before } = log.newest;
    expect(before + events.length).toBe(MANY);
    expect(events.length).toBeLessThanOrEqual(100_000);
    expect(events.at(-1)).toEqual(event(MANY - 1));
  });

  it('is drawn with the rare ones beside the many, spread over the whole time', () => {
    const level = openProgram('gcd.mips').level;
    const end = 10 * MANY;
    const sample = { retired: 9 * MANY, time: end, guest: 0, categories: new Float64Array(20) };
    const { markers, hidden } = timelineView(level, [{ ...sample, retired: 0, time: 0 }, sample], log);
    expect(hidden + markers.length).toBe(MANY);
    for (const kind of ['output', 'syscall']) {
      const times = markers.filter((marker) => marker.kind === kind).map(({ time }) => time);
      expect(times.length).toBeGreaterThan(25);
      expect(times.length).toBeLessThanOrEqual(80);
      const gaps = times.map((time, i) => (times[i + 1] ?? end) - time);
      expect(Math.max(...gaps)).toBeLessThan(end / 20);
    }
  });

  it('goes back, and forgets what came after', () => {
    const other = new EventLog(100);
    for (let i = 0; i < 500; i++) other.record(event(i));
    const then = other.moment();
    for (let i = 500; i < 2000; i++) other.record(event(i));
    other.goBack(then);
    for (let i = 500; i < 600; i++) other.record(event(i));
    expect([other.length, other.count('syscall'), other.total('syscall')]).toEqual([2000, 599, 1998]);
    other.forgetFuture();
    expect([other.length, other.total('syscall'), other.newest.events.length]).toEqual([600, 599, 0]);
    other.record(event(600));
    expect(other.newest).toEqual({ events: [event(600)], before: 600 });
    expect(other.shown('syscall').every(({ id }) => id <= 600)).toBe(true);
  });
});
