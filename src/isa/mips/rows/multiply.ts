/**
 * Multiplication and division, and the HI and LO registers. Division never traps: by zero, or of the most negative number
 * by -1, the manual leaves the result UNPREDICTABLE; here, as in qemu, the divisor counts as 1.
 */
import { mips } from '../row.ts';
import type { MipsTerms } from '../terms.ts';

const multiply = (signed: boolean) => (m: MipsTerms): void => {
  const { high, low } = m.mulWide(m.rs, m.rt, signed);
  m.setHiLo(high, low);
};
const multiplyAdd = (signed: boolean) => (m: MipsTerms): void => {
  const { high, low } = m.mulWide(m.rs, m.rt, signed);
  const sum = m.add(m.lo, low);
  m.setHiLo(m.add(m.add(m.hi, high), m.ltu(sum, low)), sum);
};
const multiplySubtract = (signed: boolean) => (m: MipsTerms): void => {
  const { high, low } = m.mulWide(m.rs, m.rt, signed), lo = m.lo;
  m.setHiLo(m.sub(m.sub(m.hi, high), m.ltu(lo, low)), m.sub(lo, low));
};
const divideSigned = (m: MipsTerms): void => {
  const overflows = m.and(m.eq(m.rs, m.const(0x80000000)), m.eq(m.rt, m.const(-1)));
  const by = m.select(m.or(overflows, m.not(m.rt)), m.const(1), m.rt), high = m.sar(m.rs, m.const(31));
  m.setHiLo(m.divide('rems', high, m.rs, by), m.divide('divs', high, m.rs, by));
};
const divideUnsigned = (m: MipsTerms): void => {
  const by = m.add(m.rt, m.not(m.rt)), high = m.const(0);
  m.setHiLo(m.divide('remu', high, m.rs, by), m.divide('divu', high, m.rs, by));
};

export const MULTIPLY = [
  mips('mul', 'rd, rs, rt', '011100 s t d 00000 000010', 'Multiplies; rd gets the low 32 bits.', (m) => m.setRd(m.mul(m.rs, m.rt))),
  mips('mult', 'rs, rt', '000000 s t 0000000000 011000', 'Multiplies (signed); HI and LO get the 64-bit product.', multiply(true)),
  mips('multu', 'rs, rt', '000000 s t 0000000000 011001', 'Multiplies (unsigned); HI and LO get the 64-bit product.', multiply(false)),
  mips('madd', 'rs, rt', '011100 s t 0000000000 000000', 'Adds the signed product to the 64 bits in HI and LO.', multiplyAdd(true)),
  mips('maddu', 'rs, rt', '011100 s t 0000000000 000001', 'Adds the unsigned product to the 64 bits in HI and LO.', multiplyAdd(false)),
  mips('msub', 'rs, rt', '011100 s t 0000000000 000100', 'Subtracts the signed product from the 64 bits in HI and LO.', multiplySubtract(true)),
  mips('msubu', 'rs, rt', '011100 s t 0000000000 000101', 'Subtracts the unsigned product from the 64 bits in HI and LO.', multiplySubtract(false)),
  mips('div', 'rs, rt', '000000 s t 0000000000 011010', 'Divides (signed); LO gets the quotient, HI the remainder.', divideSigned),
  mips('divu', 'rs, rt', '000000 s t 0000000000 011011', 'Divides (unsigned); LO gets the quotient, HI the remainder.', divideUnsigned),
  mips('mfhi', 'rd', '000000 0000000000 d 00000 010000', 'Copies HI to rd.', (m) => m.setRd(m.hi)),
  mips('mthi', 'rs', '000000 s 000000000000000 010001', 'Copies rs to HI.', (m) => m.setHi(m.rs)),
  mips('mflo', 'rd', '000000 0000000000 d 00000 010010', 'Copies LO to rd.', (m) => m.setRd(m.lo)),
  mips('mtlo', 'rs', '000000 s 000000000000000 010011', 'Copies rs to LO.', (m) => m.setLo(m.rs)),
];
