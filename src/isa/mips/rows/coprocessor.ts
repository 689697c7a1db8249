/**
 * Coprocessors. COP0 belongs to the kernel: a user program gets Coprocessor Unusable (CpU). COP2 is absent. The FPU (COP1) has
 * rows of its own (fpu*.ts); what is left of its encodings is reserved: paired singles and 64-bit integers, which FR = 0 forbids.
 * The exception's `error` is the coprocessor's number (Cause.CE).
 */
import { mips } from '../row.ts';
import type { MipsTerms } from '../terms.ts';
import { CPU, RI } from '../state.ts';

const unusable = (coprocessor: number) => (m: MipsTerms): void => m.trap(CPU, coprocessor);
const cop0 = (name: string, operands: string, encoding: string, says: string) =>
  mips(name, operands, encoding, says, unusable(0), { flow: 'trap', privilege: 'kernel' });
const cop = (n: number, name: string, operands: string, encoding: string, says: string) => mips(name, operands, encoding, says, unusable(n), { flow: 'trap' });
const CO = '010000 1 0000000000000000000';

export const COPROCESSOR_0 = [
  cop0('mfc0', 'rt, cop0, sel', '010000 00000 t g 00000000 z', 'Reads a system register (kernel only).'),
  cop0('mtc0', 'rt, cop0, sel', '010000 00100 t g 00000000 z', 'Writes a system register (kernel only).'),
  cop0('rdpgpr', 'rd, rt', '010000 01010 t d 00000000000', 'Reads a shadow register (kernel only).'),
  cop0('wrpgpr', 'rd, rt', '010000 01110 t d 00000000000', 'Writes a shadow register (kernel only).'),
  cop0('di', 'rt', '010000 01011 t 0110000000000000', 'Disables interrupts (kernel only).'),
  cop0('ei', 'rt', '010000 01011 t 0110000000100000', 'Enables interrupts (kernel only).'),
  cop0('tlbr', '', `${CO} 000001`, 'Reads a TLB entry (kernel only).'),
  cop0('tlbwi', '', `${CO} 000010`, 'Writes an indexed TLB entry (kernel only).'),
  cop0('tlbwr', '', `${CO} 000110`, 'Writes a random TLB entry (kernel only).'),
  cop0('tlbp', '', `${CO} 001000`, 'Probes the TLB (kernel only).'),
  cop0('eret', '', `${CO} 011000`, 'Returns from an exception (kernel only).'),
  cop0('deret', '', `${CO} 011111`, 'Returns from the debugger (kernel only).'),
  cop0('wait', 'code19', '010000 1 x 100000', 'Waits for an interrupt (kernel only).'),
  cop0('cache', 'hint, simm(rs)', '101111 s p i', 'Operates on a cache line (kernel only).'),
  cop0('cop0', 'cofun', '010000 n', 'An undefined operation of coprocessor 0 (kernel only).'),
];

const reserved = (name: string, encoding: string) =>
  mips(name, 'cofun', encoding, 'An operation that this FPU does not have.', (m) => m.trap(RI), { flow: 'trap' });
export const COPROCESSOR_1 = [reserved('cop1', '010001 n'), reserved('cop1x', '010011 n')];

export const COPROCESSOR_2 = [
  cop(2, 'lwc2', 'cop2, simm(rs)', '110010 s r i', 'Loads a word into coprocessor 2, which is absent.'),
  cop(2, 'ldc2', 'cop2, simm(rs)', '110110 s r i', 'Loads a doubleword into coprocessor 2, which is absent.'),
  cop(2, 'swc2', 'cop2, simm(rs)', '111010 s r i', 'Stores a word of coprocessor 2, which is absent.'),
  cop(2, 'sdc2', 'cop2, simm(rs)', '111110 s r i', 'Stores a doubleword of coprocessor 2, which is absent.'),
  cop(2, 'cop2', 'cofun', '010010 n', 'An operation of coprocessor 2, which is absent.'),
];
