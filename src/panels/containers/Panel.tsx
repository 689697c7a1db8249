/** The same processes as the host and as each container see them. */
import type { ReactNode } from 'react';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import type { MarksScene } from '../shared/marks.ts';
import '../shared/panels.css';
import './containers.css';
import { create } from './draw.ts';
import { describe, layout, table } from './layout.ts';
import { chooseContainer, lookedAt, useOs } from './state.ts';

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.processes'],
  describe,
  drawing: create(host, { choose: chooseContainer }),
  travels: true,
  sources: [(changed) => useOs.subscribe(changed)],
  scene: (size) => {
    const view = readView('os.processes');
    if (view === null) return null;
    const ids = view.rooms.map((room) => room.container);
    return layout(view, size, { chosen: lookedAt(ids, useOs.getState().container) });
  },
});

export default function TruthsPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('os.processes');
  return (
    <PanelShell
      id="truths"
      title="One kernel, several truths"
      sub="One row is one process: the host’s number, and its number inside."
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      className="truths-panel"
    >
      <div ref={host} className="host picture-host" />
    </PanelShell>
  );
}
