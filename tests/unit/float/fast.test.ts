/** The quick ways of the x87 are the careful ones: over random operands, precisions and roundings they give the same words and flags. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { store32, store64, storeInteger, load64, loadInteger, type Stored } from '../../../src/isa/x86/float/convert.ts';
import { type F80, f80 } from '../../../src/isa/x86/float/f80.ts';
import { compareFast, operateFast, squareRoot } from '../../../src/isa/x86/float/fast.ts';
import {
  integerExponent,
  integerHigh,
  prepared,
  storeFast32,
  storeFast64,
  storeFastInteger,
  wideExponent64,
  wideHigh64,
} from '../../../src/isa/x86/float/fast-memory.ts';
import { arithmetic, compare, type Operation, type Outcome, sqrt } from '../../../src/isa/x86/float/x87arith.ts';
import { FPU_CONTROL, FPU_REGISTERS, FPU_STATUS } from '../../../src/isa/x86/state.ts';
import { value80 } from '../../oracle/x87-cpu/values.ts';

const CASES = 40_000,
  C1 = 0x200;
const OPERATIONS: readonly (readonly [code: number, name: Operation, swapped: boolean])[] = [
  [0, 'add', false],
  [1, 'mul', false],
  [4, 'sub', false],
  [5, 'sub', true],
  [6, 'div', false],
  [7, 'div', true],
];
const controlOf = (random: Random): number => 0x7f | (random.below(4) << 8) | (random.below(4) << 10);
const words = new Int32Array(256),
  AT = FPU_REGISTERS;
const text = (x: F80): string => `${x.se.toString(16)} ${(x.hi >>> 0).toString(16)} ${(x.lo >>> 0).toString(16)}`;

function begin(control: number): void {
  words[FPU_CONTROL] = control;
  words[FPU_STATUS] = 0;
}
const found = (): string => `${text(f80(words[AT + 2]!, words[AT + 1]!, words[AT]!))} ${words[FPU_STATUS]!.toString(16)}`;
const expected = ({ value, flags, up }: Outcome): string => `${text(value!)} ${(flags | (up ? C1 : 0)).toString(16)}`;
function same(a: F80, b: F80): void {
  if (text(a) !== text(b)) expect.fail(`${text(a)}, not ${text(b)}`);
}
/** Operands near each other three times out of four. */
function pair(random: Random): readonly [F80, F80] {
  const a = value80(random),
    b = value80(random, random.below(4) ? (a.se & 0x7fff) - 16383 : undefined);
  return [f80(a.se, a.hi, a.lo), f80(b.se, b.hi, b.lo)];
}

describe('quick arithmetic', () => {
  it.each(OPERATIONS)('operation %i, %s, swapped %s', (code, name, swapped) => {
    const random = new Random(code + 1);
    let taken = 0;
    for (let i = 0; i < CASES; i++) {
      const [a, b] = pair(random),
        control = controlOf(random);
      begin(control);
      if (!operateFast(words, code, AT, a.lo | 0, a.hi | 0, a.se, b.lo | 0, b.hi | 0, b.se)) continue;
      taken++;
      const wanted = swapped ? arithmetic(name, b, a, control) : arithmetic(name, a, b, control);
      if (found() !== expected(wanted))
        expect.fail(`${text(a)} ${name} ${text(b)} under ${control.toString(16)}: ${found()}, not ${expected(wanted)}`);
    }
    expect(taken).toBeGreaterThan(CASES / 4);
  });
  it('square roots', () => {
    const random = new Random(9);
    let taken = 0;
    for (let i = 0; i < CASES; i++) {
      const [a] = pair(random),
        control = controlOf(random);
      begin(control);
      if (!squareRoot(words, AT, a.lo | 0, a.hi | 0, a.se)) continue;
      taken++;
      if (found() !== expected(sqrt(a, control)))
        expect.fail(`sqrt ${text(a)} under ${control.toString(16)}: ${found()}, not ${expected(sqrt(a, control))}`);
    }
    expect(taken).toBeGreaterThan(CASES / 4);
  });
  it('comparisons', () => {
    const random = new Random(10),
      orders = ['less', 'equal', 'greater'];
    for (let i = 0; i < CASES; i++) {
      const [a, b] = pair(random),
        order = compareFast(a.lo | 0, a.hi | 0, a.se, b.lo | 0, b.hi | 0, b.se);
      if (order === 2) continue;
      const wanted = compare(a, b, false, 0x37f);
      if (orders[order + 1] !== wanted.order || wanted.flags !== 0)
        expect.fail(`${text(a)} and ${text(b)}: ${orders[order + 1]}, not ${wanted.order}`);
    }
  });
});

describe('quick loads and stores', () => {
  const stores: readonly (readonly [string, (at: number) => boolean, (x: F80, control: number) => Stored])[] = [
    ['single', (at) => storeFast32(words, at), store32],
    ['double', (at) => storeFast64(words, at), store64],
    ['16 bits', (at) => storeFastInteger(words, at, 16), (x, control) => storeInteger(x, 16, control, false)],
    ['32 bits', (at) => storeFastInteger(words, at, 32), (x, control) => storeInteger(x, 32, control, false)],
    ['64 bits', (at) => storeFastInteger(words, at, 64), (x, control) => storeInteger(x, 64, control, false)],
  ];
  it.each(stores)('stores %s', (name, fast, slow) => {
    const random = new Random(name.length);
    let taken = 0;
    for (let i = 0; i < CASES; i++) {
      const [a] = pair(random),
        control = controlOf(random),
        bits = name === '16 bits' ? 0xffff : -1;
      begin(control);
      words.set([a.lo | 0, a.hi | 0, a.se], AT);
      if (!fast(AT)) continue;
      taken++;
      const { lo, hi, flags, up } = slow(a, control),
        two = name === 'double' || name === '64 bits';
      const got = [prepared[0]! & bits, two ? prepared[1] : 0, prepared[3], prepared[4]].join(' '),
        wanted = [lo & bits, two ? hi | 0 : 0, flags, up ? 1 : 0].join(' ');
      if (got !== wanted) expect.fail(`${text(a)} under ${control.toString(16)}: ${got}, not ${wanted}`);
    }
    expect(taken).toBeGreaterThan(CASES / 10);
  });
  it('loads', () => {
    const random = new Random(12);
    for (let i = 0; i < CASES; i++) {
      const lo = random.next() | 0,
        hi = random.next() | 0,
        se = wideExponent64(lo, hi);
      if (se >= 0) same(f80(se, wideHigh64(lo, hi), lo << 11), load64(lo, hi, 0x37f).value!);
      const n = [0, 1, -1, 0x7fffffff, 0x80000000 | 0][random.below(20)] ?? lo >> random.below(32);
      same(f80(integerExponent(n), integerHigh(n), 0), loadInteger(n, n >> 31));
    }
  });
});
