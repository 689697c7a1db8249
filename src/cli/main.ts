/**
 * The command line: the same levels without a page. Exit statuses are documented in options.ts; a refusal is one sentence on
 * standard error, never a stack trace.
 */
import '../lab/late.ts';
import { FormatError } from '../formats/refusal.ts';
import { Refusal } from '../levels/level.ts';
import { attemptsCommand } from './attempts.ts';
import { disasmCommand } from './disasm.ts';
import { HELP, type Options, parseOptions, Usage } from './options.ts';
import { runCommand, traceCommand, writeAll } from './run.ts';

const REFUSED = 125;

const COMMANDS: Readonly<Record<string, (options: Options) => number>> = {
  run: runCommand,
  trace: traceCommand,
  disasm: disasmCommand,
  attempts: attemptsCommand,
  help: () => {
    writeAll(1, Buffer.from(HELP));
    return 0;
  },
};
const LATER: Readonly<Record<string, string>> = {
  compare: 'Comparing levels needs more than two of them: it is not built yet.',
  table: 'Table 3.1 needs all five levels: it is not built yet.',
  bench: 'The benchmark is its own command: npm run bench.',
};

function main(words: readonly string[]): number {
  let json = words.includes('--json');
  try {
    const options = parseOptions(words);
    json = options.json;
    const command = COMMANDS[options.command];
    if (command) return command(options);
    throw new Usage(LATER[options.command] ?? `There is no command ${options.command}; try strata help.`);
  } catch (error) {
    if (!(error instanceof Usage || error instanceof Refusal || error instanceof FormatError)) throw error;
    writeAll(2, Buffer.from(`strata: ${error.message}\n`));
    if (json) writeAll(1, Buffer.from(`${JSON.stringify({ status: REFUSED, sentence: error.message }, null, 2)}\n`));
    return REFUSED;
  }
}

/** A failure of Strata itself is said in one line too; the details are there for those who ask with STRATA_DEBUG. */
function guardedMain(): number {
  try {
    return main(process.argv.slice(2));
  } catch (error) {
    if (process.env['STRATA_DEBUG']) throw error;
    writeAll(2, Buffer.from(`strata: internal error: ${(error as Error).message}. Please report it.\n`));
    return REFUSED;
  }
}

process.exitCode = guardedMain();
