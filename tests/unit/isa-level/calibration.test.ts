/**
 * The translator's weights are what the same work takes when it is written in C and run on the simulated machine over real MIPS
 * code (tests/calibration). Source, binary and table belong together.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { decodeUtf8 } from '../../../src/bits/utf8.ts';
import { parseElf } from '../../../src/formats/elf.ts';
import { ISA_COSTS } from '../../../src/levels/isa/costs.ts';
import { native } from '../../../src/levels/native/native.ts';
import { hashOfSources } from '../../calibration/build.mjs';
import { supplied } from './support.ts';

const here = fileURLToPath(new URL('../../calibration/', import.meta.url));
const binary = new Uint8Array(readFileSync(`${here}translator.i386`));

/** Instructions an operation, by its name, for the code of one program. */
function counted(program: string): Readonly<Record<string, number>> {
  const file = supplied(program),
    { offset, size } = parseElf(file).sections.find(({ name }) => name === '.text')!;
  const running = native.boot(
    { name: 'translator', bytes: binary },
    { mode: 'direct', knobs: {}, args: ['translator'], env: [], files: {}, stdin: file.subarray(offset, offset + size), memory: 32 << 20 },
  );
  while (running.exit === null) running.machine.run({ retired: running.machine.retired + 10_000_000 });
  expect(running.exit).toMatchObject({ status: 0 });
  const lines = decodeUtf8(running.stdout).trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => {
      const [name = '', done, units] = line.split(' ');
      return [name.replaceAll('-', ' ').replace('micro op', 'micro-op').replace('look up', 'look-up'), Number(units) / Number(done)];
    }),
  );
}

describe('calibrated weights of the translator', () => {
  it('binary and source belong together', () => {
    const recorded = JSON.parse(readFileSync(`${here}translator.json`, 'utf8')) as { sources: string; binary: string };
    expect(recorded).toEqual({ sources: hashOfSources(), binary: createHash('sha256').update(binary).digest('hex') });
  });
  it('are what the compiled code takes, rounded', () => {
    const found = counted('sort');
    const table = Object.fromEntries(Object.entries(ISA_COSTS).map(([name, { units, mark }]) => [name, { units, mark }]));
    expect(
      Object.fromEntries(Object.entries(found).map(([name, units]) => [name, { units: Math.round(units), mark: 'calibrated' }])),
    ).toEqual(table);
  });
  it('hardly depend on which program is translated', () => {
    for (const program of ['matrix', 'strings'])
      for (const [name, units] of Object.entries(counted(program)))
        expect(Math.abs(units / ISA_COSTS[name as keyof typeof ISA_COSTS].units - 1), name).toBeLessThan(0.07);
  });
});
