/** SSE and SSE2: arithmetic, comparison and conversion of singles and doubles, scalar and packed, by services. */
import type { X86Row } from '../row.ts';
import type { SseService } from '../services.ts';
import { change, faults, immediate, type Means, sse, words } from './sse-terms.ts';

type Suffix = 'ps' | 'pd' | 'ss' | 'sd';
const PREFIX: Readonly<Record<Suffix, string>> = { ps: 'NP', pd: '66', ss: 'F3', sd: 'F2' };
const SOURCE: Readonly<Record<Suffix, string>> = { ps: 'xmm/m128', pd: 'xmm/m128', ss: 'xmm/m32', sd: 'xmm/m64' };
const COUNT: Readonly<Record<Suffix, number>> = { ps: 4, pd: 4, ss: 1, sd: 2 };
const WHAT: Readonly<Record<Suffix, string>> = { ps: 'four singles', pd: 'two doubles', ss: 'a single', sd: 'a double' };
const SUFFIXES: readonly Suffix[] = ['ps', 'pd', 'ss', 'sd'];

const operate = (service: SseService, suffix: Suffix): Means => (m) => change(m, service, ...words(m, 1, COUNT[suffix], COUNT[suffix] === 4));

const ARITHMETIC = [
  ['sqrt', '51', 'Takes the square root of'], ['add', '58', 'Adds'], ['mul', '59', 'Multiplies'], ['sub', '5C', 'Subtracts'],
  ['min', '5D', 'Takes the lesser of'], ['div', '5E', 'Divides'], ['max', '5F', 'Takes the greater of'],
] as const;
const arithmetic = ARITHMETIC.flatMap(([name, opcode, says]) => SUFFIXES.map((suffix) =>
  sse(`${name}${suffix}`, `xmm, ${SOURCE[suffix]}`, `${PREFIX[suffix]} 0F ${opcode} /r`, `${says} ${WHAT[suffix]}.`, operate(`sse.${name}${suffix}`, suffix))));

const approximations = (['ps', 'ss'] as const).flatMap((suffix) => [
  sse(`rsqrt${suffix}`, `xmm, ${SOURCE[suffix]}`, `${PREFIX[suffix]} 0F 52 /r`, `Approximates the reciprocal root of ${WHAT[suffix]}.`, operate(`sse.rsqrt${suffix}`, suffix)),
  sse(`rcp${suffix}`, `xmm, ${SOURCE[suffix]}`, `${PREFIX[suffix]} 0F 53 /r`, `Approximates the reciprocal of ${WHAT[suffix]}.`, operate(`sse.rcp${suffix}`, suffix)),
]);

const compare = (suffix: Suffix): X86Row =>
  sse(`cmp${suffix}`, `xmm, ${SOURCE[suffix]}, imm8`, `${PREFIX[suffix]} 0F C2 /r ib`, `Compares ${WHAT[suffix]}: ones where it holds, else zeros.`, (m) => {
    const source = words(m, 1, COUNT[suffix], COUNT[suffix] === 4);
    change(m, `sse.cmp${suffix}`, m.const(immediate(m, 2) & 7), ...source);
  });

/** ZF, PF and CF tell the order; OF, SF and AF become 0. */
const order = (quiet: boolean, double: boolean): Means => (m) => {
  const count = double ? 2 : 1, b = words(m, 1, count), a = words(m, 0, count);
  const flags = m.call(double ? 'sse.ordersd' : 'sse.orderss', [m.const(quiet ? 1 : 0), ...a, ...b]);
  faults(m, m.call('sse.raised', []));
  m.setStatus(flags);
};
const orders = [['ucomi', '2E', true], ['comi', '2F', false]] as const;
const comparisons = orders.flatMap(([name, opcode, quiet]) => [
  sse(`${name}ss`, 'xmm, xmm/m32', `NP 0F ${opcode} /r`, 'Compares two singles and sets the flags.', order(quiet, false), { writes: 'OSZAPC' }),
  sse(`${name}sd`, 'xmm, xmm/m64', `66 0F ${opcode} /r`, 'Compares two doubles and sets the flags.', order(quiet, true), { writes: 'OSZAPC' }),
]);

