/**
 * What is for the kernel, or looks at the machine: descriptor tables, control registers, ports, interrupts on and off, halt,
 * identification, time, and the reserved gate. The work is the machine's, by named services.
 */
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { EAX, EDX, CR0, GDTR_BASE, GDTR_LIMIT, IDTR_BASE, IDTR_LIMIT, LDTR, TR, ZF } from '../state.ts';
import { registerSlice } from '../operand.ts';
import { FOR_LAR, FOR_LSL, FOR_VERR, FOR_VERW } from '../services.ts';

type Means = (m: X86) => void;
const KERNEL: RowOptions = { privilege: 'kernel' };

/** A 16-bit operand size loads 24 bits of base (SDM vol. 2A, LGDT/LIDT). */
const loadTable = (name: 'gdt.load' | 'idt.load'): Means => (m) => {
  const at = m.address(0), limit = m.load(at, 16), base = m.load(m.beyond(at, 2), 32);
  m.call(name, [m.operandSize === 16 ? m.and(base, m.const(0xffffff)) : base, limit]);
};
const storeTable = (base: number, limit: number): Means => (m) => {
  const at = m.address(0);
  m.store(at, 16, m.word(limit));
  m.store(m.beyond(at, 2), 32, m.word(base));
};
const store16 = (word: number): Means => (m) => { m.protectedOnly(); m.put(0, m.zext(m.word(word), 16)); };
const load16 = (name: 'ldt.load' | 'task.load'): Means => (m) => { m.protectedOnly(); m.call(name, [m.zext(m.get(0), 16)]); };
/** LMSW writes the four low bits of CR0 and cannot clear PE (SDM vol. 2A, LMSW). */
const lmsw: Means = (m) => {
  const old = m.word(CR0);
  m.call('control.write', [m.const(0), m.or(m.and(old, m.const(~0xe)), m.and(m.get(0), m.const(15)))]);
};

const setZero = (m: X86, bit: ReturnType<X86['const']>): void => m.setBits(ZF, m.shl(bit, m.const(6)));
/** LAR gives bits 8..15 and 20..23 of the descriptor's second dword; LSL its limit in bytes. */
const inspect = (purpose: number): Means => (m) => {
  m.protectedOnly();
  const selector = m.zext(m.get(1), 16), valid = m.call('descriptor.valid', [selector, m.const(purpose)]);
  const value = purpose === FOR_LAR
    ? m.and(m.call('descriptor.rights', [selector]), m.const(0x00f0ff00))
    : m.call('descriptor.limit', [selector]);
  m.put(0, m.select(valid, value, m.get(0)));
  setZero(m, valid);
};
const verify = (purpose: number): Means => (m) => {
  m.protectedOnly();
  setZero(m, m.call('descriptor.valid', [m.zext(m.get(0), 16), m.const(purpose)]));
};
/** Raises the RPL of the destination to that of the source. */
const arpl: Means = (m) => {
  m.protectedOnly();
  const a = m.get(0), three = m.const(3), wanted = m.and(m.get(1), three), less = m.ltu(m.and(a, three), wanted);
  m.put(0, m.select(less, m.or(m.and(a, m.const(~3)), wanted), a));
  setZero(m, less);
};

const CONTROL_REGISTERS = [0, 2, 3, 4];
const readControl: Means = (m) => {
  const n = m.number(1);
  if (CONTROL_REGISTERS.includes(n)) m.put(0, m.call('control.read', [m.const(n)]));
  else m.undefined();
};
const writeControl: Means = (m) => {
  const n = m.number(0);
  if (CONTROL_REGISTERS.includes(n)) m.call('control.write', [m.const(n), m.get(1)]);
  else m.undefined();
};

const input: Means = (m) => m.put(0, m.call('port.in', [m.get(1), m.const(m.width)]));
const output: Means = (m) => { m.call('port.out', [m.get(0), m.const(m.widthOf(1)), m.get(1)]); };
const PAIR = [registerSlice(EAX, 32), registerSlice(EDX, 32)];
const ALL = [0, 1, 2, 3].map((n) => registerSlice(n, 32));
const gate: Means = (m) => {
  const number = (m.operand(0) as { n: number }).n | ((m.operand(1) as { n: number }).n << 8);
  m.call('gate', [m.const(number), m.const(m.next)]);
};

const TABLE: RowOptions = { ...KERNEL, sized: true };
const IN: RowOptions = { privilege: 'iopl', says: 'Reads a port.' };
const OUT: RowOptions = { privilege: 'iopl', says: 'Writes to a port.' };
const INSPECT: RowOptions = { writes: 'Z', says: 'Looks at the descriptor that a selector names.' };

