/** SSE and SSE2: moves, logic and rearrangement of whole words, which are plain data flow; MXCSR. */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import type { X86Row } from '../row.ts';
import { MXCSR_MASK } from '../sse/state.ts';
import { GP, MXCSR } from '../state.ts';
import { base, immediate, isVector, type Means, put, sse, words } from './sse-terms.ts';

const zeros = (m: X86, count: number): Value[] => Array.from({ length: count }, () => m.const(0));

const move = (aligned: boolean): Means => (m) => put(m, 0, words(m, 1, 4, aligned), 0, aligned);
/** A whole register or 16 bytes, both ways. */
const whole = (name: string, load: string, store: string, aligned: boolean): X86Row[] => [
  sse(name, 'xmm, xmm/m128', load, 'Copies 16 bytes.', move(aligned)),
  sse(name, 'xmm/m128, xmm', store, 'Copies 16 bytes.', move(aligned)),
];

/** The low part of a register: from memory the rest becomes zero, from a register it stays. */
const scalar = (name: string, memory: string, count: number, prefix: string): X86Row[] => [
  sse(name, 'xmm, xmm', `${prefix} 0F 10 /r`, 'Copies the low lane.', (m) => put(m, 0, words(m, 1, count))),
  sse(name, `xmm, ${memory}`, `${prefix} 0F 10 /r`, 'Loads the low lane and clears the rest.', (m) => put(m, 0, [...words(m, 1, count), ...zeros(m, 4 - count)])),
  sse(name, `xmm/${memory}, xmm`, `${prefix} 0F 11 /r`, 'Stores the low lane; of a register, the rest stays.', (m) => put(m, 0, words(m, 1, count))),
];

const half = (name: string, prefix: string, opcode: string, from: number): X86Row[] => [
  sse(name, 'xmm, m64', `${prefix} 0F ${opcode} /r`, `Loads the ${from ? 'high' : 'low'} half; the other stays.`, (m) => put(m, 0, words(m, 1, 2), from)),
  sse(name, 'm64, xmm', `${prefix} 0F ${opcode.replace('2', '3').replace('6', '7')} /r`, `Stores the ${from ? 'high' : 'low'} half.`, (m) => put(m, 0, words(m, 1, 4).slice(from, from + 2))),
];

const stream = (name: string, encoding: string): X86Row =>
  sse(name, 'm128, xmm', encoding, 'Stores 16 bytes without filling the cache.', move(true));

const LOGIC: Readonly<Record<string, (m: X86, a: Value, b: Value) => Value>> = {
  and: (m, a, b) => m.and(a, b), andn: (m, a, b) => m.and(m.xor(a, m.const(-1)), b), or: (m, a, b) => m.or(a, b), xor: (m, a, b) => m.xor(a, b),
};
function logic(name: string, operation: string, encoding: string): X86Row {
  const combine = LOGIC[operation]!;
  return sse(name, 'xmm, xmm/m128', encoding, 'Combines all 128 bits.', (m) => {
    const b = words(m, 1, 4, true), a = words(m, 0, 4);
    put(m, 0, a.map((value, k) => combine(m, value, b[k]!)));
  }, operation === 'andn' && name.startsWith('p') ? { entry: 'PANDN' } : {});
}
const LOGIC_ROWS = [['and', '54', 'DB'], ['andn', '55', 'DF'], ['or', '56', 'EB'], ['xor', '57', 'EF']].flatMap(([name, float, integer]) => [
  logic(`${name}ps`, name!, `NP 0F ${float} /r`), logic(`${name}pd`, name!, `66 0F ${float} /r`), logic(`p${name}`, name!, `66 0F ${integer} /r`),
]);

/** New words from both operands by number: 0..3 the first operand's, 4..7 the second's. */
const choose = (pick: (order: number) => readonly number[]): Means => (m) => {
  const both = [...words(m, 1, 4, true)], all = [...words(m, 0, 4), ...both];
  put(m, 0, pick(m.instruction.row.form.immediates.length > 0 ? immediate(m, 2) : 0).map((n) => all[n]!));
};
const arrange = (name: string, encoding: string, says: string, pick: (order: number) => readonly number[]): X86Row =>
  sse(name, encoding.endsWith(' ib') ? 'xmm, xmm/m128, imm8' : 'xmm, xmm/m128', encoding, says, choose(pick));
