/** Who had the processor, and when; what each group may have is turned in Limits.tsx. */
import type { ReactNode } from 'react';
import { useSession } from '../../client/stores.ts';
import { readView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import type { MarksScene } from '../shared/marks.ts';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import '../containers/containers.css';
import './shares.css';
import { create } from './draw.ts';
import { describe, layout, rowsOf, summary, table } from './layout.ts';

const chosenOf = (): string | null => {
  const view = readView('os.cgroups');
  return view === null
    ? null
    : lookedAt(
        rowsOf(view).flatMap((g) => (g.container === null ? [] : [g.container])),
        useOs.getState().container,
      );
};

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.cgroups'],
  describe,
  drawing: create(host),
  sources: [(changed) => useOs.subscribe(changed)],
  scene: (size) => {
    const view = readView('os.cgroups');
    const hz = useSession.getState().opened?.hz ?? 100_000_000;
    return view === null ? null : layout(view, size, { chosen: chosenOf(), unitsPerMicro: hz / 1_000_000 });
  },
});

export default function SharesPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const view = scene === null ? null : readView('os.cgroups');
  const chosen = view?.groups.find((g) => g.container !== null && g.container === chosenOf()) ?? null;
  return (
    <PanelShell
      id="shares"
      title="Shares of the processor"
      sub={view === null ? undefined : summary(view, chosen)}
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
    >
      <div ref={host} className="host picture-host" />
    </PanelShell>
  );
}
