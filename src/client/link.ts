/**
 * A page's exact state as a link: `#/isa?v=1&program=sum&mode=translate&at=6015`. Readable for supplied programs; an assembly
 * draft travels compressed; a dropped file only by name and hash. Pure: `encodeLink` and `decodeLink` are inverses, and
 * `decodeLink` answers any string with a state or one sentence. The theme is the reader's own and is not in it.
 */
import * as v from 'valibot';
import type { Breakpoint, Grain, Knobs } from '../protocol/messages.ts';
import { packing } from './packing.ts';
import { GRAINS, REGIONS, type StageRegion, type TypedInput } from './stores.ts';

export const LINK_VERSION = 1;
/** Levels that have a lab. */
const LABS: readonly string[] = ['isa', 'os'];
/** Longest assembly text that a link may carry, in characters. */
export const LONGEST_TEXT = 200_000;

export type ProgramRef =
  | { readonly kind: 'supplied'; readonly id: string }
  | { readonly kind: 'assembly'; readonly text: string }
  | { readonly kind: 'file'; readonly name: string; readonly key: string };

/** A moment: exact (`retired`, `micro`), or by what happens there, which the lab resolves. */
export type Moment =
  { readonly retired: number; readonly micro: number } | { readonly guest: number } | { readonly event: string; readonly nth: number };

export interface LabLink {
  readonly level: string;
  readonly program: ProgramRef;
  readonly mode: string | null;
  readonly knobs: Knobs;
  readonly moment: Moment;
  readonly grain: Grain | null;
  readonly grainLocked: boolean;
  readonly block: number | null;
  readonly instruction: number | null;
  readonly focus: StageRegion | null;
  /** Guest addresses of breakpoints. */
  readonly breakpoints: readonly number[];
  /** What was typed before this moment. */
  readonly inputs: readonly TypedInput[];
  /** Lecture cue on show, 0-based; null outside present mode. */
  readonly cue: number | null;
}
export type Link =
  { readonly page: 'home'; readonly step: number | null } | { readonly page: 'lab'; readonly lab: LabLink | null; readonly level: string };
export type Decoded = { readonly ok: true; readonly link: Link } | { readonly ok: false; readonly why: string };

export const AT_START: Moment = { retired: 0, micro: 0 };

const hex = (n: number): string => (n >>> 0).toString(16);

export function toBase64Url(bytes: Uint8Array): string {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

export function fromBase64Url(text: string): Uint8Array {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(raw, (c) => c.charCodeAt(0));
}

/** Whether the link can be made now: a program's text needs the library (packing.ts). */
export const canEncode = ({ program }: LabLink): boolean => program.kind !== 'assembly' || packing() !== null;

/** The text packed last: a link is written after every step, and the text is the same. */
let last = { text: '', packed: '' };
function packed(text: string): string {
  if (last.text !== text || last.packed === '')
    last = { text, packed: toBase64Url(packing()!.deflateSync(new TextEncoder().encode(text), { level: 9 })) };
  return last.packed;
}

/** See canEncode. */
export function encodeLink(lab: LabLink): string {
  const q = new URLSearchParams({ v: String(LINK_VERSION) });
  const { program, moment } = lab;
  if (program.kind === 'supplied') q.set('program', program.id);
  if (program.kind === 'file') {
    q.set('file', program.key);
    q.set('name', program.name);
  }
  if (program.kind === 'assembly') q.set('asm', packed(program.text));
  if (lab.mode !== null) q.set('mode', lab.mode);
  for (const [id, value] of Object.entries(lab.knobs))
    q.set(`k.${id}`, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value));
  if ('retired' in moment) {
    q.set('at', String(moment.retired));
    if (moment.micro > 0) q.set('micro', String(moment.micro));
  } else if ('guest' in moment) q.set('guest', String(moment.guest));
  else q.set('event', moment.nth === 1 ? moment.event : `${moment.event}.${moment.nth}`);
  if (lab.grain !== null) q.set('grain', lab.grain);
  if (lab.grainLocked) q.set('lock', 'grain');
  if (lab.block !== null) q.set('block', hex(lab.block));
  if (lab.instruction !== null) q.set('instruction', hex(lab.instruction));
  if (lab.focus !== null) q.set('focus', lab.focus);
  if (lab.breakpoints.length > 0) q.set('break', lab.breakpoints.map(hex).join('.'));
  if (lab.inputs.length > 0) q.set('typed', lab.inputs.map(encodeInput).join('.'));
  if (lab.cue !== null) q.set('cue', String(lab.cue + 1));
  return `#/${lab.level}?${q.toString()}`;
}

