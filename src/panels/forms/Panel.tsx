/** "One block, three forms": follows an instruction by pointer, key or the page's selection. */
import { useEffect, type ReactNode } from 'react';
import { usePosition, useSelection, useUi } from '../../client/stores.ts';
import { readView, watchView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button } from '../../ui/widgets.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import { create } from './draw.ts';
import { describe, layout, summary, table, type FormsScene } from './layout.ts';
import { MicroSteps } from './MicroSteps.tsx';

const addressOf = (guest: number | null): number | null => readView('forms')?.guest.find((g) => g.index === guest)?.address ?? null;

function picture(host: HTMLElement, redraw: () => void): PictureSpec<FormsScene> {
  let hovered: number | null = null,
    scroll = 0;
  const follow = (guest: number | null, firmly: boolean): void => {
    if (firmly) useSelection.setState({ instruction: addressOf(guest) });
    else if (guest !== hovered) {
      hovered = guest;
      redraw();
    }
  };
  return {
    views: ['forms'],
    travels: true,
    describe,
    drawing: create(host, {
      follow,
      scrolled: (top) => {
        scroll = top;
        redraw();
      },
    }),
    sources: [(changed) => useSelection.subscribe(changed)],
    scene: (size) => {
      const view = readView('forms');
      const { instruction } = useSelection.getState();
      const chosen = view?.guest.find((g) => g.address === instruction)?.index ?? null;
      return view === null
        ? null
        : layout(view, size, { selected: hovered ?? chosen, scroll, running: usePosition.getState().state === 'running' });
    },
  };
}

export default function FormsPanel(): ReactNode {
  const { host, scene, words } = usePicture(picture);
  const block = useSelection((s) => s.block);
  // The block chosen in the code cache, else the one that runs.
  useEffect(() => watchView('forms', { block }), [block]);
  const micro = useUi((u) => u.grain === 'micro');
  const view = scene === null ? null : readView('forms');
  return (
    <PanelShell
      id="forms"
      title="One block, three forms"
      sub={view === null ? 'Open a program to see its first block.' : summary(view)}
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      actions={block === null ? null : <Button onPress={() => useSelection.setState({ block: null })}>Follow the run</Button>}
    >
      <div ref={host} className={`host picture-host${micro ? ' with-steps' : ''}`} />
      {micro ? <MicroSteps /> : null}
    </PanelShell>
  );
}
