/**
 * What leaves the lab as files: the event trace (CSV or JSON lines) and a whole run (program, options, inputs, moment) that
 * opens again. Invariant: importRun(exportRun(x)) reaches the same moment. Damaged files are refused in one sentence.
 */
import { fromBase64, toBase64 } from '../bits/base64.ts';
import { decodeUtf8, encodeUtf8 } from '../bits/utf8.ts';
import { Refusal, type Event } from '../levels/level.ts';
import type { OpenOptions, Source } from '../protocol/messages.ts';
import type { Session } from './session.ts';
import type { LoggedInput } from './timeMachine.ts';

const FORMAT = 'strata-run-1';

export interface ImportedRun {
  readonly source: Source;
  readonly options: OpenOptions;
  readonly inputs: readonly LoggedInput[];
  readonly retired: number;
}

/** Uint8Arrays travel as { base64 }. */
const pack = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? { base64: toBase64(value) } : value);
const unpack = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string' ? fromBase64(value.base64) : value;

export function exportRun(source: Source, options: OpenOptions, session: Session): Uint8Array {
  return encodeUtf8(JSON.stringify({ format: FORMAT, source, options, inputs: session.inputs(), retired: session.retired }, pack));
}

export function importRun(bytes: Uint8Array): ImportedRun {
  const refuse = (why: string): never => {
    throw new Refusal(`This is not a saved run: ${why}.`);
  };
  let run: Partial<ImportedRun & { format: string }> = {};
  try {
    run = JSON.parse(decodeUtf8(bytes), unpack) as typeof run;
  } catch {
    refuse('the file is not JSON');
  }
  if (typeof run !== 'object' || run === null || run.format !== FORMAT) refuse(`the field "format" is not "${FORMAT}"`);
  const { source, options, inputs, retired } = run;
  if (typeof source !== 'object' || typeof options !== 'object' || !Array.isArray(inputs)) refuse('a field is missing');
  if (typeof retired !== 'number' || !Number.isSafeInteger(retired) || retired < 0) refuse('the field "retired" is not a count');
  const known = source!.kind === 'assembly' ? typeof source!.text === 'string' : source!.bytes instanceof Uint8Array;
  if (!known) refuse('the program is missing');
  const good = (inputs as LoggedInput[]).every(
    (i) => typeof i?.retired === 'number' && (i.input?.kind === 'stdin' || i.input?.kind === 'knob' || i.input?.kind === 'act'),
  );
  if (!good) refuse('an input is malformed');
  return { source: source!, options: options!, inputs: inputs!, retired: retired! };
}

export function traceAs(format: 'csv' | 'jsonl', events: readonly Event[]): Uint8Array {
  const data = (event: Event): string => JSON.stringify(event.data, pack);
  if (format === 'jsonl')
    return encodeUtf8(events.map((e) => `{"time":${e.time},"retired":${e.retired},"kind":"${e.kind}","data":${data(e)}}\n`).join(''));
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return encodeUtf8(['time,retired,kind,data\n', ...events.map((e) => `${e.time},${e.retired},${e.kind},${cell(data(e))}\n`)].join(''));
}
