/**
 * Supplied programs and test guests on the levels that run them: the same bytes and the same status as recorded from the
 * real systems. i386 programs run at the native level, MIPS programs at the ISA level in each of its modes.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { latin1 } from '../../../src/bits/utf8.ts';
import type { Level } from '../../../src/levels/level.ts';
import { LEVELS } from '../../../src/levels/registry.ts';
import { guest, guests } from '../../oracle/guests.mjs';
import type { Isa } from '../../oracle/guests.mjs';

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number;
}
interface Recorded {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly env: readonly string[];
  readonly runs: Readonly<Record<string, Run>>;
}

const json = (path: string): unknown => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));
const supplied = (json('../../vectors/programs.json') as { programs: Record<string, Recorded> }).programs;
const recordedGuests = (json('../../vectors/guests.json') as { guests: Record<string, Recorded> }).guests;
const binary = (id: string, isa: Isa): string => new URL(`../../../public/programs/isa/${id}.${isa}`, import.meta.url).pathname;

/** Host instructions after which a program is taken to hang. */
const LIMIT = 2_000_000_000;

function runOn(level: Level, mode: string, path: string, { args, stdin, env }: Recorded): Run {
  const running = level.boot(
    { name: path, bytes: readFileSync(path) },
    { mode, knobs: {}, args: [path, ...args], env, files: {}, stdin: Buffer.from(stdin, 'latin1'), memory: 32 << 20 },
  );
  while (running.exit === null && running.machine.retired < LIMIT) {
    const stop = running.machine.run({ retired: running.machine.retired + 20_000_000 });
    if (stop.why === 'shutdown' || running.waitsForInput) break;
  }
  return { stdout: latin1(running.stdout), stderr: latin1(running.stderr), status: running.exit?.status ?? -1 };
}

const WHERE: readonly (readonly [level: string, isa: Isa])[] = [
  ['native', 'i386'],
  ['isa', 'mips'],
];

for (const [name, isa] of WHERE) {
  const level = LEVELS.find((l) => l.name === name);
  describe.skipIf(!level).each(level?.modes ?? [])(`level ${name}, $label`, ({ id: mode }) => {
    const ours = Object.entries(supplied).filter(([, { runs }]) => runs[isa]);
    it.each(ours)('%s', (id, recorded) => {
      expect(runOn(level!, mode, binary(id, isa), recorded)).toEqual(recorded.runs[isa]);
    });

    it.for(guests())('guest %s', (guestName, context) => {
      const path = guest(guestName, isa),
        recorded = recordedGuests[guestName]!;
      if (!path) {
        context.skip(`no compiler with its library for ${isa}`);
        return;
      }
      const { stdout, stderr, status } = runOn(level!, mode, path, recorded);
      expect({ stdout, status }).toEqual({ stdout: recorded.runs[isa]!.stdout, status: recorded.runs[isa]!.status });
      // The system's own words about a fatal signal are not the program's.
      if (status < 128) expect(stderr).toBe(recorded.runs[isa]!.stderr);
    });
  });
}
