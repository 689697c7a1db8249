/** Data movement without the stack: mov, movzx, xchg, lea, conditional moves and sets, conversions, far pointers. */
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import type { MemoryOperand } from '../operand.ts';
import { CS, DS, EAX, EBX, EDX, ES, FS, GS, SELECTOR, SS } from '../state.ts';

type Means = (m: X86) => void;
const mov: Means = (m) => m.put(0, m.get(1));
const movsx: Means = (m) => m.put(0, m.getSigned(1));
const xchg: Means = (m) => { const a = m.get(0), b = m.get(1); m.put(0, b); m.put(1, a); };
const lea: Means = (m) => m.put(0, m.addressOf(m.operand(1) as MemoryOperand).offset);
/** With a 16-bit operand the manual leaves the result undefined; processors clear the lower half. */
const bswap: Means = (m) => {
  if (m.operandSize === 16) { m.setReg(m.number(0), m.const(0), 16); return; }
  const a = m.get(0), even = m.const(0x00ff00ff);
  m.put(0, m.or(m.and(m.binary('rotl', a, m.const(8)), even), m.and(m.binary('rotr', a, m.const(8)), m.const(0xff00ff00 | 0))));
};
const xlat: Means = (m) => {
  const size = m.instruction.addressSize;
  const sum = m.add(m.reg(EBX, size), m.reg(EAX, 8));
  m.setReg(EAX, m.load({ segment: m.address(0).segment, offset: size === 16 ? m.zext(sum, 16) : sum }, 8), 8);
};

/** A flag condition reads what it looks at; `reads` lists all that the sixteen conditions look at. */
const ON_FLAGS: RowOptions = { reads: 'OSZPC' };
const MOV: RowOptions = { says: 'Copies the source to the destination.' };
const XCHG: RowOptions = { lock: true, says: 'Swaps the operands.' };

const fromSegment: Means = (m) => m.put(0, m.word(SELECTOR + m.number(1)));
/** MOV CS is #UD (SDM vol. 2B, MOV); so are the numbers 6 and 7. */
const toSegment: Means = (m) => {
  const segment = m.number(0);
  if (segment === CS || segment > GS) m.undefined();
  else m.call('segment.load', [m.const(segment), m.zext(m.get(1), 16)]);
};
const fromSegmentChecked: Means = (m) => (m.number(1) > GS ? m.undefined() : fromSegment(m));

/** Offset, then selector; the segment is loaded first, so that its faults leave the register alone. */
const farPointer = (segment: number): Means => (m) => {
  const at = m.address(1), offset = m.load(at, m.operandSize);
  const selector = m.load(m.beyond(at, m.operandSize >> 3), 16);
  m.call('segment.load', [m.const(segment), selector]);
  m.put(0, offset);
};
const FAR: RowOptions = { entry: 'LDS/LES/LFS/LGS/LSS', says: 'Loads a far pointer: a segment register and an offset.' };

export const MOVE: readonly X86Row[] = [
  ia32('mov', 'r/m8, r8', '88 /r', mov, MOV),
  ia32('mov', 'r/m, r', '89 /r', mov, MOV),
  ia32('mov', 'r8, r/m8', '8A /r', mov, MOV),
  ia32('mov', 'r, r/m', '8B /r', mov, MOV),
  ia32('mov', 'al, moffs8', 'A0 mo', mov, MOV),
  ia32('mov', 'eAX, moffs', 'A1 mo', mov, MOV),
  ia32('mov', 'moffs8, al', 'A2 mo', mov, MOV),
  ia32('mov', 'moffs, eAX', 'A3 mo', mov, MOV),
  ia32('mov', 'r8, imm8', 'B0+r ib', mov, MOV),
  ia32('mov', 'r, imm', 'B8+r iv', mov, MOV),
  ia32('mov', 'r/m8, imm8', 'C6 /0 ib', mov, MOV),
  ia32('mov', 'r/m, imm', 'C7 /0 iv', mov, MOV),
  ia32('mov', 'r, sreg', '8C /r', fromSegmentChecked, { says: 'Copies a segment selector to a register.' }),
  ia32('mov', 'm16, sreg', '8C /r', fromSegmentChecked, { says: 'Stores a segment selector.' }),
  ia32('mov', 'sreg, r', '8E /r', toSegment, { says: 'Loads a segment register.' }),
  ia32('mov', 'sreg, m16', '8E /r', toSegment, { says: 'Loads a segment register.' }),
  ia32('movzx', 'r, r/m8', '0F B6 /r', mov, { says: 'Copies a byte, with zeros above it.' }),
  ia32('movzx', 'r, r/m16', '0F B7 /r', mov, { says: 'Copies a word, with zeros above it.' }),
  ia32('movsx', 'r, r/m8', '0F BE /r', movsx, { says: 'Copies a byte, with its sign above it.' }),
  ia32('movsx', 'r, r/m16', '0F BF /r', movsx, { says: 'Copies a word, with its sign above it.' }),
  ia32('xchg', 'r, eAX', '90+r', xchg, { says: 'Swaps a register with the accumulator.' }),
  ia32('xchg', 'r/m8, r8', '86 /r', xchg, XCHG),
  ia32('xchg', 'r/m, r', '87 /r', xchg, XCHG),
  ia32('lea', 'r, m', '8D /r', lea, { says: 'Computes an address, and reads nothing from it.' }),
  ia32('bswap', 'r32', '0F C8+r', bswap, { says: 'Reverses the bytes of a register.' }),
  ia32('xlat', '[ebx+al]', 'D7', xlat, { entry: 'XLAT/XLATB', says: 'Replaces AL by the byte it selects in the table at EBX.' }),
  ia32('cmov<cc>', 'r, r/m', '0F 40+cc /r', (m) => m.put(0, m.select(m.condition(m.cc), m.get(1), m.get(0))),
    { ...ON_FLAGS, entry: 'CMOVcc', says: 'Copies the source if the condition holds.' }),
  ia32('set<cc>', 'r/m8', '0F 90+cc /r', (m) => m.put(0, m.condition(m.cc)), { ...ON_FLAGS, entry: 'SETcc', says: 'Writes 1 if the condition holds, else 0.' }),
  ia32('cbw', '', 'o16 98', (m) => m.setReg(EAX, m.sext(m.reg(EAX, 8), 8), 16), { entry: 'CBW/CWDE/CDQE', says: 'Extends AL with its sign to AX.' }),
  ia32('cwde', '', 'o32 98', (m) => m.setReg(EAX, m.sext(m.reg(EAX, 16), 16)), { entry: 'CBW/CWDE/CDQE', says: 'Extends AX with its sign to EAX.' }),
  ia32('cwd', '', 'o16 99', (m) => m.setReg(EDX, m.sar(m.sext(m.reg(EAX, 16), 16), m.const(15)), 16), { entry: 'CWD/CDQ/CQO', says: 'Fills DX with the sign of AX.' }),
  ia32('cdq', '', 'o32 99', (m) => m.setReg(EDX, m.sar(m.reg(EAX), m.const(31))), { entry: 'CWD/CDQ/CQO', says: 'Fills EDX with the sign of EAX.' }),
  ia32('les', 'r, m16:v', 'C4 /r', farPointer(ES), FAR),
  ia32('lds', 'r, m16:v', 'C5 /r', farPointer(DS), FAR),
  ia32('lss', 'r, m16:v', '0F B2 /r', farPointer(SS), FAR),
  ia32('lfs', 'r, m16:v', '0F B4 /r', farPointer(FS), FAR),
  ia32('lgs', 'r, m16:v', '0F B5 /r', farPointer(GS), FAR),
];
