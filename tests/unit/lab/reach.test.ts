/** Guest instructions by number: what stepping finds is what `toGuest` reaches, from every side. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { Lab } from '../../../src/lab/lab.ts';
import { toGuest } from '../../../src/lab/reach.ts';
import type { Session } from '../../../src/lab/session.ts';
import { openProgram, programBytes } from './support.ts';

const LAST = 15_000;

/** Where each guest instruction is first about to begin, found from mark to mark. */
function walked(file: string, mode: string, threshold: number): Map<number, number> {
  const session = openProgram(file, { mode, knobs: { threshold }, stdin: 'Ada\n12\n30\n' });
  const first = new Map([[0, 0]]);
  while (session.guestRetired < LAST) {
    const halt = session.advance(session.retired + 1_000_000, { atMark: true });
    if (halt.why !== 'mark' && halt.why !== 'count') break;
    if (halt.why === 'mark' && !first.has(session.guestRetired)) first.set(session.guestRetired, session.retired);
  }
  return first;
}

/** Where marks are met, up to the given count of guest instructions. */
function marks(session: Session, last: number): number[] {
  const met: number[] = [];
  while (session.guestRetired < last && session.advance(session.retired + 1_000_000, { atMark: true }).why === 'mark')
    met.push(session.retired);
  return met;
}

describe('marks', () => {
  it('are met one by one, also where a sample or a checkpoint is taken just there', () => {
    for (const mode of ['interpret', 'translate']) {
      const known = openProgram('sort.mips', { mode });
      known.advance(400_000);
      known.seek(0);
      const met = marks(known, 4000);
      expect(marks(openProgram('sort.mips', { mode }), 4000), mode).toEqual(met);
      const asked: number[] = [];
      const running = openProgram('sort.mips', { mode });
      const stopAt = (): string | null => (asked.push(running.retired) >= met.length ? 'enough' : null);
      while (running.advance(running.retired + 1_000_000, { stopAt }).why === 'count');
      expect(asked, mode).toEqual(met);
    }
  });
});

describe.each([
  ['sort.mips', 'translate', 8],
  ['checksum.mips', 'translate', 1],
  ['selfmod.mips', 'translate', 2],
  ['strings.mips', 'translate', 3],
  ['console.mips', 'translate', 2],
  ['sort.mips', 'interpret', 8],
])('%s, %s', (file, mode, threshold) => {
  it('reaches the start of each guest instruction, from before and from behind', () => {
    const first = walked(file, mode, threshold);
    const counts = [...first.keys()];
    const session = openProgram(file, { mode, knobs: { threshold }, stdin: 'Ada\n12\n30\n' });
    const random = new Random(41);
    const end = counts.at(-1)!;
    for (let i = 0; i < 80; i++) {
      const wanted = i < 10 ? i : i % 3 === 0 ? session.guestRetired + random.below(6) : random.below(end);
      if (wanted > end) continue;
      const reached = counts.findLast((count) => count <= wanted)!;
      toGuest(session, wanted);
      expect([session.guestRetired, session.retired], `guest ${wanted}`).toEqual([reached, first.get(reached)]);
      if (i % 7 === 0) session.advance(session.retired + random.below(40));
    }
  });
});

describe('breakpoints on guest addresses', () => {
  const all = ['sort.mips', 'selfmod.mips', 'strings.mips'].flatMap((file) =>
    ['interpret', 'translate'].map((mode) => [file, mode] as const),
  );
  it.each(all)('%s, %s: every hit of stepping from mark to mark, and no other', (file, mode) => {
    const knobs = { threshold: 3 };
    const slow = openProgram(file, { mode, knobs });
    const met: { pc: number; retired: number; guest: number }[] = [];
    const stopAt = (): null => {
      met.push({ pc: slow.running.guestPc() >>> 0, retired: slow.retired, guest: slow.guestRetired });
      return null;
    };
    while (slow.retired < 60_000 && slow.advance(60_000, { stopAt }).why === 'count');
    // How many begin at a mark shows at the next one: they follow each other in memory.
    const pcs = new Map<number, number[]>();
    met.slice(0, -1).forEach(({ pc, retired, guest }, i) => {
      for (let n = 0; n < Math.max(1, met[i + 1]!.guest - guest); n++) {
        const at = pc + 4 * n;
        pcs.set(at, [...(pcs.get(at) ?? []), retired]);
      }
    });
    const random = new Random(5);
    const known = [...pcs.keys()];
    for (let i = 0; i < 6; i++) {
      const before = new Set([known[random.below(known.length)]!, known[random.below(known.length)]!]);
      const wanted = [...before].flatMap((pc) => pcs.get(pc)!).sort((a, b) => a - b);
      const fast = openProgram(file, { mode, knobs });
      const hits: number[] = [];
      for (let goesOn = false; fast.retired < 60_000 && !fast.ended;) {
        const halt = fast.advance(Math.min(60_000, fast.retired + 1000 + random.below(5000)), { before, goesOn });
        goesOn = halt.why === 'count';
        if (halt.why === 'guest') hits.push(fast.retired);
      }
      expect(
        hits.filter((at) => at < 60_000),
        `${file} ${mode} ${[...before].join()}`,
      ).toEqual(wanted.filter((at) => at < 60_000));
    }
  });

  it('stop the lab there, whatever slices it runs in', () => {
    const lab = new Lab();
    lab.handle({
      op: 'open',
      source: { kind: 'file', name: 'sort', bytes: programBytes('sort.mips') },
      options: { level: 'isa', mode: 'translate', knobs: {}, args: [], stdin: null },
    });
    const session = lab.opened!;
    toGuest(session, 5000);
    const address = session.running.guestPc() >>> 0;
    lab.handle({ op: 'seek', retired: 0 });
    lab.handle({ op: 'breakpoints', list: [{ on: 'address', address }] });
    const hits = [1, 7, 100_000].map((slice) => {
      lab.handle({ op: 'seek', guest: 4800 });
      lab.handle({ op: 'run', speed: Infinity });
      while (lab.slice(slice));
      expect(lab.position().reason).toContain('breakpoint at');
      return lab.position().retired;
    });
    expect(new Set(hits).size).toBe(1);
    expect(lab.position().guestRetired).toBeLessThanOrEqual(5000);
  });
});
