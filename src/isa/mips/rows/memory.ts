/**
 * Loads and stores. Unaligned words are reached by pairs of lwl/lwr and swl/swr, each one aligned word access and a merge
 * (little-endian; MIPS32 vol. II, LWL). ll and sc keep a reservation in the state, as qemu's user mode does: sc succeeds when
 * the address is the reserved one and memory still holds the value that ll read. A failing sc stores what is there already.
 */
import type { Value } from '../../microop/op.ts';
import { mips } from '../row.ts';
import { LL_ADDRESS, LL_BIT, LL_VALUE } from '../state.ts';
import type { MipsTerms } from '../terms.ts';

const alignedAddress = (m: MipsTerms, at: Value): Value => m.and(at, m.const(-4));
/** 8 * (address mod 4), and 8 * (3 - address mod 4): counts are taken modulo 32, so higher bits fall away. */
const bitsBelow = (m: MipsTerms, at: Value): Value => m.and(m.shl(at, m.const(3)), m.const(24));
const bitsAbove = (m: MipsTerms, at: Value): Value => m.xor(bitsBelow(m, at), m.const(24));
/** `kept` bits below the count, and all bits below (32 - count). */
const lowMask = (m: MipsTerms, count: Value): Value => m.add(m.shl(m.const(1), count), m.const(-1));
const highCleared = (m: MipsTerms, count: Value): Value => m.shr(m.const(-1), count);

const loadLeft = (m: MipsTerms): void => {
  const at = m.address(), count = bitsAbove(m, at), word = m.load(alignedAddress(m, at), 32, false);
  m.setRt(m.or(m.shl(word, count), m.and(m.rt, lowMask(m, count))));
};
const loadRight = (m: MipsTerms): void => {
  const at = m.address(), count = bitsBelow(m, at), word = m.load(alignedAddress(m, at), 32, false);
  m.setRt(m.or(m.shr(word, count), m.and(m.rt, m.invert(highCleared(m, count)))));
};
const storeLeft = (m: MipsTerms): void => {
  const at = m.address(), count = bitsAbove(m, at), to = alignedAddress(m, at), word = m.load(to, 32, false);
  m.store(to, 32, m.or(m.shr(m.rt, count), m.and(word, m.invert(highCleared(m, count)))));
};
const storeRight = (m: MipsTerms): void => {
  const at = m.address(), count = bitsBelow(m, at), to = alignedAddress(m, at), word = m.load(to, 32, false);
  m.store(to, 32, m.or(m.shl(m.rt, count), m.and(word, lowMask(m, count))));
};
const loadLinked = (m: MipsTerms): void => {
  const at = m.address(), value = m.load(at, 32, false);
  m.setRt(value);
  m.setWord(LL_BIT, m.const(1));
  m.setWord(LL_ADDRESS, at);
  m.setWord(LL_VALUE, value);
};
/** The load is of the aligned word, so that an unaligned address raises the store's exception (AdES). */
const storeConditional = (m: MipsTerms): void => {
  const at = m.address(), old = m.load(alignedAddress(m, at), 32, false);
  const holds = m.and(m.word(LL_BIT), m.and(m.eq(at, m.word(LL_ADDRESS)), m.eq(old, m.word(LL_VALUE))));
  m.store(at, 32, m.select(holds, m.rt, old));
  m.setRt(holds);
};

const row = (name: string, opcode: string, says: string, means: (m: MipsTerms) => void) => mips(name, 'rt, simm(rs)', `${opcode} s t i`, says, means);

export const MEMORY = [
  row('lb', '100000', 'Loads a byte, sign-extended.', (m) => m.setRt(m.load(m.address(), 8, true))),
  row('lh', '100001', 'Loads a halfword, sign-extended.', (m) => m.setRt(m.load(m.address(), 16, true))),
  row('lwl', '100010', 'Loads the upper bytes of an unaligned word into the left of rt.', loadLeft),
  row('lw', '100011', 'Loads a word.', (m) => m.setRt(m.load(m.address(), 32, false))),
  row('lbu', '100100', 'Loads a byte, zero-extended.', (m) => m.setRt(m.load(m.address(), 8, false))),
  row('lhu', '100101', 'Loads a halfword, zero-extended.', (m) => m.setRt(m.load(m.address(), 16, false))),
  row('lwr', '100110', 'Loads the lower bytes of an unaligned word into the right of rt.', loadRight),
  row('sb', '101000', 'Stores the low byte of rt.', (m) => m.store(m.address(), 8, m.rt)),
  row('sh', '101001', 'Stores the low halfword of rt.', (m) => m.store(m.address(), 16, m.rt)),
  row('swl', '101010', 'Stores the left bytes of rt as the upper part of an unaligned word.', storeLeft),
  row('sw', '101011', 'Stores a word.', (m) => m.store(m.address(), 32, m.rt)),
  row('swr', '101110', 'Stores the right bytes of rt as the lower part of an unaligned word.', storeRight),
  row('ll', '110000', 'Loads a word and reserves its address for sc.', loadLinked),
  row('sc', '111000', 'Stores a word if the reservation of ll still holds; rt tells whether it did.', storeConditional),
];
