/** Host instructions per guest instruction over time, with the other mode beside it when both run. */
import type { ReactNode } from 'react';
import { usePosition } from '../../client/stores.ts';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import { create } from './draw.ts';
import { describe, layout, table, type CostScene } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<CostScene> => ({
  views: ['cost', 'rival'],
  describe,
  drawing: create(host),
  sources: [
    (changed) =>
      usePosition.subscribe((now, before) => {
        if (now.guestRetired !== before.guestRetired) changed();
      }),
  ],
  scene: (size) => {
    const view = readView('cost');
    return view === null ? null : layout(view, size, { now: usePosition.getState().guestRetired, rival: readView('rival') });
  },
});

export default function CostPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('cost');
  return (
    <PanelShell
      id="cost"
      title="Host instructions per guest instruction"
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
    >
      <div ref={host} className="host picture-host" />
    </PanelShell>
  );
}
