/** The guest's registers at any moment, wherever they are. */
import type { RunningIsa } from '../running.ts';

/** A guest word as it stands in the state block, or where the translated code keeps it at this moment. */
export function guestWords(running: RunningIsa): (word: number) => number {
  const { emulator } = running.process;
  const values = emulator.recovered(emulator.place());
  return (word) => values.get(word) ?? emulator.word(word);
}
