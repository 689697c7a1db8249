/** Regions against a second formulation: one byte of protection a page. */
import { expect, test } from 'vitest';
import { Random } from '../../../src/bits/random.ts';
import { changed, covered, highestGap, overlaps, regionAt, withRegion, type Regions } from '../../../src/kernel/regions.ts';

const PAGES = 64,
  PAGE = 4096;

test('random mapping, unmapping and protecting agree with a page map', () => {
  const random = new Random(5);
  let list: Regions = [];
  const model: (number | null)[] = Array.from({ length: PAGES }, () => null);
  for (let i = 0; i < 3000; i++) {
    const from = random.below(PAGES),
      to = from + 1 + random.below(PAGES - from),
      prot = random.below(3);
    const start = from * PAGE,
      end = to * PAGE;
    expect(overlaps(list, start, end)).toBe(model.slice(from, to).some((p) => p !== null));
    expect(covered(list, start, end)).toBe(model.slice(from, to).every((p) => p !== null));
    const what = random.below(3);
    if (what === 0) {
      list = changed(list, start, end, () => null);
      model.fill(null, from, to);
    } else if (what === 1 && !overlaps(list, start, end)) {
      list = withRegion(list, { start, end, prot, flags: 0, name: '', file: null });
      model.fill(prot, from, to);
    } else {
      list = changed(list, start, end, (r) => ({ ...r, prot }));
      for (let p = from; p < to; p++) if (model[p] !== null) model[p] = prot;
    }
    model.forEach((p, n) => expect(regionAt(list, n * PAGE + 17)?.prot ?? null).toBe(p));
    for (let n = 1; n < list.length; n++) {
      expect(list[n - 1]!.end).toBeLessThanOrEqual(list[n]!.start);
      if (list[n - 1]!.end === list[n]!.start) expect(list[n - 1]!.prot).not.toBe(list[n]!.prot);
    }
    const length = 1 + random.below(6),
      gap = highestGap(list, length * PAGE, 0, PAGES * PAGE);
    let best: number | null = null;
    for (let n = PAGES - length; n >= 0 && best === null; n--) if (model.slice(n, n + length).every((p) => p === null)) best = n * PAGE;
    expect(gap).toBe(best);
  }
});
