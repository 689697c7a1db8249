/**
 * Conditional branches. The instruction behind a branch (its delay slot) executes before the branch takes effect; the
 * likely forms annul it when the branch is not taken. The linking forms write $ra whether they branch or not.
 */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import type { MipsRow } from '../row.ts';
import type { MipsTerms } from '../terms.ts';

type Condition = (m: MipsTerms) => Value;
const BEHIND = 'after the next instruction';

function family(name: string, operands: string, encoding: string, likelyEncoding: string, when: string, condition: Condition, links = false): MipsRow[] {
  const means = (m: MipsTerms): void => {
    if (links) m.link();
    m.branch(condition(m));
  };
  const saves = links ? ' Saves the return address in $ra.' : '';
  const flow = links ? 'call' : 'branch';
  return [
    mips(name, operands, encoding, `Branches ${BEHIND} if ${when}.${saves}`, means, { flow, slot: true }),
    mips(`${name}l`, operands, likelyEncoding, `Branches ${BEHIND} if ${when}; otherwise that instruction is skipped.${saves}`, means, { flow, slot: true, likely: true }),
  ];
}

const notPositive: Condition = (m) => m.not(m.lts(m.const(0), m.rs));

export const BRANCH = [
  ...family('beq', 'rs, rt, offset', '000100 s t o', '010100 s t o', 'the registers are equal', (m) => m.eq(m.rs, m.rt)),
  ...family('bne', 'rs, rt, offset', '000101 s t o', '010101 s t o', 'the registers differ', (m) => m.not(m.eq(m.rs, m.rt))),
  ...family('blez', 'rs, offset', '000110 s 00000 o', '010110 s 00000 o', 'rs is zero or negative', notPositive),
  ...family('bgtz', 'rs, offset', '000111 s 00000 o', '010111 s 00000 o', 'rs is greater than zero', (m) => m.lts(m.const(0), m.rs)),
  ...family('bltz', 'rs, offset', '000001 s 00000 o', '000001 s 00010 o', 'rs is negative', (m) => m.negative(m.rs)),
  ...family('bgez', 'rs, offset', '000001 s 00001 o', '000001 s 00011 o', 'rs is zero or positive', (m) => m.not(m.negative(m.rs))),
  ...family('bltzal', 'rs, offset', '000001 s 10000 o', '000001 s 10010 o', 'rs is negative', (m) => m.negative(m.rs), true),
  ...family('bgezal', 'rs, offset', '000001 s 10001 o', '000001 s 10011 o', 'rs is zero or positive', (m) => m.not(m.negative(m.rs)), true),
];
