/**
 * The frame of every panel: heading, one line of explanation, the picture, its table twin (key T), and export of both. The picture
 * is drawn by its owner into `children`; the table holds the same data.
 */
import { useId, useRef, useState, type ReactNode } from 'react';
import { create } from 'zustand';
import { saveAs, savePng, saveSvg } from './picture.ts';
import { MenuButton } from './widgets.tsx';

export interface TableData {
  readonly columns: readonly { readonly label: string; readonly mono?: boolean; readonly right?: boolean }[];
  readonly rows: readonly (readonly (string | number)[])[];
}

/** Which panels show their table, by panel id; and which one key T means. */
export const usePanels = create<{ readonly tables: Readonly<Record<string, boolean>>; readonly last: string | null }>(() => ({
  tables: {},
  last: null,
}));

export function toggleTable(id: string | null): void {
  if (id !== null) usePanels.setState((s) => ({ tables: { ...s.tables, [id]: !s.tables[id] } }));
}

/** The panel that has the focus, else the one last used, else the first on the page. */
export function currentPanel(): string | null {
  const inside = document.activeElement?.closest('[data-panel]') ?? null;
  const last = usePanels.getState().last;
  const known = last === null ? null : document.querySelector(`[data-panel="${last}"]`);
  return (inside ?? known ?? document.querySelector('[data-panel]'))?.getAttribute('data-panel') ?? null;
}

const csvCell = (cell: string | number): string => (/[",\n]/.test(String(cell)) ? `"${String(cell).replaceAll('"', '""')}"` : String(cell));
export function csvText(table: TableData): string {
  return [table.columns.map((c) => c.label), ...table.rows].map((row) => row.map(csvCell).join(',')).join('\n') + '\n';
}

/** Rows shown before "show more". */
const PAGE = 200;

export function DataTable({ table, caption }: { readonly table: TableData; readonly caption: string }): ReactNode {
  const [shown, setShown] = useState(PAGE);
  const hidden = table.rows.length - shown;
  return (
    <>
      <table className="twin">
        <caption>{caption}</caption>
        <thead>
          <tr>
            {table.columns.map((c) => (
              <th key={c.label} scope="col" className={c.right ? 'r' : ''}>
                {c.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.slice(0, shown).map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j} className={`${table.columns[j]?.mono ? 'mono' : ''} ${table.columns[j]?.right ? 'r' : ''}`}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? (
        <p>
          <button type="button" onClick={() => setShown(shown + 5 * PAGE)}>
            Show more ({hidden.toLocaleString('en')} rows)
          </button>
        </p>
      ) : null}
    </>
  );
}

export interface PanelShellProps {
  /** Short and unique on the page; also the name of exported files. */
  readonly id: string;
  readonly title: string;
  readonly sub?: ReactNode;
  /** The same data as the picture; called only when shown or exported. Left out where the panel is itself a table or text. */
  readonly table?: () => TableData;
  /** What the picture shows now, in one or two sentences, for those who do not see it. */
  readonly describe?: string;
  readonly actions?: ReactNode;
  readonly className?: string;
  readonly children: ReactNode;
}

export function PanelShell({ id, title, sub, table, describe, actions, className = '', children }: PanelShellProps): ReactNode {
  const heading = useId();
  const body = useRef<HTMLDivElement>(null);
  const asTable = usePanels((s) => s.tables[id] === true) && table !== undefined;
  const svg = (): SVGSVGElement | null => body.current?.querySelector('svg') ?? null;
  const choose = (what: string): void => {
    const picture = svg();
    if (what === 'table') toggleTable(id);
    if (what === 'csv' && table !== undefined) saveAs(`strata-${id}.csv`, csvText(table()), 'text/csv');
    if (what === 'svg' && picture !== null) saveSvg(picture, `strata-${id}`);
    if (what === 'png' && picture !== null) void savePng(picture, `strata-${id}`);
  };
  const items = [
    { id: 'table', label: asTable ? 'Show as picture' : 'Show as table', key: 'T' },
    ...(asTable
      ? []
      : [
          { id: 'svg', label: 'Save picture as SVG' },
          { id: 'png', label: 'Save picture as PNG' },
        ]),
    { id: 'csv', label: 'Save table as CSV' },
  ];
  const use = (): void => {
    if (usePanels.getState().last !== id) usePanels.setState({ last: id });
  };
  return (
    <section className={`panel ${className}`} aria-labelledby={heading} data-panel={id} onFocusCapture={use} onPointerDownCapture={use}>
      <header>
        <h2 id={heading}>{title}</h2>
        {sub === undefined ? null : <span className="sub">{sub}</span>}
        <span className="tools">
          {actions}
          {table === undefined ? null : (
            <MenuButton label={`${title}: table and files`} items={items} onAction={choose}>
              <MoreIcon />
            </MenuButton>
          )}
        </span>
      </header>
      {describe === undefined || asTable ? null : <p className="visually-hidden">{describe}</p>}
      {asTable ? (
        <div className="body" tabIndex={0} role="group" aria-label={`${title}, table`}>
          <DataTable table={table()} caption={describe ?? title} />
        </div>
      ) : null}
      {/* The picture stays mounted beside its table, so that its host element keeps its drawing. */}
      <div className="body" ref={body} hidden={asTable}>
        {children}
      </div>
    </section>
  );
}

function MoreIcon(): ReactNode {
  return (
    <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M3 8h.01M8 8h.01M13 8h.01" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />
    </svg>
  );
}
