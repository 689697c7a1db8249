/** The guest's registers, exact at any moment, and the host's. */
import { HI, LO, MIPS_REGISTERS, USER_LOCAL } from '../../../isa/mips/state.ts';
import { EIP, REGISTERS_32 } from '../../../isa/x86/state.ts';
import type { RegisterRow, RegistersView } from '../../../protocol/views.ts';
import type { RunningIsa } from '../running.ts';

/** A guest word as it stands in the state block, or where the translated code keeps it at this moment. */
export function guestWords(running: RunningIsa): (word: number) => number {
  const { emulator } = running.process;
  const values = emulator.recovered(emulator.place());
  return (word) => values.get(word) ?? emulator.word(word);
}

export function registersView(running: RunningIsa): RegistersView {
  const word = guestWords(running), { words } = running.machine;
  const row = (name: string, is: number, group: RegisterRow['group']): RegisterRow => ({ name, is: is >>> 0, was: is >>> 0, group });
  return {
    rows: [
      ...MIPS_REGISTERS.map((name, i) => row(name, word(i), 'main')),
      row('pc', running.guestPc(), 'special'), row('hi', word(HI), 'special'), row('lo', word(LO), 'special'), row('tp', word(USER_LOCAL), 'special'),
      ...REGISTERS_32.map((name, i) => row(name, words[i]!, 'host')), row('eip', words[EIP]!, 'host'), row('eflags', running.machine.flags, 'host'),
    ],
    why: null,
  };
}
