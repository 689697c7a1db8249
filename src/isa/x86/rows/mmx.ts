/**
 * MMX, and what SSE and SSE2 added to it: 64-bit registers that are the mantissas of the x87's physical registers (SDM vol. 1, 9.2).
 * Every instruction but EMMS makes all tags valid and TOP zero; a register that is written gets ones above its mantissa.
 */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import type { SseService } from '../services.ts';
import type { IntegerOperation } from '../sse/integer.ts';
import { xmmWord } from '../sse/state.ts';
import { CR0, FPU_REGISTERS, FPU_STATUS, FPU_TAGS, NM, UD } from '../state.ts';
import { raisesPending } from './fpu-common.ts';
import { OPERATIONS, SHIFTS_BY } from './sse-integer.ts';
import { changeAt, immediate, type Means, put as putVector, words as vectorWords } from './sse-terms.ts';

const EM = 4, TASK_SWITCHED = 8, TOP = 0x3800, ALL = 0xff;

function available(m: X86): void {
  m.trapIf(m.and(m.word(CR0), m.const(EM)), UD);
  m.trapIf(m.and(m.word(CR0), m.const(TASK_SWITCHED)), NM);
  raisesPending(m);
}
const putWord = (m: X86, word: number, value: Value): void => m.putSlice({ word, low: 0, width: 32 }, value);
function tags(m: X86, value: number): void {
  putWord(m, FPU_STATUS, m.and(m.word(FPU_STATUS), m.const(~TOP)));
  putWord(m, FPU_TAGS, m.const(value));
}
const mmx = (name: string, operands: string, encoding: string, says: string, means: Means, entry?: string): X86Row =>
  ia32(name, operands, encoding, (m) => {
    available(m);
    means(m);
    tags(m, ALL);
  }, { says, ...(entry ? { entry } : {}) });

const isRegister = (m: X86, i: number): boolean => m.operand(i).k === 'mm';
const base = (m: X86, i: number): number => FPU_REGISTERS + 3 * m.number(i);

/** Two words of an operand; of one in memory as many as it has, then zeros. */
function words(m: X86, i: number, count = 2): readonly [Value, Value] {
  if (isRegister(m, i)) return [m.word(base(m, i)), m.word(base(m, i) + 1)];
  const at = m.address(i);
  return [m.load(at, 32), count > 1 ? m.load(m.beyond(at, 4), 32) : m.const(0)];
}
function put(m: X86, i: number, values: readonly Value[]): void {
  if (isRegister(m, i)) {
    values.forEach((value, k) => putWord(m, base(m, i) + k, value));
    putWord(m, base(m, i) + 2, m.const(0xffff));
    return;
  }
  const at = m.address(i);
  values.forEach((value, k) => m.store(k === 0 ? at : m.beyond(at, 4), 32, value));
}
/** Calls a service that writes the two words of the destination. */
function change(m: X86, service: SseService, ...args: readonly Value[]): void {
  changeAt(m, service, base(m, 0), 2, ...args);
  putWord(m, base(m, 0) + 2, m.const(0xffff));
}

const half = (name: IntegerOperation): SseService => `sse.mm.${name}`;
const operate = (name: IntegerOperation, count: number): Means => (m) => change(m, half(name), ...words(m, 1, count));
const shiftBy = (name: IntegerOperation): Means => (m) => change(m, half(name), m.const(immediate(m, 1)), m.const(0));

const LOGIC: readonly (readonly [string, string, (m: X86, a: Value, b: Value) => Value])[] = [
  ['pand', 'DB', (m, a, b) => m.and(a, b)], ['pandn', 'DF', (m, a, b) => m.and(m.xor(a, m.const(-1)), b)],
  ['por', 'EB', (m, a, b) => m.or(a, b)], ['pxor', 'EF', (m, a, b) => m.xor(a, b)],
];

/** One of the four 16-bit lanes. */
const lane = (m: X86, source: readonly Value[], n: number): Value =>
  n & 1 ? m.shr(source[n >> 1]!, m.const(16)) : m.and(source[n >> 1]!, m.const(0xffff));

const shuffle: Means = (m) => {
  const source = words(m, 1), order = immediate(m, 2);
  const pair = (at: number): Value => m.or(lane(m, source, (order >> at) & 3), m.shl(lane(m, source, (order >> (at + 2)) & 3), m.const(16)));
  put(m, 0, [pair(0), pair(4)]);
};
const insert: Means = (m) => {
  const n = immediate(m, 2) & 3, old = words(m, 0);
  const value = m.operand(1).k === 'reg' ? m.and(m.reg(m.number(1)), m.const(0xffff)) : m.load(m.address(1), 16);
  const merged = n & 1 ? m.or(m.and(old[n >> 1]!, m.const(0xffff)), m.shl(value, m.const(16))) : m.or(m.and(old[n >> 1]!, m.const(0xffff0000)), value);
  put(m, 0, n < 2 ? [merged, old[1]] : [old[0], merged]);
};
/** MASKMOVQ: the bytes that the mask chooses, at DS:[EDI]. */
const maskedStore: Means = (m) => {
  const at = m.instruction.addressSize === 16 ? m.zext(m.reg(7, 16), 16) : m.reg(7);
  m.call('sse.maskmovdqu', [m.const(m.instruction.segment ?? 3), at, m.const(base(m, 0)), m.const(base(m, 1)), m.const(8)]);
};

