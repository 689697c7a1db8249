/** Which page is on show, and what every page has: patterns, help, and a place for a file that is dropped anywhere. */
import { lazy, Suspense, useEffect, useState, type DragEvent, type ReactNode } from 'react';
import { openFile, useRoute } from '../client/url.ts';
import { useUi } from '../client/stores.ts';
import { Patterns } from '../ui/patterns.tsx';
import { Boundary } from './Boundary.tsx';
import { useHelp } from './help.ts';

const HomePage = lazy(() => import('./Home.tsx'));
const LabPage = lazy(() => import('./Lab.tsx'));
const HelpDialog = lazy(() => import('./Help.tsx'));
const PresentPage = lazy(() => import('./present/Present.tsx'));

export function App(): ReactNode {
  const page = useRoute((r) => r.link.page);
  const presenting = useUi((u) => u.cue !== null);
  const help = useHelp((h) => h.open);
  useEffect(() => {
    document.title =
      page === 'home'
        ? 'Strata: five places to cut a computer'
        : presenting
          ? 'Presenting: instruction set · Strata'
          : 'Instruction set lab · Strata';
  }, [page, presenting]);
  return (
    <DropZone>
      <Patterns />
      <Boundary what="The page">
        <Suspense fallback={null}>{page === 'home' ? <HomePage /> : presenting ? <PresentPage /> : <LabPage />}</Suspense>
      </Boundary>
      {help ? (
        <Suspense fallback={null}>
          <HelpDialog open onClose={() => useHelp.setState({ open: false })} />
        </Suspense>
      ) : null}
    </DropZone>
  );
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer.types.includes('Files');

/** A file dropped anywhere is opened in the lab. */
function DropZone({ children }: { readonly children: ReactNode }): ReactNode {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    setOver(false);
    const file = event.dataTransfer.files[0];
    if (file === undefined) return;
    event.preventDefault();
    void openFile(file);
    if (useRoute.getState().link.page === 'home') useRoute.setState({ link: { page: 'lab', level: 'isa', lab: null } });
  };
  return (
    <div
      className="dropzone"
      onDragOver={(e) => {
        if (hasFiles(e)) {
          e.preventDefault();
          setOver(true);
        }
      }}
      onDragLeave={(e) => {
        if (e.currentTarget === e.target) setOver(false);
      }}
      onDrop={drop}
    >
      {children}
      {over ? (
        <div className="dropping">
          <p>Drop a MIPS program (ELF) to run it here</p>
        </div>
      ) : null}
    </div>
  );
}
