/**
 * How far the kernel agrees with the recordings: `node tests/unit/os-programs/survey.mjs [busybox|containers] [words]`.
 * Prints each section's count; with words, the differing lines of the sections whose name holds them. Not a test.
 */
import { busybox } from '../../oracle/os-packages.mjs';
import { levelOf, recording, runLine, same } from './records.ts';
import type { Recorded, RecordedSection, Result } from './records.ts';

const show = (name: string, text: string): string => text.replace(/^/gm, `  ${name} `).replace(/\s*$/, '');

function difference({ command, ...wanted }: Recorded, got: Result): string {
  const parts = [`$ ${command}`];
  for (const key of ['stdout', 'stderr'] as const) if (got[key] !== wanted[key]) parts.push(show(`${key} wanted`, wanted[key]), show(`${key} got   `, got[key].slice(0, 600)));
  if (got.status !== wanted.status) parts.push(`  status wanted ${wanted.status}, got ${got.status}`);
  return parts.join('\n');
}

function attempt(program: string, applets: readonly string[], section: RecordedSection, command: string): Result {
  const level = levelOf(section.place);
  if (!level) return { stdout: '', stderr: 'strata: no such level yet\n', status: -1 };
  try {
    return runLine(level, program, applets, section, command);
  } catch (error) {
    return { stdout: '', stderr: `strata failed: ${(error as Error).stack?.split('\n').slice(0, 4).join(' / ')}\n`, status: -1 };
  }
}

const [which = 'busybox', ...words] = process.argv.slice(2);
const { applets, sections } = recording(which as 'busybox' | 'containers');
const program = busybox('i386');
let agree = 0,
  all = 0;
for (const section of sections) {
  const told = words.some((word) => section.name.includes(word));
  if (words.length > 0 && !told) continue;
  const differing: string[] = [];
  for (const line of section.commands) {
    const got = attempt(program, applets, section, line.command);
    if (!same(got, line)) differing.push(difference(line, got));
  }
  agree += section.commands.length - differing.length;
  all += section.commands.length;
  console.log(`${section.name}: ${section.commands.length - differing.length} of ${section.commands.length}`);
  if (told) console.log(differing.join('\n'));
}
console.log(`${which}: ${agree} of ${all} lines agree`);
