/**
 * The services of the SSE rows, as functions of state words and values. They change XMM registers and MXCSR only, never
 * memory or flow, so an engine may run them within a block; those that meet exceptions answer 1 or 2 (see apply.ts).
 */
import {
  approximate,
  comparePacked,
  compareScalar,
  doublesToSingles,
  doubleToSingle,
  integersToDoubles,
  integersToSingles,
  integerToScalar,
  operationNumber,
  order,
  packed,
  packedToIntegers,
  scalar32,
  scalar64,
  scalarToInteger,
  singlesToDoubles,
  singleToDouble,
  takeRaised,
} from './apply.ts';
import type { FloatFunction } from '../floating.ts';
import { applyHalf, applyInteger, byteSigns, INTEGER_OPERATIONS, type IntegerOperation } from './integer.ts';
import type { Arithmetic } from './lane.ts';

type Suffix = 'ps' | 'pd' | 'ss' | 'sd';
type Converts =
  | 'cvtsi2ss'
  | 'cvtsi2sd'
  | 'cvttss2si'
  | 'cvttsd2si'
  | 'cvtss2si'
  | 'cvtsd2si'
  | 'cvtss2sd'
  | 'cvtsd2ss'
  | 'cvtps2pd'
  | 'cvtpd2ps'
  | 'cvtdq2ps'
  | 'cvtps2dq'
  | 'cvttps2dq'
  | 'cvtdq2pd'
  | 'cvtpd2dq'
  | 'cvttpd2dq';
export type SsePure =
  | `sse.${Arithmetic | 'cmp'}${Suffix}`
  | 'sse.rcpps'
  | 'sse.rcpss'
  | 'sse.rsqrtps'
  | 'sse.rsqrtss'
  | 'sse.orderss'
  | 'sse.ordersd'
  | `sse.${Converts}`
  | `sse.${IntegerOperation}`
  | `sse.mm.${IntegerOperation | HalfConversion}`
  | 'sse.pmovmskb'
  | 'sse.raised';

/** To and from the two lanes of an MMX register. */
type HalfConversion = 'cvtpi2ps' | 'cvtps2pi' | 'cvttps2pi' | 'cvtpd2pi' | 'cvttpd2pi';

interface Entry {
  readonly args: readonly string[];
  readonly run: FloatFunction;
}
const PACKED = ['to', 'a', 'b', 'c', 'd'] as const;
const entry = (args: readonly string[], run: FloatFunction): Entry => ({ args, run });
/** For services whose answer is whether they met an unmasked exception. */
const raising = (
  args: readonly string[],
  run: (w: Int32Array, a: number, b: number, c: number, d: number, e: number, f: number) => void,
): Entry => ({
  args,
  run: (w, a, b, c, d, e, f) => {
    run(w, a, b, c, d, e, f);
    return takeRaised();
  },
});

const SCALAR32 = ['to', 'x'],
  SCALAR64 = ['to', 'low', 'high'];

