/** What a learner does in the operating-system lab: each is one request, logged by the lab at this moment and repeated on replay. */
import type { OsAction } from '../protocol/os-views.ts';
import { sendAct } from './actions.ts';
import { stopPlaying, play, usePlayback } from './playback.ts';
import { usePosition } from './stores.ts';

/** Does it now. False when it was refused; the sentence is in the session. What was running goes on. */
export async function act(action: OsAction): Promise<boolean> {
  const { playing } = usePlayback.getState();
  stopPlaying();
  const done = await sendAct(JSON.stringify(action));
  if (playing && usePosition.getState().state !== 'ended') play();
  return done;
}
