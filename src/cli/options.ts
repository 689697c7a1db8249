/** Words of the command line to options. Wrong usage is one sentence (`Usage`), which ends with status 125. */

export class Usage extends Error {
  override readonly name = 'Usage';
}

export interface Options {
  readonly command: string;
  /** File, or several for compare. */
  readonly operands: readonly string[];
  /** What follows `--`: arguments of the guest. */
  readonly guestArgs: readonly string[];
  readonly level: string | null;
  readonly mode: string | null;
  readonly root: string | null;
  readonly stdin: string | null;
  readonly report: string | null;
  readonly env: readonly string[];
  readonly limit: number;
  readonly memory: number;
  readonly engine: 'step' | 'flat' | null;
  readonly format: 'jsonl' | 'csv';
  readonly kinds: readonly string[] | null;
  readonly knobs: Readonly<Record<string, number | boolean>>;
  readonly json: boolean;
}

const TAKES_VALUE = new Set(['level', 'mode', 'root', 'stdin', 'report', 'env', 'limit', 'memory', 'engine', 'format', 'kinds', 'knob']);
const SWITCHES = new Set(['json', 'help']);

interface Raw {
  readonly operands: string[];
  readonly guestArgs: string[];
  readonly values: Map<string, string[]>;
  readonly switches: Set<string>;
}

function split(words: readonly string[]): Raw {
  const raw: Raw = { operands: [], guestArgs: [], values: new Map(), switches: new Set() };
  for (let i = 0; i < words.length; i++) {
    const word = words[i]!;
    if (word === '--') {
      raw.guestArgs.push(...words.slice(i + 1));
      break;
    }
    if (!word.startsWith('--')) {
      raw.operands.push(word);
      continue;
    }
    const [name, ...rest] = word.slice(2).split('=') as [string, ...string[]];
    if (SWITCHES.has(name)) raw.switches.add(name);
    else if (TAKES_VALUE.has(name)) {
      const value = rest.length > 0 ? rest.join('=') : words[++i];
      if (value === undefined) throw new Usage(`--${name} needs a value.`);
      raw.values.set(name, [...(raw.values.get(name) ?? []), value]);
    } else throw new Usage(`There is no option --${name}.`);
  }
  return raw;
}

export function parseOptions(words: readonly string[]): Options {
  const raw = split(words);
  const [command, ...operands] = raw.operands;
  const one = (name: string): string | null => raw.values.get(name)?.at(-1) ?? null;
  const engine = one('engine');
  if (engine !== null && engine !== 'step' && engine !== 'flat') throw new Usage(`--engine is step or flat, not ${engine}.`);
  const format = one('format') ?? 'jsonl';
  if (format !== 'jsonl' && format !== 'csv') throw new Usage(`--format is jsonl or csv, not ${format}.`);
  const env = raw.values.get('env') ?? [];
  const bad = env.find((e) => !e.includes('='));
  if (bad !== undefined) throw new Usage(`--env takes NAME=VALUE, not ${bad}.`);
  return {
    command: raw.switches.has('help') || command === undefined ? 'help' : command,
    operands,
    guestArgs: raw.guestArgs,
    env,
    engine,
    format,
    level: one('level'),
    mode: one('mode'),
    root: one('root'),
    stdin: one('stdin'),
    report: one('report'),
    limit: number('limit', one('limit'), Infinity, 0),
    memory: number('memory', one('memory'), 32, 1) * 1024 * 1024,
    kinds: one('kinds')?.split(',') ?? null,
    knobs: knobs(raw.values.get('knob') ?? []),
    json: raw.switches.has('json'),
  };
}

function number(name: string, text: string | null, otherwise: number, least: number): number {
  if (text === null) return otherwise;
  const value = /^[0-9_]+$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN;
  if (!Number.isSafeInteger(value) || value < least) throw new Usage(`--${name} takes a whole number of at least ${least}, not ${text}.`);
  return value;
}

function knobs(texts: readonly string[]): Record<string, number | boolean> {
  const result: Record<string, number | boolean> = {};
  for (const text of texts) {
    const [, id, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (id === undefined || value === undefined) throw new Usage(`--knob takes NAME=VALUE, not ${text}.`);
    const parsed = value === 'true' || value === 'on' ? true : value === 'false' || value === 'off' ? false : Number(value);
    if (typeof parsed === 'number' && !Number.isFinite(parsed)) throw new Usage(`--knob ${id} takes a number, on or off, not ${value}.`);
    result[id] = parsed;
  }
  return result;
}

export const HELP = `Strata: five levels of virtualization on one simulated computer.

  strata run FILE [options] [-- ARGS]      runs a program; its output and exit status become the command's
  strata run --level os --root DIR -- CMD  runs a command of that folder in a container
  strata trace FILE [options] [-- ARGS]    what happened, as JSON lines (--format csv; --kinds syscall.return,output)
  strata disasm FILE                       disassembly
  strata attempts [ID ...]                 attempts to interfere and to escape, inside a container and outside

  --level native|isa|hardware|os|library|application   by default what the file's format implies
  --mode M         mode of the level            --knob NAME=VALUE   a knob of the level
  --root DIR       the guest sees this folder   --stdin FILE        standard input from a file
  --env NAME=VALUE environment (repeatable)     --limit N           end after N host instructions (status 124)
  --memory MIB     machine memory (32)          --engine step|flat  which engine runs the host instructions
  --report FILE    counts and ledger as JSON    --json              results as JSON

Exit status: the program's; 124 past the limit; 125 for wrong usage or a refused file; 128 + n for fatal signal n.
`;
