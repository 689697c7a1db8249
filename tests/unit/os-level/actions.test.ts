/** What a learner does with containers while the machine runs: logged, repeated on the way back, refused without a trace. */
import { describe, expect, test } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import { refusalOf } from '../../../src/lab/refusal.ts';
import type { OsAction } from '../../../src/protocol/os-views.ts';
import { lab, type Lab } from './session.ts';

const outputOf = ({ running }: Lab, id: string): string => latin1(running.consoleOf(running.ttyOf(id)).out.view());
const shown = ({ running }: Lab, name: string): unknown => JSON.parse(JSON.stringify(running.view(name, {})));

/** Actions and how far to run after each. */
const SCRIPT: readonly (readonly [OsAction, number])[] = [
  [{ act: 'create', id: 'a', image: 'image', args: ['cpuhog', '9'], limits: { 'cpu.max': '30000 100000' } }, 700_000],
  [{ act: 'create', id: 'b', image: 'image', args: ['sh'], start: false }, 200_000],
  [{ act: 'start', id: 'b' }, 300_000],
  [{ act: 'type', id: 'b', text: 'hostname; echo typed > /tmp/f; cat /tmp/f\n' }, 900_000],
  [{ act: 'exec', id: 'b', args: ['sh', '-c', 'echo joined; ps'] }, 900_000],
  [{ act: 'limit', id: 'a', file: 'cpu.weight', value: '300' }, 500_000],
  [{ act: 'pause', id: 'a' }, 500_000],
  [{ act: 'resume', id: 'a' }, 500_000],
  [{ act: 'kill', id: 'a', signal: 9 }, 300_000],
  [{ act: 'delete', id: 'a' }, 300_000],
];

describe('actions in a session', () => {
  test('every moment between them is reached again by going back', () => {
    const l = lab('cpuhog 9'),
      { session } = l;
    session.advance(1_000_000);
    const moments: { retired: number; time: number; hash: string }[] = [];
    for (const [action, far] of SCRIPT) {
      l.act(action);
      session.advance(session.retired + far - 1000);
      moments.push({ retired: session.retired, time: session.time, hash: session.hash() });
      session.advance(session.retired + 1000);
    }
    expect(outputOf(l, 'b')).toMatch(/\nb\n.*typed\n/s);
    expect(outputOf(l, 'b')).toContain('joined\n');
    expect(l.running.runtime.containers.map((c) => c.id)).toEqual(['main', 'b']);
    for (const at of [...moments.toReversed(), ...moments.filter((_, i) => i % 3 === 1)]) {
      session.seek(at.retired);
      expect([session.time, session.hash()]).toEqual([at.time, at.hash]);
    }
  }, 60_000);

  test('a second session that is given the same inputs is the same', () => {
    const l = lab('cpuhog 9'),
      { session } = l;
    session.advance(500_000);
    for (const [action, far] of SCRIPT.slice(0, 5)) {
      l.act(action);
      session.advance(session.retired + far);
    }
    const other = session.fork();
    expect([other.retired, other.hash()]).toEqual([session.retired, session.hash()]);
  }, 60_000);

  const BROKEN: readonly (readonly [string, string])[] = [
    ['', 'not JSON'],
    ['null', 'no action'],
    ['[]', 'no action'],
    ['{"act":"fly","id":"main"}', 'called "fly"'],
    ['{"act":"toString","id":"main"}', 'called "toString"'],
    ['{"act":"start","id":"../x"}', 'needs a name'],
    ['{"act":"create","id":"x","image":"image"}', '"args" cannot be left out'],
    ['{"act":"create","id":"x","image":"image","args":"sh"}', '"args" cannot be "sh"'],
    ['{"act":"create","id":"x","image":"image","args":["sh",5]}', '"args"'],
    ['{"act":"create","id":"x","image":"image","args":["sh"],"namespaces":["bogus"]}', '"namespaces"'],
    ['{"act":"create","id":"x","image":"image","args":["sh"],"namespaces":7}', '"namespaces"'],
    ['{"act":"create","id":"x","image":"image","args":["sh"],"capabilities":["toString"]}', 'no capability'],
    ['{"act":"create","id":"x","image":"image","args":["sh"],"limits":{"../memory.max":"1"}}', '"limits"'],
    [JSON.stringify({ act: 'create', id: 'x', image: 'x'.repeat(9999), args: ['sh'] }), '"image" cannot be "xxx'],
    ['{"act":"exec","id":"main"}', '"args"'],
    ['{"act":"exec","id":"main","args":[]}', '"args"'],
    ['{"act":"type","id":"main"}', '"text"'],
    ['{"act":"type","id":"main","text":[null]}', '"text"'],
    ['{"act":"kill","id":"main","signal":1e300}', '"signal"'],
    ['{"act":"limit","id":"main","file":"/etc/passwd","value":"0"}', '"file"'],
    [JSON.stringify({ act: 'limit', id: 'main', file: 'cpu.max', value: 'x'.repeat(999) }), '"value"'],
  ];
  test('what a link may say instead of an action is refused in one short sentence', () => {
    const { session } = lab('cpuhog 9');
    session.advance(100_000);
    const before = session.hash();
    for (const [text, words] of BROKEN) {
      let why = '';
      try {
        session.act(text);
      } catch (problem) {
        why = refusalOf(problem) ?? `not a refusal: ${String(problem)}`;
      }
      expect(why, text.slice(0, 80)).toContain(words);
      expect(why).toMatch(/^[^\n]{10,180}\.$/);
    }
    expect(session.hash()).toBe(before);
  });

  const REFUSED: readonly (readonly [string, OsAction])[] = [
    ['no such image', { act: 'create', id: 'x', image: 'none', args: ['sh'] }],
    ['no such command', { act: 'create', id: 'x', image: 'image', args: ['nothing'] }],
    ['a limit that is none', { act: 'create', id: 'x', image: 'image', args: ['sh'], limits: { 'cpu.weight': '0' } }],
    ['a group without the file', { act: 'create', id: 'x', image: 'image', args: ['sh'], limits: { 'io.max': '1' } }],
    ['too little memory to begin', { act: 'create', id: 'x', image: 'image', args: ['sh'], limits: { 'memory.max': '4096' } }],
    ['a second one of the name', { act: 'create', id: 'main', image: 'image', args: ['sh'] }],
    ['exec of what is not there', { act: 'exec', id: 'main', args: ['nothing'] }],
    ['exec in one that was not started', { act: 'exec', id: 'still', args: ['sh'] }],
    ['starting twice', { act: 'start', id: 'main' }],
    ['deleting what runs', { act: 'delete', id: 'main' }],
    ['a value out of range', { act: 'limit', id: 'main', file: 'memory.max', value: '-1' }],
  ];
  test.each(REFUSED)('%s is refused in one sentence, and nothing has happened', (_name, action) => {
    const l = lab('cpuhog 9'),
      { session } = l;
    l.act({ act: 'create', id: 'still', image: 'image', args: ['sh'], start: false });
    session.advance(400_000);
    const before = { hash: session.hash(), time: session.time, log: session.inputs().length, events: session.events.length };
    expect(() => l.act(action)).toThrow(/^[^\n]*\.$/);
    expect({ hash: session.hash(), time: session.time, log: session.inputs().length, events: session.events.length }).toEqual(before);
    session.advance(600_000);
    const after = session.hash();
    session.seek(100_000);
    session.seek(600_000);
    expect(session.hash()).toBe(after);
  });
});

