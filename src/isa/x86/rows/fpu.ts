/** Arithmetic, comparison and functions of the x87 (SDM vol. 1, 8.3.5 to 8.3.10). The work is done by the services fpu.*. */
import type { X86Service } from '../services.ts';
import { ia32 } from '../row.ts';
import type { X86Row } from '../row.ts';
import { CF, OF, AF, SF, PF, ZF } from '../state.ts';
import { begins, constants, loadHigh, loadLow, type Means, x87 } from './fpu-common.ts';

const ARITHMETIC = ['add', 'mul', 'com', 'comp', 'sub', 'subr', 'div', 'divr'] as const;
const SAYS: Record<string, string> = {
  add: 'Adds the source to the destination.', mul: 'Multiplies the destination by the source.', sub: 'Subtracts the source from the destination.',
  subr: 'Subtracts the destination from the source, into the destination.', div: 'Divides the destination by the source.',
  divr: 'Divides the source by the destination, into the destination.',
};
const ENTRY: Record<string, string> = {
  add: 'FADD/FADDP/FIADD', mul: 'FMUL/FMULP/FIMUL', sub: 'FSUB/FSUBP/FISUB', subr: 'FSUBR/FSUBRP/FISUBR', div: 'FDIV/FDIVP/FIDIV', divr: 'FDIVR/FDIVRP/FIDIVR',
};

const registers = (operation: number, pops: number): Means => (m) => {
  begins(m);
  m.call('fpu.arithmetic', constants(m, operation, m.number(0), m.number(1), pops));
};
const memory32 = (operation: number): Means => (m) => {
  begins(m, 0);
  m.call('fpu.arithmetic32', [m.const(operation), loadLow(m, m.address(0))]);
};
const memory64 = (operation: number): Means => (m) => {
  begins(m, 0);
  const at = m.address(0);
  m.call('fpu.arithmetic64', [m.const(operation), loadLow(m, at), loadHigh(m, at)]);
};
const integer = (operation: number): Means => (m) => {
  begins(m, 0);
  m.call('fpu.arithmeticInteger', [m.const(operation), m.getSigned(0)]);
};

const arithmeticRows = (name: (typeof ARITHMETIC)[number], n: number): X86Row[] => {
  const options = x87(ENTRY[name]!, SAYS[name]!), byte = (0xc0 + n * 8).toString(16).toUpperCase();
  // With ST(i) as destination the codes of the two subtractions and of the two divisions are exchanged.
  const swapped = (0xc0 + (n > 3 ? n ^ 1 : n) * 8).toString(16).toUpperCase();
  const popping = `f${name}p`;
  return [
    ia32(`f${name}`, 'm32', `D8 /${n}`, memory32(n), options),
    ia32(`f${name}`, 'm64', `DC /${n}`, memory64(n), options),
    ia32(`f${name}`, 'st, st(i)', `D8 ${byte}+i`, registers(n, 0), options),
    ia32(`f${name}`, 'st(i), st', `DC ${swapped}+i`, registers(n, 0), options),
    ia32(popping, 'st(i), st', `DE ${swapped}+i`, registers(n, 1), { ...options, says: `${options.says!.slice(0, -1)}, and pops.` }),
    ia32(`fi${name}`, 'm32', `DA /${n}`, integer(n), options),
    ia32(`fi${name}`, 'm16', `DE /${n}`, integer(n), options),
  ];
};

const COM = (quiet: boolean, pops: number): ReturnType<typeof x87> =>
  x87(quiet ? 'FUCOM/FUCOMP/FUCOMPP' : 'FCOM/FCOMP/FCOMPP', `Compares ST${quiet ? ' without an exception for quiet NaNs' : ''}${pops === 0 ? '' : pops === 1 ? ', and pops' : ', and pops both'}.`);
const compares = (pops: number, quiet: number, i?: number): Means => (m) => {
  begins(m);
  m.call('fpu.compare', constants(m, i ?? m.number(0), pops, quiet));
};
const compares32 = (pops: number): Means => (m) => {
  begins(m, 0);
  m.call('fpu.compare32', [loadLow(m, m.address(0)), m.const(pops)]);
};
const compares64 = (pops: number): Means => (m) => {
  begins(m, 0);
  const at = m.address(0);
  m.call('fpu.compare64', [loadLow(m, at), loadHigh(m, at), m.const(pops)]);
};
const comparesInteger = (pops: number): Means => (m) => {
  begins(m, 0);
  m.call('fpu.compareInteger', [m.getSigned(0), m.const(pops)]);
};
/** ZF, PF and CF tell the order, also when an unmasked exception is left pending (on processors of AMD, which we compare with). */
const comparesFlags = (pops: number, quiet: number): Means => (m) => {
  begins(m);
  const result = m.call('fpu.compareFlags', constants(m, m.number(1), pops, quiet));
  m.setBits(ZF | PF | CF | OF | SF | AF, result);
};
const FLAGGED = (quiet: boolean, pops: number): ReturnType<typeof x87> =>
  x87('FCOMI/FCOMIP/FUCOMI/FUCOMIP', `Compares ST into the flags${quiet ? ' without an exception for quiet NaNs' : ''}${pops === 0 ? '' : ', and pops'}.`, { writes: 'OSZAPC' });

