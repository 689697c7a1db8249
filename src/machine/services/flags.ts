/** POPF, IRET, CLI and STI: which EFLAGS bits may change at which privilege (SDM vol. 2B POPF, vol. 3, 6.8). */
import { AC, CPL, DF, EFLAGS, GP, ID, IF, IOPL, LAZY_RULE, NT, RF, STATUS_FLAGS, TF } from '../../isa/x86/state.ts';
import type { Cpu } from '../cpu.ts';
import { Fault } from '../fault.ts';
import { SHADOW } from '../layout.ts';

/** EFLAGS bit 1 is always set. */
const ALWAYS = 2;

/** Writes flags as POPF (or IRET: RF too) does from ring `ring`; `size` is 2 or 4 bytes. VM never changes. */
export function writeFlags(cpu: Cpu, value: number, size: number, ring: number, returning: boolean): void {
  const w = cpu.words;
  let mask = STATUS_FLAGS | TF | DF | NT;
  if (size === 4) mask |= AC | ID | (returning ? RF : 0);
  if (ring <= (w[EFLAGS]! & IOPL) >> 12) mask |= IF;
  if (ring === 0) mask |= IOPL;
  const kept = cpu.flagBits(-1) & ~mask & (returning ? -1 : ~RF);
  w[LAZY_RULE] = 0;
  w[EFLAGS] = kept | (value & mask) | ALWAYS;
}

export function flagsWrite(cpu: Cpu, [value = 0, operandSize = 32]: readonly number[]): number {
  writeFlags(cpu, value, operandSize >> 3, cpu.cpl, false);
  return 0;
}

function mayChangeIf(cpu: Cpu): void {
  if (cpu.words[CPL]! > (cpu.words[EFLAGS]! & IOPL) >> 12) throw new Fault(GP, 0);
}
export function interruptDisable(cpu: Cpu): number {
  mayChangeIf(cpu);
  cpu.words[EFLAGS]! &= ~IF;
  return 0;
}
export function interruptEnable(cpu: Cpu): number {
  mayChangeIf(cpu);
  if ((cpu.words[EFLAGS]! & IF) === 0) cpu.words[SHADOW] = 1;
  cpu.words[EFLAGS]! |= IF;
  return 0;
}
