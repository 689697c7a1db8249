/** The scene of the three forms: what must hold of any such scene, over drawn-up views and over random ones. */
import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import { describe, layout, table, type Row, type WideScene } from '../../../src/panels/forms/layout.ts';
import { linksOf, rowsOf, runs } from '../../../src/panels/forms/links.ts';
import { place } from '../../../src/panels/shared/place.ts';
import type { FormsView } from '../../../src/protocol/views.ts';
import { forms, interpreted } from './fixtures/checksum.ts';

const SIZE = { width: 872, height: 372 };
const wide = (view: FormsView, options = { selected: null as number | null, scroll: 0 }, size = SIZE): WideScene => {
  const scene = layout(view, size, options);
  if (scene.kind !== 'wide') throw new Error('narrow');
  return scene;
};
const column = (scene: WideScene, name: Row['column']) => scene.rows.filter((r) => r.column === name);

/** Numbers of a path, to see whether ribbons cross. */
const numbers = (path: string) => path.match(/-?\d+(\.\d+)?/g)?.map(Number) ?? [];

group('place', () => {
  it('is the least-squares answer: feasible, and no move of a block of rows is better', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 12 }), (wanted) => {
        const at = place(wanted, 20);
        const cost = (ys: readonly number[]) => ys.reduce((sum, y, i) => sum + (y - (wanted[i] as number)) ** 2, 0);
        at.forEach((y, i) => {
          if (i > 0) expect(y - (at[i - 1] as number)).toBeGreaterThanOrEqual(20 - 1e-9);
        });
        for (let from = 0; from < at.length; from += 1) {
          for (let to = from; to < at.length; to += 1) {
            for (const d of [0.5, -0.5]) {
              const moved = at.map((y, i) => (i >= from && i <= to ? y + d : y));
              if (moved.every((y, i) => i === 0 || y - (moved[i - 1] as number) >= 20 - 1e-9))
                expect(cost(moved)).toBeGreaterThanOrEqual(cost(at) - 1e-6);
            }
          }
        }
      }),
      { seed: 7, numRuns: 200 },
    );
  });
  it('keeps to a range that is large enough', () => {
    expect(place([0, 0, 500], 20, [10, 100])).toEqual([10, 30, 100]);
  });
});

group('three forms, wide', () => {
  const scene = wide(forms);
  it('has a row for each line and a ribbon for each link', () => {
    expect(column(scene, 'guest')).toHaveLength(5);
    expect(column(scene, 'micro')).toHaveLength(8);
    expect(column(scene, 'host')).toHaveLength(11);
    const links = linksOf(forms);
    expect(scene.ribbons).toHaveLength(links.guestMicro.length + links.microHost.length);
    expect(new Set(scene.rows.map((r) => r.id)).size).toBe(scene.rows.length);
  });
  it('keeps order, without overlap, and texts inside their rows', () => {
    for (const name of ['guest', 'micro', 'host'] as const) {
      const rows = column(scene, name);
      rows.forEach((row, i) => {
        if (i > 0) expect(row.y).toBeGreaterThanOrEqual((rows[i - 1] as Row).y + row.height);
      });
      for (const row of rows) {
        const [last] = row.parts.slice(-1);
        for (const p of row.parts) expect(p.x + p.text.length * 8.216).toBeLessThanOrEqual(row.x + row.width + 1);
        expect(last).toBeDefined();
        expect(row.x + row.width).toBeLessThanOrEqual(SIZE.width);
      }
    }
  });
  it('marks what is followed in all three forms, and underlines its bytes', () => {
    expect(scene.rows.filter((r) => r.selected).map((r) => r.id)).toEqual(['g00400020', 'm4', 'h0000700d']);
    const followed = wide(forms, { selected: 0, scroll: 0 });
    expect(followed.rows.filter((r) => r.selected).map((r) => r.id)).toEqual([
      'g00400018',
      'm1',
      'm2',
      'h00007000',
      'h00007003',
      'h00007006',
    ]);
    const byte = scene.underlines.find((u) => u.id === 'h0000700du1');
    expect(byte).toMatchObject({ dashed: false });
    const part = scene.rows.find((r) => r.id === 'h0000700d')?.parts.find((p) => p.text === 'ff');
    expect(byte?.x1).toBe(part?.x);
    expect(scene.underlines.find((u) => u.id === 'h0000700du0')?.dashed).toBe(true);
  });
  it('crosses the ribbons of a branch and its delay slot, and says why', () => {
    expect(linksOf(forms).crossing).toEqual([4]);
    const branch = scene.ribbons.find((r) => r.id === 'gm3-6'),
      slot = scene.ribbons.find((r) => r.id === 'gm4-5');
    const [b, s] = [numbers(branch?.path ?? ''), numbers(slot?.path ?? '')];
    expect((b[1] as number) < (s[1] as number)).toBe(true);
    expect((b[7] as number) > (s[7] as number)).toBe(true);
    expect(branch?.crossing && slot?.crossing).toBe(true);
    expect(
      wide(forms, { selected: null, scroll: 0 }, { width: 872, height: 420 })
        .notes.map((n) => n.text)
        .join(' '),
    ).toContain('the bands cross');
  });
  it('shows filled what was done and outlined what is next', () => {
    expect(scene.rows.filter((r) => r.state === 'next').map((r) => r.id)).toEqual(['g00400020', 'm4', 'h0000700d']);
    expect(scene.rows.filter((r) => r.state === 'done').map((r) => r.id)).toEqual(['g0040001c', 'm3', 'h00007009']);
  });
  it('sends the request along the step that was just done', () => {
    const done = scene.rows.find((r) => r.id === 'm3') as Row,
      host = scene.rows.find((r) => r.id === 'h00007009') as Row;
    expect(scene.way[0]?.to.y).toBeCloseTo(done.y + 11, 0);
    expect(scene.way.at(-1)?.to.y).toBeCloseTo(host.y + 11, 0);
  });
  it('keeps the short columns in the window while an interpreter scrolls by', () => {
    for (const scroll of [0, 120, 400, 9999]) {
      const long = wide(interpreted, { selected: null, scroll });
      for (const row of column(long, 'guest')) {
        expect(row.y).toBeGreaterThanOrEqual(long.top);
        expect(row.y + row.height).toBeLessThanOrEqual(SIZE.height);
      }
    }
    expect(new Set(column(wide(interpreted), 'host').map((r) => r.category))).toEqual(new Set(['decode', null, 'dispatch']));
  });
  it('says and tabulates the same facts', () => {
    expect(describe(scene)).toContain(
      '400020 addiu $a1,$a1,-1 becomes 1 micro-op (r5 = r5 − 1) and 1 host instruction (add dword [ebp+0x14],-1)',
    );
    expect(describe(wide(interpreted))).toContain('26 host instructions for one: 12 fetch and decode, 5 do the work and 9 dispatch');
    expect(table(forms).rows).toHaveLength(11);
    expect(table(forms).rows[4]).toEqual([
      '+0d',
      '83 45 14 ff',
      'add dword [ebp+0x14],-1',
      'r5 = r5 − 1',
      '400020 addiu $a1,$a1,-1',
      'guest',
    ]);
  });
});

