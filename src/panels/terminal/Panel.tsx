/**
 * A terminal for each container; one is on show. Until one types into it, it is plain text: the terminal itself is loaded then, and what
 * was typed meanwhile is not lost.
 */
import { useLayoutEffect, useRef, useState, type ComponentType, type KeyboardEvent, type ReactNode } from 'react';
import { useView } from '../../client/views.ts';
import type { TerminalView } from '../../protocol/os-views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { lookedAt, useOs } from '../containers/state.ts';
import '../shared/panels.css';
import { describe, lastLines } from './layout.ts';
import type { ScreenProps } from './Screen.tsx';
import './terminal.css';

/** Once it is loaded, every terminal is a real one at once. */
let Loaded: ComponentType<ScreenProps> | null = null;

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
      {current === null ? null : <Terminal key={chosen} view={current} />}
    </PanelShell>
  );
}

const KEYS: Readonly<Record<string, string>> = { Enter: '\r', Backspace: '\u007f' };

function Terminal({ view }: { readonly view: TerminalView }): ReactNode {
  const [Screen, setScreen] = useState<ComponentType<ScreenProps> | null>(() => Loaded);
  const typed = useRef('');
  const wanted = useRef(false);
  const host = useRef<HTMLDivElement>(null);
  // Long lines are broken, so more rows may come of them than fit: the last ones count.
  useLayoutEffect(() => {
    if (host.current !== null) host.current.scrollTop = host.current.scrollHeight;
  });
  if (Screen !== null) return <Screen view={view} first={typed} focus={wanted.current} />;
  const open = (): void => {
    void import('./Screen.tsx').then((module) => {
      Loaded = module.default;
      // Whoever has gone on meanwhile is not called back.
      wanted.current = document.activeElement === host.current;
      setScreen(() => module.default);
    });
  };
  const take = (event: KeyboardEvent): void => {
    const text = event.key.length === 1 ? event.key : KEYS[event.key];
    if (text === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    typed.current += text;
    event.preventDefault();
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
  };
  return (
    <div
      ref={host}
      className="screen closed"
      role="textbox"
      aria-multiline="true"
      aria-label={`Terminal of ${view.container}`}
      tabIndex={0}
      onFocus={open}
      onKeyDown={take}
    >
      <pre>{lastLines(view.bytes, 9)}</pre>
    </div>
  );
}
