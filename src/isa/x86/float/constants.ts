/**
 * The constants that FLD1, FLDL2T, FLDL2E, FLDPI, FLDLG2, FLDLN2 and FLDZ push, rounded by the rounding control without an
 * exception (SDM vol. 2A, FLD1). The numbers come from series.ts and were compared with a processor's in every mode.
 */
import { EXTENDED80, round } from '../../../bits/float/core.ts';
import { type F80, ONE, pack, zero } from './f80.ts';
import { ln2, logarithm, pi, type Real, reciprocal, toFinite } from './series.ts';
import { roundingOf } from './x87arith.ts';

/** By the last three bits of the opcode. */
const REALS: readonly (() => Real)[] = [
  () => ({ n: 1n, e: 0 }),
  () => logarithm({ n: 10n, e: 0 }).value!,
  () => reciprocal(ln2()),
  pi,
  () => reciprocal(logarithm({ n: 10n, e: 0 }).value!),
  ln2,
];
const known: (F80 | undefined)[] = [];

export function constantOf(n: number, control: number): F80 {
  if (n === 0) return ONE;
  if (n > 5) return zero(0);
  const rounding = roundingOf(control);
  return (known[n * 4 + rounding] ??= pack(round(toFinite(REALS[n]!(), 0), EXTENDED80, rounding), 64));
}
