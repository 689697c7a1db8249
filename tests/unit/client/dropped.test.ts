/** What a dropped file is, from its first bytes. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { joinTyped } from '../../../src/client/act.ts';
import { argsFor, levelOf } from '../../../src/client/dropped.ts';

const read = (path: string): Uint8Array => new Uint8Array(readFileSync(new URL(`../../../public/programs/${path}`, import.meta.url)));

it('knows the lab of each kind of file; what says nothing stays where one is', () => {
  expect(levelOf(read('isa/hello.mips'), 'os')).toBe('isa');
  expect(levelOf(read('os/bin/sh'), 'isa')).toBe('os');
  expect(levelOf(read('os/rooms.tar'), 'isa')).toBe('os');
  expect(levelOf(Uint8Array.of(0x1f, 0x8b, 8, 0), 'isa')).toBe('os');
  for (const odd of [new Uint8Array(0), Uint8Array.of(0x7f), Uint8Array.of(0x7f, 0x45, 0x4c, 0x46), new Uint8Array(600)])
    expect([levelOf(odd, 'isa'), levelOf(odd, 'os')]).toEqual(['isa', 'os']);
});

it('starts a shell in an image and in busybox, and any other program as it is', () => {
  expect(argsFor('os', read('os/rooms.tar'))).toEqual(['/bin/sh']);
  expect(argsFor('os', read('os/bin/ls'))).toEqual([]);
  const busybox = new Uint8Array([...read('os/bin/ls'), ...[...'BusyBox v1.35.0'].map((c) => c.charCodeAt(0))]);
  expect(argsFor('os', busybox)[0]).toBe('sh');
  expect(argsFor('isa', busybox)).toEqual([]);
});

it('joins keys of one moment and one terminal into a line, and nothing else', () => {
  const key = (retired: number, id: string, text: string) => ({ retired, act: JSON.stringify({ act: 'type', id, text }) });
  const pause = { retired: 5, act: JSON.stringify({ act: 'pause', id: 'a' }) };
  const joined = joinTyped([key(5, 'a', 'l'), key(5, 'a', 's\n'), key(5, 'b', 'x'), pause, key(5, 'b', 'y'), key(6, 'b', 'z')]);
  expect(joined).toEqual([key(5, 'a', 'ls\n'), key(5, 'b', 'x'), pause, key(5, 'b', 'y'), key(6, 'b', 'z')]);
});
