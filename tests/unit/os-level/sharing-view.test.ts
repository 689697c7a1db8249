/** What the views say of shared pages, against the page tables themselves. */
import { expect, test } from 'vitest';
import type { ContainersView, LayersView } from '../../../src/protocol/os-views.ts';
import { groupOf, host, room, run } from './run.ts';

test('which pages of image files containers share, and who pays', () => {
  const h = host();
  room(h, 'clock', ['cpuhog', '9']);
  const a = room(h, 'a', ['sleep', '5']),
    b = room(h, 'b', ['sleep', '5']);
  run(h, 0.1);
  const { running } = h,
    { kernel: k } = running;
  const layers = running.view('os.layers', { container: 'b' }) as unknown as LayersView,
    { containers } = running.view('os.containers', {}) as unknown as ContainersView;
  const sleep = layers.cached!.find((f) => f.path === '/bin/sleep')!,
    hog = layers.cached!.find((f) => f.path === '/bin/cpuhog')!;
  expect(sleep.mappedBy).toEqual([
    { container: 'a', pages: sleep.pages.length },
    { container: 'b', pages: sleep.pages.length },
  ]);
  expect(sleep.chargedTo).toEqual([{ group: a.c.cgroup, pages: sleep.pages.length }]);
  expect(hog.mappedBy.map((one) => one.container)).toEqual(['clock']);
  const space = k.spaceOf(k.processes.get(b.c.pid)!),
    [text] = space.regions.filter((r) => r.file);
  for (const { page, frame } of sleep.pages) expect(space.peek(text!.start + page * 4096 - text!.file!.offset)).toBe(frame * 4096);
  expect(layers.pages).toEqual({ referenced: 2 * sleep.pages.length + hog.pages.length, held: sleep.pages.length + hog.pages.length });
  for (const c of containers) {
    const { own, cache, cacheShared, tables } = c.frames!;
    expect(cacheShared).toBe(c.id === 'clock' ? 0 : sleep.pages.length);
    const pays = c.id === 'b' ? 0 : cache;
    expect((own + tables + pays) * 4096).toBe(groupOf(h, { c: running.runtime.get(c.id)!, tty: 0 }).memory.current);
  }
});
