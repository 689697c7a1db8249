/**
 * SSE operations on the processor's state words: takes operands, does every lane, sets the flags of MXCSR and writes the
 * destination (SDM vol. 1, 11.5.2 and 11.5.3).
 *
 * Invariant: with an unmasked exception only the flags of MXCSR change, `takeRaised` tells it, and the row raises #XM;
 * doing the same operation again then changes nothing more. An exception that comes before the results hides those after.
 */
import { INEXACT } from '../../../bits/float/core.ts';
import { CF, CR4, PF, ZF } from '../state.ts';
import { type Pattern, pattern, type Precision } from '../../../bits/float/binary.ts';
import { fromInt32, narrow, reciprocal, reciprocalRoot, toInt32, widen } from './convert.ts';
import { compare32, compare64, doubleOf, fast32, fast64, narrowFast, NO, quick, result, ROUNDED, truncated, widenFast } from './fast.ts';
import { type Arithmetic, arithmetic, type Lane, type Relation, relation } from './lane.ts';
import { DAZ, MASK_SHIFT, MXCSR } from './state.ts';

/** 0; 1 or 2 after an unmasked exception, which raises #XM, or #UD where the kernel does not take #XM (CR4.OSXMMEXCPT). */
let raised = 0;
/** Whether the last operation met an unmasked exception; forgets it. */
export function takeRaised(): number {
  const was = raised;
  raised = 0;
  return was;
}
const OSXMMEXCPT = 0x400;

/** Notes the exceptions; whether results may be written. */
function settle(w: Int32Array, before: number, after: number): boolean {
  const enabled = ~(w[MXCSR]! >> MASK_SHIFT);
  if ((before & enabled) !== 0) {
    w[MXCSR]! |= before;
    raised = (w[CR4]! & OSXMMEXCPT) !== 0 ? 1 : 2;
    return false;
  }
  w[MXCSR]! |= before | after;
  if ((after & enabled) === 0) return true;
  raised = (w[CR4]! & OSXMMEXCPT) !== 0 ? 1 : 2;
  return false;
}

const OPERATIONS: readonly Arithmetic[] = ['add', 'sub', 'mul', 'div', 'sqrt', 'min', 'max'];
export const operationNumber = (op: Arithmetic): number => OPERATIONS.indexOf(op);
const SQRT = 4;

// Scalar arithmetic: the low lane; the rest of the destination stays

export function scalar64(op: number, w: Int32Array, to: number, lo: number, hi: number): void {
  const unary = op === SQRT,
    aLo = unary ? lo : w[to]!,
    aHi = unary ? hi : w[to + 1]!;
  if (op <= SQRT && quick(w[MXCSR]!)) {
    const how = fast64(w[MXCSR]!, op, aLo, aHi, lo, hi);
    if (how !== NO) {
      w[to] = result.lo;
      w[to + 1] = result.hi;
      if (how === ROUNDED) w[MXCSR]! |= INEXACT;
      return;
    }
  }
  const { value, before, after } = arithmetic(64, OPERATIONS[op]!, pattern(aHi, aLo), pattern(hi, lo), w[MXCSR]!);
  if (settle(w, before, after)) put64(w, to, value);
}
export function scalar32(op: number, w: Int32Array, to: number, x: number): void {
  const a = op === SQRT ? x : w[to]!;
  if (op <= SQRT && quick(w[MXCSR]!)) {
    const how = fast32(w[MXCSR]!, op, a, x);
    if (how !== NO) {
      w[to] = result.lo;
      if (how === ROUNDED) w[MXCSR]! |= INEXACT;
      return;
    }
  }
  const { value, before, after } = arithmetic(32, OPERATIONS[op]!, pattern(0, a), pattern(0, x), w[MXCSR]!);
  if (settle(w, before, after)) w[to] = value.lo;
}
function put64(w: Int32Array, to: number, { hi, lo }: Pattern): void {
  w[to] = lo;
  w[to + 1] = hi;
}

// Packed

const patterns = (width: Precision, a: number, b: number, c: number, d: number): Pattern[] =>
  width === 64 ? [pattern(b, a), pattern(d, c)] : [pattern(0, a), pattern(0, b), pattern(0, c), pattern(0, d)];
const destination = (width: Precision, w: Int32Array, to: number): Pattern[] => patterns(width, w[to]!, w[to + 1]!, w[to + 2]!, w[to + 3]!);

