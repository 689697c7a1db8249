/** What a terminal shows: what the program printed with what was typed in between, and what it wrote to its error output. Pure. */
import type { ConsoleView } from '../../protocol/views.ts';

export interface ConsoleScene {
  readonly pieces: readonly { readonly id: string; readonly text: string; readonly typed: boolean }[];
  readonly errors: string;
  readonly waiting: boolean;
  readonly says: string;
}
export const describe = (scene: ConsoleScene): string => scene.says;

/** Of a longer output the beginning is left out, and said so. */
const cut = (bytes: number): string => (bytes > 0 ? `… ${bytes.toLocaleString('en-US')} bytes before this\n` : '');

export function layout(view: ConsoleView): ConsoleScene {
  const pieces: { id: string; text: string; typed: boolean }[] = [];
  let from = 0;
  pieces.push({ id: 'cut', text: cut(view.before), typed: false });
  for (const [i, echo] of view.typed.entries()) {
    pieces.push({ id: `o${i}`, text: view.text.slice(from, echo.at), typed: false }, { id: `t${i}`, text: echo.text, typed: true });
    from = echo.at;
  }
  pieces.push({ id: 'rest', text: view.text.slice(from), typed: false });
  const last = view.text.trimEnd().split('\n').pop() ?? '';
  const says = `${last === '' ? 'The program has printed nothing yet.' : `Last line: ${last}`}${view.waiting ? ' It waits for you to type.' : ''}`;
  return { pieces: pieces.filter((p) => p.text !== ''), errors: cut(view.errorsBefore) + view.errors, waiting: view.waiting, says };
}
