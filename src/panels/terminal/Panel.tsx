/** A terminal for each container; one is on show. */
import { lazy, Suspense, type ReactNode } from 'react';
import { useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import '../shared/panels.css';
import { describe } from './layout.ts';
import './terminal.css';

const Screen = lazy(() => import('./Screen.tsx'));

export default function TerminalPanel(): ReactNode {
  const containers = useView('os.containers')?.containers ?? [];
  const ids = containers.map((c) => c.id);
  const chosen = useOs((s) => lookedAt(ids, s.container));
  const view = useView('os.terminal', { container: chosen ?? '' });
  if (chosen === null) return null;
  const current = view !== null && view.container === chosen ? view : null;
  return (
    <PanelShell
      id="terminal"
      title={`Terminal of ${chosen}`}
      sub={current?.waiting === true ? 'waits for you to type' : undefined}
      describe={current === null ? '' : describe(current)}
      className="terminal-panel"
    >
      <Suspense
        fallback={
          <p className="loading" role="status">
            Opening the terminal…
          </p>
        }
      >
        {current === null ? null : <Screen key={chosen} view={current} />}
      </Suspense>
    </PanelShell>
  );
}
