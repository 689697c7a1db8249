/**
 * The shared SVG definitions, once a page: five lithologies (L1..L5 on a full hue, I1..I5 on a tint), one texture a ledger category
 * (K<id>), and the arrow head. Everything else refers to them by url(#id).
 */
import type { ReactNode } from 'react';

const LITHOLOGY: Readonly<Record<number, { w: number; h: number; draw: (ink: string) => ReactNode }>> = {
  1: { w: 16, h: 12, draw: (ink) => <path d="M4 2v4M2 4h4M12 8v4M10 10h4" stroke={ink} strokeWidth="1.1" fill="none" /> },
  2: { w: 18, h: 12, draw: (ink) => <path d="M0 .5H18M0 6.5H18M5 .5V6.5M14 6.5V12" stroke={ink} fill="none" /> },
  3: { w: 18, h: 10, draw: (ink) => <path d="M1 3H8M10 8H17" stroke={ink} strokeWidth="1.2" fill="none" /> },
  4: {
    w: 12,
    h: 8,
    draw: (ink) => (
      <>
        <circle cx="3" cy="3" r="1.1" fill={ink} />
        <circle cx="9" cy="7" r="1.1" fill={ink} />
      </>
    ),
  },
  5: { w: 16, h: 12, draw: (ink) => <path d="M1 3l2 3 2-3M9 8l2 3 2-3" stroke={ink} strokeWidth="1.1" fill="none" /> },
};

const line = (d: string, ink: string): ReactNode => <path d={d} stroke={ink} fill="none" />;
const dot = (r: number, ink: string): ReactNode => <circle cx="3" cy="3" r={r} fill={ink} />;
const TEXTURE: Readonly<Record<string, ReactNode>> = {
  decode: line('M0 6L6 0', 'var(--pat)'),
  translate: line('M0 6L6 0M0 0L6 6', 'var(--l1)'),
  dispatch: line('M1 0V6', 'var(--l1)'),
  trap: line('M0 5L3 1 6 5', 'var(--pat)'),
  vmm: line('M0 .5H6M3 .5V6', 'var(--l2)'),
  pagetable: line('M0 3H6M3 0V6', 'var(--l2)'),
  kernel: line('M0 1.5H6', 'var(--pat)'),
  containment: line('M0 3H4', 'var(--l3)'),
  hook: dot(1, 'var(--pat)'),
  marshal: dot(1.1, 'var(--l4)'),
  gpu: line('M0 0L6 6', 'var(--l4)'),
  bytecode: line('M6 6L0 0', 'var(--pat)'),
  load: line('M6 6L0 0', 'var(--l5)'),
  gc: <circle cx="3" cy="3" r="1.6" fill="none" stroke="var(--l5)" />,
  idle: line('M0 6L6 0', 'var(--line)'),
};

export function Patterns(): ReactNode {
  return (
    <svg width="0" height="0" style={{ position: 'absolute' }} aria-hidden="true" id="strata-patterns">
      <defs>
        {[1, 2, 3, 4, 5].flatMap((n) =>
          ['L', 'I'].map((kind) => {
            const { w, h, draw } = LITHOLOGY[n]!;
            return (
              <pattern key={kind + n} id={kind + n} width={w} height={h} patternUnits="userSpaceOnUse">
                {draw(kind === 'L' ? 'var(--pat)' : `var(--l${n})`)}
              </pattern>
            );
          }),
        )}
        {Object.entries(TEXTURE).map(([id, mark]) => (
          <pattern key={id} id={`K${id}`} width="6" height="6" patternUnits="userSpaceOnUse">
            {mark}
          </pattern>
        ))}
        <marker
          id="arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="8"
          markerHeight="8"
          markerUnits="userSpaceOnUse"
          orient="auto-start-reverse"
        >
          <path d="M0 0L8 4 0 8z" fill="context-stroke" />
        </marker>
      </defs>
    </svg>
  );
}

/** A square of a category's fill and texture, for legends. `hollow` is how charged amounts are drawn. */
export function CategoryChip({ id, hollow = false }: { readonly id: string; readonly hollow?: boolean }): ReactNode {
  return (
    <svg className="chip" width="14" height="14" aria-hidden="true">
      {hollow ? (
        <rect x="1" y="1" width="12" height="12" fill="none" stroke={`var(--k-${id})`} strokeWidth="2" />
      ) : (
        <>
          <rect width="14" height="14" fill={`var(--k-${id})`} stroke={id === 'idle' ? 'var(--line-strong)' : 'none'} />
          {id === 'guest' ? null : <rect width="14" height="14" fill={`url(#K${id})`} />}
        </>
      )}
    </svg>
  );
}

/** The wordmark's faulted core. */
export function Mark({ size = 30 }: { readonly size?: number }): ReactNode {
  const left = [3, 7, 11, 15, 19];
  const right = [
    [4, 3],
    [7, 4],
    [11, 4],
    [15, 4],
    [19, 4],
  ];
  return (
    <svg width={size} height={size} viewBox="0 0 26 26" aria-hidden="true">
      {left.map((y, i) => (
        <path key={y} d={`M1 ${y}h11v4H1z`} fill={`var(--l${5 - i})`} />
      ))}
      {right.map(([y = 0, h = 4], i) => (
        <path key={y} d={`M14 ${y}h11v${h}H14z`} fill={`var(--l${5 - i})`} />
      ))}
    </svg>
  );
}
