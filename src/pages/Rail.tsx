/**
 * The core: the way between the tower and the labs, as a drill core of the five levels, level 1 lowest. Only built labs are links;
 * the others are shown and say that they are not there yet. `Strip` is the same lying down, for narrow pages.
 */
import type { ReactNode } from 'react';
import { LEVELS, type LevelWords } from '../panels/tower/levels.ts';
import { edge, slab } from '../panels/tower/layout.ts';

const WIDTH = 48,
  LEFT = 10,
  TOP = 84,
  THIN = 72,
  THICK = 128;

const shift = (points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] =>
  points.map(([x, d]) => [x + LEFT, d] as const);

function segment(level: LevelWords, y: number, height: number): string {
  return slab(shift(edge(level.n * 7, WIDTH, 2)), y, shift(edge(level.n * 7 - 7, WIDTH, 2)), y + height);
}

export function Rail({ current }: { readonly current: string }): ReactNode {
  let y = TOP;
  return (
    <nav className="rail" aria-label="Levels">
      <svg width="68" height={TOP + 4 * THIN + THICK + 12}>
        <a href="#/">
          <rect x="4" y="10" width="60" height="54" fill="transparent" />
          <path d="M25 36h18M25 31h18M25 26h18M25 21h18" stroke="var(--ink2)" strokeWidth="2" fill="none" />
          <text x="34" y="56" className="tick" textAnchor="middle">
            Tower
          </text>
        </a>
        {LEVELS.map((level) => {
          const here = level.id === current;
          const height = here ? THICK : THIN;
          const top = y;
          y += height;
          return <Segment key={level.n} level={level} y={top} height={height} here={here} />;
        })}
        <path d={`M${LEFT} ${TOP - 2}V${y + 2}M${LEFT + WIDTH} ${TOP - 2}V${y + 2}`} stroke="var(--line-strong)" strokeWidth="1.5" />
      </svg>
    </nav>
  );
}

function Segment({
  level,
  y,
  height,
  here,
}: {
  readonly level: LevelWords;
  readonly y: number;
  readonly height: number;
  readonly here: boolean;
}): ReactNode {
  const path = segment(level, y, height);
  const middle = y + height / 2;
  const body = (
    <>
      <path d={path} fill={here ? `var(--l${level.n})` : `var(--l${level.n}-tint)`} />
      <path d={path} fill={`url(#${here ? 'L' : 'I'}${level.n})`} opacity={here ? 1 : 0.32} />
      {here ? <rect x={LEFT + 2} y={middle - 22} width={WIDTH - 4} height="44" rx="3" fill="var(--surface)" /> : null}
      <text x="34" y={middle} textAnchor="middle" className="b" style={{ fontSize: 17, fill: `var(--l${level.n}-ink)` }}>
        {level.n}
      </text>
      <text
        x="34"
        y={middle + 17}
        textAnchor="middle"
        style={{ fontSize: level.short.length > 7 ? 11 : 13, fill: here ? 'var(--ink)' : 'var(--ink2)', fontWeight: here ? 650 : 400 }}
      >
        {level.short}
      </text>
    </>
  );
  if (level.lab !== null)
    return (
      <a href={level.lab} aria-current={here ? 'page' : undefined}>
        {body}
      </a>
    );
  return (
    <g>
      <title>{`${level.title}: this lab is not built yet`}</title>
      {body}
    </g>
  );
}

/** What the level that one is in is called in the strip. */
const HERE: Readonly<Record<string, string>> = { isa: 'Instr. set', os: 'Op. system' };

/** For narrow pages: the same five, side by side. */
export function Strip({ current }: { readonly current: string }): ReactNode {
  return (
    <nav
      className="strip"
      aria-label="Levels"
      style={{
        gridTemplateColumns: LEVELS.toReversed()
          .map((l) => (l.id === current ? '1.7fr' : '1fr'))
          .join(' '),
      }}
    >
      {LEVELS.toReversed().map((level) => {
        const here = level.id === current;
        const inside = (
          <>
            <svg aria-hidden="true" width="100%" height="100%">
              <rect width="100%" height="100%" fill={`url(#${here ? 'L' : 'I'}${level.n})`} opacity={here ? 1 : 0.4} />
            </svg>
            <span>
              {level.n}{' '}
              {here ? (HERE[level.id] ?? level.short) : level.short === 'Hardware' ? 'HW' : level.short === 'Library' ? 'Lib' : level.short}
            </span>
          </>
        );
        const look = { '--lv': `var(--l${level.n}${here ? '' : '-tint'})`, '--lv-ink': `var(--l${level.n}-ink)` } as Record<string, string>;
        if (level.lab !== null)
          return (
            <a key={level.n} href={level.lab} className={here ? 'here' : ''} style={look} aria-current={here ? 'page' : undefined}>
              {inside}
            </a>
          );
        return (
          <span key={level.n} className="ahead" style={look} title={`${level.title}: this lab is not built yet`}>
            {inside}
          </span>
        );
      })}
    </nav>
  );
}
