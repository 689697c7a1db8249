/**
 * The services of the FPU's rows, on the state's words: operands are given by the numbers of their words (a double's low
 * word; the high one is behind it). Each sets FCSR's causes and flags, and answers 1 when an enabled exception is raised:
 * then only the causes have changed, and FPE is to be raised (MIPS32 vol. I, 5.7.1).
 */
import { pattern, type Pattern, type Precision } from '../../../bits/float/binary.ts';
import type { Rounding } from '../../../bits/float/core.ts';
import { FCSR } from '../state.ts';
import {
  arithmetic,
  compare,
  fromWord,
  type Mode,
  modeOf,
  multiplyAdd,
  narrow,
  reciprocal,
  reciprocalRoot,
  type Result,
  root,
  toWord,
  widen,
} from './number.ts';

export type FloatFunction = (w: Int32Array, a: number, b: number, c: number, d: number) => number;

const CAUSES = 0x3f000,
  CAUSE_AT = 12,
  ENABLE_AT = 7,
  FLAG_AT = 2;

/** Notes the exceptions; true when one of them is enabled. */
function raises(w: Int32Array, raised: number): boolean {
  const cleared = w[FCSR]! & ~CAUSES;
  w[FCSR] = cleared | (raised << CAUSE_AT);
  if (((cleared >> ENABLE_AT) & raised) !== 0) return true;
  w[FCSR]! |= raised << FLAG_AT;
  return false;
}

const read = (width: Precision, w: Int32Array, at: number): Pattern => (width === 64 ? pattern(w[at + 1]!, w[at]!) : pattern(0, w[at]!));
function write(width: Precision, w: Int32Array, to: number, { value, raised }: Result): number {
  if (raises(w, raised)) return 1;
  w[to] = value.lo;
  if (width === 64) w[to + 1] = value.hi;
  return 0;
}

/** CTC1: FCSR (31) or one of its parts (25 conditions, 26 causes and flags, 28 enables); reserved bits undo the write of a part, as in qemu. */
function setControl(w: Int32Array, n: number, value: number): number {
  const old = w[FCSR]!;
  if (n === 25) {
    if ((value & 0xffff_ff00) === 0) w[FCSR] = (old & 0x017f_ffff) | ((value & 0xfe) << 24) | ((value & 1) << 23);
    return 0;
  }
  const reserved = (value & 0x007c_0000) !== 0;
  if (n === 31) w[FCSR] = value & 0xff83_ffff;
  else if (n === 26 && !reserved) w[FCSR] = (old & 0xfffc_0f83) | (value & 0x3_f07c);
  else if (n === 28 && !reserved) w[FCSR] = (old & 0xfeff_f07c) | (value & 0xf83) | ((value & 4) << 22);
  const enabled = ((w[FCSR]! >> ENABLE_AT) & 0x1f) | 0x20;
  return ((w[FCSR]! >> CAUSE_AT) & enabled) !== 0 ? 1 : 0;
}

type Format = 's' | 'd';
const WIDTH: Readonly<Record<Format, Precision>> = { s: 32, d: 64 };
interface Entry {
  readonly args: readonly string[];
  readonly run: FloatFunction;
}

