/** Layouts of the operating-system level: what is drawn follows from the view, stays inside, and says the same in words and in the table. */
import { describe, expect, it } from 'vitest';
import * as allocation from '../../../src/panels/allocation/layout.ts';
import * as containers from '../../../src/panels/containers/layout.ts';
import { actsFor, startupUnits, status } from '../../../src/panels/containers/manage.ts';
import { lookedAt } from '../../../src/panels/containers/state.ts';
import * as images from '../../../src/panels/images/layout.ts';
import * as overlay from '../../../src/panels/overlay/layout.ts';
import type { BoxMark, Mark, MarksScene, TextMark } from '../../../src/panels/shared/marks.ts';
import * as shares from '../../../src/panels/shares/layout.ts';
import * as memory from '../../../src/panels/shares/memory.ts';
import { LIMITS } from '../../../src/panels/shares/scales.ts';
import * as syscall from '../../../src/panels/syscall/layout.ts';
import { feed, NOTHING, lastLine } from '../../../src/panels/terminal/layout.ts';
import * as made from './fixtures.ts';

const wide = { width: 800, height: 210 },
  narrow = { width: 366, height: 300 };
const job = { chosen: 'job', unitsPerMicro: 100 };
const boxes = (scene: MarksScene, cls: string): BoxMark[] =>
  scene.marks.filter((m): m is BoxMark => m.k === 'box' && m.cls.split(' ').includes(cls));
const words = (scene: MarksScene): string[] => scene.marks.filter((m): m is TextMark => m.k === 'text').map((m) => m.text);

const scenes: readonly (readonly [string, MarksScene])[] = [wide, narrow].flatMap((size) => [
  [`truths ${size.width}`, containers.layout(made.processes, size, { chosen: 'job' })] as const,
  [`hundred ${size.width}`, containers.layout(made.hundred, size, { chosen: 'c77' })] as const,
  [`shares ${size.width}`, shares.layout(made.cgroups, size, job)] as const,
  [`fine ${size.width}`, shares.layout(made.fine, size, job)] as const,
  [`memory ${size.width}`, memory.layout(made.cgroups, size, { chosen: 'job' })] as const,
  [`overlay ${size.width}`, overlay.layout(made.layers, size)] as const,
  [`syscall ${size.width}`, syscall.layout(made.call, size)] as const,
  [`allocation ${size.width}`, allocation.layout(made.allocation, size, { chosen: 'job' })] as const,
]);

describe.each(scenes)('%s', (_name, scene) => {
  it('has unique ids and stays inside its width', () => {
    const ids = scene.marks.map((m: Mark) => `${m.k}:${m.id}`);
    expect(new Set(ids).size).toBe(ids.length);
    for (const m of scene.marks) {
      if (m.k === 'box') {
        expect(m.x, m.id).toBeGreaterThanOrEqual(0);
        expect(m.x + m.width, m.id).toBeLessThanOrEqual(scene.width + 0.5);
      }
      if (m.k === 'text') expect(m.x, m.id).toBeLessThanOrEqual(scene.width);
    }
    expect(JSON.stringify(scene)).not.toContain('NaN');
  });
  it('says it in words', () => expect(scene.says).toMatch(/^\w[^]*\.$/));
});

describe('one kernel, several truths', () => {
  const scene = containers.layout(made.processes, wide, { chosen: 'job' });
  it('puts the two numbers of one process on one row', () => {
    for (const [host, inside] of [
      [4117, 1],
      [4118, 2],
      [4203, 1],
      [4210, 2],
    ] as const) {
      const row = scene.marks.find((m) => m.k === 'box' && m.id === `p-${host}`) as BoxMark;
      const inner = scene.marks.find((m) => m.k === 'box' && m.id === `in-${host}`) as BoxMark;
      expect(inner.y).toBe(row.y);
      expect((scene.marks.find((m) => m.k === 'text' && m.id === `inpid-${host}`) as TextMark).text).toBe(String(inside));
    }
    expect(scene.marks.some((m) => m.id === 'in-1')).toBe(false);
  });
  it('a process stands in its own room, and the line to it passes behind the other', () => {
    const room = (id: string) => scene.marks.find((m) => m.k === 'box' && m.id === `room-${id}`) as BoxMark;
    for (const [pid, id] of [
      [4118, 'web'],
      [4210, 'job'],
    ] as const) {
      const inner = scene.marks.find((m) => m.k === 'box' && m.id === `in-${pid}`) as BoxMark;
      expect(inner.x).toBeGreaterThan(room(id).x);
      expect(inner.x + inner.width).toBeLessThan(room(id).x + room(id).width);
    }
    const link = (pid: number) => scene.marks.find((m) => m.id === `link-${pid}`) as { cls: string };
    expect([link(4118).cls, link(4203).cls, link(4210).cls]).toEqual(['link', 'link now', 'link behind']);
  });
  it('with a hundred rooms keeps the chosen one and counts the rest', () => {
    // Two rooms have their place on the narrowest page too.
    expect(boxes(containers.layout(made.processes, narrow, { chosen: 'job' }), 'room')).toHaveLength(2);
    const many = containers.layout(made.hundred, wide, { chosen: 'c77' });
    expect(boxes(many, 'room').map((b) => b.id)).toContain('room-c77');
    expect(boxes(many, 'room').length).toBeLessThan(8);
    expect(words(many).filter((t) => /^\d+, \d+ rooms more$/.test(t))).toHaveLength(1);
    expect(many.marks.some((m) => m.id === 'p-180')).toBe(true);
    expect(many.says).toContain('101 processes on one kernel');
    expect(containers.table(made.hundred).rows).toHaveLength(101);
  });
});

