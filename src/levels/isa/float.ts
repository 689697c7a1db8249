/** The guest's floating-point operations that come through the gate, done exactly (isa/mips/float). */
import type { MipsInstruction } from '../../isa/mips/decode.ts';
import { COP1, isCop1Service } from '../../isa/mips/floating.ts';
import type { Value } from '../../isa/microop/op.ts';
import { FCSR, MIPS_WORDS } from '../../isa/mips/state.ts';

/** Does the operation of an instruction on the guest's words; true when it raises an enabled exception. */
export function floatOperation(
  instruction: MipsInstruction,
  read: (word: number) => number,
  write: (word: number, value: number) => void,
): boolean {
  const op = instruction.ops.find((o) => o.k === 'service');
  if (op?.k !== 'service' || !isCop1Service(op.name)) throw new Error(`${instruction.text} is no floating-point operation`);
  const words = new Int32Array(MIPS_WORDS);
  for (let n = FCSR; n < MIPS_WORDS; n++) words[n] = read(n);
  const before = words.slice();
  const argument = (value: Value | undefined): number =>
    value === undefined ? 0 : value.k === 'const' ? value.n : value.k === 'get' ? read(value.from.word) : 0;
  const [a, b, c, d] = op.args;
  const raised = COP1.get()[op.name](words, argument(a), argument(b), argument(c), argument(d)) !== 0;
  for (let n = FCSR; n < MIPS_WORDS; n++) if (words[n] !== before[n]) write(n, words[n]!);
  return raised;
}

/** si_code of SIGFPE by FCSR's causes: FLTINV, FLTDIV, FLTOVF, FLTUND, FLTRES. */
export function floatCode(fcsr: number): number {
  const causes = (fcsr >> 12) & 31;
  return causes & 16 ? 7 : causes & 8 ? 3 : causes & 4 ? 4 : causes & 2 ? 5 : causes & 1 ? 6 : 0;
}
