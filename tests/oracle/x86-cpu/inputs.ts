/**
 * What an IA-32 conformance case starts from, and how cases and results are written down, one short text each.
 *
 * A case is `BYTES SEED OVERRIDES`: registers, flags and memory follow from the seed by the functions here, except the
 * registers that are overridden. So changing anything here makes the recorded vectors worthless: record them again.
 * A result is what differs from the start: `t` trap.error.cr2 (absent: the instruction was finished), `i` the new EIP less
 * the old, `a`..`h` registers in the encoding's order, `x` flags, `m` ADDRESS:BYTES runs of memory.
 */
export const CODE = 0x20000800;
export const WINDOW = 256,
  PAGE = 4096;
/** Pages that instructions can reach, and where the seeded window lies in each. */
export const LOW = 0,
  DATA = 1,
  STACK = 2;
export const PAGES = [
  { at: 0x4000, window: 0x100 },
  { at: 0x10000000, window: 0x100 },
  { at: 0x30000000, window: 0x780 },
] as const;
/** Selectors of a 32-bit Linux process: ES CS SS DS FS GS. */
export const SELECTORS = [0x2b, 0x23, 0x2b, 0x2b, 0, 0x63] as const;

/** EFLAGS bits that are compared: all but TF (the harness steps by it), IF, RF and bit 1. */
export const COMPARED = 0x00244cd5 | 0x800;
const STATUS_AND_DIRECTION = 0xcd5;

/** Mulberry32: 32 random bits a call. */
export function random32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) | 0;
  };
}

const EDGES = [
  0,
  0,
  1,
  -1,
  2,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x7fff,
  0x8000,
  0xffff,
  0x10000,
  0x7fffffff,
  -0x80000000,
  -0x7fffffff,
  0x80808080 | 0,
  0x7fff7fff,
  0xffff0000 | 0,
  0xff00,
  0x99,
  0x9a,
  9,
  10,
  15,
  16,
];
/** Half of all values are those at which arithmetic turns over. */
export function edgy(next: () => number): number {
  const choice = next();
  if ((choice & 1) === 0) return next();
  const edge = EDGES[(choice >>> 1) % EDGES.length]!;
  return choice >>> 29 === 0 ? (edge + ((choice >>> 24) & 3) - 1) | 0 : edge;
}

export interface Start {
  readonly registers: Int32Array;
  /** Status flags and DF only. */
  readonly flags: number;
  readonly windows: readonly Uint8Array[];
}

export function start(seed: number): Start {
  const next = random32(seed);
  const registers = Int32Array.from({ length: 8 }, () => edgy(next));
  const flags = next() & (next() < 0 ? STATUS_AND_DIRECTION : STATUS_AND_DIRECTION & ~0x400);
  const windows = PAGES.map(() => {
    const bytes = new Uint8Array(WINDOW),
      view = new DataView(bytes.buffer);
    for (let at = 0; at < WINDOW; at += 4) view.setInt32(at, edgy(next), true);
    return bytes;
  });
  return { registers, flags, windows };
}

/** Memory outside the windows. */
export const background = (offset: number): number => (offset * 37 + 11) & 0xff;

export interface Case {
  readonly bytes: Uint8Array;
  readonly seed: number;
  readonly overrides: ReadonlyMap<number, number>;
}
export interface Result {
  /** Null: the instruction was finished. */
  readonly trap: { readonly vector: number; readonly error: number; readonly cr2: number } | null;
  readonly eip: number;
  readonly registers: ReadonlyMap<number, number>;
  /** EFLAGS & COMPARED. */
  readonly flags: number;
  readonly memory: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

const hex = (n: number): string => (n >>> 0).toString(16);
const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHex = (text: string): Uint8Array => Uint8Array.from(text.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const registersText = (registers: ReadonlyMap<number, number>): string[] => [...registers].map(([n, value]) => 'abcdefgh'[n]! + hex(value));

export function formatVector(test: Case, result: Result, startFlags: number): string {
  const input = [toHex(test.bytes), (test.seed >>> 0).toString(36), ...registersText(test.overrides)];
  const output = registersText(result.registers);
  if (result.trap) output.unshift(`t${result.trap.vector}.${hex(result.trap.error)}.${hex(result.trap.cr2)}`);
  if (result.eip !== CODE + test.bytes.length) output.push(`i${hex(result.eip - CODE)}`);
  if (result.flags !== startFlags) output.push(`x${hex(result.flags)}`);
  for (const { address, bytes } of result.memory) output.push(`m${hex(address)}:${toHex(bytes)}`);
  return `${input.join(' ')}|${output.join(' ')}`;
}

export function parseVector(text: string): { readonly test: Case; readonly result: Result; readonly begin: Start } {
  const [left, right] = text.split('|') as [string, string];
  const [code, seedText, ...overrideTexts] = left.split(' ') as [string, string, ...string[]];
  const overrides = new Map(overrideTexts.map((t) => ['abcdefgh'.indexOf(t[0]!), parseInt(t.slice(1), 16) | 0] as const));
  const test: Case = { bytes: fromHex(code), seed: parseInt(seedText, 36) | 0, overrides };
  const begin = start(test.seed);
  for (const [n, value] of overrides) begin.registers[n] = value;
  return { test, begin, result: parseResult(right, test, begin) };
}

function parseResult(text: string, test: Case, begin: Start): Result {
  let trap: Result['trap'] = null,
    eip = CODE + test.bytes.length,
    flags = begin.flags;
  const registers = new Map<number, number>(),
    memory: { address: number; bytes: Uint8Array }[] = [];
  for (const token of text === '' ? [] : text.split(' ')) {
    const rest = token.slice(1);
    if (token[0] === 't') {
      const [vector, error, cr2] = rest.split('.') as [string, string, string];
      trap = { vector: Number(vector), error: parseInt(error, 16), cr2: parseInt(cr2, 16) | 0 };
    } else if (token[0] === 'i') eip = (CODE + (parseInt(rest, 16) | 0)) >>> 0;
    else if (token[0] === 'x') flags = parseInt(rest, 16);
    else if (token[0] === 'm') {
      const [address, bytes] = rest.split(':') as [string, string];
      memory.push({ address: parseInt(address, 16), bytes: fromHex(bytes) });
    } else registers.set('abcdefgh'.indexOf(token[0]!), parseInt(rest, 16) | 0);
  }
  return { trap, eip, registers, flags, memory };
}
