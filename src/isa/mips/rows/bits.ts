/** Bit fields, sign extension, byte swap, counting of leading bits, conditional moves. */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import { RI } from '../state.ts';
import type { MipsTerms } from '../terms.ts';

/** 2^(n+1) - 1 for n in 0..31: shifting 2 by 31 gives 0, hence all ones. */
const onesUpTo = (m: MipsTerms, n: Value): Value => m.add(m.shl(m.const(2), n), m.const(-1));

/** A field that would pass bit 31 is UNPREDICTABLE in the manual; real decoders (and qemu) refuse it. */
const extract = (m: MipsTerms): void => {
  const lsb = m.field('l'), msbd = m.field('m');
  m.trapIf(m.lts(m.const(31), m.add(lsb, msbd)), RI);
  m.setRt(m.and(m.shr(m.rs, lsb), onesUpTo(m, msbd)));
};
const insert = (m: MipsTerms): void => {
  const lsb = m.field('l'), msb = m.field('m');
  m.trapIf(m.lts(msb, lsb), RI);
  const mask = m.shl(onesUpTo(m, m.sub(msb, lsb)), lsb);
  m.setRt(m.or(m.and(m.rt, m.invert(mask)), m.and(m.shl(m.rs, lsb), mask)));
};
const swapHalfwordBytes = (m: MipsTerms): void => {
  const low = m.and(m.rt, m.const(0x00ff00ff)), high = m.and(m.rt, m.const(0xff00ff00));
  m.setRd(m.or(m.shl(low, m.const(8)), m.shr(high, m.const(8))));
};

export const BITS = [
  mips('ext', 'rt, rs, pos, size', '011111 s t m l 000000', 'Extracts a bit field to the low end of rt; the rest becomes 0.', extract),
  mips('ins', 'rt, rs, pos, msize', '011111 s t m l 000100', 'Inserts the low bits of rs into a bit field of rt.', insert),
  mips('seb', 'rd, rt', '011111 00000 t d 10000 100000', 'Sign-extends the low byte.', (m) => m.setRd(m.extend(m.rt, 8, true))),
  mips('seh', 'rd, rt', '011111 00000 t d 11000 100000', 'Sign-extends the low halfword.', (m) => m.setRd(m.extend(m.rt, 16, true))),
  mips('wsbh', 'rd, rt', '011111 00000 t d 00010 100000', 'Swaps the two bytes within each halfword.', swapHalfwordBytes),
  mips('clz', 'rd, rs', '011100 s D d 00000 100000', 'Counts the leading zeros.', (m) => m.setRd(m.unary('clz', m.rs))),
  mips('clo', 'rd, rs', '011100 s D d 00000 100001', 'Counts the leading ones.', (m) => m.setRd(m.unary('clz', m.invert(m.rs)))),
  mips('movz', 'rd, rs, rt', '000000 s t d 00000 001010', 'Moves rs to rd if rt is zero.', (m) => m.setRd(m.select(m.not(m.rt), m.rs, m.rd))),
  mips('movn', 'rd, rs, rt', '000000 s t d 00000 001011', 'Moves rs to rd if rt is not zero.', (m) => m.setRd(m.select(m.not(m.rt), m.rd, m.rs))),
];
