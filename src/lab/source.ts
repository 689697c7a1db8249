/**
 * From what the page hands over (a supplied program, assembly text, dropped bytes) to a program and the level that takes it.
 * Refuses in one clear sentence. Assembly is MIPS, assembled here into an ELF executable.
 */
import type { assemble } from '../isa/mips/assemble.ts';
import type { toElf } from '../isa/mips/image.ts';
import { Refusal, type Level, type LevelName, type Program } from '../levels/level.ts';
import { EARLY_LEVELS } from '../levels/early.ts';
import type { Diagnostic, Source } from '../protocol/messages.ts';

const LARGEST_FILE = 64 * 1024 * 1024;

export interface Assembler {
  readonly assemble: typeof assemble;
  readonly toElf: typeof toElf;
}

/** The assembler is large and not needed to open a program: assembly.ts hands it over when it is loaded, before assembly text comes. */
let given: Assembler | null = null;
export function provideAssembler(assembler: Assembler): void {
  given = assembler;
}
function assembler(): Assembler {
  if (given === null) throw new Refusal('The assembler is not loaded yet; try again.');
  return given;
}

/** Assembly that does not assemble: the diagnostics say where. */
export class AssemblyRefusal extends Refusal {
  readonly diagnostics: readonly Diagnostic[];
  constructor(diagnostics: readonly Diagnostic[]) {
    const first = diagnostics.find((d) => d.severity === 'error');
    const others = diagnostics.length - 1;
    const where = `line ${first?.line ?? 1}, column ${first?.column ?? 1}`;
    const what = (first?.message ?? 'unknown').replace(/\.$/, '');
    super(`The program does not assemble: ${where}: ${what}${others > 0 ? ` (and ${others} more)` : ''}.`);
    this.diagnostics = diagnostics;
  }
}

export interface LoadedSource {
  readonly program: Program;
  /** For assembly: its text and the line of each instruction's address. */
  readonly assembly: { readonly text: string; readonly lines: ReadonlyMap<number, number> } | null;
}

export function loadSource(source: Source): LoadedSource {
  if (source.kind === 'assembly') return fromAssembly(source.text);
  const name = source.kind === 'file' ? source.name : source.id;
  if (source.bytes.length > LARGEST_FILE)
    throw new Refusal(
      `The file ${name} is ${Math.round(source.bytes.length / 1048576)} MiB: at most ${LARGEST_FILE / 1048576} MiB can be opened.`,
    );
  return { program: { name, bytes: source.bytes }, assembly: null };
}

function fromAssembly(text: string): LoadedSource {
  const { assemble, toElf } = assembler();
  const result = assemble(text);
  if (!result.ok) throw new AssemblyRefusal(result.diagnostics);
  return { program: { name: 'program.s', bytes: toElf(result.image) }, assembly: { text, lines: result.lines } };
}

export function diagnose(text: string): readonly Diagnostic[] {
  return assembler().assemble(text).diagnostics;
}

let levels: readonly Level[] = EARLY_LEVELS;

/** Called by levels.ts when it is loaded. */
export function provideLevels(all: readonly Level[]): void {
  levels = all;
}

/** The level asked for, if it takes the program; the refusal says which level would. */
export function levelFor(name: string, program: Program): Level {
  const level = levels.find((other) => other.name === (name as LevelName));
  if (!level) throw new Refusal(`There is no level called "${name}" yet.`);
  const verdict = level.takes(program);
  if (verdict.takes) return level;
  const other = levels.find((candidate) => candidate !== level && candidate.takes(program).takes);
  throw new Refusal(other ? `${verdict.why} The level "${other.title}" would take it.` : verdict.why);
}