/** Does every lane, settles, and writes the lanes from `to` on; the words behind them become zero up to `words`. */
function lanes(width: Precision, w: Int32Array, to: number, list: readonly Lane[], words: number): void {
  const before = list.reduce((sum, lane) => sum | lane.before, 0),
    after = list.reduce((sum, lane) => sum | lane.after, 0);
  if (!settle(w, before, after)) return;
  let at = to;
  for (const { value } of list) {
    w[at++] = value.lo;
    if (width === 64) w[at++] = value.hi;
  }
  while (at < to + words) w[at++] = 0;
}

export function packed(width: Precision, op: number, w: Int32Array, to: number, a: number, b: number, c: number, d: number): void {
  if (op <= SQRT && quick(w[MXCSR]!) && (width === 64 ? packedFast64(op, w, to, a, b, c, d) : packedFast32(op, w, to, a, b, c, d))) return;
  const first = destination(width, w, to),
    mxcsr = w[MXCSR]!;
  const results = patterns(width, a, b, c, d).map((source, i) =>
    arithmetic(width, OPERATIONS[op]!, op === SQRT ? source : first[i]!, source, mxcsr),
  );
  lanes(width, w, to, results, 4);
}
function packedFast64(op: number, w: Int32Array, to: number, a: number, b: number, c: number, d: number): boolean {
  const one = op === SQRT,
    mxcsr = w[MXCSR]!;
  const first = fast64(mxcsr, op, one ? a : w[to]!, one ? b : w[to + 1]!, a, b);
  if (first === NO) return false;
  const { lo, hi } = result;
  const second = fast64(mxcsr, op, one ? c : w[to + 2]!, one ? d : w[to + 3]!, c, d);
  if (second === NO) return false;
  w[to] = lo;
  w[to + 1] = hi;
  w[to + 2] = result.lo;
  w[to + 3] = result.hi;
  if (first === ROUNDED || second === ROUNDED) w[MXCSR] = mxcsr | INEXACT;
  return true;
}
function packedFast32(op: number, w: Int32Array, to: number, a: number, b: number, c: number, d: number): boolean {
  const one = op === SQRT,
    mxcsr = w[MXCSR]!;
  const h0 = fast32(mxcsr, op, one ? a : w[to]!, a),
    r0 = result.lo;
  if (h0 === NO) return false;
  const h1 = fast32(mxcsr, op, one ? b : w[to + 1]!, b),
    r1 = result.lo;
  if (h1 === NO) return false;
  const h2 = fast32(mxcsr, op, one ? c : w[to + 2]!, c),
    r2 = result.lo;
  if (h2 === NO) return false;
  const h3 = fast32(mxcsr, op, one ? d : w[to + 3]!, d);
  if (h3 === NO) return false;
  w[to] = r0;
  w[to + 1] = r1;
  w[to + 2] = r2;
  w[to + 3] = result.lo;
  if (h0 === ROUNDED || h1 === ROUNDED || h2 === ROUNDED || h3 === ROUNDED) w[MXCSR] = mxcsr | INEXACT;
  return true;
}

// Comparisons

/** Predicates 0..3 of CMPPS; 4..7 are their opposites. LT and LE raise #I for quiet NaNs too (SDM vol. 2A, CMPPD). */
const holds = (predicate: number, order: Relation): boolean => {
  const plain = predicate & 3;
  const yes =
    plain === 0
      ? order === 'equal'
      : plain === 1
        ? order === 'less'
        : plain === 2
          ? order === 'less' || order === 'equal'
          : order === 'unordered';
  return yes !== ((predicate & 4) !== 0);
};
const quietPredicate = (predicate: number): boolean => (predicate & 3) === 0 || (predicate & 3) === 3;
function compareLane(width: Precision, predicate: number, a: Pattern, b: Pattern, mxcsr: number): Lane {
  const { order, before } = relation(width, a, b, quietPredicate(predicate), mxcsr);
  const ones = holds(predicate, order) ? 0xffff_ffff : 0;
  return { value: pattern(width === 64 ? ones : 0, ones), before, after: 0 };
}
export function compareScalar(width: Precision, w: Int32Array, to: number, predicate: number, lo: number, hi: number): void {
  const a = width === 64 ? pattern(w[to + 1]!, w[to]!) : pattern(0, w[to]!);
  lanes(width, w, to, [compareLane(width, predicate, a, pattern(width === 64 ? hi : 0, lo), w[MXCSR]!)], 0);
}
export function comparePacked(
  width: Precision,
  w: Int32Array,
  to: number,
  predicate: number,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  const first = destination(width, w, to),
    mxcsr = w[MXCSR]!;
  lanes(
    width,
    w,
    to,
    patterns(width, a, b, c, d).map((source, i) => compareLane(width, predicate, first[i]!, source, mxcsr)),
    4,
  );
}