group('three forms, narrow', () => {
  it('opens the followed instruction only', () => {
    const scene = layout(forms, { width: 390, height: 500 }, { selected: 3, scroll: 0 });
    if (scene.kind !== 'nested') throw new Error('wide');
    expect(scene.folds.filter((f) => f.open).map((f) => f.guest)).toEqual([3]);
    expect(scene.folds[3]?.lines).toHaveLength(rowsOf(forms, 3).micro.length + rowsOf(forms, 3).host.length);
    expect(scene.folds[0]?.pips).toHaveLength(3);
    scene.folds.forEach((f, i) => {
      expect(f.height).toBeGreaterThanOrEqual(44);
      if (i > 0) expect(f.y).toBeGreaterThanOrEqual((scene.folds[i - 1]?.y ?? 0) + (scene.folds[i - 1]?.height ?? 0));
    });
  });
});

group('any view', () => {
  const arbitrary = fc.record({
    guests: fc.integer({ min: 1, max: 40 }),
    micros: fc.array(fc.nat(39), { maxLength: 80 }),
    hosts: fc.array(fc.option(fc.nat(79), { freq: 5 }), { maxLength: 120 }),
    width: fc.integer({ min: 200, max: 2000 }),
    scroll: fc.integer({ min: 0, max: 4000 }),
  });
  it('gives finite numbers and a row for each line', () => {
    fc.assert(
      fc.property(arbitrary, ({ guests, micros, hosts, width, scroll }) => {
        const view: FormsView = {
          ...forms,
          guest: Array.from({ length: guests }, (_, i) => ({
            ...(forms.guest[i % 5] as FormsView['guest'][number]),
            index: i,
            address: 0x400000 + 4 * i,
            slot: i % 7 === 6,
          })),
          micro: micros.map((g, id) => ({ id, text: `op ${id}`, value: null, guest: g % guests })),
          host: hosts.map((m, i) => ({
            ...(forms.host[i % 11] as FormsView['host'][number]),
            offset: 4 * i,
            address: 0x7000 + 4 * i,
            micro: m === null || micros.length === 0 ? null : m % micros.length,
            guest: m === null ? i % guests : null,
          })),
          at: { guest: 0, micro: null, host: null },
        };
        const scene = layout(view, { width, height: 300 }, { selected: null, scroll });
        expect(JSON.stringify(scene)).not.toMatch(/null,null,|NaN|Infinity/);
        expect(scene.kind === 'nested' ? scene.folds.length : column(scene, 'guest').length).toBe(guests);
        if (scene.kind === 'wide')
          for (const name of ['guest', 'micro', 'host'] as const)
            column(scene, name).forEach((r, i, all) => {
              if (i > 0) expect(r.y - (all[i - 1] as Row).y).toBeGreaterThan(24);
            });
      }),
      { seed: 11, numRuns: 150 },
    );
  });
  it('finds runs', () => {
    expect(runs([1, 2, 3, 7, 9, 10])).toEqual([
      { from: 1, to: 3 },
      { from: 7, to: 7 },
      { from: 9, to: 10 },
    ]);
  });
});
