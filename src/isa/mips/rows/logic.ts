/** Bitwise operations, and lui, which makes the upper half of a constant. */
import { mips } from '../row.ts';

export const LOGIC = [
  mips('and', 'rd, rs, rt', '000000 s t d 00000 100100', 'Bitwise AND of two registers.', (m) => m.setRd(m.and(m.rs, m.rt))),
  mips('or', 'rd, rs, rt', '000000 s t d 00000 100101', 'Bitwise OR of two registers.', (m) => m.setRd(m.or(m.rs, m.rt))),
  mips('xor', 'rd, rs, rt', '000000 s t d 00000 100110', 'Bitwise exclusive OR of two registers.', (m) => m.setRd(m.xor(m.rs, m.rt))),
  mips('nor', 'rd, rs, rt', '000000 s t d 00000 100111', 'Bitwise NOT of the OR of two registers.', (m) => m.setRd(m.nor(m.rs, m.rt))),
  mips('andi', 'rt, rs, uimm', '001100 s t i', 'Bitwise AND with a zero-extended constant.', (m) => m.setRt(m.and(m.rs, m.uimm))),
  mips('ori', 'rt, rs, uimm', '001101 s t i', 'Bitwise OR with a zero-extended constant.', (m) => m.setRt(m.or(m.rs, m.uimm))),
  mips('xori', 'rt, rs, uimm', '001110 s t i', 'Bitwise exclusive OR with a zero-extended constant.', (m) => m.setRt(m.xor(m.rs, m.uimm))),
  mips('lui', 'rt, uimm', '001111 00000 t i', 'Loads a constant into the upper half of a register; the lower half becomes 0.', (m) => m.setRt(m.shl(m.uimm, m.const(16)))),
];
