/**
 * The micro-steps of the host instruction that is about to run: fetch, decode, then each micro-op with the value it will
 * have. Computed by evaluating the instruction without committing it, so nothing of the machine changes.
 */
import { formatOps } from '../isa/microop/format.ts';
import { isValue, type Op, type Slice } from '../isa/microop/op.ts';
import { EFLAGS, EIP, REGISTERS_32, SEGMENTS } from '../isa/x86/state.ts';
import { hex32 } from '../bits/hex.ts';
import type { Explained } from '../machine/explain.ts';
import type { MicroStepsView } from '../protocol/views.ts';
import type { Session } from './session.ts';

const NAMES = {
  slice({ word, low, width }: Slice): string {
    const name = REGISTERS_32[word] ?? (word === EIP ? 'eip' : word === EFLAGS ? 'eflags' : `state ${word}`);
    if (width === 32) return name;
    return width === 16 ? name.slice(1) : low === 8 ? `${name[1]}h` : `${name[1]}l`;
  },
  segment: (n: number): string => SEGMENTS[n] ?? `segment ${n}`,
};

export function microSteps(session: Session, passed: number): MicroStepsView | null {
  const { instruction, ops } = session.running.machine.explain();
  if (!instruction) return null;
  const texts = formatOps(instruction.ops, NAMES);
  const values = new Map<Op, Explained>(ops.map((explained) => [explained.op, explained]));
  const value = (op: Op): string | null => (isValue(op) && values.has(op) ? hex32(values.get(op)!.value) : null);
  const steps: MicroStepsView['steps'][number][] = [
    { phase: 'fetch', text: `fetch ${instruction.length} bytes at ${hex32(instruction.address)}`, value: null },
    { phase: 'decode', text: instruction.text, value: null },
    ...instruction.ops.map((op, i) => ({ phase: 'micro-op' as const, text: texts[i]!, value: i + 2 < passed ? value(op) : null })),
  ];
  return { address: instruction.address, text: instruction.text, steps, passed };
}

export const microStepCount = (session: Session): number => (session.running.machine.explain().instruction?.ops.length ?? -1) + 2;
