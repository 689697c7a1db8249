/** Single flags, and instructions that do nothing here: nop in its lengths, pause, fences, prefetch hints, endbr32. */
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import { CF, DF, EAX, EBX, ECX, EDX, UD, ZF } from '../state.ts';

type Means = (m: X86) => void;
const set = (mask: number): Means => (m) => m.setBits(mask, m.const(mask));
const clear = (mask: number): Means => (m) => m.setBits(mask, m.const(0));
const nothing: Means = () => {};
const NOP = { entry: 'NOP', says: 'Does nothing.' };
const HINT = { entry: 'PREFETCHh', says: 'A hint to the caches; there are none here.' };
const FENCE = { says: 'Orders memory accesses; they are always in order here.' };

const cmpxchg8b: Means = (m) => {
  const at = m.address(0), above = m.beyond(at, 4), low = m.load(at, 32), high = m.load(above, 32);
  const same = m.and(m.eq(low, m.reg(EAX)), m.eq(high, m.reg(EDX)));
  m.store(at, 32, m.select(same, m.reg(EBX), low));
  m.store(above, 32, m.select(same, m.reg(ECX), high));
  m.setReg(EAX, m.select(same, m.reg(EAX), low));
  m.setReg(EDX, m.select(same, m.reg(EDX), high));
  m.setBits(ZF, m.shl(same, m.const(6)));
};

export const FLAGS: readonly X86Row[] = [
  ia32('clc', '', 'F8', clear(CF), { writes: 'C', says: 'Clears the carry flag.' }),
  ia32('stc', '', 'F9', set(CF), { writes: 'C', says: 'Sets the carry flag.' }),
  ia32('cmc', '', 'F5', (m) => m.setBits(CF, m.condition(3)), { reads: 'C', writes: 'C', says: 'Flips the carry flag.' }),
  ia32('cld', '', 'FC', clear(DF), { writes: 'D', says: 'String instructions go up from now on.' }),
  ia32('std', '', 'FD', set(DF), { writes: 'D', says: 'String instructions go down from now on.' }),
  ia32('cmpxchg8b', 'm64', '0F C7 /1', cmpxchg8b, { writes: 'Z', lock: true, entry: 'CMPXCHG8B', says: 'Stores ECX:EBX if EDX:EAX equals the destination; else loads EDX:EAX.' }),
  ia32('nop', '', 'o32 90', nothing, NOP),
  ia32('pause', '', 'F3 90', nothing, { entry: 'PAUSE', says: 'A hint that this is a waiting loop.' }),
  ia32('nop', 'r/m', '0F 1F /0', nothing, NOP),
  ...[0x19, 0x1a, 0x1b, 0x1c, 0x1d, 0x1e].map((opcode) => ia32('nop', 'r/m', `0F ${opcode.toString(16).toUpperCase()} /r`, nothing, { ...NOP, alias: true })),
  ...[1, 2, 3, 4, 5, 6, 7].map((digit) => ia32('nop', 'r/m', `0F 1F /${digit}`, nothing, { ...NOP, alias: true })),
  ...[4, 5, 6, 7].map((digit) => ia32('nop', 'r/m', `0F 18 /${digit}`, nothing, { ...NOP, alias: true })),
  ...[0, 1, 2, 3].map((digit) => ia32('nop', 'r', `0F 18 /${digit}`, nothing, { ...NOP, alias: true })),
  ia32('endbr32', '', 'F3 0F 1E FB', nothing, { entry: 'ENDBR32', says: 'Marks a place that indirect jumps may reach.' }),
  ia32('prefetchnta', 'm8', '0F 18 /0', nothing, HINT),
  ia32('prefetcht0', 'm8', '0F 18 /1', nothing, HINT),
  ia32('prefetcht1', 'm8', '0F 18 /2', nothing, HINT),
  ia32('prefetcht2', 'm8', '0F 18 /3', nothing, HINT),
  ia32('prefetchw', 'm8', '0F 0D /1', nothing, { ...HINT, entry: 'PREFETCHW' }),
  ia32('lfence', '', '0F AE E8', nothing, FENCE),
  ia32('mfence', '', '0F AE F0', nothing, FENCE),
  ia32('sfence', '', '0F AE F8', nothing, FENCE),
  ia32('ud2', '', '0F 0B', (m) => m.trap(UD), { flow: 'trap', entry: 'UD', says: 'Raises #UD.' }),
];
