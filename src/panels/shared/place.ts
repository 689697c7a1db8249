/**
 * Puts rows of a column where they want to be, in order and without touching: least squares under `y[i+1] - y[i] >= pitch`,
 * by pooling adjacent violators. Pure.
 */
import { clamp } from './text.ts';

interface Pool {
  sum: number;
  count: number;
}

/**
 * Centres for rows that wish to stand at `wanted`, in the order given, at least `pitch` apart. With `within`, all stay in
 * that range when they fit into it; when they do not, the range is not kept.
 */
export function place(wanted: readonly number[], pitch: number, within?: readonly [number, number]): number[] {
  const pools: Pool[] = [];
  wanted.forEach((want, i) => {
    let pool: Pool = { sum: want - i * pitch, count: 1 };
    for (
      let last = pools[pools.length - 1];
      last !== undefined && last.sum / last.count > pool.sum / pool.count;
      last = pools[pools.length - 1]
    ) {
      pool = { sum: pool.sum + last.sum, count: pool.count + last.count };
      pools.pop();
    }
    pools.push(pool);
  });
  const levels = pools.flatMap((pool) => Array.from({ length: pool.count }, () => pool.sum / pool.count));
  const span = (wanted.length - 1) * pitch;
  const fits = within !== undefined && within[1] - within[0] >= span;
  return levels.map((level, i) => (fits ? clamp(level, within[0], within[1] - span) : level) + i * pitch);
}

/** Fills the gaps (null) of a list of wishes from their neighbours, a pitch apart, so that rows without links keep close. */
export function fillWishes(wishes: readonly (number | null)[], pitch: number, start: number): number[] {
  const first = wishes.findIndex((w) => w !== null);
  if (first < 0) return wishes.map((_, i) => start + i * pitch);
  const filled: number[] = [];
  wishes.forEach((wish, i) => {
    const before = filled[i - 1];
    filled.push(wish ?? (before === undefined ? (wishes[first] as number) - (first - i) * pitch : before + pitch));
  });
  return filled;
}
