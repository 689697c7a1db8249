/**
 * The supplied programs (public/programs/manifest.json) and where their bytes come from. Everything outside is checked: a manifest
 * or a file that is missing or odd gives one sentence, never a broken page.
 */
import * as v from 'valibot';
import { create } from 'zustand';

const Supplied = v.object({
  id: v.string(),
  level: v.string(),
  title: v.string(),
  summary: v.string(),
  /** Path of the executable below programs/. */
  file: v.string(),
  /** Path of its source below programs/, if it ships. */
  source: v.optional(v.string()),
  language: v.optional(v.string()),
  /** Text for standard input, if the program is meant to be given some. */
  stdin: v.optional(v.string()),
});
const Manifest = v.object({ programs: v.array(Supplied) });
export type SuppliedProgram = v.InferOutput<typeof Supplied>;

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
  loading ??= fetchManifest().then((list) => {
    usePrograms.setState({ list, problem: null });
    return list;
  }, () => {
    loading = null;
    usePrograms.setState({ problem: 'The list of supplied programs could not be loaded; you can still open a file of your own.' });
    return [];
  });
  return loading;
}

async function fetchManifest(): Promise<readonly SuppliedProgram[]> {
  const answer = await fetch(`${BASE}manifest.json`);
  if (!answer.ok) throw new Error(String(answer.status));
  return v.parse(Manifest, await answer.json()).programs;
}

export function findProgram(id: string): SuppliedProgram | null {
  return usePrograms.getState().list.find((program) => program.id === id) ?? null;
}

/** The executable of a supplied program, or null when it cannot be loaded. */
export async function fetchProgram(program: SuppliedProgram): Promise<Uint8Array | null> {
  return fetchBytes(program.file);
}

/** The source text of a supplied program, or null. */
export async function fetchSource(program: SuppliedProgram): Promise<string | null> {
  if (program.source === undefined) return null;
  const bytes = await fetchBytes(program.source);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

async function fetchBytes(path: string): Promise<Uint8Array | null> {
  try {
    const answer = await fetch(BASE + path);
    return answer.ok ? new Uint8Array(await answer.arrayBuffer()) : null;
  } catch {
    return null;
  }
}
