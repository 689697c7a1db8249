/** The two lists: instructions, and source lines. Long ones are drawn only where they can be seen. */
import { memo, useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react';
import { VList, type VListHandle } from 'virtua';
import { usePosition } from '../../client/stores.ts';
import type { Item, RowState } from './layout.ts';

export interface ListProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  /** Row that the arrow keys start from; -1 for none. */
  readonly active: number;
  /** Row to keep in view while the machine stands still. */
  readonly follow: number;
  readonly render: (row: T, index: number) => ReactNode;
  readonly onKey: (key: 'up' | 'down' | 'enter') => void;
}

const KEYS: Readonly<Record<string, 'up' | 'down' | 'enter'>> = { ArrowUp: 'up', ArrowDown: 'down', Enter: 'enter' };

/** Scrolls only when the row or the one after it cannot be seen, and then far enough to show what surrounds it. */
function reveal(list: VListHandle | null, row: number): void {
  if (list === null) return;
  const at = list.getItemOffset(row);
  if (at < list.scrollOffset || at + 2 * ROW > list.scrollOffset + list.viewportSize) list.scrollToIndex(row, { align: 'center' });
}
const ROW = 25;

export function List<T>({ label, rows, active, follow, render, onKey }: ListProps<T>): ReactNode {
  const handle = useRef<VListHandle>(null);
  const running = usePosition((p) => p.state === 'running');
  useEffect(() => {
    if (follow >= 0 && !running) reveal(handle.current, follow);
  }, [follow, running]);
  useEffect(() => {
    if (active >= 0) reveal(handle.current, active);
  }, [active]);
  const press = (event: KeyboardEvent): void => {
    const key = KEYS[event.key];
    if (key === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onKey(key);
  };
  return (
    <VList
      ref={handle}
      className="list"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      onKeyDown={press}
      {...(active >= 0 ? { 'aria-activedescendant': `${label}-${active}` } : {})}
    >
      {rows.map((row, i) => render(row, i))}
    </VList>
  );
}

const wordsOf = (state: RowState['state'], breakpoint: boolean): string[] => [
  ...(state === 'next' ? ['next'] : state === 'done' ? ['just done'] : []),
  ...(breakpoint ? ['breakpoint'] : []),
];

/** What marks say, for those who do not see them. */
const Words = ({ words }: { readonly words: readonly string[] }): ReactNode =>
  words.length === 0 ? null : <span className="visually-hidden">{words.join(', ')}</span>;

export interface InstructionProps {
  readonly id: string;
  readonly item: Extract<Item, { kind: 'line' }>;
  readonly state: RowState['state'];
  readonly translated: boolean;
  readonly ran: boolean;
  readonly chosen: boolean;
  readonly breakpoint: boolean;
  readonly title: string;
  readonly onChoose: (address: number) => void;
  readonly onBreak: (address: number) => void;
}

export const Instruction = memo(function Instruction(p: InstructionProps): ReactNode {
  const { item } = p;
  const look = `line${p.state === null ? '' : ` ${p.state}`}${p.translated ? ' translated' : ''}${p.ran ? ' ran' : ''}${p.chosen ? ' chosen' : ''}`;
  return (
    <div className={look} role="option" id={p.id} aria-selected={p.chosen} title={p.title} onClick={() => p.onChoose(item.address)}>
      <span
        className="gutter mono"
        onClick={(e) => {
          e.stopPropagation();
          p.onBreak(item.address);
        }}
      >
        <i className={p.breakpoint ? 'dot on' : 'dot'} />
        {item.short}
      </span>
      <span className="code mono">
        <span className="mnemonic">{item.mnemonic}</span> {item.operands}
      </span>
      <Words words={[...wordsOf(p.state, p.breakpoint), ...(p.translated ? ['translated'] : [])]} />
    </div>
  );
});

export function Part({ text, runs }: { readonly text: string; readonly runs: string }): ReactNode {
  return (
    <div className="part" role="option" aria-disabled="true" aria-selected="false">
      <b className="mono">{text}:</b>
      <span className="tick">{runs}</span>
    </div>
  );
}

export interface SourceLineProps {
  readonly id: string;
  readonly n: number;
  readonly text: string;
  readonly state: RowState['state'];
  readonly chosen: boolean;
  readonly code: boolean;
  readonly onChoose: (line: number) => void;
  readonly onBreak: (line: number) => void;
  readonly breakpoint: boolean;
}

export const SourceLine = memo(function SourceLine(p: SourceLineProps): ReactNode {
  return (
    <div
      className={`line source${p.state === null ? '' : ` ${p.state}`}${p.chosen ? ' chosen' : ''}${p.code ? ' has-code' : ''}`}
      role="option"
      id={p.id}
      aria-selected={p.chosen}
      onClick={() => p.onChoose(p.n)}
    >
      <span
        className="gutter mono"
        onClick={(e) => {
          e.stopPropagation();
          p.onBreak(p.n);
        }}
      >
        <i className={p.breakpoint ? 'dot on' : 'dot'} />
        {p.n}
      </span>
      <span className="code mono">{p.text === '' ? ' ' : p.text}</span>
      <Words words={wordsOf(p.state, p.breakpoint)} />
    </div>
  );
});
