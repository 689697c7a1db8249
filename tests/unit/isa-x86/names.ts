/** Helpers that several tests share. */
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';

/** The name under which the assembler takes a decoded instruction. Conditional and far jumps of 16 bits have no spelling of their own in objdump. */
export function nameOf(d: X86Instruction): string {
  const words = d.text.split(' '),
    prefixes = new Set(['lock', 'rep', 'repz', 'repnz', 'addr16']);
  const last = words.findIndex((word) => !prefixes.has(word));
  const suffix = d.operandSize === 16 && d.row.form.sized && (d.row.flow === 'branch' || d.row.form.operands[0]?.size === 'p') ? 'w' : '';
  const near = d.row.form.immediates[0] === 'cv' && d.row.flow !== 'call' ? ' near' : '';
  return `${words.slice(0, last + 1).join(' ')}${suffix}${near}`;
}
