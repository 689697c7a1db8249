/**
 * Compares what a row means with what the processor did: exception, EIP, registers, defined flags, memory. Gives the first
 * difference in words, or null.
 */
import type { X86Instruction } from '../../../src/isa/x86/instruction.ts';
import * as S from '../../../src/isa/x86/state.ts';
import type { Result, Start } from '../../oracle/x86-cpu/inputs.ts';
import type { Outcome, Processor } from './processor.ts';

const BITS: Readonly<Record<string, number>> = { O: S.OF, S: S.SF, Z: S.ZF, A: S.AF, P: S.PF, C: S.CF };
const flagNames = (mask: number): string =>
  Object.keys(BITS)
    .filter((letter) => mask & BITS[letter]!)
    .join('') || mask.toString(16);
const hex = (n: number): string => (n >>> 0).toString(16);

const masks = new WeakMap<object, number>();
/** The bits of EFLAGS that the row leaves undefined. */
function undefinedBits(instruction: X86Instruction): number {
  const { row } = instruction;
  let mask = masks.get(row);
  if (mask === undefined) masks.set(row, (mask = [...row.undefines].reduce((all, letter) => all | BITS[letter]!, 0)));
  return mask;
}

const loadsAndStores = ({ ops }: X86Instruction): boolean =>
  ops.some(
    (load) =>
      load.k === 'load' &&
      ops.some((store) => store.k === 'store' && store.at.segment === load.at.segment && store.at.offset === load.at.offset),
  );

/**
 * Where rows and processor are known to part, by name. Each is either undefined in the manual or too fine for the micro-ops.
 */
const KNOWN: readonly (readonly [
  name: string,
  holds: (i: X86Instruction, seen: Outcome & { readonly count: number }, expected: Result) => boolean,
])[] = [
  [
    'a destination that is read and written faults as a write; here its load comes first',
    (i, { exception }, { trap }) =>
      loadsAndStores(i) &&
      exception?.vector === S.PFV &&
      trap !== null &&
      (trap.vector === S.GP ? i.segment === S.CS : trap.error === 6 && exception.error === 4 && trap.cr2 === exception.cr2),
  ],
  [
    'double shifts of words by more than 16 have no defined result',
    (i, { count }) => /^sh[lr]d$/.test(i.row.name) && i.operandSize === 16 && count > 16,
  ],
  [
    'POPA that faults may have loaded some registers already',
    (i, { exception }, { trap }) =>
      i.row.name === 'popa' && exception?.vector === S.PFV && trap?.vector === S.PFV && trap.cr2 === exception.cr2,
  ],
  [
    'ARPL writes its destination here even when it keeps it',
    (i, { exception }, { trap }) => i.row.name === 'arpl' && i.segment === S.CS && exception?.vector === S.GP && trap === null,
  ],
];
function known(i: X86Instruction, begin: Start, outcome: Outcome, expected: Result): boolean {
  const last = i.operands[2],
    count = (last?.k === 'imm' ? last.n : begin.registers[S.ECX]!) & 31;
  return KNOWN.some(([, holds]) => holds(i, { ...outcome, count }, expected));
}

export function difference(
  instruction: X86Instruction,
  begin: Start,
  outcome: Outcome,
  expected: Result,
  processor: Processor,
): string | null {
  const { exception } = outcome,
    { trap } = expected;
  if (known(instruction, begin, outcome, expected)) return null;
  if (exception?.vector !== trap?.vector) return `exception ${exception?.vector ?? 'none'}, the processor ${trap?.vector ?? 'none'}`;
  if (exception && trap && (exception.error !== trap.error || exception.cr2 !== trap.cr2)) {
    return `error code ${hex(exception.error)} at ${hex(exception.cr2)}, the processor ${hex(trap.error)} at ${hex(trap.cr2)}`;
  }
  if (outcome.eip !== expected.eip) return `EIP ${hex(outcome.eip)}, the processor ${hex(expected.eip)}`;
  for (let n = 0; n < 8; n++) {
    const wanted = expected.registers.get(n) ?? begin.registers[n]!;
    if (outcome.registers[n] !== wanted) return `${S.REGISTERS_32[n]} ${hex(outcome.registers[n]!)}, the processor ${hex(wanted)}`;
  }
  const flags = (outcome.flags ^ expected.flags) & ~undefinedBits(instruction);
  if (flags !== 0) return `flags ${flagNames(flags)} differ: ${hex(outcome.flags)}, the processor ${hex(expected.flags)}`;
  // What an instruction of several stores wrote before it faulted is nobody's promise; here it is undone.
  return exception ? null : memoryDifference(begin, expected, processor);
}

function memoryDifference(begin: Start, expected: Result, processor: Processor): string | null {
  const ours = new Map([...processor.written].filter(([address, value]) => processor.initial(address, begin) !== value));
  for (const { address, bytes } of expected.memory) {
    for (const [i, byte] of bytes.entries()) {
      if (ours.get(address + i) !== byte) return `byte ${hex(address + i)} ${hex(ours.get(address + i) ?? 0)}, the processor ${hex(byte)}`;
      ours.delete(address + i);
    }
  }
  for (const [address, byte] of ours) return `byte ${hex(address)} becomes ${hex(byte)}, on the processor it stays`;
  return null;
}
