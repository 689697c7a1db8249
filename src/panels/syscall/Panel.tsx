/** The last system call, followed through look-up, permission and charge. */
import type { ReactNode } from 'react';
import { readView, useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import type { MarksScene } from '../shared/marks.ts';
import { grouped } from '../shared/text.ts';
import { BelowSwitch } from '../containers/Switch.tsx';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import '../containers/containers.css';
import './syscall.css';
import { create } from './draw.ts';
import { asked, describe, layout, table, who } from './layout.ts';

const picture = (host: HTMLElement): PictureSpec<MarksScene> => ({
  views: ['os.syscall'],
  describe,
  drawing: create(host),
  scene: (size) => {
    const view = readView('os.syscall');
    return view === null ? null : layout(view, size);
  },
});

export default function SyscallPanel(): ReactNode {
  const { host, words } = usePicture(picture);
  const view = useView('os.syscall');
  return (
    <PanelShell
      id="syscall"
      title="One system call"
      sub={view === null ? 'None has been made yet.' : undefined}
      {...(view === null ? {} : { table: () => table(view) })}
      describe={words}
      actions={<BelowSwitch />}
      className="syscall-panel"
    >
      {view === null ? null : (
        <p className="call">
          <code>{asked(view)}</code> <span className="sub">asked by {who(view)}</span>
        </p>
      )}
      <div ref={host} className="host picture-host" tabIndex={0} role="group" aria-label="The call, step by step" />
    </PanelShell>
  );
}

/** The same call in few words, for the side of the page. */
export function CallInWords(): ReactNode {
  const view = useView('os.syscall');
  if (view === null) return null;
  const looked = view.steps.filter((s) => s.kind === 'namespace').length;
  return (
    <PanelShell id="call" title="This system call">
      <p className="kv">
        <code className="cut" title={asked(view, 400)}>
          {asked(view, 60)}
        </code>
      </p>
      <p className="kv">
        <span>asked by</span> <code>pid {view.insidePid}</code>
      </p>
      <p className="kv">
        <span>host pid</span> <code>{view.pid}</code>
      </p>
      <p className="kv">
        <span>returns</span> <code>{view.result ?? 'not yet'}</code>
      </p>
      <p className="kv">
        <span>kernel, as native</span> <span>{grouped(view.kernel)}</span>
      </p>
      <p className="kv">
        <span>containment</span> <span>{grouped(view.containment)}</span>
      </p>
      <p className="sub">
        {looked === 0
          ? 'It needed no namespace.'
          : `The kernel looked in a namespace ${looked === 1 ? 'once' : `${looked} times`} before it answered.`}
      </p>
    </PanelShell>
  );
}
