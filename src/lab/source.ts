/**
 * From what the page hands over (a supplied program, assembly text, dropped bytes) to a program and the level that takes it.
 * Refuses in one clear sentence. Assembly is MIPS, assembled here into an ELF executable.
 */
import { Late } from '../bits/late.ts';
import type { assemble } from '../isa/mips/assemble.ts';
import type { toElf } from '../isa/mips/image.ts';
import { Refusal, type Level, type Program } from '../levels/level.ts';
import { LEVEL_NAMES } from '../levels/loading.ts';
import type { Diagnostic, Source } from '../protocol/messages.ts';

const LARGEST_FILE = 64 * 1024 * 1024;

export interface Assembler {
  readonly assemble: typeof assemble;
  readonly toElf: typeof toElf;
}

/** Large, and not needed to open a program: provided by assembly.ts. */
export const ASSEMBLER = new Late<Assembler>('assembler');

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
  const { assemble, toElf } = ASSEMBLER.get();
  const result = assemble(text);
  if (!result.ok) throw new AssemblyRefusal(result.diagnostics);
  return { program: { name: 'program.s', bytes: toElf(result.image) }, assembly: { text, lines: result.lines } };
}

export function diagnose(text: string): readonly Diagnostic[] {
  return ASSEMBLER.get().assemble(text).diagnostics;
}

const LEVELS: ReadonlyMap<string, Late<Level>> = new Map(LEVEL_NAMES.map((name) => [name, new Late<Level>(name)]));

/** A level has been loaded. */
export function provideLevel(level: Level): void {
  LEVELS.get(level.name)!.provide(level);
}

/** The level asked for, if it takes the program; the refusal says which level would. */
export function levelFor(name: string, program: Program): Level {
  const level = LEVELS.get(name)?.get();
  if (!level) throw new Refusal(`There is no level called "${name}" yet.`);
  const verdict = level.takes(program);
  if (verdict.takes) return level;
  const others = [...LEVELS.values()].map((other) => other.get());
  const other = others.find((candidate) => candidate !== level && candidate.takes(program).takes);
  throw new Refusal(other ? `${verdict.why} The level "${other.title}" would take it.` : verdict.why);
}
