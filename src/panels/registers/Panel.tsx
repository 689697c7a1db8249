/** What the last step changed, and all registers in folds. */
import { useState, type ReactNode } from 'react';
import { useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Fold } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import { describe, layout, table, type Shown } from './layout.ts';

function Changes({ rows }: { readonly rows: readonly Shown[] }): ReactNode {
  if (rows.length === 0) return <p className="empty">No register changed.</p>;
  return (
    <table className="mono changes">
      <thead>
        <tr>
          <th scope="col">reg</th>
          <th scope="col" className="r">
            was
          </th>
          <th scope="col" className="r">
            is
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((r) => (
          <tr key={r.name} title={r.title}>
            <th scope="row">{r.name}</th>
            <td className="r old">{r.was}</td>
            <td className="r">
              <span className="chg">{r.is}</span>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Pairs of name and value, two to a row. */
function Values({ rows }: { readonly rows: readonly Shown[] }): ReactNode {
  return (
    <dl className="values mono">
      {rows.map((r) => (
        <div key={r.name} title={r.title}>
          <dt>{r.name}</dt>
          <dd>{r.changed ? <span className="chg">{r.is}</span> : r.is}</dd>
        </div>
      ))}
    </dl>
  );
}

export default function RegistersPanel(): ReactNode {
  const view = useView('registers');
  const [all, setAll] = useState(false),
    [host, setHost] = useState(false);
  if (view === null)
    return (
      <PanelShell id="registers" title="Changed in this step">
        <p className="empty">Registers show when a program is open.</p>
      </PanelShell>
    );
  const scene = layout(view);
  return (
    <PanelShell id="registers" title="Changed in this step" table={() => table(view)} describe={describe(scene)}>
      <Changes rows={scene.changed} />
      {scene.why === null ? null : (
        <p className="sub">
          Why {scene.asked}? <b className="why">{scene.why}</b>
        </p>
      )}
      <h3 className="h minor">Other registers</h3>
      <Values rows={scene.others} />
      <Fold title="All 32, HI, LO and pc" open={all} onOpen={setAll}>
        {all ? <Values rows={scene.all} /> : null}
      </Fold>
      {scene.host.length > 0 ? (
        <Fold title="Registers of the host" open={host} onOpen={setHost}>
          {host ? <Values rows={scene.host} /> : null}
        </Fold>
      ) : null}
    </PanelShell>
  );
}
