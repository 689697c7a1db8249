/** A new container: from which image, what runs in it, and what of the kernel's views shall be its own. */
import { useState, type ReactNode } from 'react';
import { act, runOn } from '../../client/act.ts';
import { useView } from '../../client/views.ts';
import type { NamespaceKind } from '../../protocol/os-views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Button, Chooser, Fold, Toggle } from '../../ui/widgets.tsx';
import { chooseContainer } from '../containers/state.ts';
import '../shared/panels.css';
import './images.css';
import { freeName, imagesOf, KINDS, toAction } from './layout.ts';

const ALL: readonly NamespaceKind[] = KINDS.map(({ kind }) => kind);

export default function ImagesPanel(): ReactNode {
  const containers = useView('os.containers')?.containers ?? [];
  const images = imagesOf(containers);
  const taken = containers.map((c) => c.id);
  const [name, setName] = useState<string | null>(null);
  const [image, setImage] = useState<string | null>(null);
  const [command, setCommand] = useState<string | null>(null);
  const [own, setOwn] = useState<readonly NamespaceKind[]>(ALL);
  const [problem, setProblem] = useState('');
  if (images.length === 0) return null;
  const base = images.find((i) => i.image === image) ?? images[0]!;
  const suggested = containers.find((c) => c.image === base.image)?.command ?? 'sh';
  const id = name ?? freeName(taken);
  const make = async (): Promise<void> => {
    const action = toAction({ id, image: base.image, command: command ?? suggested, own }, taken);
    setProblem(typeof action === 'string' ? action : '');
    if (typeof action === 'string' || !(await act(action))) return;
    chooseContainer(id);
    runOn();
    setName(null);
  };
  return (
    <PanelShell id="images" title="Another container" className="images">
      <Fold title="Image, command, what is its own">
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void make();
          }}
        >
          <label>
            Name <input className="field mono" value={id} spellCheck={false} onChange={(e) => setName(e.target.value)} />
          </label>
          <label>
            Command{' '}
            <input className="field mono" value={command ?? suggested} spellCheck={false} onChange={(e) => setCommand(e.target.value)} />
          </label>
          {images.length > 1 ? (
            <Chooser label="Image" choices={images.map((i) => ({ id: i.image, label: i.image }))} value={base.image} onChange={setImage} />
          ) : null}
          <p className="sub">
            {base.image}:{' '}
            {base.containers.length === 1 ? `under ${base.containers[0]}` : `one copy under ${base.containers.length} containers`}
          </p>
          <p className="h">What isolates it</p>
          {KINDS.map(({ kind, label }) => (
            <Toggle
              key={kind}
              value={own.includes(kind)}
              onChange={(on) => setOwn((now) => ALL.filter((k) => (k === kind ? on : now.includes(k))))}
            >
              {label}
            </Toggle>
          ))}
          <Button type="submit" className="on">
            Create and start
          </Button>
          <p className="sub" role="alert">
            {problem}
          </p>
        </form>
      </Fold>
    </PanelShell>
  );
}
