/** The containers of the machine, one below the other: how each stands, what its start cost, and what can be done with it. */
import { useState, type ReactNode } from 'react';
import { act } from '../../client/act.ts';
import { useUi } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import type { ContainerInfo } from '../../protocol/os-views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button, Fold } from '../../ui/widgets.tsx';
import { grouped, plural } from '../shared/text.ts';
import { sized } from '../shares/memory.ts';
import '../shared/panels.css';
import './containers.css';
import { actsFor, startupUnits, status, type Deed } from './manage.ts';
import { chooseContainer, lookedAt, useOs } from './state.ts';

function doIt(deed: Deed, { id }: ContainerInfo): void {
  void act(deed === 'kill' ? { act: 'kill', id, signal: 9 } : { act: deed, id });
}

function Container({ container, chosen }: { readonly container: ContainerInfo; readonly chosen: boolean }): ReactNode {
  const presenting = useUi((u) => u.cue !== null);
  const most = Math.max(1, ...container.startup.map(({ units }) => units));
  return (
    <li className={chosen ? 'chosen' : ''}>
      <button type="button" className="name" aria-pressed={chosen} onClick={() => chooseContainer(container.id)}>
        {container.id} <span className="sub">{status(container)}</span>
      </button>
      {chosen ? (
        <Fold
          {...(presenting ? { open: true } : {})}
          title={`Start: ${grouped(startupUnits(container))} units, ${sized(container.memory)}`}
        >
          <p className="sub">
            <code>{container.command}</code> on {container.image}. {plural(container.processes, 'process', 'processes')}, at most{' '}
            {sized(container.memoryPeak)} held.
          </p>
          <ul className="phases">
            {container.startup.map((phase) => (
              <li key={phase.phase}>
                <span>{phase.phase}</span>
                <i style={{ width: `${(100 * phase.units) / most}%` }} />
                <span className="r">{grouped(phase.units)}</span>
              </li>
            ))}
          </ul>
          <p className="sub">No kernel was booted: the room is made of objects of the kernel that runs already.</p>
          <p className="sub">
            {plural(container.own.length, 'namespace')} of its own: {container.own.join(', ') || 'none'}. Capabilities:{' '}
            {container.capabilities.join(', ').toLowerCase() || 'none'}.
          </p>
        </Fold>
      ) : null}
      {chosen ? (
        <p className="acts">
          {actsFor(container).map(({ deed, label }) => (
            <Button key={deed} aria-label={`${label} ${container.id}`} onPress={() => doIt(deed, container)}>
              {label}
            </Button>
          ))}
        </p>
      ) : null}
    </li>
  );
}

/** Containers shown before "show all". */
const FEW = 6;

export default function ContainersPanel(): ReactNode {
  const view = useView('os.containers');
  const all = view?.containers ?? [];
  const chosen = useOs((s) =>
    lookedAt(
      all.map((c) => c.id),
      s.container,
    ),
  );
  const [open, setOpen] = useState(false);
  const shown = open || all.length <= FEW ? all : all.filter((c, i) => i < FEW || c.id === chosen);
  return (
    <PanelShell id="containers" title="Containers" sub={all.length === 0 ? 'none yet' : `${all.length} on one kernel`}>
      <ul className="boxes">
        {shown.map((container) => (
          <Container key={container.id} container={container} chosen={container.id === chosen} />
        ))}
      </ul>
      {shown.length < all.length ? <Button onPress={() => setOpen(true)}>Show all {all.length}</Button> : null}
    </PanelShell>
  );
}
