/** The lab of the instruction-set level. Panels of the stage arrive when the run first makes them mean something. */
import { useEffect, useState, type ReactNode } from 'react';
import { usePrograms } from '../client/programs.ts';
import { usePosition, useSession, useUi } from '../client/stores.ts';
import { useViews } from '../client/views.ts';
import { Words } from '../panels/caption/Panel.tsx';
import { Button } from '../ui/widgets.tsx';
import { LabFrame, NarrowControls } from './Frame.tsx';
import { EditorSlot, Slot } from './slots.tsx';

export default function LabPage(): ReactNode {
  return (
    <LabFrame
      level="isa"
      tabs={{ program: 'Program', changes: 'Registers', costs: 'Costs' }}
      sides={{ all: 'Program, registers and costs', right: 'What changed' }}
      WhatRuns={WhatRuns}
      WhatChanged={WhatChanged}
      Costs={Costs}
      Stage={Stage}
    />
  );
}

function WhatRuns({ narrow = false }: { readonly narrow?: boolean }): ReactNode {
  return (
    <>
      <Slot name="programs" />
      {narrow ? <NarrowControls /> : null}
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
