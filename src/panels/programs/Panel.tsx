/** What runs: its name, and the ways to another program. */
import { lazy, Suspense, useEffect, useRef, useState, type ReactNode } from 'react';
import { fetchSource, findProgram, loadPrograms, usePrograms } from '../../client/programs.ts';
import { useSession, useUi } from '../../client/stores.ts';
import { openFile } from '../../client/url.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button, Fold } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import { withCode } from './code.tsx';
import { tooLarge } from './layout.ts';
import './programs.css';

const Picker = lazy(() => import('./Picker.tsx'));
/** What is edited is needed only by those who edit. */
const drafting = () => import('../editor/drafting.ts');

const openEditor = (): void => useUi.setState({ editing: true, tab: 'stage' });

async function editSupplied(id: string): Promise<void> {
  const program = findProgram(id);
  const text = program === null ? null : await fetchSource(program);
  if (text === null) {
    useSession.setState({ problem: 'The source of this program could not be loaded.' });
    return;
  }
  await (await drafting()).editDraft({ id: `supplied-${id}`, name: `${id}.s`, text }, false);
  openEditor();
}

function take(file: File | undefined): void {
  if (file === undefined) return;
  const problem = tooLarge(file.name, file.size);
  if (problem === null) void openFile(file);
  else useSession.setState({ problem });
}

export default function ProgramsPanel(): ReactNode {
  const source = useSession((s) => s.source),
    opened = useSession((s) => s.opened);
  const list = usePrograms((p) => p.list);
  const [picking, setPicking] = useState(false);
  const [picked, setPicked] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    void loadPrograms();
  }, []);
  const supplied = source?.kind === 'supplied' ? (list.find((p) => p.id === source.id) ?? null) : null;
  const name =
    supplied?.title ??
    (source?.kind === 'file' ? source.name : source?.kind === 'assembly' ? 'Your assembly' : (opened?.name ?? 'No program'));
  const kind = source?.kind === 'file' ? 'your file' : supplied?.language === 'c' ? 'C, MIPS32 LE' : 'MIPS32 LE';
  return (
    <PanelShell id="programs" title="Program" className="programs">
      <button
        type="button"
        className="choice"
        onClick={() => {
          setPicked(true);
          setPicking(true);
        }}
        aria-haspopup="dialog"
      >
        <b>{name}</b>
        <span className="sub">{kind}</span>
      </button>
      {supplied === null ? null : (
        <p className="sub about" title={supplied.description}>
          {withCode(supplied.description)}
        </p>
      )}
      {supplied === null || supplied.look === '' ? null : (
        <Fold title="What to look for">
          <p className="look">{withCode(supplied.look)}</p>
        </Fold>
      )}
      <div className="ways">
        <Button onPress={() => input.current?.click()}>Open a file…</Button>
        {supplied?.language === 'assembly' ? (
          <Button
            onPress={() => {
              void editSupplied(supplied.id);
            }}
          >
            Edit as assembly
          </Button>
        ) : (
          <Button
            onPress={() => {
              void drafting()
                .then(({ editSomething }) => editSomething(source?.kind === 'assembly' ? source.text : null))
                .then(openEditor);
            }}
          >
            {source?.kind === 'assembly' ? 'Edit' : 'Write assembly'}
          </Button>
        )}
      </div>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="A MIPS program to open"
        onChange={(e) => {
          take(e.target.files?.[0]);
          e.target.value = '';
        }}
      />
      {picked ? (
        <Suspense fallback={null}>
          <Picker open={picking} onClose={() => setPicking(false)} current={supplied?.id ?? null} />
        </Suspense>
      ) : null}
    </PanelShell>
  );
}
