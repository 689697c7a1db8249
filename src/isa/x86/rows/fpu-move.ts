/** Loads, stores, exchanges, conditional moves and constants of the x87 (SDM vol. 1, 8.3.3 and 8.3.4). */
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { begins, constants, loadHigh, loadLow, loadTop, type Means, storePrepared, x87 } from './fpu-common.ts';

const load32: Means = (m) => { begins(m, 0); m.call('fpu.load32', [loadLow(m, m.address(0))]); };
const load64: Means = (m) => {
  begins(m, 0);
  const at = m.address(0);
  m.call('fpu.load64', [loadLow(m, at), loadHigh(m, at)]);
};
const load80 = (name: 'fpu.load80' | 'fpu.loadDecimal'): Means => (m) => {
  begins(m, 0);
  const at = m.address(0);
  m.call(name, [loadLow(m, at), loadHigh(m, at), loadTop(m, at)]);
};
const loadInteger: Means = (m) => {
  begins(m, 0);
  const low = m.getSigned(0);
  m.call('fpu.loadInteger', [low, m.sar(low, m.const(31))]);
};
const loadInteger64: Means = (m) => {
  begins(m, 0);
  const at = m.address(0);
  m.call('fpu.loadInteger', [loadLow(m, at), loadHigh(m, at)]);
};
const store = (name: 'fpu.prepare32' | 'fpu.prepare64' | 'fpu.prepare80' | 'fpu.prepareDecimal', width: 32 | 64 | 80, pops: number): Means => (m) => {
  begins(m, 0);
  storePrepared(m, m.call(name, []), m.address(0), width, pops);
};
const storeInteger = (width: 16 | 32 | 64, pops: number): Means => (m) => {
  begins(m, 0);
  storePrepared(m, m.call('fpu.prepareInteger', [m.const(width)]), m.address(0), width, pops);
};
const storeRegister = (pops: number): Means => (m) => { begins(m); m.call('fpu.storeRegister', constants(m, m.number(0), pops)); };
const exchange: Means = (m) => { begins(m); m.call('fpu.exchange', constants(m, m.number(0))); };
/** B, E, BE, U and their opposites: condition codes 2, 4, 6 and 10, one more for the opposite. */
const moveIf = (condition: number): Means => (m) => {
  begins(m);
  m.call('fpu.moveIf', [m.const(m.number(1)), m.condition(condition)]);
};
const CMOV = (reads: string): RowOptions => x87('FCMOVcc', 'Copies ST(i) to ST if the condition holds.', { reads });

const LOAD = x87('FLD', 'Pushes a number onto the x87 stack.'), STORE = x87('FST/FSTP', 'Stores ST.'), STORE_POP = x87('FST/FSTP', 'Stores ST, and pops.');
const FIST = x87('FIST/FISTP', 'Stores ST as an integer.'), FISTP = x87('FIST/FISTP', 'Stores ST as an integer, and pops.');
const FILD = x87('FILD', 'Pushes an integer onto the x87 stack.');
const CONSTANTS = ['fld1', 'fldl2t', 'fldl2e', 'fldpi', 'fldlg2', 'fldln2', 'fldz'] as const;

export const FPU_MOVE: readonly X86Row[] = [
  ia32('fld', 'm32', 'D9 /0', load32, LOAD),
  ia32('fld', 'm64', 'DD /0', load64, LOAD),
  ia32('fld', 'm80', 'DB /5', load80('fpu.load80'), LOAD),
  ia32('fld', 'st(i)', 'D9 C0+i', (m) => { begins(m); m.call('fpu.loadRegister', constants(m, m.number(0))); }, { ...LOAD, says: 'Pushes a copy of an x87 register.' }),
  ia32('fst', 'm32', 'D9 /2', store('fpu.prepare32', 32, 0), STORE),
  ia32('fst', 'm64', 'DD /2', store('fpu.prepare64', 64, 0), STORE),
  ia32('fst', 'st(i)', 'DD D0+i', storeRegister(0), { ...STORE, says: 'Copies ST to another x87 register.' }),
  ia32('fstp', 'm32', 'D9 /3', store('fpu.prepare32', 32, 1), STORE_POP),
  ia32('fstp', 'm64', 'DD /3', store('fpu.prepare64', 64, 1), STORE_POP),
  ia32('fstp', 'm80', 'DB /7', store('fpu.prepare80', 80, 1), STORE_POP),
  ia32('fstp', 'st(i)', 'DD D8+i', storeRegister(1), { ...STORE_POP, says: 'Copies ST to another x87 register, and pops.' }),
  ia32('fild', 'm16', 'DF /0', loadInteger, FILD),
  ia32('fild', 'm32', 'DB /0', loadInteger, FILD),
  ia32('fild', 'm64', 'DF /5', loadInteger64, FILD),
  ia32('fist', 'm16', 'DF /2', storeInteger(16, 0), FIST),
  ia32('fist', 'm32', 'DB /2', storeInteger(32, 0), FIST),
  ia32('fistp', 'm16', 'DF /3', storeInteger(16, 1), FISTP),
  ia32('fistp', 'm32', 'DB /3', storeInteger(32, 1), FISTP),
  ia32('fistp', 'm64', 'DF /7', storeInteger(64, 1), FISTP),
  ia32('fbld', 'm80', 'DF /4', load80('fpu.loadDecimal'), x87('FBLD', 'Pushes a packed decimal of 18 digits.')),
  ia32('fbstp', 'm80', 'DF /6', store('fpu.prepareDecimal', 80, 1), x87('FBSTP', 'Stores ST as a packed decimal of 18 digits, and pops.')),
  ia32('fxch', 'st(i)', 'D9 C8+i', exchange, x87('FXCH', 'Swaps ST with another x87 register.')),
  ia32('fcmovb', 'st, st(i)', 'DA C0+i', moveIf(2), CMOV('C')),
  ia32('fcmove', 'st, st(i)', 'DA C8+i', moveIf(4), CMOV('Z')),
  ia32('fcmovbe', 'st, st(i)', 'DA D0+i', moveIf(6), CMOV('ZC')),
  ia32('fcmovu', 'st, st(i)', 'DA D8+i', moveIf(10), CMOV('P')),
  ia32('fcmovnb', 'st, st(i)', 'DB C0+i', moveIf(3), CMOV('C')),
  ia32('fcmovne', 'st, st(i)', 'DB C8+i', moveIf(5), CMOV('Z')),
  ia32('fcmovnbe', 'st, st(i)', 'DB D0+i', moveIf(7), CMOV('ZC')),
  ia32('fcmovnu', 'st, st(i)', 'DB D8+i', moveIf(11), CMOV('P')),
  ...CONSTANTS.map((name, n) => ia32(name, '', `D9 E${8 + n < 10 ? 8 + n : String.fromCharCode(55 + 8 + n)}`,
    (m) => { begins(m); m.call('fpu.loadConstant', constants(m, n)); }, x87('FLD1/FLDL2T/FLDL2E/FLDPI/FLDLG2/FLDLN2/FLDZ', 'Pushes a constant onto the x87 stack.'))),
];
