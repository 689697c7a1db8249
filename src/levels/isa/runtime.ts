/**
 * What stands between blocks, as IA-32 code: the head of a block (look-up by guest address, run counter), direct exits of
 * translated blocks, and the gates to what TypeScript does (a block never seen, a block that became hot, a link to be made).
 *
 * Look-up table: LOOKUP_ENTRIES entries of 16 bytes, chosen by the low bits of the guest address: the address; host code for
 * it; host code for a direct exit (it makes the link when chaining is on); offset of the run counter.
 */
import { imm, m32, mem, r32 } from '../../isa/x86/operand.ts';
import { EAX, EBP, ECX, EDX, ESI } from '../../isa/x86/state.ts';
import type { HostList } from '../../translate/ia32.ts';
import {
  COUNTERS,
  DISPATCHES,
  GATE_CHAIN,
  GATE_HOT,
  GATE_MISS_EXIT,
  GATE_MISS_HEAD,
  LOOKUP,
  LOOKUP_ENTRIES,
  LOOKUP_ENTRY,
  THRESHOLD,
  fromEbp,
  wordDisplacement,
} from './layout.ts';

const MASK = (LOOKUP_ENTRIES - 1) * LOOKUP_ENTRY;
const entry = (field: number) => m32({ base: EBP, index: EAX, scale: 1, disp: fromEbp(LOOKUP) + 4 * field });
const state = (word: number) => m32({ base: EBP, disp: wordDisplacement(word) });

/** EAX := offset of the entry for ESI; jumps to `miss` when it is another's. Addresses are multiples of 4: 4 * 4 = 16 bytes. `test` names the jump. */
function emitFind(code: HostList, miss: string, test: string | null = null): void {
  code.emit('lea', r32(EAX), mem(0, { index: ESI, scale: 4, disp: 0 }));
  code.emit('and', r32(EAX), imm(MASK));
  code.emit('cmp', entry(0), r32(ESI));
  if (test) code.label(test);
  code.jump('jne', miss);
}

/** An indirect jump of a translated block: the guest address is in ESI. */
export function emitLookup(code: HostList): void {
  emitFind(code, 'miss.head');
  code.emit('jmp', entry(1));
}

export function emitRuntime(code: HostList): void {
  code.purpose = 'dispatch';
  code.guest = null;
  code.micro = null;
  code.label('head');
  code.emit('inc', state(DISPATCHES));
  emitFind(code, 'miss.head', 'head.test');
  code.emit('jmp', entry(1));

  code.label('exit');
  code.emit('inc', state(DISPATCHES));
  emitFind(code, 'miss.exit', 'exit.test');
  code.emit('jmp', entry(2));

  code.label('count');
  const counter = m32({ base: EBP, index: ECX, scale: 1, disp: fromEbp(COUNTERS) });
  code.emit('mov', r32(ECX), entry(3));
  code.emit('mov', r32(EDX), counter);
  code.emit('inc', r32(EDX));
  code.emit('mov', counter, r32(EDX));
  code.emit('cmp', r32(EDX), state(THRESHOLD));
  code.jump('jb', 'fetch.plain');
  code.gate(GATE_HOT);
  code.jump('jmp', 'fetch.plain');

  code.label('miss.head');
  code.gate(GATE_MISS_HEAD);
  code.jump('jmp', 'head');
  code.label('miss.exit');
  code.gate(GATE_MISS_EXIT);
  code.jump('jmp', 'exit');
  code.label('chain');
  code.gate(GATE_CHAIN);
  code.jump('jmp', 'head');
}