const two = (width: Precision, op: 'add' | 'sub' | 'mul' | 'div'): Entry => ({
  args: ['fd', 'fs', 'ft'],
  run: (w, fd, fs, ft) => write(width, w, fd, arithmetic(width, op, read(width, w, fs), read(width, w, ft), modeOf(w[FCSR]!))),
});
const one = (width: Precision, op: (width: Precision, a: Pattern, mode: Mode) => Result): Entry => ({
  args: ['fd', 'fs'],
  run: (w, fd, fs) => write(width, w, fd, op(width, read(width, w, fs), modeOf(w[FCSR]!))),
});
const three = (width: Precision, minus: boolean, negative: boolean): Entry => ({
  args: ['fd', 'fr', 'fs', 'ft'],
  run: (w, fd, fr, fs, ft) =>
    write(width, w, fd, multiplyAdd(width, minus, negative, read(width, w, fs), read(width, w, ft), read(width, w, fr), modeOf(w[FCSR]!))),
});
/** `rounding` null: as FCSR says. */
const integer = (width: Precision, rounding: Rounding | null): Entry => ({
  args: ['fd', 'fs'],
  run: (w, fd, fs) => {
    const { n, raised } = toWord(width, read(width, w, fs), rounding ?? modeOf(w[FCSR]!).rounding);
    if (raises(w, raised)) return 1;
    w[fd] = n;
    return 0;
  },
});
/** `bit`: the place of the condition in FCSR. The condition is written before an exception is raised, as qemu does. */
const condition = (width: Precision): Entry => ({
  args: ['condition', 'bit', 'fs', 'ft'],
  run: (w, wanted, bit, fs, ft) => {
    const { holds, raised } = compare(width, wanted, read(width, w, fs), read(width, w, ft));
    if (raises(w, raised)) return 1;
    w[FCSR] = (w[FCSR]! & ~(1 << bit)) | (holds ? 1 << bit : 0);
    return 0;
  },
});

const format = <F extends Format>(f: F) => {
  const width = WIDTH[f];
  return {
    [`cop1.add.${f}`]: two(width, 'add'),
    [`cop1.sub.${f}`]: two(width, 'sub'),
    [`cop1.mul.${f}`]: two(width, 'mul'),
    [`cop1.div.${f}`]: two(width, 'div'),
    [`cop1.sqrt.${f}`]: one(width, root),
    [`cop1.recip.${f}`]: one(width, reciprocal),
    [`cop1.rsqrt.${f}`]: one(width, reciprocalRoot),
    [`cop1.madd.${f}`]: three(width, false, false),
    [`cop1.msub.${f}`]: three(width, true, false),
    [`cop1.nmadd.${f}`]: three(width, false, true),
    [`cop1.nmsub.${f}`]: three(width, true, true),
    [`cop1.cvt.w.${f}`]: integer(width, null),
    [`cop1.round.w.${f}`]: integer(width, 0),
    [`cop1.trunc.w.${f}`]: integer(width, 3),
    [`cop1.ceil.w.${f}`]: integer(width, 2),
    [`cop1.floor.w.${f}`]: integer(width, 1),
    [`cop1.c.${f}`]: condition(width),
  } as Record<
    `cop1.${'add' | 'sub' | 'mul' | 'div' | 'sqrt' | 'recip' | 'rsqrt' | 'madd' | 'msub' | 'nmadd' | 'nmsub' | `${'cvt' | 'round' | 'trunc' | 'ceil' | 'floor'}.w` | 'c'}.${F}`,
    Entry
  >;
};

const TABLE = {
  ...format('s'),
  ...format('d'),
  'cop1.control': { args: ['register', 'value'], run: setControl } as Entry,
  'cop1.cvt.d.s': { args: ['fd', 'fs'], run: (w, fd, fs) => write(64, w, fd, widen(read(32, w, fs))) } as Entry,
  'cop1.cvt.s.d': { args: ['fd', 'fs'], run: (w, fd, fs) => write(32, w, fd, narrow(read(64, w, fs), modeOf(w[FCSR]!))) } as Entry,
  'cop1.cvt.s.w': { args: ['fd', 'fs'], run: (w, fd, fs) => write(32, w, fd, fromWord(32, w[fs]!, modeOf(w[FCSR]!))) } as Entry,
  'cop1.cvt.d.w': { args: ['fd', 'fs'], run: (w, fd, fs) => write(64, w, fd, fromWord(64, w[fs]!, modeOf(w[FCSR]!))) } as Entry,
};

export type Cop1Service = keyof typeof TABLE;
const part = <K extends keyof Entry>(key: K): Record<Cop1Service, Entry[K]> =>
  Object.fromEntries(Object.entries(TABLE).map(([name, e]) => [name, e[key]])) as Record<Cop1Service, Entry[K]>;
export const COP1_ARGUMENTS: Readonly<Record<Cop1Service, readonly string[]>> = part('args');
export const COP1_FUNCTIONS: Readonly<Record<Cop1Service, FloatFunction>> = part('run');