const ORDER_FLAGS: Readonly<Record<Relation, number>> = { unordered: ZF | PF | CF, greater: 0, less: CF, equal: ZF };
const FAST_FLAGS = [CF, ZF, 0];
/** EFLAGS of COMISS and UCOMISS (`quiet`) and their double forms. */
export function order(width: Precision, quiet: boolean, w: Int32Array, aLo: number, aHi: number, bLo: number, bHi: number): number {
  if ((w[MXCSR]! & DAZ) === 0) {
    const quickly = width === 64 ? compare64(aLo, aHi, bLo, bHi) : compare32(aLo, bLo);
    if (quickly !== 2) return FAST_FLAGS[quickly + 1]!;
  }
  const a = pattern(width === 64 ? aHi : 0, aLo),
    b = pattern(width === 64 ? bHi : 0, bLo);
  const compared = relation(width, a, b, quiet, w[MXCSR]!);
  settle(w, compared.before, 0);
  return ORDER_FLAGS[compared.order];
}

// Conversions

export function scalarToInteger(width: Precision, truncate: boolean, w: Int32Array, lo: number, hi: number): number {
  if (truncate && width === 64 && quick(w[MXCSR]!)) {
    const how = truncated(lo, hi);
    if (how === ROUNDED) w[MXCSR]! |= INEXACT;
    if (how !== NO) return result.lo;
  }
  const { n, before, after } = toInt32(width, pattern(width === 64 ? hi : 0, lo), truncate, w[MXCSR]!);
  return settle(w, before, after) ? n : 0;
}
export function integerToScalar(width: Precision, w: Int32Array, to: number, n: number): void {
  if (width === 64) {
    doubleOf(n);
    w[to] = result.lo;
    w[to + 1] = result.hi;
    return;
  }
  const { value, before, after } = fromInt32(32, n, w[MXCSR]!);
  if (settle(w, before, after)) w[to] = value.lo;
}
export function singleToDouble(w: Int32Array, to: number, x: number): void {
  if (widenFast(x)) {
    w[to] = result.lo;
    w[to + 1] = result.hi;
  } else lanes(64, w, to, [widen(pattern(0, x), w[MXCSR]!)], 0);
}
export function doubleToSingle(w: Int32Array, to: number, lo: number, hi: number): void {
  const how = quick(w[MXCSR]!) ? narrowFast(lo, hi) : NO;
  if (how !== NO) {
    w[to] = result.lo;
    if (how === ROUNDED) w[MXCSR]! |= INEXACT;
  } else lanes(32, w, to, [narrow(pattern(hi, lo), w[MXCSR]!)], 0);
}

export const singlesToDoubles = (w: Int32Array, to: number, a: number, b: number): void =>
  lanes(
    64,
    w,
    to,
    [a, b].map((x) => widen(pattern(0, x), w[MXCSR]!)),
    4,
  );
export const doublesToSingles = (w: Int32Array, to: number, a: number, b: number, c: number, d: number): void =>
  lanes(
    32,
    w,
    to,
    patterns(64, a, b, c, d).map((x) => narrow(x, w[MXCSR]!)),
    4,
  );
export const integersToSingles = (w: Int32Array, to: number, a: number, b: number, c: number, d: number): void =>
  lanes(
    32,
    w,
    to,
    [a, b, c, d].map((n) => fromInt32(32, n, w[MXCSR]!)),
    4,
  );
export const integersToDoubles = (w: Int32Array, to: number, a: number, b: number): void =>
  lanes(
    64,
    w,
    to,
    [a, b].map((n) => fromInt32(64, n, w[MXCSR]!)),
    4,
  );
export function packedToIntegers(
  width: Precision,
  truncate: boolean,
  w: Int32Array,
  to: number,
  a: number,
  b: number,
  c: number,
  d: number,
): void {
  const results = patterns(width, a, b, c, d).map((x) => toInt32(width, x, truncate, w[MXCSR]!));
  lanes(
    32,
    w,
    to,
    results.map(({ n, before, after }) => ({ value: pattern(0, n), before, after })),
    4,
  );
}

export function approximate(root: boolean, w: Int32Array, to: number, sources: readonly number[]): void {
  sources.forEach((x, i) => {
    w[to + i] = (root ? reciprocalRoot : reciprocal)(pattern(0, x)).lo;
  });
}
