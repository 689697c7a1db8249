/** Jumps, calls, returns, loops, interrupts. Far transfers and interrupts are the machine's services. */
import type { X86 } from '../builder.ts';
import { ia32 } from '../row.ts';
import type { RowOptions, X86Row } from '../row.ts';
import type { FarOperand } from '../operand.ts';
import { BP, BR, DB, OFV } from '../state.ts';

type Means = (m: X86) => void;
const NO_OVERFLOW = 1, ZERO = 4;

const jumpNear: Means = (m) => m.jump(m.get(0));
const callNear: Means = (m) => { const to = m.get(0); m.push(m.const(m.next)); m.jump(to, 'call'); };
const ret = (more: (m: X86) => number): Means => (m) => m.jump(m.pop(m.operandSize, more(m)), 'return');
const immediate = (m: X86): number => (m.operand(0) as { n: number }).n;

const far = (name: 'far.jump' | 'far.call'): Means => (m) => {
  const operand = m.operand(0), size = m.const(m.operandSize), next = m.const(m.next);
  if (operand.k === 'far') {
    const { selector, offset }: FarOperand = operand;
    m.call(name, [m.const(selector), m.const(offset), size, next]);
    return;
  }
  const at = m.address(0), offset = m.load(at, m.operandSize), selector = m.load(m.beyond(at, m.operandSize >> 3), 16);
  m.call(name, [selector, offset, size, next]);
};
const retf = (more: (m: X86) => number): Means => (m) => m.call('far.return', [m.const(m.operandSize), m.const(more(m))]);

/** LOOP counts ECX down without touching flags; LOOPE and LOOPNE also look at ZF. */
const loop = (zero: boolean | null): Means => (m) => {
  const more = m.bool(m.countDown());
  if (zero === null) m.branch(more);
  else m.branch(m.and(more, m.condition(zero ? ZERO : ZERO + 1)));
};

const interrupt = (vector: number, kind: number): Means => (m) => m.call('interrupt', [m.const(vector), m.const(kind), m.const(m.next)]);
const into: Means = (m) => { m.leaveIf(m.condition(NO_OVERFLOW), m.next); interrupt(OFV, 2)(m); };
/** Signed index, lower and upper limit included (SDM vol. 2A, BOUND). */
const bound: Means = (m) => {
  const width = m.width, at = m.address(1), index = m.getSigned(0);
  const low = m.sext(m.load(at, width), width), high = m.sext(m.load(m.beyond(at, width >> 3), width), width);
  m.trapIf(m.or(m.lts(index, low), m.lts(high, index)), BR);
};

const JUMP: RowOptions = { flow: 'jump', says: 'Goes on at the destination.' };
const BRANCH: RowOptions = { flow: 'branch', reads: 'OSZPC', entry: 'Jcc', says: 'Goes on at the destination if the condition holds.' };
const CALL: RowOptions = { flow: 'call', says: 'Puts the return address on the stack and goes on at the destination.' };
const RET: RowOptions = { flow: 'return', sized: true, says: 'Takes the return address from the stack and goes on there.' };
const LOOP: RowOptions = { flow: 'branch', entry: 'LOOP/LOOPcc', says: 'Counts ECX down and goes on at the destination unless it is zero.' };
const TRAP: RowOptions = { flow: 'trap', writes: '', entry: 'INT n/INTO/INT3/INT1', says: 'Enters the interrupt handler.' };

export const CONTROL: readonly X86Row[] = [
  ia32('jmp', 'rel8', 'EB cb', jumpNear, JUMP),
  ia32('jmp', 'rel', 'E9 cv', jumpNear, JUMP),
  ia32('jmp', 'r/m', 'FF /4', jumpNear, JUMP),
  ia32('jmp', 'ptr16:v', 'EA cp', far('far.jump'), JUMP),
  ia32('jmp', 'm16:v', 'FF /5', far('far.jump'), JUMP),
  ia32('j<cc>', 'rel8', '70+cc cb', (m) => m.branch(m.condition(m.cc)), BRANCH),
  ia32('j<cc>', 'rel', '0F 80+cc cv', (m) => m.branch(m.condition(m.cc)), BRANCH),
  ia32('call', 'rel', 'E8 cv', callNear, CALL),
  ia32('call', 'r/m', 'FF /2', callNear, CALL),
  ia32('call', 'ptr16:v', '9A cp', far('far.call'), CALL),
  ia32('call', 'm16:v', 'FF /3', far('far.call'), CALL),
  ia32('ret', '', 'C3', ret(() => 0), RET),
  ia32('ret', 'imm16', 'C2 iw', ret(immediate), RET),
  ia32('retf', '', 'CB', retf(() => 0), { ...RET, entry: 'RET' }),
  ia32('retf', 'imm16', 'CA iw', retf(immediate), { ...RET, entry: 'RET' }),
  ia32('loopne', 'rel8', 'E0 cb', loop(false), { ...LOOP, reads: 'Z' }),
  ia32('loope', 'rel8', 'E1 cb', loop(true), { ...LOOP, reads: 'Z' }),
  ia32('loop', 'rel8', 'E2 cb', loop(null), LOOP),
  ia32('jcxz', 'rel8', 'a16 E3 cb', (m) => m.branch(m.not(m.counter())), { ...BRANCH, reads: '' }),
  ia32('jecxz', 'rel8', 'a32 E3 cb', (m) => m.branch(m.not(m.counter())), { ...BRANCH, reads: '' }),
  ia32('int3', '', 'CC', interrupt(BP, 1), TRAP),
  ia32('int', 'imm8', 'CD ib', (m) => interrupt(immediate(m), 0)(m), TRAP),
  ia32('into', '', 'CE', into, { ...TRAP, reads: 'O' }),
  ia32('int1', '', 'F1', interrupt(DB, 3), TRAP),
  ia32('iret', '', 'CF', (m) => m.call('interrupt.return', [m.const(m.operandSize)]),
    { flow: 'return', sized: true, writes: 'OSZAPCDI', entry: 'IRET/IRETD', says: 'Returns from an interrupt handler.' }),
  ia32('bound', 'r, m2v', '62 /r', bound, { says: 'Raises #BR if the index lies outside the two limits.' }),
];
