/** The program's terminal: what it prints, and a line to type on when it waits. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { create } from 'zustand';
import { sendInput } from '../../client/actions.ts';
import { play, usePlayback } from '../../client/playback.ts';
import { usePosition, useSession } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import './console.css';
import { describe, layout, type Echo } from './layout.ts';

/** Where in the output something was typed: a terminal echoes, a program's output does not hold it. */
const useEchoes = create<{ readonly source: unknown; readonly list: readonly Echo[] }>(() => ({ source: null, list: [] }));

function note(text: string, at: number): void {
  const { source } = useSession.getState(),
    { retired } = usePosition.getState();
  useEchoes.setState((s) => ({
    source,
    list: [
      ...(s.source === source ? s.list.filter((e) => e.retired < retired || (e.retired === retired && e.at <= at)) : []),
      { at, retired, text },
    ],
  }));
}

export default function ConsolePanel(): ReactNode {
  const view = useView('console');
  const echoes = useEchoes(),
    source = useSession((s) => s.source),
    retired = usePosition((p) => p.retired);
  const exit = usePosition((p) => p.exit);
  const [line, setLine] = useState('');
  const end = useRef<HTMLDivElement>(null);
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
  const scene = view === null ? null : layout(view, echoes.source === source ? echoes.list : [], retired);
  const length = (view?.text.length ?? 0) + (view?.errors.length ?? 0);
  useEffect(() => {
    // Only the terminal scrolls; the page around it stays.
    if (end.current !== null) end.current.scrollTop = end.current.scrollHeight;
  }, [length]);
  const send = async (text: string | null): Promise<void> => {
    const at = view?.text.length ?? 0;
    if (text !== null) note(`${text}\n`, at);
    setLine('');
    const goOn = resumes.current;
    if ((await sendInput(text === null ? null : new TextEncoder().encode(`${text}\n`))) && goOn) play();
  };
  return (
    <PanelShell
      id="console"
      title="Console"
      sub={scene?.waiting ? 'waits for you to type' : undefined}
      describe={scene === null ? '' : describe(scene)}
      className="console"
    >
      <div ref={end} className="terminal mono" role="log" aria-label="Output of the program" tabIndex={0}>
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
