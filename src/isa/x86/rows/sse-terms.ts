/**
 * What the rows of SSE and SSE2 share: vector operands as words, alignment, the check that the unit may be used, and calls
 * of its services. A value of 16 bytes is four 32-bit values, the lowest first.
 */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import type { SseService } from '../services.ts';
import { xmmWord } from '../sse/state.ts';
import { CR0, CR4, GP, NM, UD, XF } from '../state.ts';

export type Means = (m: X86) => void;

/** A row of the unit: #UD or #NM first where the kernel has not offered it (SDM vol. 3, 13.1). */
export const sse = (name: string, operands: string, encoding: string, says: string, means: Means, options: RowOptions = {}): X86Row =>
  ia32(name, operands, encoding, (m) => {
    available(m);
    means(m);
  }, { says, ...options });

const EM = 4, TASK_SWITCHED = 8, OSFXSR = 0x200;
function available(m: X86): void {
  m.trapIf(m.and(m.word(CR0), m.const(EM)), UD);
  m.trapIf(m.not(m.and(m.word(CR4), m.const(OSFXSR))), UD);
  m.trapIf(m.and(m.word(CR0), m.const(TASK_SWITCHED)), NM);
}

export const isVector = (m: X86, i: number): boolean => m.operand(i).k === 'xmm';
/** First state word of a register operand. */
export const base = (m: X86, i: number): number => xmmWord(m.number(i));

/** #GP(0) unless the operand lies at a multiple of 16. */
function align(m: X86, i: number): void {
  m.trapIf(m.bool(m.and(m.linear(i), m.const(15))), GP, 0);
}
/** The first `count` words of an operand. `aligned`: of memory, at a multiple of 16. */
export function words(m: X86, i: number, count: number, aligned = false): Value[] {
  const each = Array.from({ length: count }, (_, k) => k);
  if (isVector(m, i)) return each.map((k) => m.word(base(m, i) + k));
  if (aligned) align(m, i);
  const at = m.address(i);
  return each.map((k) => m.load(k === 0 ? at : m.beyond(at, 4 * k), 32));
}
/** Writes the words of a register from word `from` on, or of memory. */
export function put(m: X86, i: number, values: readonly Value[], from = 0, aligned = false): void {
  if (isVector(m, i)) {
    values.forEach((value, k) => m.putSlice({ word: base(m, i) + from + k, low: 0, width: 32 }, value));
    return;
  }
  if (aligned) align(m, i);
  const at = m.address(i);
  values.forEach((value, k) => m.store(k === 0 ? at : m.beyond(at, 4 * k), 32, value));
}

/** Calls a service that writes the destination register, operand 0. */
export function change(m: X86, service: SseService, ...args: Value[]): void {
  changeAt(m, service, base(m, 0), 4, ...args);
}
/** Calls a service that writes `count` state words from `to` on. */
export function changeAt(m: X86, service: SseService, to: number, count: number, ...args: Value[]): void {
  faults(m, m.call(service, [m.const(to), ...args], Array.from({ length: count }, (_, k) => ({ word: to + k, low: 0, width: 32 as const }))));
}
/** What a service answers that may meet an unmasked exception: 0 none, 1 #XM, 2 #UD because the kernel does not take #XM. */
export function faults(m: X86, code: Value): void {
  m.trapIf(m.and(code, m.const(2)), UD);
  m.trapIf(code, XF);
}
export const immediate = (m: X86, i: number): number => (m.operand(i) as { n: number }).n;
