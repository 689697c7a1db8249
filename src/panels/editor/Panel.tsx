/** The assembler in the page: text, mistakes by line and column, run. What is typed is kept in this browser. */
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { loadDrafts, saveDraft, useDrafts } from '../../client/drafts.ts';
import { useSession, useUi } from '../../client/stores.ts';
import { openAssembly } from '../../client/url.ts';
import type { Diagnostic } from '../../protocol/messages.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import { checker } from './checking.ts';
import { create, type Editor } from './draw.ts';
import { draftById, editSomething, useEditing } from './drafting.ts';
import './editor.css';
import { places, summary } from './layout.ts';

export default function EditorPanel(): ReactNode {
  const host = useRef<HTMLDivElement>(null),
    editor = useRef<Editor | null>(null);
  const id = useEditing((e) => e.id),
    problem = useDrafts((d) => d.problem);
  const name = useDrafts((d) => d.drafts.find((draft) => draft.id === id)?.name ?? 'draft.s');
  const [mistakes, setMistakes] = useState<readonly Diagnostic[]>([]);
  const [checked, setChecked] = useState('');
  const run = async (): Promise<void> => {
    const text = editor.current?.text() ?? '';
    if (await openAssembly(text)) useUi.setState({ editing: false });
    else {
      setMistakes(useSession.getState().diagnostics);
      setChecked(text);
    }
  };
  const latestRun = useRef(run);
  useEffect(() => {
    latestRun.current = run;
  });
  useEffect(() => {
    if (id === null) void editSomething(null);
  }, [id]);
  useEffect(() => {
    if (host.current === null || id === null) return;
    const check = checker((diagnostics, text) => {
      setMistakes(diagnostics);
      setChecked(text);
      mine.mark(places(text, diagnostics));
    });
    const changed = (text: string): void => {
      const draft = draftById(id);
      void saveDraft({ id, name: draft?.name ?? 'draft.s', text });
      check.ask(text);
    };
    const mine = create(
      host.current,
      {
        changed,
        run: () => {
          void latestRun.current();
        },
      },
      'MIPS assembly',
    );
    editor.current = mine;
    let here = true;
    void loadDrafts().then(() => {
      if (here) {
        const text = draftById(id)?.text ?? '';
        mine.show(text);
        check.ask(text);
      }
    });
    return () => {
      here = false;
      check.stop();
      mine.destroy();
      editor.current = null;
    };
  }, [id]);
  useEffect(() => {
    if (editor.current?.text() === checked) editor.current.mark(places(checked, mistakes));
  }, [mistakes, checked]);
  const marks = places(checked, mistakes);
  return (
    <PanelShell
      id="editor"
      title={name}
      sub="MIPS assembly; point at an instruction to see what it does"
      className="editor"
      actions={
        <>
          <Button
            className="on run"
            onPress={() => {
              void run();
            }}
          >
            Assemble and run
          </Button>
          <Button onPress={() => useUi.setState({ editing: false })}>Close</Button>
        </>
      }
    >
      <div ref={host} className="code-host" />
      <div className="mistakes">
        <p role="status">
          {summary(mistakes)}
          {problem === null ? '' : ` ${problem}`}
        </p>
        <ul>
          {mistakes.map((m, i) => (
            <li key={`${m.line}:${m.column}:${i}`}>
              <button
                type="button"
                className="quiet"
                onClick={() => {
                  const mark = marks.find((p) => p.message === m.message && p.severity === m.severity);
                  if (mark !== undefined) editor.current?.goTo(mark);
                }}
              >
                <span className="mono">
                  {m.line}:{m.column}
                </span>{' '}
                <b>{m.severity === 'error' ? 'mistake' : 'warning'}</b> {m.message}
              </button>
            </li>
          ))}
        </ul>
      </div>
    </PanelShell>
  );
}
