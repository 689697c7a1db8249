/** Host instructions so far, by what they were spent on. */
import type { ReactNode } from 'react';
import { readView, useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { CategoryChip } from '../../ui/patterns.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import { create } from './draw.ts';
import { describe, layout, table, type LedgerRow, type LedgerScene } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<LedgerScene> => ({
  views: ['ledger'],
  describe,
  drawing: create(host),
  scene: (size) => {
    const view = readView('ledger');
    return view === null ? null : layout(view, size);
  },
});

function Row({ row }: { readonly row: LedgerRow }): ReactNode {
  return (
    <li title={`${row.detail}, ${row.share}`}>
      <CategoryChip id={row.category} hollow={row.kind === 'charged'} />
      {row.kind === 'both' ? <CategoryChip id={row.category} hollow /> : null}
      <span>{row.label}</span>
      <span className="r">{row.total}</span>
    </li>
  );
}

export default function LedgerPanel(): ReactNode {
  const { host, words } = usePicture(picture);
  const view = useView('ledger');
  const scene = view === null ? null : layout(view, { width: 0 });
  return (
    <PanelShell
      id="ledger"
      title="Host instructions"
      sub={scene?.total}
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
    >
      <div ref={host} className="ledger-host" />
      <ul className="ledger-rows">
        {scene?.rows.map((row) => (
          <Row key={row.category} row={row} />
        ))}
      </ul>
      {scene?.before ? (
        <ul className="ledger-rows" aria-label="Before the first instruction">
          <Row row={scene.before} />
        </ul>
      ) : null}
      {scene?.charged ? <p className="sub ledger-note">Solid: counted; hollow: charged.</p> : null}
      {view?.note ? <p className="sub ledger-note">{view.note}</p> : null}
    </PanelShell>
  );
}
