/** Addition, subtraction, comparison. The forms without U trap on signed overflow and then write nothing. */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import { OV } from '../state.ts';
import type { MipsTerms } from '../terms.ts';

/** Overflow: both operands have the sign that the sum has not. */
const addTrapping = (m: MipsTerms, a: Value, b: Value): Value => {
  const sum = m.add(a, b);
  m.trapIf(m.negative(m.and(m.xor(a, sum), m.xor(b, sum))), OV);
  return sum;
};
/** Overflow: the operands' signs differ, and the difference has not the sign of the first. */
const subTrapping = (m: MipsTerms, a: Value, b: Value): Value => {
  const difference = m.sub(a, b);
  m.trapIf(m.negative(m.and(m.xor(a, b), m.xor(a, difference))), OV);
  return difference;
};

export const ARITHMETIC = [
  mips('add', 'rd, rs, rt', '000000 s t d 00000 100000', 'Adds two registers; traps if the signed sum overflows.', (m) => m.setRd(addTrapping(m, m.rs, m.rt))),
  mips('addu', 'rd, rs, rt', '000000 s t d 00000 100001', 'Adds two registers.', (m) => m.setRd(m.add(m.rs, m.rt))),
  mips('sub', 'rd, rs, rt', '000000 s t d 00000 100010', 'Subtracts; traps if the signed difference overflows.', (m) => m.setRd(subTrapping(m, m.rs, m.rt))),
  mips('subu', 'rd, rs, rt', '000000 s t d 00000 100011', 'Subtracts the second register from the first.', (m) => m.setRd(m.sub(m.rs, m.rt))),
  mips('addi', 'rt, rs, simm', '001000 s t i', 'Adds a constant; traps if the signed sum overflows.', (m) => m.setRt(addTrapping(m, m.rs, m.simm))),
  mips('addiu', 'rt, rs, simm', '001001 s t i', 'Adds a constant to a register.', (m) => m.setRt(m.add(m.rs, m.simm))),
  mips('slt', 'rd, rs, rt', '000000 s t d 00000 101010', 'Sets rd to 1 if rs is less than rt (signed), else to 0.', (m) => m.setRd(m.lts(m.rs, m.rt))),
  mips('sltu', 'rd, rs, rt', '000000 s t d 00000 101011', 'Sets rd to 1 if rs is less than rt (unsigned), else to 0.', (m) => m.setRd(m.ltu(m.rs, m.rt))),
  mips('slti', 'rt, rs, simm', '001010 s t i', 'Sets rt to 1 if rs is less than the constant (signed), else to 0.', (m) => m.setRt(m.lts(m.rs, m.simm))),
  // The constant is sign-extended, then compared as unsigned.
  mips('sltiu', 'rt, rs, simm', '001011 s t i', 'Sets rt to 1 if rs is less than the constant (unsigned), else to 0.', (m) => m.setRt(m.ltu(m.rs, m.simm))),
];
