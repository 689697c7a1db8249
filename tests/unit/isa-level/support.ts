/** Runs MIPS programs at the ISA level for tests: boot, run to the end, compare two runs instruction by instruction. */
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { latin1 } from '../../../src/bits/utf8.ts';
import { NPC, PC, MIPS_REGISTERS, HI, LO } from '../../../src/isa/mips/state.ts';
import { isaLevel } from '../../../src/levels/isa/level.ts';
import { RunningIsa } from '../../../src/levels/isa/running.ts';
import type { Event } from '../../../src/levels/level.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
export const supplied = (name: string): Uint8Array => new Uint8Array(readFileSync(`${ROOT}public/programs/isa/${name}.mips`));
export const suppliedNames = (): string[] =>
  readdirSync(`${ROOT}public/programs/isa`)
    .filter((name) => name.endsWith('.mips'))
    .map((name) => name.slice(0, -5));

export interface Options {
  readonly knobs?: Readonly<Record<string, number | boolean>>;
  readonly args?: readonly string[];
  readonly stdin?: string;
}

export function boot(bytes: Uint8Array, mode: string, options: Options = {}): RunningIsa {
  return isaLevel.boot(
    { name: 'program', bytes },
    {
      mode,
      knobs: options.knobs ?? {},
      args: ['program', ...(options.args ?? [])],
      env: ['MOOD=calm'],
      files: {},
      stdin: Buffer.from(options.stdin ?? '', 'latin1'),
      memory: 32 << 20,
    },
  ) as RunningIsa;
}

export function runToEnd(running: RunningIsa, limit = 400_000_000): RunningIsa {
  while (running.exit === null && running.machine.retired < limit)
    running.machine.run({ retired: Math.min(limit, running.machine.retired + 20_000_000) });
  return running;
}

export const output = (running: RunningIsa): { stdout: string; stderr: string; status: number | null } => ({
  stdout: latin1(running.stdout),
  stderr: latin1(running.stderr),
  status: running.exit?.status ?? null,
});

/** General registers, HI, LO and the program counter. */
export function guestState(running: RunningIsa): number[] {
  const { emulator } = running.process,
    place = emulator.place(),
    values = emulator.recovered(place);
  const words = Array.from({ length: 73 }, (_, word) => (word === PC || word === NPC ? 0 : (values.get(word) ?? emulator.word(word))));
  return [...words, place.pc];
}
export const wordName = (index: number): string =>
  MIPS_REGISTERS[index] ?? (index === HI ? 'hi' : index === LO ? 'lo' : index === 73 ? 'pc' : `word ${index}`);

/** One guest instruction on (or several, where several begin together). */
export const stepGuest = (running: RunningIsa): void => {
  running.machine.run({ retired: Infinity, atMark: true });
};

/**
 * Runs two forms of one program side by side; where the second stands at the head of a block, both must agree in every
 * register and in the number of guest instructions. Null, or the first divergence.
 */
export function lockstep(reference: RunningIsa, other: RunningIsa, most: number): string | null {
  let checks = 0;
  while (other.exit === null && other.machine.guestRetired < most) {
    stepGuest(other);
    if (other.exit !== null || !other.atBlockStart()) continue;
    const target = other.machine.guestRetired;
    while (reference.exit === null && reference.machine.guestRetired < target) stepGuest(reference);
    if (reference.machine.guestRetired !== target)
      return `the reference ended after ${reference.machine.guestRetired} instructions, the other has begun ${target}`;
    const a = guestState(reference),
      b = guestState(other);
    const different = a.findIndex((value, i) => value !== b[i]);
    if (different >= 0)
      return `after ${target} guest instructions, before ${a[73]!.toString(16)}: ${wordName(different)} is ${a[different]!.toString(16)} and ${b[different]!.toString(16)}`;
    checks++;
  }
  while (reference.exit === null && other.exit !== null) stepGuest(reference);
  if (other.exit !== null && latin1(reference.stdout) !== latin1(other.stdout)) return 'outputs differ';
  return checks > 0 ? null : 'nothing was compared';
}

export function collect(running: RunningIsa): Event[] {
  const events: Event[] = [];
  running.onEvent = (event) => events.push(event);
  return events;
}
