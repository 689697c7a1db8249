// @vitest-environment jsdom
/** Drawings: create, destroy, create leaves the same DOM; joins keep what has the same id; callbacks come through. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import * as cacheDraw from '../../../src/panels/cache/draw.ts';
import { layout as cacheLayout } from '../../../src/panels/cache/layout.ts';
import * as costDraw from '../../../src/panels/cost/draw.ts';
import { layout as costLayout } from '../../../src/panels/cost/layout.ts';
import * as formsDraw from '../../../src/panels/forms/draw.ts';
import { layout as formsLayout } from '../../../src/panels/forms/layout.ts';
import * as ledgerDraw from '../../../src/panels/ledger/draw.ts';
import { layout as ledgerLayout } from '../../../src/panels/ledger/layout.ts';
import * as memoryDraw from '../../../src/panels/memory/draw.ts';
import { layout as memoryLayout } from '../../../src/panels/memory/layout.ts';
import type { Drawing } from '../../../src/panels/shared/dom.ts';
import * as made from './fixtures/checksum.ts';

const size = { width: 872, height: 372 };
const forms = (options = { selected: null as number | null, scroll: 0 }) => formsLayout(made.forms, size, options);
const quiet = { follow: () => {}, scrolled: () => {} };

const drawings: readonly (readonly [string, (host: HTMLElement) => Drawing<never>, readonly unknown[]])[] = [
  [
    'forms',
    (host) => formsDraw.create(host, quiet),
    [
      forms(),
      formsLayout(made.interpreted, size, { selected: null, scroll: 90 }),
      formsLayout(made.forms, { width: 390, height: 500 }, { selected: 0, scroll: 0 }),
      forms({ selected: 3, scroll: 0 }),
    ],
  ],
  [
    'cache',
    (host) => cacheDraw.create(host, { choose: () => {} }),
    [
      cacheLayout(made.cache, { width: 480, height: 240 }, { chosen: null }),
      cacheLayout(made.manyBlocks(40, 9), { width: 480, height: 240 }, { chosen: null }),
    ],
  ],
  [
    'cost',
    (host) => costDraw.create(host),
    [
      costLayout(made.cost, { width: 340, height: 240 }, { now: 100, rival: null }),
      costLayout(made.cost, { width: 340, height: 240 }, { now: 346, rival: made.rival }),
    ],
  ],
  [
    'memory',
    (host) => memoryDraw.create(host),
    [
      memoryLayout(made.memory, { width: 232, height: 100 }, { unit: 'words' }),
      memoryLayout(made.memory, { width: 232, height: 100 }, { unit: 'bytes' }),
    ],
  ],
  ['ledger', (host) => ledgerDraw.create(host), [ledgerLayout(made.ledger, { width: 230 })]],
];

afterEach(() => {
  document.body.replaceChildren();
});
const newHost = (): HTMLElement => document.body.appendChild(document.createElement('div'));
/** Clip paths are numbered, so that two drawings on a page do not share one. */
const html = (host: HTMLElement): string => host.innerHTML.replace(/forms-clip-\d+/g, 'forms-clip');

describe.each(drawings)('%s', (_name, create, scenes) => {
  it('leaves nothing behind, and comes back the same', () => {
    const host = newHost();
    const draw = () => {
      const drawing = create(host);
      drawing.update(scenes[0] as never, 1);
      return drawing;
    };
    const first = draw(),
      was = html(host);
    first.destroy();
    expect(host.childNodes).toHaveLength(0);
    draw();
    expect(html(host)).toBe(was);
  });
  it('shows the same for a scene whatever came before it', () => {
    const host = newHost(),
      other = newHost();
    const drawing = create(host),
      fresh = create(other);
    for (const scene of [...scenes, ...scenes.toReversed()]) drawing.update(scene as never, 1);
    fresh.update(scenes[0] as never, 1);
    const texts = (h: HTMLElement) =>
      [...h.querySelectorAll('text')].map((t) => `${t.textContent}@${t.getAttribute('x')},${t.getAttribute('y')}`).sort();
    expect(texts(host)).toEqual(texts(other));
    expect(host.querySelectorAll('*')).toHaveLength(other.querySelectorAll('*').length);
  });
});

describe('three forms', () => {
  it('keeps the element of a row while it lives', () => {
    const host = newHost(),
      drawing = formsDraw.create(host, quiet);
    drawing.update(forms(), 1);
    const rows = [...host.querySelectorAll('g.row')];
    drawing.update(forms({ selected: 0, scroll: 0 }), 1);
    expect([...host.querySelectorAll('g.row')]).toEqual(rows);
    expect(host.querySelectorAll('g.row.on')).toHaveLength(6);
  });
  it('moves one dot, by progress alone', () => {
    const host = newHost(),
      drawing = formsDraw.create(host, quiet),
      scene = forms();
    const at = (progress: number) => {
      drawing.update(scene, progress);
      const dot = host.querySelector('.traveller');
      return dot === null ? null : `${dot.getAttribute('cx')},${dot.getAttribute('cy')}`;
    };
    const half = at(0.5);
    expect(half).not.toBeNull();
    expect([at(0), at(1)]).toEqual([null, null]);
    expect(at(0.5)).toBe(half);
    expect(host.querySelectorAll('.traveller')).toHaveLength(1);
  });
  it('follows by pointer and by arrow keys', () => {
    const follow = vi.fn(),
      host = newHost(),
      drawing = formsDraw.create(host, { ...quiet, follow });
    drawing.update(forms(), 1);
    host.querySelector('g.row.micro')?.dispatchEvent(new Event('pointerenter'));
    expect(follow).toHaveBeenLastCalledWith(0, false);
    host.querySelector('.forms-scroller')?.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown' }));
    expect(follow).toHaveBeenLastCalledWith(3, true);
    drawing.destroy();
    follow.mockClear();
    expect(host.childNodes).toHaveLength(0);
  });
});

describe('code cache', () => {
  it('has a named button for each block', () => {
    const chosen = vi.fn(),
      host = newHost(),
      drawing = cacheDraw.create(host, { choose: chosen });
    drawing.update(cacheLayout(made.cache, { width: 480, height: 240 }, { chosen: null }), 1);
    const buttons = [...host.querySelectorAll('[role=button]')];
    expect(buttons.map((b) => b.getAttribute('aria-label'))[1]).toBe(
      'sum at 400018: translated, ran 89 times; chained to sum; dispatcher to tail',
    );
    buttons[2]?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
    expect(chosen).toHaveBeenCalledWith(0x40002c);
  });
});