const two = (order: number, at: number): number => (order >> (2 * at)) & 3;
const LOW = 'Takes the low lanes of both operands in turn.', HIGH = 'Takes the high lanes of both operands in turn.';

/** Four 16-bit lanes of one half, the other half as it is. */
const shuffleHalves = (high: boolean): Means => (m) => {
  const source = words(m, 1, 4, true), order = immediate(m, 2), at = high ? 2 : 0;
  const lane = (n: number): Value => {
    const word = source[at + (n >> 1)]!;
    return n & 1 ? m.shr(word, m.const(16)) : m.and(word, m.const(0xffff));
  };
  const pair = (first: number): Value => m.or(lane(two(order, first)), m.shl(lane(two(order, first + 1)), m.const(16)));
  const changed = [pair(0), pair(2)];
  put(m, 0, high ? [source[0]!, source[1]!, ...changed] : [...changed, source[2]!, source[3]!]);
};

/** The sign bits of lanes as a number. */
const signs = (double: boolean): Means => (m) => {
  const source = words(m, 1, 4), tops = double ? [source[1]!, source[3]!] : source;
  m.put(0, tops.map((word, i) => m.shl(m.shr(word, m.const(31)), m.const(i))).reduce((sum, bit) => m.or(sum, bit)));
};

const insertWord: Means = (m) => {
  const at = immediate(m, 2) & 7, word = base(m, 0) + (at >> 1), old = m.word(word);
  const value = m.operand(1).k === 'reg' ? m.and(m.reg(m.number(1)), m.const(0xffff)) : m.load(m.address(1), 16);
  const merged = at & 1 ? m.or(m.and(old, m.const(0xffff)), m.shl(value, m.const(16))) : m.or(m.and(old, m.const(0xffff0000)), value);
  m.putSlice({ word, low: 0, width: 32 }, merged);
};
const extractWord: Means = (m) => {
  const at = immediate(m, 2) & 7, word = words(m, 1, 4)[at >> 1]!;
  m.put(0, at & 1 ? m.shr(word, m.const(16)) : m.and(word, m.const(0xffff)));
};

/** Reserved bits must be 0. */
const loadControl: Means = (m) => {
  const value = m.get(0);
  m.trapIf(m.bool(m.and(value, m.const(~MXCSR_MASK))), GP, 0);
  m.putSlice({ word: MXCSR, low: 0, width: 32 }, value);
};

/** Register, or memory of the size of the general register. */
const general = (m: X86, i: number): Value => m.get(i);

