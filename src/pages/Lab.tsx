/**
 * A lab's frame, one order of reading: what runs, what happens, what changed, when. Four columns, three or one (useLayout.ts); caption
 * and timeline are always at the bottom. Panels of the stage arrive when the run first makes them mean something.
 */
import { useEffect, useState, type ReactNode } from 'react';
import { usePrograms } from '../client/programs.ts';
import { usePosition, useSession, useUi } from '../client/stores.ts';
import { useViews } from '../client/views.ts';
import { CaptionPanel, Words } from '../panels/caption/Panel.tsx';
import { TimelinePanel } from '../panels/timeline/Panel.tsx';
import { SpeedMenu, TransportKeys, TransportPanel, GrainMenu } from '../panels/transport/Panel.tsx';
import { Mark } from '../ui/patterns.tsx';
import { Button, TabSet } from '../ui/widgets.tsx';
import { Boundary } from './Boundary.tsx';
import { useLabCommands } from './commands.ts';
import { startPresenting } from './present/begin.ts';
import { Problems } from './Problems.tsx';
import { Rail, Strip } from './Rail.tsx';
import { EditorSlot, Slot } from './slots.tsx';
import { HelpButton, ModeSwitch, ShareMoment, ThemeMenu, TopBar } from './TopBar.tsx';
import { useLayout } from './useLayout.ts';

export default function LabPage(): ReactNode {
  const layout = useLayout();
  const level = useSession((s) => s.level);
  useLabCommands(startPresenting);
  if (layout === 'narrow') return <NarrowLab level={level} />;
  const wide = layout === 'wide';
  return (
    <div className={`lab ${layout}`}>
      <TopBar level={level} onPresent={startPresenting} />
      <Rail current={level} />
      {wide ? (
        <aside className="left" aria-label="What runs">
          <WhatRuns />
        </aside>
      ) : (
        <aside className="left" aria-label="Program, registers and costs">
          <SideTabs />
        </aside>
      )}
      <main className="stage" aria-label="Stage">
        <Problems />
        <Stage />
      </main>
      {wide ? (
        <aside className="right" aria-label="What changed">
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

function NarrowLab({ level }: { readonly level: string }): ReactNode {
  const tab = useUi((u) => u.tab);
  const tabs = [
    { id: 'program', label: 'Program' },
    { id: 'stage', label: 'Stage' },
    { id: 'changes', label: 'Registers' },
    { id: 'costs', label: 'Costs' },
  ] as const;
  return (
    <div className="lab narrow">
      <header className="top">
        <a className="brand" href="#/" aria-label="Strata, home">
          <Mark size={26} />
        </a>
        <h1>Instruction set</h1>
        <span className="sp" />
        <ShareMoment short />
      </header>
      <Strip current={level} />
      <main className="tabbed" aria-label="Lab">
        <Problems />
        <TabSet label="Parts of the lab" tabs={tabs} value={tab} onChange={(id) => useUi.setState({ tab: id })}>
          {(id) =>
            id === 'program' ? <WhatRuns narrow /> : id === 'stage' ? <Stage /> : id === 'changes' ? <WhatChanged /> : <Costs narrow />
          }
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
    { id: 'program', label: 'Program' },
    { id: 'changes', label: 'Registers' },
    { id: 'costs', label: 'Costs' },
  ] as const;
  return (
    <TabSet label="Parts of the lab" tabs={tabs} value={tab === 'stage' ? 'program' : tab} onChange={(id) => useUi.setState({ tab: id })}>
      {(id) => (id === 'program' ? <WhatRuns /> : id === 'changes' ? <WhatChanged /> : <Costs />)}
    </TabSet>
  );
}

function WhatRuns({ narrow = false }: { readonly narrow?: boolean }): ReactNode {
  return (
    <>
      <Slot name="programs" />
      {narrow ? (
        <div className="narrow-controls">
          <ModeSwitch />
          <SpeedMenu />
          <GrainMenu />
          <ThemeMenu />
          <HelpButton />
        </div>
      ) : null}
      <div className="grow">
        <Slot name="listing" />
      </div>
      <Slot name="knobs" />
      <Slot name="console" />
    </>
  );
}

function WhatChanged(): ReactNode {
  return (
    <>
      <Slot name="registers" />
      <Slot name="memory" />
    </>
  );
}

function Costs({ narrow = false }: { readonly narrow?: boolean }): ReactNode {
  return (
    <>
      <Slot name="ledger" />
      {narrow ? <Slot name="cost" /> : null}
    </>
  );
}

/** Whether a block has been translated by now: then the code cache and the cost curve say something. Once arrived, they stay. */
function useArrived(): readonly [boolean, () => void] {
  const [arrived, setArrived] = useState(false);
  const opened = useSession((s) => s.opened);
  const time = usePosition((p) => p.time);
  const first = useViews((v) => v.timeline?.markers.find((m) => m.kind === translateKind())?.time ?? null);
  useEffect(() => setArrived(false), [opened?.name]);
  const now = first !== null && time >= first;
  useEffect(() => {
    if (now) setArrived(true);
  }, [now]);
  return [arrived || now, () => setArrived(true)];
}

function translateKind(): string {
  return useSession.getState().opened?.eventKinds.find((k) => k.marker === 'translate')?.kind ?? 'translate';
}

/** What the supplied program's author says to look for. */
function useLook(): string {
  const source = useSession((s) => s.source);
  const list = usePrograms((p) => p.list);
  return source?.kind === 'supplied' ? (list.find((p) => p.id === source.id)?.look ?? '') : '';
}

function Stage(): ReactNode {
  const editing = useUi((u) => u.editing);
  const phase = useSession((s) => s.phase);
  const interpreted = useSession((s) => s.mode === 'interpret');
  const guests = usePosition((p) => p.guestRetired);
  const [arrived, showNow] = useArrived();
  const look = useLook();
  if (editing)
    return (
      <div className="panels editing">
        <EditorSlot />
      </div>
    );
  if (phase !== 'open')
    return (
      <p className="loading" role="status">
        {phase === 'failed' ? 'Nothing is open. Choose a program on the left, or drop a file here.' : 'Opening the program…'}
      </p>
    );
  const cost = arrived || guests > 100;
  return (
    <div className={`panels ${arrived ? 'three' : cost ? 'two' : 'one'}`}>
      <div className="area forms">
        <Slot name="forms" />
      </div>
      {arrived ? (
        <div className="area cache">
          <Slot name="cache" />
        </div>
      ) : null}
      {cost ? (
        <div className="area cost">
          <Slot name="cost" />
        </div>
      ) : null}
      {arrived ? null : (
        <p className="later sub">
          <Words text={look} />{' '}
          {interpreted ? (
            'The interpreter keeps nothing, so there is no code cache here.'
          ) : (
            <>
              The code cache opens here at the first translation.{' '}
              <Button className="quiet" onPress={showNow}>
                Show it now
              </Button>
            </>
          )}
        </p>
      )}
    </div>
  );
}
