/** Scenes of the other panels, checked against what must hold of them. */
import fc from 'fast-check';
import { describe as group, expect, it } from 'vitest';
import { choose, MANY, table as cacheTable } from '../../../src/panels/cache/choose.ts';
import { describe as cacheWords, layout as cacheLayout, summary } from '../../../src/panels/cache/layout.ts';
import { layout as consoleLayout } from '../../../src/panels/console/layout.ts';
import { describe as costWords, layout as costLayout, samples, sentence } from '../../../src/panels/cost/layout.ts';
import { places, reference, summary as mistakes } from '../../../src/panels/editor/layout.ts';
import { layout as knobsLayout } from '../../../src/panels/knobs/layout.ts';
import { layout as ledgerLayout, table as ledgerTable } from '../../../src/panels/ledger/layout.ts';
import { layout as listingLayout, rowStates, runsAt, table as listingTable } from '../../../src/panels/listing/layout.ts';
import { fromListing, fromTable } from '../../../src/panels/listing/sources.ts';
import { layout as memoryLayout, parseAddress, table as memoryTable } from '../../../src/panels/memory/layout.ts';
import { layout as programsLayout, LARGEST_FILE, tooLarge } from '../../../src/panels/programs/layout.ts';
import { layout as registersLayout } from '../../../src/panels/registers/layout.ts';
import { along, level } from '../../../src/panels/shared/curve.ts';
import { grouped, short, wrap } from '../../../src/panels/shared/text.ts';
import * as made from './fixtures/checksum.ts';

group('code cache', () => {
  const size = { width: 480, height: 240 };
  const scene = cacheLayout(made.cache, size, { chosen: 0x400018 });
  it('draws state, heat in steps up to the threshold, and the chain to itself', () => {
    expect(scene.nodes.map((n) => [n.name, n.translated, n.heat.lit, n.heat.steps])).toEqual([
      ['pass', false, 6, 8],
      ['sum', true, 1, 1],
      ['tail', false, 5, 8],
    ]);
    expect(scene.arcs).toHaveLength(1);
    expect(scene.stubs.filter((s) => s.out).map((s) => s.id)).toEqual(['1out', '2out', '3out']);
    expect(scene.nodes.filter((n) => n.chosen).map((n) => n.id)).toEqual([2]);
    expect(summary(made.cache, 3)).toBe('One of 3 blocks translated; the others still wait.');
    expect(cacheWords(scene)).toContain('39 of 4,096 bytes of code');
  });
  it('shows the hottest and the neighbours of the current one when there are many', () => {
    const many = made.manyBlocks(60, 31),
      shown = choose(many, null);
    expect(shown).toHaveLength(MANY);
    expect(shown.map((b) => b.id)).toContain(31);
    for (const exit of many.blocks.find((b) => b.id === 31)?.exits ?? []) expect(shown.map((b) => b.address)).toContain(exit.to);
    const hottest = Math.max(...many.blocks.map((b) => b.runs));
    expect(shown.some((b) => b.runs === hottest)).toBe(true);
    expect(summary(many, shown.length)).toContain('; the 12 nearest and hottest are shown');
    expect(cacheTable(many).rows).toHaveLength(60);
  });
  it('never lets boxes overlap or leave the drawing', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 40 }),
        fc.integer({ min: 150, max: 1200 }),
        fc.integer({ min: 100, max: 600 }),
        (count, width, height) => {
          const { nodes, content, dispatcher } = cacheLayout(made.manyBlocks(count, 1), { width, height }, { chosen: null });
          nodes.forEach((a, i) => {
            expect(a.x + a.width).toBeLessThanOrEqual(content.width + 0.2);
            expect(a.y + a.height).toBeLessThan(dispatcher.y);
            for (const b of nodes.slice(i + 1))
              expect(a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y).toBe(true);
          });
        },
      ),
      { seed: 3, numRuns: 120 },
    );
  });
});

