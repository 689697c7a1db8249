/**
 * Walking a lecture scene. A cue is a link; going to it is following that link. What was open before is remembered when the lecture
 * begins and is brought back when it ends, so that nothing typed is lost.
 */
import { create } from 'zustand';
import type { LabLink } from '../../client/link.ts';
import { useSession, useUi } from '../../client/stores.ts';
import { applyLink, currentLink, labLevel, useRoute } from '../../client/url.ts';
import type { Cue, Scene } from '../../lessons/cue.ts';
import { ISA_SCENE } from '../../lessons/isa-scene.ts';
import { OS_SCENE } from '../../lessons/os-scene.ts';

/** The lecture of each lab that has one. */
const SCENES: Readonly<Record<string, Scene>> = { isa: ISA_SCENE, os: OS_SCENE };
export const sceneOf = (level: string): Scene => SCENES[level] ?? ISA_SCENE;
export const useScene = (): Scene => sceneOf(useRoute((r) => (r.link.page === 'lab' ? r.link.level : 'isa')));
const sceneNow = (): Scene => sceneOf(labLevel() ?? 'isa');

/** `busy` while the lab goes to a cue's moment. */
export const usePresenting = create<{ readonly before: LabLink | null; readonly editing: boolean; readonly busy: boolean }>(() => ({
  before: null,
  editing: false,
  busy: false,
}));

export function cueLink(cue: Cue, index: number, level = sceneNow().level): LabLink {
  return {
    level,
    program: { kind: 'supplied', id: cue.program },
    mode: cue.mode,
    knobs: cue.knobs ?? {},
    moment: cue.moment,
    grain: cue.grain,
    grainLocked: false,
    block: null,
    instruction: null,
    focus: cue.focus,
    breakpoints: [],
    inputs: (cue.acts ?? []).map((act) => ({ retired: 0, guest: 0, bytes: null, act })),
    cue: index,
  };
}

/** Goes to a cue. The latest wish wins. */
let wanted = -1;
export async function goToCue(index: number): Promise<void> {
  const scene = sceneNow();
  const at = Math.max(0, Math.min(scene.cues.length - 1, index));
  const cue = scene.cues[at]!;
  wanted = at;
  useUi.setState({ cue: at, focus: cue.focus });
  if (usePresenting.getState().busy) return;
  usePresenting.setState({ busy: true });
  for (let done = -1; done !== wanted && useUi.getState().cue !== null;) {
    done = wanted;
    await applyLink(cueLink(scene.cues[done]!, done, scene.level));
  }
  usePresenting.setState({ busy: false });
}

export function startPresenting(): void {
  usePresenting.setState({ before: currentLink(), editing: useUi.getState().editing });
  void goToCue(0);
}

/** Back to the lab as it was before, or as it is when the page was opened by a cue's link. */
export async function leavePresenting(): Promise<void> {
  const { before, editing } = usePresenting.getState();
  wanted = -1;
  useUi.setState({ cue: null, focus: null, editing });
  usePresenting.setState({ before: null, editing: false });
  if (before !== null) await applyLink({ ...before, cue: null, focus: null });
  else if (useSession.getState().phase !== 'open') useRoute.setState({ notice: null });
}
