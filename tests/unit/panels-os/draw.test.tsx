// @vitest-environment jsdom
/** Drawings and panels of the operating-system level: create, destroy, create leaves the same; buttons answer; a slider writes a file. */
import { act as react, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { StrictMode, type ComponentType } from 'react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { setLabPort } from '../../../src/client/connect.ts';
import type { LabPort } from '../../../src/client/labClient.ts';
import { usePosition, useSession } from '../../../src/client/stores.ts';
import { clearViews, receiveViews } from '../../../src/client/views.ts';
import AllocationPanel from '../../../src/panels/allocation/Panel.tsx';
import * as containersDraw from '../../../src/panels/containers/draw.ts';
import { layout } from '../../../src/panels/containers/layout.ts';
import ContainersPanel from '../../../src/panels/containers/Manage.tsx';
import TruthsPanel from '../../../src/panels/containers/Panel.tsx';
import { useOs } from '../../../src/panels/containers/state.ts';
import ImagesPanel from '../../../src/panels/images/Panel.tsx';
import OverlayPanel from '../../../src/panels/overlay/Panel.tsx';
import LimitsPanel from '../../../src/panels/shares/Limits.tsx';
import GroupMemoryPanel from '../../../src/panels/shares/Memory.tsx';
import SharesPanel from '../../../src/panels/shares/Panel.tsx';
import SyscallPanel from '../../../src/panels/syscall/Panel.tsx';
import type { Envelope, Request } from '../../../src/protocol/messages.ts';
import * as made from './fixtures.ts';

/** Takes every request and says it is done. */
class Port implements LabPort {
  onmessage: LabPort['onmessage'] = null;
  onerror: LabPort['onerror'] = null;
  onmessageerror: LabPort['onmessageerror'] = null;
  readonly requests: Request[] = [];
  postMessage({ id, request }: Envelope): void {
    this.requests.push(request);
    queueMicrotask(() => this.onmessage?.({ data: { id, ok: true, result: { op: 'done' } } } as MessageEvent));
  }
  terminate(): void {}
}
let port = new Port();
const acts = () => port.requests.flatMap((r) => (r.op === 'act' ? [JSON.parse(r.action) as { act: string }] : []));

beforeEach(() => {
  vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(800);
  vi.spyOn(Element.prototype, 'clientHeight', 'get').mockReturnValue(240);
  port = new Port();
  setLabPort(() => port);
  useOs.setState({ container: 'job' });
  usePosition.setState({ state: 'paused', time: 324_000, retired: 306_480 });
  useSession.setState({ opened: { name: 'rooms', level: 'os', mode: 'container', modes: [], knobs: [], eventKinds: [], hz: 1e8 } });
  receiveViews({
    'os.processes': made.processes,
    'os.cgroups': made.cgroups,
    'os.layers': made.layers,
    'os.syscall': made.call,
    'os.allocation': made.allocation,
    'os.containers': made.containers,
  });
});
afterEach(() => {
  cleanup();
  clearViews();
  useSession.setState({ inputs: [], opened: null });
  vi.restoreAllMocks();
  document.body.replaceChildren();
});

const show = (Panel: ComponentType) =>
  render(
    <StrictMode>
      <Panel />
    </StrictMode>,
  );
const frames = () => react(() => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));

describe.each([
  ['truths', TruthsPanel, '5 processes on one kernel'],
  ['shares', SharesPanel, 'job 20 %'],
  ['groups', GroupMemoryPanel, 'job holds 41 pages of at most'],
  ['overlay', OverlayPanel, 'job stands on 3 layers'],
  ['syscall', SyscallPanel, 'Call 212, open, by process 1 in job'],
  ['allocation', AllocationPanel, 'job: processor 20 %, throttled 40 %'],
] as const)('panel %s', (id, Panel, words) => {
  it('mounts once under StrictMode, with its words and its table', async () => {
    const { container } = show(Panel);
    await frames();
    expect(container.querySelectorAll('svg.picture')).toHaveLength(1);
    expect(container.querySelectorAll('svg.picture .mark').length).toBeGreaterThan(5);
    expect(container.textContent).toContain(words);
    expect(container.querySelector(`[data-panel=${id}]`)).not.toBeNull();
  });
});