group('cost', () => {
  const size = { width: 340, height: 240 };
  it('averages as the totals say', () => {
    const all = samples(made.cost),
      last = all.at(-1);
    expect(last?.average).toBeCloseTo((made.cost.time.at(-1) as number) / (made.cost.guest.at(-1) as number), 10);
    const spent = all.reduce((sum, s, i) => sum + s.step * (s.guest - (all[i - 1]?.guest ?? 0)), 0);
    expect(spent).toBeCloseTo(made.cost.time.at(-1) as number, 6);
  });
  it('leaves the loading of the program out of the average', () => {
    const late = { ...made.cost, time: made.cost.time.map((t) => t + 34_975) };
    expect(samples(late)).toEqual(samples(made.cost));
  });
  it('says when translating pays', () => {
    expect(sentence(made.cost)).toBe('Translating pays after 480 / (37 − 2) = 14 runs.');
    expect(sentence({ ...made.cost, translationCost: null })).toContain('When a block is translated');
    expect(sentence({ ...made.cost, translated: 40 })).toContain('does not pay');
  });
  it('parts past and future at now, keeps y logarithmic, and breaks the scale openly', () => {
    const scene = costLayout(made.cost, size, { now: 200, rival: made.rival });
    const y = (v: number) => scene.grid.find((g) => g.id === `y${v}`)?.y ?? Number.NaN;
    expect(y(1) - y(10)).toBeCloseTo(y(10) - y(100), 0);
    const xs = (path: string) => [...path.matchAll(/[ML](\d+\.?\d*) /g)].map((m) => Number(m[1]));
    expect(Math.max(...xs(scene.average[0]))).toBeLessThanOrEqual(scene.now);
    expect(Math.min(...xs(scene.average[1]))).toBeLessThanOrEqual(scene.now);
    expect(scene.labels.map((l) => l.text)).toContain('up to 2,437');
    expect(scene.rival?.y).toBeCloseTo(y(10) - (y(10) - y(100)) * Math.log10(17797 / 481 / 10), 0);
    expect(costWords(scene)).toContain('Translating pays after');
  });
  it('is sound before anything ran', () => {
    const scene = costLayout(
      { guest: [], time: [], interpreted: null, translated: null, translationCost: null, breakEven: null, translatedSpans: [] },
      size,
      { now: 0, rival: null },
    );
    expect(JSON.stringify(scene)).not.toMatch(/NaN|Infinity|null,null/);
  });
});

group('listing', () => {
  const scene = listingLayout(made.listing);
  it('knows what was done, what is next, and what is translated', () => {
    const state = rowStates(made.counts);
    expect(state(0x400018)).toEqual({ state: 'next', translated: true, ran: true });
    expect(state(0x400028)).toEqual({ state: 'done', translated: true, ran: true });
    expect(state(0x400000)).toEqual({ state: null, translated: false, ran: true });
    expect(state(0x400100).ran).toBe(false);
    expect(runsAt(made.counts, 0x400018)).toBe('×89');
    expect(scene.items.filter((i) => i.kind === 'label')).toHaveLength(4);
    expect(scene.items[scene.at.get(0x400020) ?? -1]).toMatchObject({ short: '020', mnemonic: 'addiu' });
    expect(listingTable(made.listing, made.counts).rows).toHaveLength(15);
  });
  it('links instructions and source lines both ways', () => {
    const own = fromListing(made.listing);
    expect(own?.lineOf(0x400020)).toBe(12);
    expect(own?.addressesOf(12)).toEqual([0x400020]);
    const table = {
      files: ['runtime/start.s', 'isa/x.c'],
      rows: [
        [0x400000, 0, 7],
        [0x400010, 1, 3],
        [0x400018, 1, 4],
        [0x400028, 0, 9],
      ],
    };
    const c = fromTable('isa/x.c', 'a\nb\nc\nd\n', table, made.listing);
    expect([0x400000, 0x400014, 0x400024, 0x400028].map((a) => c?.lineOf(a))).toEqual([null, 3, 4, null]);
    expect(c?.addressesOf(3)).toEqual([0x400010, 0x400014]);
    expect(c?.lines).toEqual(['a', 'b', 'c', 'd']);
    for (const odd of [null, 4, {}, { files: [], rows: [] }, { files: ['isa/x.c'], rows: [['a']] }])
      expect(fromTable('isa/x.c', '', odd, made.listing)).toBeNull();
  });
});

