/**
 * The lab of the operating-system level: containers and their terminals at the left; one kernel, its shares and its layers on the stage;
 * limits, the call and the costs at the right.
 */
import type { ReactNode } from 'react';
import { useSession } from '../../client/stores.ts';
import { useOs } from '../../panels/containers/state.ts';
import { LabFrame, NarrowControls } from '../Frame.tsx';
import './os.css';
import { OsSlot } from './parts.tsx';
import { Tries } from './Tries.tsx';

export default function OsLabPage(): ReactNode {
  return (
    <LabFrame
      level="os"
      className="os-lab"
      tabs={{ program: 'Rooms', changes: 'Limits', costs: 'Costs' }}
      sides={{ all: 'Containers, limits and costs', right: 'Limits, call and costs' }}
      WhatRuns={WhatRuns}
      WhatChanged={Limits}
      Costs={Costs}
      Stage={Stage}
    />
  );
}

function WhatRuns({ narrow = false }: { readonly narrow?: boolean }): ReactNode {
  return (
    <>
      {narrow ? <NarrowControls /> : null}
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