describe('shares', () => {
  it('a row shows the share that its slices sum to', () => {
    const scene = shares.layout(made.cgroups, wide, job);
    const w = shares.windowOf(made.cgroups, 100);
    const ran = made.cgroups.slices
      .filter((s) => s.group === '/strata/job' && s.to > w.from)
      .reduce((n, s) => n + Math.min(s.to, w.now) - Math.max(s.from, w.from), 0);
    const share = scene.marks.find((m) => m.id === 'share-/strata/job') as TextMark;
    expect(share.text).toBe(`${Math.round((100 * ran) / (w.now - w.from))} %`);
  });
  it('slices too fine to be told apart become columns of the same area', () => {
    const scene = shares.layout(made.fine, wide, job);
    const columns = scene.marks.find((m) => m.id === 'ran-/strata/job-columns');
    expect(columns?.k).toBe('path');
    const d = columns?.k === 'path' ? columns.d : '';
    const heights = [...d.matchAll(/h1\.5v([\d.]+)z/g)].map((m) => Number(m[1]));
    const mean = heights.reduce((a, b) => a + b, 0) / heights.length;
    expect(mean / 26).toBeCloseTo(0.25, 1);
  });
  it('throttling is drawn where it was', () => expect(boxes(shares.layout(made.cgroups, wide, job), 'throttled')).toHaveLength(3));
  it('a limit goes to the text of its file and comes back', () => {
    const group = made.cgroups.groups[3]!;
    for (const limit of LIMITS)
      for (let step = 0; step <= limit.steps; step++) {
        const value = limit.value(step, group);
        const n = value.startsWith('max') ? null : Number(value.split(' ')[0]);
        const back = {
          ...group,
          cpu: { ...group.cpu, weight: n ?? 100, quota: n, period: 100_000 },
          memory: { ...group.memory, max: n },
          pids: { ...group.pids, max: n },
        };
        const big = { ...group, cpu: { ...group.cpu, period: 100_000 } };
        const text = limit.file === 'cpu.max' ? limit.value(step, big) : value;
        const again =
          limit.file === 'cpu.max'
            ? { ...back, cpu: { ...back.cpu, quota: text.startsWith('max') ? null : Number(text.split(' ')[0]) } }
            : back;
        expect(limit.at(again), `${limit.file} ${step}`).toBe(step);
      }
    expect(LIMITS[1]!.value(6, { ...group, cpu: { ...group.cpu, period: 100_000 } })).toBe('25000 100000');
  });
  it('says who was killed where', () => {
    const group = made.cgroups.groups[3]!;
    const killed = { ...group, memory: { ...group.memory, events: { ...group.memory.events, max: 3, oom: 1, oom_kill: 1 } } };
    expect(memory.sentence(killed)).toContain('killed 1 process inside job, and nobody else');
  });
});

describe('layers', () => {
  const scene = overlay.layout(made.layers, wide);
  it('reads each path from the highest layer that shows it', () => {
    const by = (path: string) => overlay.sourceOf(made.layers, path)?.name ?? null;
    expect(['/etc/conf', '/bin/sh', '/var/log', '/etc/issue', '/none'].map(by)).toEqual(['upper', 'lower 1', 'lower 0', null, null]);
    expect(words(scene)).toContain('gone');
  });
  it('draws the copy up from its layer into the upper one, once, and only when it is new', () => {
    expect(scene.marks.some((m) => m.k === 'travel')).toBe(true);
    expect(words(scene).filter((t) => t === 'new copy')).toHaveLength(1);
    const later = overlay.layout({ ...made.layers, fresh: false }, wide);
    expect(later.marks.some((m) => m.k === 'travel')).toBe(false);
    expect(words(later)).toContain('copy');
  });
  it('changed files have a column before others', () => {
    const few = overlay.columnsOf(made.layers, 3);
    expect([...few].sort()).toEqual(['/etc/conf', '/etc/issue', '/tmp/out']);
  });
});