const toInteger = (service: SseService, count: number): Means => (m) => {
  const value = m.call(service, words(m, 1, count));
  faults(m, m.call('sse.raised', []));
  m.put(0, value);
};
const fromInteger = (service: SseService): Means => (m) => change(m, service, m.get(1));
const convert = (service: SseService, count: number): Means => (m) => change(m, service, ...words(m, 1, count, count === 4));
const CONVERTS = 'Converts ';

const conversions: readonly X86Row[] = [
  sse('cvtsi2ss', 'xmm, r/m32', 'F3 0F 2A /r', `${CONVERTS}an integer to a single.`, fromInteger('sse.cvtsi2ss')),
  sse('cvtsi2sd', 'xmm, r/m32', 'F2 0F 2A /r', `${CONVERTS}an integer to a double.`, fromInteger('sse.cvtsi2sd')),
  sse('cvttss2si', 'r32, xmm/m32', 'F3 0F 2C /r', `${CONVERTS}a single to an integer, cutting.`, toInteger('sse.cvttss2si', 1)),
  sse('cvttsd2si', 'r32, xmm/m64', 'F2 0F 2C /r', `${CONVERTS}a double to an integer, cutting.`, toInteger('sse.cvttsd2si', 2)),
  sse('cvtss2si', 'r32, xmm/m32', 'F3 0F 2D /r', `${CONVERTS}a single to an integer, rounding.`, toInteger('sse.cvtss2si', 1)),
  sse('cvtsd2si', 'r32, xmm/m64', 'F2 0F 2D /r', `${CONVERTS}a double to an integer, rounding.`, toInteger('sse.cvtsd2si', 2)),
  sse('cvtss2sd', 'xmm, xmm/m32', 'F3 0F 5A /r', `${CONVERTS}a single to a double.`, convert('sse.cvtss2sd', 1)),
  sse('cvtsd2ss', 'xmm, xmm/m64', 'F2 0F 5A /r', `${CONVERTS}a double to a single.`, convert('sse.cvtsd2ss', 2)),
  sse('cvtps2pd', 'xmm, xmm/m64', 'NP 0F 5A /r', `${CONVERTS}two singles to doubles.`, convert('sse.cvtps2pd', 2)),
  sse('cvtpd2ps', 'xmm, xmm/m128', '66 0F 5A /r', `${CONVERTS}two doubles to singles.`, convert('sse.cvtpd2ps', 4)),
  sse('cvtdq2ps', 'xmm, xmm/m128', 'NP 0F 5B /r', `${CONVERTS}four integers to singles.`, convert('sse.cvtdq2ps', 4)),
  sse('cvtps2dq', 'xmm, xmm/m128', '66 0F 5B /r', `${CONVERTS}four singles to integers, rounding.`, convert('sse.cvtps2dq', 4)),
  sse('cvttps2dq', 'xmm, xmm/m128', 'F3 0F 5B /r', `${CONVERTS}four singles to integers, cutting.`, convert('sse.cvttps2dq', 4)),
  sse('cvtdq2pd', 'xmm, xmm/m64', 'F3 0F E6 /r', `${CONVERTS}two integers to doubles.`, convert('sse.cvtdq2pd', 2)),
  sse('cvtpd2dq', 'xmm, xmm/m128', 'F2 0F E6 /r', `${CONVERTS}two doubles to integers, rounding.`, convert('sse.cvtpd2dq', 4)),
  sse('cvttpd2dq', 'xmm, xmm/m128', '66 0F E6 /r', `${CONVERTS}two doubles to integers, cutting.`, convert('sse.cvttpd2dq', 4)),
];

export const SSE_FLOAT: readonly X86Row[] = [...arithmetic, ...approximations, ...SUFFIXES.map(compare), ...comparisons, ...conversions];
