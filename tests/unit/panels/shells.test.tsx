// @vitest-environment jsdom
/** The panels as React mounts them, twice under StrictMode: one picture each, words and tables of the same view, nothing left behind. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, type ComponentType } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { usePosition, useSelection, useSession, useUi } from '../../../src/client/stores.ts';
import { clearViews, receiveViews, setWatchSender } from '../../../src/client/views.ts';
import CachePanel from '../../../src/panels/cache/Panel.tsx';
import ConsolePanel from '../../../src/panels/console/Panel.tsx';
import CostPanel from '../../../src/panels/cost/Panel.tsx';
import FormsPanel from '../../../src/panels/forms/Panel.tsx';
import LedgerPanel from '../../../src/panels/ledger/Panel.tsx';
import MemoryPanel from '../../../src/panels/memory/Panel.tsx';
import RegistersPanel from '../../../src/panels/registers/Panel.tsx';
import * as made from './fixtures/checksum.ts';

beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(372);
  usePosition.setState({ state: 'paused', guestRetired: 200, retired: 6015 });
  receiveViews({
    forms: made.forms,
    cache: made.cache,
    cost: made.cost,
    ledger: made.ledger,
    memory: made.memory,
    registers: made.registers,
    console: { text: 'sum 1280\n', typed: [], errors: '', before: 0, errorsBefore: 0, waiting: true },
  });
});
afterEach(() => {
  cleanup();
  clearViews();
  useSelection.setState({ block: null, instruction: null });
  useUi.setState({ grain: 'instruction' });
  vi.restoreAllMocks();
});

const show = (Panel: ComponentType) =>
  render(
    <StrictMode>
      <Panel />
    </StrictMode>,
  );
const frames = () => act(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

describe.each([
  ['forms', FormsPanel, 'Block 00400018, translated'],
  ['cache', CachePanel, 'One of 3 blocks translated'],
  ['cost', CostPanel, 'Translating pays after 480'],
  ['ledger', LedgerPanel, '6,015 host instructions so far'],
  ['memory', MemoryPanel, 'Just read 4 bytes at 10010020'],
] as const)('%s', (_name, Panel, words) => {
  it('draws one picture and says what it shows', async () => {
    const { container, unmount } = show(Panel);
    await frames();
    expect(container.querySelectorAll('svg.picture')).toHaveLength(1);
    expect(container.textContent).toContain(words);
    unmount();
    expect(document.body.textContent).toBe('');
  });
  it('asks the worker for its view only while it is there', async () => {
    const sent: object[] = [];
    setWatchSender((views) => sent.push(views));
    const { unmount } = show(Panel);
    await frames();
    expect(Object.keys(sent.at(-1) ?? {}).length).toBeGreaterThan(0);
    unmount();
    await frames();
    expect(sent.at(-1)).toEqual({});
    setWatchSender(() => {});
  });
});

describe('one selection for the whole page', () => {
  it('goes from the cache to the store, and from the store to the forms', async () => {
    const { container } = show(CachePanel);
    await frames();
    fireEvent.click(container.querySelectorAll('.cache [role=button]')[1] as Element);
    expect(useSelection.getState().block).toBe(0x400018);
    cleanup();
    const forms = show(FormsPanel).container;
    act(() => useSelection.setState({ instruction: 0x400018 }));
    await frames();
    expect([...forms.querySelectorAll('g.row.guest.on')]).toHaveLength(1);
    expect(forms.textContent).toContain('400018 lw $t0,0($a0) becomes 2 micro-ops');
  });
});

describe('texts', () => {
  it('registers: was beside is, and why', () => {
    const { container } = show(RegistersPanel);
    expect([...container.querySelectorAll('.changes tbody tr')].map((row) => row.textContent)).toEqual([
      '$v03136',
      '$a0…020…024',
      '$a187',
      '$t065',
    ]);
    expect(container.textContent).toContain('Why 36? 31 + word at 10010020');
  });
  it('console: output, and a line to type on while the program waits', () => {
    useSession.setState({ source: null });
    show(ConsolePanel);
    expect(screen.getByRole('log').textContent).toContain('sum 1280');
    expect(screen.getByLabelText('Type a line for the program')).toBeTruthy();
    act(() => receiveViews({ console: { text: 'sum 1280\n', typed: [], errors: '', before: 0, errorsBefore: 0, waiting: false } }));
    expect(screen.queryByLabelText('Type a line for the program')).toBeNull();
  });
  it('forms: the micro-steps stand below while the grain is the micro-step', async () => {
    useUi.setState({ grain: 'micro' });
    receiveViews({
      microsteps: {
        address: 0x7000,
        text: 'add eax, 4',
        passed: 1,
        steps: [
          { phase: 'fetch', text: 'fetch 3 bytes at 00007000', value: null },
          { phase: 'decode', text: 'add eax, 4', value: null },
        ],
      },
    });
    const { container } = show(FormsPanel);
    await frames();
    expect([...container.querySelectorAll('.microsteps li.done')].map((li) => li.textContent)).toEqual(['fetch 3 bytes at 00007000']);
    expect(container.querySelector('[aria-current=step]')?.textContent).toBe('decode');
  });
});
