/**
 * Busybox on Strata, line by line as recorded on real Linux: its shell and applets, namespaces, mounts, overlays and control
 * groups. Lines that do not agree yet stand in the open in debts.json, with the reason (`survey.mjs --debts` writes it); all others must, and a
 * debt that is paid must leave the list when it is next written. Sections whose level is not there yet are skipped.
 */
import { readFileSync, rmSync } from 'node:fs';
import { expect, it } from 'vitest';
import { busyboxIfAny } from '../../oracle/os-packages.mjs';
import type { Level } from '../../../src/levels/level.ts';
import { bundle } from './bundle.mjs';
import type { RecordedSection, RecordingName, Result } from './records.ts';

const bundled = await bundle('records.ts');
const { levelOf, recording, runLine } = (await import(bundled)) as typeof import('./records.ts');
rmSync(bundled);

const debts = JSON.parse(readFileSync(new URL('debts.json', import.meta.url), 'utf8')) as Record<string, Readonly<Record<string, string>>>;
function outcome(level: Level, program: string, applets: readonly string[], section: RecordedSection, command: string): Result {
  const { stdout, stderr, status } = runLine(level, program, applets, section, command);
  return { stdout, stderr, status };
}

/** `every`: only every so many lines of each section, where a level takes long. */
export function agrees(name: RecordingName, every = 1): void {
  const { sections, applets } = recording(name),
    architecture = name.endsWith('mipsel') ? 'mipsel' : 'i386',
    program = busyboxIfAny(architecture);

  it('has lines enough, each recorded once', () => {
    const commands = sections.flatMap((section) => section.commands.map(({ command }) => section.prelude + command));
    expect(new Set(commands).size).toBe(commands.length);
    expect(commands.length).toBeGreaterThanOrEqual(50);
  });

  for (const section of sections) {
    const level = levelOf(section.place, architecture),
      owed = new Set(Object.keys(debts[architecture === 'mipsel' ? `${section.name} (mipsel)` : section.name] ?? {})),
      due = section.commands.filter(({ command }, i) => i % every === 0 && !owed.has(command));
    const missing = program === null ? 'no busybox can be fetched' : level === null ? 'no level of operating systems yet' : null;
    it(`${section.name}: ${due.length} of ${section.commands.length} lines`, { timeout: 300_000 }, (context) => {
      if (missing !== null) return context.skip(missing);
      for (const { command, stdout, stderr, status } of due) {
        expect({ command, ...outcome(level!, program!, applets, section, command) }).toEqual({ command, stdout, stderr, status });
      }
    });
  }
}
