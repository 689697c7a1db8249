/**
 * The panels by themselves over drawn-up views, to look at while working on them: #theme=dark&scene=wide. Not shipped.
 */
import { lazy, StrictMode, Suspense, type ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import { usePosition, useSession } from '../../src/client/stores.ts';
import { receiveViews } from '../../src/client/views.ts';
import CachePanel from '../../src/panels/cache/Panel.tsx';
import ConsolePanel from '../../src/panels/console/Panel.tsx';
import CostPanel from '../../src/panels/cost/Panel.tsx';
import FormsPanel from '../../src/panels/forms/Panel.tsx';
import KnobsPanel from '../../src/panels/knobs/Panel.tsx';
import LedgerPanel from '../../src/panels/ledger/Panel.tsx';
import ListingPanel from '../../src/panels/listing/Panel.tsx';
import MemoryPanel from '../../src/panels/memory/Panel.tsx';
import ProgramsPanel from '../../src/panels/programs/Panel.tsx';
import RegistersPanel from '../../src/panels/registers/Panel.tsx';
import '../../src/ui/tokens.css';
import '../../src/ui/base.css';
import '../../src/ui/widgets.css';
import '../../src/pages/frame.css';
import { Patterns } from '../../src/ui/patterns.tsx';
import * as made from '../unit/panels/fixtures/checksum.ts';

const wish = new URLSearchParams(location.hash.slice(1));
document.documentElement.dataset.theme = wish.get('theme') ?? 'light';
const blocks = Number(wish.get('blocks') ?? 0);
receiveViews({
  forms: wish.get('forms') === 'interpreted' ? made.interpreted : made.forms,
  cache: blocks > 0 ? made.manyBlocks(blocks, 3) : made.cache,
  cost: made.cost,
  registers: made.registers,
  memory: made.memory,
  ledger: made.ledger,
  listing: made.listing,
  counts: made.counts,
  console: {
    text: 'What is your name? ',
    errors: wish.has('errors') ? 'cannot open /nowhere: No such file\n' : '',
    typed: [],
    before: 0,
    errorsBefore: 0,
    waiting: wish.has('waiting'),
  },
  ...(wish.has('rival') ? { rival: made.rival } : {}),
});
usePosition.setState({ guestRetired: Number(wish.get('now') ?? 200), time: 6015 });
useSession.setState({
  phase: 'open',
  source: { kind: 'supplied', id: 'checksum', bytes: new Uint8Array(0) },
  breakpoints: [{ on: 'address', address: 0x400024 }],
  opened: {
    name: 'checksum',
    level: 'isa',
    mode: 'translate',
    modes: [],
    eventKinds: [],
    hz: 1e8,
    knobs: [
      { id: 'threshold', label: 'Translate a block after', kind: 'number', value: 8, min: 1, max: 100, unit: 'runs' },
      { id: 'chaining', label: 'Chain blocks', kind: 'switch', value: true },
      { id: 'cacheSize', label: 'Cache size', kind: 'number', value: 64, min: 1, max: 1024, unit: 'KiB', folded: true },
    ],
  },
});

const EditorPanel = lazy(() => import('../../src/panels/editor/Panel.tsx'));
const left = () => (
  <aside className="left" style={{ width: 240, height: 640 }}>
    <ProgramsPanel />
    <div className="grow">
      <ListingPanel />
    </div>
    <KnobsPanel />
    <ConsolePanel />
  </aside>
);
const right = () => (
  <aside className="right" style={{ width: 260, height: 640 }}>
    <RegistersPanel />
    <MemoryPanel />
    <LedgerPanel />
  </aside>
);

/** Views recorded from a run (tests/dev/NAME.json, not kept), to look at real ones. */
const recorded = wish.get('recorded');
if (recorded !== null) {
  const answer = await fetch(`./${recorded}.json`);
  const bytes = (_: string, value: unknown): unknown =>
    typeof value === 'object' && value !== null && 'u8' in value ? Uint8Array.from(value.u8 as number[]) : value;
  const { cost: _, ...views } = JSON.parse(await answer.text(), bytes) as Parameters<typeof receiveViews>[0];
  receiveViews(views);
}

const scenes: Readonly<Record<string, () => ReactNode>> = {
  forms: () => (
    <div style={{ height: 372, background: 'var(--page)', display: 'grid' }}>
      <FormsPanel />
    </div>
  ),
  pair: () => (
    <div style={{ height: 296, display: 'grid', gridTemplateColumns: '512px 360px', background: 'var(--page)' }}>
      <CachePanel />
      <CostPanel />
    </div>
  ),
  sides: () => (
    <div style={{ display: 'flex', gap: 24 }}>
      {left()}
      {right()}
    </div>
  ),
  editor: () => (
    <div style={{ height: 560, display: 'grid' }}>
      <Suspense>
        <EditorPanel />
      </Suspense>
    </div>
  ),
  tall: () => (
    <div style={{ height: 668, background: 'var(--page)', display: 'grid' }}>
      <FormsPanel />
    </div>
  ),
};
const Scene = scenes[wish.get('scene') ?? 'forms'];
createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <Patterns />
    {Scene === undefined ? null : <Scene />}
  </StrictMode>,
);