group('registers', () => {
  it('lists what changed, was beside is, and why', () => {
    const scene = registersLayout(made.registers);
    expect(scene.changed.map((r) => [r.name, r.was, r.is])).toEqual([
      ['$v0', '31', '36'],
      ['$a0', '…020', '…024'],
      ['$a1', '8', '7'],
      ['$t0', '6', '5'],
    ]);
    expect([scene.asked, scene.why]).toEqual(['36', '31 + word at 10010020']);
    expect(scene.others.at(-1)?.is).toBe('…018');
    expect(scene.says).toContain('4 registers changed: $v0 from 31 to 36');
  });
});

group('memory', () => {
  it('fills what was touched, outlines what is next, greys what is not there', () => {
    const scene = memoryLayout(made.memory, { width: 232, height: 200 }, { unit: 'words' });
    expect(scene.cells.map((c) => c.text).slice(0, 8)).toEqual(['3', '1', '4', '1', '5', '9', '2', '6']);
    expect(scene.cells.filter((c) => c.state === 'read').map((c) => c.id)).toEqual([`c${0x10010020}`]);
    expect(scene.cells.filter((c) => c.state === 'next').map((c) => c.id)).toEqual([`c${0x10010024}`]);
    expect(scene.cells.filter((c) => c.state === 'unmapped')).toHaveLength(8);
    for (const c of scene.cells) expect(c.x + c.width).toBeLessThanOrEqual(232.5);
    expect(scene.says).toBe('Just read 4 bytes at 10010020 (5). Next reads 4 bytes at 10010024 (3).');
    expect(memoryTable(made.memory).rows[9]).toEqual(['10010024', '03 00 00 00', '3', 'read next']);
  });
  it('marks each byte of an access', () => {
    const scene = memoryLayout(made.memory, { width: 300, height: 200 }, { unit: 'bytes' });
    expect(scene.cells.filter((c) => c.state === 'read')).toHaveLength(4);
  });
  it('takes addresses as people type them', () => {
    expect(['400018', '0x10010000', ' 7FFF0000 ', '', 'main', '123456789'].map(parseAddress)).toEqual([
      0x400018,
      0x10010000,
      0x7fff0000,
      null,
      null,
      null,
    ]);
  });
});

group('ledger', () => {
  it('gives each unit its width, counted solid and charged hollow', () => {
    const scene = ledgerLayout(made.ledger, { width: 230 });
    expect(scene.slices.map((s) => [s.id, s.hollow])).toEqual([
      ['guest-counted', false],
      ['decode-counted', false],
      ['translate-charged', true],
      ['dispatch-counted', false],
      ['dispatch-charged', true],
    ]);
    expect(scene.slices.reduce((sum, s) => sum + s.width, 0)).toBeCloseTo(230, 0);
    expect(scene.slices[1]?.width).toBeCloseTo((230 * 2201) / 6015, 0);
    expect(ledgerTable(made.ledger).rows.at(-1)).toEqual(['total', '3,555', '2,460', '100 %']);
  });

  it('keeps loading the program out of the bar, and names it', () => {
    const load = { category: 'load', label: 'load the program', counted: 0, charged: 40_000 };
    const view = { ...made.ledger, total: made.ledger.total + 40_000, rows: [...made.ledger.rows, load] };
    const scene = ledgerLayout(view, { width: 230 });
    expect(scene.slices).toEqual(ledgerLayout(made.ledger, { width: 230 }).slices);
    expect(scene.before).toMatchObject({ label: 'load the program', total: '40,000', kind: 'charged' });
    expect(scene.says).toMatch(/^46,015 host instructions so far, 40,000 of them to load the program. Of the rest: \d+ % /);
    expect(ledgerTable(view).rows.at(-1)).toEqual(['total', '3,555', '42,460', '100 %']);
  });
});

group('console', () => {
  const quiet = { text: '', before: 0, typed: [], errors: '', errorsBefore: 0, waiting: false };
  it('puts what was typed where it was typed', () => {
    const view = { ...quiet, text: 'Name? Hello Ada\n', typed: [{ at: 6, text: 'Ada\n' }] };
    expect(consoleLayout(view).pieces.map((p) => [p.text, p.typed])).toEqual([
      ['Name? ', false],
      ['Ada\n', true],
      ['Hello Ada\n', false],
    ]);
  });
  it('says what a long output has lost', () => {
    const scene = consoleLayout({ ...quiet, text: 'the end', before: 60_000, errors: 'oh', errorsBefore: 5 });
    expect(scene.pieces.map(({ text }) => text)).toEqual(['… 60,000 bytes before this\n', 'the end']);
    expect(scene.errors).toBe('… 5 bytes before this\noh');
  });
});

