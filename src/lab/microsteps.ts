/**
 * The micro-steps of the host instruction that is about to run: fetch, decode, then each micro-op with the value it will
 * have. Computed by evaluating the instruction without committing it, so nothing of the machine changes.
 */
import { isValue, type Op } from '../isa/microop/op.ts';
import { formatOps } from '../isa/microop/format.ts';
import { explain } from '../translate/step.ts';
import { hex32 } from '../bits/hex.ts';
import type { MicroStepsView } from '../protocol/views.ts';
import type { Session } from './session.ts';

export function microSteps(session: Session, passed: number): MicroStepsView {
  const { instruction, values } = explain(session.running.machine);
  const texts = formatOps(instruction.ops);
  const steps: MicroStepsView['steps'][number][] = [
    { phase: 'fetch', text: `fetch ${instruction.length} bytes at ${hex32(instruction.address)}`, value: null },
    { phase: 'decode', text: instruction.text, value: null },
    ...instruction.ops.map((op, i) => ({ phase: 'micro-op' as const, text: texts[i]!, value: i + 2 < passed ? valueOf(op, values[i]) : null })),
  ];
  return { address: instruction.address, text: instruction.text, steps, passed };
}

const valueOf = (op: Op, value: number | undefined): string | null => (isValue(op) && value !== undefined ? hex32(value) : null);

export const microStepCount = (session: Session): number => explain(session.running.machine).instruction.ops.length + 2;
