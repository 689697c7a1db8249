/** The layers of the container that is looked at, and what its last copy up did. */
import { useEffect, useState, type ReactNode } from 'react';
import { readView, useView } from '../../client/views.ts';
import type { LayersView } from '../../protocol/os-views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import type { MarksScene } from '../shared/marks.ts';
import { grouped, plural } from '../shared/text.ts';
import { BelowSwitch } from '../containers/Switch.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import '../containers/containers.css';
import './overlay.css';
import { create } from './draw.ts';
import { calledOf, describe, layout, pagesWords, table } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.layers'],
  describe,
  drawing: create(host),
  travels: true,
  scene: (size) => {
    const view = readView('os.layers');
    return view === null ? null : layout(view, size);
  },
});

/** A directory to look into; Enter or leaving the field takes it. */
function Below(): ReactNode {
  const directory = useOs((s) => s.directory);
  const [typed, setTyped] = useState(directory);
  useEffect(() => setTyped(directory), [directory]);
  const take = (): void => useOs.setState({ directory: typed.startsWith('/') ? typed : '/' });
  return (
    <label className="below">
      files below{' '}
      <input
        className="field mono"
        value={typed}
        spellCheck={false}
        onChange={(e) => setTyped(e.target.value)}
        onBlur={take}
        onKeyDown={(e) => {
          if (e.key === 'Enter') take();
        }}
      />
    </label>
  );
}

function LastCopy({ view }: { readonly view: LayersView }): ReactNode {
  const copy = view.copyUps.at(-1);
  return (
    <div className="write" role="group" aria-label="The last copy up" tabIndex={0}>
      {copy === undefined ? (
        <p className="sub">Nothing has been copied up yet. The first write to a file of a lower layer copies it into the upper one.</p>
      ) : (
        <>
          <p className="h">The last copy up</p>
          <p className="kv">
            <span className="sub">file</span> <code>{copy.path}</code>
          </p>
          <p className="kv">
            <span className="sub">found in</span> <b>{calledOf(view, copy.from)}</b>
          </p>
          <p className="kv">
            <span className="sub">copied</span> <b>{plural(copy.bytes, 'byte')}</b>
          </p>
          <p className="kv">
            <span className="sub">charged</span> <b>{grouped(copy.units)}</b>
          </p>
        </>
      )}
      <p className="sub">{pagesWords(view)}</p>
    </div>
  );
}

export default function OverlayPanel(): ReactNode {
  const containers = useView('os.containers');
  const directory = useOs((s) => s.directory);
  const chosen = useOs((s) => lookedAt(containers?.containers.map((c) => c.id) ?? [], s.container));
  const view = useView('os.layers', { container: chosen ?? '', path: directory });
  const { host, words } = usePicture(picture);
  return (
    <PanelShell
      id="overlay"
      title="One file system, laid down in layers"
      sub="The highest one wins."
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      actions={
        <>
          <Below />
          <BelowSwitch />
        </>
      }
      className="overlay-panel"
    >
      <div className="with-write">
        <div ref={host} className="host picture-host" tabIndex={0} role="group" aria-label="Layers, the picture" />
        {view === null ? null : <LastCopy view={view} />}
      </div>
    </PanelShell>
  );
}