/** Moment, guest moment and bytes of one input: `6015~410~aGkK`; an end of input has `-` for bytes, an act `*` before its text. */
function encodeInput({ retired, guest, bytes, act }: TypedInput): string {
  const what =
    act !== undefined ? `*${toBase64Url(new TextEncoder().encode(act))}` : bytes === null ? '-' : toBase64Url(Uint8Array.from(bytes));
  return `${retired}~${guest}~${what}`;
}

function decodeInputs(text: string): readonly TypedInput[] {
  return text.split('.').map((part) => {
    const [retired = '0', guest = '0', bytes = ''] = part.split('~');
    const moment = { retired: Number(retired), guest: Number(guest) };
    if (bytes.startsWith('*')) return { ...moment, bytes: null, act: new TextDecoder().decode(fromBase64Url(bytes.slice(1))) };
    return { ...moment, bytes: bytes === '-' ? null : [...fromBase64Url(bytes)] };
  });
}

const count = v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number));
const address = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{1,8}$/i),
  v.transform((s) => Number.parseInt(s, 16)),
);
const name = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/i));
const Fields = v.object({
  v: v.optional(v.literal(String(LINK_VERSION))),
  program: v.optional(v.pipe(v.string(), v.regex(/^[\w./-]{1,80}$/))),
  file: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{16}$/))),
  name: v.optional(v.pipe(v.string(), v.maxLength(200))),
  asm: v.optional(v.pipe(v.string(), v.regex(/^[\w-]*$/), v.maxLength(LONGEST_TEXT))),
  mode: v.optional(name),
  at: v.optional(count),
  micro: v.optional(count),
  guest: v.optional(count),
  event: v.optional(v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,40}(\.\d{1,9})?$/i))),
  grain: v.optional(v.picklist(GRAINS.map((g) => g.id))),
  lock: v.optional(v.literal('grain')),
  block: v.optional(address),
  instruction: v.optional(address),
  focus: v.optional(v.picklist(REGIONS)),
  break: v.optional(v.pipe(v.string(), v.regex(/^[0-9a-f]{1,8}(\.[0-9a-f]{1,8}){0,63}$/i))),
  typed: v.optional(
    v.pipe(
      v.string(),
      v.maxLength(200_000),
      v.regex(/^\d{1,15}~\d{1,15}~(-|\*?([\w-]{4})*([\w-]{2,3})?)(\.\d{1,15}~\d{1,15}~(-|\*?([\w-]{4})*([\w-]{2,3})?))*$/),
    ),
  ),
  cue: v.optional(v.pipe(count, v.minValue(1), v.maxValue(1000))),
});
type LinkFields = v.InferOutput<typeof Fields>;

const WORDS: Readonly<Record<string, string>> = {
  v: 'version',
  program: 'program',
  file: 'file',
  name: 'file name',
  asm: 'assembly text',
  mode: 'mode',
  at: 'moment',
  micro: 'micro-step',
  guest: 'guest instruction',
  event: 'event',
  grain: 'step size',
  lock: 'lock',
  block: 'block',
  instruction: 'instruction',
  focus: 'panel',
  break: 'breakpoints',
  typed: 'typed input',
  cue: 'cue',
};
const refuse = (what: string): Decoded => ({
  ok: false,
  why: `This link cannot be read (${what}), so Strata opened its first example instead.`,
});

