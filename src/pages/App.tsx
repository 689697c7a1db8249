/** Which page is on show, and what every page has: patterns, help, and a place for a file that is dropped anywhere. */
import { lazy, Suspense, useEffect, useState, type ComponentType, type DragEvent, type ReactNode } from 'react';
import { openFile, useRoute } from '../client/url.ts';
import { useUi } from '../client/stores.ts';
import { levelById } from '../panels/tower/levels.ts';
import { Patterns } from '../ui/patterns.tsx';
import { Boundary } from './Boundary.tsx';
import { useHelp } from './help.ts';

const HomePage = lazy(() => import('./Home.tsx'));
/** The labs that there are, by level. */
const LABS: Readonly<Record<string, ComponentType>> = {
  isa: lazy(() => import('./Lab.tsx')),
  os: lazy(() => import('./os/OsLab.tsx')),
};
const HelpDialog = lazy(() => import('./Help.tsx'));
const PresentPage = lazy(() => import('./present/Present.tsx'));

export function App(): ReactNode {
  const level = useRoute((r) => (r.link.page === 'lab' ? r.link.level : null));
  const presenting = useUi((u) => u.cue !== null);
  const help = useHelp((h) => h.open);
  useEffect(() => {
    const title = levelById(level ?? '')?.title ?? '';
    document.title =
      level === null
        ? 'Strata: five places to cut a computer'
        : presenting
          ? `Presenting: ${title.toLowerCase()} · Strata`
          : `${title} lab · Strata`;
  }, [level, presenting]);
  const LabPage = LABS[level ?? ''];
  return (
    <DropZone>
      <Patterns />
      <Boundary what="The page">
        <Suspense fallback={null}>{LabPage === undefined ? <HomePage /> : presenting ? <PresentPage /> : <LabPage key={level} />}</Suspense>
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
          <p>Drop a MIPS program (ELF) for lab 1, or an image (tar) or i386 program (ELF) for lab 3</p>
        </div>
      ) : null}
    </div>
  );
}
