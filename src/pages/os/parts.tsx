/** The operating-system lab's panels by name, each inside its own boundary, for the lab and for its lecture. */
import { lazy, Suspense, type ComponentType, type ReactNode } from 'react';
import AllocationPanel from '../../panels/allocation/Panel.tsx';
import ContainersPanel from '../../panels/containers/Manage.tsx';
import TruthsPanel from '../../panels/containers/Panel.tsx';
import ImagesPanel from '../../panels/images/Panel.tsx';
import LedgerPanel from '../../panels/ledger/Panel.tsx';
import OverlayPanel from '../../panels/overlay/Panel.tsx';
import LimitsPanel from '../../panels/shares/Limits.tsx';
import GroupMemoryPanel from '../../panels/shares/Memory.tsx';
import SharesPanel from '../../panels/shares/Panel.tsx';
import SyscallPanel, { CallInWords } from '../../panels/syscall/Panel.tsx';
import { Boundary } from '../Boundary.tsx';

const TerminalPanel = lazy(() => import('../../panels/terminal/Panel.tsx'));

const PANELS = {
  truths: TruthsPanel,
  shares: SharesPanel,
  groups: GroupMemoryPanel,
  limits: LimitsPanel,
  overlay: OverlayPanel,
  syscall: SyscallPanel,
  call: CallInWords,
  allocation: AllocationPanel,
  terminal: TerminalPanel,
  containers: ContainersPanel,
  images: ImagesPanel,
  ledger: LedgerPanel,
} satisfies Record<string, ComponentType>;
export type OsPanelName = keyof typeof PANELS;
export const isOsPanel = (name: string): name is OsPanelName => name in PANELS;

export function OsSlot({ name }: { readonly name: OsPanelName }): ReactNode {
  const Panel = PANELS[name];
  return (
    <Boundary what={`The panel “${name}”`}>
      <Suspense fallback={null}>
        <Panel />
      </Suspense>
    </Boundary>
  );
}

/** One region for the lecture; nothing when this level has no such region. */
export default function OsRegion({ name }: { readonly name: string }): ReactNode {
  return isOsPanel(name) ? <OsSlot name={name} /> : null;
}
