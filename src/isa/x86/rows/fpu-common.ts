/**
 * What the x87 rows share: the checks before an instruction, the pointers to the last one, loads and stores in words.
 *
 * Invariant: #NM and a pending #MF come before the operand is touched; loads, and what a store will write, come before any
 * change of x87 state. Left out: FERR# and interrupt 13, which stand for #MF while CR0.NE is 0: #MF is raised always.
 */
import type { Address, Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import type { RowOptions } from '../row.ts';
import { CR0, CS, FPU_CS, FPU_DP, FPU_DS, FPU_IP, FPU_OPCODE, FPU_STATUS, MF, NM, SELECTOR } from '../state.ts';

export type Means = (m: X86) => void;

const MP = 2, EM = 4, TS = 8, SUMMARY = 0x80;

/** CR0.EM and CR0.TS: what every x87 instruction but FWAIT obeys. */
export function needsFpu(m: X86): void { m.trapIf(m.and(m.word(CR0), m.const(EM | TS)), NM); }
/** An exception that was unmasked earlier is raised now. */
export function raisesPending(m: X86): void { m.trapIf(m.and(m.word(FPU_STATUS), m.const(SUMMARY)), MF); }
/** FWAIT: #NM only when both MP and TS are set. */
export function waits(m: X86): void {
  m.trapIf(m.eq(m.and(m.word(CR0), m.const(MP | TS)), m.const(MP | TS)), NM);
  raisesPending(m);
}

const putWord = (m: X86, word: number, value: Value): void => m.putSlice({ word, low: 0, width: 32 }, value);

/** The eleven bits that FSTENV shows: three of the opcode, and ModRM. */
const opcodeOf = ({ instruction }: X86): number => ((instruction.row.form.opcode & 7) << 8) | instruction.modrm;

/** Opens an instruction that computes: checks, and the pointers to it and to its memory operand (number `memory`). */
export function begins(m: X86, memory = -1): void {
  needsFpu(m);
  raisesPending(m);
  putWord(m, FPU_IP, m.const(m.self));
  putWord(m, FPU_OPCODE, m.const(opcodeOf(m)));
  putWord(m, FPU_CS, m.word(SELECTOR + CS));
  if (memory < 0) return;
  const at = m.address(memory);
  putWord(m, FPU_DP, at.offset);
  putWord(m, FPU_DS, m.word(SELECTOR + at.segment!));
}
/** Checks alone: for control instructions that wait. */
export function controls(m: X86): void {
  needsFpu(m);
  raisesPending(m);
}

export const constants = (m: X86, ...numbers: number[]): Value[] => numbers.map((n) => m.const(n));
/** A value's low and high word in memory, and 16 bits above them. */
export const loadLow = (m: X86, at: Address): Value => m.load(at, 32);
export const loadHigh = (m: X86, at: Address): Value => m.load(m.beyond(at, 4), 32);
export const loadTop = (m: X86, at: Address): Value => m.load(m.beyond(at, 8), 16);

/** Stores what was prepared, unless an unmasked exception forbids it, in which case it is only noted. */
export function storePrepared(m: X86, blocked: Value, at: Address, width: 16 | 32 | 64 | 80, pops: number): void {
  // Nothing of the instruction commits when it leaves here, so the pointers to it are the service's to write.
  m.call('fpu.refuse', [blocked, ...constants(m, m.self, opcodeOf(m)), m.word(SELECTOR + CS), at.offset, m.word(SELECTOR + at.segment!)]);
  m.leaveIf(blocked, m.next);
  m.store(at, width === 16 ? 16 : 32, m.call('fpu.word', [m.const(0)]));
  if (width >= 64) m.store(m.beyond(at, 4), 32, m.call('fpu.word', [m.const(1)]));
  if (width === 80) m.store(m.beyond(at, 8), 16, m.call('fpu.word', [m.const(2)]));
  m.call('fpu.stored', [m.const(pops)]);
}

/** The entry in the manual, and the sentence for captions. */
export const x87 = (entry: string, says: string, more: RowOptions = {}): RowOptions => ({ entry, says, ...more });
