/** SSE2: packed integer arithmetic on the XMM registers, by services. The forms on MMX registers are in mmx.ts. */
import type { X86Row } from '../row.ts';
import type { IntegerOperation } from '../sse/integer.ts';
import { change, immediate, type Means, put, sse, words } from './sse-terms.ts';

const ADDS = 'Adds lanes', SUBTRACTS = 'Subtracts lanes', SHIFTS = 'Shifts each lane';
export const OPERATIONS: readonly (readonly [IntegerOperation, string, string])[] = [
  ['punpcklbw', '60', 'Takes the low lanes of both operands in turn.'], ['punpcklwd', '61', 'Takes the low lanes of both operands in turn.'],
  ['packsswb', '63', 'Narrows signed words to signed bytes, saturating.'], ['pcmpgtb', '64', 'Ones where the first byte is greater.'],
  ['pcmpgtw', '65', 'Ones where the first word is greater.'], ['pcmpgtd', '66', 'Ones where the first doubleword is greater.'],
  ['packuswb', '67', 'Narrows signed words to unsigned bytes, saturating.'], ['punpckhbw', '68', 'Takes the high lanes of both operands in turn.'],
  ['punpckhwd', '69', 'Takes the high lanes of both operands in turn.'], ['packssdw', '6B', 'Narrows doublewords to words, saturating.'],
  ['pcmpeqb', '74', 'Ones where bytes are equal.'], ['pcmpeqw', '75', 'Ones where words are equal.'], ['pcmpeqd', '76', 'Ones where doublewords are equal.'],
  ['psrlw', 'D1', `${SHIFTS} right.`], ['psrld', 'D2', `${SHIFTS} right.`], ['psrlq', 'D3', `${SHIFTS} right.`],
  ['paddq', 'D4', `${ADDS} of 64 bits.`], ['pmullw', 'D5', 'Multiplies words; keeps the low halves.'],
  ['psubusb', 'D8', `${SUBTRACTS}, unsigned, saturating.`], ['psubusw', 'D9', `${SUBTRACTS}, unsigned, saturating.`], ['pminub', 'DA', 'Takes the lesser unsigned bytes.'],
  ['paddusb', 'DC', `${ADDS}, unsigned, saturating.`], ['paddusw', 'DD', `${ADDS}, unsigned, saturating.`], ['pmaxub', 'DE', 'Takes the greater unsigned bytes.'],
  ['pavgb', 'E0', 'Averages unsigned bytes, rounding up.'], ['psraw', 'E1', `${SHIFTS} right, signed.`], ['psrad', 'E2', `${SHIFTS} right, signed.`],
  ['pavgw', 'E3', 'Averages unsigned words, rounding up.'], ['pmulhuw', 'E4', 'Multiplies unsigned words; keeps the high halves.'],
  ['pmulhw', 'E5', 'Multiplies signed words; keeps the high halves.'],
  ['psubsb', 'E8', `${SUBTRACTS}, saturating.`], ['psubsw', 'E9', `${SUBTRACTS}, saturating.`], ['pminsw', 'EA', 'Takes the lesser signed words.'],
  ['paddsb', 'EC', `${ADDS}, saturating.`], ['paddsw', 'ED', `${ADDS}, saturating.`], ['pmaxsw', 'EE', 'Takes the greater signed words.'],
  ['psllw', 'F1', `${SHIFTS} left.`], ['pslld', 'F2', `${SHIFTS} left.`], ['psllq', 'F3', `${SHIFTS} left.`],
  ['pmuludq', 'F4', 'Multiplies two pairs of unsigned doublewords.'], ['pmaddwd', 'F5', 'Multiplies words and adds neighbouring products.'],
  ['psadbw', 'F6', 'Sums the differences of bytes.'],
  ['psubb', 'F8', `${SUBTRACTS}.`], ['psubw', 'F9', `${SUBTRACTS}.`], ['psubd', 'FA', `${SUBTRACTS}.`], ['psubq', 'FB', `${SUBTRACTS} of 64 bits.`],
  ['paddb', 'FC', `${ADDS}.`], ['paddw', 'FD', `${ADDS}.`], ['paddd', 'FE', `${ADDS}.`],
];
const operate = (name: IntegerOperation): Means => (m) => change(m, `sse.${name}`, ...words(m, 1, 4, true));

/** Shifts by an immediate count are the same operations with the count as second operand. */
export const SHIFTS_BY: readonly (readonly [IntegerOperation, string])[] = [
  ['psrlw', '71 /2'], ['psraw', '71 /4'], ['psllw', '71 /6'], ['psrld', '72 /2'], ['psrad', '72 /4'], ['pslld', '72 /6'], ['psrlq', '73 /2'], ['psllq', '73 /6'],
];
const shiftBy = (name: IntegerOperation): Means => (m) => change(m, `sse.${name}`, m.const(immediate(m, 1)), m.const(0), m.const(0), m.const(0));

/** All 16 bytes by whole bytes. */
const shiftBytes = (right: boolean): Means => (m) => {
  const count = Math.min(immediate(m, 1), 16), whole = count >> 2, bits = (count & 3) * 8;
  const old = words(m, 0, 4), zero = m.const(0), at = (n: number) => (n >= 0 && n < 4 ? old[n]! : zero);
  put(m, 0, old.map((_, i) => {
    const near = at(right ? i + whole : i - whole), far = at(right ? i + whole + 1 : i - whole - 1);
    if (bits === 0) return near;
    return right ? m.or(m.shr(near, m.const(bits)), m.shl(far, m.const(32 - bits))) : m.or(m.shl(near, m.const(bits)), m.shr(far, m.const(32 - bits)));
  }));
};

export const SSE_INTEGER: readonly X86Row[] = [
  ...OPERATIONS.map(([name, opcode, says]) => sse(name, 'xmm, xmm/m128', `66 0F ${opcode} /r`, says, operate(name))),
  ...SHIFTS_BY.map(([name, opcode]) => sse(name, 'xmm, imm8', `66 0F ${opcode} ib`, `${SHIFTS} by a constant.`, shiftBy(name))),
  sse('psrldq', 'xmm, imm8', '66 0F 73 /3 ib', 'Shifts all 16 bytes right by whole bytes.', shiftBytes(true)),
  sse('pslldq', 'xmm, imm8', '66 0F 73 /7 ib', 'Shifts all 16 bytes left by whole bytes.', shiftBytes(false)),
  sse('pmovmskb', 'r32, xmm', '66 0F D7 /r', 'Collects the high bits of all bytes.', (m) => m.put(0, m.call('sse.pmovmskb', words(m, 1, 4)))),
];
