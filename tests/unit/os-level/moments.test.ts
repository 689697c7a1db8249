/**
 * A retired count names one state of a machine with several processes, whatever is due just there (the end of a quota's period, a
 * timer, time that jumps while all wait): reached by stops at events, by stops at counts, forwards and backwards.
 */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { Session } from '../../../src/lab/session.ts';
import { OS_EVENTS, osLevel } from '../../../src/levels/os/level.ts';
import type { OsAction } from '../../../src/protocol/os-views.ts';

const bytes = new Uint8Array(readFileSync(new URL('../../../public/programs/os/rooms.tar', import.meta.url)));

function open(acts: readonly OsAction[]): Session {
  const session = new Session(
    osLevel,
    { name: 'rooms', bytes },
    { mode: 'container', knobs: {}, args: ['rooms', '/bin/sh'], env: [], files: {}, stdin: null, memory: 32 * 1024 * 1024 },
  );
  for (const act of acts) session.act(JSON.stringify(act));
  return session;
}

const LIVELY: readonly OsAction[] = [
  { act: 'create', id: 'job', image: 'image', args: ['/bin/sh'], start: true },
  { act: 'limit', id: 'main', file: 'cpu.max', value: '20000 100000' },
  { act: 'type', id: 'main', text: 'cpuhog 1 main\n' },
  { act: 'type', id: 'job', text: '(sleep 0.02; echo woken) & sleep 0.03; ps\n' },
];

/** A page fault interrupts an instruction that is then taken up again: its moment has begun, and no count names the middle of it. */
const KINDS = new Set(OS_EVENTS.map(({ kind }) => kind).filter((kind) => kind !== 'pagefault'));

it('is the same after a stop at an event as after a stop at its count', () => {
  const session = open(LIVELY),
    seen = new Map<number, string>();
  for (let i = 0; i < 160; i++) {
    const halt = session.advance(session.retired + 50_000_000, { atEvents: KINDS });
    if (halt.why !== 'event') break;
    seen.set(session.retired, session.hash());
  }
  expect(session.events.newest.events.some((e) => e.kind === 'throttle')).toBe(true);
  const other = open(LIVELY);
  for (const [retired, hash] of seen) {
    other.advance(retired);
    expect([other.retired, other.hash()]).toEqual([retired, hash]);
  }
  for (const [retired, hash] of [...seen].toReversed().filter((_, i) => i % 7 === 0)) {
    other.seek(retired);
    expect([other.retired, other.hash()]).toEqual([retired, hash]);
  }
});

it('is the same with acts in the past, scrubbed over in any order', () => {
  const session = open(LIVELY);
  session.advance(9000);
  session.act(JSON.stringify({ act: 'pause', id: 'main' } satisfies OsAction));
  session.advance(30_000);
  session.act(JSON.stringify({ act: 'resume', id: 'main' } satisfies OsAction));
  session.act(JSON.stringify({ act: 'type', id: 'job', text: 'hostname\n' } satisfies OsAction));
  session.advance(400_000);
  const hashes = new Map<number, string>(),
    random = new Random(4);
  for (let i = 0; i < 40; i++) {
    const retired = random.below(400_000);
    session.seek(retired);
    const known = hashes.get(session.retired) ?? session.hash();
    hashes.set(session.retired, known);
    expect(session.hash()).toBe(known);
  }
  const fresh = open(LIVELY);
  fresh.replayInputs(session.inputs());
  for (const [retired, hash] of [...hashes].toSorted((a, b) => a[0] - b[0])) {
    fresh.seek(retired);
    expect([fresh.retired, fresh.hash()]).toEqual([retired, hash]);
  }
});

it('does not depend on whether a line is typed at once or key by key', () => {
  const hashes = [['hostname\n'], [...'hostname\n'], ['host', 'name\n']].map((parts) => {
    const session = open([LIVELY[0]!]);
    while (session.advance(session.retired + 1_000_000).why === 'count');
    for (const text of parts) session.act(JSON.stringify({ act: 'type', id: 'main', text } satisfies OsAction));
    while (session.advance(session.retired + 1_000_000).why === 'count');
    return [session.time, session.hash()];
  });
  expect(hashes[1]).toEqual(hashes[0]);
  expect(hashes[2]).toEqual(hashes[0]);
});

it('what is typed behind a page fault, before its instruction is done, is repeated there', () => {
  for (let faults = 1; faults <= 12; faults++) {
    const session = open([{ act: 'type', id: 'main', text: 'ls /bin; cpuhog 1 a & ps\n' }]);
    for (let i = 0; i < faults; i++)
      expect(session.advance(session.retired + 50_000_000, { atEvents: new Set(['pagefault']) }).why).toBe('event');
    session.act(JSON.stringify({ act: 'type', id: 'main', text: 'echo hi\n' }));
    session.advance(session.retired + 60_000);
    const again = session.fork();
    expect([again.retired, again.time, again.hash()], `fault ${faults}`).toEqual([session.retired, session.time, session.hash()]);
  }
});
