/** The guest's registers, exact at any moment, and the host's. */
import { HI, LO, MIPS_REGISTERS, USER_LOCAL } from '../../../isa/mips/state.ts';
import { EIP, REGISTERS_32 } from '../../../isa/x86/state.ts';
import type { RegisterRow, RegistersView } from '../../../protocol/views.ts';
import type { Value } from '../../../isa/microop/op.ts';
import { instructionAt } from '../captions.ts';
import type { RunningIsa } from '../running.ts';
import { valueOf } from './memory.ts';
import { guestWords } from './words.ts';
import type { Parameters } from './views.ts';

/**
 * `last`: address of the guest instruction that was just done; `old`: the general registers before it. Then `why` says how the
 * first register that it wrote came by its value.
 */
export function registersView(running: RunningIsa, parameters: Parameters): RegistersView {
  const word = guestWords(running),
    { words } = running.machine;
  const row = (name: string, is: number, group: RegisterRow['group']): RegisterRow => ({ name, is: is >>> 0, was: is >>> 0, group });
  return {
    rows: [
      ...MIPS_REGISTERS.map((name, i) => row(name, word(i), 'main')),
      row('pc', running.guestPc(), 'special'),
      row('hi', word(HI), 'special'),
      row('lo', word(LO), 'special'),
      row('tp', word(USER_LOCAL), 'special'),
      ...REGISTERS_32.map((name, i) => row(name, words[i]!, 'host')),
      row('eip', words[EIP]!, 'host'),
      row('eflags', running.machine.flags, 'host'),
    ],
    why: why(running, parameters),
  };
}

function why(running: RunningIsa, { last, old }: Parameters): string | null {
  if (typeof last !== 'number' || !(old instanceof Int32Array)) return null;
  const instruction = instructionAt(running, last);
  const put = instruction?.ops.find((op) => op.k === 'put' && op.to.word < 32);
  return put?.k === 'put' ? reason(put.value, (n) => old[n] ?? 0, true) : null;
}

const SIGNS: Readonly<Record<string, string>> = {
  add: '+',
  sub: '−',
  mul: '×',
  and: '&',
  or: '|',
  xor: '^',
  shl: '<<',
  shr: '>>',
  sar: '>>',
};
const SIZES: Readonly<Record<number, string>> = { 8: 'byte', 16: 'halfword', 32: 'word' };
const numberText = (n: number): string => (n >= -65536 && n <= 65536 ? String(n) : (n >>> 0).toString(16));

/** A value in terms of what registers held: null where that explains nothing. `outer`: a bare number or register is no reason. */
function reason(v: Value, register: (n: number) => number, outer: boolean): string | null {
  switch (v.k) {
    case 'const':
      return outer ? null : numberText(v.n);
    case 'get':
      return v.from.word < 32 ? (outer ? `copy of ${MIPS_REGISTERS[v.from.word]!}` : numberText(register(v.from.word))) : null;
    case 'load': {
      const at = valueOf(v.at.offset, register);
      return at === null ? null : `${SIZES[v.width]!} at ${(at >>> 0).toString(16)}`;
    }
    case 'extend':
      return reason(v.a, register, outer);
    case 'eq':
    case 'ltu':
    case 'lts': {
      const a = reason(v.a, register, false),
        b = reason(v.b, register, false);
      return a === null || b === null ? null : `whether ${a} ${v.k === 'eq' ? '=' : '<'} ${b}${v.k === 'ltu' ? ' (unsigned)' : ''}`;
    }
    default: {
      if (!('a' in v) || !('b' in v) || v.k === 'select' || !SIGNS[v.k]) return null;
      const a = reason(v.a, register, false);
      if (a !== null && v.k === 'add' && v.b.k === 'const' && v.b.n < 0) return `${a} − ${numberText(-v.b.n)}`;
      const b = reason(v.b, register, false);
      return a === null || b === null ? null : `${a} ${SIGNS[v.k]} ${b}`;
    }
  }
}
