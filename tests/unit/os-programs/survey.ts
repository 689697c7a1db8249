/**
 * How far the kernel agrees with the recordings: `node tests/unit/os-programs/survey.mjs [busybox|containers|busybox-mipsel [words] | --debts]`.
 * Prints each section's count; with words, the differing lines of the sections whose name holds them (and of `#3`: of their third line only); with --debts instead,
 * writes what does not agree in the recordings of i386 to debts.json. Not a test.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { busybox } from '../../oracle/os-packages.mjs';
import { levelOf, recording, runLine, same } from './records.ts';
import type { Recorded, RecordedSection, RecordingName, Result } from './records.ts';

const show = (name: string, text: string): string => text.replace(/^/gm, `  ${name} `).replace(/\s*$/, '');

function difference({ command, ...wanted }: Recorded, got: Result): string {
  const parts = [`$ ${command}`];
  for (const key of ['stdout', 'stderr'] as const)
    if (got[key] !== wanted[key]) parts.push(show(`${key} wanted`, wanted[key]), show(`${key} got   `, got[key].slice(0, 600)));
  if (got.status !== wanted.status) parts.push(`  status wanted ${wanted.status}, got ${got.status}`);
  return parts.join('\n');
}

function attempt(architecture: 'i386' | 'mipsel', applets: readonly string[], section: RecordedSection, command: string): Result {
  const level = levelOf(section.place, architecture);
  if (!level) return { stdout: '', stderr: 'strata: no such level yet\n', status: -1 };
  try {
    return runLine(level, busybox(architecture), applets, section, command);
  } catch (error) {
    return { stdout: '', stderr: `strata failed: ${(error as Error).stack?.split('\n').slice(0, 4).join(' / ')}\n`, status: -1 };
  }
}

const architectureOf = (which: RecordingName): 'i386' | 'mipsel' => (which.endsWith('mipsel') ? 'mipsel' : 'i386');

/** The lines of a section that do not agree, in words and by themselves. */
function differing(
  architecture: 'i386' | 'mipsel',
  applets: readonly string[],
  section: RecordedSection,
  only: readonly number[],
): { readonly command: string; readonly told: string }[] {
  return section.commands.flatMap((line, i) => {
    if (only.length > 0 && !only.includes(i + 1)) return [];
    const got = attempt(architecture, applets, section, line.command);
    return same(got, line) ? [] : [{ command: line.command, told: difference(line, got) }];
  });
}

const DEBTS = new URL('debts.json', import.meta.url);
/** Reasons are written by hand into the list, and kept when it is written again. */
const UNKNOWN = 'not looked at yet';
const reasons = JSON.parse(readFileSync(DEBTS, 'utf8')) as Record<string, Record<string, string>>;

function survey(which: RecordingName, words: readonly string[], tell: boolean): Record<string, Record<string, string>> {
  const { applets, sections } = recording(which),
    owed: Record<string, Record<string, string>> = {},
    only = words.filter((word) => word.startsWith('#')).map((word) => Number(word.slice(1))),
    names = words.filter((word) => !word.startsWith('#'));
  let agree = 0,
    all = 0;
  for (const section of sections) {
    if (names.length > 0 && !names.some((word) => section.name.includes(word))) continue;
    const start = process.hrtime.bigint(),
      wrong = differing(architectureOf(which), applets, section, only);
    if (wrong.length > 0)
      owed[section.name] = Object.fromEntries(wrong.map(({ command }) => [command, reasons[section.name]?.[command] ?? UNKNOWN]));
    agree += section.commands.length - wrong.length;
    all += section.commands.length;
    console.log(
      `${section.name}: ${section.commands.length - wrong.length} of ${section.commands.length} (${(process.hrtime.bigint() - start) / 1_000_000n} ms)`,
    );
    if (tell) console.log(wrong.map(({ told }) => told).join('\n'));
  }
  console.log(`${which}: ${agree} of ${all} lines agree`);
  return owed;
}

const [first = 'busybox', ...words] = process.argv.slice(2);
if (first === '--debts') {
  // Those for MIPS are kept as they stand.
  const mipsel = Object.fromEntries(Object.entries(reasons).filter(([section]) => section.endsWith('(mipsel)')));
  const owed = Object.assign(mipsel, ...(['busybox', 'containers', 'applets', 'system'] as const).map((name) => survey(name, [], false)));
  writeFileSync(DEBTS, `${JSON.stringify(owed, null, 1)}\n`);
} else survey(first as RecordingName, words, words.length > 0);
