/** Decimal adjustment: daa das aaa aas aam aad, as the manual's pseudo-code has them. */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import { AF, DE, EAX } from '../state.ts';

type Means = (m: X86) => void;
const AH = 4, CARRY = 2;

/** The low digit exceeds nine, or a carry came out of it: 0 or 1. */
const lowDigitOver = (m: X86, al: Value): Value =>
  m.or(m.ltu(m.const(9), m.and(al, m.const(15))), m.bool(m.flagBits(AF)));
const flags = (m: X86, al: Value, adjust: Value, carry: Value): void =>
  m.setStatus(m.or(m.or(m.signZeroParity(al), m.shl(adjust, m.const(4))), carry));

/** DAS keeps the borrow of its first step, DAA finds the carry in the test against 99H. */
const decimal = (add: boolean): Means => (m) => {
  const al = m.reg(EAX, 8), low = lowDigitOver(m, al);
  const high = m.or(m.ltu(m.const(0x99), al), m.condition(CARRY));
  const change = m.add(m.select(low, m.const(6), m.const(0)), m.select(high, m.const(0x60), m.const(0)));
  const result = m.binary(add ? 'add' : 'sub', al, change);
  m.setReg(EAX, result, 8);
  const borrow = add ? m.const(0) : m.and(low, m.ltu(al, m.const(6)));
  flags(m, result, low, m.or(high, borrow));
};
/** AX changes by 106H (AAA, as one sum); AAS takes 6 from AX and 1 from AH. */
const ascii = (add: boolean): Means => (m) => {
  const ax = m.reg(EAX, 16), over = lowDigitOver(m, m.reg(EAX, 8));
  const changed = m.add(ax, m.select(over, m.const(add ? 0x106 : -0x106), m.const(0)));
  const result = m.and(changed, m.const(0xff0f));
  m.setReg(EAX, result, 16);
  flags(m, result, over, over);
};
const aam: Means = (m) => {
  const base = m.get(0), al = m.reg(EAX, 8), zero = m.const(0);
  m.trapIf(m.not(base), DE);
  const rest = m.divide('remu', zero, al, base);
  m.setReg(AH, m.divide('divu', zero, al, base), 8);
  m.setReg(EAX, rest, 8);
  m.setStatus(m.signZeroParity(rest));
};
const aad: Means = (m) => {
  const sum = m.and(m.add(m.reg(EAX, 8), m.mul(m.reg(AH, 8), m.get(0))), m.const(0xff));
  m.setReg(EAX, sum, 16);
  m.setStatus(m.signZeroParity(sum));
};

const DECIMAL = { reads: 'AC', writes: 'SZAPC', undefines: 'O' };
const ASCII = { reads: 'A', writes: 'AC', undefines: 'OSZP' };
const SPLIT = { writes: 'SZP', undefines: 'OAC' };

export const BCD: readonly X86Row[] = [
  ia32('daa', '', '27', decimal(true), { ...DECIMAL, says: 'Corrects AL after the addition of two packed decimal digits.' }),
  ia32('das', '', '2F', decimal(false), { ...DECIMAL, says: 'Corrects AL after the subtraction of two packed decimal digits.' }),
  ia32('aaa', '', '37', ascii(true), { ...ASCII, says: 'Corrects AX after the addition of two decimal digits.' }),
  ia32('aas', '', '3F', ascii(false), { ...ASCII, says: 'Corrects AX after the subtraction of two decimal digits.' }),
  ia32('aam', 'imm8', 'D4 ib', aam, { ...SPLIT, says: 'Splits AL into two digits in AH and AL.' }),
  ia32('aad', 'imm8', 'D5 ib', aad, { ...SPLIT, says: 'Joins the digits in AH and AL to one number in AL.' }),
];
