/**
 * The code cache: blocks in control flow order, row by row, over the dispatcher. A heavy arc is a chained exit; dashed lines go
 * out to the dispatcher and solid ones come back in. With several rows the dispatcher stands at the right and each row has a
 * lane that leads to it, so that no line crosses a block. Pure.
 */
import type { CacheBlock, CacheView } from '../../protocol/views.ts';
import { address, clamp, CODE_ADVANCE as A, cutMiddle, grouped, plural, round, type Label, type Size } from '../shared/text.ts';
import { blockTitle, choose, isNamed, nameOf, says, storeWords, targetOf } from './choose.ts';
import type { Arc, BlockNode, CacheOptions, CacheScene, Stub } from './scene.ts';

export type * from './scene.ts';
export { summary, table } from './choose.ts';

export const describe = (scene: CacheScene): string => scene.says;

const STORE = 22,
  RAIL = 22,
  LANE = 14,
  BAR = 30;
interface Grid {
  readonly columns: number;
  readonly rows: number;
  readonly width: number;
  readonly height: number;
  readonly gapX: number;
  readonly gapY: number;
  readonly compact: boolean;
  readonly left: number;
  readonly top: number;
}

export function layout(view: CacheView, size: Size, options: CacheOptions): CacheScene {
  const blocks = choose(view, options.chosen);
  const grid = gridOf(blocks.length, size);
  const nodes = blocks.map((block, i) => nodeOf(view, block, i, grid, options));
  const at = new Map(nodes.map((node) => [node.id, node]));
  const single = grid.rows <= 1;
  const stubs = blocks.flatMap((block) => stubsOf(view, block, at.get(block.id) as BlockNode, single, grid));
  const bottom = bottomOf(grid);
  const dispatcher = dispatcherOf(view, size, grid, bottom);
  const content = { width: round(rightOf(grid) + (single ? 4 : RAIL)), height: round(bottom + BAR + 4) };
  const rail = rightOf(grid) + RAIL / 2;
  return {
    width: size.width,
    height: size.height,
    content,
    fit: round(fitOf(size, content) * 100) / 100,
    nodes,
    arcs: blocks.flatMap((block) => arcsOf(view, block, at, grid)),
    stubs,
    lanes: single ? [] : Array.from({ length: grid.rows }, (_, row) => lane(row, grid, rail, dispatcher.y)),
    dispatcher,
    labels: countsOf(view, blocks, at, grid, single),
    store: storeOf(view, size),
    says: says(view, blocks.length),
  };
}

/** Full nodes with two lines where they fit; else compact ones, in as many columns as keep them largest. */
function gridOf(count: number, size: Size): Grid {
  const room = size.height - STORE;
  const grid = (compact: boolean, side: number, asked?: number): Grid => {
    const width = compact ? 104 : 132,
      height = compact ? 36 : 76,
      least = compact ? 12 : 22;
    const columns = clamp(asked ?? Math.floor((size.width - side - 8 + least) / (width + least)), 1, Math.max(1, count));
    const rows = Math.max(1, Math.ceil(count / columns));
    const gapX = columns < 2 ? least : clamp((size.width - side - 8 - columns * width) / (columns - 1), least, 46);
    const spare = (room - 26 - BAR - rows * height) / rows;
    const gapY = rows === 1 ? clamp(room - 46 - height - BAR - 8, 44, 80) : clamp(spare, 28, 40);
    return { columns, rows, width, height, gapX, gapY, compact, left: 4, top: rows === 1 ? 46 : 26 };
  };
  const full = grid(false, 0);
  if (full.rows === 1 && bottomOf(full) + BAR <= room) return full;
  const beside = grid(false, RAIL);
  if (beside.rows > 1 && bottomOf(beside) + BAR <= room) return beside;
  const tries = Array.from({ length: count }, (_, i) => grid(true, RAIL, i + 1));
  const scale = (g: Grid) => fitOf(size, { width: rightOf(g) + RAIL, height: bottomOf(g) + BAR + 4 });
  return tries.reduce((best, g) => (scale(g) > scale(best) - 1e-9 ? g : best), tries[0] ?? full);
}