export const SSE_MOVE: readonly X86Row[] = [
  ...whole('movups', 'NP 0F 10 /r', 'NP 0F 11 /r', false), ...whole('movupd', '66 0F 10 /r', '66 0F 11 /r', false),
  ...whole('movaps', 'NP 0F 28 /r', 'NP 0F 29 /r', true), ...whole('movapd', '66 0F 28 /r', '66 0F 29 /r', true),
  ...whole('movdqa', '66 0F 6F /r', '66 0F 7F /r', true), ...whole('movdqu', 'F3 0F 6F /r', 'F3 0F 7F /r', false),
  ...scalar('movss', 'm32', 1, 'F3'), ...scalar('movsd', 'm64', 2, 'F2'),
  sse('movhlps', 'xmm, xmm', 'NP 0F 12 /r', 'Copies the high half to the low half.', (m) => put(m, 0, words(m, 1, 4).slice(2))),
  sse('movlhps', 'xmm, xmm', 'NP 0F 16 /r', 'Copies the low half to the high half.', (m) => put(m, 0, words(m, 1, 2), 2)),
  ...half('movlps', 'NP', '12', 0), ...half('movlpd', '66', '12', 0), ...half('movhps', 'NP', '16', 2), ...half('movhpd', '66', '16', 2),
  sse('movd', 'xmm, r/m32', '66 0F 6E /r', 'Copies 32 bits and clears the rest.', (m) => put(m, 0, [general(m, 1), ...zeros(m, 3)])),
  sse('movd', 'r/m32, xmm', '66 0F 7E /r', 'Copies the low 32 bits.', (m) => m.put(0, words(m, 1, 1)[0]!)),
  sse('movq', 'xmm, xmm/m64', 'F3 0F 7E /r', 'Copies 64 bits and clears the rest.', (m) => put(m, 0, [...words(m, 1, 2), ...zeros(m, 2)])),
  sse('movq', 'xmm/m64, xmm', '66 0F D6 /r', 'Copies 64 bits; of a register, the rest becomes zero.', (m) => put(m, 0, isVector(m, 0) ? [...words(m, 1, 2), ...zeros(m, 2)] : words(m, 1, 2))),
  stream('movntps', 'NP 0F 2B /r'), stream('movntpd', '66 0F 2B /r'), stream('movntdq', '66 0F E7 /r'),
  sse('movnti', 'm32, r32', 'NP 0F C3 /r', 'Stores a register without filling the cache.', (m) => m.put(0, m.get(1))),
  sse('movmskps', 'r32, xmm', 'NP 0F 50 /r', 'Collects the sign bits of four singles.', signs(false)),
  sse('movmskpd', 'r32, xmm', '66 0F 50 /r', 'Collects the sign bits of two doubles.', signs(true)),
  ...LOGIC_ROWS,
  arrange('unpcklps', 'NP 0F 14 /r', LOW, () => [0, 4, 1, 5]), arrange('unpcklpd', '66 0F 14 /r', LOW, () => [0, 1, 4, 5]),
  arrange('unpckhps', 'NP 0F 15 /r', HIGH, () => [2, 6, 3, 7]), arrange('unpckhpd', '66 0F 15 /r', HIGH, () => [2, 3, 6, 7]),
  arrange('punpckldq', '66 0F 62 /r', LOW, () => [0, 4, 1, 5]), arrange('punpckhdq', '66 0F 6A /r', HIGH, () => [2, 6, 3, 7]),
  arrange('punpcklqdq', '66 0F 6C /r', LOW, () => [0, 1, 4, 5]), arrange('punpckhqdq', '66 0F 6D /r', HIGH, () => [2, 3, 6, 7]),
  arrange('shufps', 'NP 0F C6 /r ib', 'Takes two lanes of each operand, by number.', (n) => [two(n, 0), two(n, 1), 4 + two(n, 2), 4 + two(n, 3)]),
  arrange('shufpd', '66 0F C6 /r ib', 'Takes one lane of each operand, by number.', (n) => [2 * (n & 1), 2 * (n & 1) + 1, 4 + (n & 2), 5 + (n & 2)]),
  arrange('pshufd', '66 0F 70 /r ib', 'Takes four lanes by number.', (n) => [0, 1, 2, 3].map((k) => 4 + two(n, k))),
  sse('pshuflw', 'xmm, xmm/m128, imm8', 'F2 0F 70 /r ib', 'Takes the four low 16-bit lanes by number.', shuffleHalves(false)),
  sse('pshufhw', 'xmm, xmm/m128, imm8', 'F3 0F 70 /r ib', 'Takes the four high 16-bit lanes by number.', shuffleHalves(true)),
  sse('pinsrw', 'xmm, r32/m16, imm8', '66 0F C4 /r ib', 'Replaces one 16-bit lane.', insertWord),
  sse('pextrw', 'r32, xmm, imm8', '66 0F C5 /r ib', 'Copies one 16-bit lane.', extractWord),
  sse('ldmxcsr', 'm32', 'NP 0F AE /2', 'Loads the control and status register.', loadControl),
  sse('stmxcsr', 'm32', 'NP 0F AE /3', 'Stores the control and status register.', (m) => m.put(0, m.word(MXCSR))),
  sse('maskmovdqu', 'xmm, xmm', '66 0F F7 /r', 'Stores the bytes that a mask chooses at [edi].', (m) => { m.call('sse.maskmovdqu', maskedArguments(m)); }),
];

/** The linear address of DS:[EDI], then the words of value and mask are read by the service itself. */
function maskedArguments(m: X86): Value[] {
  const size = m.instruction.addressSize;
  const at = { segment: m.instruction.segment ?? 3, offset: size === 16 ? m.zext(m.reg(7, 16), 16) : m.reg(7) };
  return [m.const(at.segment), at.offset, m.const(base(m, 0)), m.const(base(m, 1)), m.const(16)];
}
