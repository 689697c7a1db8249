/** The dialog that offers the supplied programs, with a search over what they do. Loaded when it is first opened. */
import { useState, type ReactNode } from 'react';
import { programsFor, usePrograms } from '../../client/programs.ts';
import { openSupplied } from '../../client/url.ts';
import { useUi } from '../../client/stores.ts';
import { ModalDialog } from '../../ui/widgets.tsx';
import { withCode } from './code.tsx';
import { layout } from './layout.ts';
import { OpenRun } from './OpenRun.tsx';

export default function Picker({
  open,
  onClose,
  current,
}: {
  readonly open: boolean;
  readonly onClose: () => void;
  readonly current: string | null;
}): ReactNode {
  const { list, problem } = usePrograms();
  const [search, setSearch] = useState('');
  const scene = layout(programsFor('isa', list), search);
  const choose = (id: string): void => {
    onClose();
    useUi.setState({ editing: false });
    void openSupplied(id);
  };
  return (
    <ModalDialog title="Choose a program" open={open} onClose={onClose}>
      <label className="picker-search">
        Search <input className="field" type="search" autoFocus value={search} onChange={(e) => setSearch(e.target.value)} />
      </label>
      <p className="sub" role="status">
        {problem ?? scene.says}
      </p>
      {scene.groups.map((group) => (
        <section key={group.title} className="picker-group">
          <h3>{group.title}</h3>
          <ul>
            {group.programs.map((p) => (
              <li key={p.id}>
                <button type="button" onClick={() => choose(p.id)} {...(p.id === current ? { 'aria-current': 'true' as const } : {})}>
                  <b>{p.title}</b>
                  <span>{withCode(p.description)}</span>
                  {p.look === '' ? null : <span className="look">{withCode(p.look)}</span>}
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
      <p className="sub">Or drop a MIPS32 little-endian Linux program (ELF), or a run that you saved, anywhere on the page.</p>
      <p className="ways">
        <OpenRun onOpened={onClose} />
      </p>
    </ModalDialog>
  );
}
