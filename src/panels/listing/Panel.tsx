/** The guest's program: its instructions or its source, where it is, how often it ran, and breakpoints. */
import { useMemo, useState, type ReactNode } from 'react';
import { toggleBreakpoint } from '../../client/actions.ts';
import { useSelection, useSession } from '../../client/stores.ts';
import { useView } from '../../client/views.ts';
import { PanelShell } from '../../ui/PanelShell.tsx';
import { Segmented } from '../../ui/widgets.tsx';
import '../shared/panels.css';
import './listing.css';
import { describe, layout, lineTitle, rowStates, runsAt, table } from './layout.ts';
import { Instruction, List, Part, SourceLine } from './Rows.tsx';
import { useSource } from './useSource.ts';

const choose = (instruction: number | null): void =>
  useSelection.setState((s) => ({ instruction: s.instruction === instruction ? null : instruction }));
const breakAt = (address: number | undefined): void => {
  if (address !== undefined) void toggleBreakpoint(address);
};

export default function ListingPanel(): ReactNode {
  const view = useView('listing'),
    counts = useView('counts');
  const chosen = useSelection((s) => s.instruction);
  const list = useSession((s) => s.breakpoints);
  const source = useSource(view);
  const [wish, setWish] = useState<'assembly' | 'source'>('assembly');
  const scene = useMemo(() => (view === null ? null : layout(view)), [view]);
  const stateOf = useMemo(() => rowStates(counts), [counts]);
  const breakpoints = useMemo(() => new Set(list.flatMap((b) => (b.on === 'address' ? [b.address] : []))), [list]);
  if (view === null || scene === null)
    return (
      <PanelShell id="listing" title="Code">
        <p className="empty">No program is open.</p>
      </PanelShell>
    );
  const showSource = wish === 'source' && source !== null;
  const row = chosen === null ? -1 : (scene.at.get(chosen) ?? -1);
  const move = (by: 1 | -1): void => {
    const from = row >= 0 ? row : (scene.at.get(counts?.pc ?? -1) ?? 0);
    for (let i = from + (row >= 0 ? by : 0); i >= 0 && i < scene.items.length; i += by) {
      const item = scene.items[i];
      if (item?.kind === 'line') {
        useSelection.setState({ instruction: item.address });
        return;
      }
    }
  };
  const key = (k: 'up' | 'down' | 'enter'): void => (k === 'enter' ? breakAt(chosen ?? counts?.pc) : move(k === 'up' ? -1 : 1));
  const lines =
    source === null
      ? null
      : {
          next: source.lineOf(counts?.pc ?? -1),
          done: counts?.last == null ? null : source.lineOf(counts.last),
          chosen: chosen === null ? null : source.lineOf(chosen),
        };
  const first = (line: number): number | undefined => source?.addressesOf(line)[0];
  return (
    <PanelShell
      id="listing"
      title={showSource ? source.name : 'Code'}
      className="listing"
      table={() => table(view, counts)}
      describe={describe(scene)}
      actions={
        source === null ? null : (
          <Segmented
            label="Show"
            choices={[
              { id: 'assembly', label: 'MIPS' },
              { id: 'source', label: source.name.endsWith('.s') ? 'Source' : 'C' },
            ]}
            value={wish}
            onChange={setWish}
          />
        )
      }
    >
      {showSource && lines !== null ? (
        <List
          key="source"
          label="Source"
          rows={source.lines}
          active={-1}
          follow={(lines.next ?? 0) - 1}
          onKey={key}
          render={(text, i) => (
            <SourceLine
              key={i}
              id={`Source-${i}`}
              n={i + 1}
              text={text}
              state={lines.next === i + 1 ? 'next' : lines.done === i + 1 ? 'done' : null}
              chosen={lines.chosen === i + 1}
              code={first(i + 1) !== undefined}
              breakpoint={source.addressesOf(i + 1).some((a) => breakpoints.has(a))}
              onChoose={(n) => choose(first(n) ?? null)}
              onBreak={(n) => breakAt(first(n))}
            />
          )}
        />
      ) : (
        <List
          key="instructions"
          label="Instructions"
          rows={scene.items}
          active={row}
          follow={scene.at.get(counts?.pc ?? -1) ?? -1}
          onKey={key}
          render={(item, i) => {
            if (item.kind === 'label') return <Part key={item.id} text={item.text} runs={runsAt(counts, item.address)} />;
            const state = stateOf(item.address),
              breakpoint = breakpoints.has(item.address);
            return (
              <Instruction
                key={item.id}
                id={`Instructions-${i}`}
                item={item}
                {...state}
                chosen={chosen === item.address}
                breakpoint={breakpoint}
                title={lineTitle(item, state, breakpoint)}
                onChoose={choose}
                onBreak={breakAt}
              />
            );
          }}
        />
      )}
    </PanelShell>
  );
}