/** The whole instruction is a service. */
const does = (name: X86Service, ...numbers: number[]): Means => (m) => {
  begins(m);
  m.call(name, constants(m, ...numbers));
};

export const FPU_ARITHMETIC: readonly X86Row[] = [
  ...ARITHMETIC.flatMap((name, n) => (name.startsWith('com') ? [] : arithmeticRows(name, n))),
  ia32('fcom', 'm32', 'D8 /2', compares32(0), COM(false, 0)),
  ia32('fcom', 'm64', 'DC /2', compares64(0), COM(false, 0)),
  ia32('fcom', 'st(i)', 'D8 D0+i', compares(0, 0), COM(false, 0)),
  ia32('fcomp', 'm32', 'D8 /3', compares32(1), COM(false, 1)),
  ia32('fcomp', 'm64', 'DC /3', compares64(1), COM(false, 1)),
  ia32('fcomp', 'st(i)', 'D8 D8+i', compares(1, 0), COM(false, 1)),
  ia32('fcompp', '', 'DE D9', compares(2, 0, 1), COM(false, 2)),
  ia32('ficom', 'm32', 'DA /2', comparesInteger(0), { ...COM(false, 0), entry: 'FICOM/FICOMP' }),
  ia32('ficom', 'm16', 'DE /2', comparesInteger(0), { ...COM(false, 0), entry: 'FICOM/FICOMP' }),
  ia32('ficomp', 'm32', 'DA /3', comparesInteger(1), { ...COM(false, 1), entry: 'FICOM/FICOMP' }),
  ia32('ficomp', 'm16', 'DE /3', comparesInteger(1), { ...COM(false, 1), entry: 'FICOM/FICOMP' }),
  ia32('fucom', 'st(i)', 'DD E0+i', compares(0, 1), COM(true, 0)),
  ia32('fucomp', 'st(i)', 'DD E8+i', compares(1, 1), COM(true, 1)),
  ia32('fucompp', '', 'DA E9', compares(2, 1, 1), COM(true, 2)),
  ia32('fcomi', 'st, st(i)', 'DB F0+i', comparesFlags(0, 0), FLAGGED(false, 0)),
  ia32('fcomip', 'st, st(i)', 'DF F0+i', comparesFlags(1, 0), FLAGGED(false, 1)),
  ia32('fucomi', 'st, st(i)', 'DB E8+i', comparesFlags(0, 1), FLAGGED(true, 0)),
  ia32('fucomip', 'st, st(i)', 'DF E8+i', comparesFlags(1, 1), FLAGGED(true, 1)),
  ia32('ftst', '', 'D9 E4', does('fpu.test'), x87('FTST', 'Compares ST with zero.')),
  ia32('fxam', '', 'D9 E5', does('fpu.examine'), x87('FXAM', 'Tells what kind of value ST is.')),
  ia32('fchs', '', 'D9 E0', does('fpu.changeSign', 0), x87('FCHS', 'Changes the sign of ST.')),
  ia32('fabs', '', 'D9 E1', does('fpu.changeSign', 1), x87('FABS', 'Makes ST positive.')),
  ia32('fsqrt', '', 'D9 FA', does('fpu.squareRoot'), x87('FSQRT', 'Takes the square root of ST.')),
  ia32('frndint', '', 'D9 FC', does('fpu.round'), x87('FRNDINT', 'Rounds ST to an integer.')),
  ia32('fscale', '', 'D9 FD', does('fpu.scale'), x87('FSCALE', 'Multiplies ST by two to the power of ST(1) cut to an integer.')),
  ia32('fxtract', '', 'D9 F4', does('fpu.extract'), x87('FXTRACT', 'Takes ST apart: its exponent stays, its significand is pushed.')),
  ia32('fprem', '', 'D9 F8', does('fpu.remainder', 0), x87('FPREM', 'Replaces ST by its remainder modulo ST(1), the quotient cut off.')),
  ia32('fprem1', '', 'D9 F5', does('fpu.remainder', 1), x87('FPREM1', 'Replaces ST by its remainder modulo ST(1), the quotient rounded.')),
  ia32('f2xm1', '', 'D9 F0', does('fpu.exponential'), x87('F2XM1', 'Replaces ST by two to its power, less one.')),
  ia32('fyl2x', '', 'D9 F1', does('fpu.logarithm'), x87('FYL2X', 'Multiplies ST(1) by the binary logarithm of ST, and pops.')),
  ia32('fyl2xp1', '', 'D9 F9', does('fpu.logarithmOfOnePlus'), x87('FYL2XP1', 'Multiplies ST(1) by the binary logarithm of ST plus one, and pops.')),
  ia32('fptan', '', 'D9 F2', does('fpu.circular', 3), x87('FPTAN', 'Replaces ST by its tangent, and pushes 1.')),
  ia32('fpatan', '', 'D9 F3', does('fpu.arctangent'), x87('FPATAN', 'Replaces ST(1) by the angle of the point (ST, ST(1)), and pops.')),
  ia32('fsincos', '', 'D9 FB', does('fpu.circular', 2), x87('FSINCOS', 'Replaces ST by its sine, and pushes its cosine.')),
  ia32('fsin', '', 'D9 FE', does('fpu.circular', 0), x87('FSIN', 'Replaces ST by its sine.')),
  ia32('fcos', '', 'D9 FF', does('fpu.circular', 1), x87('FCOS', 'Replaces ST by its cosine.')),
];
