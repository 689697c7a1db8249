/** What a learner does in the operating-system lab: each is one request, logged by the lab at this moment and repeated on replay. */
import type { OsAction } from '../protocol/os-views.ts';
import { sendAct } from './actions.ts';
import { goOn, play, setSpeed, stillWanted, usePlayback } from './playback.ts';
import { usePosition, useUi } from './stores.ts';

/** Keys typed one after the other into one terminal, at one moment, as if they had come at once: so a line is one input of a link. */
export function joinTyped<T extends { readonly retired: number; readonly act?: string }>(inputs: readonly T[]): readonly T[] {
  const joined: T[] = [];
  for (const input of inputs) {
    const last = joined.at(-1),
      before = last?.retired === input.retired ? typing(last.act) : null,
      now = typing(input.act);
    if (last && before && now && before.id === now.id)
      joined[joined.length - 1] = { ...last, act: JSON.stringify({ ...before, text: before.text + now.text }) };
    else joined.push(input);
  }
  return joined;
}

/** A link may hold anything: whether it can be done is for the level to say. */
function typing(act: string | undefined): Extract<OsAction, { act: 'type' }> | null {
  try {
    const action = act === undefined ? null : (JSON.parse(act) as OsAction | null);
    return action?.act === 'type' && typeof action.text === 'string' ? action : null;
  } catch {
    return null;
  }
}

/** The machine runs on by itself, fast enough that one need not wait for it. */
export function runOn(): void {
  if (usePosition.getState().state === 'ended') return;
  if (useUi.getState().speed < 250) setSpeed(Number.POSITIVE_INFINITY);
  if (!usePlayback.getState().playing) play();
}

/** Does it now. False when it was refused; the sentence is in the session. What was running goes on, unless somebody stops it. */
export async function act(action: OsAction): Promise<boolean> {
  const wanted = stillWanted();
  const done = await sendAct(JSON.stringify(action));
  if (wanted() && usePosition.getState().state !== 'ended') goOn();
  return done;
}
