/** The code cache; a click on a block selects it on the whole page. */
import type { ReactNode } from 'react';
import { useSelection } from '../../client/stores.ts';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import { create } from './draw.ts';
import { describe, layout, summary, table, type CacheScene } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<CacheScene> => ({
  views: ['cache'],
  describe,
  drawing: create(host, { choose: (address) => useSelection.setState((s) => ({ block: s.block === address ? null : address })) }),
  sources: [(changed) => useSelection.subscribe(changed)],
  scene: (size) => {
    const view = readView('cache');
    return view === null ? null : layout(view, size, { chosen: useSelection.getState().block });
  },
});

export default function CachePanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('cache');
  return (
    <PanelShell
      id="cache"
      title="Code cache"
      sub={view === null || scene === null ? undefined : summary(view, scene.nodes.length)}
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
    >
      <div ref={host} className="host picture-host" />
    </PanelShell>
  );
}
