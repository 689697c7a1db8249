/**
 * The vectors find mistakes: one is planted in a row at a time, and the row's own cases must notice. First twenty rows
 * drawn at random, each with a mistake drawn at random; then every row of user mode with every mistake that fits it.
 */
import { describe, expect, it } from 'vitest';
import { random32 } from '../../oracle/x86-cpu/inputs.ts';
import { difference } from './compare.ts';
import { MISTAKES, mutate } from './mutant.ts';
import type { Mistake } from './mutant.ts';
import { Processor, run } from './processor.ts';
import { SAMPLE, grouped, rowName } from './vectors.ts';
import type { Vector } from './vectors.ts';

const processor = new Processor();

/** 'unfit' when the mistake cannot be made in this row. */
function plant(vectors: readonly Vector[], mistake: Mistake): 'found' | 'missed' | 'unfit' {
  let fits = false;
  for (const v of vectors) {
    const ops = mutate(v.instruction, mistake);
    if (!ops) continue;
    fits = true;
    const outcome = run(processor, v.instruction, v.begin, ops);
    if (difference(v.instruction, v.begin, outcome, v.result, processor)) return 'found';
  }
  return fits ? 'missed' : 'unfit';
}

/** User-mode rows with their cases. Of kernel and port rows only the refusal can be recorded in user mode. */
const rows = [...grouped(SAMPLE, rowName)].filter(([, vectors]) => vectors[0]!.instruction.row.privilege === 'user');

function drawn(count: number): [string, Mistake][] {
  const next = random32(20),
    list: [string, Mistake][] = [];
  const below = (n: number) => (next() >>> 0) % n;
  while (list.length < count) {
    const [name, vectors] = rows[below(rows.length)]!,
      mistake = MISTAKES[below(MISTAKES.length)]!;
    if (plant(vectors, mistake) !== 'unfit' && !list.some(([known]) => known === name)) list.push([name, mistake]);
  }
  return list;
}

describe('a planted mistake is found', () => {
  it.each(drawn(20))('%s %s', (name, mistake) => {
    expect(plant(new Map(rows).get(name)!, mistake)).toBe('found');
  });

  it('in every row, whichever it is', () => {
    const results = rows.flatMap(([name, vectors]) =>
      MISTAKES.map((mistake) => ({ what: `${name} ${mistake}`, result: plant(vectors, mistake) })),
    );
    expect(results.filter(({ result }) => result === 'missed').map(({ what }) => what)).toEqual([]);
    expect(results.filter(({ result }) => result === 'found').length).toBeGreaterThan(1000);
  });
});