export function decodeLink(hash: string): Decoded {
  const text = hash.replace(/^#?\/?/, '');
  const cut = text.indexOf('?');
  const path = cut < 0 ? text : text.slice(0, cut);
  const query = new URLSearchParams(cut < 0 ? '' : text.slice(cut + 1));
  if (path === '') return decodeHome(query);
  if (!LABS.includes(path)) return refuse(`there is no page named "${path.slice(0, 40)}"`);
  if (cut < 0) return { ok: true, link: { page: 'lab', level: path, lab: null } };
  const raw = Object.fromEntries([...query].filter(([key]) => !key.startsWith('k.')));
  const parsed = v.safeParse(Fields, raw);
  if (!parsed.success) {
    const key = String(parsed.issues[0].path?.[0]?.key ?? '');
    return refuse(`its ${WORDS[key] ?? 'text'} is not valid`);
  }
  const knobs = decodeKnobs(query);
  if (knobs === null) return refuse('one of its settings is not valid');
  const program = decodeProgram(parsed.output);
  if (typeof program === 'string') return refuse(program);
  return { ok: true, link: { page: 'lab', level: path, lab: toLab(path, parsed.output, program, knobs) } };
}

function decodeHome(query: URLSearchParams): Decoded {
  const step = query.get('step');
  if (step === null) return { ok: true, link: { page: 'home', step: null } };
  return /^[0-6]$/.test(step) ? { ok: true, link: { page: 'home', step: Number(step) } } : refuse('its step is not valid');
}

function decodeKnobs(query: URLSearchParams): Knobs | null {
  const knobs: Record<string, number | boolean> = {};
  for (const [key, value] of query) {
    if (!key.startsWith('k.')) continue;
    const id = key.slice(2);
    if (!/^[a-z][\w.-]{0,40}$/i.test(id)) return null;
    if (value === 'on' || value === 'off') knobs[id] = value === 'on';
    else if (/^-?\d{1,12}(\.\d{1,6})?$/.test(value)) knobs[id] = Number(value);
    else return null;
  }
  return knobs;
}

/** The program, or what is wrong with it in a few words. */
function decodeProgram(fields: LinkFields): ProgramRef | string {
  if (fields.asm !== undefined) {
    const library = packing();
    if (library === null) return 'what reads its assembly text could not be loaded';
    try {
      const bytes = library.inflateSync(fromBase64Url(fields.asm), { out: new Uint8Array(LONGEST_TEXT + 1) });
      if (bytes.length > LONGEST_TEXT) return 'its assembly text is too long';
      return { kind: 'assembly', text: new TextDecoder().decode(bytes) };
    } catch {
      return 'its assembly text is damaged';
    }
  }
  if (fields.file !== undefined) return { kind: 'file', key: fields.file, name: fields.name ?? 'file' };
  if (fields.program !== undefined) return { kind: 'supplied', id: fields.program };
  return 'it names no program';
}

function toLab(level: string, f: LinkFields, program: ProgramRef, knobs: Knobs): LabLink {
  return {
    level,
    program,
    knobs,
    moment: toMoment(f),
    mode: f.mode ?? null,
    grain: f.grain ?? null,
    grainLocked: f.lock === 'grain',
    block: f.block ?? null,
    instruction: f.instruction ?? null,
    focus: f.focus ?? null,
    breakpoints: f.break?.split('.').map((a) => Number.parseInt(a, 16)) ?? [],
    inputs: f.typed === undefined ? [] : decodeInputs(f.typed),
    cue: f.cue === undefined ? null : f.cue - 1,
  };
}

function toMoment(f: LinkFields): Moment {
  if (f.event !== undefined) {
    const [event = '', nth = '1'] = f.event.split('.');
    return { event, nth: Math.max(1, Number(nth)) };
  }
  if (f.guest !== undefined) return { guest: f.guest };
  return { retired: f.at ?? 0, micro: f.micro ?? 0 };
}

export function linkBreakpoints(addresses: readonly number[]): readonly Breakpoint[] {
  return addresses.map((a) => ({ on: 'address', address: a }));
}