const toIntegers = (name: 'cvtps2pi' | 'cvttps2pi' | 'cvtpd2pi' | 'cvttpd2pi'): Means => (m) => {
  const double = name.includes('pd'), source = vectorWords(m, 1, double ? 4 : 2, double);
  change(m, `sse.mm.${name}`, ...source, ...(double ? [] : [m.const(0), m.const(0)]));
};

/** Nothing of MMX is touched when the integers come from memory. */
const fromIntegers = (name: string, encoding: string, says: string, means: Means): X86Row =>
  ia32(name, 'xmm, mm/m64', encoding, (m) => {
    available(m);
    means(m);
    if (isRegister(m, 1)) tags(m, ALL);
  }, { says });

export const MMX: readonly X86Row[] = [
  ...OPERATIONS.map(([name, opcode, says]) => {
    const narrow = name.startsWith('punpckl');
    return mmx(name, narrow ? 'mm, mm/m32' : 'mm, mm/m64', `NP 0F ${opcode} /r`, says, operate(name, narrow ? 1 : 2));
  }),
  ...SHIFTS_BY.map(([name, opcode]) => mmx(name, 'mm, imm8', `NP 0F ${opcode} ib`, 'Shifts each lane by a constant.', shiftBy(name))),
  ...LOGIC.map(([name, opcode, combine]) =>
    mmx(name, 'mm, mm/m64', `NP 0F ${opcode} /r`, 'Combines all 64 bits.', (m) => {
      const b = words(m, 1), a = words(m, 0);
      put(m, 0, a.map((value, k) => combine(m, value, b[k]!)));
    }),
  ),
  mmx('punpckldq', 'mm, mm/m32', 'NP 0F 62 /r', 'Takes the low lanes of both operands.', (m) => put(m, 0, [words(m, 0)[0], words(m, 1, 1)[0]])),
  mmx('punpckhdq', 'mm, mm/m64', 'NP 0F 6A /r', 'Takes the high lanes of both operands.', (m) => put(m, 0, [words(m, 0)[1], words(m, 1)[1]])),
  mmx('movd', 'mm, r/m32', 'NP 0F 6E /r', 'Copies 32 bits and clears the rest.', (m) => put(m, 0, [m.get(1), m.const(0)])),
  mmx('movd', 'r/m32, mm', 'NP 0F 7E /r', 'Copies the low 32 bits.', (m) => m.put(0, words(m, 1)[0])),
  mmx('movq', 'mm, mm/m64', 'NP 0F 6F /r', 'Copies 64 bits.', (m) => put(m, 0, words(m, 1))),
  mmx('movq', 'mm/m64, mm', 'NP 0F 7F /r', 'Copies 64 bits.', (m) => put(m, 0, words(m, 1))),
  mmx('movntq', 'm64, mm', 'NP 0F E7 /r', 'Stores 64 bits without filling the cache.', (m) => put(m, 0, words(m, 1))),
  mmx('movq2dq', 'xmm, mm', 'F3 0F D6 /r', 'Copies 64 bits and clears the rest.', (m) => putVector(m, 0, [...words(m, 1), m.const(0), m.const(0)])),
  mmx('movdq2q', 'mm, xmm', 'F2 0F D6 /r', 'Copies the low 64 bits.', (m) => put(m, 0, vectorWords(m, 1, 2))),
  mmx('pshufw', 'mm, mm/m64, imm8', 'NP 0F 70 /r ib', 'Takes four 16-bit lanes by number.', shuffle),
  mmx('pinsrw', 'mm, r32/m16, imm8', 'NP 0F C4 /r ib', 'Replaces one 16-bit lane.', insert),
  mmx('pextrw', 'r32, mm, imm8', 'NP 0F C5 /r ib', 'Copies one 16-bit lane.', (m) => m.put(0, lane(m, words(m, 1), immediate(m, 2) & 3))),
  mmx('pmovmskb', 'r32, mm', 'NP 0F D7 /r', 'Collects the high bits of all bytes.', (m) => m.put(0, m.call('sse.pmovmskb', [...words(m, 1), m.const(0), m.const(0)]))),
  mmx('maskmovq', 'mm, mm', 'NP 0F F7 /r', 'Stores the bytes that a mask chooses at [edi].', maskedStore),
  fromIntegers('cvtpi2ps', 'NP 0F 2A /r', 'Converts two integers to singles.', (m) =>
    changeAt(m, 'sse.mm.cvtpi2ps', xmmWord(m.number(0)), 2, ...words(m, 1), m.const(0), m.const(0))),
  fromIntegers('cvtpi2pd', '66 0F 2A /r', 'Converts two integers to doubles.', (m) => changeAt(m, 'sse.cvtdq2pd', xmmWord(m.number(0)), 4, ...words(m, 1))),
  mmx('cvtps2pi', 'mm, xmm/m64', 'NP 0F 2D /r', 'Converts two singles to integers.', toIntegers('cvtps2pi')),
  mmx('cvttps2pi', 'mm, xmm/m64', 'NP 0F 2C /r', 'Converts two singles to integers, towards zero.', toIntegers('cvttps2pi')),
  mmx('cvtpd2pi', 'mm, xmm/m128', '66 0F 2D /r', 'Converts two doubles to integers.', toIntegers('cvtpd2pi')),
  mmx('cvttpd2pi', 'mm, xmm/m128', '66 0F 2C /r', 'Converts two doubles to integers, towards zero.', toIntegers('cvttpd2pi')),
  ia32('emms', '', 'NP 0F 77', (m) => {
    available(m);
    tags(m, 0);
  }, { says: 'Leaves MMX: all registers of the x87 are empty.' }),
];