const bottomOf = (grid: Grid): number => grid.top + grid.rows * (grid.height + grid.gapY);
const rightOf = (grid: Grid): number => grid.left + grid.columns * grid.width + (grid.columns - 1) * grid.gapX;
/** How much the drawing is made smaller at first, so that all of it is seen. */
const fitOf = (size: Size, content: Size): number =>
  clamp(Math.min((size.height - STORE) / content.height, size.width / content.width), 0.4, 1);

function nodeOf(view: CacheView, block: CacheBlock, i: number, grid: Grid, options: CacheOptions): BlockNode {
  const translated = block.state === 'translated',
    steps = clamp(view.threshold, 1, 8);
  const where = grid.compact
    ? translated
      ? `×${brief(block.runs)}`
      : `${Math.min(block.runs, view.threshold)}/${view.threshold}`
    : isNamed(block)
      ? address(block.address)
      : '';
  const chars = Math.floor((grid.width - (grid.compact ? 24 + where.length * 7 : 34 + where.length * A)) / 7.8);
  return {
    id: block.id,
    address: block.address,
    width: grid.width,
    height: grid.height,
    compact: grid.compact,
    x: round(grid.left + (i % grid.columns) * (grid.width + grid.gapX)),
    y: round(grid.top + Math.floor(i / grid.columns) * (grid.height + grid.gapY)),
    name: cutMiddle(nameOf(block), Math.max(5, chars)),
    where,
    state: translated ? `ran ${plural(block.runs, 'time')}` : 'interpreted',
    translated,
    current: block.id === view.current,
    chosen: block.address === options.chosen,
    heat: translated
      ? { steps: 1, lit: 1 }
      : { steps, lit: Math.min(steps, Math.floor((block.runs * steps) / Math.max(1, view.threshold))) },
    title: blockTitle(view, block),
  };
}

const brief = (n: number): string => (n < 10_000 ? String(n) : n < 1e6 ? `${Math.floor(n / 1000)}k` : `${Math.floor(n / 1e6)}M`);

/** Chained exits. In one row they arc over the boxes; to another row they go through the gutter. */
function arcsOf(view: CacheView, block: CacheBlock, at: ReadonlyMap<number, BlockNode>, grid: Grid): Arc[] {
  const from = at.get(block.id);
  if (from === undefined) return [];
  return block.exits.flatMap((exit, i): Arc[] => {
    const target = exit.kind === 'chained' ? targetOf(view, exit.to) : undefined;
    const to = target === undefined ? undefined : at.get(target.id);
    if (to === undefined) return [];
    const made = (path: string, x: number, y: number, angle: number): Arc => ({
      id: `${block.id}-${i}`,
      path,
      taken: exit.taken,
      head: { x: round(x), y: round(y), angle },
    });
    const right = from.x + from.width,
      rise = Math.min(26, grid.gapY - 6);
    if (to === from) {
      const x0 = round(from.x + from.width * 0.82),
        x1 = round(from.x + from.width * 0.18),
        y = from.y;
      // A curve rises to three quarters of its control points; above the first row there is only so much room.
      const top = y - Math.min(rise + 8, (grid.top - 4) / 0.75);
      return [made(`M${x0} ${y}C${x0} ${round(top)} ${x1} ${round(top)} ${x1} ${y - 6}`, x1, y - 1, 90)];
    }
    if (to.y === from.y && to.x > from.x && to.x - right < 60) {
      const y = round(from.y + from.height * 0.32);
      return [made(`M${right} ${y}H${round(to.x - 6)}`, to.x - 1, y, 0)];
    }
    if (to.y === from.y) {
      const forward = to.x > from.x,
        x0 = round(from.x + from.width * (forward ? 0.7 : 0.3)),
        x1 = round(to.x + to.width * (forward ? 0.3 : 0.7)),
        y = from.y;
      return [made(`M${x0} ${y}C${x0} ${y - rise} ${x1} ${y - rise} ${x1} ${y - 6}`, x1, y - 1, 90)];
    }
    const down = to.y > from.y,
      x0 = round(from.x + from.width * 0.58),
      x1 = round(to.x + to.width * 0.42);
    const y0 = down ? from.y + from.height : from.y,
      y1 = down ? to.y - 6 : to.y + to.height + 6,
      middle = round((y0 + y1) / 2);
    return [
      made(`M${x0} ${y0}C${x0} ${middle} ${x1} ${middle} ${x1} ${round(y1)}`, x1, down ? to.y - 1 : to.y + to.height + 1, down ? 90 : -90),
    ];
  });
}