group('editor', () => {
  it('places diagnostics inside their lines', () => {
    const text = 'main: lw $t0, 0($a0)\n  bogus $t0\n';
    const [first] = places(text, [{ line: 2, column: 3, endColumn: 8, severity: 'error', message: 'unknown' }]);
    expect(text.slice(first?.from, first?.to)).toBe('bogus');
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('a', '\n', ' ') }),
        fc.integer({ min: -2, max: 30 }),
        fc.integer({ min: -2, max: 30 }),
        fc.integer({ min: -2, max: 40 }),
        (t, line, column, endColumn) => {
          const [p] = places(t, [{ line, column, endColumn, severity: 'error', message: '' }]);
          expect((p?.from ?? -1) >= 0 && (p?.from ?? 0) <= (p?.to ?? -1) && (p?.to ?? 99) <= t.length).toBe(true);
        },
      ),
      { seed: 5 },
    );
  });
  it('says what an instruction does, from its row', () => {
    expect(reference('ADDIU')[0]).toEqual({ form: 'addiu rt, rs, simm', says: 'Adds a constant to a register.' });
    expect(reference('bne')[0]?.says).toContain('delay slot');
    expect(reference('nonsense')).toEqual([]);
    expect(mistakes([{ line: 1, column: 1, endColumn: 2, severity: 'error', message: '' }])).toBe('1 mistake');
  });
});

group('programs and knobs', () => {
  const list = [
    { id: 'hello', title: 'Hello', description: 'Writes one line.', look: '', language: 'assembly' },
    { id: 'sort', title: 'Sort', description: 'Sorts numbers.', look: 'The inner loop.', language: 'c' },
  ];
  it('finds by every word', () => {
    expect(programsLayout(list, 'sorts LOOP').groups.flatMap((g) => g.programs.map((p) => p.id))).toEqual(['sort']);
    expect(programsLayout(list, '').groups.map((g) => g.title)).toEqual(['Written in assembly', 'Compiled from C']);
    expect(programsLayout(list, 'zebra').says).toBe('No program fits.');
  });
  it('refuses a file by its size in one sentence', () => {
    expect(tooLarge('a.elf', LARGEST_FILE)).toBeNull();
    expect(tooLarge('a.elf', 40 * 1024 * 1024)).toBe('a.elf has 40.0 MiB; programs of up to 16 MiB can be opened here.');
    expect(tooLarge('a.elf', 0)).toContain('empty');
  });
  it('folds what is folded and names it', () => {
    const scene = knobsLayout(
      [
        { id: 'a', label: 'Chain blocks', kind: 'switch', value: true },
        { id: 'b', label: 'Cache size', kind: 'number', value: 4, folded: true },
        { id: 'c', label: 'Code page writes', kind: 'switch', value: true, folded: true },
      ],
      { a: false },
    );
    expect(scene.open[0]?.value).toBe(false);
    expect(scene.foldTitle).toBe('Cache size, code page writes');
  });
});

group('numbers, words and ways', () => {
  it('writes numbers one way', () => {
    expect([grouped(1234567), grouped(-4), short(37), short(2.04), short(0.5), short(1234.5), grouped(0)]).toEqual([
      '1,234,567',
      '−4',
      '37',
      '2.04',
      '0.5',
      '1,235',
      '0',
    ]);
    expect(wrap('a bb ccc dddd', 5)).toEqual(['a bb', 'ccc', 'dddd']);
  });
  it('moves along a chain of curves from end to end, never back', () => {
    const way = [level({ x: 0, y: 0 }, { x: 50, y: 40 }), level({ x: 50, y: 40 }, { x: 90, y: 10 })];
    expect(along(way, 0)).toEqual({ x: 0, y: 0 });
    expect(along(way, 1)).toEqual({ x: 90, y: 10 });
    for (let t = 0, last = -1; t <= 1; t += 0.05) {
      const x = along(way, t)?.x ?? 0;
      expect(x).toBeGreaterThanOrEqual(last);
      last = x;
    }
    expect(along([], 0.5)).toBeNull();
  });
});
