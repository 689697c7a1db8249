/** A window of guest memory that can be moved to a region or an address, or follows what the program touches. */
import { useState, type ReactNode } from 'react';
import { readView, useView, useViews } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { MenuButton, Segmented } from '../../ui/widgets.tsx';
import { address } from '../shared/text.ts';
import { usePicture, type PictureSpec } from '../shared/usePicture.ts';
import '../shared/panels.css';
import { create } from './draw.ts';
import { describe, layout, parseAddress, table, type MemoryScene, type Unit } from './layout.ts';

/** Bytes on show. */
const WINDOW = 64;

function MemoryCells({ unit, onWords }: { readonly unit: Unit; readonly onWords: (words: string) => void }): ReactNode {
  const { host } = usePicture<MemoryScene>((element): PictureSpec<MemoryScene> => ({
    views: [],
    describe: (scene) => {
      onWords(describe(scene));
      return describe(scene);
    },
    drawing: create(element),
    sources: [
      (changed) =>
        useViews.subscribe((now, before) => {
          if (now.memory !== before.memory) changed();
        }),
    ],
    scene: (size) => {
      const view = readView('memory');
      return view === null ? null : layout(view, size, { unit });
    },
  }));
  return <div ref={host} className="host memory-host" />;
}

export default function MemoryPanel(): ReactNode {
  const [start, setStart] = useState<number | null>(null);
  const [unit, setUnit] = useState<Unit>('words');
  const [typed, setTyped] = useState('');
  const [words, setWords] = useState('');
  const view = useView('memory', { start: start === null ? null : start & ~15, length: WINDOW });
  const go = (): void => {
    const wanted = parseAddress(typed);
    if (wanted !== null) setStart(wanted >>> 0);
  };
  const bad = typed !== '' && parseAddress(typed) === null;
  if (view === null)
    return (
      <PanelShell id="memory" title="Memory">
        <p className="empty">Memory shows when a program is open.</p>
      </PanelShell>
    );
  const inside = (r: { start: number; end: number }): boolean => start !== null && start >= r.start && start < r.end;
  const regions = [
    { id: 'follow', label: 'What the program touches' },
    ...view.regions.map((r) => ({ id: String(r.start), label: r.name, hint: `${address(r.start)} to ${address(r.end)}` })),
  ];
  return (
    <PanelShell
      id="memory"
      title="Memory"
      sub={<span className="mono">{address(view.start)}</span>}
      table={() => table(view)}
      describe={words}
      actions={
        <MenuButton
          label="Go to another part of memory"
          items={regions}
          selected={start === null ? 'follow' : String(view.regions.find(inside)?.start ?? '')}
          onAction={(id) => setStart(id === 'follow' ? null : Number(id))}
        >
          Go to
        </MenuButton>
      }
    >
      <MemoryCells key={unit} unit={unit} onWords={setWords} />
      <p className="sub">Filled: just read or written. Outlined: next.</p>
      <form
        className="memory-tools"
        onSubmit={(e) => {
          e.preventDefault();
          go();
        }}
      >
        <label>
          Address{' '}
          <input
            className="mono field"
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
            placeholder={address(view.start)}
            spellCheck={false}
            aria-invalid={bad}
          />
        </label>
        <Segmented
          label="Cells"
          choices={[
            { id: 'words', label: 'words' },
            { id: 'bytes', label: 'bytes' },
          ]}
          value={unit}
          onChange={setUnit}
        />
        {bad ? (
          <p role="alert" className="sub">
            An address is up to eight hex digits.
          </p>
        ) : null}
      </form>
    </PanelShell>
  );
}
