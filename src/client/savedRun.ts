/**
 * Opens a run that was saved to a file: program, settings, what was typed, and the moment. Invariant: a file that is not such a
 * run, or cannot be run, leaves the page as it was, with one sentence.
 */
import type { Source } from '../protocol/messages.ts';
import { request, sentence } from './connect.ts';
import { LabRefusal } from './labClient.ts';
import { fetchProgram, findProgram, loadPrograms } from './programs.ts';
import { useSelection, useSession } from './stores.ts';
import { flushWatch } from './views.ts';

const NAME = /\.strata\.json$/i;
const BEGINS = '{"format":"strata-run-';
/** Larger files were not saved by Strata: the largest program in base64, and room for what was typed. */
const LARGEST = 32 * 1024 * 1024;

/** Whether a file says that it is a saved run, by its name or its first bytes. */
export async function isSavedRun(file: File): Promise<boolean> {
  return NAME.test(file.name) || (await file.slice(0, BEGINS.length).text()) === BEGINS;
}

/** For who has the lab: the source that was opened, or null when it was refused. */
export async function openSavedRun(file: File): Promise<Source | null> {
  const { phase } = useSession.getState();
  useSession.setState({ problem: null, diagnostics: [] });
  try {
    if (file.size > LARGEST) throw new LabRefusal('This is not a saved run: it is too large.');
    const result = await request({ op: 'import', bytes: new Uint8Array(await file.arrayBuffer()) });
    if (result.op !== 'opened' || result.run === undefined) throw new LabRefusal('The simulator gave no answer to open.');
    const { opened, run } = result;
    const source = await asSupplied(run.source, opened.level);
    const knobs = Object.fromEntries(opened.knobs.map((knob) => [knob.id, knob.value]));
    useSession.setState({
      phase: 'open',
      level: opened.level,
      source,
      opened,
      mode: opened.mode,
      knobs,
      breakpoints: [],
      inputs: run.inputs,
      args: run.args,
    });
    useSelection.setState({ block: null, instruction: null });
    flushWatch(true);
    return source;
  } catch (problem) {
    useSession.setState({ phase: phase === 'open' ? 'open' : 'failed', problem: sentence(problem) });
    return null;
  }
}

/** A supplied program stays one when it is still the same here; else it is a file like any other. */
async function asSupplied(source: Source, level: string): Promise<Source> {
  if (source.kind !== 'supplied') return source;
  await loadPrograms();
  const program = findProgram(source.id);
  const here = program === null ? null : await fetchProgram(program, level);
  const same = here !== null && here.length === source.bytes.length && here.every((byte, i) => byte === source.bytes[i]);
  return same ? source : { kind: 'file', name: source.id, bytes: source.bytes };
}
