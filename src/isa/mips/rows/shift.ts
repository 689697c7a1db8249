/** Shifts and rotates. Counts in a register are taken modulo 32, as the micro-ops do. */
import type { BinaryKind } from '../../microop/op.ts';
import { mips } from '../row.ts';
import type { MipsRow } from '../row.ts';

const SHIFTS: readonly (readonly [name: string, kind: BinaryKind, rs: string, low: string, says: string])[] = [
  ['sll', 'shl', '00000', '000000', 'Shifts left, filling with zeros'],
  ['srl', 'shr', '00000', '000010', 'Shifts right, filling with zeros'],
  ['sra', 'sar', '00000', '000011', 'Shifts right, filling with the sign'],
  ['rotr', 'rotr', '00001', '000010', 'Rotates right'],
];

const byConstant: MipsRow[] = SHIFTS.map(([name, kind, rs, low, says]) =>
  mips(name, 'rd, rt, sa', `000000 ${rs} t d h ${low}`, `${says}, by a constant.`, (m) => m.setRd(m.binary(kind, m.rt, m.shamt))));

const byRegister: MipsRow[] = SHIFTS.map(([name, kind, rs, low, says]) =>
  mips(`${name}v`, 'rd, rt, rs', `000000 s t d ${rs} ${low.slice(0, 3)}1${low.slice(4)}`, `${says}, by the low five bits of a register.`,
    (m) => m.setRd(m.binary(kind, m.rt, m.and(m.rs, m.const(31))))));

export const SHIFT = [...byConstant, ...byRegister];
