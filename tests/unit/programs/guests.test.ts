/** The test guests: every one is recorded from both real systems, which agree with each other. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { guests } from '../../oracle/guests.mjs';

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}
const recorded = JSON.parse(readFileSync(new URL('../../vectors/guests.json', import.meta.url), 'utf8')) as {
  guests: Readonly<Record<string, { runs: Record<string, Run> }>>;
};

it('are all recorded', () => expect(Object.keys(recorded.guests)).toEqual(guests()));

it.each(Object.entries(recorded.guests))('%s: MIPS and i386 print the same', (_name, { runs }) => {
  expect(runs.mips!.stdout.length).toBeGreaterThan(0);
  expect(runs.mips).toEqual(runs.i386);
});
