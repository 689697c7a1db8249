/** The lazy flags against a second formulation in wide integers, exhaustively for bytes; conditions against materialised bits. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import type { Width } from '../../../src/isa/microop/op.ts';
import {
  LAZY_RULES,
  condition,
  flagBits,
  lazyCode,
  materialise,
  setFlagBits,
  setLazy,
  settle,
  statusFlags,
} from '../../../src/isa/x86/flags.ts';
import type { LazyRule } from '../../../src/isa/x86/flags.ts';
import { AF, CF, EFLAGS, LAZY_RULE, OF, PF, SF, STATUS_FLAGS, ZF } from '../../../src/isa/x86/state.ts';

/** Bit by bit, as one would with paper: results, carries and borrows of unlimited numbers. */
function expected(rule: LazyRule, width: number, a: number, b: number, carry: number): { result: number; flags: number } {
  const size = 2 ** width,
    signed = (n: number): number => (n >= size / 2 ? n - size : n);
  let exact = 0,
    real = 0,
    half = 0,
    cf = false,
    of: boolean | null = null;
  const c = rule === 'adc' || rule === 'sbb' ? carry : 0,
    y = rule === 'inc' || rule === 'dec' ? 1 : b;
  switch (rule) {
    case 'add':
    case 'adc':
    case 'inc':
      exact = a + y + c;
      real = signed(a) + signed(y) + c;
      half = (a % 16) + (y % 16) + c;
      cf = exact >= size;
      break;
    case 'sub':
    case 'sbb':
    case 'dec':
      exact = a - y - c;
      real = signed(a) - signed(y) - c;
      half = (a % 16) - (y % 16) - c;
      cf = exact < 0;
      break;
    case 'logic':
      exact = Number(BigInt(a) & BigInt(b));
      real = signed(exact);
      break;
    case 'shl':
      exact = a * 2 ** b;
      cf = Math.floor(exact / size) % 2 === 1;
      real = signed(exact % size);
      break;
    case 'shr':
      exact = Math.floor(a / 2 ** b);
      cf = Math.floor(a / 2 ** (b - 1)) % 2 === 1;
      real = signed(exact);
      break;
    case 'sar':
      exact = Math.floor(signed(a) / 2 ** b);
      cf = Math.abs(Math.floor(signed(a) / 2 ** (b - 1))) % 2 === 1;
      real = exact;
      of = false;
      break;
  }
  const result = ((exact % size) + size) % size;
  if (rule === 'inc' || rule === 'dec') cf = carry === 1;
  if (rule === 'shl') of = result >= size / 2 !== cf;
  if (rule === 'shr') of = a >= size / 2;
  const ones = [...(result % 256).toString(2)].filter((x) => x === '1').length;
  const flags =
    (cf ? CF : 0) |
    (ones % 2 === 0 ? PF : 0) |
    (half < 0 || half > 15 ? AF : 0) |
    (result === 0 ? ZF : 0) |
    (result >= size / 2 ? SF : 0) |
    ((of ?? signed(result) !== real) ? OF : 0);
  return { result, flags };
}
/** OF of a shift right by more than one is undefined. */
const compared = (rule: LazyRule, b: number): number => ((rule === 'shr' || rule === 'sar') && b !== 1 ? STATUS_FLAGS & ~OF : STATUS_FLAGS);

function check(rule: LazyRule, width: Width, a: number, b: number, carry: number, dirt: number): void {
  const want = expected(rule, width, a, b, carry),
    mask = compared(rule, b),
    high = width === 32 ? 0 : dirt << width;
  const got = statusFlags(rule, width, a | high, ['shl', 'shr', 'sar'].includes(rule) ? b : b | high, carry, want.result | high);
  if ((got & mask) !== (want.flags & mask))
    expect.fail(`${rule} ${width} ${a} ${b} ${carry}: ${got.toString(16)}, not ${want.flags.toString(16)}`);
}

describe('statusFlags', () => {
  it.each(LAZY_RULES)('%s: all pairs of bytes', (rule) => {
    const shift = ['shl', 'shr', 'sar'].includes(rule);
    for (let a = 0; a < 256; a++)
      for (let b = shift ? 1 : 0; b < (shift ? 32 : 256); b++) for (const carry of [0, 1]) check(rule, 8, a, b, carry, 0x5a5a5a);
  });
  it.each(LAZY_RULES)('%s: random words and double words', (rule) => {
    const random = new Random(LAZY_RULES.indexOf(rule)),
      shift = ['shl', 'shr', 'sar'].includes(rule);
    const edges = [0, 1, 0x7f, 0x80, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];
    const number = (size: number): number => (random.below(2) ? random.next() : edges[random.below(edges.length)]!) % size;
    for (let i = 0; i < 4000; i++) {
      const width = i & 1 ? 16 : 32,
        size = 2 ** width;
      check(rule, width, number(size), shift ? 1 + random.below(31) : number(size), random.below(2), 0x1234);
    }
  });
});

describe('the words', () => {
  it('every condition of every rule is that of the materialised flags', () => {
    const random = new Random(3),
      words = new Int32Array(64);
    for (let i = 0; i < 6000; i++) {
      const rule = LAZY_RULES[random.below(LAZY_RULES.length)]!,
        width = ([8, 16, 32] as const)[random.below(3)]!;
      const shift = ['shl', 'shr', 'sar'].includes(rule),
        edge = (): number => (random.below(2) ? random.next() | 0 : [0, 1, -1, 0x80, -0x80000000][random.below(5)]!);
      const a = edge(),
        b = shift ? 1 + random.below(31) : edge(),
        size = 2 ** width;
      const { result } = expected(rule, width, (a >>> 0) % size, shift ? b : (b >>> 0) % size, 1);
      setLazy(words, rule, width, a, b, 1, result | 0);
      const flags = materialise(words),
        plain = new Int32Array(64);
      plain[EFLAGS] = flags;
      for (let code = 0; code < 16; code++)
        if (condition(words, code) !== condition(plain, code)) expect.fail(`${rule} ${width} ${a} ${b} condition ${code}`);
    }
  });
  it('INC keeps the carry of what came before', () => {
    const words = new Int32Array(64);
    setLazy(words, 'add', 8, 0xff, 1, 0, 0x100);
    setLazy(words, 'inc', 32, 5, 0, 0, 6);
    expect(materialise(words) & (CF | ZF)).toBe(CF);
  });
  it('setFlagBits keeps what is not in the mask; settle and flagBits agree with materialise', () => {
    const words = new Int32Array(64);
    words[EFLAGS] = 0x202;
    setLazy(words, 'sub', 32, 1, 1, 0, 0);
    expect(words[LAZY_RULE]).toBe(lazyCode('sub', 32));
    expect(flagBits(words, -1)).toBe(0x202 | ZF | PF);
    setFlagBits(words, CF, CF);
    expect([words[LAZY_RULE], words[EFLAGS]]).toEqual([0, 0x202 | ZF | PF | CF]);
    setLazy(words, 'logic', 8, 0, 0, 0, 0x80);
    expect(settle(words)).toBe(0x202 | SF);
    expect(flagBits(words, 0x200)).toBe(0x200);
  });
});
