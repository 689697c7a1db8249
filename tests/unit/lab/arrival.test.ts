/** What is shown at a moment does not tell how one came there: by a run, by steps of any size, by a seek, or by a link in a fresh page. */
import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from '../../../src/bits/utf8.ts';
import { Lab } from '../../../src/lab/lab.ts';
import type { Grain, Push, Request } from '../../../src/protocol/messages.ts';
import { programBytes } from './support.ts';

const WATCHED = { registers: {}, caption: {}, memory: {}, counts: {}, console: {}, ledger: {} } as const;
function opened(program: string, mode: string): Lab {
  const lab = new Lab();
  const source = { kind: 'supplied', id: program, bytes: programBytes(`${program}.mips`) } as const;
  lab.handle({ op: 'open', source, options: { level: 'isa', mode, knobs: {}, args: [], stdin: null } });
  return lab;
}
function shown(lab: Lab): Partial<Extract<Push, { push: 'update' }>> {
  lab.handle({ op: 'watch', views: WATCHED });
  const { position, views } = lab.update() as Extract<Push, { push: 'update' }>;
  // Why it stands, and how far one has been, are of the way.
  return { position: { ...position, reason: '', knownTime: 0, knownRetired: 0 }, views };
}
const step = (grain: Grain, direction: 1 | -1 = 1): Request => ({ op: 'step', grain, direction });

describe.each(['translate', 'both'])('%s', (mode) => {
  const there = (retired: number): ReturnType<typeof shown> => {
    const fresh = opened('checksum', mode);
    fresh.handle({ op: 'seek', retired });
    return shown(fresh);
  };

  it.each<readonly [string, (lab: Lab) => void]>([
    [
      'a run that is paused',
      (lab) => void (lab.handle({ op: 'run', speed: Infinity }), lab.slice(2100), lab.slice(160), lab.handle({ op: 'pause' })),
    ],
    ['a run at a chosen speed', (lab) => void (lab.handle({ op: 'run', speed: 1 }), lab.sliceGuest(300), lab.handle({ op: 'pause' }))],
    ['a run to the end', (lab) => void (lab.handle({ op: 'run', speed: Infinity }), lab.slice(1e6))],
    ...(['host', 'instruction', 'block', 'event'] as const).map(
      (grain) =>
        [`steps by ${grain}`, (lab: Lab) => [1, 1, 1, 1, 1, 1, -1, 1, 1].forEach((way) => lab.handle(step(grain, way as 1 | -1)))] as const,
    ),
    ['a seek by time', (lab) => void lab.handle({ op: 'seek', time: 60_000 })],
  ])('after %s', (_, go) => {
    const lab = opened('checksum', mode);
    go(lab);
    const { retired } = lab.position();
    expect(retired).toBeGreaterThan(0);
    expect(shown(lab)).toEqual(there(retired));
  });

  it('a step onto a breakpoint says so, because play by steps stops there', () => {
    const lab = opened('checksum', mode);
    lab.handle({ op: 'breakpoints', list: [{ on: 'address', address: 0x40_0018 }] });
    const reasons = Array.from({ length: 40 }, () => {
      lab.handle(step('instruction'));
      return lab.position().reason;
    });
    expect(reasons.filter((why) => why !== '').length).toBeGreaterThan(2);
    expect(new Set(reasons)).toEqual(new Set(['', 'breakpoint at 00400018']));
  });

  it('what was typed at a moment is typed there, from whichever side one comes', () => {
    const lab = opened('console', mode);
    lab.handle({ op: 'run', speed: Infinity });
    lab.slice(1e6);
    const { retired } = lab.position();
    lab.handle({ op: 'input', bytes: encodeUtf8('Ada\n') });
    const typed = shown(lab);
    lab.handle(step('host', -1));
    lab.handle(step('host'));
    expect(lab.position().retired).toBe(retired);
    expect(shown(lab)).toEqual(typed);
  });
});