export const SYSTEM: readonly X86Row[] = [
  ia32('sldt', 'm16', '0F 00 /0', store16(LDTR), { says: 'Stores the selector of the local descriptor table.' }),
  ia32('sldt', 'r', '0F 00 /0', store16(LDTR), { says: 'Copies the selector of the local descriptor table.' }),
  ia32('str', 'm16', '0F 00 /1', store16(TR), { says: 'Stores the task register.' }),
  ia32('str', 'r', '0F 00 /1', store16(TR), { says: 'Copies the task register.' }),
  ia32('lldt', 'r/m16', '0F 00 /2', load16('ldt.load'), { ...KERNEL, says: 'Loads the local descriptor table register.' }),
  ia32('ltr', 'r/m16', '0F 00 /3', load16('task.load'), { ...KERNEL, says: 'Loads the task register.' }),
  ia32('verr', 'r/m16', '0F 00 /4', verify(FOR_VERR), { ...INSPECT, entry: 'VERR/VERW' }),
  ia32('verw', 'r/m16', '0F 00 /5', verify(FOR_VERW), { ...INSPECT, entry: 'VERR/VERW' }),
  ia32('sgdt', 'm', '0F 01 /0', storeTable(GDTR_BASE, GDTR_LIMIT), { sized: true, says: 'Stores base and limit of the global descriptor table.' }),
  ia32('sidt', 'm', '0F 01 /1', storeTable(IDTR_BASE, IDTR_LIMIT), { sized: true, says: 'Stores base and limit of the interrupt table.' }),
  ia32('lgdt', 'm', '0F 01 /2', loadTable('gdt.load'), { ...TABLE, entry: 'LGDT/LIDT', says: 'Loads base and limit of the global descriptor table.' }),
  ia32('lidt', 'm', '0F 01 /3', loadTable('idt.load'), { ...TABLE, entry: 'LGDT/LIDT', says: 'Loads base and limit of the interrupt table.' }),
  ia32('smsw', 'm16', '0F 01 /4', (m) => m.put(0, m.word(CR0)), { says: 'Stores the low word of CR0.' }),
  ia32('smsw', 'r', '0F 01 /4', (m) => m.put(0, m.word(CR0)), { says: 'Copies CR0.' }),
  ia32('lmsw', 'r/m16', '0F 01 /6', lmsw, { ...KERNEL, says: 'Loads the low four bits of CR0.' }),
  ia32('invlpg', 'm8', '0F 01 /7', (m) => { m.call('tlb.invalidate', [m.linear(0)]); }, { ...KERNEL, says: 'Forgets the translation of one page.' }),
  ia32('lar', 'r, r', '0F 02 /r', inspect(FOR_LAR), INSPECT),
  ia32('lar', 'r, m16', '0F 02 /r', inspect(FOR_LAR), INSPECT),
  ia32('lsl', 'r, r', '0F 03 /r', inspect(FOR_LSL), INSPECT),
  ia32('lsl', 'r, m16', '0F 03 /r', inspect(FOR_LSL), INSPECT),
  ia32('arpl', 'r/m16, r16', '63 /r', arpl, { writes: 'Z', says: 'Raises the privilege number of a selector to that of another.' }),
  ia32('clts', '', '0F 06', (m) => { m.call('task.clear', []); }, { ...KERNEL, says: 'Clears the task-switched flag.' }),
  ia32('invd', '', '0F 08', (m) => { m.call('cache.flush', []); }, { ...KERNEL, says: 'Discards the caches.' }),
  ia32('wbinvd', '', '0F 09', (m) => { m.call('cache.flush', []); }, { ...KERNEL, says: 'Writes the caches back and empties them.' }),
  ia32('mov', 'r32, cr', '0F 20 /r', readControl, { ...KERNEL, undefines: 'OSZAPC', says: 'Copies a control register.' }),
  ia32('mov', 'cr, r32', '0F 22 /r', writeControl, { ...KERNEL, undefines: 'OSZAPC', says: 'Loads a control register.' }),
  ia32('mov', 'r32, dr', '0F 21 /r', (m) => m.put(0, m.call('debug.read', [m.const(m.number(1))])), { ...KERNEL, undefines: 'OSZAPC', says: 'Copies a debug register.' }),
  ia32('mov', 'dr, r32', '0F 23 /r', (m) => { m.call('debug.write', [m.const(m.number(0)), m.get(1)]); }, { ...KERNEL, undefines: 'OSZAPC', says: 'Loads a debug register.' }),
  ia32('wrmsr', '', '0F 30', (m) => { m.call('msr.write', []); }, { ...KERNEL, says: 'Writes EDX:EAX to the model-specific register ECX.' }),
  ia32('rdtsc', '', '0F 31', (m) => { m.call('timestamp', [], PAIR); }, { says: 'Reads the time-stamp counter.' }),
  ia32('rdmsr', '', '0F 32', (m) => { m.call('msr.read', [], PAIR); }, { ...KERNEL, says: 'Reads the model-specific register ECX to EDX:EAX.' }),
  ia32('cpuid', '', '0F A2', (m) => { m.call('cpuid', [], ALL); }, { says: 'Tells what the processor is and can do.' }),
  ia32('hlt', '', 'F4', (m) => { m.call('halt', [m.const(m.next)]); }, { ...KERNEL, flow: 'halt', says: 'Stops until an interrupt comes.' }),
  ia32('cli', '', 'FA', (m) => { m.call('interrupt.disable', []); }, { privilege: 'iopl', writes: 'I', says: 'Turns interrupts off.' }),
  ia32('sti', '', 'FB', (m) => { m.call('interrupt.enable', []); }, { privilege: 'iopl', writes: 'I', says: 'Turns interrupts on, after the next instruction.' }),
  ia32('in', 'al, imm8', 'E4 ib', input, IN),
  ia32('in', 'eAX, imm8', 'E5 ib', input, IN),
  ia32('in', 'al, dx', 'EC', input, IN),
  ia32('in', 'eAX, dx', 'ED', input, IN),
  ia32('out', 'imm8, al', 'E6 ib', output, OUT),
  ia32('out', 'imm8, eAX', 'E7 ib', output, OUT),
  ia32('out', 'dx, al', 'EE', output, OUT),
  ia32('out', 'dx, eAX', 'EF', output, OUT),
  ia32('gate', 'imm8, imm8', '0F 3F ib ib', gate, { flow: 'trap', entry: 'UD', says: 'Asks the supervisor for a service.' }),
];