/** Each block that leaves through the dispatcher has a dashed way out; each that is not only chained to has a way in. */
function stubsOf(view: CacheView, block: CacheBlock, node: BlockNode, single: boolean, grid: Grid): Stub[] {
  const from = node.y + node.height,
    to = single ? from + grid.gapY : from + LANE;
  // An interpreted block always goes back to the dispatcher.
  const leaves = block.state === 'interpreted' ? [{ taken: true }] : block.exits.filter((e) => e.kind !== 'chained');
  const chainedTo = view.blocks.some((b) => b.id !== block.id && b.exits.some((e) => e.kind === 'chained' && e.to === block.address));
  const stub = (name: string, share: number, out: boolean, taken: boolean): Stub => ({
    id: `${block.id}${name}`,
    x: round(node.x + node.width * share),
    from: round(from + 2),
    to: round(to - 2),
    out,
    taken,
  });
  return [
    ...(chainedTo && leaves.length === 0 ? [] : [stub('in', 0.64, false, true)]),
    ...(leaves.length === 0
      ? []
      : [
          stub(
            'out',
            0.84,
            true,
            leaves.some((e) => e.taken),
          ),
        ]),
  ];
}

/** Each row's way to the dispatcher: along under it, and down at the right. */
function lane(row: number, grid: Grid, rail: number, to: number): { id: string; path: string } {
  const y = round(grid.top + row * (grid.height + grid.gapY) + grid.height + LANE);
  return { id: `lane${row}`, path: `M${grid.left} ${y}H${round(rail)}V${to}` };
}

function dispatcherOf(view: CacheView, size: Size, grid: Grid, bottom: number): CacheScene['dispatcher'] {
  const line = (i: number, x: number, text: string, strong: boolean): Label => ({
    id: `d${i}`,
    x: round(x),
    y: round(bottom + 20),
    text,
    end: false,
    tone: strong ? 'ink' : 'faint',
    strong,
  });
  const width = Math.max(rightOf(grid) - grid.left + (grid.rows > 1 ? RAIL : 0), Math.min(330, size.width - 8));
  const asked = `asked ${plural(view.dispatches, 'time')}`;
  return {
    x: grid.left,
    y: round(bottom),
    width: round(width),
    height: BAR,
    lines: [
      line(0, grid.left + 12, 'Dispatcher', true),
      line(1, grid.left + 90, width > 360 ? `finds the next block, ${asked}` : asked, false),
    ],
  };
}

/** "6 of 8 runs" under an interpreted block, where there is room. */
function countsOf(
  view: CacheView,
  blocks: readonly CacheBlock[],
  at: ReadonlyMap<number, BlockNode>,
  grid: Grid,
  single: boolean,
): Label[] {
  if (!single || grid.compact) return [];
  return blocks.flatMap((block): Label[] => {
    const node = at.get(block.id);
    if (node === undefined) return [];
    const chained = block.exits.some((e) => e.kind === 'chained' && e.to === block.address);
    const counts: Label[] =
      block.state === 'translated'
        ? []
        : [
            {
              id: `runs${block.id}`,
              x: node.x,
              y: round(node.y + node.height + 18),
              text: `${grouped(block.runs)} of ${plural(view.threshold, 'run')}`,
              end: false,
              tone: 'faint',
              strong: false,
            },
          ];
    return chained
      ? [
          ...counts,
          {
            id: `self${block.id}`,
            x: round(node.x + node.width + 4),
            y: round(node.y - 20),
            text: 'chained to itself',
            end: false,
            tone: 'faint',
            strong: false,
          },
        ]
      : counts;
  });
}

function storeOf(view: CacheView, size: Size): CacheScene['store'] {
  const width = Math.min(160, size.width / 3);
  return {
    x: 4,
    y: round(size.height - 14),
    width: round(width),
    used: round(width * clamp(view.used / Math.max(1, view.capacity), 0, 1)),
    text: storeWords(view),
  };
}
