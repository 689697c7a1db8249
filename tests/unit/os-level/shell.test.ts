/** The shell of the level's own userland, in a room: what it says it knows, and loops that the terminal breaks. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { decodeUtf8, latin1 } from '../../../src/bits/utf8.ts';
import { lab } from './session.ts';

it('runs what it says it knows, as on a real machine', () => {
  const script = readFileSync(new URL('../../guests-os/shell.sh', import.meta.url), 'utf8');
  const wanted = [...script.matchAll(/^#> ?(.*)$/gm)].map(([, text]) => `${text}\n`).join('');
  const { session } = lab('', { args: ['sh', '-c', script, 'script', 'one', 'two words'] });
  while (session.advance(session.retired + 50_000_000).why === 'count');
  expect(session.ended).toBe(true);
  expect(decodeUtf8(session.running.stdout)).toBe(wanted);
});

it('a loop is broken from the terminal, whether it runs or waits for a program, and the rest of its line with it', () => {
  const { session, running, act } = lab(null);
  const screen = (): string => latin1(running.consoleOf(running.ttyOf('main')).screen.view()).replaceAll('\r', '');
  const type = (text: string): string => {
    const before = screen().length;
    act({ act: 'type', id: 'main', text });
    session.advance(session.retired + 300_000);
    return screen().slice(before);
  };
  session.advance(300_000);
  expect(type('while true; do true; done; echo after\n')).toBe('while true; do true; done; echo after\n');
  expect(type('\u0003')).toBe('^C# ');
  expect(type('echo $?\n')).toBe('echo $?\n130\n# ');
  expect(type('until false; do sleep 100; done\n')).toBe('until false; do sleep 100; done\n');
  expect(type('\u0003')).toBe('^C# ');
  expect(type('for i in 1 2\n')).toBe('for i in 1 2\n> ');
  expect(type('do echo turn $i\ndone\n')).toMatch(/turn 1\nturn 2\n# $/);
});
