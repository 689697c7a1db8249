/**
 * Present mode: projector type, one region of the lab, the list of cues, and keys. The lab behind is the same one: stepping and playing
 * work as ever, and a cue's link is the exact moment.
 */
import { lazy, Suspense, type ReactNode } from 'react';
import { step, togglePlay } from '../../client/playback.ts';
import { useSession, useUi, type StageRegion } from '../../client/stores.ts';
import { useRoute } from '../../client/url.ts';
import { CaptionPanel } from '../../panels/caption/Panel.tsx';
import { TimelinePanel } from '../../panels/timeline/Panel.tsx';
import { TransportKeys } from '../../panels/transport/Panel.tsx';
import { useCommands } from '../../ui/keys.ts';
import { Mark } from '../../ui/patterns.tsx';
import { Button } from '../../ui/widgets.tsx';
import { Boundary } from '../Boundary.tsx';
import { HELP } from '../commands.ts';
import { isPanel, Slot } from '../slots.tsx';
import { goToCue, leavePresenting, useScene, usePresenting } from './cues.ts';
import './present.css';

const OsRegion = lazy(() => import('../os/parts.tsx'));

const cueNow = (): number => useUi.getState().cue ?? 0;
const move = (by: number): void => {
  void goToCue(cueNow() + by);
};

export default function PresentPage(): ReactNode {
  const scene = useScene();
  const cue = useUi((u) => u.cue) ?? 0;
  const focus = useUi((u) => u.focus) ?? scene.cues[0]!.focus;
  const busy = usePresenting((p) => p.busy);
  const problem = useSession((s) => s.problem);
  const notice = useRoute((r) => r.notice);
  const group = 'Presenting';
  useCommands([
    { id: 'next-cue', label: 'Next cue', group, keys: ['PageDown', 'n', 'ArrowDown'], run: () => move(1) },
    { id: 'last-cue', label: 'Cue before', group, keys: ['PageUp', 'ArrowUp'], run: () => move(-1) },
    {
      id: 'step',
      label: 'Step',
      group,
      keys: ['ArrowRight'],
      run: () => {
        void step(1);
      },
    },
    {
      id: 'back',
      label: 'Step back',
      group,
      keys: ['ArrowLeft'],
      run: () => {
        void step(-1);
      },
    },
    { id: 'play', label: 'Play, pause', group, keys: [' '], run: togglePlay },
    {
      id: 'leave',
      label: 'Leave',
      group,
      keys: ['Escape'],
      run: () => {
        void leavePresenting();
      },
    },
    HELP,
  ]);
  const now = scene.cues[cue] ?? scene.cues[0]!;
  return (
    <div className="present">
      <main aria-label="Lecture">
        <h1>{now.title}</h1>
        <div className={`focus focus-${focus}`} aria-busy={busy}>
          <FocusRegion name={focus} />
        </div>
        <aside aria-label="Cues">
          <ol>
            {scene.cues.map((item, i) => (
              <li key={item.title} className={i === cue ? 'now' : i < cue ? 'past' : ''}>
                <button
                  type="button"
                  aria-current={i === cue ? 'step' : undefined}
                  onClick={() => {
                    void goToCue(i);
                  }}
                >
                  <span className="n" aria-hidden="true">
                    {i < cue ? '✓' : i + 1}
                  </span>
                  {item.title}
                </button>
              </li>
            ))}
          </ol>
          {now.ask === undefined ? null : <p className="ask">Ask the room: {now.ask}</p>}
        </aside>
        <p className="say" role="status">
          {problem ?? notice ?? now.say}
        </p>
      </main>
      <footer className="foot">
        <Boundary what="The caption">
          <CaptionPanel />
        </Boundary>
        <div className="present-bar">
          <TransportKeys all={false} />
          <Boundary what="The timeline">
            <TimelinePanel compact />
          </Boundary>
          <div className="cue-keys">
            <Button aria-label="Cue before" isDisabled={cue === 0} onPress={() => move(-1)}>
              ‹
            </Button>
            <span>
              {cue + 1} of {scene.cues.length}
            </span>
            <Button aria-label="Next cue" isDisabled={cue === scene.cues.length - 1} onPress={() => move(1)}>
              ›
            </Button>
            <Button
              onPress={() => {
                void leavePresenting();
              }}
            >
              Leave
            </Button>
            <Mark size={28} />
          </div>
        </div>
      </footer>
    </div>
  );
}

function FocusRegion({ name }: { readonly name: StageRegion }): ReactNode {
  const os = useSession((s) => s.level === 'os');
  if (os)
    return (
      <Boundary what="The region on show">
        <Suspense fallback={null}>
          <OsRegion key={name} name={name} />
        </Suspense>
      </Boundary>
    );
  return isPanel(name) ? <Slot key={name} name={name} /> : null;
}
