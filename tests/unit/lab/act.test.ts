/** What a learner does beside typing is an input like others: repeated on replay, cut off with the future; what is refused leaves no trace. */
import { expect, it } from 'vitest';
import { decodeUtf8, encodeUtf8 } from '../../../src/bits/utf8.ts';
import type { Session } from '../../../src/lab/session.ts';
import { Refusal } from '../../../src/levels/level.ts';
import { openProgram } from './support.ts';

/** A level whose one action types; anything else is refused. */
function withAct(): Session {
  const session = openProgram('console.mips', { stdin: null });
  const { running } = session;
  running.act = (text) => {
    const action = JSON.parse(text) as { act: string; text: string };
    if (action.act !== 'type') throw new Refusal(`There is no way to ${action.act}.`);
    running.input(encodeUtf8(action.text));
  };
  return session;
}
const toWait = (session: Session): void => {
  while (session.advance(session.retired + 1_000_000).why === 'count');
};
const type = (text: string): string => JSON.stringify({ act: 'type', text });

it('is repeated on replay, from any checkpoint', () => {
  const session = withAct();
  for (const text of ['Ada\n', '12\n', '30\n']) {
    toWait(session);
    session.act(type(text));
  }
  toWait(session);
  const { retired } = session,
    hash = session.hash(),
    text = decodeUtf8(session.running.stdout);
  expect(text).toContain('Ada');
  session.seek(0);
  expect(session.running.stdout).toHaveLength(0);
  session.seek(retired);
  expect([session.hash(), decodeUtf8(session.running.stdout)]).toEqual([hash, text]);
  expect(session.inputs().map((i) => i.input.kind)).toEqual(['act', 'act', 'act']);
});

it('that is refused leaves log, future and state as they were', () => {
  const session = withAct();
  toWait(session);
  session.act(type('Ada\n'));
  toWait(session);
  const known = session.known.retired,
    events = session.events.length;
  session.seek(100);
  const hash = session.hash();
  expect(() => session.act(JSON.stringify({ act: 'fly' }))).toThrow('There is no way to fly.');
  expect([session.hash(), session.known.retired, session.events.length, session.inputs().length]).toEqual([hash, known, events, 1]);
  session.act(type('Grace\n'));
  expect([session.known.retired, session.inputs().length]).toEqual([100, 1]);
});

it('is refused where a level has nothing to do', () => {
  expect(() => openProgram('hanoi.i386').act('{}')).toThrow(Refusal);
});