function arithmetic(op: Arithmetic): Record<string, Entry> {
  const n = operationNumber(op);
  return {
    [`sse.${op}ps`]: raising(PACKED, (w, to, a, b, c, d) => packed(32, n, w, to, a, b, c, d)),
    [`sse.${op}pd`]: raising(PACKED, (w, to, a, b, c, d) => packed(64, n, w, to, a, b, c, d)),
    [`sse.${op}ss`]: raising(SCALAR32, (w, to, x) => scalar32(n, w, to, x)),
    [`sse.${op}sd`]: raising(SCALAR64, (w, to, lo, hi) => scalar64(n, w, to, lo, hi)),
  };
}
const compares: Record<string, Entry> = {
  'sse.cmpps': raising(['to', 'predicate', 'a', 'b', 'c', 'd'], (w, to, p, a, b, c, d) => comparePacked(32, w, to, p, a, b, c, d)),
  'sse.cmppd': raising(['to', 'predicate', 'a', 'b', 'c', 'd'], (w, to, p, a, b, c, d) => comparePacked(64, w, to, p, a, b, c, d)),
  'sse.cmpss': raising(['to', 'predicate', 'x'], (w, to, p, x) => compareScalar(32, w, to, p, x, 0)),
  'sse.cmpsd': raising(['to', 'predicate', 'low', 'high'], (w, to, p, lo, hi) => compareScalar(64, w, to, p, lo, hi)),
  'sse.orderss': entry(['quiet', 'a', 'b'], (w, quiet, a, b) => order(32, quiet !== 0, w, a, 0, b, 0)),
  'sse.ordersd': entry(['quiet', 'aLow', 'aHigh', 'bLow', 'bHigh'], (w, quiet, aLo, aHi, bLo, bHi) =>
    order(64, quiet !== 0, w, aLo, aHi, bLo, bHi),
  ),
};
const conversions: Record<string, Entry> = {
  'sse.cvtsi2ss': raising(['to', 'n'], (w, to, n) => integerToScalar(32, w, to, n)),
  'sse.cvtsi2sd': raising(['to', 'n'], (w, to, n) => integerToScalar(64, w, to, n)),
  'sse.cvttss2si': entry(['x'], (w, x) => scalarToInteger(32, true, w, x, 0)),
  'sse.cvttsd2si': entry(['low', 'high'], (w, lo, hi) => scalarToInteger(64, true, w, lo, hi)),
  'sse.cvtss2si': entry(['x'], (w, x) => scalarToInteger(32, false, w, x, 0)),
  'sse.cvtsd2si': entry(['low', 'high'], (w, lo, hi) => scalarToInteger(64, false, w, lo, hi)),
  'sse.cvtss2sd': raising(SCALAR32, singleToDouble),
  'sse.cvtsd2ss': raising(SCALAR64, doubleToSingle),
  'sse.cvtps2pd': raising(['to', 'a', 'b'], singlesToDoubles),
  'sse.cvtpd2ps': raising(PACKED, doublesToSingles),
  'sse.cvtdq2ps': raising(PACKED, integersToSingles),
  'sse.cvtdq2pd': raising(['to', 'a', 'b'], integersToDoubles),
  'sse.cvtps2dq': raising(PACKED, (w, to, a, b, c, d) => packedToIntegers(32, false, w, to, a, b, c, d)),
  'sse.cvttps2dq': raising(PACKED, (w, to, a, b, c, d) => packedToIntegers(32, true, w, to, a, b, c, d)),
  'sse.cvtpd2dq': raising(PACKED, (w, to, a, b, c, d) => packedToIntegers(64, false, w, to, a, b, c, d)),
  'sse.cvttpd2dq': raising(PACKED, (w, to, a, b, c, d) => packedToIntegers(64, true, w, to, a, b, c, d)),
};
const approximations: Record<string, Entry> = {
  'sse.rcpps': raising(PACKED, (w, to, a, b, c, d) => approximate(false, w, to, [a, b, c, d])),
  'sse.rsqrtps': raising(PACKED, (w, to, a, b, c, d) => approximate(true, w, to, [a, b, c, d])),
  'sse.rcpss': raising(SCALAR32, (w, to, x) => approximate(false, w, to, [x])),
  'sse.rsqrtss': raising(SCALAR32, (w, to, x) => approximate(true, w, to, [x])),
};
const integers: Record<string, Entry> = Object.fromEntries(
  (Object.keys(INTEGER_OPERATIONS) as IntegerOperation[]).map((op) => [
    `sse.${op}`,
    entry(PACKED, (w, to, a, b, c, d) => {
      applyInteger(op, w, to, a, b, c, d);
      return 0;
    }),
  ]),
);

/** What writes four words, on two: those behind them stay. */
const half =
  (run: (w: Int32Array, to: number, a: number, b: number, c: number, d: number) => void) =>
  (w: Int32Array, to: number, a: number, b: number, c: number, d: number): void => {
    const [third, fourth] = [w[to + 2]!, w[to + 3]!];
    run(w, to, a, b, c, d);
    w[to + 2] = third;
    w[to + 3] = fourth;
  };
const halves: Record<string, Entry> = {
  ...Object.fromEntries(
    (Object.keys(INTEGER_OPERATIONS) as IntegerOperation[]).map((op) => [
      `sse.mm.${op}`,
      entry(['to', 'low', 'high'], (w, to, low, high) => {
        applyHalf(op, w, to, low, high);
        return 0;
      }),
    ]),
  ),
  'sse.mm.cvtpi2ps': raising(PACKED, half(integersToSingles)),
  'sse.mm.cvtps2pi': raising(
    PACKED,
    half((w, to, a, b, c, d) => packedToIntegers(32, false, w, to, a, b, c, d)),
  ),
  'sse.mm.cvttps2pi': raising(
    PACKED,
    half((w, to, a, b, c, d) => packedToIntegers(32, true, w, to, a, b, c, d)),
  ),
  'sse.mm.cvtpd2pi': raising(
    PACKED,
    half((w, to, a, b, c, d) => packedToIntegers(64, false, w, to, a, b, c, d)),
  ),
  'sse.mm.cvttpd2pi': raising(
    PACKED,
    half((w, to, a, b, c, d) => packedToIntegers(64, true, w, to, a, b, c, d)),
  ),
};

const TABLE: Record<string, Entry> = {
  ...arithmetic('add'),
  ...arithmetic('sub'),
  ...arithmetic('mul'),
  ...arithmetic('div'),
  ...arithmetic('sqrt'),
  ...arithmetic('min'),
  ...arithmetic('max'),
  ...compares,
  ...conversions,
  ...approximations,
  ...integers,
  ...halves,
  'sse.pmovmskb': entry(['a', 'b', 'c', 'd'], (_w, a, b, c, d) => byteSigns(a, b, c, d)),
  'sse.raised': entry([], () => takeRaised()),
};

const part = <K extends keyof Entry>(key: K): Record<SsePure, Entry[K]> =>
  Object.fromEntries(Object.entries(TABLE).map(([name, e]) => [name, e[key]])) as Record<SsePure, Entry[K]>;
/** Names of the arguments, and the functions. */
export const SSE_ARGUMENTS: Readonly<Record<SsePure, readonly string[]>> = part('args');
export const SSE_FUNCTIONS: Readonly<Record<SsePure, FloatFunction>> = part('run');
