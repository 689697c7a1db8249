/** Choosing a file's level, and booting it with what the command line says. */
import { readFileSync } from 'node:fs';
import { isatty } from 'node:tty';
import { resolve } from 'node:path';
import { LEVELS } from '../levels/registry.ts';
import { Refusal, type BootOptions, type Level, type LevelName, type Program, type Running } from '../levels/level.ts';
import { type Options, Usage } from './options.ts';
import { readTree } from './root.ts';

const NAMES: readonly LevelName[] = ['native', 'isa', 'hardware', 'os', 'library', 'application'];

/** Paths are relative to where the user stands: npm runs scripts in the package's own folder. */
export const here = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

export function readProgram(options: Options): Program {
  const [name, ...more] = options.operands;
  if (name === undefined && options.level === 'os' && options.root !== null) return programInRoot(options, options.root);
  if (name === undefined) throw new Usage(`strata ${options.command} needs a file.`);
  if (more.length > 0) throw new Usage(`strata ${options.command} takes one file; arguments of the program come after --.`);
  try {
    return { name, bytes: readFileSync(here(name)) };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Usage(
      `${name} cannot be read: ${code === 'ENOENT' ? 'there is no such file' : code === 'EISDIR' ? 'it is a folder' : (error as Error).message}.`,
    );
  }
}

/** `--level os --root DIR -- CMD ARGS`: CMD is looked for in DIR as a shell there would, by PATH when it is a bare name. */
function programInRoot(options: Options, root: string): Program {
  const [command] = options.guestArgs;
  if (command === undefined) throw new Usage('strata run --level os --root DIR needs a command behind --.');
  const path = options.env.find((e) => e.startsWith('PATH='))?.slice(5) ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const places = command.includes('/') ? [command] : path.split(':').map((folder) => `${folder}/${command}`);
  const { files, links } = readTree(here(root));
  for (const place of places) {
    const at = followLinks(place.startsWith('/') ? place : `/${place}`, links);
    if (files[at]) return { name: place, bytes: files[at] };
  }
  throw new Usage(`There is no ${command} in ${root}.`);
}

/** Symbolic links of the folder lead within the folder. */
function followLinks(path: string, links: Readonly<Record<string, string>>): string {
  let at = path;
  for (let depth = 0; depth < 40; depth++) {
    const names = at.split('/').filter((n) => n !== '');
    const cut = names.findIndex((_name, i) => links[`/${names.slice(0, i + 1).join('/')}`] !== undefined);
    if (cut < 0) return at;
    const target = links[`/${names.slice(0, cut + 1).join('/')}`]!,
      base = target.startsWith('/') ? [] : names.slice(0, cut);
    const walked: string[] = [];
    for (const name of [...base, ...target.split('/'), ...names.slice(cut + 1)]) {
      if (name === '..') walked.pop();
      else if (name !== '' && name !== '.') walked.push(name);
    }
    at = `/${walked.join('/')}`;
  }
  return at;
}

/** The level that was named, or the first that takes the file; a refusal gives the reason nearest to the file. */
export function chooseLevel(options: Options, program: Program): Level {
  if (options.level !== null) {
    if (!NAMES.includes(options.level as LevelName)) throw new Usage(`--level is one of ${NAMES.join(', ')}; not ${options.level}.`);
    const level = LEVELS.find((l) => l.name === options.level);
    if (!level) throw new Refusal(`The level ${options.level} is not built yet.`);
    const verdict = level.takes(program);
    if (!verdict.takes) throw new Refusal(verdict.why);
    return level;
  }
  const verdicts = LEVELS.map((level) => ({ level, verdict: level.takes(program) }));
  const taken = verdicts.find((v) => v.verdict.takes);
  if (taken) return taken.level;
  // The level that got furthest says why: one that only saw a foreign machine says less.
  const reasons = verdicts.flatMap(({ verdict }) => (verdict.takes ? [] : [verdict.why]));
  throw new Refusal(reasons.find((why) => !/^This ELF file is for (i386|MIPS)/.test(why)) ?? reasons[0] ?? 'No level takes this file.');
}

export function boot(options: Options, program: Program, level: Level): Running {
  const tree = options.root === null ? { files: {}, modes: {}, links: {}, directories: [] } : readTree(here(options.root));
  let stdin: Uint8Array | null = null;
  if (options.stdin !== null) {
    try {
      stdin = readFileSync(here(options.stdin));
    } catch (error) {
      throw new Usage(`--stdin ${options.stdin} cannot be read: ${(error as Error).message}.`);
    }
  }
  const bootOptions: BootOptions = {
    mode: options.mode ?? level.defaultMode,
    knobs: { ...Object.fromEntries(level.knobs.map((k) => [k.id, k.initial])), ...options.knobs },
    args: options.operands.length === 0 ? options.guestArgs : [program.name, ...options.guestArgs],
    env: options.env,
    ...tree,
    stdin,
    terminal: stdin === null && isatty(0) && isatty(1),
    memory: options.memory,
  };
  if (!level.modes.some((m) => m.id === bootOptions.mode)) {
    throw new Refusal(`The level ${level.name} has no mode ${bootOptions.mode}; it has ${level.modes.map((m) => m.id).join(', ')}.`);
  }
  const unknown = Object.keys(options.knobs).find((id) => !level.knobs.some((k) => k.id === id));
  if (unknown !== undefined)
    throw new Usage(
      `The level ${level.name} has no knob ${unknown}${level.knobs.length ? `; it has ${level.knobs.map((k) => k.id).join(', ')}` : ''}.`,
    );
  const running = level.boot(program, bootOptions);
  if (options.engine !== null) running.machine.engine = options.engine;
  return running;
}
