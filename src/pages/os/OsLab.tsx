/**
 * The lab of the operating-system level, in the frame of every lab: containers and their terminals at the left; one kernel, its shares and
 * its layers on the stage; the call and the costs at the right; caption and timeline below.
 */
import type { ReactNode } from 'react';
import { useSession, useUi } from '../../client/stores.ts';
import { CaptionPanel } from '../../panels/caption/Panel.tsx';
import { useOs } from '../../panels/containers/state.ts';
import { TimelinePanel } from '../../panels/timeline/Panel.tsx';
import { GrainMenu, SpeedMenu, TransportKeys, TransportPanel } from '../../panels/transport/Panel.tsx';
import { Mark } from '../../ui/patterns.tsx';
import { TabSet } from '../../ui/widgets.tsx';
import { Boundary } from '../Boundary.tsx';
import { useLabCommands } from '../commands.ts';
import { startPresenting } from '../present/begin.ts';
import { Problems } from '../Problems.tsx';
import { Rail, Strip } from '../Rail.tsx';
import { HelpButton, ShareMoment, ThemeMenu, TopBar } from '../TopBar.tsx';
import { useLayout } from '../useLayout.ts';
import './os.css';
import { OsSlot } from './parts.tsx';
import { Tries } from './Tries.tsx';

const LEVEL = 'os';

export default function OsLabPage(): ReactNode {
  const layout = useLayout();
  useLabCommands(startPresenting);
  if (layout === 'narrow') return <NarrowOsLab />;
  const wide = layout === 'wide';
  return (
    <div className={`lab os-lab ${layout}`}>
      <TopBar level={LEVEL} onPresent={startPresenting} />
      <Rail current={LEVEL} />
      <aside className="left" aria-label={wide ? 'What runs' : 'Containers, limits and costs'}>
        {wide ? <WhatRuns /> : <SideTabs />}
      </aside>
      <main className="stage" aria-label="Stage">
        <Problems />
        <Stage />
      </main>
      {wide ? (
        <aside className="right" aria-label="Limits, call and costs">
          <Limits />
          <Costs />
        </aside>
      ) : null}
      <footer className="foot">
        <Boundary what="The caption">
          <CaptionPanel />
        </Boundary>
        <div className="tl">
          <TransportPanel />
          <Boundary what="The timeline">
            <TimelinePanel />
          </Boundary>
        </div>
      </footer>
    </div>
  );
}

function NarrowOsLab(): ReactNode {
  const tab = useUi((u) => u.tab);
  const tabs = [
    { id: 'program', label: 'Rooms' },
    { id: 'stage', label: 'Stage' },
    { id: 'changes', label: 'Limits' },
    { id: 'costs', label: 'Costs' },
  ] as const;
  return (
    <div className="lab os-lab narrow">
      <header className="top">
        <a className="brand" href="#/" aria-label="Strata, home">
          <Mark size={26} />
        </a>
        <h1>Operating system</h1>
        <span className="sp" />
        <ShareMoment short />
      </header>
      <Strip current={LEVEL} />
      <main className="tabbed" aria-label="Lab">
        <Problems />
        <TabSet label="Parts of the lab" tabs={tabs} value={tab} onChange={(id) => useUi.setState({ tab: id })}>
          {(id) => (id === 'program' ? <WhatRuns narrow /> : id === 'stage' ? <Stage /> : id === 'changes' ? <Limits /> : <Costs />)}
        </TabSet>
      </main>
      <footer className="foot">
        <Boundary what="The caption">
          <CaptionPanel />
        </Boundary>
        <Boundary what="The timeline">
          <TimelinePanel compact />
        </Boundary>
        <TransportKeys />
      </footer>
    </div>
  );
}

function SideTabs(): ReactNode {
  const tab = useUi((u) => u.tab);
  const tabs = [
    { id: 'program', label: 'Rooms' },
    { id: 'changes', label: 'Limits' },
    { id: 'costs', label: 'Costs' },
  ] as const;
  return (
    <TabSet label="Parts of the lab" tabs={tabs} value={tab === 'stage' ? 'program' : tab} onChange={(id) => useUi.setState({ tab: id })}>
      {(id) => (id === 'program' ? <WhatRuns /> : id === 'changes' ? <Limits /> : <Costs />)}
    </TabSet>
  );
}

function WhatRuns({ narrow = false }: { readonly narrow?: boolean }): ReactNode {
  return (
    <>
      {narrow ? (
        <div className="narrow-controls">
          <SpeedMenu />
          <GrainMenu />
          <ThemeMenu />
          <HelpButton />
        </div>
      ) : null}
      <OsSlot name="containers" />
      <OsSlot name="terminal" />
      <Tries />
      <OsSlot name="images" />
    </>
  );
}

function Limits(): ReactNode {
  return (
    <>
      <OsSlot name="limits" />
      <OsSlot name="call" />
    </>
  );
}

const Costs = (): ReactNode => <OsSlot name="ledger" />;

function Stage(): ReactNode {
  const phase = useSession((s) => s.phase);
  const below = useOs((s) => s.below);
  if (phase !== 'open')
    return (
      <p className="loading" role="status">
        {phase === 'failed' ? 'Nothing is open.' : 'Starting the kernel and its containers…'}
      </p>
    );
  return (
    <div className="os-panels">
      <div className="area truths-area">
        <OsSlot name="truths" />
      </div>
      <div className="area shares-area">
        <OsSlot name="shares" />
        <OsSlot name="groups" />
      </div>
      <div className="area below-area">
        <OsSlot name={below} />
      </div>
    </div>
  );
}
