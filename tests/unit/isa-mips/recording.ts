/** The vectors recorded from qemu-mipsel (tests/oracle/mips-vectors.mjs), and how one is run. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { ADEL, ADES, BREAK, CPU, OV, RI, TRAP, USER_LOCAL } from '../../../src/isa/mips/state.ts';
import { Machine } from './machine.ts';
import type { OpsOf } from './machine.ts';

interface Recording {
  readonly at: number;
  readonly window: number;
  readonly userLocal: number;
  readonly registers: readonly number[];
  readonly memory: readonly number[];
  readonly vectors: readonly string[];
}
const path = new URL('../../vectors/mips-rows.json.gz', import.meta.url);
export const recording = JSON.parse(gunzipSync(readFileSync(path)).toString()) as Recording;

const ENDS: Readonly<Record<string, readonly (number | null)[]>> = {
  '-': [null],
  break: [BREAK],
  trap: [TRAP],
  overflow: [OV],
  reserved: [RI, CPU],
  address: [ADEL, ADES],
};
const pairs = (text: string): [string, number][] =>
  text === ''
    ? []
    : text.split(' ').map((p) => {
        const [name, value] = p.split('=');
        return [name!, parseInt(value!, 16)];
      });
const hex = (n: number): string => (n >>> 0).toString(16);

/** Runs one vector; what differs from the recording, or ''. */
export function difference(vector: string, handlerMode: boolean, opsOf?: OpsOf): string {
  const [, code, given, end, stop, expected] = vector.split('|') as [string, string, string, string, string, string];
  const words = code.split(' ').map((w) => parseInt(w, 16));
  const machine = new Machine((address) => words[(address - recording.at) / 4], opsOf);
  machine.pc = recording.at;
  machine.words.set(recording.registers);
  machine.words[USER_LOCAL] = recording.userLocal;
  for (const [name, value] of pairs(given)) machine.words[parseInt(name, 16)] = value;
  recording.memory.forEach((word, i) =>
    [0, 8, 16, 24].forEach((s, k) => machine.bytes.set(recording.window + 4 * i + k, (word >>> s) & 255)),
  );
  const before = [...machine.words.subarray(0, 34)];
  const exception = machine.run(handlerMode);
  const after = before.flatMap((v, n) => (machine.words[n] !== v ? [`${hex(n)}=${hex(machine.words[n]!)}`] : []));
  const stored = recording.memory.flatMap((word, i) => {
    const now = [0, 1, 2, 3].reduce((w, k) => w | (machine.bytes.get(recording.window + 4 * i + k)! << (8 * k)), 0) >>> 0;
    return now === word ? [] : [`m${hex(i)}=${hex(now)}`];
  });
  const got = [...after, ...stored].join(' ');
  if (!ENDS[end]!.includes(exception)) return `${vector}: ended with ${exception}`;
  if (machine.pc - recording.at !== Number(stop)) return `${vector}: stopped at ${machine.pc - recording.at}`;
  return got === expected ? '' : `${vector}: gave ${got}`;
}

/** The vectors of each name. */
export const byName = new Map<string, string[]>();
for (const vector of recording.vectors) {
  const name = vector.slice(0, vector.indexOf('|'));
  byName.set(name, [...(byName.get(name) ?? []), vector]);
}
