/**
 * System calls, breakpoints, hints and hardware registers. Codes of syscall and break are for software, which reads them from
 * the instruction word at PC. Hints (pref, sync, synci) do nothing: memory is in order, and code that was written is
 * noticed by whoever caches it. What rdhwr may read is what Linux enables in HWREna.
 */
import { mips } from '../row.ts';
import { BREAK, RI, SYS, USER_LOCAL } from '../state.ts';
import type { MipsTerms } from '../terms.ts';
import { CYCLE_COUNT } from '../services.ts';

const nothing = (): void => {};
/** One row a register: the number is part of the encoding, so that each meaning is straight-line. */
const hardware = (n: number, name: string, says: string, means: (m: MipsTerms) => void) =>
  mips('rdhwr', `rt, ${name}`, `011111 00000 t ${n.toString(2).padStart(5, '0')} 00000 111011`, says, means);
const trap = { flow: 'trap' } as const;

/** Bytes to step synci by, and cycles per tick of the counter (CCRes): those of qemu's 24Kf. */
const SYNCI_STEP = 32, CCRES = 2;

export const SYSTEM = [
  mips('syscall', 'code20', '000000 c 001100', 'Calls the operating system.', (m) => m.trap(SYS), trap),
  mips('break', 'codeb, codeq', '000000 b q 001101', 'Raises a breakpoint exception.', (m) => m.trap(BREAK), trap),
  // A debug breakpoint without a debugger: not a defined instruction in user mode.
  mips('sdbbp', 'code20', '011100 c 111111', 'Enters the debugger; without one, a reserved instruction.', (m) => m.trap(RI), trap),
  mips('sync', 'stype', '000000 000000000000000 y 001111', 'Orders memory accesses; memory here is always in order.', nothing),
  mips('synci', 'simm(rs)', '000001 s 11111 i', 'Makes written instructions visible; here they always are.', nothing),
  mips('pref', 'hint, simm(rs)', '110011 s p i', 'Hints that memory will be used; does nothing.', nothing),
  hardware(0, '$0', 'Reads the number of the processor.', (m) => m.setRt(m.const(0))),
  hardware(1, '$1', 'Reads the step in bytes for synci.', (m) => m.setRt(m.const(SYNCI_STEP))),
  hardware(2, '$2', 'Reads the cycle counter.', (m) => m.setRt(m.service(CYCLE_COUNT, []))),
  hardware(3, '$3', 'Reads how many cycles one tick of the counter lasts.', (m) => m.setRt(m.const(CCRES))),
  hardware(29, '$29', 'Reads the thread pointer.', (m) => m.setRt(m.word(USER_LOCAL))),
];
