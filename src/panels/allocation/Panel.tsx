/** Processor, memory and input and output on one scale: who holds what, who waits, who is throttled. */
import type { ReactNode } from 'react';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { useOs } from '../containers/state.ts';
import type { MarksScene } from '../shared/marks.ts';
import { BelowSwitch } from '../containers/Switch.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import '../containers/containers.css';
import './allocation.css';
import { create } from './draw.ts';
import { describe, layout, table } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.allocation'],
  describe,
  drawing: create(host),
  sources: [(changed) => useOs.subscribe(changed)],
  scene: (size) => {
    const view = readView('os.allocation');
    return view === null ? null : layout(view, size, { chosen: useOs.getState().container });
  },
});

export default function AllocationPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('os.allocation');
  return (
    <PanelShell
      id="allocation"
      title="Who holds the machine"
      sub="Solid: held. Dashes: throttled. Outline: ready, and waits. Rule: a limit."
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      actions={<BelowSwitch />}
    >
      <div ref={host} className="host picture-host" />
    </PanelShell>
  );
}
