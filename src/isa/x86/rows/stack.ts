/** The stack: push, pop, pusha, popa, flags on the stack, enter and leave. Faults come before ESP moves. */
import type { Value } from '../../microop/op.ts';
import type { X86 } from '../builder.ts';
import type { MemoryOperand } from '../operand.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import { AF, CF, CS, DS, EAX, EBP, EBX, ECX, EDI, EDX, ES, ESI, ESP, FS, GS, PF, RF, SELECTOR, SF, SS, VM, ZF } from '../state.ts';

type Means = (m: X86) => void;
const push: Means = (m) => m.push(m.get(0));
/** The register written last wins: POP ESP ends with the value from the stack. */
const popRegister: Means = (m) => { const value = m.pop(); m.put(0, value); };
/** An ESP base is used as it is after the pop (SDM vol. 2B, POP). */
const popMemory: Means = (m) => {
  const value = m.pop(), bytes = m.operandSize >> 3;
  if (m.isRegister(0)) m.put(0, value);
  else m.store(m.addressOf(m.operand(0) as MemoryOperand, bytes), m.operandSize, value);
};
/** The selector with zeros above it; some processors leave the upper half of the slot as it was. */
const pushSegment = (segment: number): Means => (m) => m.push(m.word(SELECTOR + segment));
const popSegment = (segment: number): Means => (m) => { const value = m.pop(); m.call('segment.load', [m.const(segment), m.zext(value, 16)]); };

const ORDER = [EAX, ECX, EDX, EBX, ESP, EBP, ESI, EDI];
const pusha: Means = (m) => {
  const width = m.operandSize, bytes = width >> 3;
  ORDER.forEach((n, i) => m.store(m.stack(m.stackPointer(-bytes * (i + 1))), width, m.reg(n, width)));
  m.setStackPointer(m.stackPointer(-bytes * 8));
};
const popa: Means = (m) => {
  const width = m.operandSize, bytes = width >> 3;
  // From the top of the stack on: EDI is read first.
  const values = ORDER.map((_, i) => m.load(m.stack(m.stackPointer(bytes * i)), width)).reverse();
  ORDER.forEach((n, i) => { if (n !== ESP) m.setReg(n, values[i]!, width); });
  m.setStackPointer(m.stackPointer(bytes * 8));
};

/** RF and VM read as 0; bit 1 is always 1 (SDM vol. 2B, PUSHF). */
const pushf: Means = (m) => m.push(m.or(m.flagBits(~(RF | VM)), m.const(2)));
const popf: Means = (m) => { const value = m.pop(); m.call('flags.write', [value, m.const(m.operandSize)]); };
const STATUS_LOW = SF | ZF | AF | PF | CF;
const lahf: Means = (m) => m.setReg(4, m.or(m.flagBits(STATUS_LOW), m.const(2)), 8);
const sahf: Means = (m) => m.setBits(STATUS_LOW, m.reg(4, 8));

/** Nested frames copy the display of the outer procedures (SDM vol. 2A, ENTER); the level is known when it is decoded. Faults too if the final top of the stack cannot be written. */
const enter: Means = (m) => {
  const width = m.operandSize, bytes = width >> 3, level = (m.operand(1) as { n: number }).n & 31;
  const frame = m.stackPointer(-bytes);
  m.store(m.stack(frame), width, m.reg(EBP, width));
  for (let i = 1; i < level; i++) {
    const outer: Value = m.load(m.stack(m.add(m.reg(EBP), m.const(-bytes * i))), width);
    m.store(m.stack(m.stackPointer(-bytes * (i + 1))), width, outer);
  }
  if (level > 0) m.store(m.stack(m.stackPointer(-bytes * (level + 1))), width, frame);
  m.setReg(EBP, frame, width);
  const pointer = m.stackPointer(-bytes * (1 + level) - (m.operand(0) as { n: number }).n), end = m.stack(pointer);
  m.store(end, width, m.load(end, width));
  m.setStackPointer(pointer);
};
const leave: Means = (m) => {
  const frame = m.reg(EBP), width = m.operandSize, wide = m.instruction.mode.stack32;
  const value = m.load(m.stack(frame), width), pointer = m.add(frame, m.const(width >> 3));
  m.setReg(ESP, pointer, wide ? 32 : 16);
  m.setReg(EBP, value, width);
};

const PUSH: RowOptions = { entry: 'PUSH', sized: true, says: 'Puts the operand on the stack.' };
const POP: RowOptions = { entry: 'POP', sized: true, says: 'Takes the top of the stack.' };

export const STACK: readonly X86Row[] = [
  ia32('push', 'r', '50+r', push, PUSH),
  ia32('push', 'r/m', 'FF /6', push, PUSH),
  ia32('push', 'simm8', '6A ib', push, PUSH),
  ia32('push', 'imm', '68 iv', push, PUSH),
  ia32('pop', 'r', '58+r', popRegister, POP),
  ia32('pop', 'r/m', '8F /0', popMemory, POP),
  ia32('push', 'es', '06', pushSegment(ES), PUSH),
  ia32('push', 'cs', '0E', pushSegment(CS), PUSH),
  ia32('push', 'ss', '16', pushSegment(SS), PUSH),
  ia32('push', 'ds', '1E', pushSegment(DS), PUSH),
  ia32('push', 'fs', '0F A0', pushSegment(FS), PUSH),
  ia32('push', 'gs', '0F A8', pushSegment(GS), PUSH),
  ia32('pop', 'es', '07', popSegment(ES), POP),
  ia32('pop', 'ss', '17', popSegment(SS), POP),
  ia32('pop', 'ds', '1F', popSegment(DS), POP),
  ia32('pop', 'fs', '0F A1', popSegment(FS), POP),
  ia32('pop', 'gs', '0F A9', popSegment(GS), POP),
  ia32('pusha', '', '60', pusha, { sized: true, entry: 'PUSHA/PUSHAD', says: 'Puts all eight registers on the stack.' }),
  ia32('popa', '', '61', popa, { sized: true, entry: 'POPA/POPAD', says: 'Takes seven registers from the stack; the stored ESP is skipped.' }),
  ia32('pushf', '', '9C', pushf, { sized: true, reads: 'OSZAPCDI', entry: 'PUSHF/PUSHFD', says: 'Puts the flags on the stack.' }),
  ia32('popf', '', '9D', popf, { sized: true, writes: 'OSZAPCDI', entry: 'POPF/POPFD', says: 'Takes the flags from the stack, as far as the privilege level allows.' }),
  ia32('lahf', '', '9F', lahf, { reads: 'SZAPC', says: 'Copies the low flags to AH.' }),
  ia32('sahf', '', '9E', sahf, { writes: 'SZAPC', says: 'Copies AH to the low flags.' }),
  ia32('enter', 'imm16, imm8', 'C8 iw ib', enter, { sized: true, says: 'Makes a stack frame.' }),
  ia32('leave', '', 'C9', leave, { sized: true, says: 'Gives up the stack frame.' }),
];
