/** The lab's panels by name, each inside its own boundary. The editor is loaded when it is first opened. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import ConsolePanel from '../panels/console/Panel.tsx';
import FormsPanel from '../panels/forms/Panel.tsx';
import KnobsPanel from '../panels/knobs/Panel.tsx';
import LedgerPanel from '../panels/ledger/Panel.tsx';
import ListingPanel from '../panels/listing/Panel.tsx';
import MemoryPanel from '../panels/memory/Panel.tsx';
import ProgramsPanel from '../panels/programs/Panel.tsx';
import RegistersPanel from '../panels/registers/Panel.tsx';
import { Boundary } from './Boundary.tsx';

/** These arrive when the run first makes them mean something, and are loaded then. */
const CachePanel = lazy(() => import('../panels/cache/Panel.tsx'));
const CostPanel = lazy(() => import('../panels/cost/Panel.tsx'));
const EditorPanel = lazy(() => import('../panels/editor/Panel.tsx'));

const PANELS = {
  programs: ProgramsPanel,
  listing: ListingPanel,
  knobs: KnobsPanel,
  console: ConsolePanel,
  forms: FormsPanel,
  cache: CachePanel,
  cost: CostPanel,
  registers: RegistersPanel,
  memory: MemoryPanel,
  ledger: LedgerPanel,
} satisfies Record<string, ComponentType>;
export type PanelName = keyof typeof PANELS;
export const isPanel = (name: string): name is PanelName => name in PANELS;

export function Slot({ name }: { readonly name: PanelName }): ReactNode {
  const Panel = PANELS[name];
  return (
    <Boundary what={`The panel “${name}”`}>
      <Suspense fallback={null}>
        <Panel />
      </Suspense>
    </Boundary>
  );
}

export function EditorSlot(): ReactNode {
  return (
    <Boundary what="The editor">
      <Suspense
        fallback={
          <p className="loading" role="status">
            Opening the editor…
          </p>
        }
      >
        <EditorPanel />
      </Suspense>
    </Boundary>
  );
}
