/** Jumps. All have a delay slot. The .hb forms also clear instruction hazards, which do not exist here. */
import { mips } from '../row.ts';
import type { MipsTerms } from '../terms.ts';

const jumpRegister = (m: MipsTerms): void => m.jumpRegister();
const jumpAndLinkRegister = (m: MipsTerms): void => {
  m.linkRd();
  m.jump(m.rs, 'call');
};
const jump = { flow: 'jump', slot: true } as const, call = { flow: 'call', slot: true } as const;

export const JUMP = [
  mips('j', 'target', '000010 j', 'Jumps after the next instruction.', (m) => m.jump(m.target), jump),
  mips('jal', 'target', '000011 j', 'Calls: saves the return address in $ra and jumps after the next instruction.', (m) => { m.link(); m.jump(m.target, 'call'); }, call),
  mips('jr', 'rs', '000000 s 0000000000 00000 001000', 'Jumps to the address in rs after the next instruction.', jumpRegister, jump),
  mips('jr.hb', 'rs', '000000 s 0000000000 10000 001000', 'Jumps to the address in rs, clearing hazards.', jumpRegister, jump),
  mips('jalr', 'rd, rs', '000000 s 00000 d 00000 001001', 'Calls the address in rs; rd gets the return address.', jumpAndLinkRegister, call),
  mips('jalr.hb', 'rd, rs', '000000 s 00000 d 10000 001001', 'Calls the address in rs, clearing hazards; rd gets the return address.', jumpAndLinkRegister, call),
];
