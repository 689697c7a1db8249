/** The lab's panels by name, each inside its own boundary. The editor is loaded when it is first opened. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import CachePanel from '../panels/cache/Panel.tsx';
import ConsolePanel from '../panels/console/Panel.tsx';
import CostPanel from '../panels/cost/Panel.tsx';
import FormsPanel from '../panels/forms/Panel.tsx';
import KnobsPanel from '../panels/knobs/Panel.tsx';
import LedgerPanel from '../panels/ledger/Panel.tsx';
import ListingPanel from '../panels/listing/Panel.tsx';
import MemoryPanel from '../panels/memory/Panel.tsx';
import ProgramsPanel from '../panels/programs/Panel.tsx';
import RegistersPanel from '../panels/registers/Panel.tsx';
import { Boundary } from './Boundary.tsx';

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

const EditorPanel = lazy(() => import('../panels/editor/Panel.tsx'));

export function Slot({ name }: { readonly name: PanelName }): ReactNode {
  const Panel = PANELS[name];
  return <Boundary what={`The panel “${name}”`}><Panel /></Boundary>;
}

export function EditorSlot(): ReactNode {
  return <Boundary what="The editor"><Suspense fallback={<p className="loading" role="status">Opening the editor…</p>}><EditorPanel /></Suspense></Boundary>;
}
