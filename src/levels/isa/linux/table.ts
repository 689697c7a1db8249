/**
 * System calls of Linux on MIPS o32 and what they are on i386: name, both numbers, and where each i386 argument comes from.
 *
 * An argument is a word: the number of the MIPS argument (0 to 6; from 4 on they lie on the stack), then how it changes:
 * `open map signal resource fcntl ioctl how clone socket level option` map a number; `>struct` is a structure filled by the call, `<struct` one read by
 * it, `<>struct` both; `pair` is pselect's pair of mask and size; `=n` is a constant. 64-bit arguments take an aligned pair of registers on MIPS, hence the gaps.
 * A row without arguments passes the first six as they are. Here stand the calls that nearly every program makes; the others come late
 * (table-rest.ts). What is in neither table is unknown: ENOSYS.
 */
import { LINUX } from './late.ts';
import type { Special } from './special.ts';

export type ArgumentRule =
  | {
      readonly k:
        'plain' | 'open' | 'map' | 'signal' | 'resource' | 'fcntl' | 'ioctl' | 'how' | 'clone' | 'socket' | 'level' | 'option' | 'pair';
      readonly from: number;
    }
  | { readonly k: 'structure'; readonly from: number; readonly name: string; readonly reads: boolean; readonly writes: boolean }
  | { readonly k: 'constant'; readonly n: number };

export interface CallRow {
  readonly name: string;
  readonly number: number;
  readonly i386: number;
  readonly arguments: readonly ArgumentRule[];
  /** Instead of `arguments`, where the arguments say what the others mean. */
  readonly special?: Special;
}

const IDENTITY = '0 1 2 3 4 5';

function parseRule(text: string): ArgumentRule {
  if (text.startsWith('=')) return { k: 'constant', n: Number(text.slice(1)) };
  const match = /^([0-6])(?::?(.*))$/.exec(text);
  if (!match) throw new Error(`argument rule '${text}'`);
  const from = Number(match[1]),
    rest = match[2]!;
  const structure = /^(<?)(>?)([a-z0-9]+)$/.exec(rest);
  if (rest.startsWith('<') || rest.startsWith('>'))
    return { k: 'structure', from, name: structure![3]!, reads: structure![1] !== '', writes: structure![2] !== '' };
  return { k: (rest === '' ? 'plain' : rest) as 'plain', from };
}

export type Line = readonly [mips: number, name: string, i386: number, rules?: string];

const LINES: readonly Line[] = [
  [1, 'exit', 1, '0'],
  [3, 'read', 3],
  [4, 'write', 4],
  [5, 'open', 5, '0 1:open 2'],
  [6, 'close', 6],
  [19, 'lseek', 19],
  [20, 'getpid', 20],
  [45, 'brk', 45],
  [78, 'gettimeofday', 78],
  [91, 'munmap', 91],
  [166, 'nanosleep', 162],
  [210, 'mmap2', 192, '0 1 2 3:map 4 5'],
  [246, 'exit_group', 252, '0'],
  [263, 'clock_gettime', 265],
];

/** MIPS o32 numbers begin at 4000. */
export const O32_BASE = 4000;

export const rowsOf = (lines: readonly Line[]): ReadonlyMap<number, CallRow> =>
  new Map(
    lines.map(([number, name, i386, rules]) => [number, { name, number, i386, arguments: (rules ?? IDENTITY).split(' ').map(parseRule) }]),
  );
const EARLY = rowsOf(LINES);

/** The row of a call, null when there is none. */
export const callRow = (number: number): CallRow | null => EARLY.get(number) ?? LINUX.get().calls.get(number) ?? null;

/** Calls that the level answers itself; see calls.ts. */
export const OWN_CALLS = {
  syscall: 0,
  pipe: 42,
  mmap: 90,
  sigreturn: 119,
  // Of signals that the host's kernel does not have: they take a handler, which never runs.
  sigaction: 67,
  rt_sigaction: 194,
  cacheflush: 147,
  sysmips: 149,
  rt_sigreturn: 193,
  set_thread_area: 283,
} as const;

const OWN_NAMES = new Map<number, string>(Object.entries(OWN_CALLS).map(([name, number]) => [number, name]));
export const callName = (number: number): string =>
  OWN_NAMES.get(number) ?? callRow(number)?.name ?? LINUX.get().others[number] ?? `syscall_${number + O32_BASE}`;
