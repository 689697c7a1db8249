/** Memory of the groups against their limits. */
import type { ReactNode } from 'react';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import { describe, type MarksScene } from '../shared/marks.ts';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import '../containers/containers.css';
import './shares.css';
import { createMemory } from './draw.ts';
import { layout, sentence, table } from './memory.ts';

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.cgroups'],
  describe,
  drawing: createMemory(host),
  sources: [(changed) => useOs.subscribe(changed)],
  scene: (size) => {
    const view = readView('os.cgroups');
    return view === null ? null : layout(view, size, { chosen: useOs.getState().container });
  },
});

export default function GroupMemoryPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('os.cgroups');
  const ids = view?.groups.flatMap((g) => (g.container === null ? [] : [g.container])) ?? [];
  const chosen = useOs((s) => lookedAt(ids, s.container));
  const group = view?.groups.find((g) => g.container !== null && g.container === chosen) ?? null;
  const met = group !== null && (group.memory.events.oom_kill > 0 || group.memory.events.max > 0);
  return (
    <PanelShell
      id="groups"
      title="Memory"
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      className="groups-panel"
    >
      <div ref={host} className="host picture-host" />
      {met ? <p className="sub">{sentence(group)}</p> : null}
    </PanelShell>
  );
}
