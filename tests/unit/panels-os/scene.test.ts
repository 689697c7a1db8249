/** The lecture scene of the operating-system level: cues at different places, acts that are acts, regions that the lab has. */
import { expect, it } from 'vitest';
import { REGIONS } from '../../../src/client/stores.ts';
import { decodeLink, encodeLink } from '../../../src/client/link.ts';
import { OS_SCENE } from '../../../src/lessons/os-scene.ts';
import { cueLink } from '../../../src/pages/present/cues.ts';
import type { OsAction } from '../../../src/protocol/os-views.ts';

it('has 8 to 12 cues with words of their own, in regions that there are', () => {
  expect(OS_SCENE.cues.length).toBeGreaterThanOrEqual(8);
  expect(OS_SCENE.cues.length).toBeLessThanOrEqual(12);
  for (const word of ['title', 'say'] as const) expect(new Set(OS_SCENE.cues.map((c) => c[word])).size).toBe(OS_SCENE.cues.length);
  for (const cue of OS_SCENE.cues) expect(REGIONS).toContain(cue.focus);
});

it('acts only on containers that are there by then', () => {
  for (const cue of OS_SCENE.cues) {
    const there = new Set(['main']);
    for (const text of cue.acts ?? []) {
      const act = JSON.parse(text) as OsAction;
      if (act.act === 'create') there.add(act.id);
      else expect(there, cue.title).toContain(act.id);
    }
  }
});

it('a cue is a link, with its acts', () => {
  OS_SCENE.cues.forEach((cue, i) => {
    const text = encodeLink(cueLink(cue, i, 'isa'));
    const back = decodeLink(text);
    if (!back.ok || back.link.page !== 'lab') throw new Error(text);
    expect(back.link.lab?.inputs.map((input) => input.act)).toEqual(cue.acts ?? []);
    expect(back.link.lab?.focus).toBe(cue.focus);
  });
});
