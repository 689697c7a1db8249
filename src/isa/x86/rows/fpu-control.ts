/**
 * Control of the x87, and its whole state in memory (SDM vol. 1, 8.1.10 and 10.5): control and status word, environment,
 * FSAVE in both sizes, FXSAVE with the vector registers.
 *
 * Forms that wait (fstcw, finit, fsave ...) are FWAIT and the form that does not. Left out: the layouts of real-address mode.
 */
import type { Address, Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import { EAX, FPU_CONTROL, FPU_CS, FPU_DP, FPU_DS, FPU_IP, FPU_OPCODE, FPU_STATUS, FPU_TAGS, GP, MXCSR, XMM } from '../state.ts';
import { begins, constants, controls, type Means, needsFpu, waits, x87 } from './fpu-common.ts';

const ENVIRONMENT = { 16: 14, 32: 28 } as const, REGISTER = 10;

/** The seven fields of an environment in their order; the fifth and, with 16 bits, others are cut to what fits. */
function environment(m: X86): Value[] {
  const tags = m.call('fpu.tags', []), high = m.const(0xffff0000 | 0);
  const selector = m.operandSize === 16 ? m.word(FPU_CS) : m.or(m.zext(m.word(FPU_CS), 16), m.shl(m.word(FPU_OPCODE), m.const(16)));
  const fields = [m.word(FPU_CONTROL), m.word(FPU_STATUS), tags, m.word(FPU_IP), selector, m.word(FPU_DP), m.word(FPU_DS)];
  return m.operandSize === 16 ? fields : fields.map((value, i) => (i < 3 || i === 6 ? m.or(value, high) : value));
}
const storeEnvironment = (m: X86, at: Address): void =>
  environment(m).forEach((value, i) => m.store(m.beyond(at, i * (m.operandSize >> 3)), m.operandSize, value));

const fnstenv: Means = (m) => {
  needsFpu(m);
  storeEnvironment(m, m.address(0));
  m.call('fpu.environmentStored', []);
};
const fnsave: Means = (m) => {
  needsFpu(m);
  const at = m.address(0), start = ENVIRONMENT[m.operandSize];
  storeEnvironment(m, at);
  for (let i = 0; i < 8; i++) {
    const word = (n: number): Value => m.call('fpu.registerWord', constants(m, i, n));
    const place = start + i * REGISTER;
    m.store(m.beyond(at, place), 32, word(0));
    m.store(m.beyond(at, place + 4), 32, word(1));
    m.store(m.beyond(at, place + 8), 16, word(2));
  }
  m.call('fpu.initialise', []);
  for (const word of [FPU_IP, FPU_CS, FPU_OPCODE, FPU_DP, FPU_DS]) m.putSlice({ word, low: 0, width: 32 }, m.const(0));
};

const loadFields = (m: X86, at: Address): Value[] => Array.from({ length: 7 }, (_, i) => m.load(m.beyond(at, i * (m.operandSize >> 3)), m.operandSize));
function putPointers(m: X86, [, , , ip, selector, dp, ds]: readonly Value[]): void {
  const put = (word: number, value: Value): void => m.putSlice({ word, low: 0, width: 32 }, value);
  put(FPU_IP, ip!);
  put(FPU_CS, m.zext(selector!, 16));
  put(FPU_OPCODE, m.operandSize === 16 ? m.const(0) : m.and(m.shr(selector!, m.const(16)), m.const(0x7ff)));
  put(FPU_DP, dp!);
  put(FPU_DS, m.zext(ds!, 16));
}
const fldenv: Means = (m) => {
  controls(m);
  const fields = loadFields(m, m.address(0));
  m.call('fpu.setEnvironment', fields.slice(0, 3));
  putPointers(m, fields);
};
const frstor: Means = (m) => {
  controls(m);
  const at = m.address(0), start = ENVIRONMENT[m.operandSize], fields = loadFields(m, at);
  const registers = Array.from({ length: 8 }, (_, i) =>
    [m.load(m.beyond(at, start + i * REGISTER), 32), m.load(m.beyond(at, start + i * REGISTER + 4), 32), m.load(m.beyond(at, start + i * REGISTER + 8), 16)]);
  m.call('fpu.setEnvironment', fields.slice(0, 3));
  registers.forEach((words, i) => m.call('fpu.setRegister', [m.const(i), ...words]));
  putPointers(m, fields);
};

/** Where FXSAVE has MXCSR, the x87 registers and the vector registers; what MXCSR may hold. */
const MXCSR_AT = 24, STACK_AT = 32, XMM_AT = 160, MXCSR_MASK = 0xffff;

function aligned(m: X86): Address {
  needsFpu(m);
  m.trapIf(m.and(m.linear(0), m.const(15)), GP, 0);
  return m.address(0);
}
const fxsave: Means = (m) => {
  const at = aligned(m);
  const low = (value: Value): Value => m.zext(value, 16), high = (value: Value): Value => m.shl(value, m.const(16));
  const words = [
    m.or(low(m.word(FPU_CONTROL)), high(m.word(FPU_STATUS))), m.or(m.word(FPU_TAGS), high(m.word(FPU_OPCODE))),
    m.word(FPU_IP), low(m.word(FPU_CS)), m.word(FPU_DP), low(m.word(FPU_DS)), m.word(MXCSR), m.const(MXCSR_MASK),
  ];
  words.forEach((value, i) => m.store(m.beyond(at, i * 4), 32, value));
  for (let i = 0; i < 8; i++) {
    for (let n = 0; n < 3; n++) m.store(m.beyond(at, STACK_AT + i * 16 + n * 4), 32, m.call('fpu.registerWord', constants(m, i, n)));
    m.store(m.beyond(at, STACK_AT + i * 16 + 12), 32, m.const(0));
  }
  for (let i = 0; i < 32; i++) m.store(m.beyond(at, XMM_AT + i * 4), 32, m.word(XMM + i));
};
const fxrstor: Means = (m) => {
  const at = aligned(m);
  const load = (offset: number): Value => m.load(m.beyond(at, offset), 32);
  const first = load(0), second = load(4), pointers = [load(8), load(12), load(16), load(20)] as const, mxcsr = load(MXCSR_AT);
  const registers = Array.from({ length: 8 }, (_, i) => [0, 4, 8].map((n) => load(STACK_AT + i * 16 + n)));
  const vectors = Array.from({ length: 32 }, (_, i) => load(XMM_AT + i * 4));
  m.trapIf(m.and(mxcsr, m.const(~MXCSR_MASK)), GP, 0);
  m.call('fpu.setExtended', [m.zext(first, 16), m.shr(first, m.const(16)), m.zext(second, 8)]);
  registers.forEach((words, i) => m.call('fpu.setRegister', [m.const(i), ...words]));
  const put = (word: number, value: Value): void => m.putSlice({ word, low: 0, width: 32 }, value);
  put(FPU_OPCODE, m.and(m.shr(second, m.const(16)), m.const(0x7ff)));
  put(FPU_IP, pointers[0]);
  put(FPU_CS, m.zext(pointers[1], 16));
  put(FPU_DP, pointers[2]);
  put(FPU_DS, m.zext(pointers[3], 16));
  put(MXCSR, mxcsr);
  vectors.forEach((value, i) => put(XMM + i, value));
};

const STACK = (says: string): ReturnType<typeof x87> => x87('FINCSTP/FDECSTP/FFREE', says);

export const FPU_CONTROL_ROWS: readonly X86Row[] = [
  ia32('fwait', '', '9B', waits, x87('WAIT/FWAIT', 'Raises an x87 exception that is pending.')),
  ia32('fninit', '', 'DB E3', (m) => {
    needsFpu(m);
    m.call('fpu.initialise', []);
    for (const word of [FPU_IP, FPU_CS, FPU_OPCODE, FPU_DP, FPU_DS]) m.putSlice({ word, low: 0, width: 32 }, m.const(0));
  }, x87('FINIT/FNINIT', 'Brings the x87 into its first state.')),
  ia32('fnclex', '', 'DB E2', (m) => { needsFpu(m); m.call('fpu.clearExceptions', []); }, x87('FCLEX/FNCLEX', 'Clears the x87 exception flags.')),
  ia32('fldcw', 'm16', 'D9 /5', (m) => { controls(m); m.call('fpu.setControl', [m.get(0)]); }, x87('FLDCW', 'Loads the x87 control word.')),
  ia32('fnstcw', 'm16', 'D9 /7', (m) => { needsFpu(m); m.put(0, m.word(FPU_CONTROL)); }, x87('FSTCW/FNSTCW', 'Stores the x87 control word.')),
  ia32('fnstsw', 'm16', 'DD /7', (m) => { needsFpu(m); m.put(0, m.word(FPU_STATUS)); }, x87('FSTSW/FNSTSW', 'Stores the x87 status word.')),
  ia32('fnstsw', 'ax', 'DF E0', (m) => { needsFpu(m); m.setReg(EAX, m.word(FPU_STATUS), 16); }, x87('FSTSW/FNSTSW', 'Copies the x87 status word to AX.')),
  ia32('fnstenv', 'm', 'D9 /6', fnstenv, x87('FSTENV/FNSTENV', 'Stores the x87 environment, and masks all exceptions.', { sized: true })),
  ia32('fldenv', 'm', 'D9 /4', fldenv, x87('FLDENV', 'Loads the x87 environment.', { sized: true })),
  ia32('fnsave', 'm', 'DD /6', fnsave, x87('FSAVE/FNSAVE', 'Stores the whole x87 state, and brings the x87 into its first state.', { sized: true })),
  ia32('frstor', 'm', 'DD /4', frstor, x87('FRSTOR', 'Loads the whole x87 state.', { sized: true })),
  ia32('fxsave', 'm', '0F AE /0', fxsave, x87('FXSAVE', 'Stores x87 and vector registers.')),
  ia32('fxrstor', 'm', '0F AE /1', fxrstor, x87('FXRSTOR', 'Loads x87 and vector registers.')),
  ia32('fincstp', '', 'D9 F7', (m) => { begins(m); m.call('fpu.rotate', constants(m, 1)); }, STACK('Turns the x87 stack by one, as a pop that leaves the tag.')),
  ia32('fdecstp', '', 'D9 F6', (m) => { begins(m); m.call('fpu.rotate', constants(m, -1)); }, STACK('Turns the x87 stack back by one.')),
  ia32('ffree', 'st(i)', 'DD C0+i', (m) => { begins(m); m.call('fpu.free', constants(m, m.number(0), 0)); }, STACK('Marks an x87 register as empty.')),
  ia32('ffreep', 'st(i)', 'DF C0+i', (m) => { begins(m); m.call('fpu.free', constants(m, m.number(0), 1)); }, STACK('Marks an x87 register as empty, and pops.')),
  ia32('fnop', '', 'D9 D0', (m) => begins(m), x87('FNOP', 'Does nothing but wait for the x87.')),
];
