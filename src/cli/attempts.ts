/** `strata attempts`: attempts to interfere and to escape, each tried inside a container and outside. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BATTERIES } from '../levels/registry.ts';
import { type Options, Usage } from './options.ts';
import { writeAll } from './run.ts';

const { attempts: ATTEMPTS, tryAttempt } = BATTERIES.os;
type Tried = ReturnType<typeof tryAttempt>;
type Outcome = Tried['inside'];

/** Our own programs, below the folder in which the command runs (npm runs it in the package's). */
const FOLDER = 'public/programs/os/bin';

function programs(): Record<string, Uint8Array> {
  try {
    return Object.fromEntries(readdirSync(FOLDER).map((name) => [name, new Uint8Array(readFileSync(join(FOLDER, name)))]));
  } catch {
    throw new Usage(`The programs of the attempts are not at ${FOLDER}: run the command in Strata's own folder.`);
  }
}

/** The line that tells: the one that shows success, else the last. */
function tellingLine({ output, after, status }: Outcome, success: string): string {
  const lines = (after === '' ? output : after).split('\n').filter((line) => line !== ''),
    text = (lines.find((line) => new RegExp(success).test(line)) ?? lines.at(-1) ?? '').trim();
  return text === '' || status === 137 ? `${text} (status ${status ?? 'none: it still runs'})`.trim() : text;
}

function told({ attempt, inside, outside, contained }: Tried): string {
  const verdict = contained ? `contained by: ${attempt.heldBy}` : inside.succeeded && outside.succeeded ? 'not contained' : 'no control';
  return `${attempt.title} (${attempt.id}): ${verdict}\n  inside   ${tellingLine(inside, attempt.success)}\n  outside  ${tellingLine(outside, attempt.success)}\n  Linux    ${attempt.linux}\n`;
}

export function attemptsCommand(options: Options): number {
  const unknown = options.operands.find((id) => !ATTEMPTS.some((a) => a.id === id));
  if (unknown !== undefined) throw new Usage(`There is no attempt ${unknown}; there is ${ATTEMPTS.map((a) => a.id).join(', ')}.`);
  const files = programs(),
    chosen = ATTEMPTS.filter((a) => options.operands.length === 0 || options.operands.includes(a.id));
  const results = chosen.map((attempt) => {
    const tried = tryAttempt(attempt, files);
    if (!options.json) writeAll(1, Buffer.from(told(tried)));
    return tried;
  });
  const contained = results.filter((one) => one.contained).length;
  if (options.json) writeAll(1, Buffer.from(`${JSON.stringify({ contained, of: results.length, attempts: results }, null, 2)}\n`));
  else writeAll(1, Buffer.from(`${contained} of ${results.length} contained.\n`));
  return 0;
}
