/** What a terminal shows: what the program printed with what was typed in between, and what it wrote to its error output. Pure. */
import type { ConsoleView } from '../../protocol/views.ts';

export interface ConsoleScene {
  readonly pieces: readonly { readonly id: string; readonly text: string; readonly typed: boolean }[];
  readonly errors: string;
  readonly waiting: boolean;
  readonly says: string;
}
export const describe = (scene: ConsoleScene): string => scene.says;

/** A terminal keeps this much; the beginning of a longer output is left out, and said so. */
export const KEEP = 40_000;

export function layout(view: ConsoleView): ConsoleScene {
  const pieces: { id: string; text: string; typed: boolean }[] = [];
  let from = Math.max(0, view.text.length - KEEP);
  if (from > 0) pieces.push({ id: 'cut', text: `… ${from} characters before this\n`, typed: false });
  for (const [i, echo] of view.typed.entries()) {
    if (echo.at < from) continue;
    pieces.push({ id: `o${i}`, text: view.text.slice(from, echo.at), typed: false }, { id: `t${i}`, text: echo.text, typed: true });
    from = echo.at;
  }
  pieces.push({ id: 'rest', text: view.text.slice(from), typed: false });
  const last = view.text.trimEnd().split('\n').pop() ?? '';
  const says = `${last === '' ? 'The program has printed nothing yet.' : `Last line: ${last}`}${view.waiting ? ' It waits for you to type.' : ''}`;
  return { pieces: pieces.filter((p) => p.text !== ''), errors: view.errors, waiting: view.waiting, says };
}
