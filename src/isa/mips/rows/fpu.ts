/** Arithmetic and conversions of the FPU, single and double, by services (float/services.ts). */
import type { FieldLetter } from '../fields.ts';
import type { Cop1Service } from '../float/services.ts';
import { mips } from '../row.ts';
import type { MipsRow } from '../row.ts';
import type { MipsTerms } from '../terms.ts';
import { even, get, put, word } from './fpu-terms.ts';

type Format = 's' | 'd';
const FMT: Readonly<Record<Format, string>> = { s: '10000', d: '10001' };
const WHAT: Readonly<Record<Format, string>> = { s: 'singles', d: 'doubles' };
const FORMATS: readonly Format[] = ['s', 'd'];

/** `doubles`: fields whose registers are pairs. */
const call = (name: Cop1Service, doubles: readonly FieldLetter[], ...fields: readonly FieldLetter[]) => (m: MipsTerms): void => {
  if (doubles.length > 0) even(m, ...doubles);
  m.service(name, fields.map((field) => word(m, field)));
};
const pairs = (f: Format, ...fields: readonly FieldLetter[]): readonly FieldLetter[] => (f === 'd' ? fields : []);

const TWO = [['add', '000000', 'Adds'], ['sub', '000001', 'Subtracts'], ['mul', '000010', 'Multiplies'], ['div', '000011', 'Divides']] as const;
const ONE = [['sqrt', '000100', 'Takes the square root of'], ['recip', '010101', 'Takes the reciprocal of'], ['rsqrt', '010110', 'Takes the reciprocal root of']] as const;
const THREE = [
  ['madd', '100', 'Multiplies and adds'], ['msub', '101', 'Multiplies and subtracts'],
  ['nmadd', '110', 'Multiplies, adds and negates'], ['nmsub', '111', 'Multiplies, subtracts and negates'],
] as const;
const INTEGER = [
  ['round', '001100', 'to the nearest integer'], ['trunc', '001101', 'to an integer, toward zero'], ['ceil', '001110', 'to an integer, upwards'],
  ['floor', '001111', 'to an integer, downwards'], ['cvt', '100100', 'to an integer, as FCSR rounds'],
] as const;

const arithmetic = FORMATS.flatMap((f): MipsRow[] => [
  ...TWO.map(([name, code, says]) => mips(`${name}.${f}`, 'fd, fs, ft', `010001 ${FMT[f]} f g v ${code}`, `${says} ${WHAT[f]}.`,
    call(`cop1.${name}.${f}`, pairs(f, 'v', 'g', 'f'), 'v', 'g', 'f'), { entry: `${name.toUpperCase()}.fmt` })),
  ...ONE.map(([name, code, says]) => mips(`${name}.${f}`, 'fd, fs', `010001 ${FMT[f]} 00000 g v ${code}`, `${says} ${WHAT[f]}.`,
    call(`cop1.${name}.${f}`, pairs(f, 'v', 'g'), 'v', 'g'), { entry: `${name.toUpperCase()}.fmt` })),
  ...THREE.map(([name, code, says]) => mips(`${name}.${f}`, 'fd, fr, fs, ft', `010011 u f g v ${code} 00${f === 's' ? 0 : 1}`, `${says} ${WHAT[f]}.`,
    call(`cop1.${name}.${f}`, pairs(f, 'v', 'u', 'g', 'f'), 'v', 'u', 'g', 'f'), { entry: `${name.toUpperCase()}.fmt` })),
  ...INTEGER.map(([name, code, says]) => mips(`${name}.w.${f}`, 'fd, fs', `010001 ${FMT[f]} 00000 g v ${code}`, `Converts a ${f === 's' ? 'single' : 'double'} ${says}.`,
    call(`cop1.${name}.w.${f}`, pairs(f, 'g'), 'v', 'g'), { entry: `${name.toUpperCase()}.W.fmt` })),
]);

/** Only the sign: NaNs are like numbers here, and nothing is raised. */
const sign = (f: Format, change: (m: MipsTerms, top: ReturnType<MipsTerms['const']>) => ReturnType<MipsTerms['const']>) => (m: MipsTerms): void => {
  if (f === 's') { put(m, 'v', 'own', change(m, get(m, 'g', 'own'))); return; }
  even(m, 'g', 'v');
  put(m, 'v', 'low', get(m, 'g', 'low'));
  put(m, 'v', 'high', change(m, get(m, 'g', 'high')));
};
const signs = FORMATS.flatMap((f): MipsRow[] => [
  mips(`abs.${f}`, 'fd, fs', `010001 ${FMT[f]} 00000 g v 000101`, `Takes the absolute value of ${WHAT[f]}.`, sign(f, (m, top) => m.and(top, m.const(0x7fff_ffff))), { entry: 'ABS.fmt' }),
  mips(`neg.${f}`, 'fd, fs', `010001 ${FMT[f]} 00000 g v 000111`, `Negates ${WHAT[f]}.`, sign(f, (m, top) => m.xor(top, m.const(0x8000_0000))), { entry: 'NEG.fmt' }),
]);

const conversions: readonly MipsRow[] = [
  mips('cvt.s.d', 'fd, fs', '010001 10001 00000 g v 100000', 'Converts a double to a single.', call('cop1.cvt.s.d', ['g'], 'v', 'g'), { entry: 'CVT.S.fmt' }),
  mips('cvt.s.w', 'fd, fs', '010001 10100 00000 g v 100000', 'Converts an integer to a single.', call('cop1.cvt.s.w', [], 'v', 'g'), { entry: 'CVT.S.fmt' }),
  mips('cvt.d.s', 'fd, fs', '010001 10000 00000 g v 100001', 'Converts a single to a double.', call('cop1.cvt.d.s', ['v'], 'v', 'g'), { entry: 'CVT.D.fmt' }),
  mips('cvt.d.w', 'fd, fs', '010001 10100 00000 g v 100001', 'Converts an integer to a double.', call('cop1.cvt.d.w', ['v'], 'v', 'g'), { entry: 'CVT.D.fmt' }),
];

export const FPU_ARITHMETIC: readonly MipsRow[] = [...arithmetic, ...signs, ...conversions];
