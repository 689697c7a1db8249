/**
 * The frame of every lab, one order of reading: what runs, what happens, what changed, when. Four columns, three or one (useLayout.ts);
 * caption and timeline are always at the bottom. What stands in each place is the lab's own.
 */
import type { ComponentType, ReactNode } from 'react';
import { useUi } from '../client/stores.ts';
import { CaptionPanel } from '../panels/caption/Panel.tsx';
import { TimelinePanel } from '../panels/timeline/Panel.tsx';
import { GrainMenu, SpeedMenu, TransportKeys, TransportPanel } from '../panels/transport/Panel.tsx';
import { levelById } from '../panels/tower/levels.ts';
import { Mark } from '../ui/patterns.tsx';
import { TabSet } from '../ui/widgets.tsx';
import { Boundary } from './Boundary.tsx';
import { useLabCommands } from './commands.ts';
import { startPresenting } from './present/begin.ts';
import { Problems } from './Problems.tsx';
import { Rail, Strip } from './Rail.tsx';
import { HelpButton, ModeSwitch, ShareMoment, ThemeMenu, TopBar } from './TopBar.tsx';
import { useLayout } from './useLayout.ts';

type Place = ComponentType<{ readonly narrow?: boolean }>;

export interface LabParts {
  readonly level: string;
  readonly className?: string;
  /** Words of the tabs, where the sides have no room of their own. */
  readonly tabs: { readonly program: string; readonly changes: string; readonly costs: string };
  /** Names of the left side when it holds all three, and of the right one. */
  readonly sides: { readonly all: string; readonly right: string };
  readonly WhatRuns: Place;
  readonly WhatChanged: Place;
  readonly Costs: Place;
  readonly Stage: ComponentType;
}

export function LabFrame(parts: LabParts): ReactNode {
  const layout = useLayout();
  useLabCommands(startPresenting);
  if (layout === 'narrow') return <NarrowLab {...parts} />;
  const { level, className = '', sides, WhatRuns, WhatChanged, Costs, Stage } = parts;
  const wide = layout === 'wide';
  return (
    <div className={`lab ${className} ${layout}`}>
      <TopBar level={level} onPresent={startPresenting} />
      <Rail current={level} />
      <aside className="left" aria-label={wide ? 'What runs' : sides.all}>
        {wide ? <WhatRuns /> : <SideTabs {...parts} />}
      </aside>
      <main className="stage" aria-label="Stage">
        <Problems />
        <Stage />
      </main>
      {wide ? (
        <aside className="right" aria-label={sides.right}>
          <WhatChanged />
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

function NarrowLab({ level, className = '', tabs, WhatRuns, WhatChanged, Costs, Stage }: LabParts): ReactNode {
  const tab = useUi((u) => u.tab);
  const list = [
    { id: 'program', label: tabs.program },
    { id: 'stage', label: 'Stage' },
    { id: 'changes', label: tabs.changes },
    { id: 'costs', label: tabs.costs },
  ] as const;
  const places = { program: WhatRuns, stage: Stage, changes: WhatChanged, costs: Costs };
  return (
    <div className={`lab ${className} narrow`}>
      <header className="top">
        <a className="brand" href="#/" aria-label="Strata, home">
          <Mark size={26} />
        </a>
        <h1>{levelById(level)?.title}</h1>
        <span className="sp" />
        <ShareMoment short />
      </header>
      <Strip current={level} />
      <main className="tabbed" aria-label="Lab">
        <Problems />
        <TabSet label="Parts of the lab" tabs={list} value={tab} onChange={(id) => useUi.setState({ tab: id })}>
          {(id) => {
            const Here: Place = places[id];
            return <Here narrow />;
          }}
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

function SideTabs({ tabs, WhatRuns, WhatChanged, Costs }: LabParts): ReactNode {
  const tab = useUi((u) => u.tab);
  const list = [
    { id: 'program', label: tabs.program },
    { id: 'changes', label: tabs.changes },
    { id: 'costs', label: tabs.costs },
  ] as const;
  return (
    <TabSet label="Parts of the lab" tabs={list} value={tab === 'stage' ? 'program' : tab} onChange={(id) => useUi.setState({ tab: id })}>
      {(id) => (id === 'program' ? <WhatRuns /> : id === 'changes' ? <WhatChanged /> : <Costs />)}
    </TabSet>
  );
}

/** On narrow pages: what the top bar and the transport hold elsewhere. */
export function NarrowControls(): ReactNode {
  return (
    <div className="narrow-controls">
      <ModeSwitch />
      <SpeedMenu />
      <GrainMenu />
      <ThemeMenu />
      <HelpButton />
    </div>
  );
}