describe('whose time and memory it is', () => {
  test('what exec brings in counts for the container, also when it has ended', () => {
    const l = lab('cpuhog 9'),
      { session } = l;
    l.act({ act: 'create', id: 'a', image: 'image', args: ['sh'] });
    session.advance(300_000);
    const containers = () => (shown(l, 'os.containers') as { containers: { id: string; ledger: Record<string, number> }[] }).containers;
    const sum = (id: string): number => Object.values(containers().find((c) => c.id === id)!.ledger).reduce((a, b) => a + b, 0);
    const before = sum('a');
    l.act({ act: 'exec', id: 'a', args: ['cpuhog', '0'] });
    l.act({ act: 'exec', id: 'a', args: ['sh', '-c', 'echo one; ls /; echo two'] });
    session.advance(session.retired + 3_000_000);
    expect(outputOf(l, 'a')).toContain('two');
    expect(sum('a')).toBeGreaterThan(before + 20_000);
    const owners = l.running.machine.ledger.entries().flatMap(({ owner, units }) => (units > 0 ? [owner] : []));
    const { containers: all } = l.running.runtime;
    expect([...new Set(owners)].filter((owner) => owner > 1)).toEqual(all.map((c) => c.owner));
    const { ledger, time } = shown(l, 'os.containers') as { ledger: Record<string, number>; time: number };
    expect(Object.values(ledger).reduce((a, b) => a + b, 0)).toBe(time);
  });

  test('a container made while another runs pays for itself', () => {
    const l = lab('cpuhog 9');
    l.session.advance(1_000_000);
    const memory = (id: string): number => l.running.kernel.control.tree.get(`/strata/${id}`)!.memory.current;
    const before = memory('main');
    l.act({ act: 'create', id: 'a', image: 'image', args: ['sh'], start: false });
    expect(memory('main')).toBe(before);
    expect(memory('a')).toBeGreaterThan(0);
  });
});
