/** Every cue of the container lecture, run for real: at its moment the machine shows what its sentence says. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import '../../../src/lab/late.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { OS_SCENE } from '../../../src/lessons/os-scene.ts';
import type { Cue } from '../../../src/lessons/cue.ts';
import type { OsViews } from '../../../src/protocol/os-views.ts';
import type { CaptionView } from '../../../src/protocol/views.ts';

const bytes = new Uint8Array(readFileSync(new URL('../../../public/programs/os/rooms.tar', import.meta.url)));
type Seen = OsViews & { readonly caption: CaptionView };

function at(cue: Cue): Seen {
  const lab = new Lab();
  const options = { level: 'os', mode: cue.mode, knobs: {}, args: ['/bin/sh'], stdin: null };
  lab.handle({ op: 'open', source: { kind: 'supplied', id: 'rooms', bytes }, options });
  for (const action of cue.acts ?? []) lab.handle({ op: 'act', action });
  if (!('event' in cue.moment)) throw new Error('a cue of this scene is an event');
  lab.handle({ op: 'seek', event: { kind: cue.moment.event, nth: cue.moment.nth } });
  const names = ['os.containers', 'os.processes', 'os.cgroups', 'os.layers', 'os.syscall', 'os.allocation', 'caption'];
  lab.handle({ op: 'watch', views: Object.fromEntries(names.map((name) => [name, {}])) });
  const push = lab.update();
  if (push.push !== 'update') throw new Error('no update');
  return push.views as unknown as Seen;
}

const group = (seen: Seen, room: string) => seen['os.cgroups'].groups.find((g) => g.container === room)!;
const between = (n: number, low: number, high: number): void => {
  expect(n).toBeGreaterThanOrEqual(low);
  expect(n).toBeLessThanOrEqual(high);
};

const SHOWS: Readonly<Record<string, (seen: Seen) => void>> = {
  'Two servers, or so they think': (seen) => {
    expect(seen['os.processes'].rooms.map((room) => room.container)).toEqual(['main', 'job']);
    expect(seen['os.processes'].processes.filter((p) => p.inside.at(-1)?.pid === 1)).toHaveLength(2);
  },
  'One process, two numbers': (seen) => {
    const { processes, current } = seen['os.processes'],
      now = processes.find((p) => p.pid === current)!;
    expect([now.name, now.container]).toEqual(['ps', 'job']);
    expect(now.inside.at(-1)!.pid).not.toBe(now.pid);
  },
  'A question, followed': (seen) => {
    const { steps, result, container } = seen['os.syscall'];
    expect(container).toBe('job');
    for (const kind of ['enter', 'namespace', 'permission', 'cgroup', 'file', 'return'])
      expect(steps.map((step) => step.kind)).toContain(kind);
    expect(result).toMatch(/^\d+$/);
  },
  'What did the room cost?': (seen) => {
    const job = seen['os.containers'].containers.find((c) => c.id === 'job')!;
    expect(job.startup.length).toBeGreaterThan(4);
    expect(job.startup.reduce((sum, phase) => sum + phase.units, 0)).toBeGreaterThan(1000);
  },
  'Two that want everything': (seen) => {
    const [main, job] = seen['os.allocation'].holders;
    between(main!.cpu, 0.23, 0.27);
    between(job!.cpu, 0.73, 0.77);
  },
  'A quota is not a weight': (seen) => {
    const { cpu } = group(seen, 'main');
    expect(cpu.throttled).toBe(2);
    between(seen['os.allocation'].holders[0]!.cpu, 0.19, 0.21);
    expect(seen['os.allocation'].idle).toBeGreaterThan(0.7);
  },
  'Too much memory': (seen) => {
    expect(group(seen, 'main').memory.events.oom_kill).toBe(1);
    expect(group(seen, 'job').memory.events.oom_kill).toBe(0);
    expect(seen.caption.done).toContain('memhog');
  },
  'A bomb in a box': (seen) => {
    const { pids } = group(seen, 'main');
    expect([pids.current, pids.max, pids.refused]).toEqual([8, 8, 1]);
    expect(group(seen, 'job').pids.current).toBe(1);
  },
  'Read what is shared, write a copy': (seen) => {
    const upper = seen['os.layers'].layers.find((layer) => layer.writable)!;
    expect(upper.files.find((file) => file.path === '/etc/hosts')?.change).toBe('copied up');
    expect(seen['os.layers'].layers.map((layer) => layer.source)).toEqual(expect.arrayContaining(['app', 'base']));
  },
  'Who holds the machine?': (seen) => {
    const [main, job] = seen['os.allocation'].holders;
    expect(main!.cpuWaiting).toBeGreaterThan(0.2);
    expect(job!.cpuThrottled).toBeGreaterThan(0.2);
  },
};

describe.each(OS_SCENE.cues.map((cue) => [cue.title, cue] as const))('%s', (title, cue) => {
  it('shows what it says, in words too', () => {
    const seen = at(cue);
    SHOWS[title]!(seen);
    for (const words of [seen.caption.done, seen.caption.next]) {
      expect(words.length).toBeGreaterThan(12);
      expect(words).not.toMatch(/The instruction at|undefined|null|\[object/);
    }
  });
});
