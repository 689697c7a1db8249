/**
 * The supplied programs (public/programs/manifest.json) and where their bytes come from. Everything outside is checked: a manifest
 * or a file that is missing or odd gives one sentence, never a broken page.
 */
import * as v from 'valibot';
import { create } from 'zustand';

const Binary = v.object({
  file: v.string(),
  /** Address to source line, as JSON beside the binary. */
  lines: v.optional(v.string()),
});
const Supplied = v.object({
  id: v.string(),
  title: v.string(),
  /** What it does, in a sentence. */
  description: v.string(),
  /** What to look for while it runs. */
  look: v.optional(v.string(), ''),
  language: v.string(),
  /** Path of its source below programs/. */
  source: v.string(),
  args: v.optional(v.array(v.string()), []),
  /** Text for standard input, when the program is meant to be given some. */
  stdin: v.optional(v.nullable(v.string()), null),
  /** What is done at the very start beside typing (act.ts), and the event after which one begins to look. */
  acts: v.optional(v.array(v.looseObject({ act: v.string() })), []),
  begin: v.optional(v.nullable(v.object({ event: v.string(), nth: v.number() })), null),
  binaries: v.record(v.string(), Binary),
});
const Manifest = v.object({ programs: v.array(Supplied), images: v.optional(v.array(Supplied), []) });
export type SuppliedProgram = v.InferOutput<typeof Supplied>;

/** Which binary a level runs. */
const BINARY_OF: Readonly<Record<string, string>> = { isa: 'mips', native: 'i386', os: 'os' };

interface ProgramsState {
  readonly list: readonly SuppliedProgram[];
  /** One sentence when the list could not be loaded. */
  readonly problem: string | null;
}
export const usePrograms = create<ProgramsState>(() => ({ list: [], problem: null }));

const BASE = 'programs/';
let loading: Promise<readonly SuppliedProgram[]> | null = null;

/** Loads the list once; a failed load may be tried again. */
export function loadPrograms(): Promise<readonly SuppliedProgram[]> {
  loading ??= fetchManifest().then(
    (list) => {
      usePrograms.setState({ list, problem: null });
      return list;
    },
    () => {
      loading = null;
      usePrograms.setState({ problem: 'The list of supplied programs could not be loaded; you can still open a file of your own.' });
      return [];
    },
  );
  return loading;
}

async function fetchManifest(): Promise<readonly SuppliedProgram[]> {
  const answer = await fetch(`${BASE}manifest.json`);
  if (!answer.ok) throw new Error(String(answer.status));
  const { programs, images } = v.parse(Manifest, await answer.json());
  return [...programs, ...images];
}

export function findProgram(id: string): SuppliedProgram | null {
  return usePrograms.getState().list.find((program) => program.id === id) ?? null;
}

/** The programs that a level can run. */
export function programsFor(level: string, list = usePrograms.getState().list): readonly SuppliedProgram[] {
  return list.filter((program) => binaryFor(program, level) !== null);
}

export function binaryFor(program: SuppliedProgram, level: string): { readonly file: string; readonly lines?: string | undefined } | null {
  return program.binaries[BINARY_OF[level] ?? ''] ?? null;
}

/** The executable of a supplied program at a level, or null when it cannot be loaded. */
export async function fetchProgram(program: SuppliedProgram, level: string): Promise<Uint8Array | null> {
  const binary = binaryFor(program, level);
  return binary === null ? null : fetchBytes(binary.file);
}

/** The source text of a supplied program, or null. */
export async function fetchSource(program: SuppliedProgram): Promise<string | null> {
  const bytes = await fetchBytes(program.source);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** The line table beside a binary, as it stands in the file; null when there is none. */
export async function fetchLines(program: SuppliedProgram, level: string): Promise<unknown> {
  const path = binaryFor(program, level)?.lines;
  const bytes = path === undefined ? null : await fetchBytes(path);
  return bytes === null ? null : (JSON.parse(new TextDecoder().decode(bytes)) as unknown);
}

async function fetchBytes(path: string): Promise<Uint8Array | null> {
  try {
    const answer = await fetch(BASE + path);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