describe('a system call', () => {
  it('has a gate for each step, in order', () => {
    const gates = boxes(syscall.layout(made.call, narrow), 'gate');
    expect(gates).toHaveLength(made.call.steps.length);
    const places = gates.map((g) => g.y * 1000 + g.x);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });
  it('names the refusal', () => {
    const refused = {
      ...made.call,
      result: '-1 EPERM',
      steps: [made.call.steps[0]!, { kind: 'permission' as const, text: 'CAP_SYS_ADMIN: not held: EPERM', allowed: false, units: 8 }],
    };
    expect(syscall.layout(refused, wide).says).toContain('Refused: CAP_SYS_ADMIN');
    expect(boxes(syscall.layout(refused, wide), 'refused')).toHaveLength(1);
  });
});

describe('allocation', () => {
  it('is on one scale: widths are shares of the whole machine', () => {
    const scene = allocation.layout(made.allocation, wide, { chosen: null });
    const width = (id: string) => (scene.marks.find((m) => m.k === 'box' && m.id === id) as BoxMark).width;
    const whole = width('held-/strata/web') / 0.7;
    expect(width('throttled-/strata/job') / whole).toBeCloseTo(0.4, 2);
    expect(width('waits-/strata/web') / whole).toBeCloseTo(0.2, 2);
    expect(width('frames-/strata/job') / whole).toBeCloseTo(41 / 512, 2);
    expect(width('idle') / whole).toBeCloseTo(0.1, 2);
  });
});

describe('terminal', () => {
  it('is given what was added, and everything anew when the past is another', () => {
    const first = feed(made.terminal, NOTHING);
    expect(first.reset).toBe(true);
    const longer = { ...made.terminal, bytes: new Uint8Array([...made.terminal.bytes, 104, 105]) };
    const next = feed(longer, first.shown);
    expect([next.reset, [...next.bytes]]).toEqual([false, [104, 105]]);
    expect(feed(made.terminal, next.shown).reset).toBe(true);
    expect(feed({ ...longer, container: 'web' }, next.shown).reset).toBe(true);
    const other = { ...longer, bytes: longer.bytes.map((b, i) => (i === 3 ? 65 : b)) };
    expect(feed(other, next.shown).reset).toBe(true);
  });
  it('reads the last line without control sequences', () =>
    expect(lastLine(new TextEncoder().encode('a\r\n\u001b[1;32mready\u001b[0m\n'))).toBe('ready'));
});

describe('containers', () => {
  const one = made.containers.containers[0]!;
  it('offers what its state allows', () => {
    expect(actsFor(one).map((a) => a.deed)).toEqual(['pause', 'kill']);
    expect(actsFor({ ...one, status: 'stopped' }).map((a) => a.deed)).toEqual(['delete']);
    expect(startupUnits(one)).toBe(9350);
    expect(status({ ...one, status: 'stopped', exit: { status: 137, sentence: null } })).toBe('ended with status 137');
  });
  it('looks at the chosen one while it lives', () => {
    expect([lookedAt(['a', 'b'], 'b'), lookedAt(['a', 'b'], 'c'), lookedAt([], 'c')]).toEqual(['b', 'a', null]);
  });
  it('a new one is refused with a sentence, or made', () => {
    const wish = { id: 'web', image: 'app', command: 'sh -c "echo a b"', own: ['pid' as const] };
    expect(images.toAction(wish, ['web'])).toBe('There is a container named web already.');
    expect(images.toAction({ ...wish, id: '-x' }, [])).toContain('begins with');
    expect(images.toAction({ ...wish, command: '  ' }, [])).toContain('which command');
    expect(images.toAction(wish, [])).toEqual({
      act: 'create',
      id: 'web',
      image: 'app',
      args: ['sh', '-c', 'echo a b'],
      namespaces: ['pid'],
      start: true,
    });
    expect(images.freeName(['room1', 'room2'])).toBe('room3');
    expect(images.imagesOf(made.containers.containers)).toEqual([{ image: 'app', containers: ['web', 'job'] }]);
  });
});