describe('the drawing of marks', () => {
  const scene = layout(made.processes, { width: 800, height: 240 }, { chosen: 'job' });
  it('leaves nothing behind, and shows a scene the same whatever came before', () => {
    const host = document.body.appendChild(document.createElement('div')),
      other = document.body.appendChild(document.createElement('div'));
    const drawing = containersDraw.create(host, { choose: () => {} }),
      fresh = containersDraw.create(other, { choose: () => {} });
    for (const s of [scene, layout(made.hundred, { width: 366, height: 200 }, { chosen: 'c77' }), scene]) drawing.update(s, 1);
    fresh.update(scene, 1);
    expect(host.innerHTML).toBe(other.innerHTML);
    drawing.destroy();
    expect(host.childNodes).toHaveLength(0);
  });
  it('keeps the element of a mark, moves one dot by progress alone, and a room is a button', () => {
    const chosen = vi.fn(),
      host = document.body.appendChild(document.createElement('div'));
    const drawing = containersDraw.create(host, { choose: chosen });
    drawing.update(scene, 0.5);
    const marks = [...host.querySelectorAll('.mark')];
    const dot = host.querySelector('.traveller')!;
    const half = dot.getAttribute('cx');
    expect(dot.getAttribute('visibility')).toBeNull();
    drawing.update(scene, 1);
    expect(dot.getAttribute('visibility')).toBe('hidden');
    drawing.update(scene, 0.5);
    expect(dot.getAttribute('cx')).toBe(half);
    expect([...host.querySelectorAll('.mark')]).toEqual(marks);
    const rooms = [...host.querySelectorAll('[role=button]')];
    expect(rooms.map((r) => r.getAttribute('aria-pressed'))).toEqual(['false', 'true']);
    rooms[0]!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', bubbles: true }));
    expect(chosen).toHaveBeenCalledWith('web');
  });
});

describe('what can be done', () => {
  it('a slider that is let go writes its file, once', async () => {
    show(LimitsPanel);
    const slider = screen.getByRole('slider', { name: /Weight/ });
    const at = Number((slider as HTMLInputElement).value);
    fireEvent.input(slider, { target: { value: String(at + 1) } });
    expect(acts()).toEqual([]);
    await react(async () => {
      fireEvent.change(slider, { target: { value: String(at + 2) } });
      await Promise.resolve();
    });
    await vi.waitFor(() => expect(acts()).toEqual([{ act: 'limit', id: 'job', file: 'cpu.weight', value: '200' }]));
    expect(useSession.getState().inputs.map((i) => i.act)).toEqual([JSON.stringify(acts()[0])]);
  });
  it('containers are chosen and killed', async () => {
    show(ContainersPanel);
    fireEvent.click(screen.getByRole('button', { name: /^web/ }));
    expect(useOs.getState().container).toBe('web');
    await react(async () => {
      fireEvent.click(screen.getByRole('button', { name: /^Kill / }));
      await Promise.resolve();
    });
    await vi.waitFor(() => expect(acts()).toEqual([{ act: 'kill', id: 'web', signal: 9 }]));
  });
  it('a new container is made with what is its own', async () => {
    show(ImagesPanel);
    fireEvent.click(screen.getByRole('switch', { name: 'Network', hidden: true }));
    await react(async () => {
      fireEvent.submit(document.querySelector('.images form')!);
      await Promise.resolve();
    });
    await vi.waitFor(() =>
      expect(acts()).toEqual([
        {
          act: 'create',
          id: 'room1',
          image: 'app',
          args: ['/bin/httpd'],
          namespaces: ['pid', 'mnt', 'uts', 'ipc', 'user', 'cgroup'],
          start: true,
        },
      ]),
    );
  });
});
