/** The program's terminal: what it prints, and a line to type on when it waits. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { sendInput } from '../../client/actions.ts';
import { goOn, stillWanted, usePlayback } from '../../client/playback.ts';
import { usePosition } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import './console.css';
import { describe, layout } from './layout.ts';

export default function ConsolePanel(): ReactNode {
  const view = useView('console');
  const exit = usePosition((p) => p.exit);
  const [line, setLine] = useState('');
  // A run that stopped to wait for input goes on when it has it; one that was stepped stays.
  const resumes = useRef(false);
  useEffect(
    () =>
      usePlayback.subscribe((now, before) => {
        if (now.playing) resumes.current = false;
        else if (before.playing) resumes.current = usePosition.getState().state === 'waiting';
      }),
    [],
  );
  const scene = view === null ? null : layout(view);
  const send = async (text: string | null): Promise<void> => {
    setLine('');
    // Its run may have met the read already without the page having heard of it: what counts is whether it runs afterwards.
    const wanted = stillWanted(resumes.current);
    if (!(await sendInput(text === null ? null : new TextEncoder().encode(`${text}\n`)))) return;
    if (wanted() && usePosition.getState().state !== 'ended') goOn();
  };
  return (
    <PanelShell
      id="console"
      title="Console"
      sub={scene?.waiting ? 'waits for you to type' : undefined}
      describe={scene === null ? '' : describe(scene)}
      className="console"
    >
      <div className="terminal mono" role="log" aria-label="Output of the program" tabIndex={0}>
        <div>
          {scene?.pieces.map((p) =>
            p.typed ? (
              <b key={p.id} className="typed">
                {p.text}
              </b>
            ) : (
              <span key={p.id}>{p.text}</span>
            ),
          )}
          {scene !== null && scene.pieces.length === 0 && !scene.waiting ? <span className="empty">Nothing printed yet.</span> : null}
          {scene !== null && scene.errors !== '' ? (
            <div className="errors">
              <span className="tick">error output</span>
              {scene.errors}
            </div>
          ) : null}
          {exit === null ? null : <div className="ended">{exit.sentence ?? `Ended with status ${exit.status}.`}</div>}
        </div>
      </div>
      {scene?.waiting ? (
        <form
          className="typing"
          onSubmit={(e) => {
            e.preventDefault();
            void send(line);
          }}
        >
          <input
            className="mono field"
            aria-label="Type a line for the program"
            autoComplete="off"
            spellCheck={false}
            value={line}
            onChange={(e) => setLine(e.target.value)}
            placeholder="type a line, then Enter"
          />
          <button type="submit">Enter</button>
          <Button
            className="quiet"
            aria-label="End of file"
            onPress={() => {
              void send(null);
            }}
          >
            End
          </Button>
        </form>
      ) : null}
    </PanelShell>
  );
}
