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
  readonly micro: number;
}

/** Uint8Arrays travel as { base64 }. */
const pack = (_key: string, value: unknown): unknown => (value instanceof Uint8Array ? { base64: toBase64(value) } : value);
const unpack = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'base64' in value && typeof value.base64 === 'string' ? fromBase64(value.base64) : value;

export function exportRun(source: Source, options: OpenOptions, session: Session, micro = 0): Uint8Array {
  return encodeUtf8(JSON.stringify({ format: FORMAT, source, options, inputs: session.inputs(), retired: session.retired, micro }, pack));
}

/** Reads a saved run; every field is checked. Throws a Refusal that says what is wrong. */
export function importRun(bytes: Uint8Array): ImportedRun {
  let run: Fields;
  try {
    run = JSON.parse(decodeUtf8(bytes), unpack) as Fields;
  } catch {
    return refuse('the file is not JSON');
  }
  if (!isRecord(run) || run['format'] !== FORMAT) return refuse(`the field "format" is not "${FORMAT}"`);
  const { inputs, retired, micro = 0 } = run;
  if (!isCount(retired) || !isCount(micro)) return refuse('its moment is not a count of instructions');
  if (!Array.isArray(inputs) || !inputs.every(isInput)) return refuse('an input is malformed');
  return { source: sourceIn(run['source']), options: optionsIn(run['options']), inputs, retired, micro };
}

type Fields = { readonly [name: string]: unknown };
const refuse = (why: string): never => {
  throw new Refusal(`This is not a saved run: ${why}.`);
};
const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown): value is number => typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isSetting = (value: unknown): value is number | boolean => typeof value === 'boolean' || Number.isFinite(value);

function sourceIn(source: unknown): Source {
  if (!isRecord(source)) return refuse('the program is missing');
  const { kind, text, bytes, id, name } = source;
  if (kind === 'assembly' && isText(text)) return { kind, text };
  if (!(bytes instanceof Uint8Array)) return refuse('the program is missing');
  if (kind === 'supplied' && isText(id)) return { kind, id, bytes };
  return kind === 'file' && isText(name) ? { kind, name, bytes } : refuse('its program has no name');
}

function optionsIn(options: unknown): OpenOptions {
  if (!isRecord(options)) return refuse('its settings are missing');
  const { level, mode, knobs, args, stdin } = options;
  const named = isText(level) && isText(mode) && isRecord(knobs) && Object.values(knobs).every(isSetting);
  if (!named || !Array.isArray(args) || !args.every(isText)) return refuse('its settings are malformed');
  if (stdin !== null && !(stdin instanceof Uint8Array)) return refuse('its standard input is malformed');
  return { level, mode, knobs: knobs as OpenOptions['knobs'], args, stdin };
}

function isInput(value: unknown): value is LoggedInput {
  if (!isRecord(value) || !isCount(value['retired']) || !isRecord(value['input'])) return false;
  const { kind, bytes, id, value: setting, action } = value['input'];
  if (kind === 'stdin') return bytes === null || bytes instanceof Uint8Array;
  return kind === 'knob' ? isText(id) && isSetting(setting) : kind === 'act' && isText(action);
}

export function traceAs(format: 'csv' | 'jsonl', events: readonly Event[]): Uint8Array {
  const data = (event: Event): string => JSON.stringify(event.data, pack);
  if (format === 'jsonl')
    return encodeUtf8(events.map((e) => `{"time":${e.time},"retired":${e.retired},"kind":"${e.kind}","data":${data(e)}}\n`).join(''));
  const cell = (text: string): string => `"${text.replaceAll('"', '""')}"`;
  return encodeUtf8(['time,retired,kind,data\n', ...events.map((e) => `${e.time},${e.retired},${e.kind},${cell(data(e))}\n`)].join(''));
}
